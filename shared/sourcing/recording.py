"""Facts made ready for the log: their bytes, their salted commitment, their ids, and why they are there."""

import os
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any
from uuid import UUID

from shared.messages import Sealed, event_type_of
from shared.sourcing import codec
from shared.sourcing.event_log import Recorded
from shared.sourcing.merkle import commitment
from shared.sourcing.service import Cause
from shared.sourcing.store import Entry

SALT_BYTES = 16


def nothing_to_seal(_text: str, _owner: str, path: str) -> Sealed:
    """The seal of facts that have no confidential field; raises ValueError if one has."""
    message = f"{path} cannot be sealed here"
    raise ValueError(message)


def derived_id(seed: bytes) -> UUID:
    """A version 8 UUID of a seed: the same for the same seed, telling nothing of it."""
    number = int.from_bytes(sha256(seed).digest()[:16], "big")
    return UUID(int=number & ~(0xF << 76) & ~(0b11 << 62) | (8 << 76) | (0b10 << 62))


def entry(event_id: UUID, fact: Any, cause: Cause, partition: int | None, seal: codec.Seal) -> Entry:
    """A fact, ready to be appended: its bytes, its salted commitment, and why it is there."""
    kind = event_type_of(fact)
    body = codec.encode(fact, seal)
    salt = os.urandom(SALT_BYTES)
    meta = meta_bytes(cause, getattr(fact, "occurred_at", None), published=partition is not None)
    return Entry(event_id, kind.name, kind.version, body, salt, commitment(salt, body), meta, partition)


@lru_cache(maxsize=256)
def meta_bytes(cause: Cause, occurred_at: datetime | None, *, published: bool) -> bytes:
    """Why an event is there, in the bytes that its leaf commits to."""
    return codec.canonical(
        {
            "occurred_at": occurred_at,
            "actor": cause.actor,
            "authority": {"role": cause.role, "purpose": cause.purpose, "policy": cause.policy},
            "correlation": cause.correlation,
            "causation": cause.causation,
            "published": published,
        }
    )


def recorded(made: Entry, stream: str, about: str, version: int, recorded_us: int) -> Recorded:
    """An entry as it stands once it is appended."""
    return Recorded(
        event_id=made.event_id,
        stream=stream,
        version=version,
        about=about,
        type=made.type,
        schema_version=made.schema_version,
        recorded_us=recorded_us,
        body=made.body,
        salt=made.salt,
        commitment=made.commitment,
        meta=made.meta,
        partition=made.partition,
    )
