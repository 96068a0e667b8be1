"""Erasing: whose words are destroyed, on which ground, what keeps them, and what a service says once it is done."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, NewType
from uuid import UUID

ErasureId = NewType("ErasureId", UUID)
"""One erasure; the disposal of an inspection's records has the inspection's own id."""
ErasedId = NewType("ErasedId", UUID)
"""Whoever is erased, by pseudonym, or the inspection whose records are disposed of."""
KeyOwner = NewType("KeyOwner", str)
"""``person/<id>``, ``inspection/<id>``: whose key it is."""
CarrierName = NewType("CarrierName", str)
"""A service that carries an erasure out."""
DerivedName = NewType("DerivedName", str)
"""Where something stood that was made from what is erased."""

CARRIERS: Final = ("scheduling", "evidence", "participation", "reporting")
"""Whoever has to confirm before an erasure is certified."""

OF_PERSONS: Final = ("person", "volunteer", "subject")
"""The kinds of key owner that are people: a pseudonym may have had a key as each of them."""


class ErasedKind(StrEnum):
    """What is erased: a person everywhere, or an inspection's records."""

    PERSON = "person"
    INSPECTION = "inspection"


class ErasureBasis(StrEnum):
    """Why it is lawful, or a duty, to erase."""

    NO_LONGER_NECESSARY = "no_longer_necessary"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    OBJECTION_UPHELD = "objection_upheld"
    UNLAWFULLY_PROCESSED = "unlawfully_processed"
    LEGAL_OBLIGATION = "legal_obligation"
    STATUTORY_DISPOSAL = "statutory_disposal"


class Retention(StrEnum):
    """Why records about somebody are kept for now."""

    LEGAL_HOLD = "legal_hold"
    OPEN_CONCERN = "open_concern"
    CONCERN_KEPT = "concern_kept"
    INSPECTION_UNDER_WAY = "inspection_under_way"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Something that stops an erasure, and until when; without a day, until somebody ends it."""

    reason: Retention
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Purged:
    """How many things that were made from what is erased went with it."""

    of: DerivedName
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedOut:
    """What a service did for an erasure, in ids and counts: nothing here is anybody's words."""

    erasure_id: ErasureId
    erased_id: ErasedId
    kind: ErasedKind
    service: CarrierName
    keys: tuple[UUID, ...]
    events: int
    fields: int
    readable: int
    purged: tuple[Purged, ...]
    confirmed_on: date
