"""Who is asking: short bearer tokens, each signed by an issuer we know by name, and what each issuer may say."""

import base64
import json
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import NoneType
from typing import Any, Final
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from shared.edges import strict_json
from shared.errors import NotRecognised, Refused, Unavailable
from shared.limits import TOKEN_BYTES
from shared.vocabulary.roles import WITHHELD_FROM_OPERATORS, AccessRole

ALGORITHM: Final = "Ed25519"
"""The one algorithm, by its fully specified name (RFC 9864)."""
TOKEN_TYPE: Final = "at+jwt"  # noqa: S105 - the media type of an access token (RFC 9068), not a secret
EVERY_SERVICE: Final = "speir"
"""The audience of a token for all four services."""
SEVERAL: Final = "mfa"
"""The authentication method reference for having used more than one (RFC 8176)."""
SHORT: Final = 10 * 60
LONGEST: Final = 12 * 60 * 60
CLOCK_SKEW: Final = 60
"""Seconds: what a token lives unless told otherwise, at most, and what two clocks may differ by."""

bearer: Final = re.compile(r"bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)", re.IGNORECASE | re.ASCII)
context_name: Final = re.compile(r"[a-z][a-z0-9-]{0,63}")
only_ours: Final = jws.JWSRegistry(algorithms=[ALGORITHM])


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking, in which role, and on whose word."""

    actor: UUID
    role: AccessRole
    issuer: str
    proved_at: int | None = None
    """When they last proved who they are by more than one method, in seconds since 1970; None if they have not."""
    scopes: frozenset[str] | None = None
    """The actions that their token is limited to (``evidence:SubmitReturn``); None if it is limited to its role's."""
    token_id: UUID | None = field(default=None, compare=False)
    """What their token or session is called back by."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """Somebody whose word is taken: a name, and the 32-byte seed of an Ed25519 key that is never shown."""

    name: str
    seed: bytes = field(repr=False)

    def mint(
        self, actor: UUID, role: AccessRole, audience: str, lifetime_s: int = SHORT, *, proved: bool = False
    ) -> str:
        """Return a token for one audience (a service or ``speir``) that lives 1 s to 12 h; ValueError beyond.

        ``proved`` says that its owner has just proved who they are by more than one method (a step-up).
        """
        if not 0 < lifetime_s <= LONGEST:
            message = f"a token lives between 1 and {LONGEST} seconds"
            raise ValueError(message)
        now = int(time.time())
        claims = {"iss": self.name, "sub": str(actor), "aud": audience, "jti": str(uuid4()), "role": role.value}
        times = {"iat": now, "nbf": now, "exp": now + lifetime_s}
        payload = json.dumps(claims | times | ({"auth_time": now, "amr": [SEVERAL]} if proved else {}))
        header = {"alg": ALGORITHM, "typ": TOKEN_TYPE, "kid": self.name}
        return jws.serialize_compact(header, payload, OKPKey.import_key(private(self.seed)), registry=only_ours)


Revoked = Callable[[Caller, int, UUID], bool]
"""Whether a caller's token, issued at that second since 1970 and with that id, was called back."""


Word = tuple[Caller, int, UUID]
"""Who somebody is, since when that was said (in seconds since 1970), and the id of what said it."""
Kind = Callable[[str], Word | None]
"""Reads another kind of Authorization header; None if it is not of its kind, NotRecognised if it is and not right."""


def none_revoked(_caller: Caller, _issued_at: int, _token_id: UUID) -> bool:
    """Call nothing back."""
    return False


