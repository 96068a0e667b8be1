"""The strata of an inspection's sample, and the stages of the process looked at: how each is accounted for."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection, select

from services.evidence.read_models.evidence_items import evidence_items
from shared.vocabulary.identity import StageCode, StratumCode


class Accounted(StrEnum):
    """How a stratum is accounted for."""

    READ = "read"
    """By a piece of evidence at least."""
    NONE_AVAILABLE = "none_available"
    """By its being on record that there is none."""
    NOT_YET = "not_yet"


@dataclass(frozen=True, slots=True)
class StratumAccount:
    """A stratum, how it is accounted for, and by how many pieces of evidence."""

    stratum: StratumCode
    how: Accounted
    items: int


@dataclass(frozen=True, slots=True)
class StageAccount:
    """A stage, and how many pieces of evidence are about it."""

    stage: StageCode
    items: int


@dataclass(frozen=True, slots=True)
class SampleAccount:
    """All the strata and stages of an inspection, those without evidence too."""

    strata: tuple[StratumAccount, ...]
    stages: tuple[StageAccount, ...]


def accounted(
    tx: Connection,
    inspection_id: UUID,
    strata: Sequence[StratumCode],
    empty: Collection[StratumCode],
    stages: Sequence[StageCode],
) -> SampleAccount:
    """How an inspection's sample stands; what was withdrawn accounts for nothing, and what was read goes first."""
    table = evidence_items.table.c
    standing = (table.inspection_id == inspection_id, table.withdrawn_on.is_(None))
    rows = tx.execute(select(table.stratum, table.stages).where(*standing)).all()
    read = Counter(row.stratum for row in rows)
    about = Counter(stage for row in rows for stage in row.stages.split())
    return SampleAccount(
        strata=tuple(StratumAccount(each, _how(read[each], none=each in empty), read[each]) for each in strata),
        stages=tuple(StageAccount(each, about[each]) for each in stages),
    )


def _how(items: int, *, none: bool) -> Accounted:
    if items:
        return Accounted.READ
    return Accounted.NONE_AVAILABLE if none else Accounted.NOT_YET
