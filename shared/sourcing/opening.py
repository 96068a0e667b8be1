"""Opening a log: its tables, its one head row, and the store that fits its database."""

from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, event, insert, inspect, select

from shared.limits import POOL
from shared.sealing.databases import WORKING, WRITING, Patience, open_database
from shared.sourcing import migrations
from shared.sourcing.event_log import EventLog
from shared.sourcing.on_postgres import PostgresStore
from shared.sourcing.on_sqlite import SqliteStore
from shared.sourcing.postgres_functions import BARRIER_FUNCTION, MOVE_FUNCTION
from shared.sourcing.read_models import ReadModel
from shared.sourcing.sequencer import open_head
from shared.sourcing.session_tables import session_tables
from shared.sourcing.tables import relayed

HEAD_IS_THERE = {
    "postgresql": "SELECT 1 FROM pg_class WHERE oid = to_regclass('log_head')",
    "sqlite": "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'log_head'",
}
"""How each kind of database says, by the driver alone, whether a log was begun in it."""


class AnotherOrigin(ValueError):  # noqa: N818 - a situation that the operator has to look at
    """The log belongs to another origin; what this one added to it could never be verified."""

    def __init__(self, known: str, origin: str) -> None:
        """Say which origin the log has, and under which it was to be used."""
        super().__init__(f"this log's origin is {known}, not {origin}")


def open_log(
    url: str, origin: str, *, pool_size: int = POOL, patience: Patience = WORKING, reader_url: str | None = None
) -> EventLog:
    """The log in a database whose tables exist (``create`` or a migration made them).

    ``reader_url`` names the same database, entered as the account as which people are shown what they ask for.
    Whatever uses it first raises AnotherOrigin where the log belongs to another one, and so does all that follows.
    """
    engine = _of_origin(open_database(url, pool_size=pool_size, patience=patience), origin)
    if engine.dialect.name == "sqlite":
        return EventLog(engine, SqliteStore(engine), origin)
    by_hand = partial(open_database, pool_size=pool_size, by_hand=True, patience=patience)
    reader = None if reader_url is None else _of_origin(by_hand(reader_url), origin)
    return EventLog(engine, PostgresStore(_of_origin(by_hand(url), origin), reader), origin)


def _of_origin(engine: Engine, origin: str) -> Engine:
    """Have each new connection ask the log whose it is, until one was told; commands ask nothing."""
    told: list[str] = []

    def ask(connection: Any, _record: Any) -> None:
        if told or (known := _origin(connection, engine.dialect.name)) is None:
            return
        if known != origin:
            raise AnotherOrigin(known, origin)
        told.append(known)

    event.listen(engine, "connect", ask)
    return engine


def _origin(connection: Any, dialect: str) -> str | None:
    """The log's origin by the driver's own connection; None where no log was begun yet."""
    cursor = connection.cursor()
    try:
        if cursor.execute(HEAD_IS_THERE[dialect]).fetchone() is None:
            return None
        head = cursor.execute("SELECT origin FROM log_head").fetchone()
        return None if head is None else str(head[0])
    finally:
        cursor.close()
        connection.rollback()


def create(log: EventLog, read_models: tuple[ReadModel, ...] = ()) -> None:
    """Make what is missing, or is as an older version made it. Safe to repeat; raises ValueError as ``lay`` does."""
    with log.engine.connect().execution_options(**{WRITING: True}) as tx, tx.begin():
        lay(tx, log.origin, read_models)


def lay(tx: Connection, origin: str, read_models: tuple[ReadModel, ...] = ()) -> None:
    """Bring the log's tables to the newest revision, and make what is missing beside them: all in this transaction.

    A read model that is new, or of a new version, is filled from what the log holds.
    Raises ValueError where the log belongs to another origin.
    """
    migrations.upgrade(tx)
    prepare(tx, origin)
    session_tables.create_all(tx)
    there = frozenset(inspect(tx).get_table_names())
    for model in read_models:
        if model.table.name not in there:
            model.table.create(tx)
            model.rebuild(tx, EventLog.appended(tx))


def prepare(tx: Connection, origin: str) -> None:
    """What a log needs beside its tables; raises ValueError where it belongs to another origin."""
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql(MOVE_FUNCTION)
        tx.exec_driver_sql(BARRIER_FUNCTION)
    open_head(tx, origin)
    if tx.execute(select(relayed.c.id)).one_or_none() is None:
        tx.execute(insert(relayed).values(id=1, position=-1, epoch=0))