class Verifier:
    """What one service believes: the issuers it knows by name, their public keys, and the roles each may speak of."""

    def __init__(
        self,
        keys: Mapping[str, bytes],
        audience: str,
        *,
        roles_by_issuer: Mapping[str, frozenset[AccessRole]],
        revoked: Revoked = none_revoked,
        kinds: Sequence[Kind] = (),
    ) -> None:
        """Know these issuers by their raw public keys of 32 bytes; ValueError if two of them share one.

        ``kinds`` are asked first; whoever they name as the issuer needs a row in ``roles_by_issuer`` too.
        """
        if len(set(keys.values())) < len(keys):
            message = "two issuers share a key, so neither can be told from the other"
            raise ValueError(message)
        self._keys = {name: OKPKey.import_key(Ed25519PublicKey.from_public_bytes(key)) for name, key in keys.items()}
        self._audiences = frozenset({audience, EVERY_SERVICE})
        self._roles_by_issuer = roles_by_issuer
        self._revoked = revoked
        self._kinds = kinds

    def caller(self, authorization_header: str | None) -> Caller:
        """Return who is asking; NotRecognised for every token that is not wholly right, without saying why.

        Unavailable if whoever issued it does not say with which keys, so that it can be neither believed nor refused.
        """
        header = authorization_header or ""
        try:
            besides = next(filter(None, (kind(header) for kind in self._kinds)), None)
            caller, issued_at, token_id = besides or self._read(header)
        except Unavailable:
            raise
        except (ValueError, KeyError, TypeError, JoseError, Refused):
            raise NotRecognised from None
        return self.admitted(caller, issued_at, token_id)

    def admitted(self, caller: Caller, issued_at: int, token_id: UUID) -> Caller:
        """Return a caller if their issuer may speak of their role and nothing was called back; else NotRecognised."""
        if caller.role not in self._roles_by_issuer.get(caller.issuer, frozenset()):
            raise NotRecognised
        if self._revoked(caller, issued_at, token_id):
            raise NotRecognised
        return caller

    def _read(self, header: str) -> Word:
        found = bearer.fullmatch(header) if len(header) <= TOKEN_BYTES else None
        if found is None:
            raise NotRecognised
        named = strict_json.loads(from_text(found[1].split(".")[0]))
        issuer = named["kid"]
        if named != {"alg": ALGORITHM, "typ": TOKEN_TYPE, "kid": issuer}:
            raise NotRecognised
        signed = jws.deserialize_compact(found[1], self._keys[issuer], registry=only_ours)
        return self._believe(issuer, strict_json.loads(signed.payload or b""))

    def _believe(self, issuer: str, claims: Mapping[str, Any]) -> Word:
        if claims["iss"] != issuer or claims["aud"] not in self._audiences:
            raise NotRecognised
        actor, token_id = exact_uuid(claims["sub"]), exact_uuid(claims["jti"])
        caller = Caller(actor, AccessRole(claims["role"]), issuer, proved_at(claims), token_id=token_id)
        return caller, alive(claims), token_id


def proved_at(claims: Mapping[str, Any]) -> int | None:
    """Return when somebody proved who they are by more than one method (RFC 8176); NotRecognised if it is no time."""
    when, methods = claims.get("auth_time"), claims.get("amr", [])
    if not isinstance(methods, list) or type(when) not in (int, NoneType):
        raise NotRecognised
    return when if SEVERAL in methods else None


def alive(claims: Mapping[str, Any]) -> int:
    """Return when a token was issued, in seconds since 1970; NotRecognised unless it is valid now and short-lived."""
    issued, starts, ends = claims["iat"], claims["nbf"], claims["exp"]
    now = int(time.time())
    if not (type(issued) is type(starts) is type(ends) is int and 0 < ends - issued <= LONGEST):
        raise NotRecognised
    if max(issued, starts) > now + CLOCK_SKEW or ends <= now - CLOCK_SKEW:
        raise NotRecognised
    return issued


def exact_uuid(text: object) -> UUID:
    """Return the id written in its one canonical form; ValueError for any other."""
    read = UUID(str(text))
    if str(read) != text:
        message = "an id is written in lower case with hyphens"
        raise ValueError(message)
    return read


def grants(issuer: str, services: Iterable[str], *, real: bool) -> dict[str, frozenset[AccessRole]]:
    """Return what each issuer may say: a service for itself only, a real operator nothing of what is withheld."""
    people = frozenset(AccessRole) - {AccessRole.SERVICE} - (WITHHELD_FROM_OPERATORS if real else frozenset())
    return dict.fromkeys(services, frozenset({AccessRole.SERVICE})) | {issuer: people}


def new_key() -> bytes:
    """Return the 32-byte seed of a fresh Ed25519 key."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


@lru_cache(maxsize=16)
def private(seed: bytes) -> Ed25519PrivateKey:
    """Return the key grown from a seed of 32 bytes; ValueError for any other length."""
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_of(seed: bytes) -> bytes:
    """Return the 32 bytes that others verify with."""
    return private(seed).public_key().public_bytes_raw()


def as_text(raw: bytes) -> str:
    """Write bytes as base64url without padding (RFC 4648, section 5)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_text(text: str) -> bytes:
    """Read bytes back; ValueError unless it is their one way of being written."""
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if as_text(raw) != text:
        message = "not base64url without padding"
        raise ValueError(message)
    return raw


def sign(seed: bytes, message: bytes, *, context: str) -> str:
    """Return the signature over a message meant in one context (``receipt``, ``clearance``), as 86 characters."""
    return as_text(private(seed).sign(within(context, message)))


def verify(public: bytes, message: bytes, signature: str, *, context: str) -> bool:
    """Say whether the holder of the key signed exactly this, in this context; never raises for a bad signature."""
    signed = within(context, message)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(from_text(signature), signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def within(context: str, message: bytes) -> bytes:
    """Prefix a message so that what is signed for one purpose counts for no other; ValueError for a bad context."""
    if not context_name.fullmatch(context):
        unnamed = "a context is lower-case letters, digits and hyphens"
        raise ValueError(unnamed)
    return b"speir:" + context.encode() + b"\0" + message
