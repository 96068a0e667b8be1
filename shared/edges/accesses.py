"""Who had whose words opened, when and for what: a row a key, from each service's own record."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, Column, Connection, Index, Text, Uuid, select

from shared.sourcing.event_log import Recorded
from shared.sourcing.facts import Accessed
from shared.sourcing.read_models import Put, ReadModel
from shared.sourcing.telling import instant

accesses = ReadModel(
    "accesses",
    Column("version", BigInteger, primary_key=True),
    Column("key_id", Uuid, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("inspection_id", Uuid),
    Column("action", Text, nullable=False),
    Column("opened", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("recorded_us", BigInteger, nullable=False),
    Column("glass", Uuid),
    version=2,
)
Index("ix_accesses_v2_of", accesses.table.c.person_id, accesses.table.c.recorded_us)


@accesses.on
def accessed(fact: Accessed, recorded: Recorded) -> Iterator[Put]:
    """A row for each key, so that whoever asks about one person finds every reader."""
    authority = orjson.loads(recorded.meta)["authority"]
    for key_id in fact.keys:
        yield accesses.put(
            version=recorded.version,
            key_id=key_id,
            person_id=fact.actor,
            inspection_id=fact.about,
            action=fact.action,
            opened=fact.stream,
            role=authority["role"],
            purpose=authority["purpose"],
            recorded_us=recorded.recorded_us,
            glass=fact.glass,
        )


def keys_opened(tx: Connection, person_id: UUID, since_us: int) -> frozenset[UUID]:
    """The different keys that somebody had words opened under since a moment."""
    here = accesses.table.c
    opened = select(here.key_id).where(here.person_id == person_id, here.recorded_us >= since_us).distinct()
    return frozenset(tx.scalars(opened))


def readers_of(tx: Connection, keys: Iterable[UUID]) -> list[dict[str, Any]]:
    """Who had words under these keys opened, the first first: in which role, what for, and when."""
    here = accesses.table.c
    asked = select(here.person_id, here.role, here.purpose, here.action, here.recorded_us)
    rows = tx.execute(asked.where(here.key_id.in_(list(keys))).distinct().order_by(here.recorded_us))
    return [
        {"reader": row.person_id, "role": row.role, "purpose": row.purpose, "action": row.action,
         "read_at": instant(row.recorded_us)}
        for row in rows
    ]  # fmt: skip
