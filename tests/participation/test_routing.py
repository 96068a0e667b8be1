"""A concern about one of the area's contacts goes round them, however late that is found out."""

from dataclasses import replace
from uuid import uuid4

import pytest

from services.participation.aggregates.concern import concern
from services.participation.aggregates.concern_clocks import ladder
from services.participation.aggregates.referral import ConcernNotReferred, ReferralNotDispatched
from services.participation.aggregates.routing import ContactAlreadyRuledOut, ContactIsConflicted
from services.participation.aggregates.safeguarding import ConcernIsClosed
from services.participation.commands import AcknowledgeReferral, DispatchReferral, RuleOutContact
from services.participation.events import ConcernReopened, ContactRuledOut, ReferralTurnedBack
from shared.testing import Given
from shared.vocabulary.identity import ContactId
from shared.vocabulary.participation import Awaiting, ConcernState, DispatchChannel, Urgency
from tests.participation.facts import (
    CALL,
    CONCERN,
    CONTACT,
    DESIGNATION,
    INSPECTION,
    LATER,
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
    raise_it,
    raised,
    received,
    sent,
    upheld,
)

ANOTHER = ContactId(uuid4())
about_contact = replace(raised, about_contact=CONTACT)
send = DispatchReferral(
    concern_id=CONCERN, dispatch_id=MAIL, channel=DispatchChannel.SECURE_MAIL, contact_id=CONTACT, now=NOW
)
rule_out = RuleOutContact(concern_id=CONCERN, contact_id=CONTACT, reason=REASON, now=LATER)
ruled_out = ContactRuledOut(concern_id=CONCERN, inspection_id=INSPECTION, contact_id=CONTACT, reason=REASON)
turned_back = ReferralTurnedBack(
    concern_id=CONCERN,
    inspection_id=INSPECTION,
    turned_back_at=LATER,
    opening=2,
    ladder=ladder(Awaiting.DISPATCH, Urgency.SIGNIFICANT_HARM, LATER),
)
by_another = sent(CALL, DispatchChannel.PHONE, ANOTHER)


def test_a_concern_may_be_about_a_contact_of_the_area_from_the_beginning():
    Given(concern).when(replace(raise_it, about_contact=CONTACT)).then(about_contact)


def test_nobody_is_sent_a_concern_about_themselves():
    for history in ([about_contact, decided], [raised, ruled_out, decided], [raised, decided, ruled_out]):
        refusal = Given(concern, *history).when(send).refused(ContactIsConflicted)
        assert refusal.details == {"contact_id": CONTACT}


@pytest.mark.parametrize("contact_id", [ANOTHER, None])
def test_it_goes_to_another_or_to_whoever_is_on_duty(contact_id):
    elsewhere = replace(send, contact_id=contact_id)
    Given(concern, about_contact, decided).when(elsewhere).then(sent(contact_id=contact_id))


def test_a_contact_is_ruled_out_before_anything_is_sent():
    for history in ([], [decided], [declined], [declined, upheld]):
        Given(concern, raised, *history).when(rule_out).then(ruled_out)


def test_a_contact_is_ruled_out_once():
    Given(concern, about_contact).when(rule_out).refused(ContactAlreadyRuledOut)
    Given(concern, raised, ruled_out).when(rule_out).refused(ContactAlreadyRuledOut)


def test_of_a_closed_concern_nobody_is_ruled_out():
    Given(concern, raised, declined, upheld, closed).when(rule_out).refused(ConcernIsClosed)


def test_what_had_reached_only_them_waits_to_be_sent_again():
    steps = [mailed, received, acknowledged, outcome]
    for n in range(1, len(steps) + 1):
        Given(concern, raised, decided, *steps[:n]).when(rule_out).then(ruled_out, turned_back)
    state = concern.state([raised, decided, *steps, ruled_out, turned_back])
    assert (state.stands, state.awaits) == (ConcernState.TO_BE_REFERRED, Awaiting.DISPATCH)
    assert (state.reference, state.acknowledged_by, state.outcome) == (None, None, None)
    assert state.lawful_basis is decided.lawful_basis


def test_what_reached_somebody_else_as_well_goes_on():
    Given(concern, raised, decided, mailed, by_another).when(rule_out).then(ruled_out)
    by_phone = replace(acknowledged, dispatch_id=CALL)
    Given(concern, raised, decided, mailed, by_another, by_phone).when(rule_out).then(ruled_out)
    Given(concern, raised, decided, mailed, sent(CALL, contact_id=None)).when(rule_out).then(ruled_out)


def test_what_only_they_acknowledged_goes_again_whomever_else_it_was_sent_to():
    history = (raised, decided, by_another, mailed, received, acknowledged)
    Given(concern, *history).when(rule_out).then(ruled_out, turned_back)


def test_when_the_last_of_several_is_ruled_out_it_goes_again():
    history = (about_contact, decided, mailed, by_another)
    another = replace(rule_out, contact_id=ANOTHER)
    Given(concern, *history).when(another).then(replace(ruled_out, contact_id=ANOTHER), turned_back)


def test_nobody_acknowledges_a_concern_about_themselves():
    acknowledge = AcknowledgeReferral(
        concern_id=CONCERN, reference=REFERENCE, acknowledged_by=DESIGNATION, dispatch_id=MAIL, now=NOW
    )
    history = (raised, decided, mailed, received, by_another, ruled_out)
    Given(concern, *history).when(acknowledge).refused(ContactIsConflicted)
    Given(concern, *history).when(replace(acknowledge, dispatch_id=CALL)).then(replace(acknowledged, dispatch_id=CALL))


def test_an_answer_to_what_was_turned_back_proves_nothing():
    acknowledge = AcknowledgeReferral(concern_id=CONCERN, reference=REFERENCE, acknowledged_by=DESIGNATION, now=NOW)
    history = (raised, decided, called, ruled_out, turned_back)
    Given(concern, *history).when(acknowledge).refused(ReferralNotDispatched)


def test_whom_it_is_about_is_still_known_when_it_is_reopened():
    reopened = ConcernReopened(
        concern_id=CONCERN, inspection_id=INSPECTION, reason=REASON, reopened_at=NOW, opening=2, ladder=()
    )
    history = (about_contact, declined, upheld, closed, reopened)
    Given(concern, *history, replace(decided, opening=2)).when(send).refused(ContactIsConflicted)
    Given(concern, about_contact, declined).when(send).refused(ConcernNotReferred)
