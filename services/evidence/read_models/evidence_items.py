"""The pieces of evidence, by code and date; what they are called stays sealed in their streams."""

from sqlalchemy import Boolean, Column, Date, Text, Uuid

from services.evidence.events import EvidenceDescribed
from shared.contracts.evidence import EvidenceRegistered, EvidenceWithdrawn
from shared.sourcing.read_models import Put, ReadModel, Set

evidence_items = ReadModel(
    "evidence_items",
    Column("evidence_id", Uuid, nullable=False),
    Column("inspection_id", Uuid, nullable=False),
    Column("method", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("occurred_on", Date, nullable=False),
    Column("received_on", Date),
    Column("in_window", Boolean, nullable=False),
    Column("stratum", Text),
    Column("stages", Text, nullable=False),
    Column("withdrawn_on", Date),
)


@evidence_items.on
def evidence_registered(fact: EvidenceRegistered) -> Put:
    """A row a piece of evidence."""
    return evidence_items.put(
        evidence_id=fact.evidence_id,
        inspection_id=fact.inspection_id,
        method=fact.method.value,
        digest=fact.digest,
        occurred_on=fact.occurred_on,
        in_window=fact.in_window,
        stratum=fact.stratum,
        stages=" ".join(fact.stages),
    )


@evidence_items.on
def evidence_described(fact: EvidenceDescribed) -> Set:
    """When it was received."""
    return evidence_items.set(received_on=fact.received_on)


@evidence_items.on
def evidence_withdrawn(fact: EvidenceWithdrawn) -> Set:
    """It counts no more."""
    return evidence_items.set(withdrawn_on=fact.withdrawn_on)
