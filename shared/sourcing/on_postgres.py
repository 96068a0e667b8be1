"""A log on PostgreSQL: writers share an advisory lock, the sequencer's barrier takes it alone for a moment."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from shared.sourcing.event_log import Append, Clash

LOG_KEY = 115_2010
"""The advisory lock that every append shares; one log lives in a database, so one key is enough."""

CLASH = "SP001"
BARRIER_WAIT_MS = 200
LOCK_NOT_AVAILABLE = "55P03"

APPEND_FUNCTION = f"""
CREATE OR REPLACE FUNCTION speir_append(
    names text[], abouts text[], expected bigint[], counts bigint[],
    owners int[], event_ids uuid[], types text[], schema_versions int[],
    bodies bytea[], salts bytea[], commitments bytea[], metas bytea[], partitions int[]
) RETURNS bigint LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    recorded bigint;
    place int;
BEGIN
    PERFORM pg_advisory_xact_lock_shared({LOG_KEY});
    FOR place IN 1 .. cardinality(names) LOOP
        IF counts[place] = 0 THEN
            INSERT INTO stream (stream, about, version) VALUES (names[place], abouts[place], 0)
                ON CONFLICT DO NOTHING;
            PERFORM 1 FROM stream s WHERE s.stream = names[place] AND s.version = expected[place] FOR SHARE;
        ELSIF expected[place] = 0 THEN
            INSERT INTO stream AS s (stream, about, version) VALUES (names[place], abouts[place], counts[place])
                ON CONFLICT (stream) DO UPDATE SET version = excluded.version, about = excluded.about
                WHERE s.version = 0;
        ELSE
            UPDATE stream s SET version = expected[place] + counts[place]
                WHERE s.stream = names[place] AND s.version = expected[place];
        END IF;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'stream has moved on' USING ERRCODE = '{CLASH}';
        END IF;
    END LOOP;
    SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint + clock_offset_us INTO recorded FROM log_head;
    INSERT INTO event (stream, version, about, event_id, type, schema_version, recorded_us,
                       body, salt, commitment, meta, partition)
        SELECT names[owner], expected[owner] + row_number() OVER (PARTITION BY owner ORDER BY ordinal), abouts[owner],
               event_id, type, schema_version, recorded, body, salt, commitment, meta, partition
        FROM unnest(owners, event_ids, types, schema_versions, bodies, salts, commitments, metas, partitions)
             WITH ORDINALITY
             AS u(owner, event_id, type, schema_version, body, salt, commitment, meta, partition, ordinal)
        ORDER BY ordinal;
    RETURN recorded;
END $$;
"""  # noqa: S608 - two constants of this module, nothing that anybody sends

_APPEND = (
    "SELECT speir_append(%s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::int[], %s::uuid[], %s::text[],"
    " %s::int[], %s::bytea[], %s::bytea[], %s::bytea[], %s::bytea[], %s::int[])"
)
_COPY_LEDGER = "COPY ledger (position, event_pk, leaf, sequenced_us, partition, number) FROM STDIN (FORMAT binary)"
_MACHINE_US = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
_LAST_ID = "SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM event_id_seq"
_HOLDERS = (
    "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND classid = 0"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND mode = 'ShareLock' AND granted"
)


class PostgresStore:
    """The log's statements in PostgreSQL's words, each as few round trips as it can be."""

    def __init__(self, engine: Engine) -> None:
        """Share the engine's pool; transactions are begun by hand so that BEGIN and the lock travel together."""
        self._engine = engine
        self._bare = engine.execution_options(isolation_level="AUTOCOMMIT")

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
    def unordered(self) -> Iterator[Connection]:
        """A transaction of the sequencer's own: it writes no event, so it holds no log lock."""
        with self._begun("BEGIN") as tx:
            yield tx

    @contextmanager
    def _begun(self, how: str) -> Iterator[Connection]:
        with self._bare.connect() as tx:
            tx.exec_driver_sql(how)
            try:
                yield tx
            except BaseException:
                with suppress(DBAPIError):  # the connection may be what failed
                    tx.exec_driver_sql("ROLLBACK")
                raise
            tx.exec_driver_sql("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection in autocommit: a question is one round trip."""
        with self._bare.connect() as tx:
            yield tx

    def append(self, tx: Connection, batch: Sequence[Append]) -> int:
        """One call of ``speir_append`` however many streams and events; raises Clash."""
        entries = [(owner, entry) for owner, each in enumerate(batch, start=1) for entry in each.entries]
        columns: tuple[list[Any], ...] = (
            [each.stream for each in batch],
            [each.about for each in batch],
            [each.expected for each in batch],
            [len(each.entries) for each in batch],
            [owner for owner, _ in entries],
            [entry.event_id for _, entry in entries],
            [entry.type for _, entry in entries],
            [entry.schema_version for _, entry in entries],
            [entry.body for _, entry in entries],
            [entry.salt for _, entry in entries],
            [entry.commitment for _, entry in entries],
            [entry.meta for _, entry in entries],
            [entry.partition for _, entry in entries],
        )
        try:
            recorded: int = tx.exec_driver_sql(_APPEND, columns).scalar_one()
        except DBAPIError as failed:
            if getattr(failed.orig, "sqlstate", None) == CLASH:
                raise Clash from failed
            raise
        return recorded

    def settled(self) -> int:
        """Hold the lock alone for a moment; where writers keep it too long, wait for those who hold it now."""
        with self.reading() as tx:
            try:
                tx.exec_driver_sql(f"BEGIN; SET LOCAL lock_timeout = '{BARRIER_WAIT_MS}ms'")
                tx.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOG_KEY})")
                return self._last_id(tx)
            except DBAPIError as failed:
                if getattr(failed.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
                    raise
            finally:
                with suppress(DBAPIError):
                    tx.exec_driver_sql("ROLLBACK")
            return self._drained(tx)

    def _drained(self, tx: Connection) -> int:
        """The last id drawn, once everybody who held the lock when it was read has let go."""
        last = self._last_id(tx)
        holders = {row[0] for row in tx.exec_driver_sql(_HOLDERS, (LOG_KEY,))}
        while holders:
            tx.exec_driver_sql("SELECT pg_sleep(0.002)")
            holders &= {row[0] for row in tx.exec_driver_sql(_HOLDERS, (LOG_KEY,))}
        return last

    @staticmethod
    def _last_id(tx: Connection) -> int:
        last: int = tx.exec_driver_sql(_LAST_ID).scalar_one()
        return last

    def drawn(self, tx: Connection) -> int:
        """The last id drawn, by whomever: a cheap look whether there may be something new."""
        return self._last_id(tx)

    def write_ledger(self, tx: Connection, placed: Sequence[dict[str, Any]]) -> None:
        """COPY the order's new rows."""
        raw: Any = tx.connection.driver_connection
        with raw.cursor() as writer, writer.copy(_COPY_LEDGER) as copy:
            copy.set_types(("int8", "int8", "bytea", "int8", "int2", "int8"))
            for row in placed:
                copy.write_row(tuple(row.values()))

    def claim(self, tx: Connection, key_hash: bytes) -> bool:
        """An advisory lock on the key's hash, held to the transaction's end."""
        key = int.from_bytes(key_hash[:8], "big", signed=True)
        mine: bool = tx.exec_driver_sql("SELECT pg_try_advisory_xact_lock(%s)", (key,)).scalar_one()
        return mine

    def machine_us(self, tx: Connection) -> int:
        """``clock_timestamp``, which moves within a transaction."""
        now: int = tx.exec_driver_sql(_MACHINE_US).scalar_one()
        return now
