"""The key store: finding and making wrapped keys, each change in one transaction that holds the epoch."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Engine, Select, bindparam, select, update

from shared.errors import Unavailable
from shared.sealing.databases import WRITING, now_us
from shared.sealing.key_tables import epoch, key_row, keys, lay, unless_there
from shared.sealing.wrapping import KeyRow

BATCH = 10_000
"""How many keys are re-wrapped at a time."""

SETTLING_S, SETTLING_PAUSE_S = 5.0, 0.05
"""How long, and how often, a file is tried whose log others keep; in seconds."""

_OF_OWNER = key_row.where(keys.c.owner == bindparam("owner"))
_BY_ID = key_row.where(keys.c.key_id == bindparam("key_id"))
_EPOCH = select(epoch.c.store, epoch.c.number, epoch.c.begun_us)


class EpochNow(NamedTuple):
    """Which key store this is, which epoch its keys lie under, and since when (microseconds)."""

    store: UUID
    number: int
    begun_us: int


class KeyStore:
    """The database of the wrapped keys."""

    def __init__(self, engine: Engine) -> None:
        """Take an engine, with its transactions by hand or not."""
        self.engine = engine
        self._sqlite = engine.dialect.name == "sqlite"

    def create_tables(self) -> None:
        """Make what is missing, and upgrade what an older version made."""
        with self._transaction() as tx:
            lay(tx)

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        options: dict[str, Any] = {WRITING: True} if self._sqlite else {"isolation_level": "READ COMMITTED"}
        with self.engine.connect().execution_options(**options) as tx, tx.begin():
            yield tx

    @contextmanager
    def adding(self) -> Iterator[tuple[Connection, EpochNow]]:
        """A transaction during which the epoch stays and nothing is destroyed; others may add at the same time."""
        with self._transaction() as tx:
            yield tx, EpochNow(*tx.execute(_EPOCH.with_for_update(read=True)).one())

    @contextmanager
    def changing(self) -> Iterator[tuple[Connection, EpochNow]]:
        """A transaction beside which nobody adds, destroys or re-wraps."""
        with self._transaction() as tx:
            yield tx, EpochNow(*tx.execute(_EPOCH.with_for_update()).one())

    @cached_property
    def identity(self) -> UUID:
        """Which key store this is, drawn when it was made: the key of an epoch belongs to one store only."""
        return self.epoch().store

    def epoch(self) -> EpochNow:
        """The epoch now."""
        with self.engine.connect() as tx:
            return EpochNow(*tx.execute(_EPOCH).one())

    def of_owner(self, owner: str, tx: Connection | None = None) -> KeyRow | None:
        """An owner's key."""
        return self._one(_OF_OWNER, {"owner": owner}, tx)

    def by_id(self, key_id: UUID) -> KeyRow | None:
        """A key by its id."""
        return self._one(_BY_ID, {"key_id": key_id}, None)

    def _one(self, query: Select[Any], named: dict[str, Any], tx: Connection | None) -> KeyRow | None:
        if tx is None:
            with self.engine.connect() as own:
                return self._one(query, named, own)
        row = tx.execute(query, named).one_or_none()
        return None if row is None else KeyRow(*row)

    def add(self, tx: Connection, row: KeyRow) -> bool:
        """Keep a new key; False where another worker was faster with one for this owner."""
        made = unless_there(tx, keys).returning(keys.c.key_id)
        kept = {"key_id": row.key_id, "owner": row.owner, "within": row.within, "wrapped": row.wrapped}
        return tx.execute(made, kept | {"epoch": row.epoch, "created_us": now_us()}).one_or_none() is not None

    def under(self, tx: Connection, number: int, *, within: bool) -> Iterator[list[KeyRow]]:
        """The keys that lie under an epoch, batch by batch: those within another, or those that are not."""
        level = keys.c.within.is_not(None) if within else keys.c.within.is_(None)
        query = key_row.where(keys.c.epoch == number, level).order_by(keys.c.key_id).limit(BATCH)
        after: UUID | None = None
        while rows := [KeyRow(*row) for row in tx.execute(query.where(keys.c.key_id > after) if after else query)]:
            yield rows
            after = rows[-1].key_id

    def rewrap(self, tx: Connection, number: int, wrapped: Sequence[tuple[UUID, bytes]]) -> None:
        """Keep these keys as they are wrapped under another epoch."""
        if self._sqlite:
            changed = update(keys).where(keys.c.key_id == bindparam("at")).values(wrapped=bindparam("w"), epoch=number)
            tx.execute(changed, [{"at": key_id, "w": each} for key_id, each in wrapped])
            return
        tx.exec_driver_sql(
            'UPDATE "key" SET wrapped = u.w, epoch = %s FROM unnest(%s::uuid[], %s::bytea[]) AS u(k, w)'
            " WHERE key_id = u.k",
            (number, [key_id for key_id, _ in wrapped], [each for _, each in wrapped]),
        )

    def begin(self, tx: Connection, number: int) -> None:
        """Say that all keys lie under another epoch from now on."""
        tx.execute(update(epoch).values(number=number, begun_us=now_us()))

    def settle(self) -> None:
        """Have what was deleted leave a SQLite file and its log; raises Unavailable while a reader keeps it there."""
        until = time.monotonic() + SETTLING_S
        while self._sqlite and not self._settled():  # another may be doing the same just now
            if time.monotonic() > until:
                raise Unavailable
            time.sleep(SETTLING_PAUSE_S)

    def _settled(self) -> bool:
        raw = self.engine.raw_connection()  # no transaction around it: these are done between transactions
        try:
            cursor = raw.cursor()
            cursor.execute("PRAGMA temp_store=MEMORY")
            cursor.execute("VACUUM")  # secure_delete leaves what was moved about within pages before
            busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError:
            return False
        finally:
            raw.close()
        return not busy
