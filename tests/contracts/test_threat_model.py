"""The threat model names tests and files that exist, leaves no promise out, and says plainly what is not shown yet."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, parsed

PAGE = (ROOT / "docs" / "threat-model.md").read_text("utf-8")
PROMISED = {
    f"{kind}-{number:02}"
    for kind, last in {"AB": 22, "E": 11, "Z": 14, "F": 12, "K": 3, "D": 6, "L": 3, "O": 3}.items()
    for number in range(1, last + 1)
}
"""What the page may not leave out: the abuse cases, and what is promised about access, keys, input and logs."""
BESIDES = re.compile(r"[RUGTNB]-\d\d")
"""Other promises, which stand there once a test shows them."""

rows = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in PAGE.splitlines()
    if re.match(r"\| [A-Z]+-\d+ \|", line)
]
promises = [row for row in rows if not row[0].startswith("AB-")]
shown = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
files = sorted({*re.findall(r"`((?:deploy|docs|services|shared|tests)/[\w./-]+?\.\w+)[`:]", PAGE)})


def test_every_promise_stands_there_once() -> None:
    counts = Counter(row[0] for row in rows)
    assert {name for name in counts if not BESIDES.fullmatch(name)} == PROMISED
    assert [name for name, count in counts.items() if count > 1] == []


@pytest.mark.parametrize(("path", "name"), sorted(set(shown.findall(PAGE))), ids=str)
def test_every_test_that_is_named_exists(path: str, name: str) -> None:
    assert (ROOT / path).is_file()
    there = {node.name for node in parsed(Path(path)).body if isinstance(node, ast.FunctionDef)}
    assert name in there


def test_whatever_is_named_as_a_test_is_read_as_one() -> None:
    assert len(shown.findall(PAGE)) == PAGE.count("::") > 100


@pytest.mark.parametrize("path", files)
def test_every_file_that_is_named_exists(path: str) -> None:
    assert (ROOT / path).is_file()


@pytest.mark.parametrize("row", promises, ids=[row[0] for row in promises])
def test_a_promise_that_no_test_shows_says_so(row: list[str]) -> None:
    told = row[-1]
    assert shown.search(told) or re.match(r"not yet: \w", told)
    assert len(row) == (3 if BESIDES.fullmatch(row[0]) else 4)


def test_other_promises_stand_there_only_where_a_test_shows_them() -> None:
    assert [row[0] for row in rows if BESIDES.fullmatch(row[0]) and not shown.search(row[-1])] == []
