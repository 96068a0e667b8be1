"""Disposal: when records fall due, what stops it, what is given back before, given, when, then."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from services.evidence.aggregates.disposal import (
    REMIND,
    DayIsAhead,
    RecordsAlreadyDisposedOf,
    RecordsNotHeld,
    a_year_after,
    disposal,
)
from services.evidence.aggregates.disposing import DisposalNotDue, OriginalsAreOut, RecordsAreHeld
from services.evidence.aggregates.originals import OriginalsAlreadyBorrowed, OriginalsNotBorrowed
from services.evidence.commands import (
    BorrowOriginals,
    DisposeRecords,
    HoldForProceedings,
    LiftHold,
    NotePublication,
    RecordProceedingsEnded,
    RemindOfDisposal,
    ReturnOriginals,
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
from services.evidence.policies import records_are_to_be_disposed_of
from shared.contracts.evidence import RecordsDisposedOf
from shared.errors import NotFound
from shared.messages import Words
from shared.sourcing.service import on_day
from shared.testing import Given
from shared.vocabulary.identity import ActorId, OriginalsId, ReasonCode
from tests.evidence.facts import CLOSED, INSPECTION, UNKNOWN

PUBLISHED, ENDED = date(2026, 5, 1), date(2027, 9, 10)
DUE, DUE_AFTER_PROCEEDINGS = date(2027, 5, 1), date(2028, 9, 10)
ORIGINALS = OriginalsId(uuid4())
LENT_BY, RECEIPT = Words("Records office"), Words("Receipt 12")
SHREDDED, COURT = ReasonCode("shredded"), ReasonCode("court")

noted = PublicationNoted(inspection_id=INSPECTION, published_on=PUBLISHED)
due = DisposalDue(inspection_id=INSPECTION, due_on=DUE)
held = RecordsHeld(inspection_id=INSPECTION, reason=COURT, held_on=DUE)
lifted = HoldLifted(inspection_id=INSPECTION, ended_on=ENDED, lifted_on=ENDED)
borrowed = OriginalsBorrowed(inspection_id=INSPECTION, originals_id=ORIGINALS, lent_by=LENT_BY)
returned = OriginalsReturned(inspection_id=INSPECTION, originals_id=ORIGINALS, returned_on=DUE, receipt=RECEIPT)
ONE, OTHER = ActorId(uuid4()), ActorId(uuid4())
proposed = DisposalProposed(inspection_id=INSPECTION, method=SHREDDED, proposed_by=ONE, proposed_on=DUE)
disposed = RecordsDisposedOf(
    inspection_id=INSPECTION, method=SHREDDED, disposed_on=DUE, proposed_by=ONE, disposed_by=OTHER
)
borrow = BorrowOriginals(inspection_id=INSPECTION, originals_id=ORIGINALS, lent_by=LENT_BY)
give_back = ReturnOriginals(inspection_id=INSPECTION, originals_id=ORIGINALS, receipt=RECEIPT, today=DUE)
hold = HoldForProceedings(inspection_id=INSPECTION, reason=COURT, today=DUE)
lift = LiftHold(inspection_id=INSPECTION, ended_on=ENDED, today=ENDED)


def dispose(today: date = DUE) -> DisposeRecords:
    return DisposeRecords(inspection_id=INSPECTION, actor=OTHER, today=today)


def known(*history: object) -> Given:
    """A disposal where it is asked whether there is such an inspection; that it has ended matters nothing."""
    return Given(disposal, *history, gathered=CLOSED)


def test_a_year_after_a_publication_records_are_due():
    asked = NotePublication(inspection_id=INSPECTION, published_on=PUBLISHED)
    Given(disposal).when(asked).then(noted, due)


def test_the_latest_of_the_days_counts():
    earlier = SubmitToMinisters(inspection_id=INSPECTION, submitted_on=date(2026, 3, 1), today=DUE)
    known(noted, due).when(earlier).then(SubmittedToMinisters(inspection_id=INSPECTION, submitted_on=date(2026, 3, 1)))
    later = SubmitToMinisters(inspection_id=INSPECTION, submitted_on=date(2026, 6, 1), today=DUE)
    known(noted, due).when(later).then(
        SubmittedToMinisters(inspection_id=INSPECTION, submitted_on=date(2026, 6, 1)),
        DisposalDue(inspection_id=INSPECTION, due_on=date(2027, 6, 1)),
    )


def test_a_year_after_a_leap_day_is_the_first_of_march():
    assert a_year_after(date(2028, 2, 29)) == date(2029, 3, 1)


def test_a_hold_on_the_day_before_stops_it_and_its_end_counts_anew():
    known(noted, due).when(hold).then(held)
    known(noted, due, held).when(hold).then()
    Given(disposal, noted, due, held).when(dispose()).refused(RecordsAreHeld)
    Given(disposal, noted, due, held).when(lift).then(
        lifted, DisposalDue(inspection_id=INSPECTION, due_on=DUE_AFTER_PROCEEDINGS)
    )


def test_a_hold_that_ended_before_the_publication_changes_no_day_but_the_day_is_told_again():
    early = LiftHold(inspection_id=INSPECTION, ended_on=date(2026, 1, 1), today=ENDED)
    fact = HoldLifted(inspection_id=INSPECTION, ended_on=date(2026, 1, 1), lifted_on=ENDED)
    Given(disposal, noted, due, held).when(early).then(fact, due)


def test_without_a_hold_there_is_nothing_to_lift():
    Given(disposal, noted, due).when(lift).refused(RecordsNotHeld)


def test_the_end_of_proceedings_counts_whether_or_not_anything_was_held():
    ended = RecordProceedingsEnded(inspection_id=INSPECTION, ended_on=ENDED, today=ENDED)
    fact = ProceedingsEnded(inspection_id=INSPECTION, ended_on=ENDED)
    anew = DisposalDue(inspection_id=INSPECTION, due_on=DUE_AFTER_PROCEEDINGS)
    plainly = LiftHold(inspection_id=INSPECTION, today=ENDED)
    unheld = HoldLifted(inspection_id=INSPECTION, ended_on=None, lifted_on=ENDED)
    known(noted, due).when(ended).then(fact, anew)
    known(noted, due, held).when(ended).then(fact)
    Given(disposal, noted, due, held, fact).when(plainly).then(unheld, anew)
    Given(disposal, noted, due, held).when(plainly).then(unheld, due)
    known(noted, due, disposed).when(ended).refused(RecordsAlreadyDisposedOf)


def test_a_day_counts_once_it_has_come():
    tomorrow, today = date(2026, 3, 2), date(2026, 3, 1)
    submit = SubmitToMinisters(inspection_id=INSPECTION, submitted_on=tomorrow, today=today)
    ended = RecordProceedingsEnded(inspection_id=INSPECTION, ended_on=tomorrow, today=today)
    early = LiftHold(inspection_id=INSPECTION, ended_on=tomorrow, today=today)
    known().when(submit).refused(DayIsAhead)
    known().when(ended).refused(DayIsAhead)
    Given(disposal, held).when(early).refused(DayIsAhead)


@pytest.mark.parametrize(
    "asked",
    [
        SubmitToMinisters(inspection_id=INSPECTION, submitted_on=PUBLISHED, today=DUE),
        RecordProceedingsEnded(inspection_id=INSPECTION, ended_on=ENDED, today=ENDED),
        hold,
        borrow,
    ],
    ids=["submission", "proceedings", "hold", "originals"],
)
def test_an_inspection_that_nobody_knows_has_no_records(asked: object):
    Given(disposal, gathered=UNKNOWN).when(asked).refused(NotFound)


@pytest.mark.parametrize("history", [(), (noted, due)])
def test_records_are_kept_until_their_day(history: tuple[object, ...]):
    refusal = Given(disposal, *history).when(dispose(DUE - timedelta(days=1))).refused(DisposalNotDue)
    assert refusal.recorded


def test_records_are_disposed_of_once():
    Given(disposal, noted, due, proposed).when(dispose()).then(disposed)
    Given(disposal, noted, due, disposed).when(dispose()).refused(RecordsAlreadyDisposedOf)
    known(noted, due, disposed).when(hold).refused(RecordsAlreadyDisposedOf)
    known(noted, due, disposed).when(borrow).refused(RecordsAlreadyDisposedOf)


def test_originals_are_given_back_against_a_receipt_and_never_destroyed():
    known(noted, due).when(borrow).then(borrowed)
    known(noted, due, borrowed).when(borrow).refused(OriginalsAlreadyBorrowed)
    Given(disposal, noted, due, borrowed).when(dispose()).refused(OriginalsAreOut)
    Given(disposal, noted, due, borrowed).when(give_back).then(returned)
    Given(disposal, noted, due, borrowed, returned).when(give_back).refused(OriginalsNotBorrowed)
    Given(disposal, noted, due).when(give_back).refused(OriginalsNotBorrowed)
    Given(disposal, noted, due, borrowed, returned, proposed).when(dispose()).then(disposed)


def test_somebody_is_reminded_once_and_of_a_day_that_holds():
    (later,) = records_are_to_be_disposed_of(due)
    reminded = DisposalReminded(inspection_id=INSPECTION, due_on=DUE)
    remind = RemindOfDisposal(inspection_id=INSPECTION, due_on=DUE)
    assert later == on_day(remind, DUE - REMIND)
    Given(disposal, noted, due).when(remind).then(reminded)
    Given(disposal, noted, due, reminded).when(remind).then()
    Given(disposal, noted, due, held).when(remind).then()
    Given(disposal, noted, due, disposed).when(remind).then()
