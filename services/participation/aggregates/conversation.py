"""A conversation: arranged as somebody likes it, held only with their consent, written down without their name."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.participation.aggregates.ways_to_take_part import WaysToTakePart, refuse_unready, ways_to_take_part
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
from shared.aggregates import Aggregate, one
from shared.errors import Refused
from shared.messages import Sealed, Words
from shared.vocabulary.identity import InspectionId, PersonId
from shared.vocabulary.participation import ContributorKind, ParticipationChannel, ParticipationMode


class ConversationAlreadyArranged(Refused):
    """This conversation has been arranged already."""


class SpeakingAlreadyAskedFor(Refused):
    """They have asked to be heard already."""


class ConversationNotArranged(Refused):
    """Somebody asked to be heard, and nothing was arranged yet; arrange the conversation first."""


class ModeNotOffered(Refused):
    """Conversations are one to one or in a group, as the methodology's edition offers them."""

    status = 422


class ChannelNotOffered(Refused):
    """The methodology's edition does not offer conversations on this channel."""

    status = 422


class VolunteerNotOffered(Refused):
    """The methodology's edition offers no young inspection volunteer to speak with."""

    status = 422


class ConfidentialityNotExplained(Refused):
    """Consent counts only once it was explained what stays confidential and what has to be passed on."""

    status = 422


class ConsentMissing(Refused):
    """Nobody is heard without having agreed to it; record their consent first."""


class ConsentAlreadyGiven(Refused):
    """They have agreed already."""


class ConsentIsWithdrawn(Refused):
    """They no longer agree: nobody is heard, and nothing is written down, against their will."""


class ConversationAlreadyHeld(Refused):
    """This conversation has been held already."""


class ConversationNotHeld(Refused):
    """This conversation has not been held yet; views are recorded afterwards."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a conversation's facts add up to."""

    inspection_id: InspectionId | None = None
    asked_for_by: PersonId | None = None
    reached_by: Words | Sealed | None = None
    mode: ParticipationMode | None = None
    channel: ParticipationChannel | None = None
    contributor: ContributorKind | None = None
    supporter: bool = False
    volunteer: bool = False
    consent_given_on: date | None = None
    consent_withdrawn_on: date | None = None
    held_on: date | None = None
    views: tuple[Words | Sealed, ...] = ()


def evolve(state: Conversation, fact: Any) -> Conversation:
    """Add a fact up."""
    match fact:
        case SpeakingAskedFor():
            return replace(state, asked_for_by=fact.person_id, reached_by=fact.reached_by)
        case ConversationArranged():
            return replace(
                state,
                inspection_id=fact.inspection_id,
                mode=fact.mode,
                channel=fact.channel,
                contributor=fact.contributor,
                supporter=fact.supporter,
                volunteer=fact.volunteer,
            )
        case ConsentGiven():
            return replace(state, consent_given_on=fact.given_on, consent_withdrawn_on=None)
        case ConsentWithdrawn():
            return replace(state, consent_withdrawn_on=fact.withdrawn_on)
        case ConversationHeld():
            return replace(state, held_on=fact.held_on)
        case ViewsRecorded():
            return replace(state, views=(*state.views, fact.views))
    return state


conversation = Aggregate(
    "conversation", by="conversation_id", about="inspection_id", initial=Conversation(), evolve=evolve
)


@conversation.decides(creates=True, ways=one(ways_to_take_part, lambda command, _state: command.inspection_id))
def ask_to_speak(command: AskToSpeak, state: Conversation, *, ways: WaysToTakePart) -> Iterator[SpeakingAskedFor]:
    """Whoever asks is told whom to call, and is heard in the way they like as far as it is offered."""
    if state.asked_for_by is not None or state.inspection_id is not None:
        raise SpeakingAlreadyAskedFor(conversation_id=command.conversation_id)
    refuse_unready(ways)
    _refuse_what_is_not_offered(command, ways)
    yield SpeakingAskedFor(
        conversation_id=command.conversation_id,
        inspection_id=command.inspection_id,
        person_id=command.person_id,
        mode=command.mode,
        channel=command.channel,
        contributor=command.contributor,
        supporter=command.supporter,
        volunteer=command.volunteer,
        reached_by=command.reached_by,
    )


