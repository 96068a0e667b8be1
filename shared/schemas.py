"""One declaration, one shape: the marshmallow schema of a command, derived from its annotations."""

from dataclasses import MISSING
from dataclasses import fields as dataclass_fields
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate

from shared.errors import Refused
from shared.limits import CODE_CHARACTERS, TEXT_CHARACTERS, WHOLE
from shared.messages import Sealed, Words
from shared.vocabulary.areas import council
from shared.vocabulary.councils import SCOTLAND
from shared.vocabulary.identity import ContentHash, GssCode
from shared.vocabulary.text import PublishedText

LONGEST_CODE = CODE_CHARACTERS
"""Characters in a code."""
LONGEST_TEXT = TEXT_CHARACTERS
"""Characters in free or published text."""
LARGEST_NUMBER = WHOLE - 1
CODE = r"[A-Za-z0-9][A-Za-z0-9.@:_-]*"
"""What a code looks like: nobody's words fit in it."""


class WholeNumber(fields.Integer):
    """A JSON integer; 3.5, "3" and true are not."""

    def _validated(self, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class YesOrNo(fields.Boolean):
    """JSON true or false, nothing that looks like it."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class WordsField(fields.String):
    """Free or personal text: a string in JSON, sealed before it is written."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        return Words(super()._deserialize(value, *args, **kwargs))


class CouncilField(fields.String):
    """A council's GSS code, or the nation's: a retired code is accepted and read as the current one."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        code = super()._deserialize(value, *args, **kwargs)
        if code == SCOTLAND:
            return code
        try:
            return council(code)
        except Refused as unknown:
            raise ValidationError(str(unknown)) from unknown


class MemberField(fields.Enum[Any]):
    """One of a closed list of codes, by its value."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise self.make_error("unknown", choices=self.choices_text)
        return super()._deserialize(value, *args, **kwargs)


class Sequence(fields.List[Any]):
    """A list in JSON, a tuple in a frozen dataclass."""

    def _deserialize(self, *args: Any, **kwargs: Any) -> Any:
        return tuple(super()._deserialize(*args, **kwargs))


_plain: dict[Any, Any] = {
    int: lambda **options: WholeNumber(
        strict=True, validate=validate.Range(min=-LARGEST_NUMBER, max=LARGEST_NUMBER), **options
    ),
    bool: YesOrNo,
    date: fields.Date,
    datetime: fields.AwareDateTime,
    UUID: fields.UUID,
    Words: lambda **options: WordsField(validate=_words_length, **options),
    str: lambda **options: fields.String(validate=_code(CODE), **options),
    GssCode: CouncilField,
    ContentHash: lambda **options: fields.String(validate=_code(r"[0-9a-f]{64}"), **options),
    PublishedText: lambda **options: fields.String(validate=validate.Length(min=1, max=LONGEST_TEXT), **options),
}


def _code(pattern: str) -> list[Any]:
    return [validate.Length(min=1, max=LONGEST_CODE), validate.Regexp(rf"\A(?:{pattern})\Z", error="Not a code.")]


def _words_length(words: Words) -> None:
    if not 1 <= len(words.reveal()) <= LONGEST_TEXT:
        message = f"Length must be between 1 and {LONGEST_TEXT}."
        raise ValidationError(message)


@cache
def schema_of(cls: type, without: frozenset[str] = frozenset()) -> type[Schema]:
    """The schema class that loads JSON into the members of ``cls``; stamped members and ``without`` stay out.

    With nothing left out it loads an instance; otherwise it loads a dict of members.
    """
    hints = get_type_hints(cls)
    members: dict[str, Any] = {}
    for member in dataclass_fields(cls):
        if member.name not in without and not member.metadata.get("stamped"):
            required = member.default is MISSING and member.default_factory is MISSING
            members[member.name] = field_of(hints[member.name], required=required)
    members["Meta"] = type("Meta", (), {"unknown": RAISE})
    if not without and not any(member.metadata.get("stamped") for member in dataclass_fields(cls)):
        members["build"] = post_load(lambda _self, loaded, **_: cls(**loaded))
    return type(f"{cls.__name__}Schema", (Schema,), members)


def field_of(hint: Any, **options: Any) -> fields.Field[Any]:
    """The field for one annotation; raises TypeError for one that has no JSON."""
    if hint in _plain:
        field: fields.Field[Any] = _plain[hint](**options)
        return field
    if hasattr(hint, "__supertype__"):
        return field_of(hint.__supertype__, **options)
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _optional(args, options)
    if origin is tuple:
        return Sequence(field_of(args[0], required=True), validate=validate.Length(max=1000), **options)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return MemberField(hint, by_value=True, **options)
    return fields.Nested(schema_of(hint), **options)


def _optional(args: tuple[Any, ...], options: dict[str, Any]) -> fields.Field[Any]:
    kinds = [arg for arg in args if arg not in (NoneType, Sealed)]
    (kind,) = kinds
    return field_of(kind, **options, allow_none=True) if NoneType in args else field_of(kind, **options)
