"""Who asked to be heard, and how they would like to be: never who they are, nor how they are reached."""

from sqlalchemy import Boolean, Column, Text, Uuid

from services.participation.events import ConversationArranged, SpeakingAskedFor
from shared.sourcing.read_models import Put, ReadModel, Set

wishes_to_speak = ReadModel(
    "wishes_to_speak",
    Column("conversation_id", Uuid, nullable=False),
    Column("inspection_id", Uuid, nullable=False),
    Column("mode", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("contributor", Text, nullable=False),
    Column("supporter", Boolean, nullable=False),
    Column("volunteer", Boolean, nullable=False),
    Column("arranged", Boolean, nullable=False),
)


@wishes_to_speak.on
def speaking_asked_for(fact: SpeakingAskedFor) -> Put:
    """A row for each who asked."""
    return wishes_to_speak.put(
        conversation_id=fact.conversation_id,
        inspection_id=fact.inspection_id,
        mode=fact.mode.value,
        channel=fact.channel.value,
        contributor=fact.contributor.value,
        supporter=fact.supporter,
        volunteer=fact.volunteer,
        arranged=False,
    )


@wishes_to_speak.on
def conversation_arranged(_fact: ConversationArranged) -> Set:
    """They need not wait any more."""
    return wishes_to_speak.set(arranged=True)
