"""The expected answers, written by hand in a table that the code does not import."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from shared.edges.app import parts_of
from shared.edges.http import Api
from shared.policy.table import Reach, Row, row_of
from shared.vocabulary.roles import AccessRole
from tests.architecture.tree import SERVICES, api

TABLE = Path(__file__).with_name("expected.csv")
OWN = {Reach.OWN: "own", Reach.SELF: "own", Reach.PAIRED: "paired", Reach.ALL: "all"}


@dataclass(frozen=True)
class Expected:
    """One route as it was judged: a cell a role, and whether it asks for no token at all."""

    service: str
    action: str
    cells: dict[AccessRole, str]
    anybody: bool


@cache
def expected() -> tuple[Expected, ...]:
    return tuple(_read())


def _read() -> Iterator[Expected]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            blueprint, _, action = line["endpoint"].partition(".")
            cells = {role: line[role.value] for role in AccessRole}
            yield Expected(blueprint.partition("-")[0], action, cells, line["anybody"] == "yes")


def told(row: Row | None) -> dict[AccessRole, str]:
    """A row of the policy's own table in the words of the expected one."""
    found = dict.fromkeys(AccessRole, "-")
    for role, grant in row.grants.items() if row else ():
        found[role] = OWN[grant.reach] + ("+words" if grant.words else "")
    return found


def differing() -> list[tuple[str, str, str, str]]:
    """(action, role, what the policy says, what was expected) wherever the two disagree."""
    return [
        (f"{each.service}:{each.action}", role.value, said, each.cells[role])
        for each in expected()
        if not each.anybody
        for role, said in told(row_of(each.service, each.action)).items()
        if said != each.cells[role]
    ]


def apis() -> list[Api]:
    """What every service serves: its own, and what all of them have alike."""
    return [part for name in SERVICES for part in parts_of(api(name))]


def gated() -> set[tuple[str, str]]:
    """(service, action) of every route that asks for a token."""
    return {(each.service, action) for each in apis() for action in each.gates}
