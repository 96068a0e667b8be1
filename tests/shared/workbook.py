"""Workbooks for tests: good ones written by a library, bad ones made by hand."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook


def workbook(*lines: tuple[Any, ...], **sheets: tuple[tuple[Any, ...], ...]) -> bytes:
    """A workbook of one sheet with these lines, and of hidden sheets by name."""
    book = Workbook()
    for line in lines:
        book.active.append(line)
    for title, others in sheets.items():
        hidden = book.create_sheet(title)
        hidden.sheet_state = "hidden"
        for line in others:
            hidden.append(line)
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def altered(book: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The same archive with some of its parts put in place of, or beside, those that it has."""
    kept = BytesIO()
    with ZipFile(BytesIO(book)) as old, ZipFile(kept, "w", ZIP_DEFLATED) as new:
        for name in {*old.namelist(), *parts}:
            new.writestr(name, parts.get(name) or old.read(name))
    return kept.getvalue()


def part_of(book: bytes, name: str) -> bytes:
    """One part of an archive."""
    with ZipFile(BytesIO(book)) as archive:
        return archive.read(name)
