"""Golden samples: one stored event of every type and version that was ever written, which every later version reads."""

import importlib
import pkgutil
from base64 import urlsafe_b64encode
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from hashlib import sha256
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

import services
import shared
from shared.edges.settings import SERVICES
from shared.messages import EventType, Place, Sealed, Words, event_type_of, event_types
from shared.methodologies import Edition, editions
from shared.sealing.fields import associated_bytes, unseal
from shared.sourcing import codec
from shared.vocabulary.areas import Area
from shared.vocabulary.identity import GssCode

HERE = Path(__file__).parent
KEY_ID = UUID(int=0x5EA1)
CIPHER = AESGCM(bytes(range(32)))
"""The samples' own key, known to everybody: nothing that it seals was ever anybody's."""

declaring = ("facts", "events", "service")
"""What modules are called that declare events or import those that do."""
examples: dict[type, Any] = {
    Area: Area(councils=(GssCode("S12000028"), GssCode("S12000008"), GssCode("S12000021"))),
    Edition: next(iter(editions().values())),
}
"""Classes that do not take just any value of their fields' types."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A stored event."""

    type: str
    schema_version: int
    event_id: UUID
    stream: str
    body: bytes

    @property
    def fact(self) -> Any:
        """The fact that it says to this version of the code."""
        return codec.decode(self.type, self.schema_version, self.body, self.event_id, self.stream)

    def stored_again(self) -> bytes:
        """The body that this version of the code writes for the same fact; raises SealBroken for a seal gone bad."""
        fact = self.fact
        kind = event_type_of(fact)
        sealed = {name: getattr(fact, name) for name, _ in kind.sealed}
        opened = {name: text and Words(unseal(text.token, CIPHER, text.place)) for name, text in sealed.items()}
        return codec.encode(replace(fact, **opened), self.seal)

    def seal(self, text: str, _owner: str, path: str) -> Sealed:
        """Seal under the samples' key, to the same token each time."""
        place = Place(self.event_id, self.stream, self.type, path)
        nonce = _digest(f"{self.type}.{path}")[:12]
        padded = text.encode() + b"\0" * (-len(text.encode()) % 32)
        raw = nonce + CIPHER.encrypt(nonce, padded, associated_bytes(place, KEY_ID))
        return Sealed.at(place, f"s1.{KEY_ID.hex}.{urlsafe_b64encode(raw).decode().rstrip('=')}")


OURS = {*SERVICES, "speir"}
"""Whose events the project declares; other tests declare some of their own."""


def every_type() -> dict[str, EventType]:
    """Every event type that the project declares, by each name it ever had."""
    for root in (services, shared):
        for module in pkgutil.walk_packages(root.__path__, f"{root.__name__}."):
            parent, _, name = module.name.rpartition(".")
            if name in declaring or parent == "shared.contracts":
                importlib.import_module(module.name)
    return {name: kind for name, kind in sorted(event_types.items()) if name.partition(".")[0] in OURS}


def samples(folder: Path = HERE) -> list[Sample]:
    """Every sample there is, in the order of names."""
    return [_read(path) for path in sorted(folder.glob("*.json"))]


def _read(path: Path) -> Sample:
    stored = orjson.loads(path.read_bytes())
    stored |= {"event_id": UUID(stored["event_id"]), "body": stored["body"].encode()}
    return Sample(**stored)


def missing(folder: Path = HERE) -> list[tuple[str, int]]:
    """The types and versions of which there is no sample."""
    known = {(sample.type, sample.schema_version) for sample in samples(folder)}
    wanted = [(name, n) for name, kind in every_type().items() for n in range(1, kind.version + 1)]
    return [each for each in wanted if each not in known]


def add_missing(folder: Path = HERE) -> list[Path]:
    """Write samples of current versions that have none, and touch no other; returns their files."""
    added = []
    for name, version in missing(folder):
        kind = event_types[name]
        if version == kind.version:
            path = folder / f"{name}@{version}.json"
            path.write_bytes(_as_file(made(name, kind)))
            added.append(path)
    return added


def _as_file(sample: Sample) -> bytes:
    said = {member.name: getattr(sample, member.name) for member in fields(sample)} | {"body": sample.body.decode()}
    return orjson.dumps(said, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def made(name: str, kind: EventType) -> Sample:
    """A sample of a type as it is now, with values that its fields' annotations ask for: the same each time."""
    blank = Sample(name, kind.version, UUID(bytes=_digest(name)[:16]), f"golden/{_digest(name).hex()[:8]}", b"")
    return replace(blank, body=codec.encode(_instance(kind.cls, name), blank.seal))


def _instance(cls: type, path: str) -> Any:
    hints = get_type_hints(cls)
    return cls(**{member.name: _value(hints[member.name], f"{path}.{member.name}") for member in fields(cls)})


def _value(hint: Any, path: str) -> Any:
    if hasattr(hint, "__supertype__"):
        named = f"{hint.__name__}-{_digest(path).hex()[:4]}"
        return named if hint.__supertype__ is str else _value(hint.__supertype__, path)
    if get_origin(hint) is tuple:
        return tuple(_value(get_args(hint)[0], f"{path}.{n}") for n in range(2))
    if get_origin(hint) in (Union, UnionType):
        return _value(next(arg for arg in get_args(hint) if arg is not NoneType), path)
    if issubclass(hint, Enum):
        members = list(hint)
        return members[_digest(path)[0] % len(members)]
    if hint in examples:
        return examples[hint]
    return _plain[hint](path) if hint in _plain else _instance(hint, path)


def _digest(path: str) -> bytes:
    return sha256(path.encode()).digest()


_plain: dict[type, Any] = {
    UUID: lambda path: UUID(bytes=_digest(path)[:16]),
    bool: lambda _path: True,
    int: lambda path: 1 + _digest(path)[0],
    bytes: lambda path: _digest(path)[:8],
    date: lambda path: date(2026, 1, 5) + timedelta(days=_digest(path)[0]),
    datetime: lambda path: datetime(2026, 1, 5, tzinfo=UTC) + timedelta(microseconds=int.from_bytes(_digest(path)[:5])),
    Words: lambda path: Words(f"Words of {path}: sgrìobhadh"),
}
