"""Judging what cannot be read: whether it was erased with authority, or whether a key is simply missing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from shared.contracts.evidence import RecordsDisposedOf
from shared.contracts.participation import ErasureOrdered
from shared.erasure.facts import ErasureRequested, SubjectErased
from shared.erasure.finding import sealed_fields
from shared.errors import Refused
from shared.messages import Sealed, event_type_of
from shared.sealing.keyring import Erased, Keyring
from shared.sealing.unlocking import KeyLost
from shared.sourcing.event_log import Recorded
from shared.sourcing.facts import Heard
from shared.sourcing.read_models import fact_told_by

HEARD = event_type_of(Heard).name


class KeyState(StrEnum):
    """What the key store says of a key."""

    THERE = "there"
    DESTROYED = "destroyed"
    GONE = "gone"


class Standing(StrEnum):
    """What may be said of a sealed field without opening it."""

    PRESENT = "present"
    ERASED = "erased"
    TO_BE_ERASED = "to be erased"
    MISSING = "missing"
    FORGED = "forged"


SOUND = frozenset({Standing.PRESENT, Standing.ERASED, Standing.TO_BE_ERASED})
"""Anything else has to be looked at by somebody: words were lost, or made to be, without two people's authority."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A sealed field, or an event that claims authority, where it stands, and what may be said of it."""

    position: int | None
    event_id: UUID
    stream: str
    path: str
    key_id: UUID | None
    standing: Standing


@dataclass(slots=True)
class Authority:
    """Who may have erased what, as far as the log has been read: orders first, then what was carried out on them."""

    orders: dict[UUID, tuple[str, UUID, UUID]] = field(default_factory=dict)
    """Erasure → its basis, who asked and who approved."""
    keys: set[UUID] = field(default_factory=set)
    """What may be destroyed."""
    asked: dict[UUID, UUID] = field(default_factory=dict)
    """Erasure → who asked for it, in the log of the service that is asked."""

    def read(self, fact: Any, *, heard: bool) -> bool:
        """Take a fact in, of this log or heard; False where it claims an authority that nobody gave before it."""
        match fact:
            case ErasureRequested():
                self.asked[fact.erasure_id] = fact.requested_by
            case ErasureOrdered():
                if not heard and self.asked.get(fact.erasure_id) != fact.requested_by:
                    return False
                self._ordered(fact.erasure_id, fact.basis.value, fact.requested_by, fact.approved_by)
            case RecordsDisposedOf(proposed_by=UUID() as proposed, disposed_by=UUID() as disposed):
                self._ordered(fact.inspection_id, "statutory_disposal", proposed, disposed)
            case SubjectErased():
                said = (fact.basis.value, fact.requested_by, fact.approved_by)
                if self.orders.get(fact.erasure_id) != said:
                    return False
                self.keys.update(fact.keys)
        return True

    def _ordered(self, erasure_id: UUID, basis: str, requested_by: UUID, approved_by: UUID) -> None:
        if requested_by != approved_by:
            self.orders[erasure_id] = (basis, requested_by, approved_by)


def judged(events: Iterable[Recorded], key_state: Callable[[UUID, Sealed], KeyState]) -> list[Judged]:
    """Judge every sealed field of a log, in its order, and every event that claims to erase.

    A field is *present* while its key is there, *erased* where the key was destroyed and an event named it that two
    different people are behind, by an order that stands before it in the same log; *to be erased* while such an event
    is there and the key still is; *missing* where the key is gone without that. An event that names keys to be
    destroyed without such an order before it is *forged*, and gives no authority.
    """
    authority, found, seen = Authority(), list[Judged](), list[Any]()
    for recorded in events:
        fact = _read(recorded)
        if not authority.read(fact, heard=recorded.type == HEARD):
            where = (recorded.position, recorded.event_id, recorded.stream)
            found.append(Judged(*where, "", None, Standing.FORGED))
        seen += sealed_fields(recorded)
    for each in seen:
        standing = _standing(key_state(each.key_id, each.field), named=each.key_id in authority.keys)
        found.append(Judged(each.position, each.event_id, each.stream, each.path, each.key_id, standing))
    return sorted(found, key=lambda each: (each.position is None, each.position or 0, each.path))


def _standing(state: KeyState, *, named: bool) -> Standing:
    if state is KeyState.THERE:
        return Standing.TO_BE_ERASED if named else Standing.PRESENT
    return Standing.ERASED if named else Standing.MISSING


def _read(recorded: Recorded) -> Any:
    try:
        return fact_told_by(recorded)
    except Refused:  # of another version: it neither gives authority nor takes it
        return None


def by_keyring(keyring: Keyring) -> Callable[[UUID, Sealed], KeyState]:
    """What a key store says of the key of a field; each key is asked for once."""
    known: dict[UUID, KeyState] = {}

    def state(key_id: UUID, sealed: Sealed) -> KeyState:
        if key_id not in known:
            known[key_id] = _asked(keyring, sealed)
        return known[key_id]

    return state


def _asked(keyring: Keyring, sealed: Sealed) -> KeyState:
    try:
        return KeyState.DESTROYED if isinstance(keyring.open(sealed), Erased) else KeyState.THERE
    except KeyLost:
        return KeyState.GONE
