"""Clearance: participation's signed word, at most a minute old, that nothing stands in a publication's way."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from shared.edges.access import sign, verify
from shared.errors import Refused, Unavailable
from shared.sourcing import codec

CONTEXT = "clearance"

Ask = Callable[[UUID], "Clearance"]
"""Asks participation about an inspection; raises PublicationHeld, or Unavailable where it does not answer."""


class PublicationHeld(Refused):
    """Publication is held; ask again later. This reads the same whatever the reason."""

    recorded = True


@dataclass(frozen=True, slots=True)
class Clearance:
    """What participation says: this inspection's report may be published, as of now."""

    inspection_id: UUID
    clearance_id: UUID
    cleared_at: datetime

    def signed(self, seed: bytes) -> dict[str, Any]:
        """As participation sends it."""
        return {**_members(self), "signature": sign(seed, codec.canonical(_members(self)), context=CONTEXT)}


def clear(inspection_id: UUID, now: datetime) -> Clearance:
    """A new clearance: each has an id of its own, which the publication names."""
    return Clearance(inspection_id, uuid4(), now)


def believed(said: dict[str, Any], inspection_id: UUID, public_key: bytes) -> Clearance:
    """A clearance as it was received; raises Unavailable unless participation signed it for this inspection."""
    try:
        given = Clearance(
            UUID(said["inspection_id"]),
            UUID(said["clearance_id"]),
            datetime.fromisoformat(said["cleared_at"]).astimezone(UTC),
        )
        genuine = verify(public_key, codec.canonical(_members(given)), said["signature"], context=CONTEXT)
    except (KeyError, TypeError, ValueError, AttributeError) as garbled:
        raise Unavailable from garbled
    if not genuine or given.inspection_id != inspection_id:
        raise Unavailable
    return given


def _members(clearance: Clearance) -> dict[str, Any]:
    return {
        "inspection_id": clearance.inspection_id,
        "clearance_id": clearance.clearance_id,
        "cleared_at": clearance.cleared_at,
    }
