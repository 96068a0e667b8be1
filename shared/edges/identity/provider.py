"""Signing in at an issuer elsewhere: Authorization Code with PKCE (OpenID Connect Core 3.1, RFC 7636, RFC 9207)."""

import hmac
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlencode
from uuid import uuid4

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from joserfc.errors import JoseError

from shared.edges.access import Caller, alive, as_text, from_text, proved_at
from shared.edges.identity.fetching import Fetching
from shared.edges.identity.outside import IDENTITY_TYPES, Outside
from shared.edges.identity.published_keys import discovered, endpoint
from shared.edges.identity.trusted import TrustedIssuer
from shared.errors import NotAllowed, NotRecognised, Refused, Unavailable

PENDING_S: Final = 600
"""Seconds within which somebody has to have signed in."""
KNOWN_S: Final = 300.0
AWAY_S: Final = 10.0
"""Seconds for which what the issuer says of itself is known, and after which it is asked again where it was away."""
NONCE_BYTES: Final = 12


class SignInNotFinished(Refused):
    """Signing in did not come to its end, or not in this browser; begin again."""

    status = 400


@dataclass(frozen=True, slots=True)
class Pending:
    """A signing in under way: kept by the browser, sealed."""

    state: str
    nonce: str
    verifier: str
    to: str
    until_s: int


class Provider:
    """The issuer at which people sign in to one service's pages."""

    def __init__(
        self, trusted: TrustedIssuer, outside: Outside, fetching: Fetching, back: str, signing_key: bytes
    ) -> None:
        """``back`` is the address that the issuer sends people back to."""
        self._trusted, self._outside, self._fetching, self._back = trusted, outside, fetching, back
        self._sealing = AESGCM(hmac.digest(signing_key, b"speir signing in", "sha256"))
        self._said: dict[str, Any] = {}
        self._known_until = self._away_until = float("-inf")

    def begin(self, to: str) -> tuple[str, str]:
        """The issuer's address to go to, and what the browser keeps meanwhile. Unavailable where it does not answer."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        pending = Pending(state, nonce, verifier, to, int(time.time()) + PENDING_S)
        asked = {
            "response_type": "code",
            "client_id": str(self._trusted.client_id),
            "redirect_uri": self._back,
            "scope": "openid",
            "state": state,
            "nonce": nonce,
            "code_challenge": as_text(sha256(verifier.encode()).digest()),
            "code_challenge_method": "S256",
        }
        return f"{endpoint(self._known(), 'authorization_endpoint')}?{urlencode(asked)}", self._sealed(pending)

    def finish(self, kept: str, came: Mapping[str, str]) -> tuple[Caller, str]:
        """Who signed in, and where they wanted to go; SignInNotFinished, or NotAllowed for who has no role here."""
        pending = self._opened(kept)
        said = self._known()
        mine = hmac.compare_digest(pending.state.encode(), came.get("state", "").encode(errors="replace"))
        named = came.get("iss")
        unnamed = named is None and said.get("authorization_response_iss_parameter_supported") is True
        if not mine or unnamed or named not in (None, self._trusted.issuer) or not came.get("code"):
            raise SignInNotFinished
        return self._caller(self._claims(pending, came["code"])), pending.to

    def leave(self, to: str) -> str | None:
        """Where somebody signs out at the issuer too; None where it has no such address, or does not answer."""
        try:
            there = endpoint(self._known(), "end_session_endpoint")
        except Unavailable:
            return None
        return f"{there}?{urlencode({'client_id': str(self._trusted.client_id), 'post_logout_redirect_uri': to})}"

    def _claims(self, pending: Pending, code: str) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._back,
            "code_verifier": pending.verifier,
        }
        who, secret = str(self._trusted.client_id), self._trusted.client_secret
        auth = None if secret is None else (who, secret)
        given = self._fetching.post(
            endpoint(self._known(), "token_endpoint"), form if auth else {**form, "client_id": who}, auth
        )
        try:
            claims = self._outside.claims(self._trusted, given["id_token"], IDENTITY_TYPES)
            audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
            alone = audience == [who] or (who in audience and claims.get("azp") == who)
            if not alone or not hmac.compare_digest(claims["nonce"].encode(), pending.nonce.encode()):
                raise SignInNotFinished
            alive({"nbf": claims["iat"], **claims})
        except Unavailable:
            raise
        except (ValueError, KeyError, TypeError, AttributeError, JoseError, NotRecognised) as wrong:
            raise SignInNotFinished from wrong
        return claims

    def _caller(self, claims: Mapping[str, Any]) -> Caller:
        try:
            person, role = self._trusted.person(claims), self._trusted.role(claims)
            return Caller(person, role, self._trusted.issuer, proved_at(claims), token_id=uuid4())
        except (ValueError, KeyError, TypeError) as nobody:
            raise NotAllowed from nobody

    def _known(self) -> dict[str, Any]:
        now = time.monotonic()
        if now < self._known_until or (self._said and now < self._away_until):
            return self._said
        if now < self._away_until:
            raise Unavailable
        # Whoever comes while it is asked is told what was known, or that it is away, rather than kept waiting too.
        self._away_until = now + AWAY_S
        self._said = discovered(self._trusted, self._fetching)
        self._known_until = time.monotonic() + KNOWN_S
        return self._said

    def _sealed(self, pending: Pending) -> str:
        nonce = secrets.token_bytes(NONCE_BYTES)
        return as_text(nonce + self._sealing.encrypt(nonce, orjson.dumps(asdict(pending)), self._back.encode()))

    def _opened(self, kept: str) -> Pending:
        try:
            raw = from_text(kept)
            opened = self._sealing.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], self._back.encode())
            pending = Pending(**orjson.loads(opened))
        except (ValueError, InvalidTag) as none:
            raise SignInNotFinished from none
        if pending.until_s <= int(time.time()):
            raise SignInNotFinished
        return pending
