"""A campaign of self-evaluations: who is expected, who has handed in, and who is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.evidence.read_models.self_evaluations import self_evaluations
from shared.vocabulary.areas import Area, name_of
from shared.vocabulary.councils import COUNCILS
from shared.vocabulary.identity import GssCode


@dataclass(frozen=True, slots=True)
class Missing:
    """A council that has not handed in."""

    council: GssCode
    name: str


@dataclass(frozen=True, slots=True)
class Campaign:
    """How a campaign stands; a council counts once, whoever handed in for it."""

    expected: int
    handed_in: int
    missing: tuple[Missing, ...]
    items: tuple[Mapping[str, Any], ...]


def campaign(tx: Connection, inspection_id: UUID, area: Area) -> Campaign:
    """The self-evaluations of an inspection, against the councils of its area (of the nation: every one)."""
    where = self_evaluations.table.c.inspection_id == inspection_id
    rows, _ = self_evaluations.page(tx, [where], None, len(COUNCILS) + 1)
    expected = sorted(COUNCILS) if area.is_nation else list(area.councils)
    handed_in = {council for row in rows for council in row.councils.split()}
    missing = tuple(Missing(code, name_of(code)) for code in expected if code not in handed_in)
    items = tuple({n: v for n, v in row._mapping.items() if n != "stream"} for row in rows)  # noqa: SLF001 - SQLAlchemy's public name
    return Campaign(len(expected), len(expected) - len(missing), missing, items)
