"""Idempotency: a request is answered once; asked again, it gets the same answer."""

import hmac
from dataclasses import dataclass
from hashlib import sha256

import orjson
from sqlalchemy import Connection, delete, select

from shared.errors import KeyInFlight, KeyReused
from shared.sourcing.event_log import EventLog
from shared.sourcing.tables import idempotency

KEPT_US = 30 * 24 * 3600 * 1_000_000
"""Microseconds that an answer is kept: thirty days."""


@dataclass(frozen=True, slots=True)
class RequestKey:
    """One caller's Idempotency-Key for one request, as keyed hashes."""

    key_hash: bytes
    request_hash: bytes

    @classmethod
    def of(cls, secret: bytes, principal: str, key: str, request: bytes) -> "RequestKey":
        """Bind a key to who sent it and to what was asked."""
        bound = hmac.new(secret, f"{principal}\0{key}".encode(), sha256).digest()
        return cls(bound, hmac.new(secret, request, sha256).digest())


def answered(tx: Connection, key: RequestKey) -> dict[str, object] | None:
    """The answer that was given under this key, if any; raises KeyReused where it was for another request."""
    query = select(idempotency.c.request_hash, idempotency.c.reply).where(idempotency.c.key_hash == key.key_hash)
    row = tx.execute(query).one_or_none()
    if row is None:
        return None
    if not hmac.compare_digest(bytes(row.request_hash), key.request_hash):
        raise KeyReused
    reply: dict[str, object] = orjson.loads(row.reply)
    return reply


def claim(log: EventLog, tx: Connection, key: RequestKey, reply: bytes) -> dict[str, object] | None:
    """Take the key for this transaction and keep the answer that it will give, with the events that it reports.

    Returns None, or the answer that was given meanwhile. Raises KeyInFlight, KeyReused.
    """
    if log.store.claim(tx, key.key_hash, key.request_hash, reply):
        return None
    given = answered(tx, key)
    if given is None:
        raise KeyInFlight
    return given


def forget(log: EventLog) -> int:
    """Delete answers that are older than they are kept; returns how many."""
    with log.writing() as tx:
        before = log.now_us(tx) - KEPT_US
        gone = tx.execute(
            delete(idempotency).where(idempotency.c.recorded_us < before).returning(idempotency.c.key_hash)
        )
        return len(gone.all())
