"""A referral is sent, received and acknowledged, which are three things, and each in its turn."""

from dataclasses import replace
from uuid import uuid4

import pytest

from services.participation.aggregates.concern import concern
from services.participation.aggregates.referral import (
    ConcernNotReferred,
    DispatchAlreadyRecorded,
    DispatchUnknown,
    OutcomeAlreadyRecorded,
    ReceiptAlreadyRecorded,
    ReferralAlreadyAcknowledged,
    ReferralNotAcknowledged,
    ReferralNotDispatched,
    ReferralNotReceived,
)
from services.participation.aggregates.safeguarding import ConcernIsClosed, ConcernUndecided
from services.participation.commands import AcknowledgeReferral, DispatchReferral, RecordOutcome, RecordReceipt
from services.participation.events import ConcernReopened
from shared.testing import Given
from shared.vocabulary.participation import ConcernState, DispatchChannel, DispatchId, OutcomeCode, ReceiptCode
from tests.participation.facts import (
    CALL,
    CONCERN,
    CONTACT,
    DESIGNATION,
    INSPECTION,
    MAIL,
    NOW,
    REASON,
    REFERENCE,
    acknowledged,
    called,
    closed,
    decided,
    declined,
    mailed,
    outcome,
    raised,
    received,
    sent,
    upheld,
)

send = DispatchReferral(
    concern_id=CONCERN, dispatch_id=MAIL, channel=DispatchChannel.SECURE_MAIL, contact_id=CONTACT, now=NOW
)
call = DispatchReferral(
    concern_id=CONCERN, dispatch_id=CALL, channel=DispatchChannel.PHONE, contact_id=CONTACT, now=NOW
)
receive = RecordReceipt(concern_id=CONCERN, receipt=ReceiptCode("delivered:250"))
acknowledge = AcknowledgeReferral(concern_id=CONCERN, reference=REFERENCE, acknowledged_by=DESIGNATION, now=NOW)
know = RecordOutcome(concern_id=CONCERN, outcome=OutcomeCode("plan-in-place"))
EVERY_STEP = [send, receive, acknowledge, know]
reopened = ConcernReopened(
    concern_id=CONCERN, inspection_id=INSPECTION, reason=REASON, reopened_at=NOW, opening=2, ladder=()
)


def test_a_referral_is_sent_received_acknowledged_and_has_an_outcome():
    Given(concern, raised, decided).when(send).then(mailed)
    Given(concern, raised, decided, mailed).when(receive).then(received)
    Given(concern, raised, decided, mailed, received).when(acknowledge).then(acknowledged)
    Given(concern, raised, decided, mailed, received, acknowledged).when(know).then(outcome)


def test_sent_is_not_received_and_received_is_not_acknowledged():
    history = [raised, decided, mailed, received, acknowledged, outcome, closed]
    stands = [concern.state(history[: n + 1]).stands for n in range(len(history))]
    assert stands == [
        ConcernState.RAISED,
        ConcernState.TO_BE_REFERRED,
        ConcernState.DISPATCHED,
        ConcernState.RECEIVED,
        ConcernState.ACKNOWLEDGED,
        ConcernState.OUTCOME_KNOWN,
        ConcernState.CLOSED,
    ]


@pytest.mark.parametrize("step", EVERY_STEP, ids=lambda step: type(step).__name__)
def test_nothing_is_sent_or_answered_before_the_decision(step):
    Given(concern, raised).when(step).refused(ConcernUndecided)


@pytest.mark.parametrize("step", EVERY_STEP, ids=lambda step: type(step).__name__)
def test_nothing_is_sent_or_answered_for_what_is_not_referred(step):
    for history in ([declined], [declined, upheld]):
        Given(concern, raised, *history).when(step).refused(ConcernNotReferred)


@pytest.mark.parametrize("step", EVERY_STEP, ids=lambda step: type(step).__name__)
def test_nothing_is_sent_or_answered_after_closure(step):
    history = (raised, decided, mailed, received, acknowledged, outcome, closed)
    Given(concern, *history).when(step).refused(ConcernIsClosed)


