"""Spreadsheets are read whole, within limits, or not at all; no file makes the reader fail."""

from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.edges.spreadsheets import (
    CSV,
    HeadingMissing,
    SheetsTooMany,
    SpreadsheetEmpty,
    SpreadsheetKindUnknown,
    SpreadsheetTooLarge,
    read,
)
from shared.edges.workbooks import XLSX, SpreadsheetUnreadable, UnpacksTooLarge
from shared.errors import Refused
from shared.limits import ARCHIVE_BYTES, ARCHIVE_TAGS, CELL_CHARACTERS, SHEET_COLUMNS, SHEET_LINES, SHEET_ROWS
from tests.shared.workbook import altered, part_of, workbook

SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
BOOK = workbook(("age", "Legal basis"), (12, "section 83"), (7, None))
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "with a byte order mark"])
@pytest.mark.parametrize("by", [",", ";", "\t", "|"])
def test_a_csv_is_read_with_whatever_parts_its_cells(mark: bytes, by: str):
    table = read(mark + f'age{by}"Legal {by}basis"\r\n12{by}section 83\r\n\r\n7{by}\r\n'.encode(), CSV)
    assert table.headings == ("age", f"Legal {by}basis")
    assert table.rows == (("12", "section 83"), ("7",))
    assert list(table.column(1)) == ["section 83"]


def test_a_workbook_is_read_as_its_values():
    table = read(workbook(("age", "since", "open"), (12, date(2025, 3, 4), True), (), (7,)), XLSX)
    assert table.headings == ("age", "since", "open")
    assert table.rows == (("12", "2025-03-04 00:00:00", "True"), ("7",))


def test_a_formula_is_not_worked_out():
    assert read(workbook(("age",), ("=1+1",), (3,)), XLSX).rows == (("3",),)
    assert read(b"age\n=1+1\n", CSV).rows == (("=1+1",),)


@pytest.mark.parametrize("kind", ["", "application/json", "application/vnd.ms-excel", "text/plain", "TEXT/CSV"])
def test_another_kind_of_file_is_refused(kind: str):
    with pytest.raises(SpreadsheetKindUnknown):
        read(b"age\n1\n", kind)


@pytest.mark.parametrize("raw", [b"", b"\n\n", b",,\n1,2,3\n", b'""\n'])
def test_without_headings_there_is_no_table(raw: bytes):
    with pytest.raises(SpreadsheetEmpty):
        read(raw, CSV)
    with pytest.raises(SpreadsheetEmpty):
        read(workbook((), (1,)), XLSX)


@pytest.mark.parametrize("raw", [b"age,,team\n1,2,3\n", b"age\n1,x\n", b"age,,team\n1,,3\n"])
def test_a_column_without_a_heading_is_refused(raw: bytes):
    with pytest.raises(HeadingMissing) as refused:
        read(raw, CSV)
    assert refused.value.details == {"columns": [2]}


def test_a_hidden_sheet_is_a_sheet():
    with pytest.raises(SheetsTooMany) as refused:
        read(workbook(("age",), (1,), guidance=(("Read this",),)), XLSX)
    assert refused.value.details == {"sheets": 2}
    assert read(workbook(("age",), (1,), blank=()), XLSX).headings == ("age",)


def test_as_many_as_may_be_are_taken_and_no_more():
    most = b"age\n" + b"1\n" * SHEET_ROWS
    assert len(read(most + b"\n\n", CSV).rows) == SHEET_ROWS
    wide = ",".join("a" * SHEET_COLUMNS)
    assert len(read(f"{wide}\n".encode(), CSV).headings) == SHEET_COLUMNS
    assert read(f"age\n{'x' * CELL_CHARACTERS}\n".encode(), CSV).rows == (("x" * CELL_CHARACTERS,),)
    for raw, details in (
        (most + b"1\n", {"most_rows": SHEET_ROWS}),
        (b"age\n" + b"\n" * SHEET_LINES, {"most_rows": SHEET_ROWS}),
        (f"{wide},b\n".encode(), {"most_columns": SHEET_COLUMNS, "row": 1}),
        (f"age\n{'x' * (CELL_CHARACTERS + 1)}\n".encode(), {"most_characters": CELL_CHARACTERS, "row": 2, "column": 1}),
    ):
        with pytest.raises(SpreadsheetTooLarge) as refused:
            read(raw, CSV)
        assert refused.value.details == details


