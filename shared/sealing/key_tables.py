"""The tables of a key store: wrapped keys, the epoch they lie under, and a headstone for each that was destroyed."""

import time
from uuid import uuid4

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Insert,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    insert,
    inspect,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from shared.sealing.wrapping import FLAT

metadata = MetaData()

keys = Table(
    "key",
    metadata,
    Column("key_id", Uuid, primary_key=True),
    Column("owner", Text, nullable=False, unique=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("epoch", BigInteger, nullable=False, server_default=str(FLAT)),
    Column("within", Uuid, nullable=True, index=True),
)
"""``within`` is the key id of the inspection whose key is needed too."""

epoch = Table(
    "epoch",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("store", Uuid, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("begun_us", BigInteger, nullable=False),
)
"""One row; whoever changes anything holds it."""

destroyed = Table(
    "destroyed",
    metadata,
    Column("owner_hash", LargeBinary, primary_key=True),
    Column("key_id", Uuid, primary_key=True, index=True),
    Column("within_hash", LargeBinary, nullable=True, index=True),
    Column("destroyed_us", BigInteger, nullable=False),
)
"""Headstones: no key and no name. Of an owner that had no key the key id is all zeros."""

parent = keys.alias("parent")
key_row = select(
    keys.c.key_id,
    keys.c.owner,
    keys.c.wrapped,
    keys.c.epoch,
    keys.c.within,
    parent.c.owner.label("parent_owner"),
    parent.c.wrapped.label("parent_wrapped"),
).outerjoin_from(keys, parent, parent.c.key_id == keys.c.within)
"""A key with its parent's, if it has one: the members of a KeyRow in their order."""

_ADDED = ("epoch", "within")


def lay(tx: Connection) -> None:
    """Make what is missing; a key table of the first version keeps every key, as keys of epoch 0. Safe to repeat."""
    there = inspect(tx)
    if there.has_table("key") and "epoch" not in {column["name"] for column in there.get_columns("key")}:
        for name in _ADDED:
            column = keys.c[name]
            kind = column.type.compile(tx.dialect)
            default = "" if column.nullable else f" NOT NULL DEFAULT {FLAT}"
            tx.exec_driver_sql(f'ALTER TABLE "key" ADD COLUMN {name} {kind}{default}')
        for index in keys.indexes:
            index.create(tx)
    metadata.create_all(tx)
    if tx.execute(select(epoch.c.id)).one_or_none() is None:
        tx.execute(insert(epoch).values(id=1, store=uuid4(), number=FLAT, begun_us=time.time_ns() // 1000))


def unless_there(tx: Connection, table: Table) -> Insert:
    """An insert that leaves alone what is there already."""
    insert_into = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    return insert_into(table).on_conflict_do_nothing()
