"""Who would like to become a young inspection volunteer, by pseudonym, and whether anybody deals with it."""

from sqlalchemy import Column, Date, Uuid

from services.participation.events import VolunteeringAskedFor, VolunteeringTakenUp
from shared.sourcing.read_models import Put, ReadModel, Set

volunteers = ReadModel(
    "volunteers",
    Column("volunteer_id", Uuid, primary_key=True),
    Column("inspection_id", Uuid, nullable=False),
    Column("eligible_until", Date, nullable=False),
    Column("dealt_with_by", Uuid),
    Column("taken_up_on", Date),
)


@volunteers.on
def volunteering_asked_for(fact: VolunteeringAskedFor) -> Put:
    """A row for each who asked."""
    return volunteers.put(
        volunteer_id=fact.volunteer_id, inspection_id=fact.inspection_id, eligible_until=fact.eligible_until
    )


@volunteers.on
def volunteering_taken_up(fact: VolunteeringTakenUp) -> Set:
    """Somebody deals with it."""
    asked = {"volunteer_id": fact.volunteer_id}
    return volunteers.set(asked, dealt_with_by=fact.dealt_with_by, taken_up_on=fact.taken_up_on)
