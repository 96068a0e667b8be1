"""A calendar: the weeks in which nothing is asked of a council's people, or of anybody's."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from services.scheduling.commands import ExcludeWeek, IncludeWeek
from services.scheduling.events import WeekExcluded, WeekIncluded
from shared.aggregates import Aggregate
from shared.errors import Refused
from shared.methodologies.weeks import monday_of


class WeekNotExcluded(Refused):
    """This week counts already in this calendar."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The Mondays of the weeks that do not count."""

    excluded: frozenset[date] = frozenset()


def evolve(state: Calendar, fact: WeekExcluded | WeekIncluded) -> Calendar:
    """Add a fact up."""
    match fact:
        case WeekExcluded():
            return replace(state, excluded=state.excluded | {fact.monday})
        case WeekIncluded():
            return replace(state, excluded=state.excluded - {fact.monday})
    return state


calendar = Aggregate("calendar", by="council", about="council", initial=Calendar(), evolve=evolve)


@calendar.decides(creates=True)
def exclude_week(command: ExcludeWeek, state: Calendar) -> Iterator[WeekExcluded]:
    """Excluding a week again changes nothing."""
    monday = monday_of(command.week_of)
    if monday not in state.excluded:
        yield WeekExcluded(council=command.council, monday=monday, reason=command.reason)


@calendar.decides()
def include_week(command: IncludeWeek, state: Calendar) -> Iterator[WeekIncluded]:
    """A week that was excluded by mistake counts again; timetables that were laid around it stay as they are."""
    monday = monday_of(command.week_of)
    if monday not in state.excluded:
        raise WeekNotExcluded(monday=monday)
    yield WeekIncluded(council=command.council, monday=monday, reason=command.reason)
