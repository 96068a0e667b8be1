"""Bank holidays in Scotland stand in for those on weekends, and working days pass over them."""

from datetime import date, timedelta

import pytest

from shared.vocabulary.bank_holidays import add_working_days, bank_holidays, easter, is_working_day

YEARS = {
    2021: "0101 0104 0402 0503 0531 0802 1130 1227 1228",
    2022: "0103 0104 0415 0502 0602 0603 0801 0919 1130 1226 1227",
    2023: "0102 0103 0407 0501 0508 0529 0807 1130 1225 1226",
    2024: "0101 0102 0329 0506 0527 0805 1202 1225 1226",
    2025: "0101 0102 0418 0505 0526 0804 1201 1225 1226",
    2026: "0101 0102 0403 0504 0525 0615 0803 1130 1225 1228",
}


@pytest.mark.parametrize("year", YEARS)
def test_the_bank_holidays_of_a_year_are_those_that_were_announced(year: int) -> None:
    assert " ".join(f"{day:%m%d}" for day in sorted(bank_holidays(year))) == YEARS[year]


def test_a_moved_holiday_is_not_kept_on_its_old_day_too() -> None:
    assert date(2020, 5, 8) in bank_holidays(2020)
    assert date(2020, 5, 4) not in bank_holidays(2020)


def test_st_andrews_day_is_one_since_2007() -> None:
    assert date(2006, 11, 30) not in bank_holidays(2006)
    assert date(2007, 11, 30) in bank_holidays(2007)


@pytest.mark.parametrize("year", range(1978, 2100))
def test_no_bank_holiday_is_lost_to_a_weekend(year: int) -> None:
    assert all(day.weekday() < 5 for day in bank_holidays(year))
    assert len(bank_holidays(year)) >= (9 if year >= 2007 else 8)


def test_years_of_which_the_law_was_another_are_not_guessed_at() -> None:
    with pytest.raises(ValueError, match="1978"):
        bank_holidays(1977)


@pytest.mark.parametrize(
    "day", [date(1961, 4, 2), date(2000, 4, 23), date(2008, 3, 23), date(2011, 4, 24), date(2038, 4, 25)]
)
def test_easter_is_the_sunday_that_everybody_keeps(day: date) -> None:
    assert easter(day.year) == day


@pytest.mark.parametrize(
    ("day", "count", "last"),
    [
        (date(2025, 9, 1), 0, date(2025, 9, 1)),
        (date(2025, 9, 5), 1, date(2025, 9, 8)),
        (date(2025, 11, 28), 1, date(2025, 12, 2)),
        (date(2025, 12, 24), 3, date(2025, 12, 31)),
        (date(2025, 12, 31), 1, date(2026, 1, 5)),
        (date(2026, 4, 2), 1, date(2026, 4, 6)),
        (date(2025, 12, 17), 10, date(2026, 1, 6)),
    ],
)
def test_working_days_pass_over_weekends_and_bank_holidays(day: date, count: int, last: date) -> None:
    assert add_working_days(day, count) == last


def test_a_councils_own_holidays_are_days_off_too() -> None:
    local = {date(2026, 4, 6)}
    assert add_working_days(date(2026, 4, 2), 1, local) == date(2026, 4, 7)
    assert not is_working_day(date(2026, 4, 6), local)
    assert is_working_day(date(2026, 4, 6))


def test_working_days_are_not_counted_backwards() -> None:
    with pytest.raises(ValueError, match="forwards"):
        add_working_days(date(2025, 9, 1), -1)


def test_the_day_after_so_many_working_days_is_a_working_day() -> None:
    day = date(2025, 1, 1)
    for n in range(1, 400):
        assert is_working_day(add_working_days(day, n))
        assert add_working_days(day, n) - add_working_days(day, n - 1) <= timedelta(days=6)
