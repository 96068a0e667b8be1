"""What reporting knows of the evidence: ids, methods, days and digests, as evidence told them; never what it says."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, Connection, Date, Text, Uuid, select

from shared.contracts.evidence import EvidenceRegistered, EvidenceWithdrawn
from shared.sourcing.read_models import Put, ReadModel, Set
from shared.vocabulary.identity import InspectionId

evidence_known = ReadModel(
    "evidence_known",
    Column("evidence_id", Uuid, primary_key=True),
    Column("inspection_id", Uuid, nullable=False, index=True),
    Column("method", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("occurred_on", Date, nullable=False),
    Column("in_window", Boolean, nullable=False),
    Column("stratum", Text),
    Column("withdrawn_on", Date),
)


UNHEARD: Mapping[str, Any] = dict.fromkeys(("method", "digest", "occurred_on", "in_window", "stratum", "withdrawn_on"))
"""What is known of evidence that was linked, and whose registration was not heard of yet."""


@evidence_known.on
def evidence_registered(fact: EvidenceRegistered) -> Put:
    """A row a piece of evidence."""
    return evidence_known.put(
        evidence_id=fact.evidence_id,
        inspection_id=fact.inspection_id,
        method=fact.method.value,
        digest=fact.digest,
        occurred_on=fact.occurred_on,
        in_window=fact.in_window,
        stratum=fact.stratum,
    )


@evidence_known.on
def evidence_withdrawn(fact: EvidenceWithdrawn) -> Set:
    """It stays in the list, marked."""
    return evidence_known.set({"evidence_id": fact.evidence_id}, withdrawn_on=fact.withdrawn_on)


def known_of(tx: Connection, inspection_id: InspectionId | None) -> dict[UUID, Mapping[str, Any]]:
    """An inspection's evidence by its id."""
    table = evidence_known.table
    rows = tx.execute(select(table).where(table.c.inspection_id == inspection_id)).mappings()
    return {row["evidence_id"]: {n: v for n, v in row.items() if n not in ("stream", "inspection_id")} for row in rows}
