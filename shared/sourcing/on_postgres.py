"""A log on PostgreSQL: writers share an advisory lock, and the sequencer waits for those who hold it."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any
from uuid import UUID

from psycopg.types.string import ByteaBinaryLoader
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from shared.sourcing.fencing import showing
from shared.sourcing.postgres_functions import CLASH, LOG_KEY
from shared.sourcing.postgres_statements import AT_ONCE, appending, inserting, numbers, texts
from shared.sourcing.questions import MACHINE_US, asked
from shared.sourcing.store import Append, Clash, StreamRow

_CURSOR = "speir_cursor"
_COPY_LEDGER = "COPY ledger (position, event_pk, leaf, sequenced_us, partition, number) FROM STDIN (FORMAT binary)"
_STREAM_UP_TO = (
    "SELECT type, schema_version, body, event_id, CASE version WHEN 1 THEN about END"
    " FROM event WHERE stream = %s AND version <= %s"
    " ORDER BY version"
)
_STREAM = _STREAM_UP_TO.replace(" AND version <= %s", "")
_CLAIM = (
    "INSERT INTO idempotency (key_hash, request_hash, reply, recorded_us)"  # a constant is all that goes in  # nosec B608
    f" SELECT %s, %s, %s, {MACHINE_US} + clock_offset_us FROM log_head"
    " WHERE pg_try_advisory_xact_lock(%s) ON CONFLICT DO NOTHING RETURNING 1"
)
_MACHINE_US = f"SELECT {MACHINE_US}"
_BARRIER = "SELECT last, alone FROM speir_barrier()"
_LAST_ID = "SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM event_id_seq"
_HOLDERS = (
    "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND classid = 0"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND mode = 'ShareLock' AND granted"
)


def _cursor(tx: Connection) -> Any:
    """A cursor for as long as the connection lives; it gives event ids as their bytes."""
    raw: Any = tx.connection.driver_connection
    cursor = tx.info[_CURSOR] = raw.cursor(binary=True)
    cursor.adapters.register_loader("uuid", ByteaBinaryLoader)
    return cursor


def _asked(tx: Connection, statement: str, values: Sequence[Any]) -> list[Any]:
    """Rows by the driver's own cursor, in binary: what every command does twice. Raises as SQLAlchemy would."""
    return asked(tx, statement, values, tx.info.get(_CURSOR) or _cursor(tx))


def _roll_back(tx: Connection) -> None:
    """Leave nothing open; a connection that cannot be rolled back is thrown away, and the server does it."""
    try:
        tx.exec_driver_sql("ROLLBACK")
    except SQLAlchemyError:
        tx.invalidate()


