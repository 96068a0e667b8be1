"""A log on SQLite: one writer at a time, so whatever is committed is settled and the barrier has nothing to do."""

import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, bindparam, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from shared.sealing.databases import WRITING, now_us
from shared.sourcing.store import Append, Clash, StreamRow
from shared.sourcing.tables import event, idempotency, ledger, log_head, stream

_STREAM = (
    select(event.c.type, event.c.schema_version, event.c.body, event.c.event_id, event.c.about)
    .where(event.c.stream == bindparam("stream"))
    .order_by(event.c.version)
)


class SqliteStore:
    """The log's statements in SQLite's words."""

    def __init__(self, engine: Engine) -> None:
        """Share the engine's pool; writers of this process queue fairly before they meet SQLite's own lock."""
        self._engine = engine
        self._turn = threading.Lock()

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """``BEGIN IMMEDIATE``: the write lock is the shared log lock and more."""
        with self._turn, self._engine.connect().execution_options(**{WRITING: True}) as tx, tx.begin():
            yield tx

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A deferred transaction, which sees one moment and never waits for the writer."""
        with self._engine.connect() as tx:
            yield tx

    @contextmanager
    def shown(self, _inspections: Collection[UUID] | None) -> Iterator[Connection]:
        """As ``reading``: a file has no second fence."""
        with self.reading() as tx:
            yield tx

    snapshot = reading
    unordered = writing

    def write_ledger(self, tx: Connection, placed: Sequence[dict[str, Any]]) -> None:
        """Insert the order's new rows."""
        tx.execute(insert(ledger), placed)

    def stream_rows(self, tx: Connection, name: str, up_to: int | None) -> list[StreamRow]:
        """A stream's rows, in order."""
        query = _STREAM if up_to is None else _STREAM.where(event.c.version <= up_to)
        return tx.execute(query, {"stream": name}).all()  # type: ignore[return-value]  # rows are tuples

    def append(self, tx: Connection, batch: Sequence[Append]) -> int:
        """Check every version, then insert; raises Clash."""
        for each in batch:
            self._check(tx, each)
        recorded = self.machine_us(tx) + tx.execute(select(log_head.c.clock_offset_us)).scalar_one()
        rows = [
            {
                "stream": each.stream,
                "version": version,
                "about": each.about,
                "event_id": entry.event_id,
                "type": entry.type,
                "schema_version": entry.schema_version,
                "recorded_us": recorded,
                "body": entry.body,
                "salt": entry.salt,
                "commitment": entry.commitment,
                "meta": entry.meta,
                "partition": entry.partition,
            }
            for each in batch
            for version, entry in enumerate(each.entries, start=each.expected + 1)
        ]
        if rows:
            tx.execute(insert(event), rows)
        return int(recorded)

    def append_alone(self, batch: Sequence[Append]) -> int:
        """Append in a transaction by itself; raises Clash."""
        with self.writing() as tx:
            return self.append(tx, batch)

    @staticmethod
    def _check(tx: Connection, each: Append) -> None:
        row = {"stream": each.stream, "about": each.about, "version": len(each.entries)}
        if each.expected == 0:
            taken = upsert(stream).values(row)
            taken = taken.on_conflict_do_update(
                index_elements=["stream"],
                set_={"version": taken.excluded.version, "about": taken.excluded.about},
                where=stream.c.version == 0,
            )
            moved = tx.execute(taken.returning(stream.c.version)).one_or_none()
        else:
            here = (stream.c.stream == each.stream) & (stream.c.version == each.expected)
            going_on = update(stream).where(here).values(version=each.expected + len(each.entries))
            moved = tx.execute(going_on.returning(stream.c.version)).one_or_none()
        if moved is None:
            raise Clash

    def settled(self) -> int:
        """Every id that a reader can see: nothing below it can still come."""
        with self.reading() as tx:
            return self.drawn(tx)

    def drawn(self, tx: Connection) -> int:
        """The last id there is."""
        last: int = tx.execute(select(func.coalesce(func.max(event.c.id), 0))).scalar_one()
        return last

    def claim(self, tx: Connection, key_hash: bytes, request_hash: bytes, reply: bytes) -> bool:
        """Nobody else can be answering while this transaction holds the only write lock."""
        now = self.machine_us(tx) + tx.execute(select(log_head.c.clock_offset_us)).scalar_one()
        row = {"key_hash": key_hash, "request_hash": request_hash, "reply": reply, "recorded_us": now}
        kept = upsert(idempotency).values(row).on_conflict_do_nothing().returning(idempotency.c.recorded_us)
        return tx.execute(kept).one_or_none() is not None

    def machine_us(self, _tx: Connection) -> int:
        """This machine's clock: the file is on it."""
        return now_us()
