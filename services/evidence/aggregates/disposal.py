"""The disposal of an inspection's personal records: when it is due, what stops it, and what was given back before."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from services.evidence.aggregates.gathering import NAMED_INSPECTION, Gathering
from services.evidence.commands import (
    HoldForProceedings,
    LiftHold,
    NotePublication,
    RecordProceedingsEnded,
    RemindOfDisposal,
    SubmitToMinisters,
)
from services.evidence.events import (
    DisposalDue,
    DisposalProposed,
    DisposalReminded,
    HoldLifted,
    OriginalsBorrowed,
    OriginalsReturned,
    ProceedingsEnded,
    PublicationNoted,
    RecordsHeld,
    SubmittedToMinisters,
)
from shared.aggregates import Aggregate
from shared.contracts.evidence import RecordsDisposedOf
from shared.errors import NotFound, Refused
from shared.vocabulary.identity import ActorId, OriginalsId, ReasonCode

REMIND = timedelta(days=30)
"""How long before the day somebody is reminded: our own, as no source says it."""


class RecordsNotHeld(Refused):
    """There is no hold to lift."""


class DayIsAhead(Refused):
    """A day that counts is recorded once it has come."""

    status = 422


class RecordsAlreadyDisposedOf(Refused):
    """The inspection's records were disposed of."""


@dataclass(frozen=True, slots=True)
class Disposal:
    """What the facts about an inspection's records add up to."""

    latest: date | None = None
    """The latest of the days that count (SSI 2011/183, regulation 9)."""
    held: bool = False
    originals: MappingProxyType[OriginalsId, bool] = field(default_factory=lambda: MappingProxyType({}))
    """Which originals were lent, and whether they are still out."""
    reminded_of: date | None = None
    proposed_by: ActorId | None = None
    """Who proposes to dispose of them; a hold ends what was proposed before it."""
    method: ReasonCode | None = None
    disposed_on: date | None = None

    @property
    def due_on(self) -> date | None:
        """A year after the latest day that counts; None while none is known or proceedings are on."""
        return None if self.latest is None or self.held else a_year_after(self.latest)


def a_year_after(day: date) -> date:
    """The same day of the next year; the first of March after a leap day."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return date(day.year + 1, 3, 1)


def evolve(state: Disposal, fact: Any) -> Disposal:
    """Add a fact up."""
    match fact:
        case (
            PublicationNoted(published_on=day) | SubmittedToMinisters(submitted_on=day) | ProceedingsEnded(ended_on=day)
        ):
            return _counting(state, day)
        case RecordsHeld():
            return replace(state, held=True, proposed_by=None, method=None)
        case HoldLifted():
            lifted = replace(state, held=False)
            return lifted if fact.ended_on is None else _counting(lifted, fact.ended_on)
        case OriginalsBorrowed():
            return replace(state, originals=MappingProxyType({**state.originals, fact.originals_id: True}))
        case OriginalsReturned():
            return replace(state, originals=MappingProxyType({**state.originals, fact.originals_id: False}))
        case DisposalReminded():
            return replace(state, reminded_of=fact.due_on)
        case DisposalProposed():
            return replace(state, proposed_by=fact.proposed_by, method=fact.method)
        case RecordsDisposedOf():
            return replace(state, disposed_on=fact.disposed_on)
    return state


def _counting(state: Disposal, day: date) -> Disposal:
    return replace(state, latest=day if state.latest is None else max(state.latest, day))


disposal = Aggregate("disposal", by="inspection_id", about="inspection_id", initial=Disposal(), evolve=evolve)


def refuse_unknown(gathered: Gathering) -> None:
    """There are records of inspections only, of those too that have ended; raises NotFound."""
    if gathered.reference_date is None:
        raise NotFound


def _due_anew(before: Disposal, fact: Any) -> Iterator[Any]:
    """The fact, and the day on which records are due if it has changed."""
    yield fact
    after = evolve(before, fact)
    if after.due_on is not None and after.due_on != before.due_on:
        yield DisposalDue(inspection_id=fact.inspection_id, due_on=after.due_on)


@disposal.decides(creates=True)
def note_publication(command: NotePublication, state: Disposal) -> Iterator[Any]:
    """A publication counts, the latest one most."""
    yield from _due_anew(
        state, PublicationNoted(inspection_id=command.inspection_id, published_on=command.published_on)
    )


@disposal.decides(creates=True, gathered=NAMED_INSPECTION)
def submit_to_ministers(command: SubmitToMinisters, state: Disposal, *, gathered: Gathering) -> Iterator[Any]:
    """So does the day on which a report was sent to Ministers."""
    refuse_unknown(gathered)
    _refuse_ahead(command.submitted_on, command.today, "/submitted_on")
    yield from _due_anew(
        state, SubmittedToMinisters(inspection_id=command.inspection_id, submitted_on=command.submitted_on)
    )


@disposal.decides(creates=True, gathered=NAMED_INSPECTION)
def record_proceedings_ended(command: RecordProceedingsEnded, state: Disposal, *, gathered: Gathering) -> Iterator[Any]:
    """So does the end of proceedings, whether or not anything was held for them."""
    refuse_unknown(gathered)
    refuse_disposed(state)
    _refuse_ahead(command.ended_on, command.today, "/ended_on")
    yield from _due_anew(state, ProceedingsEnded(inspection_id=command.inspection_id, ended_on=command.ended_on))


@disposal.decides(creates=True, gathered=NAMED_INSPECTION)
def hold_for_proceedings(command: HoldForProceedings, state: Disposal, *, gathered: Gathering) -> Iterator[RecordsHeld]:
    """A hold stops a disposal up to its very day; holding twice is holding."""
    refuse_unknown(gathered)
    refuse_disposed(state)
    if not state.held:
        yield RecordsHeld(inspection_id=command.inspection_id, reason=command.reason, held_on=command.today or date.max)


@disposal.decides()
def lift_hold(command: LiftHold, state: Disposal) -> Iterator[Any]:
    """The day is computed anew, with the proceedings' end where there is one."""
    if not state.held:
        raise RecordsNotHeld
    _refuse_ahead(command.ended_on, command.today, "/ended_on")
    yield from _due_anew(
        state,
        HoldLifted(inspection_id=command.inspection_id, ended_on=command.ended_on, lifted_on=command.today or date.max),
    )


def _refuse_ahead(day: date | None, today: date | None, pointer: str) -> None:
    if day is not None and day > (today or date.max):
        raise DayIsAhead(pointer=pointer)


@disposal.decides()
def remind_of_disposal(command: RemindOfDisposal, state: Disposal) -> Iterator[DisposalReminded]:
    """Only of a day that still holds."""
    if state.disposed_on is None and state.due_on == command.due_on and state.reminded_of != command.due_on:
        yield DisposalReminded(inspection_id=command.inspection_id, due_on=command.due_on)


def refuse_disposed(state: Disposal) -> None:
    """What is gone is gone; raises RecordsAlreadyDisposedOf."""
    if state.disposed_on is not None:
        raise RecordsAlreadyDisposedOf(disposed_on=state.disposed_on)
