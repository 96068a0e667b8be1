"""A conversation: arranged as somebody likes it, held only with their consent, written down without their name."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.participation.commands import (
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
from shared.aggregates import Aggregate
from shared.errors import Refused
from shared.messages import Sealed, Words
from shared.vocabulary.identity import InspectionId, PersonId
from shared.vocabulary.participation import ContributorKind, ParticipationChannel, ParticipationMode


class ConversationNotArranged(Refused):
    """Somebody asked to be heard, and nothing was arranged yet; arrange the conversation first."""


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
    asked_in: InspectionId | None = None
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
            return replace(
                state,
                asked_for_by=fact.person_id,
                asked_in=fact.inspection_id,
                reached_by=fact.reached_by,
                supporter=fact.supporter,
                volunteer=fact.volunteer,
            )
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
