"""What a deployed service must be told before it starts; whatever is missing or looks like a default stops it."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, Self

from environs import EnvValidationError, FileAwareEnv, ValidationError, validate
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from shared.edges.access import from_text, public_of
from shared.edges.identity.trusted import TrustedIssuer, is_url, issuers_read
from shared.limits import MOST_THREADS, THREADS

SERVICES: Final = ("scheduling", "evidence", "participation", "reporting")
PREFIX: Final = "SPEIR_"
KEY_BYTES: Final = 32
DISTINCT: Final = 12
"""Fewer different bytes than this among 32 were not drawn at random: the chance is about 10^-25."""

origin_name: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,127}(/[a-z0-9._-]{1,64}){0,4}")
host_name: Final = re.compile(r"([a-z0-9-]{1,63}\.)*[a-z0-9-]{1,63}")
peer_url: Final = re.compile(r"https?://([A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?")
placeholder: Final = re.compile(
    r"change.?(me|it|this)|place.?holder|example|insert|default|^(pass(word)?|guest|admin|secret|postgres)$",
    re.IGNORECASE,
)
printable: Final = frozenset(range(0x20, 0x7F))
said_elsewhere: Final = frozenset({"host", "hostaddr", "port", "dbname", "user", "password", "passfile", "service"})
loopback: Final = {"127.0.0.1": "localhost", "::1": "localhost"}

Problem = tuple[str, str]
Answers = Mapping[str, Any]


class NotConfigured(Exception):  # noqa: N818 - named for the situation, as refusals are
    """The service was not started, because of these settings."""

    def __init__(self, problems: Mapping[str, list[str]]) -> None:
        """Name every variable and what to do about it; never a value."""
        self.problems = {name: list(dict.fromkeys(said)) for name, said in sorted(problems.items())}
        lines = [f"  {name}: {' '.join(said)}" for name, said in self.problems.items()]
        super().__init__("\n".join([type(self).__doc__ or "", *lines]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that one deployed service is told, checked; showing it shows no secret."""

    origin: str
    service: str
    database_url: str = field(repr=False)
    reader_database_url: str = field(repr=False)
    """The same database, entered as the account that people's lists are read by."""
    keys_url: str = field(repr=False)
    epochs: Path
    """A directory for the key of the epoch, which is in no copy of anything."""
    intake_url: str | None = field(repr=False)
    broker_url: str = field(repr=False)
    root_key: bytes = field(repr=False)
    signing_key: bytes = field(repr=False)
    service_keys: dict[str, bytes] = field(repr=False)
    """The public key of each service, its own too."""
    issuer_public_key: bytes = field(repr=False)
    peers: dict[str, str]
    """Where the other services answer, without a trailing slash."""
    hosts: tuple[str, ...] = ()
    """The names by which it may be called from outside, beside its own as a peer: any other is refused."""
    oidc_issuers: tuple[TrustedIssuer, ...] = ()
    """The issuers elsewhere whose tokens count, beside the deployment's own."""
    public_url: str | None = None
    """Where browsers reach the four services, without a trailing slash; None if nobody signs in to pages."""
    threads: int = THREADS
    host: str = "127.0.0.1"
    port: int = 8000

    @classmethod
    def from_environment(cls) -> Self:
        """Read ``SPEIR_…``, or the file that ``SPEIR_…_FILE`` names; NotConfigured with every problem at once."""
        env = FileAwareEnv(prefix=PREFIX, eager=False, strip_whitespace=True)
        problems: dict[str, list[str]] = defaultdict(list)
        answers: dict[str, Any] = {}
        for name, read in questions.items():
            try:
                answers[name] = read(env, name.upper())
            except (ValueError, OSError):
                problems[variable(name)].append(f"The file named by {variable(name)}_FILE cannot be read.")
        try:
            env.seal()
        except EnvValidationError as wrong:
            problems.update(wrong.error_messages)  # type: ignore[arg-type]
        for rule in rules:
            for name, problem in rule(answers):
                problems[variable(name)].append(problem)
        if problems:
            raise NotConfigured(problems)
        return cls(**answers)


def demo(origin: str) -> bool:
    """Say whether a log of this origin is a demonstration, whose clock may be moved forward."""
    return origin.startswith("demo.")


