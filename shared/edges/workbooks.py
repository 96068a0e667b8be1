"""Workbooks are archives of XML, looked over before they are read: what is small may unpack to very much."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any, Final
from zipfile import ZipFile, ZipInfo

from openpyxl import load_workbook

from shared.errors import Refused
from shared.limits import ARCHIVE_BYTES, ARCHIVE_PARTS, ARCHIVE_RATIO, ARCHIVE_SMALL_BYTES, ARCHIVE_TAGS

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DECLARES: Final = tuple(
    said.encode(how) for said in ("<!DOCTYPE", "<!ENTITY") for how in ("ascii", "utf-16-le", "utf-16-be")
)
"""How XML begins to declare entities, which no workbook needs."""


class SpreadsheetUnreadable(Refused):
    """The file cannot be read as what it says it is; save it anew, as .xlsx or as CSV in UTF-8, and send that."""

    status = 422


class UnpacksTooLarge(Refused):
    """The workbook unpacks to more than one may; send it as CSV."""

    status = 413


@contextmanager
def unreadable() -> Iterator[None]:
    """Refuse a file that makes its reader fail, in whatever way; what it holds is told to nobody."""
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module="openpyxl")  # what it does not support it may leave out
            yield
    except Refused:
        raise
    except Exception:  # noqa: BLE001 - nobody lists what a hostile file makes a reader raise
        raise SpreadsheetUnreadable from None


def sheets(raw: bytes) -> Iterator[Iterator[Sequence[Any]]]:
    """Each sheet of a workbook, hidden ones too, as its lines of values; a formula's is what was last worked out."""
    _refuse_traps(raw)
    book = load_workbook(BytesIO(raw), read_only=True, data_only=True, keep_links=False)
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # how large it says it is may be wrong
        yield sheet.iter_rows(values_only=True)


def _refuse_traps(raw: bytes) -> None:
    with ZipFile(BytesIO(raw)) as archive:
        parts = archive.infolist()
        if (
            len(parts) > ARCHIVE_PARTS
            or sum(part.file_size for part in parts) > ARCHIVE_BYTES
            or any(map(_swells, parts))
        ):
            raise UnpacksTooLarge(most_bytes=ARCHIVE_BYTES)
        tags = 0
        for part in parts:
            content = archive.read(part)  # reads no more than the size that was judged, and checks its sum
            if any(declared in content for declared in DECLARES):
                raise SpreadsheetUnreadable
            tags += content.count(b"<")
    if tags > ARCHIVE_TAGS:
        raise UnpacksTooLarge(most_tags=ARCHIVE_TAGS)


def _swells(part: ZipInfo) -> bool:
    return part.file_size > max(ARCHIVE_SMALL_BYTES, ARCHIVE_RATIO * part.compress_size)
