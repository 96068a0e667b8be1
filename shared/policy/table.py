"""The table of who may do what, as it is written down: a row an action, a column a role, anything else refused."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Final

from shared.vocabulary.roles import AccessRole, Purpose

TABLE: Final = Path(__file__).with_name("table.csv")
PURPOSES: Final = Path(__file__).with_name("purposes.csv")


def version_of(table: bytes, purposes: bytes) -> str:
    """The first 16 hex digits of a hash over both files, each with its length before it."""
    parts = (table, purposes)
    return sha256(b"".join(len(part).to_bytes(8, "big") + part for part in parts)).hexdigest()[:16]


VERSION: Final = version_of(TABLE.read_bytes(), PURPOSES.read_bytes())
"""What the table says, as 16 hex digits: another table has another version."""
NOBODY: Final = "-"


class Reach(StrEnum):
    """How far a role's right reaches."""

    ALL = "all"
    OWN = "own"
    """The inspections that somebody is assigned to, or was named for."""
    PAIRED = "paired"
    """Those of them on which they work together with somebody at the moment."""
    SELF = "self"
    """What is about themselves."""


class Obligation(StrEnum):
    """What has to be so, or be done, beside the right itself."""

    PROVED = "proved"
    """They proved within minutes who they are, by more than one method."""
    RECORDED = "recorded"
    """That it was opened, by whom and why, is in the log before anything is shown."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What one role may do in one action."""

    reach: Reach
    words: bool
    """Whether sealed words are opened for it; else it sees ids, codes, dates and counts."""
    obligations: frozenset[Obligation]


@dataclass(frozen=True, slots=True)
class Row:
    """One action: for which purposes, whether its very existence is confidential, and who may."""

    action: str
    purposes: frozenset[Purpose]
    hidden: bool
    grants: Mapping[AccessRole, Grant]


class TableUnfit(ValueError):  # noqa: N818 - named for the situation, as refusals are
    """The table of who may do what cannot be read as it stands."""


def row_of(service: str, action: str) -> Row | None:
    """The row of an action (``evidence``, ``RegisterEvidence``); what every service has alike has one row for all."""
    rows, name = table(), f"{service}:{action}"
    if (own := rows.get(name)) is not None:
        return own
    alike = rows.get(f"*:{action}")
    return None if alike is None else replace(alike, action=name)


@cache
def table() -> Mapping[str, Row]:
    """Every row by its action; raises TableUnfit for one that says what is not known."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return MappingProxyType({line["action"]: _row(line) for line in csv.DictReader(file)})


@cache
def purposes_of(role: AccessRole) -> tuple[Purpose, ...]:
    """What a role may be used for, what it is mostly used for first."""
    with PURPOSES.open(encoding="utf-8", newline="") as file:
        named = {line["role"]: tuple(map(Purpose, line["purposes"].split())) for line in csv.DictReader(file)}
    return named.get(role.value, ())


def _row(line: Mapping[str, str]) -> Row:
    try:
        grants = {role: _grant(line[role.value]) for role in AccessRole if line[role.value] != NOBODY}
        purposes = frozenset(map(Purpose, line["purposes"].split()))
        hidden = {"yes": True, "no": False}[line["hidden"]]
    except (KeyError, ValueError) as unfit:
        raise TableUnfit(line.get("action")) from unfit
    return Row(line["action"], purposes, hidden, MappingProxyType(grants))


def _grant(cell: str) -> Grant:
    reach, *more = cell.split("+")
    words = "words" in more
    told = {Obligation(each) for each in more if each != "words"} | ({Obligation.RECORDED} if words else set())
    return Grant(Reach(reach), words, frozenset(told))
