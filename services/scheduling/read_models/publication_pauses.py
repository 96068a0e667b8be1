"""When nothing is published: a row a council, and for the nation one under its own code, which binds them all."""

from collections.abc import Iterator

from sqlalchemy import Column, Date, Text, Uuid

from shared.contracts.scheduling import PublicationPaused, PublicationPauseEnded
from shared.sourcing.read_models import Put, ReadModel, Set

publication_pauses = ReadModel(
    "publication_pauses",
    Column("council", Text, primary_key=True),
    Column("pause_id", Uuid, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("reason", Text, nullable=False),
    Column("ended_on", Date),
)


@publication_pauses.on
def publication_paused(fact: PublicationPaused) -> Iterator[Put]:
    """Both days belong to it."""
    for council in fact.area.councils:
        yield publication_pauses.put(
            council=council,
            pause_id=fact.pause_id,
            first_day=fact.first_day,
            last_day=fact.last_day,
            reason=fact.reason,
        )


@publication_pauses.on
def publication_pause_ended(fact: PublicationPauseEnded) -> Set:
    """From this day on it holds nothing back."""
    return publication_pauses.set(ended_on=fact.ended_on)
