"""The second fence: whatever a question forgets, people are shown rows of inspections allowed to them alone."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from sqlalchemy import Connection, Table

SETTING = "speir.inspections"
"""What a transaction says that it may be shown: a PostgreSQL array of ids, or ``*``; unsaid or empty is nothing."""
EVERY = "*"

SAID = f"SELECT current_setting('{SETTING}', true)"
ALLOWED = f"({SAID}) = '{EVERY}' OR inspection_id = ANY ((SELECT nullif(nullif(({SAID}), ''), '{EVERY}'))::uuid[])"
"""Whether a row is shown; what was said is asked for in selects of their own, so once a statement, not once a row."""

fences: dict[str, tuple[str, str]] = {
    "app": ("ALL", "true"),
    "projector": ("ALL", "true"),
    "reader": ("SELECT", ALLOWED),
}
"""Role → what it does with rows, and with which; a role that is not here sees no row, nor does the owner."""


def showing(inspections: Collection[UUID] | None) -> str:
    """Begin to read what may be shown of these inspections (None: of all), for as long as the transaction lasts."""
    said = EVERY if inspections is None else "{" + ",".join(sorted(each.hex for each in inspections)) + "}"
    return f"BEGIN READ ONLY; SELECT set_config('{SETTING}', '{said}', true)"


def fence(tx: Connection, tables: Iterable[Table], roles: Mapping[str, str]) -> None:
    """Fence the tables that say which inspection a row is about; ``roles`` are the roles there are, by their suffix.

    Whatever else let rows through there is taken away. Each table is locked until the transaction ends.
    """
    quote = tx.dialect.identifier_preparer.quote
    for table in tables:
        if "inspection_id" not in table.c:
            continue
        here = quote(table.name)
        found = tx.exec_driver_sql("SELECT polname FROM pg_policy WHERE polrelid = %s::regclass", (here,))
        for name in found.scalars().all():
            tx.exec_driver_sql(f"DROP POLICY {quote(name)} ON {here}")
        for suffix, role in roles.items():
            if suffix in fences:
                does, rows = fences[suffix]
                tx.exec_driver_sql(f"CREATE POLICY {suffix} ON {here} FOR {does} TO {quote(role)} USING ({rows})")
        tx.exec_driver_sql(f"ALTER TABLE {here} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
