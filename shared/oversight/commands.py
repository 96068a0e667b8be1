"""What can be asked of another person, or done in an emergency and looked at afterwards."""

from datetime import date, datetime
from uuid import UUID

from shared.messages import Words, command, stamped
from shared.vocabulary.identity import ActorId, InspectionId, PersonId
from shared.vocabulary.oversight import GlassId, GlassOutcome, GlassReason, StreamKind
from shared.vocabulary.roles import AccessRole


@command
class AllowReading:
    """Allow somebody else to have words opened under more keys than they may alone, for an hour."""

    person_id: PersonId
    keys: int
    actor: ActorId | None = stamped()
    now: datetime | None = stamped()


@command
class BreakGlass:
    """Read one thing that one is not assigned to, for half an hour, and answer for it afterwards."""

    glass_id: GlassId
    subject: StreamKind
    subject_id: UUID
    code: GlassReason
    reason: Words
    inspection_id: InspectionId | None = None
    role: AccessRole | None = None
    withheld: bool = False
    earlier: int = 0
    actor: ActorId | None = stamped()
    now: datetime | None = stamped()
    today: date | None = stamped()


@command
class ExtendGlass:
    """Let somebody else read it for another half hour from now."""

    glass_id: GlassId
    actor: ActorId | None = stamped()
    now: datetime | None = stamped()


@command
class ReviewGlass:
    """Say whether somebody else was right to break the glass; with that, what they broke is closed."""

    glass_id: GlassId
    outcome: GlassOutcome
    actor: ActorId | None = stamped()
    now: datetime | None = stamped()


@command
class MissGlassReview:
    """Note that nobody looked at it in time."""

    glass_id: GlassId
