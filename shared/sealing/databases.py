"""How this project opens a database: PostgreSQL, or a SQLite file that survives a power cut."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from ipaddress import ip_address
from typing import Any, Final, NamedTuple

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event

from shared.limits import (
    CONNECT_S,
    IDLE_S,
    LOCK_S,
    POOL,
    POOL_S,
    SQLITE_BUSY_S,
    STATEMENT_S,
    WORKING_IDLE_S,
    WORKING_LOCK_S,
    WORKING_STATEMENT_S,
)

WRITING = "speir_writing"
"""Execution option of a connection whose transaction will write: on SQLite it takes the write lock at once."""

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    f"PRAGMA busy_timeout={SQLITE_BUSY_S * 1000}",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    "PRAGMA trusted_schema=OFF",
)

CONNECTING: dict[str, Any] = {
    "connect_timeout": CONNECT_S,
    "tcp_user_timeout": CONNECT_S * 1000,
    "keepalives_idle": 5,
    "keepalives_interval": 1,
    "prepare_threshold": 1,
}


class Patience(NamedTuple):
    """How long a PostgreSQL server lets a statement run, wait for a lock, and a transaction lie open: seconds."""

    statement_s: int
    lock_s: int
    idle_s: int

    @property
    def options(self) -> str:
        """As the server is told on connecting."""
        return (
            f"-c statement_timeout={self.statement_s}s -c lock_timeout={self.lock_s}s"
            f" -c idle_in_transaction_session_timeout={self.idle_s}s -c timezone=UTC"
        )


SERVING: Final = Patience(STATEMENT_S, LOCK_S, IDLE_S)
"""Where a request waits: what takes longer is refused as unavailable, and holds nobody else up."""
WORKING: Final = Patience(WORKING_STATEMENT_S, WORKING_LOCK_S, WORKING_IDLE_S)
"""Where nobody waits for the answer: read models are rebuilt, logs are read to their end."""

_BY_HAND: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", "pool_reset_on_return": None}


def open_database(url: str, *, pool_size: int = POOL, by_hand: bool = False, patience: Patience = WORKING) -> Engine:
    """An engine for ``postgresql://…`` or ``sqlite:///file``, with bounded waits and no parameters in its errors.

    ``by_hand`` leaves transactions on PostgreSQL to its user's own BEGIN and COMMIT: no round trip is spent unasked.
    """
    if url.startswith("sqlite"):
        engine = create_engine(url, hide_parameters=True, pool_size=pool_size, max_overflow=pool_size)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=pool_size,
        max_overflow=pool_size,
        **_BY_HAND if by_hand else {},
        pool_timeout=POOL_S,
        connect_args={**CONNECTING, "options": patience.options},
    )
    event.listen(engine, "do_connect", _find_server)
    return engine


def _find_server(_dialect: Any, _record: Any, _args: Any, asked: dict[str, Any]) -> None:
    """Look the server's name up before the driver does, which would wait for a name service as long as that likes."""
    host = str(asked.get("host", ""))
    if not host or host.startswith("/") or "," in host or "hostaddr" in asked or _is_address(host):
        return
    looked_up = _lookups().submit(socket.getaddrinfo, host, asked.get("port", 5432), type=socket.SOCK_STREAM)
    try:
        found = list(dict.fromkeys(str(each[4][0]) for each in looked_up.result(CONNECT_S)))
    except (OSError, TimeoutError) as unknown:
        looked_up.cancel()
        message = "the database server's name is not known to the name service, or that does not answer"
        raise psycopg.OperationalError(message) from unknown
    asked |= {"host": ",".join([host] * len(found)), "hostaddr": ",".join(found)}


@cache
def _lookups() -> ThreadPoolExecutor:
    """Threads that may have to wait for a name service; made when first needed, so after any fork."""
    return ThreadPoolExecutor(max_workers=8, thread_name_prefix="looks-up")


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN is deferred, and a deferred writer fails at once
    connection.create_function("speir_machine_us", 0, now_us)
    for pragma in SQLITE_PRAGMAS:
        connection.execute(pragma)


def now_us() -> int:
    """The machine's time in microseconds."""
    return time.time_ns() // 1000


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get(WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
