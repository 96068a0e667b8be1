"""From a week template to dates: holiday weeks are not counted, later weeks move on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from shared.methodologies.parts import Step
from shared.vocabulary.identity import StepCode

WEEK = timedelta(weeks=1)
FRIDAY = timedelta(days=4)
MOST_EXCLUDED = 104
"""Excluded weeks within one timetable; more than two years of them is a mistake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDates:
    """When a step begins and ends, both days included."""

    code: StepCode
    starts_on: date
    ends_on: date


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def counted_weeks(begins_on: date, excluded: frozenset[date]) -> Iterator[date]:
    """The Mondays of the weeks that count, from the one that the timetable begins in."""
    monday = monday_of(begins_on)
    while True:
        if monday not in excluded:
            yield monday
        monday += WEEK


def laid(steps: Iterable[Step], begins_on: date, excluded: frozenset[date]) -> tuple[StepDates, ...]:
    """Every step from Monday of its first week to Friday of its last; ``excluded`` holds Mondays."""
    steps = tuple(steps)
    last = max(step.week_to for step in steps)
    weeks = counted_weeks(begins_on, excluded)
    mondays = [next(weeks) for _ in range(last)]
    return tuple(
        StepDates(
            code=step.code,
            starts_on=mondays[step.week_from - 1],
            ends_on=mondays[step.week_to - 1] + FRIDAY,
        )
        for step in steps
    )


def shifted(dates: StepDates, weeks: int, excluded: frozenset[date]) -> StepDates:
    """A step so many counted weeks later; a negative number is refused by whoever asks."""
    return StepDates(
        code=dates.code,
        starts_on=_later(dates.starts_on, weeks, excluded),
        ends_on=_later(dates.ends_on, weeks, excluded),
    )


def _later(day: date, weeks: int, excluded: frozenset[date]) -> date:
    counted = counted_weeks(day + WEEK, excluded)
    monday = monday_of(day)
    for _ in range(weeks):
        monday = next(counted)
    return monday + timedelta(days=day.weekday())
