"""The keys that an issuer signs with, as it publishes them: found by their local id alone, and asked for seldom."""

import threading
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from shared.edges.identity.fetching import Fetching
from shared.edges.identity.trusted import TrustedIssuer, is_url
from shared.errors import Unavailable

FRESH_S: Final = 300.0
"""Seconds after which the keys are asked for again even if all that is wanted is known: one may have been withdrawn."""
KEPT_S: Final = 3600.0
"""Seconds for which known keys are still used while the issuer does not answer."""
FIRST_S: Final = 2.0
"""Seconds that somebody waits for another's asking while nothing is known, so that a silent issuer holds up nobody."""
AGAIN_S: Final = 10.0
"""Seconds between two askings at least, whatever unknown ids tokens name."""
KEYS_AT_MOST: Final = 32
RSA_BITS: Final = 2048
BITS_A_DIGIT: Final = 6
WELL_KNOWN: Final = "/.well-known/openid-configuration"

shapes: Final[Mapping[str, tuple[type[RSAKey | ECKey | OKPKey], dict[str, str], tuple[str, ...], tuple[str, ...]]]] = {
    "RS256": (RSAKey, {"kty": "RSA"}, ("n", "e"), ("RS256",)),
    "PS256": (RSAKey, {"kty": "RSA"}, ("n", "e"), ("PS256",)),
    "ES256": (ECKey, {"kty": "EC", "crv": "P-256"}, ("x", "y"), ("ES256",)),
    "Ed25519": (OKPKey, {"kty": "OKP", "crv": "Ed25519"}, ("x",), ("Ed25519", "EdDSA")),
}
"""Algorithm → kind of key, what it must say it is, the members that make it, and what it may say that it is for."""
secret_members: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})

Key = RSAKey | ECKey | OKPKey


class PublishedKeys:
    """One issuer's keys."""

    def __init__(self, trusted: TrustedIssuer, fetching: Fetching) -> None:
        """Ask nothing yet."""
        self._trusted = trusted
        self._fetching = fetching
        self._keys: dict[str, Key] = {}
        self._asked_at, self._known_at = float("-inf"), float("-inf")
        self._one_at_a_time = threading.Lock()

    def key(self, kid: str) -> Key:
        """The key with a local id; KeyError if the issuer has none, Unavailable if it does not say which it has."""
        now = time.monotonic()
        if now - self._known_at > FRESH_S or kid not in self._keys:
            self._ask_again()
        if time.monotonic() - self._known_at > KEPT_S:
            raise Unavailable
        return self._keys[kid]

    def _ask_again(self) -> None:
        """Ask, unless somebody is asking or has just asked; only where nothing is known yet is that waited for."""
        if not self._one_at_a_time.acquire(timeout=0.0 if self._keys else FIRST_S):
            return
        try:
            if time.monotonic() - self._asked_at < AGAIN_S:
                return
            self._asked_at = time.monotonic()
            self._keys = usable(self._trusted.algorithm, self._fetching.get(self._address()))
            self._known_at = time.monotonic()
        except Unavailable:
            return
        finally:
            self._one_at_a_time.release()

    def _address(self) -> str:
        return self._trusted.jwks_url or endpoint(discovered(self._trusted, self._fetching), "jwks_uri")


def discovered(trusted: TrustedIssuer, fetching: Fetching) -> dict[str, Any]:
    """What an issuer says of itself (OpenID Connect Discovery 1.0); Unavailable if it says it is somebody else."""
    said = fetching.get(trusted.issuer.rstrip("/") + WELL_KNOWN)
    if said.get("issuer") != trusted.issuer:
        raise Unavailable
    return said


def endpoint(said: Mapping[str, Any], name: str) -> str:
    """An address that an issuer gives; Unavailable if it gives none, or one that somebody between could change."""
    found = said.get(name)
    if not isinstance(found, str) or not is_url(found):
        raise Unavailable
    return found


def usable(algorithm: str, published: Mapping[str, Any]) -> dict[str, Key]:
    """The public keys for one algorithm by their ids; private and symmetric ones, and ids given twice, are left out."""
    given = published.get("keys")
    keys = [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []
    times = Counter(each["kid"] for each in keys if isinstance(each.get("kid"), str))
    once = [each for each in keys[:KEYS_AT_MOST] if isinstance(each.get("kid"), str) and times[each["kid"]] == 1]
    return {each["kid"]: key for each in once if (key := _read(algorithm, each)) is not None}


def _read(algorithm: str, jwk: Mapping[str, Any]) -> Key | None:
    kind, is_, members, may_be_for = shapes[algorithm]
    if secret_members & jwk.keys() or jwk.get("use", "sig") != "sig" or jwk.get("alg", algorithm) not in may_be_for:
        return None
    if any(jwk.get(name) != value for name, value in is_.items()):
        return None
    if "n" in members and len(str(jwk.get("n"))) * BITS_A_DIGIT < RSA_BITS:
        return None  # before it is read: the library would warn of it
    try:
        key = kind.import_key({**is_, **{name: str(jwk[name]) for name in members}})
        public = key.public_key
    except (JoseError, ValueError, KeyError, TypeError):
        return None
    if isinstance(public, RSAPublicKey):
        return key if public.key_size >= RSA_BITS else None
    return key if isinstance(public, EllipticCurvePublicKey | Ed25519PublicKey) else None
