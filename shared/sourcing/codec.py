"""From facts to the log's bytes and back: canonical JSON out, a constructor derived from the dataclass in."""

from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache, lru_cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import orjson

from shared.errors import Refused
from shared.messages import Sealed, Words, event_type_of, event_types

Seal = Callable[[str, str, str], Sealed]
"""Seals (text, key owner, field) for the event that is being written."""
Decode = Callable[[Any], Any]
Read = Callable[[Any, UUID | bytes, str], Any]
"""Reads (body, event id, stream) as a fact."""


class Unreadable(Refused):
    """The log holds an event that this version of the service cannot read; run the newer version."""

    status = 503


UNFIT = (KeyError, TypeError, ValueError, AttributeError, Refused)
"""What reading a body raises that this code cannot make a fact of; a class may have become stricter since."""


def encode(fact: Any, seal: Seal) -> bytes:
    """A fact's body: JSON with sorted keys, its confidential fields sealed."""
    kind = event_type_of(fact)
    body = {member: getattr(fact, member) for member in fact.__dataclass_fields__}
    for name, under in kind.sealed:
        words = body[name]
        if words is not None:
            named = (kind.within[name], under) if kind.within[name] else (under,)
            owner = "/".join(f"{each.removesuffix('_id')}/{body[each]}" for each in named)
            body[name] = seal(words.reveal(), owner, name).token
    return canonical(body)


def canonical(value: Any) -> bytes:
    """The one JSON text of a value: sorted keys, no spaces, UTF-8, instants in UTC with ``Z``."""
    return orjson.dumps(value, default=_plain, option=_OPTIONS)


_OPTIONS = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return _instant_as_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if hasattr(value, "__dataclass_fields__"):
        return {member: getattr(value, member) for member in value.__dataclass_fields__}
    message = f"{type(value).__name__} has no place in the log"
    raise TypeError(message)


def _instant_as_text(instant: datetime) -> str:
    if instant.tzinfo is None:
        message = "an instant without its zone has no place in the log"
        raise TypeError(message)
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def decode(type_name: str, written_as: int, raw: bytes, event_id: UUID | bytes, stream: str) -> Any:
    """The fact that a stored body says, at its current version; raises Unreadable where this code cannot tell."""
    try:
        return reader(type_name, written_as)(raw, event_id, stream)
    except UNFIT as unfit:
        raise Unreadable(type=type_name, schema_version=written_as) from unfit


@cache
def reader(type_name: str, written_as: int) -> Read:
    """How bodies of a type and version are read; raises Unreadable for those that this code does not know."""
    kind = event_types.get(type_name)
    if kind is None or written_as > kind.version:
        raise Unreadable(type=type_name, schema_version=written_as)
    paths = {name: kind.sealed_as(name, written_as) for name, _ in kind.sealed}
    load = orjson.loads if written_as == kind.version else lambda raw: kind.upcast(orjson.loads(raw), written_as)
    return _written_out(kind.cls, paths, type_name, load)


@cache
def constructor(cls: type) -> Decode:
    """A function from a JSON object to an instance of the dataclass; members it does not know are passed over."""
    construct = _written_out(cls, {}, "", lambda body: body)
    return lambda body: construct(body, b"", "")


def _written_out(cls: type, sealed: Mapping[str, str], type_name: str, load: Decode) -> Read:
    """A constructor written out as source, as ``dataclass`` writes out ``__init__``: folding a stream is mostly this.

    Where the class has nothing to check it fills a twin, whose slots are not frozen, and lets that become a fact: a
    quarter of the time that ``__init__`` takes.
    """
    hints = get_type_hints(cls)
    names: dict[str, Any] = {"cls": cls, "Sealed": Sealed, "new": tuple.__new__, "type": type_name, "load": load}
    values = {}
    for member in fields(cls):
        name, value = member.name, f"body[{member.name!r}]"
        convert = converter(hints[name])
        if name in sealed:
            value = f"None if {value} is None else new(Sealed, ({value}, event_id, stream, type, {sealed[name]!r}))"
        elif convert is not None:
            names[f"to_{name}"] = convert
            value = f"to_{name}({value})"
        values[name] = _or_default(member, value, names)
    if hasattr(cls, "__post_init__") or not hasattr(cls, "__slots__"):
        made = f"    return cls({', '.join(f'{name}={value}' for name, value in values.items())})"
    else:
        names["twin"] = type(cls.__name__, cls.__bases__, {"__slots__": cls.__slots__})
        filled = [f"made.{name} = {value}" for name, value in values.items()]
        made = "\n".join(f"    {step}" for step in ("made = twin()", *filled, "made.__class__ = cls", "return made"))
    exec(f"def construct(raw, event_id, stream):\n    body = load(raw)\n{made}", names)  # noqa: S102 - our own fields  # nosec B102
    construct: Read = names["construct"]
    return construct


def _or_default(member: Field[Any], value: str, names: dict[str, Any]) -> str:
    if member.default_factory is not MISSING:
        names[f"new_{member.name}"] = member.default_factory
        return f"({value}) if {member.name!r} in body else new_{member.name}()"
    if member.default is not MISSING:
        names[f"else_{member.name}"] = member.default
        return f"({value}) if {member.name!r} in body else else_{member.name}"
    return value


def converter(hint: Any) -> Decode | None:
    """How a JSON value becomes what the annotation says; None where it is that already."""
    if hasattr(hint, "__supertype__"):
        return converter(hint.__supertype__)
    origin, args = get_origin(hint), get_args(hint)
    if origin is tuple:
        inner = converter(args[0])
        return tuple if inner is None else lambda values: tuple(map(inner, values))
    if origin in (Union, UnionType):
        kinds = [arg for arg in args if arg not in (NoneType, Words, Sealed)]
        return _optional(converter(kinds[0])) if kinds else None
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {member.value: member for member in hint}.__getitem__
    if hint in _converters:
        return _converters[hint]
    return constructor(hint)


def _optional(convert: Decode | None) -> Decode | None:
    return None if convert is None else lambda value: None if value is None else convert(value)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


_converters: dict[Any, Decode | None] = {
    str: None,
    int: None,
    bool: None,
    UUID: lru_cache(maxsize=4096)(UUID),
    date: date.fromisoformat,
    datetime: _instant,
    bytes: b64decode,
    Words: Words,
}
