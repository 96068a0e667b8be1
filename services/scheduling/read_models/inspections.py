"""The inspections, a row for each council that they take place in."""

from collections.abc import Iterator

from sqlalchemy import Column, Date, Text, Uuid

from shared.contracts.scheduling import InspectionClosed, InspectionOpened
from shared.sourcing.read_models import Put, ReadModel, Set

inspections = ReadModel(
    "inspections",
    Column("council", Text, primary_key=True),
    Column("inspection_id", Uuid, nullable=False),
    Column("programme_id", Uuid, nullable=False),
    Column("edition", Text, nullable=False),
    Column("opens_on", Date, nullable=False),
    Column("follows", Uuid),
    Column("closed_on", Date),
)


@inspections.on
def inspection_opened(fact: InspectionOpened) -> Iterator[Put]:
    """A partnership of three councils is found by each of them."""
    for council in fact.area.councils:
        yield inspections.put(
            council=council,
            inspection_id=fact.inspection_id,
            programme_id=fact.programme_id,
            edition=fact.edition.name,
            opens_on=fact.opens_on,
            follows=fact.follows,
        )


@inspections.on
def inspection_closed(fact: InspectionClosed) -> Set:
    """It has ended."""
    return inspections.set(closed_on=fact.closed_on)
