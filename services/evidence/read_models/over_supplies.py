"""The returns that held more than was asked for: what the co-ordinator is to see to, by counts and positions."""

from sqlalchemy import Column, Date, Integer, Text, Uuid

from services.evidence.events import CoordinatorNotified, ReturnOverSupplied
from shared.sourcing.read_models import Put, ReadModel, Set

over_supplies = ReadModel(
    "over_supplies",
    Column("notice", Integer, primary_key=True),
    Column("inspection_id", Uuid, nullable=False),
    Column("return_id", Uuid, nullable=False),
    Column("columns", Integer, nullable=False),
    Column("positions", Text, nullable=False),
    Column("kinds", Text, nullable=False),
    Column("noted_on", Date, nullable=False),
    Column("notified_on", Date),
)


@over_supplies.on
def return_over_supplied(fact: ReturnOverSupplied) -> Put:
    """A row each time; positions count from 1, with blanks between them."""
    return over_supplies.put(
        notice=fact.notice,
        inspection_id=fact.inspection_id,
        return_id=fact.return_id,
        columns=fact.columns,
        positions=" ".join(map(str, fact.positions)),
        kinds=" ".join(kind.value for kind in fact.kinds),
        noted_on=fact.noted_on,
    )


@over_supplies.on
def coordinator_notified(fact: CoordinatorNotified) -> Set:
    """Since when the co-ordinator was let know."""
    return over_supplies.set(notice=fact.notice, notified_on=fact.notified_on)
