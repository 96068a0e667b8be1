"""The action plans: what each has to answer, by when, who reads it, and what is overdue."""

from typing import Any

from sqlalchemy import Boolean, Column, Date, Integer, Text, Uuid

from services.reporting.events import (
    ActionPlanAccepted,
    ActionPlanOverdue,
    ActionPlanReturned,
    ActionPlanSubmitted,
    LinkInspectorNoted,
    RecommendationNoted,
)
from shared.contracts.reporting import ProgressReviewAnnounced
from shared.sourcing.event_log import Recorded
from shared.sourcing.read_models import Put, ReadModel, Set
from shared.vocabulary.follow_up import PlanState

action_plans = ReadModel(
    "action_plans",
    Column("inspection_id", Uuid, nullable=False),
    Column("state", Text, nullable=False),
    Column("recommendations", Integer, nullable=False),
    Column("submission", Integer, nullable=False),
    Column("actions", Integer, nullable=False),
    Column("due_on", Date),
    Column("submitted_on", Date),
    Column("late", Boolean, nullable=False),
    Column("overdue", Boolean, nullable=False),
    Column("link_inspector", Uuid),
    Column("progress_review_from", Date),
)


def _first(recorded: Recorded, **known: Any) -> Put | Set:
    """A row an inspection, from whatever is known of its plan first."""
    if recorded.version > 1:
        return action_plans.set(**known)
    blank = {"state": PlanState.AWAITED.value, "late": False, "overdue": False}
    return action_plans.put(**blank, **dict.fromkeys(("recommendations", "submission", "actions"), 0) | known)


@action_plans.on
def recommendation_noted(fact: RecommendationNoted, recorded: Recorded) -> Put | Set:
    """There is one more to answer."""
    known = {"inspection_id": fact.inspection_id, "recommendations": fact.recommendations, "due_on": fact.due_on}
    return _first(recorded, **known)


@action_plans.on
def link_inspector_noted(fact: LinkInspectorNoted, recorded: Recorded) -> Put | Set:
    """Somebody reads it."""
    return _first(recorded, inspection_id=fact.inspection_id, link_inspector=fact.person_id)


@action_plans.on
def progress_review_announced(fact: ProgressReviewAnnounced, recorded: Recorded) -> Put | Set:
    """Inspectors mean to look again, whether or not anything was recommended."""
    return _first(recorded, inspection_id=fact.inspection_id, progress_review_from=fact.starts_on)


@action_plans.on
def action_plan_submitted(fact: ActionPlanSubmitted) -> Set:
    """It is in, late or not."""
    return action_plans.set(
        state=PlanState.SUBMITTED.value,
        submission=fact.submission,
        actions=fact.actions,
        submitted_on=fact.submitted_on,
        late=fact.late,
        overdue=False,
    )


@action_plans.on
def action_plan_accepted(_fact: ActionPlanAccepted) -> Set:
    """It will do."""
    return action_plans.set(state=PlanState.ACCEPTED.value)


@action_plans.on
def action_plan_returned(_fact: ActionPlanReturned) -> Set:
    """It has to be submitted again."""
    return action_plans.set(state=PlanState.RETURNED.value)


@action_plans.on
def action_plan_overdue(_fact: ActionPlanOverdue) -> Set:
    """Its day has passed: whoever reads it is to know."""
    return action_plans.set(overdue=True)
