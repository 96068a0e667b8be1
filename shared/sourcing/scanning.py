"""Scanning: what the log's tables hold, row by row, for whoever trusts none of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from shared.sourcing.event_log import Recorded
from shared.sourcing.tables import event, ledger, log_head, stream, subtree

AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Placed:
    """A place in the order, and the event that it says is there; None where there is no such event."""

    position: int
    leaf: bytes
    sequenced_us: int
    partition: int | None
    number: int | None
    event: Recorded | None


def placed(tx: Connection, since: int = 0) -> Iterator[Placed]:
    """Every place from a position on, in the order of positions."""
    names = [column.name for column in event.c if column.name != "id"]
    of_events = [event.c[name].label(f"event_{name}") for name in names]
    query = select(ledger, *of_events).outerjoin(event, event.c.id == ledger.c.event_pk)
    query = query.where(ledger.c.position >= since).order_by(ledger.c.position)
    for row in tx.execute(query.execution_options(yield_per=AT_ONCE)):
        found = {name: getattr(row, f"event_{name}") for name in names}
        there = found["event_id"] is not None
        made = Recorded(**found, position=row.position, sequenced_us=row.sequenced_us) if there else None
        yield Placed(row.position, bytes(row.leaf), row.sequenced_us, row.partition, row.number, made)


def without_a_place(tx: Connection) -> Iterator[tuple[str, int]]:
    """(stream, version) of every event that was there before the last that was put in order, and has no place."""
    last = select(log_head.c.last_event_pk).scalar_subquery()
    query = select(event.c.stream, event.c.version).outerjoin(ledger, ledger.c.event_pk == event.c.id)
    for row in tx.execute(query.where(event.c.id <= last, ledger.c.event_pk.is_(None)).order_by(event.c.id)):
        yield row.stream, row.version


def cut_short(tx: Connection) -> Iterator[tuple[str, int]]:
    """(stream, version) of every stream that says another version than it has events."""
    counted = select(event.c.stream, func.count().label("events")).group_by(event.c.stream).subquery()
    events = func.coalesce(counted.c.events, 0)
    query = select(stream.c.stream, stream.c.version).outerjoin(counted, counted.c.stream == stream.c.stream)
    for row in tx.execute(query.where(stream.c.version != events).order_by(stream.c.stream)):
        yield row.stream, row.version


def subtrees(tx: Connection) -> dict[tuple[int, int], bytes]:
    """The root of every complete subtree as it is written down, by its level and number."""
    return {(row.level, row.number): bytes(row.root) for row in tx.execute(select(subtree))}
