"""The recommendations: what each expects, how far it is, where it came from and what took its place."""

from sqlalchemy import Column, Connection, Date, Integer, Row, Text, Uuid, select

from services.reporting.events import (
    ProgressRecorded,
    ProgressReturned,
    RecommendationAccepted,
    RecommendationClosed,
    RecommendationRejected,
    RecommendationSuperseded,
)
from shared.contracts.reporting import RecommendationCarriedForward, RecommendationIssued
from shared.sourcing.read_models import Put, ReadModel, Set
from shared.vocabulary.follow_up import RecommendationState
from shared.vocabulary.identity import ReportId

recommendations = ReadModel(
    "recommendations",
    Column("recommendation_id", Uuid, nullable=False),
    Column("inspection_id", Uuid, nullable=False),
    Column("report_id", Uuid, nullable=False),
    Column("text", Text, nullable=False),
    Column("owners", Integer, nullable=False),
    Column("addressed_to", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("action_plan_due_on", Date, nullable=False),
    Column("carried_from", Uuid),
    Column("superseded_by", Uuid),
)


@recommendations.on
def recommendation_issued(fact: RecommendationIssued) -> Put:
    """A row a recommendation."""
    return _row(fact, RecommendationState.ISSUED)


@recommendations.on
def recommendation_carried_forward(fact: RecommendationCarriedForward) -> Put:
    """A row of its own in the later inspection; accepted where all its owners had."""
    return _row(fact, RecommendationState.carried(fact.owners, fact.accepted))


def _row(fact: RecommendationIssued | RecommendationCarriedForward, state: RecommendationState) -> Put:
    return recommendations.put(
        recommendation_id=fact.recommendation_id,
        inspection_id=fact.inspection_id,
        report_id=fact.report_id,
        text=fact.text,
        owners=len(fact.owners),
        addressed_to="; ".join(owner.title for owner in fact.owners),
        state=state.value,
        action_plan_due_on=fact.action_plan_due_on,
        carried_from=getattr(fact, "carried_from", None),
    )


@recommendations.on
def recommendation_accepted(fact: RecommendationAccepted) -> Set:
    """One owner more."""
    return recommendations.set(state=fact.state.value)


@recommendations.on
def recommendation_rejected(fact: RecommendationRejected) -> Set:
    """One owner does not want to."""
    return recommendations.set(state=fact.state.value)


@recommendations.on
def progress_recorded(fact: ProgressRecorded) -> Set:
    """Somebody has done something."""
    return recommendations.set(state=fact.state.value)


@recommendations.on
def progress_returned(fact: ProgressReturned) -> Set:
    """It was not enough."""
    return recommendations.set(state=fact.state.value)


@recommendations.on
def recommendation_closed(_fact: RecommendationClosed) -> Set:
    """It is done."""
    return recommendations.set(state=RecommendationState.CLOSED.value)


@recommendations.on
def recommendation_superseded(fact: RecommendationSuperseded) -> Set:
    """It goes on elsewhere."""
    return recommendations.set(state=RecommendationState.SUPERSEDED.value, superseded_by=fact.by)


def made_in(tx: Connection, report_id: ReportId) -> list[Row[tuple[str, str]]]:
    """What a report recommends, and to whom: (text, addressed to), whatever came of it, in one order for everybody."""
    table = recommendations.table
    here = select(table.c.text, table.c.addressed_to).where(
        table.c.report_id == report_id, table.c.carried_from.is_(None)
    )
    return list(tx.execute(here.order_by(table.c.stream)))
