"""What bears on which indicator: by which method it was gathered, and how strong it is."""

from sqlalchemy import Boolean, Column, Date, Text, Uuid

from shared.contracts.evidence import EvidenceLinked, EvidenceWithdrawn
from shared.sourcing.read_models import Put, ReadModel, Set

evidence_links = ReadModel(
    "evidence_links",
    Column("indicator", Text, primary_key=True),
    Column("inspection_id", Uuid, nullable=False),
    Column("evidence_id", Uuid, nullable=False),
    Column("method", Text, nullable=False),
    Column("strength", Text, nullable=False),
    Column("outside_window", Boolean, nullable=False),
    Column("articles", Text, nullable=False),
    Column("foundations", Text, nullable=False),
    Column("wellbeing", Text, nullable=False),
    Column("withdrawn_on", Date),
)


@evidence_links.on
def evidence_linked(fact: EvidenceLinked) -> Put:
    """A row a piece of evidence and indicator."""
    return evidence_links.put(
        indicator=fact.indicator,
        inspection_id=fact.inspection_id,
        evidence_id=fact.evidence_id,
        method=fact.method.value,
        strength=fact.strength.value,
        outside_window=fact.outside_window,
        articles=" ".join(map(str, fact.articles)),
        foundations=" ".join(fact.foundations),
        wellbeing=" ".join(fact.wellbeing),
    )


@evidence_links.on
def evidence_withdrawn(fact: EvidenceWithdrawn) -> Set:
    """None of its links counts any more."""
    return evidence_links.set(withdrawn_on=fact.withdrawn_on)
