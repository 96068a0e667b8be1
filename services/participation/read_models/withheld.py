"""Whether clearance is withheld, beside any concern; shown to nobody, so that it tells nothing of one."""

from sqlalchemy import Boolean, Column, Uuid

from services.participation.events import ClearanceAllowed, ClearanceWithheld
from shared.sourcing.read_models import Put, ReadModel

withheld = ReadModel(
    "withheld", Column("inspection_id", Uuid, nullable=False), Column("withheld", Boolean, nullable=False)
)


@withheld.on
def clearance_withheld(fact: ClearanceWithheld) -> Put:
    """A row an inspection whose clearance was ever withheld."""
    return withheld.put(inspection_id=fact.inspection_id, withheld=True)


@withheld.on
def clearance_allowed(fact: ClearanceAllowed) -> Put:
    """It is not any more."""
    return withheld.put(inspection_id=fact.inspection_id, withheld=False)
