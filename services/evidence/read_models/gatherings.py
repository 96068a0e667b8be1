"""The inspections as evidence knows them: how far back each looks, and whether it still takes anything in."""

from sqlalchemy import Column, Date, Uuid

from services.evidence.events import GatheringClosed, GatheringOpened
from shared.sourcing.read_models import Put, ReadModel, Set

gatherings = ReadModel(
    "gatherings",
    Column("inspection_id", Uuid, nullable=False),
    Column("reference_date", Date, nullable=False),
    Column("looks_back_to", Date, nullable=False),
    Column("closed_on", Date),
)


@gatherings.on
def gathering_opened(fact: GatheringOpened) -> Put:
    """A row an inspection."""
    return gatherings.put(
        inspection_id=fact.inspection_id, reference_date=fact.reference_date, looks_back_to=fact.looks_back_to
    )


@gatherings.on
def gathering_closed(fact: GatheringClosed) -> Set:
    """It has ended."""
    return gatherings.set(closed_on=fact.closed_on)
