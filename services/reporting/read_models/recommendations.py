"""The recommendations: how many owners each has, how many of them accepted it, and when an action plan is due."""

from sqlalchemy import Boolean, Column, Date, Integer, Uuid

from services.reporting.events import ActionPlanOverdue, RecommendationAccepted
from shared.contracts.reporting import RecommendationIssued
from shared.sourcing.read_models import Put, ReadModel, Set

recommendations = ReadModel(
    "recommendations",
    Column("recommendation_id", Uuid, nullable=False),
    Column("inspection_id", Uuid, nullable=False),
    Column("report_id", Uuid, nullable=False),
    Column("owners", Integer, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("action_plan_due_on", Date, nullable=False),
    Column("overdue", Boolean, nullable=False),
)


@recommendations.on
def recommendation_issued(fact: RecommendationIssued) -> Put:
    """A row a recommendation."""
    return recommendations.put(
        recommendation_id=fact.recommendation_id,
        inspection_id=fact.inspection_id,
        report_id=fact.report_id,
        owners=len(fact.owners),
        accepted=0,
        action_plan_due_on=fact.action_plan_due_on,
        overdue=False,
    )


@recommendations.on
def recommendation_accepted(fact: RecommendationAccepted) -> Set:
    """So many have accepted it."""
    return recommendations.set(accepted=fact.accepted, overdue=False)


@recommendations.on
def action_plan_overdue(_fact: ActionPlanOverdue) -> Set:
    """Its day has passed."""
    return recommendations.set(overdue=True)
