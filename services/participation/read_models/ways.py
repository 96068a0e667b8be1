"""The ways to take part, a row for each council of the area."""

from collections.abc import Iterator

from sqlalchemy import Column, Date, Integer, Text, Uuid

from services.participation.events import SignpostingConfirmed, WaysToTakePartClosed
from shared.contracts.participation import WaysToTakePartOffered
from shared.sourcing.read_models import Put, ReadModel, Set

ways = ReadModel(
    "ways",
    Column("council", Text, primary_key=True),
    Column("inspection_id", Uuid, nullable=False),
    Column("signposting_confirmed_on", Date),
    Column("numbers", Integer, nullable=False),
    Column("closed_on", Date),
)


@ways.on
def ways_to_take_part_offered(fact: WaysToTakePartOffered) -> Iterator[Put]:
    """A partnership of three councils is found by each of them."""
    for council in fact.area.councils:
        yield ways.put(council=council, inspection_id=fact.inspection_id, numbers=0)


@ways.on
def signposting_confirmed(fact: SignpostingConfirmed) -> Set:
    """Whoever is asked can be told whom to call."""
    return ways.set(signposting_confirmed_on=fact.confirmed_on, numbers=fact.numbers)


@ways.on
def ways_to_take_part_closed(fact: WaysToTakePartClosed) -> Set:
    """Nobody is asked any more."""
    return ways.set(closed_on=fact.closed_on)