def variable(name: str) -> str:
    """Return the environment variable of a setting."""
    return PREFIX + name.upper()


def origin_read(text: str) -> str:
    """Read the name of a log: lower case, like a host with an optional path."""
    if not origin_name.fullmatch(text):
        message = "Give the log's name in lower case, like a host with an optional path."
        raise ValidationError(message)
    return text


def key_read(text: str) -> bytes:
    """Read 32 bytes drawn at random, written as 43 characters of base64url."""
    try:
        key = from_text(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        message = "Give 32 random bytes as 43 characters of base64url without padding."
        raise ValidationError(message)
    steps = {(later - sooner) % 256 for sooner, later in pairwise(key)}
    if len(set(key)) < DISTINCT or len(steps) == 1 or printable.issuperset(key) or placeholder.search(text):
        message = "This is a placeholder; draw 32 bytes at random."
        raise ValidationError(message)
    return key


def url_read(text: str, schemes: frozenset[str], example: str) -> URL:
    """Read where a database or broker is and how to enter it, with a password that is nobody's default."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = URL.create("none")
    if url.drivername not in schemes or not url.host or said_elsewhere & url.query.keys():
        message = f"Give a URL like {example}, with nothing of it moved behind the question mark."
        raise ValidationError(message)
    password = str(url.password or "")
    if placeholder.search(password) or (password and password == url.username):
        message = "The password is a default; set another one there and here."
        raise ValidationError(message)
    return url


def database_read(text: str) -> str:
    """Read the URL of a PostgreSQL database."""
    example = "postgresql://user@host/database"
    if not url_read(text, frozenset({"postgresql", "postgresql+psycopg"}), example).database:
        message = f"Name the database, as in {example}."
        raise ValidationError(message)
    return text


def intake_read(text: str | None) -> str | None:
    """Read the URL of the intake's database; only participation has one, and blank is none."""
    return database_read(text) if text else None


def directory_read(text: str) -> Path:
    """Read the absolute path of a directory."""
    if not (path := Path(text)).is_absolute():
        message = "Give the absolute path of a directory."
        raise ValidationError(message)
    return path


def broker_read(text: str) -> str:
    """Read the URL of the broker."""
    url_read(text, frozenset({"amqp", "amqps"}), "amqp://user@host/vhost")
    return text


def by_service(text: str) -> dict[str, str]:
    """Read ``service=value`` pairs with commas between them, each service once."""
    pairs = [pair.strip().partition("=")[::2] for pair in text.split(",") if pair.strip()]
    read = dict(pairs)
    if len(read) < len(pairs) or not read.keys() <= set(SERVICES):
        message = f"Give service=value pairs with commas between them, each of {', '.join(SERVICES)} at most once."
        raise ValidationError(message)
    return read


def service_keys_read(text: str) -> dict[str, bytes]:
    """Read the public key of each service."""
    return {service: key_read(key) for service, key in by_service(text).items()}


def peers_read(text: str) -> dict[str, str]:
    """Read where the other services answer."""
    read = {service: url.rstrip("/") for service, url in by_service(text).items()}
    if not all(peer_url.fullmatch(url) for url in read.values()):
        message = "Give each peer as http://host:port or https://host:port, and nothing more."
        raise ValidationError(message)
    return read


def hosts_read(text: str) -> tuple[str, ...]:
    """Read the names, without ports and with commas between them, by which this may be called from outside."""
    read = tuple(name.strip() for name in text.split(",") if name.strip())
    if not all(host_name.fullmatch(name) for name in read):
        message = "Give host names in lower case with commas between them: no port, no scheme, nothing that fits many."
        raise ValidationError(message)
    return read


def public_url_read(text: str) -> str | None:
    """Read where browsers reach the services; blank is nowhere."""
    if text and not (is_url(text) and peer_url.fullmatch(text.rstrip("/"))):
        message = "Give it as https://host or https://host:port; http only for this very machine."
        raise ValidationError(message)
    return text.rstrip("/") or None


def told(parse: Callable[[str], Any], *default: str | None) -> Callable[[FileAwareEnv, str], Any]:
    """Return the question for one variable; environs keeps what is wrong with the answer."""

    def ask(env: FileAwareEnv, name: str) -> Any:
        text = env.str(name, *default, validate=parse)
        return None if text is None else parse(text)

    return ask


questions: Final[dict[str, Callable[[FileAwareEnv, str], Any]]] = {
    "origin": told(origin_read),
    "service": lambda env, name: env.str(name, validate=validate.OneOf(SERVICES)),
    "database_url": told(database_read),
    "reader_database_url": told(database_read),
    "keys_url": told(database_read),
    "epochs": told(directory_read),
    "intake_url": told(intake_read, None),
    "broker_url": told(broker_read),
    "root_key": told(key_read),
    "signing_key": told(key_read),
    "service_keys": told(service_keys_read),
    "issuer_public_key": told(key_read),
    "peers": told(peers_read),
    "hosts": told(hosts_read, ""),
    "oidc_issuers": told(issuers_read, ""),
    "public_url": told(public_url_read, ""),
    "threads": lambda env, name: env.int(name, THREADS, validate=validate.Range(1, MOST_THREADS)),
    "host": lambda env, name: env.str(name, "127.0.0.1", validate=validate.Length(1)),
    "port": lambda env, name: env.int(name, 8000, validate=validate.Range(1, 65_535)),
}


def participation_has_an_intake(answers: Answers) -> Iterator[Problem]:
    """Anonymous answers wait outside the log."""
    if answers.get("service") == "participation" and not answers.get("intake_url"):
        yield "intake_url", "Participation needs a database of its own for anonymous answers, without archiving."


def secrets_lie_elsewhere(answers: Answers) -> Iterator[Problem]:
    """Keys and anonymous answers are never in the database whose backups are kept; another port may be the same one."""
    for name in ("keys_url", "intake_url"):
        if (apart := answers.get(name)) and (log := answers.get("database_url")) and same_database(apart, log):
            yield name, "This is the log's own database; use the one without archiving."


def lists_are_read_by_another_account(answers: Answers) -> Iterator[Problem]:
    """What people are shown is read where it was written, by an account for which rows are fenced."""
    if not (reader := answers.get("reader_database_url")) or not (log := answers.get("database_url")):
        return
    if not same_database(reader, log):
        yield "reader_database_url", "This is not the log's database; name that one, with the reader's account."
    elif make_url(reader).username == make_url(log).username:
        yield "reader_database_url", "This is the account that writes the log; use the reader's."


def same_database(one: str, other: str) -> bool:
    """Say whether two URLs share a host and name one database there."""
    (hosts, name), (other_hosts, other_name) = (
        ({loopback.get(host, host) for host in (url.host or "").lower().split(",")}, url.database)
        for url in (make_url(one), make_url(other))
    )
    return name == other_name and not hosts.isdisjoint(other_hosts)


def every_key_is_its_own(answers: Answers) -> Iterator[Problem]:
    """No key does two jobs, and none is shared between services."""
    keys: dict[str, bytes | None] = {
        name: answers.get(name) for name in ("root_key", "signing_key", "issuer_public_key")
    }
    keys |= {f"service_keys {service}": key for service, key in (answers.get("service_keys") or {}).items()}
    first: dict[bytes, str] = {}
    for name, key in keys.items():
        if key and (other := first.setdefault(key, name)) != name:
            yield name.split()[0], f"A key is the same as in {variable(other.split()[0])}; give each its own."


def services_know_each_other(answers: Answers) -> Iterator[Problem]:
    """Each has everybody's public key, and its own is the one of its signing key."""
    if (known := answers.get("service_keys")) is None:
        return
    if missing := sorted(set(SERVICES) - known.keys()):
        yield "service_keys", f"The public key of {', '.join(missing)} is missing."
    own, signing = known.get(answers.get("service")), answers.get("signing_key")
    if own and signing and own != public_of(signing):
        yield "service_keys", "The public key of this service is not the one of its signing key."


def signing_in_has_an_address(answers: Answers) -> Iterator[Problem]:
    """An issuer sends people back to an address that it knows beforehand."""
    if any(each.client_id for each in answers.get("oidc_issuers") or ()) and not answers.get("public_url"):
        yield "public_url", "People sign in at an issuer, so say where browsers reach the services."


rules: Final = (
    participation_has_an_intake,
    secrets_lie_elsewhere,
    lists_are_read_by_another_account,
    every_key_is_its_own,
    services_know_each_other,
    signing_in_has_an_address,
)
