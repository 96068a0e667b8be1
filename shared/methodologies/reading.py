"""Reading an edition strictly: every key is known, every value of its type, or the file is refused naming the place."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


class DoesNotFit(Exception):  # noqa: N818 - named for the situation, as refusals are
    """A methodology file does not fit: the place in it, and what is wrong there."""

    def __init__(self, path: str, wrong: str) -> None:
        """Say where (``steps[3].week_to``; empty for the whole file) and what."""
        super().__init__(f"{path}: {wrong}" if path else wrong)
        self.path = path
        self.wrong = wrong


def fit(cls: type[T], table: object, path: str = "") -> T:
    """An instance of a dataclass from a table as TOML gives it; raises DoesNotFit.

    Members may be whole numbers, yes or no, text (or named kinds of these), enumerations by value, dataclasses,
    tuples of one of these, and optional ones, which are left out in the file.
    """
    if not isinstance(table, Mapping):
        raise DoesNotFit(path, "expected a table")
    members = {member.name: member for member in fields(cls)}  # type: ignore[arg-type]
    for key in table:
        if key not in members:
            raise DoesNotFit(_under(path, key), "unknown key")
    for name, member in members.items():
        if name not in table and member.default is MISSING and member.default_factory is MISSING:
            raise DoesNotFit(_under(path, name), "missing")
    hints = get_type_hints(cls)
    try:
        return cls(**{key: _value(hints[key], value, _under(path, key)) for key, value in table.items()})
    except ValueError as wrong:
        raise DoesNotFit(path, str(wrong)) from None


def _value(hint: Any, value: object, path: str) -> object:
    if hasattr(hint, "__supertype__"):
        return _value(hint.__supertype__, value, path)
    kind = get_origin(hint)
    if kind in (Union, UnionType):
        (hint,) = (arg for arg in get_args(hint) if arg is not NoneType)
        return _value(hint, value, path)
    if kind is tuple:
        return _several(get_args(hint)[0], value, path)
    if is_dataclass(hint):
        return fit(hint, value, path)  # type: ignore[arg-type]
    return _one(hint, value, path)


def _several(hint: Any, value: object, path: str) -> tuple[object, ...]:
    if not isinstance(value, list):
        raise DoesNotFit(path, "expected a list")
    return tuple(_value(hint, item, f"{path}[{place}]") for place, item in enumerate(value))


def _one(kind: type, value: object, path: str) -> object:
    if issubclass(kind, Enum):
        if value not in (allowed := [one.value for one in kind]):
            raise DoesNotFit(path, f"expected one of {', '.join(map(str, allowed))}")
        return kind(value)
    if type(value) is not kind or not _said[kind][1](value):
        raise DoesNotFit(path, f"expected {_said[kind][0]}")
    return value


_said: dict[type, tuple[str, Callable[[Any], bool]]] = {
    str: ("text that is not empty and has no blanks at its ends", lambda text: text != "" and text == text.strip()),
    int: ("a whole number, 0 or more", lambda number: number >= 0),
    bool: ("true or false", lambda _: True),
}


def _under(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
