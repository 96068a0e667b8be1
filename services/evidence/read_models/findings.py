"""What was found about the topics of a review, and what of it is parked for a later phase."""

from sqlalchemy import Boolean, Column, Integer, Text, Uuid

from services.evidence.events import FindingParked, FindingRecorded
from shared.sourcing.read_models import Put, ReadModel

findings = ReadModel(
    "findings",
    Column("finding_id", Uuid, primary_key=True),
    Column("inspection_id", Uuid, nullable=False),
    Column("topic", Text, nullable=False),
    Column("evidence", Integer, nullable=False),
    Column("parked", Boolean, nullable=False),
)


@findings.on
def finding_recorded(fact: FindingRecorded) -> Put:
    """A row a finding."""
    return _row(fact, parked=False)


@findings.on
def finding_parked(fact: FindingParked) -> Put:
    """Marked, where it waits."""
    return _row(fact, parked=True)


def _row(fact: FindingRecorded | FindingParked, *, parked: bool) -> Put:
    return findings.put(
        finding_id=fact.finding_id,
        inspection_id=fact.inspection_id,
        topic=fact.topic,
        evidence=len(fact.evidence),
        parked=parked,
    )
