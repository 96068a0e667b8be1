"""A council's calendar, given, when, then."""

from datetime import date

import pytest

from services.scheduling.aggregates.calendar import WeekNotExcluded, calendar
from services.scheduling.commands import ExcludeWeek, IncludeWeek
from services.scheduling.events import WeekExcluded, WeekIncluded
from shared.testing import Given
from shared.vocabulary.identity import ReasonCode
from tests.scheduling.facts import FALKIRK

HOLIDAY, ELECTION = ReasonCode("school-holiday"), ReasonCode("election")


def exclude(day: date, reason: ReasonCode = HOLIDAY) -> ExcludeWeek:
    return ExcludeWeek(council=FALKIRK, week_of=day, reason=reason)


def week(monday: date) -> WeekExcluded:
    return WeekExcluded(council=FALKIRK, monday=monday, reason=HOLIDAY)


@pytest.mark.parametrize("day", range(13, 20))
def test_a_week_is_excluded_by_any_of_its_days_and_named_by_its_monday(day: int):
    Given(calendar).when(exclude(date(2025, 10, day))).then(week(date(2025, 10, 13)))


def test_a_week_over_the_turn_of_the_year_is_one_week():
    Given(calendar).when(exclude(date(2026, 1, 2))).then(week(date(2025, 12, 29)))


def test_the_first_week_that_there_is_can_be_excluded():
    Given(calendar).when(exclude(date.min)).then(week(date.min))


def test_excluding_a_week_again_changes_nothing_whatever_the_reason():
    past = week(date(2025, 10, 13))
    Given(calendar, past).when(exclude(date(2025, 10, 17))).then()
    Given(calendar, past).when(exclude(date(2025, 10, 13), ELECTION)).then()


def test_weeks_add_up():
    first, second = week(date(2025, 10, 13)), week(date(2025, 10, 20))
    Given(calendar, first).when(exclude(date(2025, 10, 20))).then(second)
    assert calendar.state([first, second]).excluded == {first.monday, second.monday}


def test_a_calendar_is_its_councils_own():
    assert calendar.stream_of(FALKIRK) == "calendar/S12000014"


MISTAKE = ReasonCode("mistake")


def include(day: date) -> IncludeWeek:
    return IncludeWeek(council=FALKIRK, week_of=day, reason=MISTAKE)


def test_a_week_that_was_excluded_by_mistake_counts_again_and_may_be_excluded_again():
    past = week(date(2025, 10, 13))
    again = WeekIncluded(council=FALKIRK, monday=past.monday, reason=MISTAKE)
    Given(calendar, past).when(include(date(2025, 10, 15))).then(again)
    Given(calendar, past, again).when(exclude(date(2025, 10, 15))).then(past)
    assert calendar.state([past, again]).excluded == set()


def test_a_week_that_counts_cannot_be_made_to_count():
    refused = Given(calendar, week(date(2025, 10, 13))).when(include(date(2025, 10, 20))).refused(WeekNotExcluded)
    assert refused.details == {"monday": date(2025, 10, 20)}
