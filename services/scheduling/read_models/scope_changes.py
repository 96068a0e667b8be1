"""How many areas each programme was for, and how many after it was changed."""

from sqlalchemy import Column, Integer, Text, Uuid

from shared.contracts.scheduling import ScopeChanged
from shared.sourcing.event_log import Recorded
from shared.sourcing.read_models import Put, ReadModel
from shared.sourcing.telling import instant

scope_changes = ReadModel(
    "scope_changes",
    Column("version", Integer, primary_key=True),
    Column("programme_id", Uuid, nullable=False),
    Column("was", Integer),
    Column("areas_at_most", Integer),
    Column("reason", Text, nullable=False),
    Column("changed_at", Text, nullable=False),
)


@scope_changes.on
def scope_changed(fact: ScopeChanged, recorded: Recorded) -> Put:
    """A row a change, the oldest first."""
    return scope_changes.put(
        version=recorded.version,
        programme_id=fact.programme_id,
        was=fact.was,
        areas_at_most=fact.areas_at_most,
        reason=fact.reason,
        changed_at=instant(recorded.recorded_us).isoformat(timespec="microseconds"),
    )
