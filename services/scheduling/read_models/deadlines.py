"""The steps whose last day is near or has passed, and what became of them."""

from sqlalchemy import Column, Date, Text, Uuid

from services.scheduling.events import StepDueSoon, StepOverdue
from shared.contracts.scheduling import StepCompleted, StepMoved
from shared.sourcing.read_models import Put, ReadModel, Set

deadlines = ReadModel(
    "deadlines",
    Column("code", Text, primary_key=True),
    Column("inspection_id", Uuid, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("state", Text, nullable=False),
)


def _stands(fact: StepDueSoon | StepOverdue, state: str) -> Put:
    return deadlines.put(code=fact.code, inspection_id=fact.inspection_id, last_day=fact.last_day, state=state)


@deadlines.on
def step_due_soon(fact: StepDueSoon) -> Put:
    """It is near."""
    return _stands(fact, "soon")


@deadlines.on
def step_overdue(fact: StepOverdue) -> Put:
    """It has passed."""
    return _stands(fact, "overdue")


@deadlines.on
def step_completed(fact: StepCompleted) -> Set:
    """In time or not, it is done."""
    return deadlines.set({"code": fact.code}, state="met")


@deadlines.on
def step_moved(fact: StepMoved) -> Set:
    """The last day is another one."""
    return deadlines.set({"code": fact.code}, state="moved")
