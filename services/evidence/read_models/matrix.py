"""The triangulation matrix: which methods bear on which indicator, how strongly, and which rights and promises."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, select

from services.evidence.read_models.evidence_links import evidence_links
from shared.vocabulary.framework import Foundation, Wellbeing
from shared.vocabulary.identity import IndicatorCode
from shared.vocabulary.methods import EvidenceMethod, Strength

ENOUGH_METHODS = 3
"""Methods that an indicator should rest on: evidence is triangulated."""


@dataclass(frozen=True, slots=True)
class Cell:
    """An indicator and a method: how many pieces of evidence of each strength."""

    method: EvidenceMethod
    strong: int
    moderate: int
    weak: int

    @property
    def total(self) -> int:
        """How many in all."""
        return self.strong + self.moderate + self.weak


@dataclass(frozen=True, slots=True)
class Line:
    """An indicator with its cells, one a method that bears on it."""

    indicator: IndicatorCode
    cells: tuple[Cell, ...]
    outside_window: int

    @property
    def triangulated(self) -> bool:
        """Whether enough methods bear on it."""
        return len(self.cells) >= ENOUGH_METHODS


@dataclass(frozen=True, slots=True)
class Matrix:
    """All the indicators of an inspection, those without evidence too, and what the evidence covers."""

    lines: tuple[Line, ...]
    methods: tuple[EvidenceMethod, ...]
    articles: tuple[tuple[int, int], ...]
    """UNCRC article, how many links."""
    foundations: tuple[tuple[Foundation, int], ...]
    """Every foundation of The Promise, those without evidence too."""
    wellbeing: tuple[tuple[Wellbeing, int], ...]


def matrix(tx: Connection, inspection_id: UUID, indicators: Sequence[IndicatorCode]) -> Matrix:
    """The matrix of an inspection's evidence as it stands; what was withdrawn counts for nothing."""
    table = evidence_links.table.c
    rows = tx.execute(
        select(
            table.indicator, table.method, table.strength, table.outside_window,
            table.articles, table.foundations, table.wellbeing,
        ).where(table.inspection_id == inspection_id, table.withdrawn_on.is_(None))
    ).all()  # fmt: skip
    found = Counter((row.indicator, row.method, row.strength) for row in rows)
    outside = Counter(row.indicator for row in rows if row.outside_window)
    articles = Counter(int(each) for row in rows for each in row.articles.split())
    foundations = Counter(each for row in rows for each in row.foundations.split())
    wellbeing = Counter(each for row in rows for each in row.wellbeing.split())
    lines = tuple(Line(code, _cells(found, code), outside[code]) for code in indicators)
    used = {cell.method for line in lines for cell in line.cells}
    return Matrix(
        lines=lines,
        methods=tuple(method for method in EvidenceMethod if method in used),
        articles=tuple(sorted(articles.items())),
        foundations=tuple((each, foundations[each.value]) for each in Foundation),
        wellbeing=tuple((each, wellbeing[each.value]) for each in Wellbeing),
    )


def _cells(found: Counter[tuple[str, str, str]], indicator: str) -> tuple[Cell, ...]:
    cells = (
        Cell(method, *(found[indicator, method.value, strength.value] for strength in Strength))
        for method in EvidenceMethod
    )
    return tuple(cell for cell in cells if cell.total)