class PostgresStore:
    """The log's statements in PostgreSQL's words, each as few round trips as it can be."""

    def __init__(self, engine: Engine, reader: Engine | None = None) -> None:
        """Use engines whose transactions are begun by hand, so BEGIN and lock travel together; a reader is fenced."""
        self._engine = engine
        self._reader = reader or engine

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()
        self._reader.dispose()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """BEGIN and the shared lock in one round trip; READ COMMITTED, the server's default."""
        with self._begun(f"BEGIN; SELECT pg_advisory_xact_lock_shared({LOG_KEY})") as tx:
            yield tx

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A repeatable read."""
        with self._begun("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY") as tx:
            yield tx

    @contextmanager
    def shown(self, inspections: Collection[UUID] | None) -> Iterator[Connection]:
        """A transaction within the second fence; what it may be shown is said in the round trip that begins it."""
        with self._begun(showing(inspections), self._reader) as tx:
            yield tx

    @contextmanager
    def unordered(self) -> Iterator[Connection]:
        """A transaction of the sequencer's own: it writes no event, so it holds no log lock."""
        with self._begun("BEGIN") as tx:
            yield tx

    @contextmanager
    def _begun(self, how: str, engine: Engine | None = None) -> Iterator[Connection]:
        with (engine or self._engine).connect() as tx:
            tx.exec_driver_sql(how)
            try:
                yield tx
                tx.exec_driver_sql("COMMIT")
            except BaseException:
                _roll_back(tx)
                raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection in autocommit: a question is one round trip."""
        with self._engine.connect() as tx:
            yield tx

    def stream_rows(self, tx: Connection, name: str, up_to: int | None) -> list[StreamRow]:
        """A stream's rows in order; event ids as their bytes, which is what a seal is bound to."""
        return _asked(tx, _STREAM, (name,)) if up_to is None else _asked(tx, _STREAM_UP_TO, (name, up_to))

    def append(self, tx: Connection, batch: Sequence[Append]) -> int:
        """One statement moves every stream's version and inserts the events; further ones only where there are many."""
        moving = (
            texts(each.stream for each in batch),
            texts(each.about for each in batch),
            numbers(each.expected for each in batch),
            numbers(len(each.entries) for each in batch),
        )
        rows = [
            (
                *(owner.stream, version, owner.about, entry.event_id, entry.type, entry.schema_version),
                *(entry.body, entry.salt, entry.commitment, entry.meta, entry.partition),
            )
            for owner in batch
            for version, entry in enumerate(owner.entries, start=owner.expected + 1)
        ]
        try:
            ((recorded,), *_) = _asked(tx, appending(len(rows[:AT_ONCE])), (*moving, *chain(*rows[:AT_ONCE])))
        except DBAPIError as failed:
            if getattr(failed.orig, "sqlstate", None) == CLASH:
                raise Clash from failed
            raise
        for at in range(AT_ONCE, len(rows), AT_ONCE):
            more = rows[at : at + AT_ONCE]
            _asked(tx, inserting(len(more)), (recorded, *chain(*more)))
        return int(recorded)

    def append_alone(self, batch: Sequence[Append]) -> int:
        """One statement, which takes the lock and commits by itself: one round trip. Raises Clash."""
        few = sum(len(each.entries) for each in batch) <= AT_ONCE
        with self.reading() if few else self.writing() as tx:
            return self.append(tx, batch)

    def settled(self) -> int:
        """The last id drawn, once nobody can still be inserting one at or below it; writers never wait for this."""
        with self.reading() as tx:
            last, alone = tx.exec_driver_sql(_BARRIER).one()
            if not alone:
                self._drain(tx)
            return int(last)

    @staticmethod
    def _drain(tx: Connection) -> None:
        """Wait for everybody who holds the lock now; whoever takes it later draws a later id."""
        holders = {row[0] for row in tx.exec_driver_sql(_HOLDERS, (LOG_KEY,))}
        while holders:
            tx.exec_driver_sql("SELECT pg_sleep(0.001)")
            holders &= {row[0] for row in tx.exec_driver_sql(_HOLDERS, (LOG_KEY,))}

    def drawn(self, tx: Connection) -> int:
        """The last id drawn, by whomever: a cheap look whether there may be something new."""
        last: int = tx.exec_driver_sql(_LAST_ID).scalar_one()
        return last

    def write_ledger(self, tx: Connection, placed: Sequence[dict[str, Any]]) -> None:
        """COPY the order's new rows."""
        raw: Any = tx.connection.driver_connection
        with raw.cursor() as writer, writer.copy(_COPY_LEDGER) as copy:
            copy.set_types(("int8", "int8", "bytea", "int8", "int2", "int8"))
            for row in placed:
                copy.write_row(tuple(row.values()))

    def claim(self, tx: Connection, key_hash: bytes, request_hash: bytes, reply: bytes) -> bool:
        """Under an advisory lock on the key's hash, held to the transaction's end: one round trip."""
        key = int.from_bytes(key_hash[:8], "big", signed=True)
        kept = tx.exec_driver_sql(_CLAIM, (key_hash, request_hash, reply, key)).one_or_none()
        return kept is not None

    def machine_us(self, tx: Connection) -> int:
        """``clock_timestamp``, which moves within a transaction."""
        now: int = tx.exec_driver_sql(_MACHINE_US).scalar_one()
        return now
