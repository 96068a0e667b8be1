"""A council's calendar: the weeks in which nothing is asked of its people."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from services.scheduling.commands import ExcludeWeek
from services.scheduling.events import WeekExcluded
from shared.aggregates import Aggregate
from shared.methodologies.weeks import monday_of


@dataclass(frozen=True, slots=True)
class Calendar:
    """The Mondays of the weeks that do not count."""

    excluded: frozenset[date] = frozenset()


def evolve(state: Calendar, fact: WeekExcluded) -> Calendar:
    """Add a fact up."""
    return replace(state, excluded=state.excluded | {fact.monday})


calendar = Aggregate("calendar", by="council", about="council", initial=Calendar(), evolve=evolve)


@calendar.decides(creates=True)
def exclude_week(command: ExcludeWeek, state: Calendar) -> Iterator[WeekExcluded]:
    """Excluding a week again changes nothing."""
    monday = monday_of(command.week_of)
    if monday not in state.excluded:
        yield WeekExcluded(council=command.council, monday=monday, reason=command.reason)
