"""Showing states and rows: plain JSON, with what is sealed shown as sealed unless the caller may have it opened."""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

from shared.messages import Sealed, Words
from shared.sealing.keyring import Erased

Open = Callable[[Sealed], str | Erased]


def plain(value: Any, open_: Open | None = None) -> Any:
    """A value as JSON has it; ``open_`` unseals what it meets."""
    if isinstance(value, Sealed):
        return {"sealed": True} if open_ is None else plain(open_(value))
    if isinstance(value, Words):
        return {"sealed": True}
    if isinstance(value, Erased):
        return {"erased": True}
    if isinstance(value, Enum):
        return value.value
    if hasattr(value, "__dataclass_fields__"):
        return {name: plain(getattr(value, name), open_) for name in value.__dataclass_fields__}
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(each, open_) for key, each in value.items()}
    if isinstance(value, frozenset | set):
        return sorted((plain(each, open_) for each in value), key=str)
    if isinstance(value, tuple | list):
        return [plain(each, open_) for each in value]
    return value
