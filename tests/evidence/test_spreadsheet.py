"""A return as a spreadsheet, and what follows from one that holds too much, given, when, then."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.evidence.aggregates.gathering import GatheringIsClosed
from services.evidence.aggregates.information_return import (
    ReturnAlreadyAccepted,
    WordsNotCounted,
    information_return,
)
from services.evidence.aggregates.over_supply import PersonalColumns
from services.evidence.aggregates.over_supply_notice import over_supply_notice
from services.evidence.commands import NoteOverSupply, NotifyCoordinator, SubmitSpreadsheet
from services.evidence.events import CoordinatorNotified, ReturnAccepted, ReturnOverSupplied
from services.evidence.policies import a_return_holds_too_much
from shared.messages import Words
from shared.testing import Given
from shared.vocabulary.methods import ReturnKind
from shared.vocabulary.particulars import PersonalColumn
from tests.evidence.facts import CLOSED, DIGEST, INSPECTION, OPEN, RETURN
from tests.evidence.test_information_return import DUE_ON, LATER, NEXT_DAY, asked, submitted, taken_in

BORN, CHI = PersonalColumn.DATE_OF_BIRTH, PersonalColumn.CHI_NUMBER


def submit(*columns: str, today: date = DUE_ON, **given: Any) -> SubmitSpreadsheet:
    whole = {"looks": (None,) * len(columns), "rows": 312, "digest": DIGEST, **given}
    return SubmitSpreadsheet(return_id=RETURN, columns=tuple(map(Words, columns)), today=today, **whole)


note = NoteOverSupply(
    inspection_id=INSPECTION, return_id=RETURN, columns=4, positions=(2, 4), kinds=(CHI, BORN), today=DUE_ON
)
noted = ReturnOverSupplied(
    return_id=RETURN,
    inspection_id=INSPECTION,
    notice=1,
    columns=4,
    positions=(2, 4),
    kinds=(CHI, BORN),
    noted_on=DUE_ON,
)
notified = CoordinatorNotified(return_id=RETURN, inspection_id=INSPECTION, notice=1, notified_on=DUE_ON)


def given(*history: object) -> Given:
    return Given(information_return, *history, gathered=OPEN)


def test_what_is_known_of_a_spreadsheet_is_known_of_any_return():
    given(asked()).when(submit("age", "Legal basis")).then(submitted(DUE_ON), taken_in(1, "age", "Legal basis"))
    given(asked()).when(submit("age", today=NEXT_DAY)).then(submitted(NEXT_DAY, late=True), taken_in(1, "age"))


def test_a_column_is_refused_for_its_heading_and_for_what_its_cells_look_like():
    named = given(asked()).when(submit("age", "DOB")).refused(PersonalColumns)
    assert (named.details["positions"], named.details["kinds"]) == ([2], ["date_of_birth"])
    looking = given(asked()).when(submit("ref", "age", looks=(CHI, None))).refused(PersonalColumns)
    assert (looking.details["positions"], looking.details["kinds"]) == ([1], ["chi_number"])
    assert looking.recorded


def test_what_has_to_keep_to_so_many_words_is_no_spreadsheet():
    given(asked(ReturnKind.POSITION_STATEMENT)).when(submit("age")).refused(WordsNotCounted)


def test_a_spreadsheet_comes_before_the_end_and_before_it_is_accepted():
    Given(information_return, asked(), gathered=CLOSED).when(submit("age")).refused(GatheringIsClosed)
    accepted = ReturnAccepted(return_id=RETURN, inspection_id=INSPECTION, submission=1, accepted_on=LATER)
    given(asked(), submitted(DUE_ON), taken_in(1), accepted).when(submit("age")).refused(ReturnAlreadyAccepted)


def test_that_too_much_was_sent_is_noted_by_counts_and_positions():
    Given(over_supply_notice).when(note).then(noted)


@pytest.mark.parametrize("other", [{"today": NEXT_DAY}, {"positions": (2,)}, {"columns": 5}, {"kinds": (CHI,)}])
def test_the_same_again_on_the_same_day_is_noted_once(other: dict[str, Any]):
    Given(over_supply_notice, noted).when(note).then()
    (again,) = Given(over_supply_notice, noted).when(replace(note, **other))._decide()
    assert again.notice == 2


def test_the_coordinator_is_let_know_once_of_each():
    assert list(a_return_holds_too_much(noted)) == [
        NotifyCoordinator(inspection_id=INSPECTION, return_id=RETURN, notice=1)
    ]
    notify = NotifyCoordinator(inspection_id=INSPECTION, return_id=RETURN, notice=1, today=DUE_ON)
    Given(over_supply_notice, noted).when(notify).then(notified)
    Given(over_supply_notice, noted, notified).when(notify).then()
