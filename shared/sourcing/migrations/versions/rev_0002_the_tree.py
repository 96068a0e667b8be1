"""The tree over the log: the roots of its complete subtrees, and what was signed of it."""

from alembic import op
from sqlalchemy import BigInteger, Column, LargeBinary, PrimaryKeyConstraint, SmallInteger, Text, insert, select

from shared.sourcing.merkle import Frontier
from shared.sourcing.tables import ledger, subtree

revision = "0002"
down_revision = "0001"

KEPT = ("subtree", "checkpoint")
AT_ONCE = 10_000


def upgrade() -> None:
    """Make both tables, and hash what the log holds already."""
    op.create_table(
        "subtree",
        Column("level", SmallInteger(), autoincrement=False, nullable=False),
        Column("number", BigInteger(), autoincrement=False, nullable=False),
        Column("root", LargeBinary(), nullable=False),
        PrimaryKeyConstraint("level", "number"),
    )
    op.create_table(
        "checkpoint",
        Column("size", BigInteger(), autoincrement=False, nullable=False),
        Column("root", LargeBinary(), nullable=False),
        Column("note", Text(), nullable=False),
        Column("signed_us", BigInteger(), nullable=False),
        PrimaryKeyConstraint("size"),
    )
    _hash()
    _tripwires()


def downgrade() -> None:
    """Refuse: raises NotImplementedError, since what was signed cannot be made again."""
    message = "what was signed is never dropped; to go back, restore a backup into an empty database"
    raise NotImplementedError(message)


def _hash() -> None:
    tx, frontier = op.get_bind(), Frontier()
    leaves = select(ledger.c.leaf).order_by(ledger.c.position).execution_options(yield_per=AT_ONCE)
    with tx.execute(leaves) as found:
        for (leaf,) in found:
            frontier.add(bytes(leaf))
    for at in range(0, len(frontier.completed), AT_ONCE):
        tx.execute(insert(subtree), [each._asdict() for each in frontier.completed[at : at + AT_ONCE]])


def _tripwires() -> None:
    """Whoever changes them is stopped, as with history."""
    if op.get_context().dialect.name == "sqlite":
        for table in KEPT:
            for change in ("update", "delete"):
                op.execute(
                    f"CREATE TRIGGER {table}_keeps_history_on_{change} BEFORE {change.upper()} ON {table}"
                    f" BEGIN SELECT RAISE(ABORT, '{table} is history and is never changed'); END"
                )
        return
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_keeps_history BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION speir_keep_history()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_keeps_history")
