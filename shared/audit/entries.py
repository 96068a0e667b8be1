"""Entries: the bytes that an event's leaf is the hash of."""

from shared.sourcing.event_log import Recorded
from shared.sourcing.merkle import entry_bytes


def entry_of(origin: str, event: Recorded) -> bytes:
    """What a leaf says of an event; raises ValueError for one that has no place yet."""
    if event.sequenced_us is None:
        message = "an event has no leaf before it has its place"
        raise ValueError(message)
    return entry_bytes(
        origin,
        event.stream,
        event.version,
        event.about,
        event.event_id.bytes,
        event.type,
        event.schema_version,
        event.recorded_us,
        event.sequenced_us,
        event.commitment,
        event.meta,
    )
