"""The history of a recommendation: how far it was after everything that happened to it, and on which day."""

from datetime import date

from sqlalchemy import Column, Date, Integer, Text, Uuid

from services.reporting.events import (
    ProgressRecorded,
    ProgressReturned,
    RecommendationAccepted,
    RecommendationClosed,
    RecommendationRejected,
    RecommendationSuperseded,
)
from shared.contracts.reporting import RecommendationCarriedForward, RecommendationIssued
from shared.sourcing.clock import SCOTLAND
from shared.sourcing.event_log import Recorded
from shared.sourcing.read_models import Put, ReadModel
from shared.sourcing.telling import instant
from shared.vocabulary.follow_up import RecommendationState as State
from shared.vocabulary.identity import OwnerCode, RecommendationId

recommendation_history = ReadModel(
    "recommendation_history",
    Column("number", Integer, primary_key=True),
    Column("recommendation_id", Uuid, nullable=False),
    Column("happened", Text, nullable=False),
    Column("owner", Text),
    Column("state", Text, nullable=False),
    Column("recorded_on", Date, nullable=False),
)


def _row(
    id_: RecommendationId, state: State, recorded: Recorded, owner: OwnerCode | None = None, happened: str = ""
) -> Put:
    recorded_on: date = instant(recorded.recorded_us).astimezone(SCOTLAND).date()
    return recommendation_history.put(
        number=recorded.version,
        recommendation_id=id_,
        happened=happened or state.value,
        owner=owner,
        state=state.value,
        recorded_on=recorded_on,
    )


@recommendation_history.on
def recommendation_issued(fact: RecommendationIssued, recorded: Recorded) -> Put:
    """It begins."""
    return _row(fact.recommendation_id, State.ISSUED, recorded)


@recommendation_history.on
def recommendation_carried_forward(fact: RecommendationCarriedForward, recorded: Recorded) -> Put:
    """It goes on in a later inspection, accepted where all its owners had."""
    state = State.carried(fact.owners, fact.accepted)
    return _row(fact.recommendation_id, state, recorded, happened="carried_forward")


@recommendation_history.on
def recommendation_accepted(fact: RecommendationAccepted, recorded: Recorded) -> Put:
    """An owner accepted it."""
    return _row(fact.recommendation_id, fact.state, recorded, fact.owner, State.ACCEPTED.value)


@recommendation_history.on
def recommendation_rejected(fact: RecommendationRejected, recorded: Recorded) -> Put:
    """An owner rejected it."""
    return _row(fact.recommendation_id, fact.state, recorded, fact.owner, State.REJECTED.value)


@recommendation_history.on
def progress_recorded(fact: ProgressRecorded, recorded: Recorded) -> Put:
    """An owner did something."""
    happened = State.shown_by(fact.evidence).value
    return _row(fact.recommendation_id, fact.state, recorded, fact.owner, happened)


@recommendation_history.on
def progress_returned(fact: ProgressReturned, recorded: Recorded) -> Put:
    """A reviewer wants to see more."""
    return _row(fact.recommendation_id, fact.state, recorded, fact.owner, "evidence_returned")


@recommendation_history.on
def recommendation_closed(fact: RecommendationClosed, recorded: Recorded) -> Put:
    """A reviewer found it done."""
    return _row(fact.recommendation_id, State.CLOSED, recorded)


@recommendation_history.on
def recommendation_superseded(fact: RecommendationSuperseded, recorded: Recorded) -> Put:
    """It goes on elsewhere."""
    return _row(fact.recommendation_id, State.SUPERSEDED, recorded)
