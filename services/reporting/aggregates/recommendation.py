"""One recommendation: what a published report expects, of whom, and how far each of them is."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from services.reporting.events import (
    ProgressRecorded,
    ProgressReturned,
    RecommendationAccepted,
    RecommendationClosed,
    RecommendationRejected,
    RecommendationSuperseded,
)
from shared.aggregates import Aggregate
from shared.contracts.reporting import RecommendationCarriedForward, RecommendationIssued
from shared.messages import Sealed, Words
from shared.vocabulary.follow_up import Owner, RecommendationState
from shared.vocabulary.identity import ActorId, ContentHash, InspectionId, OwnerCode, RecommendationId, ReportId
from shared.vocabulary.text import PublishedText

State = RecommendationState


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What a recommendation's facts add up to."""

    inspection_id: InspectionId | None = None
    report_id: ReportId | None = None
    text: PublishedText | None = None
    owners: tuple[Owner, ...] = ()
    standing: Mapping[OwnerCode, State] = field(default_factory=lambda: MappingProxyType({}))
    """How far each owner is; what none of them needs to do any more is closed or superseded for all."""
    state: State | None = None
    said: Mapping[OwnerCode, Words | Sealed] = field(default_factory=lambda: MappingProxyType({}))
    """The latest words about each owner: why it rejected, what it did, or why that was not enough."""
    evidence: Mapping[OwnerCode, tuple[ContentHash, ...]] = field(default_factory=lambda: MappingProxyType({}))
    reason: Words | Sealed | None = None
    """Why it was closed."""
    accepted: frozenset[OwnerCode] = frozenset()
    """The owners that have accepted it, whatever came of it since."""
    took_part: frozenset[ActorId] = frozenset()
    """Whoever answered for an owner, or recorded what one did."""
    carried_from: RecommendationId | None = None
    superseded_by: RecommendationId | None = None
    action_plan_due_on: date | None = None


def evolve(state: Recommendation, fact: Any) -> Recommendation:
    """Add a fact up."""
    match fact:
        case RecommendationIssued() | RecommendationCarriedForward():
            return _begun(fact)
        case RecommendationAccepted():
            accepted = state.accepted | {fact.owner}
            return replace(_moved(state, fact, State.ACCEPTED, fact.accepted_by), accepted=accepted)
        case RecommendationRejected():
            return _said(_moved(state, fact, State.REJECTED, fact.rejected_by), fact.owner, fact.reason)
        case ProgressRecorded():
            shown = MappingProxyType({**state.evidence, fact.owner: fact.evidence})
            moved = _moved(state, fact, State.shown_by(fact.evidence), fact.recorded_by)
            return replace(_said(moved, fact.owner, fact.words), evidence=shown)
        case ProgressReturned():
            return _said(_moved(state, fact, State.IN_PROGRESS), fact.owner, fact.reason)
        case RecommendationClosed():
            return replace(_over(state, State.CLOSED), reason=fact.reason)
        case RecommendationSuperseded():
            return replace(_over(state, State.SUPERSEDED), superseded_by=fact.by)
    return state


def _begun(fact: RecommendationIssued | RecommendationCarriedForward) -> Recommendation:
    accepted = fact.accepted if isinstance(fact, RecommendationCarriedForward) else ()
    standing = {owner.code: State.ACCEPTED if owner.code in accepted else State.ISSUED for owner in fact.owners}
    return Recommendation(
        inspection_id=fact.inspection_id,
        report_id=fact.report_id,
        text=fact.text,
        owners=fact.owners,
        standing=MappingProxyType(standing),
        state=overall(standing),
        accepted=frozenset(accepted),
        carried_from=fact.carried_from if isinstance(fact, RecommendationCarriedForward) else None,
        action_plan_due_on=fact.action_plan_due_on,
    )


def _moved(state: Recommendation, fact: Any, to: State, who: ActorId | None = None) -> Recommendation:
    standing = MappingProxyType({**state.standing, fact.owner: to})
    took_part = state.took_part | ({who} if who is not None else set())
    return replace(state, standing=standing, state=fact.state, took_part=took_part)


def _said(state: Recommendation, owner: OwnerCode, words: Words | Sealed) -> Recommendation:
    return replace(state, said=MappingProxyType({**state.said, owner: words}))


def _over(state: Recommendation, how: State) -> Recommendation:
    return replace(state, standing=MappingProxyType(dict.fromkeys(state.standing, how)), state=how)


def overall(standing: Mapping[OwnerCode, State]) -> State:
    """How far a recommendation is, given how far each owner is: rejected by one, or else as far as all of them are."""
    states = set(standing.values())
    if State.REJECTED in states:
        return State.REJECTED
    if states == {State.EVIDENCE_SUBMITTED}:
        return State.EVIDENCE_SUBMITTED
    if states & {State.IN_PROGRESS, State.EVIDENCE_SUBMITTED}:
        return State.IN_PROGRESS
    return State.ACCEPTED if states == {State.ACCEPTED} else State.ISSUED


recommendation = Aggregate(
    "recommendation", by="recommendation_id", about="inspection_id", initial=Recommendation(), evolve=evolve
)
