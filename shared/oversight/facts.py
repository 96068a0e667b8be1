"""What happened: somebody was allowed to read more, broke the glass, and was looked at for it, or not in time."""

from datetime import date, datetime
from uuid import UUID

from shared.messages import Confidential, event, sealed
from shared.vocabulary.identity import ActorId, InspectionId, PersonId
from shared.vocabulary.oversight import GlassId, GlassOutcome, GlassReason, StreamKind
from shared.vocabulary.roles import AccessRole


@event
class ReadingAllowed:
    """Somebody may have words opened under so many keys in an hour, until then."""

    person_id: PersonId
    keys: int
    until: datetime
    allowed_by: ActorId


@event
class GlassBroken:
    """Somebody reads one thing that they are not assigned to, until then, and says why."""

    glass_id: GlassId
    inspection_id: InspectionId
    subject: StreamKind
    subject_id: UUID
    broken_by: ActorId
    role: AccessRole
    code: GlassReason
    reason: Confidential = sealed(under="inspection_id")
    broken_at: datetime
    until: datetime
    review_by: date
    """The last day on which another person is to look at it."""
    earlier: int
    """How often they had broken it in the 30 days before."""


@event
class GlassExtended:
    """Another person let them read on, until then."""

    glass_id: GlassId
    extended_by: ActorId
    until: datetime


@event
class GlassReviewed:
    """Another person looked at it, and it is closed."""

    glass_id: GlassId
    outcome: GlassOutcome
    reviewed_by: ActorId
    reviewed_at: datetime


@event
class GlassReviewMissed:
    """Nobody looked at it in time; until somebody does, whoever broke it breaks no other."""

    glass_id: GlassId
    broken_by: ActorId
    review_by: date
