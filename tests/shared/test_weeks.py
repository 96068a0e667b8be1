"""From a week template to dates: weeks that do not count are passed over, and later steps move on."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.methodologies import edition
from shared.methodologies.parts import Step
from shared.methodologies.weeks import StepDates, counted_weeks, laid, monday_of, shifted
from shared.vocabulary.holidays import school_holiday_weeks
from shared.vocabulary.identity import EditionKey, StepCode
from shared.vocabulary.methods import StepKind
from shared.vocabulary.text import PublishedText

WEEK = timedelta(weeks=1)
FALKIRK = "S12000014"
MONDAY = date(2025, 9, 1)
NONE: frozenset[date] = frozenset()

days = st.dates(date(2020, 1, 1), date(2040, 12, 31))
holidays = st.frozensets(st.integers(0, 60), max_size=20)


def step(code: str, week_from: int, week_to: int) -> Step:
    return Step(
        code=StepCode(code),
        title=PublishedText(code),
        kind=StepKind.MEETING,
        week_from=week_from,
        week_to=week_to,
    )


def dates(code: str, starts_on: date, ends_on: date) -> StepDates:
    return StepDates(code=StepCode(code), starts_on=starts_on, ends_on=ends_on)


def mondays(begins_on: date, weeks: frozenset[int]) -> frozenset[date]:
    return frozenset(monday_of(begins_on) + n * WEEK for n in weeks)


@pytest.mark.parametrize("day", range(1, 8))
def test_every_day_of_a_week_has_the_same_monday(day: int) -> None:
    assert monday_of(date(2025, 9, day)) == MONDAY


def test_weeks_are_counted_from_the_one_that_a_day_lies_in() -> None:
    counted = counted_weeks(date(2025, 9, 5), frozenset({date(2025, 9, 8)}))
    assert list(islice(counted, 3)) == [MONDAY, date(2025, 9, 15), date(2025, 9, 22)]


def test_a_step_goes_from_monday_of_its_first_week_to_friday_of_its_last() -> None:
    steps = (step("one", 1, 1), step("two", 2, 4))
    assert laid(steps, date(2025, 9, 3), NONE) == (
        dates("one", MONDAY, date(2025, 9, 5)),
        dates("two", date(2025, 9, 8), date(2025, 9, 26)),
    )


def test_a_first_week_that_does_not_count_is_passed_over() -> None:
    assert laid((step("one", 1, 1),), MONDAY, frozenset({MONDAY})) == (
        dates("one", date(2025, 9, 8), date(2025, 9, 12)),
    )


def test_a_step_is_stretched_by_a_week_within_it_that_does_not_count() -> None:
    assert laid((step("one", 1, 2),), MONDAY, frozenset({date(2025, 9, 8)})) == (
        dates("one", MONDAY, date(2025, 9, 19)),
    )


def test_steps_may_come_in_any_order_and_from_any_iterable() -> None:
    def backwards() -> Iterator[Step]:
        yield step("two", 2, 2)
        yield step("one", 1, 1)

    assert [each.starts_on for each in laid(backwards(), MONDAY, NONE)] == [date(2025, 9, 8), MONDAY]


def test_falkirks_inspection_of_2025_ends_in_the_week_of_16_february_2026() -> None:
    # 21 weeks from 1 September 2025; two weeks in October and two over the New Year are Falkirk's school holidays.
    off = frozenset(school_holiday_weeks(FALKIRK, MONDAY, date(2026, 4, 1)))
    during = {date(2025, 10, 13), date(2025, 10, 20), date(2025, 12, 22), date(2025, 12, 29)}
    assert {week for week in off if week < date(2026, 3, 1)} == during
    found = {each.code: each for each in laid(edition(EditionKey("supervision-at-home@2025-2")).steps, MONDAY, off)}
    assert found[StepCode("notification")].starts_on == MONDAY
    assert found[StepCode("publication")] == dates("publication", date(2026, 2, 16), date(2026, 2, 20))


def test_without_holidays_the_same_inspection_would_end_four_weeks_earlier() -> None:
    steps = laid(edition(EditionKey("supervision-at-home@2025-2")).steps, MONDAY, NONE)
    assert next(each.starts_on for each in steps if each.code == "publication") == date(2026, 1, 19)


def test_a_step_is_shifted_by_weeks_that_count_and_keeps_its_days() -> None:
    was = dates("one", date(2025, 10, 8), date(2025, 10, 10))
    autumn = frozenset({date(2025, 10, 13), date(2025, 10, 20)})
    assert shifted(was, 1, autumn) == dates("one", date(2025, 10, 29), date(2025, 10, 31))
    assert shifted(was, 2, autumn) == dates("one", date(2025, 11, 5), date(2025, 11, 7))


def test_a_step_that_lies_in_a_week_excluded_since_moves_on_to_one_that_counts() -> None:
    was = dates("one", MONDAY, date(2025, 9, 5))
    assert shifted(was, 1, frozenset({MONDAY})) == dates("one", date(2025, 9, 8), date(2025, 9, 12))


def test_a_step_that_is_shifted_by_no_week_stays() -> None:
    was = dates("one", MONDAY, date(2025, 9, 5))
    assert shifted(was, 0, frozenset({MONDAY})) == was


@given(begins_on=days, off=holidays, first=st.integers(1, 20), more=st.integers(0, 10))
def test_every_step_has_its_weeks_and_no_end_lies_in_one_that_does_not_count(
    begins_on: date, off: frozenset[int], first: int, more: int
) -> None:
    excluded = mondays(begins_on, off)
    (found,) = laid((step("one", first, first + more),), begins_on, excluded)
    weeks = range((monday_of(found.ends_on) - found.starts_on).days // 7 + 1)
    counted = [n for n in weeks if found.starts_on + n * WEEK not in excluded]
    assert len(counted) == more + 1
    assert not {found.starts_on, monday_of(found.ends_on)} & excluded
    assert (found.starts_on.weekday(), found.ends_on.weekday()) == (0, 4)


@given(begins_on=days, off=holidays, once=st.integers(0, 20), again=st.integers(0, 20))
def test_shifting_twice_is_shifting_by_the_sum(begins_on: date, off: frozenset[int], once: int, again: int) -> None:
    excluded = mondays(begins_on, off)
    (was,) = laid((step("one", 1, 3),), begins_on, excluded)
    assert shifted(shifted(was, once, excluded), again, excluded) == shifted(was, once + again, excluded)


@given(begins_on=days, off=holidays, by=st.integers(0, 30))
def test_a_timetable_that_is_shifted_is_the_one_laid_so_much_later(
    begins_on: date, off: frozenset[int], by: int
) -> None:
    excluded = mondays(begins_on, off)
    (was,) = laid((step("one", 2, 4),), begins_on, excluded)
    (later,) = laid((step("one", 2 + by, 4 + by),), begins_on, excluded)
    assert shifted(was, by, excluded) == later
