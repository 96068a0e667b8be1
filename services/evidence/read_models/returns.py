"""The returns that partnerships were asked for, and what became of them."""

from sqlalchemy import Boolean, Column, Date, Integer, Text, Uuid

from services.evidence.events import ReturnAccepted, ReturnTakenIn
from shared.contracts.evidence import ReturnAskedFor, ReturnSubmitted, ReturnWindowExtended
from shared.sourcing.read_models import Put, ReadModel, Set

returns = ReadModel(
    "returns",
    Column("return_id", Uuid, nullable=False),
    Column("inspection_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("submission", Integer),
    Column("submitted_on", Date),
    Column("late", Boolean),
    Column("accepted_on", Date),
)


@returns.on
def return_asked_for(fact: ReturnAskedFor) -> Put:
    """A row a return."""
    return returns.put(
        return_id=fact.return_id, inspection_id=fact.inspection_id, kind=fact.kind.value, due_on=fact.due_on
    )


@returns.on
def return_window_extended(fact: ReturnWindowExtended) -> Set:
    """The day before is in the history."""
    return returns.set(due_on=fact.due_on)


@returns.on
def return_submitted(fact: ReturnSubmitted) -> Set:
    """The latest submission counts."""
    return returns.set(submitted_on=fact.submitted_on, late=fact.late)


@returns.on
def return_taken_in(fact: ReturnTakenIn) -> Set:
    """How many times it was handed in."""
    return returns.set(submission=fact.submission)


@returns.on
def return_accepted(fact: ReturnAccepted) -> Set:
    """It is settled."""
    return returns.set(accepted_on=fact.accepted_on)
