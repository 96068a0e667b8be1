"""Becoming a young inspection volunteer: asked for among an inspection's ways, by somebody of the right age."""

from collections.abc import Iterator
from datetime import date, timedelta

from services.participation.aggregates.ways_to_take_part import WaysToTakePart, refuse_unready, ways_to_take_part
from services.participation.commands import AskToVolunteer
from services.participation.events import VolunteeringAskedFor
from shared.errors import Refused
from shared.vocabulary.roles import VOLUNTEER_AGES


class VolunteersNotAsked(Refused):
    """The methodology's edition works without young inspection volunteers."""


class VolunteerAgeUnfit(Refused):
    """A young inspection volunteer is 18 to 26 years old."""

    status = 422


class VolunteeringAlreadyAskedFor(Refused):
    """They have asked already."""


@ways_to_take_part.decides()
def ask_to_volunteer(command: AskToVolunteer, state: WaysToTakePart) -> Iterator[VolunteeringAskedFor]:
    """Neither a birthday nor an age is kept: only until which day they may be one."""
    refuse_unready(state)
    if not state.volunteer_on_request:
        raise VolunteersNotAsked
    if command.volunteer_id in state.volunteers:
        raise VolunteeringAlreadyAskedFor
    today = command.today or date.min
    first = birthday(command.born_on, VOLUNTEER_AGES.start)
    last = birthday(command.born_on, VOLUNTEER_AGES.stop) - timedelta(days=1)
    if not first <= today <= last:
        raise VolunteerAgeUnfit(pointer="/born_on")
    yield VolunteeringAskedFor(
        inspection_id=command.inspection_id,
        volunteer_id=command.volunteer_id,
        eligible_until=last,
        reached_by=command.reached_by,
    )


def birthday(born_on: date, age: int) -> date:
    """The day on which somebody is that old; who was born on a leap day has it on 1 March in other years."""
    year = min(born_on.year + age, date.max.year)
    try:
        return born_on.replace(year=year)
    except ValueError:  # 29 February
        return date(year, 3, 1)
