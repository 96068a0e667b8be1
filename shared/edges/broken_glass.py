"""Every glass that was broken: who reads what and why, until when, and whether another person looked at it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, Connection, Date, Integer, Text, Uuid, func, select

from shared.oversight.facts import GlassBroken, GlassExtended, GlassReviewed, GlassReviewMissed
from shared.oversight.limits import OFTEN_WITHIN
from shared.sourcing.read_models import Put, ReadModel, Set
from shared.sourcing.telling import microseconds

broken_glass = ReadModel(
    "broken_glass",
    Column("glass_id", Uuid, nullable=False),
    Column("inspection_id", Uuid, nullable=False),
    Column("person_id", Uuid, nullable=False, index=True),
    Column("role", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("subject_id", Uuid, nullable=False),
    Column("code", Text, nullable=False),
    Column("broken_us", BigInteger, nullable=False),
    Column("until_us", BigInteger, nullable=False),
    Column("review_by", Date, nullable=False),
    Column("earlier", Integer, nullable=False),
    Column("extended_by", Uuid),
    Column("missed_on", Date),
    Column("outcome", Text),
    Column("reviewed_by", Uuid),
    Column("reviewed_us", BigInteger),
)


@broken_glass.on
def glass_broken(fact: GlassBroken) -> Put:
    """Whoever may see it sees it from this moment."""
    return broken_glass.put(
        glass_id=fact.glass_id,
        inspection_id=fact.inspection_id,
        person_id=fact.broken_by,
        role=fact.role.value,
        subject=fact.subject,
        subject_id=fact.subject_id,
        code=fact.code.value,
        broken_us=microseconds(fact.broken_at),
        until_us=microseconds(fact.until),
        review_by=fact.review_by,
        earlier=fact.earlier,
    )


@broken_glass.on
def glass_extended(fact: GlassExtended) -> Set:
    """Open for longer."""
    return broken_glass.set(until_us=microseconds(fact.until), extended_by=fact.extended_by)


@broken_glass.on
def glass_reviewed(fact: GlassReviewed) -> Set:
    """Looked at, and closed."""
    return broken_glass.set(
        outcome=fact.outcome.value, reviewed_by=fact.reviewed_by, reviewed_us=microseconds(fact.reviewed_at)
    )


@broken_glass.on
def glass_review_missed(fact: GlassReviewMissed) -> Set:
    """Nobody looked at it by that day."""
    return broken_glass.set(missed_on=fact.review_by)


def withheld_from(tx: Connection, person_id: UUID, today: date) -> bool:
    """Whether somebody breaks no glass: one that they broke was to be looked at before today, and was not."""
    here = broken_glass.table.c
    unseen = select(here.glass_id).where(here.person_id == person_id, here.outcome.is_(None), here.review_by < today)
    return tx.execute(unseen.limit(1)).first() is not None


def broken_before(tx: Connection, person_id: UUID, now: datetime) -> int:
    """How often somebody broke the glass in the 30 days before a moment."""
    here = broken_glass.table.c
    counted = select(func.count()).where(
        here.person_id == person_id, here.broken_us >= microseconds(now - OFTEN_WITHIN)
    )
    return int(tx.execute(counted).scalar_one())
