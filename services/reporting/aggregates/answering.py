"""Answering a recommendation: its owners accept or reject it, one by one, and show what they have done about it."""

from collections.abc import Iterator

from services.reporting.aggregates.evaluation import somebody
from services.reporting.aggregates.recommendation import Recommendation, State, overall, recommendation
from services.reporting.commands import AcceptRecommendation, RecordProgress, RejectRecommendation
from services.reporting.events import ProgressRecorded, RecommendationAccepted, RecommendationRejected
from shared.errors import NotFound, Refused
from shared.vocabulary.identity import InspectionId, OwnerCode


class OwnerUnknown(Refused):
    """This is not the code of one of the recommendation's owners."""

    status = 422


class RecommendationAlreadyAccepted(Refused):
    """This owner has accepted the recommendation."""


class RecommendationAlreadyRejected(Refused):
    """This owner has rejected the recommendation; it may accept it still."""


class RejectionNeedsReason(Refused):
    """Whoever rejects a recommendation says why."""

    status = 422


class RecommendationIsOver(Refused):
    """This recommendation is closed, or another took its place: nothing more happens to it."""


class NotAcceptedYet(Refused):
    """This owner has not accepted the recommendation; accept it first, then record what was done."""


class ProgressIsEmpty(Refused):
    """Progress says what was done."""

    status = 422


@recommendation.decides()
def accept_recommendation(command: AcceptRecommendation, state: Recommendation) -> Iterator[RecommendationAccepted]:
    """Joint owners accept one by one; one that rejected may think again."""
    _, now = answered_by(state, command.owner)
    if now not in (State.ISSUED, State.REJECTED):
        raise RecommendationAlreadyAccepted
    yield RecommendationAccepted(
        recommendation_id=command.recommendation_id,
        owner=command.owner,
        accepted_by=somebody(command.actor),
        state=moved(state, command.owner, State.ACCEPTED),
    )


@recommendation.decides()
def reject_recommendation(command: RejectRecommendation, state: Recommendation) -> Iterator[RecommendationRejected]:
    """Nobody can be made to act: that one did not want to, and why, stays on record."""
    inspection_id, now = answered_by(state, command.owner)
    if now is State.REJECTED:
        raise RecommendationAlreadyRejected
    if now is not State.ISSUED:
        raise RecommendationAlreadyAccepted
    if not command.reason.reveal().strip():
        raise RejectionNeedsReason(pointer="/reason")
    yield RecommendationRejected(
        recommendation_id=command.recommendation_id,
        inspection_id=inspection_id,
        owner=command.owner,
        rejected_by=somebody(command.actor),
        state=moved(state, command.owner, State.REJECTED),
        reason=command.reason,
    )


@recommendation.decides()
def record_progress(command: RecordProgress, state: Recommendation) -> Iterator[ProgressRecorded]:
    """Each owner shows its own part; a recommendation can be reviewed once all of them have."""
    inspection_id, now = answered_by(state, command.owner)
    if now in (State.ISSUED, State.REJECTED):
        raise NotAcceptedYet
    if not command.words.reveal().strip():
        raise ProgressIsEmpty(pointer="/words")
    evidence = tuple(dict.fromkeys(command.evidence))
    yield ProgressRecorded(
        recommendation_id=command.recommendation_id,
        inspection_id=inspection_id,
        owner=command.owner,
        evidence=evidence,
        recorded_by=somebody(command.actor),
        state=moved(state, command.owner, State.shown_by(evidence)),
        words=command.words,
    )


def answered_by(state: Recommendation, owner: OwnerCode) -> tuple[InspectionId, State]:
    """The inspection that an open recommendation is about, and how far one of its owners is."""
    inspection_id = still_open(state)
    if owner not in state.standing:
        raise OwnerUnknown(pointer="/owner")
    return inspection_id, state.standing[owner]


def still_open(state: Recommendation) -> InspectionId:
    """The inspection that a recommendation is about; raises RecommendationIsOver where nothing more happens to it."""
    if state.inspection_id is None or state.state is None:
        raise NotFound
    if state.state.is_over:
        raise RecommendationIsOver(state=state.state)
    return state.inspection_id


def moved(state: Recommendation, owner: OwnerCode, to: State) -> State:
    """How far the recommendation is once an owner is so far."""
    return overall({**state.standing, owner: to})
