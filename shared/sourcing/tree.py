"""The log's tree as its database holds it: tiles, roots at any size, and what was signed of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects.postgresql import insert as upsert_postgres
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite

from shared.errors import NotFound
from shared.sourcing.merkle import EMPTY_ROOT, TILE_HEIGHT, Frontier
from shared.sourcing.proofs import Nodes
from shared.sourcing.tables import checkpoint, event, ledger, log_head, subtree

WIDTH = 1 << TILE_HEIGHT
"""Hashes in a full tile."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint that the log signed: how many leaves, the root over them, the note, and when (microseconds)."""

    size: int
    root: bytes
    note: str
    signed_us: int


class BeyondTheLog(NotFound):
    """The log does not reach so far, or nothing of it was signed there yet."""


def tile(tx: Connection, level: int, number: int) -> Sequence[bytes]:
    """A tile's hashes from the left, as many as there are: leaves at level 0, else roots of 256**level leaves each."""
    first = number * WIDTH
    if level == 0:
        query = select(ledger.c.leaf).where(ledger.c.position >= first, ledger.c.position < first + WIDTH)
        return [bytes(each) for each in tx.scalars(query.order_by(ledger.c.position))]
    here = (subtree.c.level == level) & (subtree.c.number >= first) & (subtree.c.number < first + WIDTH)
    return [bytes(each) for each in tx.scalars(select(subtree.c.root).where(here).order_by(subtree.c.number))]


def nodes(tx: Connection) -> Nodes:
    """The hashes of any run of leaves, by what the tree's tables say."""
    return Nodes(lambda level, number: tile(tx, level, number))


def root_at(tx: Connection, size: int) -> bytes:
    """The root that the tree had at a size; raises BeyondTheLog."""
    try:
        return nodes(tx)(0, size) if size else EMPTY_ROOT
    except IndexError as beyond:
        raise BeyondTheLog from beyond


def position_of(tx: Connection, event_id: UUID) -> int:
    """Where an event lies; raises BeyondTheLog for one that has no place, and for none."""
    query = select(ledger.c.position).join(event, event.c.id == ledger.c.event_pk).where(event.c.event_id == event_id)
    position: int | None = tx.execute(query).scalar_one_or_none()
    if position is None:
        raise BeyondTheLog
    return position


def head(tx: Connection) -> tuple[int, bytes]:
    """The log's size, and the root that its head row comes to."""
    row = tx.execute(select(log_head.c.size, log_head.c.frontier)).one()
    return row.size, Frontier(row.size, bytes(row.frontier)).root()


def last_signed(tx: Connection, up_to: int | None = None) -> Signed | None:
    """The newest checkpoint, or the newest of at most that size; None where there is none."""
    query = select(checkpoint).order_by(checkpoint.c.size.desc()).limit(1)
    row = tx.execute(query if up_to is None else query.where(checkpoint.c.size <= up_to)).one_or_none()
    return None if row is None else _signed(row)


def first_signed(tx: Connection, reaching: int) -> Signed:
    """The oldest checkpoint of at least that size; raises BeyondTheLog."""
    query = select(checkpoint).where(checkpoint.c.size >= reaching).order_by(checkpoint.c.size).limit(1)
    row = tx.execute(query).one_or_none()
    if row is None:
        raise BeyondTheLog
    return _signed(row)


def all_signed(tx: Connection, since: int = 0) -> Iterator[Signed]:
    """Every checkpoint of more than that size, the oldest first."""
    query = select(checkpoint).where(checkpoint.c.size > since).order_by(checkpoint.c.size)
    for row in tx.execute(query.execution_options(yield_per=1000)):
        yield _signed(row)


def keep(tx: Connection, signed: Signed) -> bool:
    """Keep a checkpoint; False where one of that size was signed already, by who led a moment before."""
    insert = upsert_sqlite if tx.dialect.name == "sqlite" else upsert_postgres
    made = {"size": signed.size, "root": signed.root, "note": signed.note, "signed_us": signed.signed_us}
    kept = insert(checkpoint).values(made).on_conflict_do_nothing().returning(checkpoint.c.size)
    return tx.execute(kept).one_or_none() is not None


def _signed(row: Row[tuple[object, ...]]) -> Signed:
    return Signed(row.size, bytes(row.root), row.note, row.signed_us)
