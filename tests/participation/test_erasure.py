"""Asking for an erasure, given, when, then: two people, and nothing that keeps the words."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from shared.contracts.participation import ErasureOrdered
from shared.erasure.carrying import Erased
from shared.erasure.certifying import certification
from shared.erasure.commands import ApproveErasure, HoldSubject, LiftSubjectHold, NoteErasure, RequestErasure
from shared.erasure.facts import ErasureCertified, ErasureNoted, ErasureRequested, SubjectHeld, SubjectHoldLifted
from shared.erasure.requesting import (
    ErasureAlreadyApproved,
    ErasureAlreadyRequested,
    ErasureNeedsAnother,
    ErasureStopped,
    Hold,
    SubjectAlreadyErased,
    SubjectNotHeld,
    erasure,
    subject_hold,
)
from shared.errors import NotAllowed
from shared.messages import Words
from shared.testing import Given
from shared.vocabulary.erasure import (
    CARRIERS,
    CarriedOut,
    CarrierName,
    DerivedName,
    ErasedId,
    ErasedKind,
    ErasureBasis,
    ErasureId,
    Purged,
    Retention,
    Stop,
)
from shared.vocabulary.identity import ActorId, ReasonCode

ERASURE, WHOM = ErasureId(uuid4()), ErasedId(uuid4())
ONE, OTHER = ActorId(uuid4()), ActorId(uuid4())
NOW, TODAY = datetime(2026, 1, 5, 10, tzinfo=UTC), date(2026, 1, 5)
WHY = Words("They asked us")

ask = RequestErasure(
    erasure_id=ERASURE,
    subject_id=WHOM,
    basis=ErasureBasis.OBJECTION_UPHELD,
    reason=WHY,
    actor=ONE,
    now=NOW,
)
approve = ApproveErasure(erasure_id=ERASURE, actor=OTHER, today=TODAY)
asked = ErasureRequested(
    erasure_id=ERASURE,
    subject_id=WHOM,
    basis=ErasureBasis.OBJECTION_UPHELD,
    requested_by=ONE,
    requested_at=NOW,
    reason=WHY,
)
ordered = ErasureOrdered(
    erasure_id=ERASURE,
    subject_id=WHOM,
    basis=ErasureBasis.OBJECTION_UPHELD,
    requested_by=ONE,
    approved_by=OTHER,
    ordered_on=TODAY,
)
COURT = ReasonCode("court")
hold = HoldSubject(subject_id=WHOM, reason=COURT, actor=ONE, today=TODAY)
lift = LiftSubjectHold(subject_id=WHOM, actor=ONE, today=TODAY)
held = SubjectHeld(subject_id=WHOM, reason=COURT, held_by=ONE, held_on=TODAY)
lifted = SubjectHoldLifted(subject_id=WHOM, lifted_by=ONE, lifted_on=TODAY)


def free(*history: object, held: bool = False, gone: bool = False) -> Given:
    """An erasure of somebody whom nothing keeps, unless it says so."""
    return Given(erasure, *history, hold=Hold(held=held), gone=Erased(erasure_id=ERASURE if gone else None))


def test_one_person_asks_and_another_approves():
    free().when(ask).then(asked)
    free(asked).when(approve).then(ordered)


def test_nobody_approves_what_they_asked_for():
    assert free(asked).when(replace(approve, actor=ONE)).refused(ErasureNeedsAnother).recorded
    free(asked).when(replace(approve, actor=None)).refused(ErasureNeedsAnother)
    free().when(replace(ask, actor=None)).refused(NotAllowed)


def test_it_is_asked_for_and_approved_once():
    free(asked).when(ask).refused(ErasureAlreadyRequested)
    free(asked, ordered).when(approve).refused(ErasureAlreadyApproved)
    free(gone=True).when(ask).refused(SubjectAlreadyErased)
    free(asked, gone=True).when(approve).refused(SubjectAlreadyErased)


@pytest.mark.parametrize("asking", [ask, approve], ids=["asked", "approved"])
def test_what_keeps_the_words_stops_it_with_its_reason_and_its_day(asking: RequestErasure | ApproveErasure):
    before = () if asking is ask else (asked,)
    until = date(2026, 4, 5)
    kept = replace(asking, stops=(Stop(reason=Retention.CONCERN_KEPT, until=until),))
    refusal = free(*before).when(kept).refused(ErasureStopped)
    assert (refusal.details["reason"], refusal.details["until"], refusal.recorded) == ("concern_kept", until, True)
    refusal = free(*before, held=True).when(kept).refused(ErasureStopped)
    assert (refusal.details["reason"], refusal.details["until"], refusal.details["reasons"]) == ("legal_hold", None, 2)


def test_a_hold_is_put_once_and_lifted_once():
    Given(subject_hold).when(hold).then(held)
    Given(subject_hold, held).when(hold).then()
    Given(subject_hold, held).when(lift).then(lifted)
    Given(subject_hold, held, lifted).when(lift).refused(SubjectNotHeld)


def done_by(service: str) -> CarriedOut:
    return CarriedOut(
        erasure_id=ERASURE,
        erased_id=WHOM,
        kind=ErasedKind.PERSON,
        service=CarrierName(service),
        keys=(uuid4(),),
        events=2,
        fields=3,
        readable=0,
        purged=(Purged(DerivedName("answers"), 1),),
        confirmed_on=TODAY,
    )


def test_it_is_certified_with_the_last_that_confirms_each_counting_once():
    done = [done_by(service) for service in CARRIERS]
    asks = [NoteErasure(erasure_id=ERASURE, erased_id=WHOM, done=each, today=TODAY) for each in done]
    noted = [ErasureNoted(erasure_id=ERASURE, erased_id=WHOM, done=each) for each in done]
    Given(certification).when(asks[0]).then(noted[0])
    Given(certification, noted[0]).when(asks[0]).then()
    certified = ErasureCertified(erasure_id=ERASURE, erased_id=WHOM, certified_on=TODAY, keys=4, fields=12)
    Given(certification, *noted[:3]).when(asks[3]).then(noted[3], certified)
