"""The log's tables: events as they were appended, the ledger that orders them, and what stands beside them."""

from sqlalchemy import (
    BigInteger,
    Column,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

tables = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s"}
)

_serial = BigInteger().with_variant(Integer, "sqlite")  # only an INTEGER primary key counts up by itself there

stream = Table(
    "stream",
    tables,
    Column("stream", Text, primary_key=True),
    Column("about", Text, nullable=False, index=True),
    Column("version", BigInteger, nullable=False),
    postgresql_with={"fillfactor": "80"},
)
"""A row a stream: its last version. Version 0 is a stream that was looked at before it began."""

event = Table(
    "event",
    tables,
    Column("id", _serial, Identity(always=True, cache=1), primary_key=True),
    Column("stream", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("about", Text, nullable=False),
    Column("event_id", Uuid, nullable=False, unique=True),
    Column("type", Text, nullable=False),
    Column("schema_version", SmallInteger, nullable=False),
    Column("recorded_us", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("commitment", LargeBinary, nullable=False),
    Column("meta", LargeBinary, nullable=False),
    Column("partition", SmallInteger),
    UniqueConstraint("stream", "version"),
)
"""A row an event, as appended and never changed. ``partition`` is empty for what is private."""

ledger = Table(
    "ledger",
    tables,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("event_pk", BigInteger, nullable=False, unique=True),
    Column("leaf", LargeBinary, nullable=False),
    Column("sequenced_us", BigInteger, nullable=False),
    Column("partition", SmallInteger),
    Column("number", BigInteger),
    UniqueConstraint("partition", "number"),
)
"""The order: dense positions from 0; published events also have a dense number, from 1, within their partition."""

subtree = Table(
    "subtree",
    tables,
    Column("level", SmallInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
)
"""The roots of complete subtrees of 256**level leaves, written as they are completed: proofs are made of these."""

checkpoint = Table(
    "checkpoint",
    tables,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),
    Column("signed_us", BigInteger, nullable=False),
)
"""What the log ever signed of itself, in the bytes in which it was signed."""

log_head = Table(
    "log_head",
    tables,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("origin", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("last_event_pk", BigInteger, nullable=False),
    Column("last_sequenced_us", BigInteger, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
    Column("numbers", LargeBinary, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("clock_offset_us", BigInteger, nullable=False),
)
"""One row: how far the order reaches, the Merkle frontier there, and each partition's last number."""

lease = Table(
    "lease",
    tables,
    Column("name", Text, primary_key=True),
    Column("owner", Uuid, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("until_us", BigInteger, nullable=False),
)
"""Who leads: the sequencer's and the relay's lease. An epoch grows with every change of leader."""

idempotency = Table(
    "idempotency",
    tables,
    Column("key_hash", LargeBinary, primary_key=True),
    Column("request_hash", LargeBinary, nullable=False),
    Column("reply", LargeBinary, nullable=False),
    Column("recorded_us", BigInteger, nullable=False, index=True),
)
"""What was answered under a key: ids and versions only."""

relayed = Table(
    "relayed",
    tables,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False),
    Column("epoch", BigInteger, nullable=False),
)
"""One row: the last position that the bus has confirmed; -1 before the first."""

cursor = Table(
    "cursor",
    tables,
    Column("producer", Text, primary_key=True),
    Column("partition", SmallInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
)
"""How far each producer's partition was heard."""

parked = Table(
    "parked",
    tables,
    Column("producer", Text, primary_key=True),
    Column("partition", SmallInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("about", Text, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("told", LargeBinary, nullable=False),
    Column("problem", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("parked_us", BigInteger, nullable=False),
    Index(None, "producer", "about", "number"),
)
"""What could not be taken in, with all that came after it about the same thing; the problem is a code, never a text."""

due = Table(
    "due",
    tables,
    Column("ordinal", _serial, Identity(always=True, cache=1), primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("about", Text, nullable=False),
    Column("due_us", BigInteger, nullable=False),
    Column("command", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("cause", LargeBinary, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("problem", Text),
    Column("not_before_us", BigInteger, nullable=False),
    Index(None, "state", "due_us", "ordinal"),
)
"""Reactions and deadlines: a command a row, done once; the ordinal keeps the order in which they were written, that of
their events. The state is waiting, done or refused."""
