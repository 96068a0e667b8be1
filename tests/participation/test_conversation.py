"""Nobody is heard without having agreed to it, and what they said stands nowhere under their name."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from services.participation.aggregates.arranging import (
    ChannelNotOffered,
    ConversationAlreadyArranged,
    ModeNotOffered,
    SpeakingAlreadyAskedFor,
    VolunteerNotOffered,
    WishNotKept,
)
from services.participation.aggregates.conversation import (
    ConfidentialityNotExplained,
    ConsentAlreadyGiven,
    ConsentIsWithdrawn,
    ConsentMissing,
    ConversationAlreadyHeld,
    ConversationNotArranged,
    ConversationNotHeld,
    conversation,
)
from services.participation.aggregates.ways_to_take_part import SignpostingUnconfirmed, WaysAreClosed
from services.participation.commands import (
    ArrangeConversation,
    AskToSpeak,
    GiveConsent,
    HoldConversation,
    RecordViews,
    WithdrawConsent,
)
from services.participation.events import (
    ConsentGiven,
    ConsentWithdrawn,
    ConversationArranged,
    ConversationHeld,
    SpeakingAskedFor,
    ViewsRecorded,
)
from shared.errors import NotFound
from shared.messages import Words
from shared.testing import Given
from shared.vocabulary.identity import ConversationId, InspectionId, PersonId
from shared.vocabulary.participation import ContributorKind, ParticipationChannel, ParticipationMode
from tests.participation.facts import CLOSED, INSPECTION, READY, TODAY, UNCONFIRMED, UNKNOWN

ID = ConversationId(uuid4())
SOMEBODY = PersonId(uuid4())
wish: dict[str, Any] = {
    "conversation_id": ID,
    "inspection_id": INSPECTION,
    "mode": ParticipationMode.ONE_TO_ONE,
    "channel": ParticipationChannel.VIDEO,
    "contributor": ContributorKind.YOUNG_PERSON,
    "supporter": True,
    "volunteer": True,
}
arrange, arranged = ArrangeConversation(**wish), ConversationArranged(**wish)
agrees = GiveConsent(conversation_id=ID, confidentiality_explained=True, today=TODAY)
agreed = ConsentGiven(conversation_id=ID, given_on=TODAY)
withdraw = WithdrawConsent(conversation_id=ID, today=TODAY)
withdrawn = ConsentWithdrawn(conversation_id=ID, withdrawn_on=TODAY)
hold = HoldConversation(conversation_id=ID, today=TODAY)
held = ConversationHeld(conversation_id=ID, held_on=TODAY)
record = RecordViews(conversation_id=ID, views=Words("nobody asked me"), designation=Words("Pupil"))
recorded = ViewsRecorded(
    conversation_id=ID, inspection_id=INSPECTION, views=Words("nobody asked me"), designation=Words("Pupil")
)


asks = AskToSpeak(**wish, person_id=SOMEBODY, reached_by=Words("07700 900123"))
asked = SpeakingAskedFor(**wish, person_id=SOMEBODY, reached_by=Words("07700 900123"))


def test_somebody_asks_to_be_heard_and_is():
    Given(conversation, ways=READY).when(asks).then(asked)
    Given(conversation, asked, ways=READY).when(arrange).then(arranged)


def test_they_ask_once():
    Given(conversation, asked, ways=READY).when(asks).refused(SpeakingAlreadyAskedFor)
    Given(conversation, arranged, ways=READY).when(asks).refused(SpeakingAlreadyAskedFor)


def test_nobody_is_left_without_whom_they_asked_to_have_with_them():
    for name in ("supporter", "volunteer"):
        alone = replace(arrange, **{name: False})
        refusal = Given(conversation, asked, ways=READY).when(alone).refused(WishNotKept)
        assert refusal.details == {"pointer": f"/{name}"}
    Given(conversation, replace(asked, supporter=False), ways=READY).when(arrange).then(arranged)


def test_a_wish_is_kept_in_the_inspection_in_which_it_was_told():
    elsewhere = replace(arrange, inspection_id=InspectionId(uuid4()))
    refusal = Given(conversation, asked, ways=READY).when(elsewhere).refused(WishNotKept)
    assert refusal.details == {"pointer": "/inspection_id"}


def test_how_somebody_is_heard_can_be_agreed_otherwise():
    by_phone = {"mode": ParticipationMode.GROUP, "channel": ParticipationChannel.PHONE}
    Given(conversation, asked, ways=READY).when(replace(arrange, **by_phone)).then(replace(arranged, **by_phone))


@pytest.mark.parametrize(
    ("ways", "refusal"),
    [(UNKNOWN, NotFound), (UNCONFIRMED, SignpostingUnconfirmed), (CLOSED, WaysAreClosed)],
)
def test_nobody_asks_where_nobody_would_be_told_whom_to_call(ways: Any, refusal: Any):
    Given(conversation, ways=ways).when(asks).refused(refusal)


def test_they_ask_for_what_is_offered():
    remote = replace(READY, channels=(ParticipationChannel.PHONE,), volunteer_on_request=False)
    Given(conversation, ways=remote).when(asks).refused(ChannelNotOffered)
    by_phone = replace(asks, channel=ParticipationChannel.PHONE)
    Given(conversation, ways=remote).when(by_phone).refused(VolunteerNotOffered)
    Given(conversation, ways=READY).when(replace(asks, mode=ParticipationMode.SURVEY)).refused(ModeNotOffered)


@pytest.mark.parametrize("early", [agrees, withdraw, hold])
def test_nothing_is_agreed_or_held_before_it_was_arranged(early: object):
    Given(conversation, asked).when(early).refused(ConversationNotArranged)


def test_views_are_recorded_with_consent_only():
    Given(conversation, arranged, held).when(record).refused(ConsentMissing)


def test_a_conversation_is_arranged_as_somebody_likes_it():
    Given(conversation, ways=READY).when(arrange).then(arranged)


def test_a_conversation_is_arranged_once():
    Given(conversation, arranged, ways=READY).when(arrange).refused(ConversationAlreadyArranged)


def test_a_conversation_where_no_ways_are_offered_is_not_found():
    Given(conversation, ways=UNKNOWN).when(arrange).refused(NotFound)


def test_a_conversation_before_signposting_is_refused():
    Given(conversation, ways=UNCONFIRMED).when(arrange).refused(SignpostingUnconfirmed)


def test_a_conversation_after_the_inspection_is_refused():
    Given(conversation, ways=CLOSED).when(arrange).refused(WaysAreClosed)


@pytest.mark.parametrize("mode", [ParticipationMode.SURVEY, ParticipationMode.GROUP])
def test_a_way_of_talking_that_is_not_offered_is_refused(mode):
    one_to_one = replace(READY, modes=(ParticipationMode.SURVEY, ParticipationMode.ONE_TO_ONE))
    ask = ArrangeConversation(**wish | {"mode": mode})
    assert Given(conversation, ways=one_to_one).when(ask).refused(ModeNotOffered).details == {"pointer": "/mode"}


def test_a_channel_that_is_not_offered_is_refused():
    by_phone = replace(READY, channels=(ParticipationChannel.PHONE,))
    Given(conversation, ways=by_phone).when(arrange).refused(ChannelNotOffered)


def test_a_volunteer_that_is_not_offered_is_refused():
    none = replace(READY, volunteer_on_request=False)
    Given(conversation, ways=none).when(arrange).refused(VolunteerNotOffered)


def test_consent_counts_once_confidentiality_was_explained():
    Given(conversation, arranged).when(agrees).then(agreed)
    unexplained = GiveConsent(conversation_id=ID, confidentiality_explained=False, today=TODAY)
    Given(conversation, arranged).when(unexplained).refused(ConfidentialityNotExplained)


def test_consent_is_given_once_and_again_after_it_was_withdrawn():
    Given(conversation, arranged, agreed).when(agrees).refused(ConsentAlreadyGiven)
    Given(conversation, arranged, agreed, withdrawn).when(agrees).then(agreed)


def test_consent_after_the_conversation_is_refused():
    Given(conversation, arranged, agreed, held).when(agrees).refused(ConversationAlreadyHeld)


def test_consent_is_withdrawn_at_any_time():
    Given(conversation, arranged, agreed).when(withdraw).then(withdrawn)
    Given(conversation, arranged, agreed, held, recorded).when(withdraw).then(withdrawn)


def test_consent_that_was_not_given_or_is_withdrawn_cannot_be_withdrawn():
    Given(conversation, arranged).when(withdraw).refused(ConsentMissing)
    Given(conversation, arranged, agreed, withdrawn).when(withdraw).refused(ConsentIsWithdrawn)


def test_a_conversation_is_held_with_consent_only():
    Given(conversation, arranged, agreed).when(hold).then(held)
    Given(conversation, arranged).when(hold).refused(ConsentMissing)
    Given(conversation, arranged, agreed, withdrawn).when(hold).refused(ConsentIsWithdrawn)


def test_a_conversation_is_held_once():
    Given(conversation, arranged, agreed, held).when(hold).refused(ConversationAlreadyHeld)


def test_views_are_recorded_by_everybody_who_heard_them():
    Given(conversation, arranged, agreed, held).when(record).then(recorded)
    Given(conversation, arranged, agreed, held, recorded).when(record).then(recorded)


def test_views_before_the_conversation_are_refused():
    Given(conversation, arranged, agreed).when(record).refused(ConversationNotHeld)


def test_views_against_somebodys_will_are_refused():
    Given(conversation, arranged, agreed, held, withdrawn).when(record).refused(ConsentIsWithdrawn)
