"""From facts to the log's bytes and back: canonical JSON out, a constructor derived from the dataclass in."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import MISSING, fields
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache, lru_cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import orjson

from shared.errors import Refused
from shared.messages import Body, Place, Sealed, Words, event_type_of, event_types

Seal = Callable[[str, str, str], Sealed]
"""Seals (text, key owner, field) for the event that is being written."""
Decode = Callable[[Any], Any]


class Unreadable(Refused):
    """The log holds an event that this version of the service cannot read; run the newer version."""

    status = 503


def encode(fact: Any, seal: Seal) -> bytes:
    """A fact's body: JSON with sorted keys, its confidential fields sealed."""
    kind = event_type_of(fact)
    body = {member: getattr(fact, member) for member in fact.__dataclass_fields__}
    for name, under in kind.sealed:
        words = body[name]
        if words is not None:
            owner = f"{under.removesuffix('_id')}/{body[under]}"
            body[name] = seal(words.reveal(), owner, name).token
    return canonical(body)


def canonical(value: Any) -> bytes:
    """The one JSON text of a value: sorted keys, no spaces, UTF-8, instants in UTC with ``Z``."""
    return orjson.dumps(value, default=_plain, option=_OPTIONS)


_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_SUBCLASS


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if hasattr(value, "__dataclass_fields__"):
        return {member: getattr(value, member) for member in value.__dataclass_fields__}
    message = f"{type(value).__name__} has no place in the log"
    raise TypeError(message)


def decode(type_name: str, written_as: int, raw: bytes, event_id: UUID | str, stream: str) -> Any:
    """The fact that a stored body says, at its current version; raises Unreadable where this code cannot tell."""
    kind = event_types.get(type_name)
    if kind is None or written_as > kind.version:
        raise Unreadable(type=type_name, schema_version=written_as)
    try:
        body: Body = orjson.loads(raw)
        if written_as != kind.version:
            body = kind.upcast(body, written_as)
        if kind.sealed:
            for name, _ in kind.sealed:
                if body.get(name) is not None:
                    body[name] = Sealed(body[name], Place(event_id, stream, type_name, name))
        return constructor(kind.cls)(body)
    except (KeyError, TypeError, ValueError, AttributeError) as unfit:
        raise Unreadable(type=type_name, schema_version=written_as) from unfit


@cache
def constructor(cls: type) -> Decode:
    """A function from a JSON object to an instance of the dataclass; members it does not know are passed over."""
    hints = get_type_hints(cls)
    wanted = [
        (member.name, converter(hints[member.name]), member.default is MISSING and member.default_factory is MISSING)
        for member in fields(cls)
    ]

    def construct(body: Any) -> Any:
        members = {}
        for name, convert, required in wanted:
            if required or name in body:
                value = body[name]
                members[name] = value if convert is None or value is None else convert(value)
        return cls(**members)

    return construct


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
        return converter(kinds[0]) if kinds else None
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {member.value: member for member in hint}.__getitem__
    if hint in _converters:
        return _converters[hint]
    return constructor(hint)


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
