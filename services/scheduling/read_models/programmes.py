"""The programmes that were commissioned."""

from sqlalchemy import Column, Integer, Text, Uuid

from shared.contracts.scheduling import ProgrammeCommissioned
from shared.sourcing.read_models import Put, ReadModel

programmes = ReadModel(
    "programmes",
    Column("programme_id", Uuid, nullable=False),
    Column("edition", Text, nullable=False),
    Column("areas_at_most", Integer),
)


@programmes.on
def programme_commissioned(fact: ProgrammeCommissioned) -> Put:
    """A row a programme."""
    return programmes.put(programme_id=fact.programme_id, edition=fact.edition, areas_at_most=fact.areas_at_most)
