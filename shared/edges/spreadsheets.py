"""Spreadsheets that people send us are read whole, within limits, or not at all; nothing in them is worked out."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from shared.edges import workbooks
from shared.edges.strict_json import unfit_character
from shared.edges.workbooks import SpreadsheetUnreadable
from shared.errors import Refused
from shared.limits import CELL_CHARACTERS, SHEET_COLUMNS, SHEET_LINES, SHEET_ROWS

CSV: Final = "text/csv"
DELIMITERS: Final = ",;\t|"
"""What parts the cells of a CSV: the one that the first line has most of."""


class SpreadsheetKindUnknown(Refused):
    """Send text/csv in UTF-8, or an .xlsx workbook under its own content type."""

    status = 415


class SpreadsheetTooLarge(Refused):
    """The spreadsheet has more rows or columns, or a longer cell, than one may have; send what was asked for only."""

    status = 413


class SpreadsheetEmpty(Refused):
    """The spreadsheet has no headings in its first row."""

    status = 422


class HeadingMissing(Refused):
    """A column has no heading in the first row; name it, or take it out."""

    status = 422


class SheetsTooMany(Refused):
    """Send one sheet; those that are hidden count too."""

    status = 422


@dataclass(frozen=True, slots=True)
class Table:
    """Headings, and the rows below them that have something in them."""

    headings: tuple[str, ...] = field(repr=False)
    rows: tuple[tuple[str, ...], ...] = field(repr=False)

    def column(self, place: int) -> Iterator[str]:
        """A column's cells, counted from 0; a row may be shorter."""
        return (row[place] for row in self.rows if place < len(row))


def read(raw: bytes, content_type: str) -> Table:
    """Read a file of one of ``KINDS``; raises one of this module's refusals, SpreadsheetUnreadable or UnpacksTooLarge.

    Refusals hold limits, and rows and columns counted from 1: never what a cell says.
    """
    sheets = KINDS.get(content_type)
    if sheets is None:
        raise SpreadsheetKindUnknown
    with workbooks.unreadable():
        filled = [lines for sheet in sheets(raw) if any(lines := _bounded(sheet))]
    if len(filled) > 1:
        raise SheetsTooMany(sheets=len(filled))
    return _headed(filled[0] if filled else [])


def _bounded(sheet: Iterable[Sequence[Any]]) -> list[tuple[str, ...]]:
    """The first line, and all those with something in them; raises SpreadsheetTooLarge as soon as it is too much."""
    kept: list[tuple[str, ...]] = []
    for number, line in enumerate(sheet, start=1):
        cells = _cells(line, number)
        if cells or not kept:
            kept.append(cells)
        if number > SHEET_LINES or len(kept) > 1 + SHEET_ROWS:
            raise SpreadsheetTooLarge(most_rows=SHEET_ROWS)
    return kept


def _cells(line: Sequence[Any], row: int) -> tuple[str, ...]:
    cells = ["" if cell is None else str(cell).strip() for cell in line]
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > SHEET_COLUMNS:
        raise SpreadsheetTooLarge(most_columns=SHEET_COLUMNS, row=row)
    for column, cell in enumerate(cells, start=1):
        if len(cell) > CELL_CHARACTERS:
            raise SpreadsheetTooLarge(most_characters=CELL_CHARACTERS, row=row, column=column)
        if unfit_character.search(cell):
            raise SpreadsheetUnreadable(row=row, column=column)
    return tuple(cells)


def _headed(lines: list[tuple[str, ...]]) -> Table:
    if not lines or not lines[0]:
        raise SpreadsheetEmpty
    headings, *rows = lines
    wide = max(map(len, lines))
    unnamed = [place for place in range(1, wide + 1) if place > len(headings) or not headings[place - 1]]
    if unnamed:
        raise HeadingMissing(columns=unnamed)
    return Table(headings, tuple(rows))


def _csv_sheets(raw: bytes) -> Iterator[Iterator[list[str]]]:
    """A CSV's one sheet; a cell that begins like a formula is a text like any other."""
    text = raw.decode("utf-8-sig")
    outside_quotes = "".join(text.partition("\n")[0].split('"')[::2])
    delimiter = max(DELIMITERS, key=outside_quotes.count)
    yield csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


KINDS: Final[MappingProxyType[str, Callable[[bytes], Iterable[Iterable[Sequence[Any]]]]]] = MappingProxyType(
    {CSV: _csv_sheets, workbooks.XLSX: workbooks.sheets}
)
"""How the sheets of a file of each content type are got at, line by line."""
