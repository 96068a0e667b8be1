"""Opening a log: its tables, its one head row, and the store that fits its database."""

from sqlalchemy import Connection, insert, select

from shared.sealing.databases import WRITING, open_database
from shared.sourcing import migrations
from shared.sourcing.event_log import EventLog
from shared.sourcing.on_postgres import PostgresStore
from shared.sourcing.on_sqlite import SqliteStore
from shared.sourcing.postgres_functions import BARRIER_FUNCTION, MOVE_FUNCTION
from shared.sourcing.read_models import ReadModel
from shared.sourcing.sequencer import open_head
from shared.sourcing.tables import relayed


def open_log(url: str, origin: str, *, pool_size: int = 10) -> EventLog:
    """The log in a database whose tables exist (``create`` or a migration made them)."""
    engine = open_database(url, pool_size=pool_size)
    if engine.dialect.name == "sqlite":
        return EventLog(engine, SqliteStore(engine), origin)
    return EventLog(engine, PostgresStore(open_database(url, pool_size=pool_size, by_hand=True)), origin)


def create(log: EventLog, read_models: tuple[ReadModel, ...] = ()) -> None:
    """Make what is missing, or is as an older version made it. Safe to repeat; raises ValueError as ``lay`` does."""
    with log.engine.connect().execution_options(**{WRITING: True}) as tx, tx.begin():
        lay(tx, log.origin, read_models)


def lay(tx: Connection, origin: str, read_models: tuple[ReadModel, ...] = ()) -> None:
    """Bring the log's tables to the newest revision, and make what is missing beside them: all in this transaction.

    Raises ValueError where the log belongs to another origin.
    """
    migrations.upgrade(tx)
    prepare(tx, origin)
    for model in read_models:
        model.table.create(tx, checkfirst=True)


def prepare(tx: Connection, origin: str) -> None:
    """What a log needs beside its tables; raises ValueError where it belongs to another origin."""
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql(MOVE_FUNCTION)
        tx.exec_driver_sql(BARRIER_FUNCTION)
    open_head(tx, origin)
    if tx.execute(select(relayed.c.id)).one_or_none() is None:
        tx.execute(insert(relayed).values(id=1, position=-1, epoch=0))
