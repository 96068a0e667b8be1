"""Becoming a young inspection volunteer: asked for among an inspection's ways, by somebody of the right age."""

from collections.abc import Iterator
from datetime import date

from services.participation.aggregates.ways_to_take_part import WaysToTakePart, refuse_unready, ways_to_take_part
from services.participation.commands import AskToVolunteer, TakeUpVolunteering
from services.participation.events import VolunteeringAskedFor, VolunteeringTakenUp
from shared.errors import NotFound, Refused
from shared.vocabulary.roles import VOLUNTEER_AGES, birthday, last_day_as_volunteer


class VolunteersNotAsked(Refused):
    """The methodology's edition works without young inspection volunteers."""


class VolunteerAgeUnfit(Refused):
    """A young inspection volunteer is 18 to 26 years old."""

    status = 422


class VolunteeringAlreadyAskedFor(Refused):
    """They have asked already."""


class VolunteeringAlreadyTakenUp(Refused):
    """Somebody deals with this already."""


@ways_to_take_part.decides()
def ask_to_volunteer(command: AskToVolunteer, state: WaysToTakePart) -> Iterator[VolunteeringAskedFor]:
    """Neither a birthday nor an age is kept: only until which day they may be one."""
    refuse_unready(state)
    if not state.volunteer_on_request:
        raise VolunteersNotAsked
    if command.volunteer_id in state.volunteers:
        raise VolunteeringAlreadyAskedFor
    if not _is_of_age(command.born_on, command.today or date.min):
        raise VolunteerAgeUnfit(pointer="/born_on")
    yield VolunteeringAskedFor(
        inspection_id=command.inspection_id,
        volunteer_id=command.volunteer_id,
        eligible_until=last_day_as_volunteer(command.born_on),
        reached_by=command.reached_by,
    )


def _is_of_age(born_on: date, today: date) -> bool:
    return born_on <= today and birthday(born_on, VOLUNTEER_AGES.start) <= today <= last_day_as_volunteer(born_on)


@ways_to_take_part.decides()
def take_up_volunteering(command: TakeUpVolunteering, state: WaysToTakePart) -> Iterator[VolunteeringTakenUp]:
    """Whoever takes it up deals with it, also after the inspection: one who asked is not left without an answer."""
    asked = state.volunteers.get(command.volunteer_id)
    if asked is None:
        raise NotFound
    if asked.taken_up_on is not None:
        raise VolunteeringAlreadyTakenUp
    yield VolunteeringTakenUp(
        inspection_id=command.inspection_id,
        volunteer_id=command.volunteer_id,
        dealt_with_by=command.actor,
        taken_up_on=command.today or date.max,
    )
