"""A return, given, when, then."""

from datetime import date
from typing import Any

import pytest

from services.evidence.aggregates.gathering import Gathering, GatheringIsClosed
from services.evidence.aggregates.information_return import (
    CountBelowZero,
    InformationReturn,
    NotAnExtension,
    NothingHandedIn,
    ReturnAlreadyAccepted,
    ReturnAlreadyAsked,
    ReturnTooLong,
    WordsNotCounted,
    information_return,
)
from services.evidence.aggregates.over_supply import PersonalColumns
from services.evidence.commands import AcceptReturn, AskForReturn, ExtendWindow, SubmitReturn
from services.evidence.events import ReturnAccepted, ReturnTakenIn
from shared.contracts.evidence import ReturnAskedFor, ReturnSubmitted, ReturnWindowExtended
from shared.errors import NotFound
from shared.messages import Sealed, Words
from shared.testing import Given
from shared.vocabulary.identity import ContentHash, ReasonCode
from shared.vocabulary.methods import ReturnKind
from tests.evidence.facts import CLOSED, DIGEST, INSPECTION, ITEM, OPEN, OTHER_DIGEST, RETURN, UNKNOWN

DUE_ON, NEXT_DAY, LATER = date(2025, 9, 19), date(2025, 9, 20), date(2025, 10, 3)
ILLNESS = ReasonCode("illness")

ask = AskForReturn(return_id=RETURN, inspection_id=INSPECTION, kind=ReturnKind.PRE_INSPECTION_RETURN, due_on=DUE_ON)
accept = AcceptReturn(return_id=RETURN, today=LATER)


def asked(kind: ReturnKind = ReturnKind.PRE_INSPECTION_RETURN) -> ReturnAskedFor:
    return ReturnAskedFor(return_id=RETURN, inspection_id=INSPECTION, kind=kind, due_on=DUE_ON)


def submit(*columns: str, today: date = DUE_ON, rows: int = 312, **given: Any) -> SubmitReturn:
    headings = tuple(map(Words, columns))
    return SubmitReturn(return_id=RETURN, columns=headings, rows=rows, today=today, **{"digest": DIGEST, **given})


def submitted(on: date, kind: ReturnKind = ReturnKind.PRE_INSPECTION_RETURN, *, late: bool = False) -> ReturnSubmitted:
    return ReturnSubmitted(return_id=RETURN, inspection_id=INSPECTION, kind=kind, submitted_on=on, late=late, rows=312)


def taken_in(submission: int, *columns: str, words: int | None = None, digest: ContentHash = DIGEST) -> ReturnTakenIn:
    return ReturnTakenIn(
        return_id=RETURN,
        inspection_id=INSPECTION,
        submission=submission,
        columns=len(columns),
        words=words,
        digest=digest,
        headings=Words("\n".join(columns)) if columns else None,
    )


accepted = ReturnAccepted(return_id=RETURN, inspection_id=INSPECTION, submission=1, accepted_on=LATER)
handed_in = (asked(), submitted(DUE_ON), taken_in(1))


def given(*history: object, gathered: Gathering = OPEN) -> Given:
    return Given(information_return, *history, gathered=gathered)


def test_a_return_is_asked_for():
    given().when(ask).then(asked())


def test_a_return_is_asked_for_once():
    given(asked()).when(ask).refused(ReturnAlreadyAsked)


def test_nothing_is_asked_for_in_an_inspection_that_nobody_knows():
    given(gathered=UNKNOWN).when(ask).refused(NotFound)


def test_nothing_is_asked_for_once_the_inspection_has_ended():
    given(gathered=CLOSED).when(ask).refused(GatheringIsClosed)


def test_a_return_is_in_time_on_the_day_it_is_due():
    given(asked()).when(submit("age", "legal basis")).then(submitted(DUE_ON), taken_in(1, "age", "legal basis"))


def test_a_return_that_comes_a_day_late_is_accepted_and_marked():
    given(asked()).when(submit(today=NEXT_DAY)).then(submitted(NEXT_DAY, late=True), taken_in(1))


def test_a_second_submission_supersedes_the_first():
    given(*handed_in).when(submit("age", digest=OTHER_DIGEST, today=NEXT_DAY)).then(
        submitted(NEXT_DAY, late=True), taken_in(2, "age", digest=OTHER_DIGEST)
    )


