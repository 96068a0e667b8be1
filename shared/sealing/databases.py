"""How this project opens a database: PostgreSQL, or a SQLite file that survives a power cut."""

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

WRITING = "speir_writing"
"""Execution option of a connection whose transaction will write: on SQLite it takes the write lock at once."""

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA busy_timeout=30000",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    "PRAGMA trusted_schema=OFF",
)


_BY_HAND: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", "pool_reset_on_return": None}


def open_database(url: str, *, pool_size: int = 10, by_hand: bool = False) -> Engine:
    """An engine for ``postgresql://…`` or ``sqlite:///file``, with bounded waits and no parameters in its errors.

    ``by_hand`` leaves transactions on PostgreSQL to its user's own BEGIN and COMMIT: no round trip is spent unasked.
    """
    if url.startswith("sqlite"):
        engine = create_engine(url, hide_parameters=True, pool_size=pool_size, max_overflow=pool_size)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(
        url,
        hide_parameters=True,
        pool_size=pool_size,
        max_overflow=pool_size,
        **_BY_HAND if by_hand else {},
        pool_timeout=5,
        connect_args={
            "connect_timeout": 3,
            "prepare_threshold": 1,
            "options": "-c statement_timeout=60000 -c idle_in_transaction_session_timeout=60000 -c timezone=UTC",
        },
    )


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN is deferred, and a deferred writer fails at once
    for pragma in SQLITE_PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get(WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
