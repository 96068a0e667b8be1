"""Which OpenID Connect issuers a deployment takes the word of, and for what."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, NoReturn
from uuid import NAMESPACE_URL, UUID, uuid5

from marshmallow import ValidationError

from shared.edges import strict_json
from shared.edges.access import exact_uuid
from shared.errors import Refused
from shared.vocabulary.roles import WITHHELD_FROM_OPERATORS, AccessRole

ALGORITHMS: Final = ("RS256", "PS256", "ES256", "Ed25519")
"""What an issuer may sign with; it names one, and a token signed with another is not believed."""
PEOPLE: Final = frozenset(AccessRole) - {AccessRole.SERVICE}
ISSUERS_AT_MOST: Final = 16

safe_url: Final = re.compile(
    r"(https://[A-Za-z0-9.-]{1,253}|http://(127\.0\.0\.1|localhost|\[::1\]))(:[0-9]{1,5})?(/[A-Za-z0-9._~/%-]{0,512})?"
)
"""An address that nobody between can change: TLS, or this very machine; no user, query or fragment."""
plain: Final = re.compile(r"[\x21-\x7e]{1,256}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedIssuer:
    """One issuer: its address, its one algorithm, whom its tokens are for, and what their claims mean."""

    issuer: str
    algorithm: str
    audience: str | None = None
    """The audience of a token for all four services, if there is one."""
    audiences: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """A service's own audience where it is not the service's name."""
    jwks_url: str | None = None
    """Where its keys are; None if its discovery document says so."""
    role_claim: str = "role"
    """The claim that names the role; dots lead into objects (``realm_access.roles``)."""
    person_claim: str = "sub"
    roles: frozenset[AccessRole] = PEOPLE
    operators: bool = False
    """Whether whoever runs this deployment runs the issuer too."""
    client_id: str | None = None
    """Who the services are at this issuer; given, people sign in to pages there."""
    client_secret: str | None = field(default=None, repr=False)

    def audiences_of(self, service: str) -> frozenset[str]:
        """What a token for this service may name as its audience."""
        own = self.audiences.get(service, service)
        return frozenset({own} if self.audience is None else {own, self.audience})

    def may_say(self, *, real: bool) -> frozenset[AccessRole]:
        """The roles that it may speak of: never a service's, and an operator's own of none that is withheld."""
        withheld = WITHHELD_FROM_OPERATORS if real and self.operators else frozenset()
        return (self.roles & PEOPLE) - withheld

    def person(self, claims: Mapping[str, Any]) -> UUID:
        """The pseudonym of whoever a token is about: the same each time; ValueError if it does not say."""
        return named(self.issuer, claims[self.person_claim])

    def role(self, claims: Mapping[str, Any]) -> AccessRole:
        """The one role of ours among those that a token names; ValueError for none, and for several."""
        found: Any = claims
        for step in self.role_claim.split("."):
            found = found[step]
        said = [found] if isinstance(found, str) else found
        if not isinstance(said, list):
            raise TypeError
        (role,) = {AccessRole(each) for each in said if isinstance(each, str) and each in set(AccessRole)}
        return role


def named(issuer: str, name: object) -> UUID:
    """An id that is a UUID as it stands, and any other as a UUID of its issuer's; ValueError if it is no plain text."""
    if not isinstance(name, str) or not plain.fullmatch(name):
        message = "an id is visible ASCII"
        raise ValueError(message)
    try:
        return exact_uuid(name)
    except ValueError:
        return uuid5(uuid5(NAMESPACE_URL, issuer), name)


def issuers_read(text: str) -> tuple[TrustedIssuer, ...]:
    """Read the setting, empty for none; marshmallow's ValidationError says which member of which issuer is wrong."""
    if not text:
        return ()
    given: Any = None
    with suppress(Refused):
        given = strict_json.loads(text.encode())
    if not isinstance(given, list) or len(given) > ISSUERS_AT_MOST:
        refuse("value is no list in JSON")
    read = tuple(_issuer(n, each) for n, each in enumerate(given))
    if len({each.issuer for each in read}) < len(read):
        refuse("issuers are not all different")
    if sum(each.client_id is not None for each in read) > 1:
        refuse("client_id is another issuer's too, but people sign in at one at most")
    return read


def refuse(what: str) -> NoReturn:
    """Say what to do about the setting."""
    message = f"Give a JSON list of issuers, each as docs/how-to/sign-in.md says; the {what}."
    raise ValidationError(message)


def _issuer(n: int, given: Any) -> TrustedIssuer:
    if not isinstance(given, dict) or not {"issuer", "algorithm"} <= given.keys() <= checks.keys():
        refuse(f"members of issuer {n + 1} are not those that there are")
    wrong = sorted(name for name, value in given.items() if not checks[name](value))
    if wrong:
        refuse(f"{', '.join(wrong)} of issuer {n + 1} is not as it has to be")
    roles = {"roles": frozenset(map(AccessRole, given["roles"]))} if "roles" in given else {}
    return TrustedIssuer(**{**given, **roles})


def is_url(value: Any) -> bool:
    """Whether this is an address that nobody between can change."""
    return isinstance(value, str) and safe_url.fullmatch(value) is not None


def _is_plain(value: Any) -> bool:
    return isinstance(value, str) and plain.fullmatch(value) is not None


def _are_audiences(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_plain, value.values()))


def _are_roles(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and {*map(str, value)} <= {role.value for role in PEOPLE}


checks: Final[Mapping[str, Callable[[Any], bool]]] = {
    "issuer": is_url,
    "algorithm": lambda value: value in ALGORITHMS,
    "audience": _is_plain,
    "audiences": _are_audiences,
    "jwks_url": is_url,
    "role_claim": _is_plain,
    "person_claim": _is_plain,
    "roles": _are_roles,
    "operators": lambda value: isinstance(value, bool),
    "client_id": _is_plain,
    "client_secret": _is_plain,
}
