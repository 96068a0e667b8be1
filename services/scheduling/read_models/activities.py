"""Who takes part in which step of an inspection on which day, by pseudonym."""

from sqlalchemy import Column, Date, Text, Uuid

from services.scheduling.events import ActivityPlanned
from shared.sourcing.read_models import Put, ReadModel

activities = ReadModel(
    "activities",
    Column("inspection_id", Uuid, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("on_day", Date, primary_key=True),
    Column("person_id", Uuid, nullable=False),
)


@activities.on
def activity_planned(fact: ActivityPlanned) -> Put:
    """A row a person, a step and a day."""
    return activities.put(
        inspection_id=fact.inspection_id, code=fact.code, on_day=fact.on_day, person_id=fact.person_id
    )
