"""Migrating: what a service's owner does before its processes start: make the tables, and say who may do what."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from shared.sealing import key_tables
from shared.sealing.databases import WRITING, open_database
from shared.sourcing.fencing import fence
from shared.sourcing.migrations import MIGRATION_KEY
from shared.sourcing.opening import lay
from shared.sourcing.read_models import ReadModel
from shared.sourcing.session_tables import session_tables
from shared.sourcing.tables import tables

OWNER = "_owner"
"""How the role's name ends that owns a service's database; the other roles' names differ in nothing else."""

ALL = "SELECT, INSERT, UPDATE, DELETE"
SHOWN = (*(name for name in tables.tables if name != "idempotency"), "alembic_version", "event_id_seq")
"""What those may read who may read the log; the sequence is what the barrier asks."""

on_the_log: dict[str, dict[str, str]] = {
    "app": {
        "stream": "SELECT, INSERT, UPDATE",
        "event": "SELECT, INSERT",
        "ledger": "SELECT, INSERT",
        "subtree": "SELECT, INSERT",
        "checkpoint": "SELECT, INSERT",
        "log_head": "SELECT, UPDATE",
        "lease": "SELECT, INSERT, UPDATE",
        "idempotency": "SELECT, INSERT, DELETE",
        "relayed": "SELECT, UPDATE",
        "cursor": "SELECT, INSERT, UPDATE",
        "parked": ALL,
        "due": "SELECT, INSERT, UPDATE",
        "alembic_version": "SELECT",
        "event_id_seq": "SELECT",
        **dict.fromkeys(session_tables.tables, "SELECT, INSERT, UPDATE, DELETE"),
    },
    "projector": dict.fromkeys(SHOWN, "SELECT"),
    "eraser": {"event": "SELECT, UPDATE (body, salt)"},
    "reader": dict.fromkeys(SHOWN, "SELECT"),
}
"""Role → table → privileges. Nobody may change or remove an event or a place in the order."""

on_read_models = {"app": ALL, "projector": ALL, "reader": "SELECT"}


def migrate(url: str, origin: str, read_models: tuple[ReadModel, ...] = ()) -> None:
    """Bring a service's database to what this version needs, all or nothing; safe to repeat.

    On PostgreSQL the URL is the owner's, ``<service>_owner``; those of ``<service>_app``, ``_projector``, ``_eraser``
    and ``_reader`` that exist are granted exactly what they need, and rows are fenced. A missing read model is made
    from the log. Raises ValueError where the log belongs to another origin.
    """
    with _writing(url) as tx:
        lay(tx, origin, read_models)
        if tx.dialect.name == "postgresql":
            _grant(tx, read_models)


def migrate_keys(url: str) -> None:
    """Make the key store's tables, in their own database, or upgrade those of an older version; safe to repeat."""
    with _writing(url) as tx:
        if tx.dialect.name == "postgresql":
            tx.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_KEY})")
        key_tables.lay(tx)


@contextmanager
def _writing(url: str) -> Iterator[Connection]:
    engine = open_database(url, pool_size=1)
    try:
        with engine.connect().execution_options(**{WRITING: True}) as tx, tx.begin():
            yield tx
    finally:
        engine.dispose()


def _grant(tx: Connection, read_models: tuple[ReadModel, ...]) -> None:
    """Take from each role what it had on these tables and give it what it needs; nobody sees the moment between.

    A database without a service's owner has nobody to share it with: there, nothing is granted and nothing fenced.
    """
    tx.exec_driver_sql("REVOKE ALL ON FUNCTION speir_move, speir_keep_history FROM PUBLIC")
    owner: str = tx.exec_driver_sql("SELECT current_user").scalar_one()
    if not owner.endswith(OWNER):
        return
    quote = tx.dialect.identifier_preparer.quote
    shown = [model.table.name for model in read_models]
    known = [*tables.tables, *session_tables.tables, "alembic_version", "event_id_seq", *shown]
    every = ", ".join(quote(name) for name in known)
    roles = _roles(tx, owner.removesuffix(OWNER))
    for suffix, role in roles.items():
        given = on_the_log[suffix] | dict.fromkeys(shown, on_read_models.get(suffix, ""))
        tx.exec_driver_sql(f"REVOKE ALL ON {every} FROM {quote(role)}")
        for table, privileges in given.items():
            if privileges:
                tx.exec_driver_sql(f"GRANT {privileges} ON {quote(table)} TO {quote(role)}")
        if suffix == "app":
            tx.exec_driver_sql(f"GRANT EXECUTE ON FUNCTION speir_move TO {quote(role)}")
    fence(tx, (model.table for model in read_models), roles)


def _roles(tx: Connection, service: str) -> dict[str, str]:
    """The service's roles that exist: suffix → name."""
    named = {suffix: f"{service}_{suffix}" for suffix in on_the_log}
    asked = tx.exec_driver_sql("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", (list(named.values()),))
    there = set(asked.scalars())
    return {suffix: role for suffix, role in named.items() if role in there}
