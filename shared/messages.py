"""Commands ask, facts tell: frozen dataclasses, known in the log and on the bus by a name that never changes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import Enum
from types import NoneType, UnionType
from typing import (
    Any,
    ClassVar,
    NamedTuple,
    TypeVar,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
    overload,
)
from uuid import UUID

T = TypeVar("T")
Body = dict[str, Any]
Upcast = Callable[[Body], Body]

event_types: dict[str, "EventType"] = {}
"""Every declared event by the name it has in the log, old names included."""

command_types: dict[str, type] = {}
"""Every declared command by ``<service>.<Class>``; due rows name their command so."""


class Words:
    """Free or personal text in the clear, in memory only: whatever prints it prints a mark instead."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Hold text that must be sealed before it is written anywhere."""
        self._text = text

    def reveal(self) -> str:
        """The text itself: call it only to seal it, to show it to who may see it, or to weigh it in a decision."""
        return self._text

    def __repr__(self) -> str:
        return "‹words›"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Words) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> str:
        message = "words are not pickled"
        raise TypeError(message)


class Place(NamedTuple):
    """Where a sealed field stands for ever: which event, of which stream and type, and which field of its body."""

    event_id: UUID | bytes
    stream: str
    type: str
    path: str


class Sealed(NamedTuple):
    """Text as the log holds it: a ciphertext that only the keyring opens. Folds carry it and never look inside."""

    token: str
    event_id: UUID | bytes
    stream: str
    type: str
    path: str

    @classmethod
    def at(cls, place: Place, token: str) -> "Sealed":
        """A token, with the place that it is bound to."""
        return cls(token, *place)

    @property
    def place(self) -> Place:
        """The place that it is bound to."""
        return Place(*self[1:])

    def __repr__(self) -> str:
        return "‹sealed›"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and self.token == other.token

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self.token)


Confidential = Words | Sealed
"""A field that is words when a decision makes it, and sealed ever after."""


def sealed(*, under: str, within: str = "", formerly: Mapping[int, str] | None = None) -> Any:
    """Mark a confidential field; ``under`` names the field that holds the id of the key's owner.

    ``under="inspection_id"`` seals with the inspection's key, ``under="person_id"`` with that person's own;
    ``within="inspection_id"`` besides: that key goes when the inspection's goes. A seal is
    bound to the name of its field: one that an upcaster renames says what it was called, up to which version
    (``formerly={1: "note"}``).
    """
    return field(metadata={"under": under, "within": within, "formerly": dict(formerly or {})})


def stamped() -> Any:
    """Mark a command's field that the service fills in itself: ``actor: ActorId`` or ``today: date``."""
    return field(default=None, metadata={"stamped": True})


@dataclass(frozen=True, slots=True)
class EventType:
    """One kind of event: its lasting name, its current version, and the way up from older ones."""

    name: str
    version: int
    cls: type
    published: bool
    sealed: tuple[tuple[str, str], ...]
    """(confidential field, field with the key owner's id), in the order of declaration."""
    formerly: dict[str, dict[int, str]]
    """Confidential field → the last version that sealed it under another name → that name."""
    within: dict[str, str]
    """Confidential field → field with the id of whoever the key's owner belongs to; empty for nobody."""
    upcasters: dict[int, Upcast] = field(default_factory=dict)

    def sealed_as(self, name: str, written_as: int) -> str:
        """What a confidential field was called in a version: the name that its seal is bound to."""
        return next((was for last, was in sorted(self.formerly[name].items()) if written_as <= last), name)

    def upcast(self, body: Body, written_as: int) -> Body:
        """The body as the current version has it; raises KeyError where a step of the way is missing."""
        for version in range(written_as, self.version):
            body = self.upcasters[version](body)
        return body


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(stamped, field))
def command(cls: type[T]) -> type[T]:
    """Declare an intention. Name it in the imperative."""
    declared = dataclass(frozen=True, slots=True, kw_only=True)(cls)
    command_types[f"{_service_of(cls.__module__)}.{cls.__name__}"] = declared
    return declared


