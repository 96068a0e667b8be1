"""Bank holidays in Scotland, and days on which people work: what a window counted in working days is counted by."""

from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType
from typing import Final

DOUBTS: Final = (
    "Banks, courts and councils need not keep these days, and many councils have local holidays instead: "
    "add those as further days off. Days that a proclamation has yet to add or move are not known here."
)
"""What to bear in mind about them; no source says which of them an inspected partnership keeps."""

SATURDAY, MONDAY = 5, 0
_DAY: Final = timedelta(days=1)
_ST_ANDREWS_SINCE: Final = 2007
_KNOWN_FROM: Final = 1978

ADDED: Final[Mapping[date, str]] = MappingProxyType(
    {
        date(2011, 4, 29): "Royal wedding",
        date(2012, 6, 5): "Diamond Jubilee",
        date(2022, 6, 3): "Platinum Jubilee",
        date(2022, 9, 19): "State funeral of Queen Elizabeth II",
        date(2023, 5, 8): "Coronation of King Charles III",
        date(2026, 6, 15): "Football World Cup",
    }
)
"""Days that a Royal Proclamation added; all but the last, which was in the news of February 2026, are from recall."""

INSTEAD: Final[Mapping[date, date]] = MappingProxyType(
    {
        date(2012, 5, 28): date(2012, 6, 4),
        date(2020, 5, 4): date(2020, 5, 8),
        date(2022, 5, 30): date(2022, 6, 2),
    }
)
"""Days that a Royal Proclamation moved, and where to; from recall."""


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """The bank holidays of a year in Scotland, with the days that stand in for those on a weekend.

    1 and 2 January, Good Friday, the first Mondays in May and August, 30 November (or the Monday after) and Christmas:
    Banking and Financial Dealings Act 1971, Schedule 1, paragraph 2, and the St Andrew's Day Bank Holiday (Scotland)
    Act 2007. The last Monday in May, 26 December, and what stands in for a Saturday are proclaimed each year; that
    they will be is taken for granted. Raises ValueError before 1978, when they were others.
    """
    if year < _KNOWN_FROM:
        message = f"bank holidays before {_KNOWN_FROM} were others"
        raise ValueError(message)
    mondays = {_monday_from(date(year, 5, 1)), _monday_from(date(year, 5, 25)), _monday_from(date(year, 8, 1))}
    days = {INSTEAD.get(day, day) for day in mondays} | {easter(year) - 2 * _DAY}
    days |= _with_substitutes(date(year, 1, 1), date(year, 1, 2))
    days |= _with_substitutes(date(year, 12, 25), date(year, 12, 26))
    if year >= _ST_ANDREWS_SINCE:
        st_andrews = date(year, 11, 30)
        days.add(_monday_from(st_andrews) if st_andrews.weekday() >= SATURDAY else st_andrews)
    return frozenset(days | {day for day in ADDED if day.year == year})


def is_working_day(day: date, off: Container[date] = ()) -> bool:
    """Whether a day is a weekday, no bank holiday, and none of the further days off."""
    return day.weekday() < SATURDAY and day not in off and day not in bank_holidays(day.year)


def working_days_from(day: date, off: Container[date] = ()) -> Iterator[date]:
    """The working days after a day, in order; raises OverflowError at the end of the calendar."""
    while True:
        day += _DAY
        if is_working_day(day, off):
            yield day


def add_working_days(day: date, count: int, off: Container[date] = ()) -> date:
    """The day that is so many working days later; the day itself does not count. With 0 it is the day itself.

    ``off`` holds further days that do not count: a council's local holidays. Raises ValueError for a negative count.
    """
    if count < 0:
        message = "working days are counted forwards"
        raise ValueError(message)
    days = working_days_from(day, off)
    for _ in range(count):
        day = next(days)
    return day


def easter(year: int) -> date:
    """Easter Sunday by the Gregorian reckoning: the anonymous algorithm, as Meeus gives it (1991)."""
    golden, century, of_century = year % 19, year // 100, year % 100
    corrected = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - century // 4 - corrected + 15) % 30
    to_sunday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - epact - of_century % 4) % 7
    late = (golden + 11 * epact + 22 * to_sunday) // 451
    month, before = divmod(epact + to_sunday - 7 * late + 114, 31)
    return date(year, month, before + 1)


def _monday_from(day: date) -> date:
    return day + timedelta(days=(MONDAY - day.weekday()) % 7)


def _with_substitutes(*days: date) -> set[date]:
    """Those on weekdays as they are; each of the others on the next weekday that is still free."""
    kept = {day for day in days if day.weekday() < SATURDAY}
    for moved in _at_weekends(days):
        day = moved
        while day in kept or day.weekday() >= SATURDAY:
            day += _DAY
        kept.add(day)
    return kept


def _at_weekends(days: Iterable[date]) -> list[date]:
    return [day for day in days if day.weekday() >= SATURDAY]
