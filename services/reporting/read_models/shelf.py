"""The published reports as people look for them: by council, kind and year, the newest first, some at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from services.reporting.read_models.published import published
from shared.vocabulary.areas import NATION, UnknownCouncil, area_of, council, council_named
from shared.vocabulary.identity import GssCode

AT_A_TIME = 20
LONGEST_NAME = 60
"""Characters of what somebody typed that are shown again."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; what is not understood is kept as it was typed, and finds nothing."""

    council: str
    """A council's name or code, as it was typed."""
    code: GssCode | None
    """The council that is meant, if there is one."""
    form: str
    year: str
    number: int
    """Which page, from 1."""

    @property
    def is_unknown(self) -> bool:
        """Whether no council is called what was typed."""
        return bool(self.council) and self.code is None

    def at(self, number: int) -> dict[str, Any]:
        """The same, on another page: what its address says."""
        asked = {"council": self.council, "form": self.form, "year": self.year, "number": number if number > 1 else ""}
        return {name: value for name, value in asked.items() if value}


@dataclass(frozen=True, slots=True)
class Found:
    """Some of the reports that were looked for, how many there are in all, and what else could be asked for."""

    reports: tuple[Mapping[str, Any], ...]
    total: int
    pages: int
    forms: tuple[str, ...]
    years: tuple[int, ...]


def wanted(asked: Mapping[str, str]) -> Wanted:
    """Read what somebody typed, chose or followed."""
    typed, form, year = (_shown(asked.get(name, "")) for name in ("council", "form", "year"))
    number = asked.get("number", "1")
    page = int(number) if number.isascii() and number.isdecimal() and len(number) < len("10000") else 1
    return Wanted(typed, _council(typed), form, year, max(page, 1))


def _shown(typed: str) -> str:
    return "".join(each for each in typed if each.isprintable()).strip()[:LONGEST_NAME]


def _council(typed: str) -> GssCode | None:
    for read in (council, council_named):
        try:
            return read(typed.upper() if read is council else typed)
        except UnknownCouncil:
            continue
    return None


def found(tx: Connection, looked_for: Wanted) -> Found:
    """The reports that are looked for; what is withdrawn stays among them, marked."""
    table = published.table
    where = _where(looked_for)
    total = tx.execute(select(func.count()).select_from(table).where(*where)).scalar_one()
    pages = max(1, -(-total // AT_A_TIME))
    skipped = AT_A_TIME * (min(looked_for.number, pages) - 1)
    newest_first = select(table).where(*where).order_by(table.c.published_on.desc(), table.c.stream)
    rows = tx.execute(newest_first.limit(AT_A_TIME).offset(skipped)).mappings()
    reports = tuple({**row, "area": area_of(row["councils"].split()).name} for row in rows)
    forms = tx.execute(select(table.c.form).distinct().order_by(table.c.form)).scalars()
    days = tx.execute(select(table.c.published_on).distinct()).scalars()
    return Found(reports, total, pages, tuple(forms), tuple(sorted({day.year for day in days}, reverse=True)))


def _where(looked_for: Wanted) -> list[ColumnElement[bool]]:
    columns, where = published.table.c, list[ColumnElement[bool]]()
    if looked_for.council:
        codes = columns.councils
        meant = codes.contains(looked_for.code or "none", autoescape=True)
        where.append(meant | (codes == NATION.councils[0]) if looked_for.code else meant)
    if looked_for.form:
        where.append(columns.form == looked_for.form)
    if looked_for.year:
        where.append(columns.published_on.between(*_year(looked_for.year)))
    return where


def _year(year: str) -> tuple[date, date]:
    """Its first and its last day; of what is no year, days on which nothing was published."""
    number = int(year) if year.isascii() and year.isdecimal() and len(year) == len("2026") else 0
    return (date(number, 1, 1), date(number, 12, 31)) if number else (date.max, date.min)