@conversation.decides(creates=True, ways=one(ways_to_take_part, lambda command, _state: command.inspection_id))
def arrange_conversation(
    command: ArrangeConversation, state: Conversation, *, ways: WaysToTakePart
) -> Iterator[ConversationArranged]:
    """Within what the edition offers it is as they like it; a supporter is never refused."""
    if state.inspection_id is not None:
        raise ConversationAlreadyArranged(conversation_id=command.conversation_id)
    refuse_unready(ways)
    _refuse_what_is_not_offered(command, ways)
    yield ConversationArranged(
        conversation_id=command.conversation_id,
        inspection_id=command.inspection_id,
        mode=command.mode,
        channel=command.channel,
        contributor=command.contributor,
        supporter=command.supporter,
        volunteer=command.volunteer,
    )


def _refuse_what_is_not_offered(command: ArrangeConversation | AskToSpeak, ways: WaysToTakePart) -> None:
    if command.mode is ParticipationMode.SURVEY or command.mode not in ways.modes:
        raise ModeNotOffered(pointer="/mode")
    if ways.channels and command.channel not in ways.channels:
        raise ChannelNotOffered(pointer="/channel")
    if command.volunteer and not ways.volunteer_on_request:
        raise VolunteerNotOffered(pointer="/volunteer")


@conversation.decides()
def give_consent(command: GiveConsent, state: Conversation) -> Iterator[ConsentGiven]:
    """Who withdrew may agree again, until the conversation is held."""
    _refuse_unarranged(state)
    if not command.confidentiality_explained:
        raise ConfidentialityNotExplained(pointer="/confidentiality_explained")
    if state.held_on is not None:
        raise ConversationAlreadyHeld(conversation_id=command.conversation_id)
    if state.consent_given_on is not None and state.consent_withdrawn_on is None:
        raise ConsentAlreadyGiven(conversation_id=command.conversation_id)
    yield ConsentGiven(conversation_id=command.conversation_id, given_on=command.today or date.max)


@conversation.decides()
def withdraw_consent(command: WithdrawConsent, state: Conversation) -> Iterator[ConsentWithdrawn]:
    """At any time, and without a reason."""
    _refuse_unarranged(state)
    _refuse_without_consent(state)
    yield ConsentWithdrawn(conversation_id=command.conversation_id, withdrawn_on=command.today or date.max)


@conversation.decides()
def hold_conversation(command: HoldConversation, state: Conversation) -> Iterator[ConversationHeld]:
    """It is held once, with consent."""
    _refuse_unarranged(state)
    if state.held_on is not None:
        raise ConversationAlreadyHeld(conversation_id=command.conversation_id)
    _refuse_without_consent(state)
    yield ConversationHeld(conversation_id=command.conversation_id, held_on=command.today or date.max)


@conversation.decides()
def record_views(command: RecordViews, state: Conversation) -> Iterator[ViewsRecorded]:
    """Several may write down what they heard, so nothing of it is ever out of date."""
    if state.held_on is None or state.inspection_id is None:
        raise ConversationNotHeld(conversation_id=command.conversation_id)
    _refuse_without_consent(state)
    yield ViewsRecorded(
        conversation_id=command.conversation_id,
        inspection_id=state.inspection_id,
        views=command.views,
        designation=command.designation,
    )


def _refuse_unarranged(state: Conversation) -> None:
    if state.inspection_id is None:
        raise ConversationNotArranged


def _refuse_without_consent(state: Conversation) -> None:
    if state.consent_given_on is None:
        raise ConsentMissing
    if state.consent_withdrawn_on is not None:
        raise ConsentIsWithdrawn
