"""Counting what an erasure would destroy in one service, and destroying nothing."""

from collections import Counter
from dataclasses import dataclass

from shared.erasure.deeds import keys_of, owners_of
from shared.erasure.finding import under_keys
from shared.erasure.purging import to_be_purged
from shared.sourcing.running import RunningService
from shared.vocabulary.erasure import ErasedId, ErasedKind, Purged


@dataclass(frozen=True, slots=True)
class Counted:
    """What lies under the keys that would go: how many keys, events and fields, and fields of each kind of stream."""

    keys: int
    events: int
    fields: int
    streams: dict[str, int]
    purged: tuple[Purged, ...]


def counted(running: RunningService, kind: ErasedKind, erased_id: ErasedId) -> Counted:
    """Count it as it would be found now. Streams are named by their kind: whose they are is nobody's business here."""
    keys = keys_of(running.keyring, owners_of(running, kind, erased_id))
    fields = under_keys(running.log, keys)
    return Counted(
        keys=len(keys),
        events=len({each.event_id for each in fields}),
        fields=len(fields),
        streams=dict(sorted(Counter(each.stream.partition("/")[0] for each in fields).items())),
        purged=to_be_purged(running.log, str(erased_id)),
    )
