"""Breaking the glass: one person reads one thing for half an hour, at once and alone, and another looks at it after."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from shared.aggregates import Aggregate
from shared.errors import Refused
from shared.messages import Sealed, Words
from shared.oversight.commands import BreakGlass, ExtendGlass, MissGlassReview, ReviewGlass
from shared.oversight.facts import GlassBroken, GlassExtended, GlassReviewed, GlassReviewMissed
from shared.oversight.limits import GLASS_LASTS, REASON_AT_LEAST, REVIEW_WITHIN
from shared.vocabulary.bank_holidays import add_working_days
from shared.vocabulary.identity import ActorId, InspectionId
from shared.vocabulary.oversight import GlassOutcome, GlassReason, StreamKind
from shared.vocabulary.roles import AccessRole


class NothingBehindGlass(Refused):
    """There is no such thing here that an inspection keeps; name one that there is."""

    status = 404
    recorded = True


class ReasonTooShort(Refused):
    """Say in at least 30 characters why this cannot wait for whoever is assigned."""

    status = 422


class GlassAlreadyBroken(Refused):
    """This glass was broken before; take a new id for another."""


class GlassWithheld(Refused):
    """You broke the glass before, and nobody has looked at it in time; ask for that review first."""

    status = 403
    recorded = True


class OwnGlass(Refused):
    """Nobody extends or reviews what they broke themselves; another person has to."""

    status = 403
    recorded = True


class GlassHasClosed(Refused):
    """It has closed: the half hour is over, or it was reviewed. What is closed is not extended."""


class GlassAlreadyReviewed(Refused):
    """Another person has looked at it already."""


@dataclass(frozen=True, slots=True)
class Glass:
    """What a glass's facts add up to."""

    inspection_id: InspectionId | None = None
    subject: StreamKind | None = None
    subject_id: UUID | None = None
    broken_by: ActorId | None = None
    role: AccessRole | None = None
    code: GlassReason | None = None
    reason: Words | Sealed | None = None
    broken_at: datetime | None = None
    until: datetime | None = None
    review_by: date | None = None
    extended_by: ActorId | None = None
    outcome: GlassOutcome | None = None
    reviewed_by: ActorId | None = None
    review_missed: bool = False

    def opens(self, stream: str, actor: UUID, role: AccessRole, now: datetime) -> bool:
        """Whether somebody in a role reads a stream through it at a moment."""
        whose = self.broken_by == actor and self.role is role
        return whose and stream == f"{self.subject}/{self.subject_id}" and self.lasts(now)

    def lasts(self, now: datetime) -> bool:
        """Whether it is open still."""
        return self.outcome is None and self.until is not None and now < self.until


def evolve(state: Glass, fact: Any) -> Glass:
    """Add a fact up."""
    match fact:
        case GlassBroken():
            return Glass(
                inspection_id=fact.inspection_id,
                subject=fact.subject,
                subject_id=fact.subject_id,
                broken_by=fact.broken_by,
                role=fact.role,
                code=fact.code,
                reason=fact.reason,
                broken_at=fact.broken_at,
                until=fact.until,
                review_by=fact.review_by,
            )
        case GlassExtended():
            return replace(state, until=fact.until, extended_by=fact.extended_by)
        case GlassReviewed():
            return replace(state, outcome=fact.outcome, reviewed_by=fact.reviewed_by)
        case GlassReviewMissed():
            return replace(state, review_missed=True)
    return state


glass = Aggregate("glass", by="glass_id", about="inspection_id", initial=Glass(), evolve=evolve)


@glass.decides(creates=True)
def break_glass(command: BreakGlass, state: Glass) -> Iterator[GlassBroken]:
    """Nobody is asked beforehand, so that it works where nobody can be reached; an overdue review stands against it."""
    if state.broken_by is not None:
        raise GlassAlreadyBroken(glass_id=command.glass_id)
    if len(command.reason.reveal().strip()) < REASON_AT_LEAST:
        raise ReasonTooShort(pointer="/reason")
    if command.withheld:
        raise GlassWithheld
    if command.inspection_id is None:
        raise NothingBehindGlass
    yield _broken(command)


def _broken(command: Any) -> GlassBroken:
    """The fact of a command whose every member is filled in by now."""
    return GlassBroken(
        glass_id=command.glass_id,
        inspection_id=command.inspection_id,
        subject=command.subject,
        subject_id=command.subject_id,
        broken_by=command.actor,
        role=command.role,
        code=command.code,
        reason=command.reason,
        broken_at=command.now,
        until=command.now + GLASS_LASTS,
        review_by=add_working_days(command.today, REVIEW_WITHIN),
        earlier=command.earlier,
    )


@glass.decides()
def extend_glass(command: ExtendGlass, state: Glass) -> Iterator[GlassExtended]:
    """Another person may, while it is open: half an hour from then, however often."""
    by, now = _another(command, state)
    if not state.lasts(now):
        raise GlassHasClosed
    yield GlassExtended(glass_id=command.glass_id, extended_by=by, until=now + GLASS_LASTS)


@glass.decides()
def review_glass(command: ReviewGlass, state: Glass) -> Iterator[GlassReviewed]:
    """Another person does, once, early or late; whatever they find, it closes."""
    by, now = _another(command, state)
    if state.outcome is not None:
        raise GlassAlreadyReviewed
    yield GlassReviewed(glass_id=command.glass_id, outcome=command.outcome, reviewed_by=by, reviewed_at=now)


def _another(command: ExtendGlass | ReviewGlass, state: Glass) -> tuple[ActorId, datetime]:
    """Who asks and when; raises OwnGlass for whoever broke it, and for nobody."""
    if command.actor is None or command.now is None or command.actor == state.broken_by:
        raise OwnGlass
    return command.actor, command.now


@glass.decides()
def miss_glass_review(command: MissGlassReview, state: Glass) -> Iterator[GlassReviewMissed]:
    """Only where nobody has looked by then, and once."""
    if state.outcome is None and not state.review_missed and state.broken_by and state.review_by:
        yield GlassReviewMissed(glass_id=command.glass_id, broken_by=state.broken_by, review_by=state.review_by)
