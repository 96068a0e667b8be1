"""Who is to act on what: an owner's part in each recommendation, for a report to the body that it answers to."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Column, ColumnElement, Connection, Text, Uuid, func, select

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
from shared.vocabulary.follow_up import RecommendationState as State
from shared.vocabulary.identity import OwnerCode

recommendation_owners = ReadModel(
    "recommendation_owners",
    Column("owner", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("recommendation_id", Uuid, nullable=False),
    Column("inspection_id", Uuid, nullable=False),
    Column("report_id", Uuid, nullable=False),
    Column("text", Text, nullable=False),
    Column("state", Text, nullable=False),
)


@recommendation_owners.on
def recommendation_issued(fact: RecommendationIssued) -> Iterator[Put]:
    """A row an owner."""
    return _rows(fact, ())


@recommendation_owners.on
def recommendation_carried_forward(fact: RecommendationCarriedForward) -> Iterator[Put]:
    """A row an owner; who had accepted it still has."""
    return _rows(fact, fact.accepted)


def _rows(fact: RecommendationIssued | RecommendationCarriedForward, accepted: tuple[OwnerCode, ...]) -> Iterator[Put]:
    for owner in fact.owners:
        yield recommendation_owners.put(
            owner=owner.code,
            title=owner.title,
            recommendation_id=fact.recommendation_id,
            inspection_id=fact.inspection_id,
            report_id=fact.report_id,
            text=fact.text,
            state=(State.ACCEPTED if owner.code in accepted else State.ISSUED).value,
        )


def _moved(owner: OwnerCode, to: State) -> Set:
    return recommendation_owners.set({"owner": owner}, state=to.value)


@recommendation_owners.on
def recommendation_accepted(fact: RecommendationAccepted) -> Set:
    """This one has accepted it."""
    return _moved(fact.owner, State.ACCEPTED)


@recommendation_owners.on
def recommendation_rejected(fact: RecommendationRejected) -> Set:
    """This one has rejected it."""
    return _moved(fact.owner, State.REJECTED)


@recommendation_owners.on
def progress_recorded(fact: ProgressRecorded) -> Set:
    """This one has done something, and shown it or not."""
    return _moved(fact.owner, State.shown_by(fact.evidence))


@recommendation_owners.on
def progress_returned(fact: ProgressReturned) -> Set:
    """This one has more to do."""
    return _moved(fact.owner, State.IN_PROGRESS)


@recommendation_owners.on
def recommendation_closed(_fact: RecommendationClosed) -> Set:
    """Nobody has more to do."""
    return recommendation_owners.set(state=State.CLOSED.value)


@recommendation_owners.on
def recommendation_superseded(_fact: RecommendationSuperseded) -> Set:
    """It goes on elsewhere."""
    return recommendation_owners.set(state=State.SUPERSEDED.value)


def counted(tx: Connection, owner: OwnerCode, seen: Sequence[ColumnElement[bool]] = ()) -> dict[str, int]:
    """How many of an owner's recommendations are how far, of those seen; every state is named, those of none with 0."""
    table = recommendation_owners.table
    found = select(table.c.state, func.count()).where(table.c.owner == owner, *seen).group_by(table.c.state)
    return dict.fromkeys((state.value for state in State), 0) | {row[0]: row[1] for row in tx.execute(found)}
