"""Tokens for programmes: ``speir_<handle>_<secret>``, known by a keyed hash, for some actions and a time."""

import hmac
import re
import secrets
import time
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from shared.edges.access import Caller, Word
from shared.errors import NotRecognised
from shared.identity.read_models import BETWEEN, found
from shared.sourcing.running import RunningService
from shared.vocabulary.identity import HandleCode, KeyedHash, PepperCode
from shared.vocabulary.roles import WITHHELD_FROM_OPERATORS, AccessRole

ISSUER: Final = "api-tokens"
"""In whose name a programme's token speaks."""
SECRET_BYTES, HANDLE_BYTES = 32, 8

presented: Final = re.compile(r"bearer (speir_([0-9a-f]{16})_[A-Za-z0-9_-]{43})", re.IGNORECASE | re.ASCII)
exact: Final = re.compile(r"speir_[0-9a-f]{16}_[A-Za-z0-9_-]{43}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A new token: its text, told once, and what is kept of it."""

    text: str
    handle: HandleCode
    secret_hash: KeyedHash
    pepper: PepperCode


class ApiTokens:
    """The tokens of one service, hashed under a key that is derived from the one it signs with."""

    def __init__(self, running: RunningService, signing_key: bytes) -> None:
        """Derive the key."""
        self._running = running
        self._key = hmac.digest(signing_key, b"speir api tokens", "sha256")
        self._pepper = PepperCode(sha256(b"speir pepper\0" + self._key).hexdigest()[:16])

    def draw(self) -> Drawn:
        """Draw a token at random."""
        handle = HandleCode(secrets.token_hex(HANDLE_BYTES))
        text = f"speir_{handle}_{secrets.token_urlsafe(SECRET_BYTES)}"
        return Drawn(text, handle, self._hashed(text), self._pepper)

    def _hashed(self, text: str) -> KeyedHash:
        return KeyedHash(hmac.digest(self._key, text.encode(), "sha256").hex())

    def read(self, header: str) -> Word | None:
        """Read an Authorization header that holds such a token; None if it holds another kind of token."""
        given = presented.fullmatch(header)
        if given is None:
            return None
        if not exact.fullmatch(given[1]):
            raise NotRecognised
        hashed = self._hashed(given[1])
        with self._running.log.reading() as tx:
            rows = found(tx, self._running.name, given[2])
        # Each is compared, and something always is: how long it takes says nothing about what there is.
        none: list[Any] = [None]
        held = [row for row in rows or none if self._is_secret_of(row, hashed)]
        if not held or held[0].revoked or held[0].expires_s <= int(time.time()):
            raise NotRecognised
        return word_of(held[0])

    def _is_secret_of(self, row: Any, hashed: str) -> bool:
        known, pepper = (row.secret_hash, row.pepper) if row is not None else ("0" * 64, "")
        return hmac.compare_digest(known, hashed) and pepper == self._pepper


def word_of(row: Any) -> Word:
    """What a row says: whose token it is, in which role, limited to which actions."""
    token_id: UUID = row.token_id
    actions = frozenset(row.actions.split(BETWEEN))
    return Caller(row.owner, AccessRole(row.role), ISSUER, None, actions, token_id), row.issued_s, token_id


def may_hold(*, real: bool) -> frozenset[AccessRole]:
    """The roles that such a token may be for: never a service's, and in earnest none that operators are kept from."""
    return frozenset(AccessRole) - {AccessRole.SERVICE} - (WITHHELD_FROM_OPERATORS if real else frozenset())
