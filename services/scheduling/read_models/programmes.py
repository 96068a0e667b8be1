"""The programmes that were commissioned."""

from sqlalchemy import Column, Date, Integer, Text, Uuid

from shared.contracts.scheduling import ProgrammeClosed, ProgrammeCommissioned, ScopeChanged
from shared.sourcing.read_models import Put, ReadModel, Set

programmes = ReadModel(
    "programmes",
    Column("programme_id", Uuid, nullable=False),
    Column("edition", Text, nullable=False),
    Column("areas_at_most", Integer),
    Column("continues", Uuid),
    Column("closed_on", Date),
)


@programmes.on
def programme_commissioned(fact: ProgrammeCommissioned) -> Put:
    """A row a programme."""
    return programmes.put(
        programme_id=fact.programme_id,
        edition=fact.edition,
        areas_at_most=fact.areas_at_most,
        continues=fact.continues,
    )


@programmes.on
def scope_changed(fact: ScopeChanged) -> Set:
    """What it was for before is in the list of changes."""
    return programmes.set(areas_at_most=fact.areas_at_most)


@programmes.on
def programme_closed(fact: ProgrammeClosed) -> Set:
    """It has ended."""
    return programmes.set(closed_on=fact.closed_on)
