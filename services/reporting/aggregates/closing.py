"""The end of a recommendation: reviewed and closed, superseded by another, or carried into the next inspection."""

from collections.abc import Iterator
from uuid import uuid5

from services.reporting.aggregates.answering import answered_by, moved, still_open
from services.reporting.aggregates.evaluation import somebody
from services.reporting.aggregates.recommendation import Recommendation, State, recommendation
from services.reporting.commands import (
    CarryForwardRecommendation,
    CloseRecommendation,
    ReturnProgress,
    SupersedeRecommendation,
    TakeUpRecommendation,
)
from services.reporting.events import ProgressReturned, RecommendationClosed, RecommendationSuperseded
from shared.aggregates import one
from shared.contracts.reporting import RecommendationCarriedForward
from shared.errors import NotFound, Refused
from shared.messages import Words
from shared.vocabulary.identity import ActorId, InspectionId, RecommendationId


class NothingToReview(Refused):
    """There is nothing to review until every owner has shown evidence of what it did."""


class ReviewerIsOwner(Refused):
    """Whoever answered for an owner, or recorded what it did, does not review it; somebody else has to."""

    recorded = True


class ReviewNeedsReason(Refused):
    """A review says what it found."""

    status = 422


class SuccessorUnfit(Refused):
    """The recommendation that is to take its place is another one, issued and still open."""

    status = 422


def carried_id(recommendation_id: RecommendationId, into: InspectionId) -> RecommendationId:
    """The id under which a recommendation goes on in a later inspection: the same whoever works it out."""
    return RecommendationId(uuid5(into, f"recommendation/{recommendation_id}"))


@recommendation.decides()
def return_progress(command: ReturnProgress, state: Recommendation) -> Iterator[ProgressReturned]:
    """What does not show enough goes back to the owner that sent it; the others' evidence stands."""
    inspection_id, now = answered_by(state, command.owner)
    if now is not State.EVIDENCE_SUBMITTED:
        raise NothingToReview
    yield ProgressReturned(
        recommendation_id=command.recommendation_id,
        inspection_id=inspection_id,
        owner=command.owner,
        returned_by=_reviewer(command.actor, command.reason, state),
        state=moved(state, command.owner, State.IN_PROGRESS),
        reason=command.reason,
    )


@recommendation.decides()
def close_recommendation(command: CloseRecommendation, state: Recommendation) -> Iterator[RecommendationClosed]:
    """Nobody closes what is their own to do."""
    inspection_id = still_open(state)
    if state.state is not State.EVIDENCE_SUBMITTED:
        raise NothingToReview(missing=sum(each is not State.EVIDENCE_SUBMITTED for each in state.standing.values()))
    yield RecommendationClosed(
        recommendation_id=command.recommendation_id,
        inspection_id=inspection_id,
        closed_by=_reviewer(command.actor, command.reason, state),
        reason=command.reason,
    )


def _reviewer(actor: ActorId | None, reason: Words, state: Recommendation) -> ActorId:
    reviewer = somebody(actor)
    if reviewer in state.took_part:
        raise ReviewerIsOwner(inspection_id=state.inspection_id)
    if not reason.reveal().strip():
        raise ReviewNeedsReason(pointer="/reason")
    return reviewer


@recommendation.decides(by=one(recommendation, lambda command, _state: command.by))
def supersede_recommendation(
    command: SupersedeRecommendation, state: Recommendation, *, by: Recommendation
) -> Iterator[RecommendationSuperseded]:
    """What a newer recommendation asks for is not asked for twice."""
    still_open(state)
    if command.by == command.recommendation_id or by.state is None or by.state.is_over:
        raise SuccessorUnfit(pointer="/by")
    yield RecommendationSuperseded(recommendation_id=command.recommendation_id, by=command.by, into=by.inspection_id)


@recommendation.decides()
def carry_forward_recommendation(
    command: CarryForwardRecommendation, state: Recommendation
) -> Iterator[RecommendationSuperseded]:
    """It is not closed: nobody has found that it is done. What is over already stays where it is."""
    if state.state is not None and not state.state.is_over:
        carried = carried_id(command.recommendation_id, command.into)
        yield RecommendationSuperseded(recommendation_id=command.recommendation_id, by=carried, into=command.into)


@recommendation.decides(creates=True, earlier=one(recommendation, lambda command, _state: command.carried_from))
def take_up_recommendation(
    command: TakeUpRecommendation, state: Recommendation, *, earlier: Recommendation
) -> Iterator[RecommendationCarriedForward]:
    """Its words and owners are the same, and whoever had accepted it still has; what was done is shown anew."""
    if state.state is not None:
        return
    if earlier.report_id is None or earlier.text is None or earlier.action_plan_due_on is None:
        raise NotFound
    yield RecommendationCarriedForward(
        recommendation_id=command.recommendation_id,
        inspection_id=command.inspection_id,
        carried_from=command.carried_from,
        report_id=earlier.report_id,
        text=earlier.text,
        owners=earlier.owners,
        accepted=tuple(sorted(earlier.accepted)),
        action_plan_due_on=earlier.action_plan_due_on,
    )
