"""The steps of every timetable, with the dates that they have now."""

from collections.abc import Iterator

from sqlalchemy import Column, Date, Text, Uuid

from shared.contracts.scheduling import StepCompleted, StepMoved, TimetableLaid
from shared.sourcing.read_models import Put, ReadModel, Set

timetable = ReadModel(
    "timetable",
    Column("code", Text, primary_key=True),
    Column("inspection_id", Uuid, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("completed_on", Date),
)


@timetable.on
def timetable_laid(fact: TimetableLaid) -> Iterator[Put]:
    """A row a step."""
    for step in fact.steps:
        yield timetable.put(
            code=step.code, inspection_id=fact.inspection_id, starts_on=step.starts_on, ends_on=step.ends_on
        )


@timetable.on
def step_moved(fact: StepMoved) -> Set:
    """What it was before is in the history."""
    return timetable.set({"code": fact.code}, starts_on=fact.starts_on, ends_on=fact.ends_on)


@timetable.on
def step_completed(fact: StepCompleted) -> Set:
    """It is done."""
    return timetable.set({"code": fact.code}, completed_on=fact.completed_on)
