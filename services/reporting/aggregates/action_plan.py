"""One action plan an inspection: what it has to answer, by when, and what became of each that was submitted."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.reporting.aggregates.recommendation import Recommendation, State, recommendation
from services.reporting.commands import NoteActionPlanOverdue, NoteLinkInspector, NoteRecommendation
from services.reporting.events import (
    ActionPlanAccepted,
    ActionPlanned,
    ActionPlanOverdue,
    ActionPlanReturned,
    ActionPlanSubmitted,
    LinkInspectorNoted,
    RecommendationNoted,
)
from shared.aggregates import Aggregate, each
from shared.contracts.reporting import ProgressReviewAnnounced
from shared.errors import NotFound
from shared.messages import Sealed, Words
from shared.vocabulary.follow_up import PlanState
from shared.vocabulary.identity import ActorId, OwnerCode, PersonId, RecommendationId, ReportId


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the plan that was submitted last."""

    recommendation_id: RecommendationId
    owner: OwnerCode
    done_by: date
    specific: Words | Sealed
    measurable: Words | Sealed


@dataclass(frozen=True, slots=True)
class ActionPlan:
    """What an action plan's facts add up to."""

    recommendations: tuple[RecommendationId, ...] = ()
    due_on: date | None = None
    link_inspector: PersonId | None = None
    state: PlanState = PlanState.AWAITED
    submission: int = 0
    steps: tuple[Step, ...] = ()
    submitted_by: ActorId | None = None
    submitted_on: date | None = None
    late: bool = False
    overdue: bool = False
    reasons: Words | Sealed | None = None
    """Why it was returned last."""
    progress_reviews: frozenset[ReportId] = frozenset()
    """The reports after which one was announced."""

    @property
    def answered(self) -> frozenset[RecommendationId]:
        """The recommendations that a plan which counts says something about."""
        counts = self.state in (PlanState.SUBMITTED, PlanState.ACCEPTED)
        return frozenset(step.recommendation_id for step in self.steps) if counts else frozenset()


def evolve(state: ActionPlan, fact: Any) -> ActionPlan:
    """Add a fact up."""
    match fact:
        case RecommendationNoted():
            known = (*state.recommendations, fact.recommendation_id)
            return replace(state, recommendations=known, due_on=fact.due_on)
        case LinkInspectorNoted():
            return replace(state, link_inspector=fact.person_id)
        case ActionPlanned():
            names = ("recommendation_id", "owner", "done_by", "specific", "measurable")
            step = Step(**{name: getattr(fact, name) for name in names})
            return replace(state, steps=(*(state.steps if fact.submission == state.submission else ()), step),
                           submission=fact.submission)  # fmt: skip
        case ActionPlanSubmitted():
            return replace(state, state=PlanState.SUBMITTED, submission=fact.submission, late=fact.late, overdue=False,
                           submitted_by=fact.submitted_by, submitted_on=fact.submitted_on)  # fmt: skip
        case ActionPlanAccepted():
            return replace(state, state=PlanState.ACCEPTED)
        case ActionPlanReturned():
            return replace(state, state=PlanState.RETURNED, reasons=fact.reasons)
        case ActionPlanOverdue():
            return replace(state, overdue=True)
        case ProgressReviewAnnounced():
            return replace(state, progress_reviews=state.progress_reviews | {fact.report_id})
    return state


action_plan = Aggregate("action_plan", by="inspection_id", about="inspection_id", initial=ActionPlan(), evolve=evolve)

every = each(recommendation, lambda _command, state: state.recommendations)
"""The recommendations that a plan has to answer, as they stand, in the order in which it knows them."""


def unanswered(
    state: ActionPlan, stand: tuple[Recommendation, ...], answered: frozenset[RecommendationId]
) -> tuple[RecommendationId, ...]:
    """What is still asked of somebody, and has no answer among these: over or rejected by all is asked of nobody."""
    return tuple(
        known
        for known, one in zip(state.recommendations, stand, strict=True)
        if known not in answered and asked_of_anybody(one)
    )


def asked_of_anybody(one: Recommendation) -> bool:
    """Whether at least one of its owners has to act on a recommendation."""
    return any(not each.is_over and each is not State.REJECTED for each in one.standing.values())


@action_plan.decides(creates=True)
def note_recommendation(command: NoteRecommendation, state: ActionPlan) -> Iterator[RecommendationNoted]:
    """What is issued, or carried into the inspection, has to be answered."""
    if command.recommendation_id not in state.recommendations:
        yield RecommendationNoted(
            inspection_id=command.inspection_id,
            recommendation_id=command.recommendation_id,
            recommendations=len(state.recommendations) + 1,
            due_on=max((day for day in (state.due_on, command.due_on) if day is not None), default=None),
        )


@action_plan.decides(creates=True)
def note_link_inspector(command: NoteLinkInspector, state: ActionPlan) -> Iterator[LinkInspectorNoted]:
    """Whoever links the inspectorate to the area reads its plan, and hears when there is none."""
    if state.link_inspector != command.person_id:
        yield LinkInspectorNoted(inspection_id=command.inspection_id, person_id=command.person_id)


@action_plan.decides(stand=every)
def note_action_plan_overdue(
    command: NoteActionPlanOverdue, state: ActionPlan, *, stand: tuple[Recommendation, ...]
) -> Iterator[ActionPlanOverdue]:
    """A day that was put back does not count any more, and nothing is overdue where everything has its answer."""
    if state.due_on is None:
        raise NotFound
    if state.due_on == command.due_on and not state.overdue and unanswered(state, stand, state.answered):
        yield ActionPlanOverdue(
            inspection_id=command.inspection_id, due_on=command.due_on, link_inspector=state.link_inspector
        )
