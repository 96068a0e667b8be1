"""Evaluations that were published earlier: what a panel looks at beside its own, with the doubts about each."""

from dataclasses import dataclass
from functools import cache

from shared.vocabulary.areas import council as current
from shared.vocabulary.identity import GssCode
from shared.vocabulary.tables import rows_of


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierEvaluation:
    """One label as a public page gave it; several indicators may have got it, and not every page names them."""

    council: GssCode
    programme: str
    lead_body: str
    indicator: str | None
    """The indicator's code, where the page prints it."""
    title: str | None
    evaluation: str
    number: int | None
    """Its place on the scale, from the bottom; None for a statement without one."""
    scale: str
    indicators: int | None
    """How many indicators got this label, where the page says so."""
    published: str | None
    """A day, a month or a year: as exactly as it was read."""
    source: str
    source_kind: str
    doubts: tuple[str, ...]
    """What to bear in mind before comparing."""


def earlier(code: GssCode | None = None, indicator: str | None = None) -> tuple[EarlierEvaluation, ...]:
    """Those of a council (its current code), of an indicator by code or title, or of both; all without either."""
    return tuple(
        each
        for each in _all()
        if (code is None or each.council == code) and (indicator is None or indicator in (each.indicator, each.title))
    )


@cache
def _all() -> tuple[EarlierEvaluation, ...]:
    return tuple(_earlier(row) for row in rows_of("published_evaluations") if row["evaluation"])


def _earlier(row: dict[str, str]) -> EarlierEvaluation:
    published = row["publication_date"] or row["publication_year"]
    return EarlierEvaluation(
        council=current(row["gss_code"]),
        programme=row["programme"],
        lead_body=row["lead_body"],
        indicator=row["qi_code"] or None,
        title=row["qi_title"] or None,
        evaluation=row["evaluation"],
        number=int(row["evaluation_number"]) if row["evaluation_number"] else None,
        scale=row["scale"],
        indicators=int(row["indicator_count"]) if row["indicator_count"] else None,
        published=published or None,
        source=row["source"],
        source_kind=row["source_kind"],
        doubts=tuple(_doubts(row, published)),
    )


def _doubts(row: dict[str, str], published: str) -> list[str]:
    found = [row["note"]] if row["note"] else []
    if not published:
        found.append("no date of publication was read")
    if row["source_kind"] != "official":
        found.append(f"the source is not the inspectorate's own: {row['source_kind']}")
    if not row["qi_title"]:
        found.append("the source does not name the indicator")
    return found
