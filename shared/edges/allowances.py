"""Allowances: how often one caller may ask, held over all processes of a service by one row and one statement each."""

import hmac
import math
import time
from datetime import UTC, datetime
from typing import Any, Final

import structlog
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Engine,
    LargeBinary,
    MetaData,
    Table,
    case,
    delete,
    event,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateTable

from shared.errors import Refused
from shared.limits import UNCOUNTED_S, Allowance
from shared.sealing.databases import WRITING

MICROSECONDS: Final = 1_000_000
MINUTE_S: Final = 60

log = structlog.get_logger()

allowance = Table(
    "allowance",
    MetaData(),
    Column("bucket", LargeBinary, primary_key=True),
    Column("until_us", BigInteger, nullable=False),
)
"""A row a bucket, under a keyed hash that changes every day; ``until_us`` is when it will be full again."""

_on_postgres: Final = literal_column(
    "CAST(extract(epoch FROM statement_timestamp()) * 1000000 AS BIGINT)", type_=BigInteger
)


class TooManyRequests(Refused):
    """You have asked more often than is allowed; wait as long as Retry-After says."""

    status = 429


class Allowances:
    """The buckets of one service; they leak evenly, by the database's clock (the generic cell rate algorithm).

    What cannot be counted is allowed: who cannot reach the database gets little done, and no count that fails may
    stand between anybody and telling of a child in danger.
    """

    def __init__(self, engine: Engine, secret: bytes) -> None:
        """Count in a database whose table exists; the secret keeps the table from saying who asked."""
        self._engine = engine
        self._secret = secret
        self._uncounted_until = 0.0
        self._insert: Any = (postgresql if engine.dialect.name == "postgresql" else sqlite).insert
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _let_go)

    def spend(self, kind: str, who: str, allowed: Allowance) -> None:
        """Take one from somebody's bucket of a kind; raises TooManyRequests where it is empty."""
        step_us = MINUTE_S * MICROSECONDS // allowed.a_minute
        self._spend(self._bucket(kind, who), step_us, allowed.at_once * step_us, 1)

    def spend_together(self, kind: str, most: int, within_s: int) -> None:
        """Take one of what everybody has together in a stretch of time; of when it was taken only that is kept."""
        within_us = within_s * MICROSECONDS
        self._spend(self._bucket(kind, "everybody"), within_us // most, within_us, within_us)

    def forget(self) -> int:
        """Remove the buckets that are full again; returns how many."""
        with self._engine.connect().execution_options(**{WRITING: True}) as tx, tx.begin():
            full = delete(allowance).where(allowance.c.until_us < self._now_us())
            return len(tx.execute(full.returning(allowance.c.bucket)).all())

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    def create_tables(self) -> None:
        """Make the table where it is missing."""
        make_table(self._engine)

    def _spend(self, bucket: bytes, step_us: int, room_us: int, grain_us: int) -> None:
        if time.monotonic() < self._uncounted_until:
            return
        try:
            wait_us = self._taken(bucket, step_us, room_us, grain_us)
        except SQLAlchemyError as failed:
            self._uncounted_until = time.monotonic() + UNCOUNTED_S
            log.warning("allowance.uncounted", error_type=type(failed).__name__)
            return
        if wait_us is not None:
            raise TooManyRequests(retry_after_s=max(1, math.ceil(wait_us / MICROSECONDS)))

    def _taken(self, bucket: bytes, step_us: int, room_us: int, grain_us: int) -> int | None:
        """None once it is taken; else how long until it could be, in microseconds."""
        now = self._now_us()
        now = now - now % grain_us
        until = allowance.c.until_us
        later = case((until > now, until), else_=now)
        takes = self._insert(allowance).values(bucket=bucket, until_us=now + step_us)
        takes = takes.on_conflict_do_update(
            index_elements=["bucket"],
            set_={"until_us": later + step_us},
            where=until <= now + (room_us - step_us),
        )
        with self._engine.connect().execution_options(**{WRITING: True}) as tx, tx.begin():
            if tx.execute(takes.returning(until)).one_or_none() is not None:
                return None
            wait = select(until - now - (room_us - step_us)).where(allowance.c.bucket == bucket)
            return int(tx.execute(wait).scalar_one())

    def _now_us(self) -> ColumnElement[int]:
        """The database's clock, as one is asked by many machines; a file is only ever asked by its own."""
        if self._engine.dialect.name == "postgresql":
            return _on_postgres
        return literal(time.time_ns() // 1000, BigInteger)

    def _bucket(self, kind: str, who: str) -> bytes:
        today = datetime.now(UTC).date()
        return hmac.digest(self._secret, f"allowance\0{today}\0{kind}\0{who}".encode(), "sha256")


def make_table(engine: Engine) -> None:
    """Make the table where it is missing; safe to repeat."""
    made = str(CreateTable(allowance, if_not_exists=True).compile(engine))
    if engine.dialect.name == "postgresql":
        made = made.replace("CREATE TABLE", "CREATE UNLOGGED TABLE")  # what a crash loses is no loss
    with engine.connect().execution_options(**{WRITING: True}) as tx, tx.begin():
        tx.exec_driver_sql(made)


def _let_go(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=NORMAL")  # the same, in a file
