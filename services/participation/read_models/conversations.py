"""The conversations: how somebody is heard and whether they were, never what they said."""

from sqlalchemy import Boolean, Column, Date, Text, Uuid

from services.participation.events import ConsentGiven, ConsentWithdrawn, ConversationArranged, ConversationHeld
from shared.sourcing.read_models import Put, ReadModel, Set

conversations = ReadModel(
    "conversations",
    Column("conversation_id", Uuid, nullable=False),
    Column("inspection_id", Uuid, nullable=False),
    Column("mode", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("contributor", Text, nullable=False),
    Column("supporter", Boolean, nullable=False),
    Column("volunteer", Boolean, nullable=False),
    Column("consents", Boolean, nullable=False),
    Column("held_on", Date),
)


@conversations.on
def conversation_arranged(fact: ConversationArranged) -> Put:
    """A row a conversation."""
    return conversations.put(
        conversation_id=fact.conversation_id,
        inspection_id=fact.inspection_id,
        mode=fact.mode.value,
        channel=fact.channel.value,
        contributor=fact.contributor.value,
        supporter=fact.supporter,
        volunteer=fact.volunteer,
        consents=False,
    )


@conversations.on
def consent_given(_fact: ConsentGiven) -> Set:
    """They agree."""
    return conversations.set(consents=True)


@conversations.on
def consent_withdrawn(_fact: ConsentWithdrawn) -> Set:
    """They no longer do."""
    return conversations.set(consents=False)


@conversations.on
def conversation_held(fact: ConversationHeld) -> Set:
    """They were heard."""
    return conversations.set(held_on=fact.held_on)