@overload
@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(sealed, field))
def event(cls: type[T], /) -> type[T]: ...
@overload
@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(sealed, field))
def event(*, version: int = 1) -> Callable[[type[T]], type[T]]: ...
def event(cls: Any = None, /, *, version: int = 1) -> Any:
    """Declare a fact. Name it in the past tense.

    Where it is declared decides who may see it: ``shared.contracts.<service>`` is published, anywhere else is private.
    Its name, ``<service>.<Class>``, is the same in both, so that a fact can be promoted without touching the log.
    Raises TypeError where a field is not of a type that may stand in the log (see ``clear_types``).
    """
    if cls is None:
        return lambda cls: _declare(cls, version)
    return _declare(cls, version)


def _declare(cls: type[T], version: int) -> type[T]:
    fact = dataclass(frozen=True, slots=True, kw_only=True)(cls)
    name = f"{_service_of(cls.__module__)}.{cls.__name__}"
    published = cls.__module__.startswith("shared.contracts.")
    under = _sealed_fields(fact, name, published=published)
    formerly = {member.name: member.metadata.get("formerly", {}) for member in fields(fact)}  # type: ignore[arg-type]  # a dataclass since just above
    within = {member.name: member.metadata.get("within", "") for member in fields(fact)}  # type: ignore[arg-type]  # as above
    kind = EventType(name, version, fact, published, under, formerly, within)
    _register(name, kind)
    fact.__event_type__ = kind  # type: ignore[attr-defined]
    return fact


def _register(name: str, kind: EventType) -> None:
    if name in event_types:
        message = f"{name} is declared twice"
        raise TypeError(message)
    event_types[name] = kind


def _service_of(module: str) -> str:
    """The first word of a message's name: a service's own, or ``speir`` for what the shared library records."""
    root, _, rest = module.partition(".")
    head, _, tail = rest.partition(".")
    if root == "shared":
        return tail.partition(".")[0] if head == "contracts" else "speir"
    return head if root == "services" else root


def _sealed_fields(fact: type, name: str, *, published: bool) -> tuple[tuple[str, str], ...]:
    hints = get_type_hints(fact)
    found = []
    for member in fields(fact):
        under = member.metadata.get("under")
        if under is not None:
            named = {under, member.metadata["within"] or under}
            if published or not _is_confidential(hints[member.name]) or not named <= hints.keys():
                message = (
                    f"{name}.{member.name}: only a private fact's Confidential field is sealed, under a field of it"
                )
                raise TypeError(message)
            found.append((member.name, under))
        elif not _may_be_clear(hints[member.name]):
            message = f"{name}.{member.name} is neither sealed nor an id, code, date, count or published text"
            raise TypeError(message)
    return tuple(found)


def _is_confidential(hint: Any) -> bool:
    return set(get_args(hint)) - {NoneType} == {Words, Sealed}


clear_types: tuple[type, ...] = (UUID, int, bool, date, datetime, bytes, NoneType)
"""What may stand in the log unsealed, beside enumerations, named codes (a NewType of str) and made of these."""


def _may_be_clear(hint: Any) -> bool:
    if hasattr(hint, "__supertype__"):  # a NewType: a code, an id or published text, named as such
        return hint.__supertype__ is str or _may_be_clear(hint.__supertype__)
    if get_origin(hint) is tuple and get_args(hint)[1:] != (Ellipsis,):
        return False  # a tuple is a list of one kind of thing: the log reads all its members alike
    if get_origin(hint) in (tuple, Union, UnionType):
        return all(arg is Ellipsis or _may_be_clear(arg) for arg in get_args(hint))
    if not isinstance(hint, type) or hint in (str, float):
        return False
    if issubclass(hint, Enum) or hint in clear_types:
        return True
    return hasattr(hint, "__dataclass_fields__") and all(map(_may_be_clear, _member_hints(hint)))


def _member_hints(hint: type) -> list[Any]:
    return [kind for kind in get_type_hints(hint).values() if get_origin(kind) is not ClassVar]


def upcaster(cls: type, *, written_as: int) -> Callable[[Upcast], Upcast]:
    """Say how a body written as one version of an event reads as the next: pure, total, one to one."""

    def register(upcast: Upcast) -> Upcast:
        event_type_of(cls).upcasters[written_as] = upcast
        return upcast

    return register


def alias(cls: type, old_name: str) -> None:
    """Keep an event's former name readable for ever."""
    _register(old_name, event_type_of(cls))


def event_type_of(fact: Any) -> EventType:
    """The kind of a fact or of a fact's class."""
    kind: EventType = fact.__event_type__
    return kind
