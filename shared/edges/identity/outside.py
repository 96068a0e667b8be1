"""Tokens of issuers elsewhere: access tokens as RFC 9068 has them, and what is said of a person who signs in."""

import re
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from joserfc import jws

from shared.edges import strict_json
from shared.edges.access import TOKEN_TYPE, Caller, Word, alive, bearer, from_text, proved_at
from shared.edges.identity.fetching import Fetching
from shared.edges.identity.published_keys import PublishedKeys
from shared.edges.identity.trusted import ALGORITHMS, TrustedIssuer, named
from shared.errors import NotRecognised
from shared.limits import HEADER_BYTES
from shared.vocabulary.roles import AccessRole

AUDIENCES_AT_MOST: Final = 8
ACCESS_TYPES: Final = frozenset({TOKEN_TYPE, f"application/{TOKEN_TYPE}"})
IDENTITY_TYPES: Final = frozenset({"JWT", None})
"""What a token says that it is: for the services (RFC 9068), or about somebody who signs in (OpenID Connect Core)."""
OF_SIGNING_IN: Final = frozenset({"nonce", "at_hash", "c_hash"})

action: Final = re.compile(r"(scheduling|evidence|participation|reporting):[A-Za-z_]{1,64}")
signing: Final = MappingProxyType({name: jws.JWSRegistry(algorithms=[name]) for name in ALGORITHMS})


class Outside:
    """The issuers elsewhere that one service takes the word of."""

    def __init__(self, trusted: Sequence[TrustedIssuer], service: str, fetching: Fetching) -> None:
        """Ask nothing yet."""
        self._trusted = {each.issuer: each for each in trusted}
        self._keys = {each.issuer: PublishedKeys(each, fetching) for each in trusted}
        self._service = service

    def grants(self, *, real: bool) -> dict[str, frozenset[AccessRole]]:
        """The roles that each may speak of."""
        return {name: each.may_say(real=real) for name, each in self._trusted.items()}

    def read(self, header: str) -> Word | None:
        """Read an Authorization header that holds an access token of one of them; None if it is nobody's of these."""
        found = bearer.fullmatch(header) if self._trusted and len(header) <= HEADER_BYTES else None
        if found is None:
            return None
        said = strict_json.loads(from_text(found[1].split(".")[1]))
        trusted = self._trusted.get(str(said.get("iss"))) if isinstance(said, dict) else None
        if trusted is None:
            return None
        claims = self.claims(trusted, found[1], ACCESS_TYPES)
        if OF_SIGNING_IN & claims.keys() or not meant_for(claims["aud"], trusted.audiences_of(self._service)):
            raise NotRecognised
        token_id = named(trusted.issuer, claims["jti"])
        issued_at, scopes = alive({"nbf": claims["iat"], **claims}), limited_to(claims.get("scope", ""))
        person, role = trusted.person(claims), trusted.role(claims)
        return Caller(person, role, trusted.issuer, proved_at(claims), scopes, token_id), issued_at, token_id

    def claims(self, trusted: TrustedIssuer, token: str, types: Collection[str | None]) -> Mapping[str, Any]:
        """What a token of this issuer and type says; NotRecognised, or what reading raised, unless it signed it."""
        named = strict_json.loads(from_text(token.split(".", maxsplit=1)[0]))
        if not isinstance(named, dict) or not {"alg", "kid"} <= named.keys() <= {"alg", "kid", "typ"}:
            raise NotRecognised
        kid = named["kid"]
        if named["alg"] != trusted.algorithm or named.get("typ") not in types or not isinstance(kid, str):
            raise NotRecognised
        key = self._keys[trusted.issuer].key(kid)
        claims = strict_json.loads(jws.deserialize_compact(token, key, registry=signing[named["alg"]]).payload or b"")
        if claims["iss"] != trusted.issuer:
            raise NotRecognised
        return claims  # type: ignore[no-any-return]  # an object: it has been indexed by a name


def meant_for(audience: object, ours: Collection[str]) -> bool:
    """Whether a token is for us: it names us, alone or among a few."""
    named = [audience] if isinstance(audience, str) else audience
    if not isinstance(named, list) or len(named) > AUDIENCES_AT_MOST:
        return False
    return any(isinstance(each, str) and each in ours for each in named)


def limited_to(scope: object) -> frozenset[str] | None:
    """The actions among a token's scopes; None if none of them is one. NotRecognised if it is no text."""
    if not isinstance(scope, str):
        raise NotRecognised
    return frozenset(each for each in scope.split(" ") if action.fullmatch(each)) or None
