"""Somebody asks to be heard, and it is arranged as they like it, within what the methodology's edition offers."""

from collections.abc import Iterator

from services.participation.aggregates.conversation import Conversation, conversation
from services.participation.aggregates.ways_to_take_part import WaysToTakePart, refuse_unready, ways_to_take_part
from services.participation.commands import ArrangeConversation, AskToSpeak
from services.participation.events import ConversationArranged, SpeakingAskedFor
from shared.aggregates import one
from shared.errors import Refused
from shared.vocabulary.participation import ParticipationMode


class ConversationAlreadyArranged(Refused):
    """This conversation has been arranged already."""


class SpeakingAlreadyAskedFor(Refused):
    """They have asked to be heard already."""


class WishNotKept(Refused):
    """They asked for it; arrange it in their inspection, with the supporter and the volunteer they want."""

    status = 422


class ModeNotOffered(Refused):
    """Conversations are one to one or in a group, as the methodology's edition offers them."""

    status = 422


class ChannelNotOffered(Refused):
    """The methodology's edition does not offer conversations on this channel."""

    status = 422


class VolunteerNotOffered(Refused):
    """The methodology's edition offers no young inspection volunteer to speak with."""

    status = 422


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
    _refuse_another_wish(command, state)
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


def _refuse_another_wish(command: ArrangeConversation, state: Conversation) -> None:
    """Mode and channel can be agreed otherwise; nobody is left without whom they asked to have with them."""
    if state.asked_in not in (None, command.inspection_id):
        raise WishNotKept(pointer="/inspection_id")
    if state.supporter and not command.supporter:
        raise WishNotKept(pointer="/supporter")
    if state.volunteer and not command.volunteer:
        raise WishNotKept(pointer="/volunteer")
