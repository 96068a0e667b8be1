"""Weeks in which schools are closed do not count in a timetable, as far as it is known when they are."""

from datetime import date, timedelta
from typing import Final

import pytest

from shared.vocabulary.areas import UnknownCouncil
from shared.vocabulary.councils import COUNCILS
from shared.vocabulary.holidays import (
    ClosureKind,
    HolidaysNotKnown,
    closures,
    holidays_to_check,
    school_holiday_weeks,
    school_years_known,
)

FIFE: Final = "S12000047"
EDINBURGH: Final = "S12000036"
FALKIRK: Final = "S12000014"
PERTH: Final = "S12000048"
SOUTH_LANARKSHIRE: Final = "S12000029"
HIGHLAND: Final = "S12000017"


def test_fifes_autumn_and_christmas_weeks_are_left_out() -> None:
    assert school_holiday_weeks(FIFE, date(2025, 9, 1), date(2026, 3, 6)) == (
        date(2025, 10, 13),
        date(2025, 10, 20),
        date(2025, 12, 22),
        date(2025, 12, 29),
    )


def test_a_retired_code_has_the_councils_holidays() -> None:
    span = date(2025, 9, 1), date(2026, 3, 6)
    assert school_holiday_weeks("S12000015", *span) == school_holiday_weeks(FIFE, *span)


def test_three_days_make_a_holiday_week_and_two_do_not() -> None:
    # Perth and Kinross is closed from Wednesday 24 December 2025 to Tuesday 6 January 2026.
    assert school_holiday_weeks(PERTH, date(2025, 12, 15), date(2026, 1, 9)) == (
        date(2025, 12, 22),
        date(2025, 12, 29),
    )


def test_in_service_days_are_not_holidays() -> None:
    # South Lanarkshire, February 2026: two days of holiday, then an in-service day.
    assert school_holiday_weeks(SOUTH_LANARKSHIRE, date(2026, 2, 16), date(2026, 2, 20)) == ()
    kinds = {closure.kind for closure in closures() if closure.council == SOUTH_LANARKSHIRE}
    assert kinds == set(ClosureKind)


def test_a_span_that_touches_a_week_finds_its_monday() -> None:
    friday = date(2025, 10, 17)
    assert school_holiday_weeks(FIFE, friday, friday) == (date(2025, 10, 13),)
    sunday = date(2025, 10, 12)
    assert school_holiday_weeks(FIFE, sunday, sunday) == ()


def test_every_week_that_is_left_out_begins_on_a_monday() -> None:
    weeks = school_holiday_weeks(FALKIRK, date(2025, 8, 11), date(2027, 8, 6))
    assert len(weeks) > 20
    assert {monday.weekday() for monday in weeks} == {0}
    assert list(weeks) == sorted(set(weeks))


@pytest.mark.parametrize("council", sorted(code for code in COUNCILS if not school_years_known(code)))
def test_a_council_about_which_nothing_was_read_is_not_taken_to_have_no_holidays(council: str) -> None:
    with pytest.raises(HolidaysNotKnown):
        school_holiday_weeks(council, date(2025, 9, 1), date(2026, 1, 30))


def test_nineteen_councils_have_holidays_and_thirteen_do_not() -> None:
    assert sum(bool(school_years_known(council)) for council in COUNCILS) == 19
    assert not school_years_known(HIGHLAND)


def test_a_school_year_about_which_nothing_was_read_is_refused_by_name() -> None:
    with pytest.raises(HolidaysNotKnown) as refused:
        school_holiday_weeks(FIFE, date(2027, 5, 3), date(2027, 9, 3))
    assert refused.value.details == {"council": FIFE, "school_years": ["2027-28"]}
    assert refused.value.status == 422


def test_days_before_the_second_week_of_august_belong_to_the_last_school_year() -> None:
    with pytest.raises(HolidaysNotKnown) as refused:
        school_holiday_weeks("S12000050", date(2025, 8, 9), date(2025, 8, 10))
    assert refused.value.details["school_years"] == ["2024-25"]


def test_only_the_day_that_was_read_counts_where_an_end_is_missing() -> None:
    # Edinburgh's summer of 2026 begins on Monday 29 June; its end was not read.
    span = date(2026, 6, 29), date(2026, 7, 17)
    assert school_holiday_weeks(EDINBURGH, *span) == ()
    (summer,) = holidays_to_check(EDINBURGH, *span)
    assert (summer.name, summer.first, summer.last) == ("Summer", date(2026, 6, 29), None)
    assert list(summer.days()) == [date(2026, 6, 29)]


def test_a_sources_doubts_are_kept() -> None:
    (angus,) = holidays_to_check("S12000041", date(2025, 7, 1), date(2025, 7, 4))
    assert "check" in angus.doubt


def test_a_closure_without_doubts_needs_no_check() -> None:
    assert holidays_to_check(FALKIRK, date(2025, 10, 13), date(2025, 10, 24)) == ()


def test_a_code_that_is_no_councils_is_refused() -> None:
    with pytest.raises(UnknownCouncil):
        school_holiday_weeks("S12000099", date(2025, 9, 1), date(2025, 9, 5))


def test_every_closure_is_of_weekdays_and_in_order() -> None:
    assert len(closures()) == 204
    for closure in closures():
        days = list(closure.days())
        assert days
        assert {days[0].weekday(), days[-1].weekday()} <= {0, 1, 2, 3, 4}
        assert days[-1] - days[0] <= timedelta(days=60)
        assert closure.source.startswith("http")