def test_a_receipt_or_an_acknowledgement_of_what_was_not_sent_is_refused():
    Given(concern, raised, decided).when(receive).refused(ReferralNotDispatched)
    Given(concern, raised, decided).when(acknowledge).refused(ReferralNotDispatched)


def test_where_the_transport_gives_receipts_nobody_acknowledges_what_was_not_delivered():
    refusal = Given(concern, raised, decided, mailed).when(acknowledge).refused(ReferralNotReceived)
    assert refusal.details == {"dispatch_id": MAIL}


@pytest.mark.parametrize("channel", [DispatchChannel.PHONE, DispatchChannel.PRINTED_FORM])
def test_on_the_phone_and_on_paper_a_person_is_the_first_to_answer(channel):
    Given(concern, raised, decided, sent(CALL, channel)).when(acknowledge).then(replace(acknowledged, dispatch_id=CALL))


def test_an_outcome_before_a_person_acknowledged_is_refused():
    for history in ([decided], [decided, mailed], [decided, mailed, received]):
        Given(concern, raised, *history).when(know).refused(ReferralNotAcknowledged)


def test_without_an_answer_it_is_sent_again_on_another_channel():
    Given(concern, raised, decided, mailed).when(call).then(called)
    Given(concern, raised, decided, mailed, received).when(call).then(called)


def test_where_the_area_named_nobody_it_begins_with_the_officer_on_duty():
    nobody = replace(send, contact_id=None)
    Given(concern, raised, decided).when(nobody).then(sent(contact_id=None))
    assert [rung.level for rung in sent(contact_id=None).ladder] == [2, 3, 4]


def test_a_dispatch_is_recorded_once():
    Given(concern, raised, decided, mailed).when(send).refused(DispatchAlreadyRecorded)


def test_what_is_acknowledged_is_not_sent_or_acknowledged_again():
    for history in ([acknowledged], [acknowledged, outcome]):
        Given(concern, raised, decided, mailed, received, *history).when(call).refused(ReferralAlreadyAcknowledged)
        Given(concern, raised, decided, mailed, received, *history).when(acknowledge).refused(
            ReferralAlreadyAcknowledged
        )


def test_an_answer_to_another_dispatch_proves_nothing():
    stranger = DispatchId(uuid4())
    Given(concern, raised, decided, mailed).when(replace(receive, dispatch_id=stranger)).refused(DispatchUnknown)
    Given(concern, raised, decided, called).when(replace(acknowledge, dispatch_id=stranger)).refused(DispatchUnknown)


def test_an_answer_from_before_a_reopening_proves_nothing_after_it():
    again = replace(decided, opening=2)
    history = (raised, decided, mailed, received, acknowledged, outcome, closed, reopened, again)
    Given(concern, *history).when(replace(acknowledge, dispatch_id=MAIL)).refused(ReferralNotDispatched)
    Given(concern, *history, replace(called, opening=2)).when(replace(acknowledge, dispatch_id=MAIL)).refused(
        DispatchUnknown
    )


def test_a_receipt_names_its_dispatch_or_means_the_latest():
    Given(concern, raised, decided, called, mailed).when(receive).then(received)
    Given(concern, raised, decided, mailed, called).when(replace(receive, dispatch_id=MAIL)).then(received)


def test_a_receipt_is_recorded_once():
    Given(concern, raised, decided, mailed, received).when(receive).refused(ReceiptAlreadyRecorded)


def test_a_receipt_after_the_acknowledgement_moves_nothing_back():
    by_phone = replace(acknowledged, dispatch_id=CALL)
    late = replace(receive, dispatch_id=MAIL)
    Given(concern, raised, decided, mailed, called, by_phone).when(late).then(received)
    state = concern.state([raised, decided, mailed, called, by_phone, received])
    assert state.stands is ConcernState.ACKNOWLEDGED


def test_an_outcome_is_recorded_once():
    history = (raised, decided, mailed, received, acknowledged, outcome)
    Given(concern, *history).when(know).refused(OutcomeAlreadyRecorded)
