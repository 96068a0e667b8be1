"""When which inspection's records are to be disposed of, and what has been done about it."""

from sqlalchemy import Boolean, Column, Date, Uuid

from services.evidence.events import DisposalDue, DisposalReminded, RecordsHeld
from shared.contracts.evidence import RecordsDisposedOf
from shared.sourcing.read_models import Put, ReadModel, Set

disposals = ReadModel(
    "disposals",
    Column("inspection_id", Uuid, nullable=False),
    Column("due_on", Date),
    Column("held", Boolean, nullable=False),
    Column("reminded_of", Date),
    Column("disposed_on", Date),
)


@disposals.on
def disposal_due(fact: DisposalDue) -> Put:
    """The day as it is now; it is computed only while nothing is held."""
    return disposals.put(inspection_id=fact.inspection_id, due_on=fact.due_on, held=False)


@disposals.on
def records_held(fact: RecordsHeld) -> Put:
    """No day, while proceedings are on."""
    return disposals.put(inspection_id=fact.inspection_id, held=True)


@disposals.on
def disposal_reminded(fact: DisposalReminded) -> Set:
    """Somebody knows."""
    return disposals.set(reminded_of=fact.due_on)


@disposals.on
def records_disposed_of(fact: RecordsDisposedOf) -> Set:
    """Done."""
    return disposals.set(disposed_on=fact.disposed_on)
