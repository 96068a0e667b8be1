"""When schools are closed: weeks in which children and staff are away do not count in a timetable."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import Final

from shared.errors import Refused
from shared.vocabulary.areas import council as current
from shared.vocabulary.identity import GssCode
from shared.vocabulary.tables import rows_of

DAYS_THAT_MAKE_A_WEEK: Final = 3
"""Of five weekdays, how many must be pupils' holidays for the week to be left out."""
_WEEKDAYS: Final = 5
_YEAR_STARTS: Final = (8, 10)


class HolidaysNotKnown(Refused):
    """School holidays of this council in these school years were not read; exclude the weeks by hand."""

    status = 422


class Basis(StrEnum):
    """Whether a source says the days themselves, or only when schools close and open."""

    STATED = "stated"
    DERIVED = "derived"


class ClosureKind(StrEnum):
    """Pupils' holidays, or days on which staff are at work without them."""

    HOLIDAY = "holiday"
    IN_SERVICE = "in-service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """Days on which a council's pupils are off, as one public page gives them; both ends belong to it.

    An end that was not read is None: then only the day that was read is known.
    """

    council: GssCode
    name: str
    kind: ClosureKind
    first: date | None
    last: date | None
    school_year: str
    basis: Basis
    source: str
    source_kind: str
    doubt: str

    def days(self) -> Iterator[date]:
        """The days known to belong to it."""
        first, last = self.first or self.last, self.last or self.first
        if first and last:
            yield from (first + timedelta(days=n) for n in range((last - first).days + 1))

    @property
    def is_doubtful(self) -> bool:
        """Whether an end is missing, or its source should be checked."""
        return bool(self.doubt) or self.first is None or self.last is None


def school_holiday_weeks(council: str, first: date, last: date) -> tuple[date, ...]:
    """Mondays of the holiday weeks that hold a day from ``first`` to ``last``, for a council (retired code accepted).

    A week is one when at least three of its five weekdays are pupils' holidays; in-service days are not holidays.
    Only days that were read count: read ``holidays_to_check`` beside it. Raises UnknownCouncil, and HolidaysNotKnown
    where nothing was read about a school year that the span touches.
    """
    off = _days_off(_known(council, first, last))
    weeks = range((_monday(last) - _monday(first)).days // 7 + 1)
    mondays = (_monday(first) + timedelta(weeks=n) for n in weeks)
    return tuple(monday for monday in mondays if len(off & set(_week(monday))) >= DAYS_THAT_MAKE_A_WEEK)


def holidays_to_check(council: str, first: date, last: date) -> tuple[Closure, ...]:
    """The closures in a span that should be checked with the council; raises as ``school_holiday_weeks`` does."""
    return tuple(
        closure
        for closure in _known(council, first, last)
        if closure.is_doubtful and any(first <= day <= last for day in closure.days())
    )


def school_years_known(council: str) -> frozenset[str]:
    """The school years about which anything was read for a council; ``2025-26``."""
    code = current(council)
    return frozenset(closure.school_year for closure in closures() if closure.council == code)


@cache
def closures() -> tuple[Closure, ...]:
    """Every closure that was read, from public pages."""
    return tuple(map(_closure, rows_of("school_holidays")))


def _closure(row: dict[str, str]) -> Closure:
    return Closure(
        council=current(row["gss_code"]),
        name=row["holiday"],
        kind=ClosureKind(row["kind"]),
        first=date.fromisoformat(row["first_day"]) if row["first_day"] else None,
        last=date.fromisoformat(row["last_day"]) if row["last_day"] else None,
        school_year=row["school_year"],
        basis=Basis(row["basis"]),
        source=row["source"],
        source_kind=row["source_kind"],
        doubt=row["doubt"],
    )


def _known(council: str, first: date, last: date) -> tuple[Closure, ...]:
    code = current(council)
    asked = {_school_year(year) for year in range(_starts_in(first), _starts_in(last) + 1)}
    if missing := asked - school_years_known(code):
        raise HolidaysNotKnown(council=code, school_years=sorted(missing))
    return tuple(closure for closure in closures() if closure.council == code)


def _days_off(known: tuple[Closure, ...]) -> set[date]:
    off: dict[ClosureKind, set[date]] = {kind: set() for kind in ClosureKind}
    for closure in known:
        off[closure.kind].update(closure.days())
    return off[ClosureKind.HOLIDAY] - off[ClosureKind.IN_SERVICE]


def _starts_in(day: date) -> int:
    # The first pupils of a year are back in the second week of August; days before belong to the summer of the last.
    return day.year if (day.month, day.day) >= _YEAR_STARTS else day.year - 1


def _school_year(starts_in: int) -> str:
    return f"{starts_in}-{(starts_in + 1) % 100:02d}"


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _week(monday: date) -> Iterator[date]:
    return (monday + timedelta(days=n) for n in range(_WEEKDAYS))
