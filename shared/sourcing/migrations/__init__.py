"""How the log's tables came to be what they are: revisions, each applied once, in order."""

import threading
from typing import TYPE_CHECKING

from sqlalchemy import Connection

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATION_KEY = 115_2011
"""The advisory lock of whoever migrates a PostgreSQL database; it is not the log's own."""

_one_at_a_time = threading.Lock()  # alembic keeps the migration under way in a module


def upgrade(tx: Connection) -> None:
    """Bring the log's tables to the newest revision within the caller's transaction, which commits all or nothing."""
    from alembic import command  # noqa: PLC0415 - a third of a second that only whoever makes tables has to wait

    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql("SET LOCAL statement_timeout = 0")  # a new index on a long log takes its time
        tx.exec_driver_sql("SET LOCAL lock_timeout = 0")  # and whoever migrates at the same moment waits for it
        tx.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_KEY})")
    with _one_at_a_time:
        command.upgrade(configured(tx), "head")


def configured(tx: Connection) -> "Config":
    """What alembic's commands need for this connection; there is no alembic.ini."""
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", "shared.sourcing:migrations")
    config.attributes["connection"] = tx
    return config
