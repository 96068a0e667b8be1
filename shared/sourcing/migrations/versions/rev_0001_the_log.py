"""The log as it began: events, the ledger that orders them, what stands beside them, and who refuses to change them."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    Identity,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Text,
    UniqueConstraint,
    Uuid,
)

revision = "0001"
down_revision = None

HISTORY = ("event", "ledger")

REFUSE_ON_POSTGRES = """
CREATE FUNCTION speir_keep_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'SP002', MESSAGE = TG_TABLE_NAME || ' is history and is never changed';
END $$
"""


def upgrade() -> None:
    """Make every table of the log."""
    _events()
    _order()
    _leadership()
    _answers()
    _hearing()
    _reactions()
    _tripwires()


def downgrade() -> None:
    """Refuse: raises NotImplementedError, since the log's tables hold what cannot be made again."""
    message = "history is never dropped; to go back, restore a backup into an empty database"
    raise NotImplementedError(message)


def _events() -> None:
    op.create_table(
        "stream",
        Column("stream", Text(), nullable=False),
        Column("about", Text(), nullable=False),
        Column("version", BigInteger(), nullable=False),
        PrimaryKeyConstraint("stream"),
        postgresql_with={"fillfactor": "80"},
    )
    op.create_table(
        "event",
        Column("id", BigInteger().with_variant(Integer(), "sqlite"), Identity(always=True, cache=1), nullable=False),
        Column("stream", Text(), nullable=False),
        Column("version", BigInteger(), nullable=False),
        Column("about", Text(), nullable=False),
        Column("event_id", Uuid(), nullable=False),
        Column("type", Text(), nullable=False),
        Column("schema_version", SmallInteger(), nullable=False),
        Column("recorded_us", BigInteger(), nullable=False),
        Column("body", LargeBinary(), nullable=False),
        Column("salt", LargeBinary(), nullable=False),
        Column("commitment", LargeBinary(), nullable=False),
        Column("meta", LargeBinary(), nullable=False),
        Column("partition", SmallInteger()),
        PrimaryKeyConstraint("id"),
        UniqueConstraint("stream", "version", name="uq_event_stream_version"),
        UniqueConstraint("event_id", name="uq_event_event_id"),
    )
    op.create_index("ix_stream_about", "stream", ["about"])


def _order() -> None:
    op.create_table(
        "ledger",
        Column("position", BigInteger(), autoincrement=False, nullable=False),
        Column("event_pk", BigInteger(), nullable=False),
        Column("leaf", LargeBinary(), nullable=False),
        Column("sequenced_us", BigInteger(), nullable=False),
        Column("partition", SmallInteger()),
        Column("number", BigInteger()),
        PrimaryKeyConstraint("position"),
        UniqueConstraint("partition", "number", name="uq_ledger_partition_number"),
        UniqueConstraint("event_pk", name="uq_ledger_event_pk"),
    )
    op.create_table(
        "log_head",
        Column("id", SmallInteger(), autoincrement=False, nullable=False),
        Column("origin", Text(), nullable=False),
        Column("size", BigInteger(), nullable=False),
        Column("last_event_pk", BigInteger(), nullable=False),
        Column("last_sequenced_us", BigInteger(), nullable=False),
        Column("frontier", LargeBinary(), nullable=False),
        Column("numbers", LargeBinary(), nullable=False),
        Column("epoch", BigInteger(), nullable=False),
        Column("clock_offset_us", BigInteger(), nullable=False),
        PrimaryKeyConstraint("id"),
    )


def _leadership() -> None:
    op.create_table(
        "lease",
        Column("name", Text(), nullable=False),
        Column("owner", Uuid(), nullable=False),
        Column("epoch", BigInteger(), nullable=False),
        Column("until_us", BigInteger(), nullable=False),
        PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "relayed",
        Column("id", SmallInteger(), autoincrement=False, nullable=False),
        Column("position", BigInteger(), nullable=False),
        Column("epoch", BigInteger(), nullable=False),
        PrimaryKeyConstraint("id"),
    )


def _answers() -> None:
    op.create_table(
        "idempotency",
        Column("key_hash", LargeBinary(), nullable=False),
        Column("request_hash", LargeBinary(), nullable=False),
        Column("reply", LargeBinary(), nullable=False),
        Column("recorded_us", BigInteger(), nullable=False),
        PrimaryKeyConstraint("key_hash"),
    )
    op.create_index("ix_idempotency_recorded_us", "idempotency", ["recorded_us"])


def _hearing() -> None:
    op.create_table(
        "cursor",
        Column("producer", Text(), nullable=False),
        Column("partition", SmallInteger(), autoincrement=False, nullable=False),
        Column("number", BigInteger(), nullable=False),
        PrimaryKeyConstraint("producer", "partition"),
    )
    op.create_table(
        "parked",
        Column("producer", Text(), nullable=False),
        Column("partition", SmallInteger(), autoincrement=False, nullable=False),
        Column("number", BigInteger(), autoincrement=False, nullable=False),
        Column("about", Text(), nullable=False),
        Column("event_id", Uuid(), nullable=False),
        Column("told", LargeBinary(), nullable=False),
        Column("problem", Text(), nullable=False),
        Column("attempts", Integer(), nullable=False),
        Column("parked_us", BigInteger(), nullable=False),
        PrimaryKeyConstraint("producer", "partition", "number"),
    )
    op.create_index("ix_parked_producer_about_number", "parked", ["producer", "about", "number"])


def _reactions() -> None:
    op.create_table(
        "due",
        Column(
            "ordinal", BigInteger().with_variant(Integer(), "sqlite"), Identity(always=True, cache=1), nullable=False
        ),
        Column("key", Text(), nullable=False),
        Column("about", Text(), nullable=False),
        Column("due_us", BigInteger(), nullable=False),
        Column("command", Text(), nullable=False),
        Column("body", LargeBinary(), nullable=False),
        Column("cause", LargeBinary(), nullable=False),
        Column("state", Text(), nullable=False),
        Column("attempts", Integer(), nullable=False),
        Column("problem", Text()),
        Column("not_before_us", BigInteger(), nullable=False),
        PrimaryKeyConstraint("ordinal"),
        UniqueConstraint("key", name="uq_due_key"),
    )
    op.create_index("ix_due_state_due_us_ordinal", "due", ["state", "due_us", "ordinal"])


def _tripwires() -> None:
    """Whoever changes history is stopped, its owner too; a later batch rebuild of a table has to lay them again."""
    if op.get_context().dialect.name == "sqlite":
        for table in HISTORY:
            for change in ("update", "delete"):
                op.execute(
                    f"CREATE TRIGGER {table}_keeps_history_on_{change} BEFORE {change.upper()} ON {table}"
                    f" BEGIN SELECT RAISE(ABORT, '{table} is history and is never changed'); END"
                )
        return
    op.execute(REFUSE_ON_POSTGRES)
    for table in HISTORY:
        op.execute(
            f"CREATE TRIGGER {table}_keeps_history BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION speir_keep_history()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_keeps_history")