def test_columns_by_which_people_are_known_are_refused_by_count_and_kind():
    command = submit("age", "Child name", "D.O.B.", "Surname", "Name of child")
    refused = given(asked()).when(command).refused(PersonalColumns)
    assert refused.recorded
    assert refused.details == {
        "inspection_id": INSPECTION,
        "columns": 4,
        "kinds": ["date_of_birth", "name", "surname"],
        "positions": [2, 3, 4, 5],
        "pointer": "/columns",
    }


def test_no_heading_stands_in_the_refusal_or_its_details():
    found = given(asked()).when(submit("Jamie", "Surname")).refused(PersonalColumns)
    assert "Jamie" not in f"{found} {found.details}"


@pytest.mark.parametrize(("member", "pointer"), [("rows", "/rows"), ("words", "/words")])
def test_nothing_is_fewer_than_none(member: str, pointer: str):
    assert given(asked()).when(submit(**{member: -1})).refused(CountBelowZero).details == {"pointer": pointer}


def test_a_position_statement_may_have_as_many_words_as_the_edition_says():
    statement = ReturnKind.POSITION_STATEMENT
    given(asked(statement)).when(submit(words=5000)).then(submitted(DUE_ON, statement), taken_in(1, words=5000))


def test_a_position_statement_that_is_too_long_is_refused_with_the_count():
    refused = given(asked(ReturnKind.POSITION_STATEMENT)).when(submit(words=5001)).refused(ReturnTooLong)
    assert refused.details == {"words": 5001, "most_words": 5000, "pointer": "/words"}


def test_a_position_statement_whose_words_nobody_counted_is_refused():
    given(asked(ReturnKind.POSITION_STATEMENT)).when(submit()).refused(WordsNotCounted)


def test_a_return_without_a_limit_may_have_any_number_of_words():
    given(asked()).when(submit(words=90_000)).then(submitted(DUE_ON), taken_in(1, words=90_000))


def test_nothing_is_handed_in_after_acceptance():
    given(*handed_in, accepted).when(submit()).refused(ReturnAlreadyAccepted)


def test_nothing_is_handed_in_once_the_inspection_has_ended():
    given(asked(), gathered=CLOSED).when(submit()).refused(GatheringIsClosed)


def extend(due_on: date) -> ExtendWindow:
    return ExtendWindow(return_id=RETURN, due_on=due_on, reason=ILLNESS)


extended = ReturnWindowExtended(
    return_id=RETURN, inspection_id=INSPECTION, due_on=LATER, was_due_on=DUE_ON, reason=ILLNESS
)


def test_a_window_is_extended_and_the_day_before_is_kept():
    given(asked()).when(extend(LATER)).then(extended)


def test_what_comes_within_an_extended_window_is_not_late():
    given(asked(), extended).when(submit(today=LATER)).then(submitted(LATER), taken_in(1))


@pytest.mark.parametrize("due_on", [DUE_ON, date(2025, 9, 18)])
def test_a_window_is_never_shortened(due_on: date):
    given(asked()).when(extend(due_on)).refused(NotAnExtension)


def test_a_window_is_not_extended_after_acceptance():
    given(*handed_in, accepted).when(extend(LATER)).refused(ReturnAlreadyAccepted)


def test_a_window_is_not_extended_once_the_inspection_has_ended():
    given(asked(), gathered=CLOSED).when(extend(LATER)).refused(GatheringIsClosed)


def test_the_latest_submission_is_accepted():
    Given(information_return, *handed_in, submitted(LATER), taken_in(2)).when(accept).then(
        ReturnAccepted(return_id=RETURN, inspection_id=INSPECTION, submission=2, accepted_on=LATER)
    )


def test_nothing_is_accepted_before_it_is_handed_in():
    Given(information_return, asked()).when(accept).refused(NothingHandedIn)


def test_a_return_is_accepted_once():
    Given(information_return, *handed_in, accepted).when(accept).refused(ReturnAlreadyAccepted)


def test_a_return_adds_up_without_looking_at_what_is_sealed():
    sealed = Sealed("token", ITEM, "information_return/1", "evidence.ReturnTakenIn", "headings")
    fact = ReturnTakenIn(
        return_id=RETURN, inspection_id=INSPECTION, submission=1, columns=2, words=None, digest=DIGEST, headings=sealed
    )
    state: InformationReturn = information_return.state([asked(), submitted(DUE_ON), fact, extended, accepted])
    assert (state.headings, state.columns, state.due_on, state.accepted_on) == (sealed, 2, LATER, LATER)
