"""Calendars that are read by a secret address, each found by the keyed hash of its secret."""

from uuid import UUID

from sqlalchemy import Column, Connection, Date, Text, Uuid, select

from services.scheduling.events import CalendarFeedGranted, CalendarFeedRevoked
from shared.sourcing.read_models import Put, ReadModel, Set

calendar_feeds = ReadModel(
    "calendar_feeds",
    Column("feed_id", Uuid, nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("secret_hash", Text, nullable=False, index=True),
    Column("granted_on", Date, nullable=False),
    Column("revoked_on", Date),
)


@calendar_feeds.on
def calendar_feed_granted(fact: CalendarFeedGranted) -> Put:
    """A row a feed."""
    return calendar_feeds.put(
        feed_id=fact.feed_id, person_id=fact.person_id, secret_hash=fact.secret_hash, granted_on=fact.granted_on
    )


@calendar_feeds.on
def calendar_feed_revoked(fact: CalendarFeedRevoked) -> Set:
    """It opens nothing any more."""
    return calendar_feeds.set(revoked_on=fact.revoked_on)


def whose(tx: Connection, secret_hash: str) -> UUID | None:
    """The person whose calendar a secret opens; None where it opens none."""
    table = calendar_feeds.table
    opened = select(table.c.person_id).where(table.c.secret_hash == secret_hash, table.c.revoked_on.is_(None))
    found: UUID | None = tx.execute(opened).scalar_one_or_none()
    return found