@pytest.mark.parametrize(
    "raw",
    [b"\xff\xfeage\n", "age\n1\n".encode("utf-16"), b"n\xe4me\n", b'age\n"1\n', b'age\n"1"x\n', BOOK, b"a\n\0\n"],
    ids=["half a mark", "utf-16", "latin-1", "open quote", "after a quote", "a workbook", "nul"],
)
def test_what_is_no_csv_is_refused(raw: bytes):
    with pytest.raises(SpreadsheetUnreadable):
        read(raw, CSV)


def sheet(rows: str) -> bytes:
    return altered(BOOK, {SHEET: f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>".encode()})


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"age\n1\n",
        b"PK\x03\x04" + b"\0" * 40,
        BOOK[:-30],
        BOOK[:200] + b"\xff" * 50 + BOOK[250:],
        altered(BOOK, {SHEET: b"<worksheet"}),
        altered(BOOK, {"[Content_Types].xml": b"<Types/>"}),
        sheet('<row r="1"><c r="A1" t="s"><v>99999</v></c></row>'),
        sheet('<row r="x"><c r="A1"><v>1</v></c></row>'),
        sheet('<row r="1"><c r="AAAAAA1"><v>1</v></c></row>'),
        sheet(f'<row r="1"><c r="A1"><v>{"9" * 5000}</v></c></row>'),
    ],
    ids=[
        "nothing",
        "csv",
        "zeros",
        "cut",
        "garbled",
        "no xml",
        "no parts",
        "no string",
        "no row",
        "no column",
        "digits",
    ],
)
def test_what_is_no_workbook_is_refused(raw: bytes):
    with pytest.raises(SpreadsheetUnreadable):
        read(raw, XLSX)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("declared", ['<!DOCTYPE x [<!ENTITY a "b">]>', '<!DOCTYPE x SYSTEM "file:///etc/hostname">'])
def test_what_declares_entities_is_refused_whatever_part_it_is_in(declared: str, encoding: str):
    trap = f'<?xml version="1.0"?>{declared}<sst/>'.encode(encoding)
    for name in (STRINGS, SHEET, "docProps/app.xml", "xl/media/image1.png"):
        with pytest.raises(SpreadsheetUnreadable):
            read(altered(BOOK, {name: trap}), XLSX)


def test_what_is_small_and_unpacks_to_very_much_is_refused():
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>'
    bomb = sheet(rows + " " * 2 * 1024 * 1024)
    assert len(bomb) < 20_000
    many = altered(BOOK, {f"xl/media/{n}.bin": b"x" for n in range(500)})
    random_enough = part_of(BOOK, "xl/theme/theme1.xml")
    large = altered(BOOK, {"x.bin": bytes(n * n % 251 for n in range(ARCHIVE_BYTES)) + random_enough})
    for raw in (bomb, many, large):
        with pytest.raises(UnpacksTooLarge) as refused:
            read(raw, XLSX)
        assert refused.value.details == {"most_bytes": ARCHIVE_BYTES}


def test_too_many_tags_are_refused_however_they_are_packed():
    noise = Random(1).choices("abcdefgh", k=ARCHIVE_TAGS + 1)
    with pytest.raises(UnpacksTooLarge) as refused:
        read(sheet("".join(f"<{one}/>" for one in noise)), XLSX)
    assert refused.value.details == {"most_tags": ARCHIVE_TAGS}


def test_a_row_far_below_and_a_cell_far_out_are_refused_at_once():
    for rows in (
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="999999999"><c r="A999999999"><v>1</v></c></row>',
        '<row r="1"><c r="ZZZ1"><v>1</v></c></row>',
    ):
        with pytest.raises(SpreadsheetTooLarge):
            read(sheet(rows), XLSX)


def test_a_table_prints_nobodys_words():
    assert "Jamie" not in repr(read(b"Jamie\nJamie\n", CSV))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_fail(raw: bytes):
    for kind in (CSV, XLSX):
        try:
            read(raw, kind)
        except Refused:
            continue


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(BOOK) - 1), st.binary(min_size=1, max_size=8))
def test_no_garbled_workbook_makes_the_reader_fail(at: int, noise: bytes):
    try:
        read(BOOK[:at] + noise + BOOK[at + len(noise) :], XLSX)
    except Refused:
        return
