"""A return: asked for by a day, handed in without anybody's particulars, and again until it is accepted."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.evidence.aggregates.gathering import NAMED_INSPECTION, OWN_INSPECTION, Gathering, refuse_unless_open
from services.evidence.aggregates.over_supply import refuse_personal
from services.evidence.commands import AcceptReturn, AskForReturn, ExtendWindow, SubmitReturn, SubmitSpreadsheet
from services.evidence.events import ReturnAccepted, ReturnTakenIn
from shared.aggregates import Aggregate
from shared.contracts.evidence import ReturnAskedFor, ReturnSubmitted, ReturnWindowExtended
from shared.errors import Refused
from shared.messages import Sealed, Words
from shared.vocabulary.identity import ContentHash, InspectionId
from shared.vocabulary.methods import ReturnKind


class ReturnAlreadyAsked(Refused):
    """This return was asked for already; extend its window instead."""


class CountBelowZero(Refused):
    """Nothing can be fewer than none."""

    status = 422


class WordsNotCounted(Refused):
    """This kind of return may have so many words only; say how many it has."""

    status = 422


class ReturnTooLong(Refused):
    """The return has more words than its kind may have; shorten it and send it again."""

    status = 422


class ReturnAlreadyAccepted(Refused):
    """This return was accepted; what was accepted does not change."""


class NothingHandedIn(Refused):
    """Nothing was handed in yet that could be accepted."""


class NotAnExtension(Refused):
    """A window is extended to a day after the one that it ends on."""

    status = 422


@dataclass(frozen=True, slots=True)
class InformationReturn:
    """What a return's facts add up to; of several submissions the latest counts."""

    inspection_id: InspectionId | None = None
    kind: ReturnKind | None = None
    due_on: date = date.max
    submission: int = 0
    submitted_on: date | None = None
    late: bool = False
    rows: int = 0
    columns: int = 0
    words: int | None = None
    digest: ContentHash | None = None
    headings: Words | Sealed | None = None
    accepted_on: date | None = None


def evolve(state: InformationReturn, fact: Any) -> InformationReturn:
    """Add a fact up."""
    match fact:
        case ReturnAskedFor():
            return replace(state, inspection_id=fact.inspection_id, kind=fact.kind, due_on=fact.due_on)
        case ReturnWindowExtended():
            return replace(state, due_on=fact.due_on)
        case ReturnSubmitted():
            return replace(state, submitted_on=fact.submitted_on, late=fact.late, rows=fact.rows)
        case ReturnTakenIn():
            return replace(
                state,
                submission=fact.submission,
                columns=fact.columns,
                words=fact.words,
                digest=fact.digest,
                headings=fact.headings,
            )
        case ReturnAccepted():
            return replace(state, accepted_on=fact.accepted_on)
    return state


information_return = Aggregate(
    "information_return", by="return_id", about="inspection_id", initial=InformationReturn(), evolve=evolve
)


@information_return.decides(creates=True, gathered=NAMED_INSPECTION)
def ask_for_return(command: AskForReturn, state: InformationReturn, *, gathered: Gathering) -> Iterator[ReturnAskedFor]:
    """It is asked for once; what the edition requests is asked for by itself, anything else by hand."""
    refuse_unless_open(gathered)
    if state.inspection_id is not None:
        raise ReturnAlreadyAsked(return_id=command.return_id)
    yield ReturnAskedFor(
        return_id=command.return_id, inspection_id=command.inspection_id, kind=command.kind, due_on=command.due_on
    )


@information_return.decides(gathered=OWN_INSPECTION)
def submit_return(
    command: SubmitReturn, state: InformationReturn, *, gathered: Gathering
) -> Iterator[ReturnSubmitted | ReturnTakenIn]:
    """What came too late is accepted and marked; what holds more than was asked for is not kept at all."""
    refuse_unless_open(gathered)
    refuse_accepted(command, state)
    refuse_personal(state.inspection_id, command.columns)
    _refuse_miscounted(command, most_words(state, gathered))
    yield from taken_in(command, state, command.words)


def most_words(state: InformationReturn, gathered: Gathering) -> int | None:
    """How many words a return may have; None where nothing is said."""
    return None if state.kind is None else gathered.most_words(state.kind)


def taken_in(
    command: SubmitReturn | SubmitSpreadsheet, state: InformationReturn, words: int | None = None
) -> Iterator[ReturnSubmitted | ReturnTakenIn]:
    """What is known of a return by its counts and digest, and its headings under seal."""
    if state.inspection_id is None or state.kind is None:
        return
    today = command.today or date.max
    yield ReturnSubmitted(
        return_id=command.return_id,
        inspection_id=state.inspection_id,
        kind=state.kind,
        submitted_on=today,
        late=today > state.due_on,
        rows=command.rows,
    )
    yield ReturnTakenIn(
        return_id=command.return_id,
        inspection_id=state.inspection_id,
        submission=state.submission + 1,
        columns=len(command.columns),
        words=words,
        digest=command.digest,
        headings=Words("\n".join(heading.reveal() for heading in command.columns)) if command.columns else None,
    )


def _refuse_miscounted(command: SubmitReturn, most_words: int | None) -> None:
    if command.rows < 0:
        raise CountBelowZero(pointer="/rows")
    if command.words is not None and command.words < 0:
        raise CountBelowZero(pointer="/words")
    if most_words is None:
        return
    if command.words is None:
        raise WordsNotCounted(most_words=most_words, pointer="/words")
    if command.words > most_words:
        raise ReturnTooLong(words=command.words, most_words=most_words, pointer="/words")


@information_return.decides(gathered=OWN_INSPECTION)
def extend_window(
    command: ExtendWindow, state: InformationReturn, *, gathered: Gathering
) -> Iterator[ReturnWindowExtended]:
    """A window gets longer, never shorter; the day that it ended on is kept."""
    refuse_unless_open(gathered)
    refuse_accepted(command, state)
    if command.due_on <= state.due_on:
        raise NotAnExtension(due_on=state.due_on, pointer="/due_on")
    if state.inspection_id is not None:
        yield ReturnWindowExtended(
            return_id=command.return_id,
            inspection_id=state.inspection_id,
            due_on=command.due_on,
            was_due_on=state.due_on,
            reason=command.reason,
        )


@information_return.decides()
def accept_return(command: AcceptReturn, state: InformationReturn) -> Iterator[ReturnAccepted]:
    """The latest submission is accepted; nothing is handed in after that."""
    refuse_accepted(command, state)
    if state.submission == 0 or state.inspection_id is None:
        raise NothingHandedIn(return_id=command.return_id)
    yield ReturnAccepted(
        return_id=command.return_id,
        inspection_id=state.inspection_id,
        submission=state.submission,
        accepted_on=command.today or date.max,
    )


def refuse_accepted(
    command: SubmitReturn | SubmitSpreadsheet | ExtendWindow | AcceptReturn, state: InformationReturn
) -> None:
    """What was accepted stays as it is; raises ReturnAlreadyAccepted."""
    if state.accepted_on is not None:
        raise ReturnAlreadyAccepted(return_id=command.return_id)
