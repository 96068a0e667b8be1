"""The keyring: a key an inspection, a programme or a person, under a key of the epoch that is kept apart from them."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Engine

from shared.messages import Place, Sealed
from shared.sealing.copies import bring_back, sealed_copy
from shared.sealing.fields import parts_of, seal, unseal
from shared.sealing.headstones import buried, bury, counted, key_destroyed, living
from shared.sealing.key_store import EpochNow, KeyStore
from shared.sealing.unlocking import CACHED_S, KeyLost, Unlocking
from shared.sealing.wrapping import KeyRow

LOOKS = 5
"""How often a key is looked for while epochs pass."""
NAMED_WITHIN = 4
"""Parts of the name of an owner that belongs to another."""


class Erased:
    """What a sealed field reads as once its key is gone."""

    def __repr__(self) -> str:
        return "‹erased›"


ERASED = Erased()


class Held(NamedTuple):
    """A key in memory, until when (monotonic seconds), and whose destruction ends it."""

    key_id: UUID
    cipher: AESGCM
    until: float
    owners: tuple[str, ...]


class Keyring:
    """Seals and opens fields; makes a key the first time that its owner needs one, and commits it before any event.

    An owner is ``inspection/<id>``, ``person/<id>`` …; one that belongs to another is named within it,
    ``inspection/<id>/person/<id>``, where it is sealed for first, and goes when that one is destroyed.
    """

    def __init__(self, engine: Engine, root_key: bytes, epochs: Path) -> None:
        """Open the key store; the root key is 32 bytes, and ``epochs`` a directory that no copy of the store holds."""
        self.engine = engine
        self._store = KeyStore(engine)
        self._root = root_key
        self._unlocking = Unlocking(self._store, root_key, epochs)
        self._by_owner: dict[str, Held] = {}
        self._by_id: dict[UUID, Held] = {}
        self._erased: set[UUID] = set()
        self._forgotten = 0

    def create_tables(self) -> None:
        """Make the key store's tables where they are missing, or as an older version made them."""
        self._store.create_tables()

    def close(self) -> None:
        """Let go of every connection, and of the keys in memory."""
        self.engine.dispose()
        self._unlocking.drop()
        self._by_owner.clear()
        self._by_id.clear()

    def seal(self, text: str, owner: str, place: Place) -> Sealed:
        """Seal a text under its owner's key; raises OwnerErased where that was destroyed."""
        held = self._by_owner.get(owner)
        if held is None or held.until < time.monotonic():
            held = self._key_of(owner)
        return Sealed.at(place, seal(text, held.key_id, held.cipher, place))

    def open(self, field: Sealed) -> str | Erased:
        """The text, or ERASED where its key was destroyed.

        Raises SealBroken where the token was moved or changed, and KeyLost where its key is gone that nobody destroyed.
        """
        key_id, _ = parts_of(field.token)
        held = self._by_id.get(key_id)
        if held is None or held.until < time.monotonic():
            held = self._found(key_id)
            if held is None:
                return ERASED
        return unseal(field.token, held.cipher, field.place)

    def destroy(self, owners: Iterable[str]) -> list[UUID]:
        """Destroy the keys of these owners and of whoever belongs to them; no key is ever made for them again.

        Returns the ids of all keys that these owners lost, now or before: asking again after a crash is safe. Raises
        Unavailable where a reader still keeps the bytes in a file's log; they are destroyed by then, ask again.
        """
        named = sorted({_split(owner)[0] for owner in owners})
        with self._store.changing() as (tx, _):
            bury(tx, named)
            gone = buried(tx, named)
        self.forget(named)
        self._store.settle()
        return gone

    def keys_of(self, owner: str) -> list[UUID]:
        """The ids of the keys that destroying this owner would destroy."""
        with self.engine.connect() as tx:
            return sorted(row.key_id for row in living(tx, [_split(owner)[0]]))

    def forget(self, owners: Iterable[str]) -> None:
        """Drop what is in memory of these owners and of whoever belongs to them."""
        gone = {_split(owner)[0] for owner in owners}
        self._forgotten += 1
        for owner, held in list(self._by_owner.items()):
            if not gone.isdisjoint(held.owners):
                self._by_owner.pop(owner, None)
        for key_id, held in list(self._by_id.items()):
            if not gone.isdisjoint(held.owners):
                self._by_id.pop(key_id, None)

    def rotate(self) -> int:
        """Begin another epoch: every key is wrapped anew, and the key they lay under is destroyed. Returns its number.

        Others may seal and open meanwhile. Interrupted, it has happened or not, and the next call ends what was begun.
        """
        with self._store.changing() as (tx, now):
            number = self._unlocking.advance(tx, now)
        self._unlocking.epochs.end_before(number)
        self._store.settle()
        return number

    def start(self, words_on_record: Callable[[], bool]) -> None:
        """Get ready: begin the first epoch where there is none, and end whatever passed.

        Raises KeyLost where keys have to be there and are not, rather than making new ones: a key store that was lost
        looks like one that is new. ``words_on_record`` says whether the log holds anything sealed.
        """
        self._unlocking.start(words_on_record)

    def sealed_copy(self) -> bytes:
        """A copy of all keys that only the root opens; see ``copies``."""
        return sealed_copy(self._store, self._unlocking, self._root)

    def bring_back(self, copy: bytes) -> int:
        """Fill an empty key store from a copy and begin another epoch, whose number it returns."""
        bring_back(self._store, self._unlocking.epochs, self._root, copy)
        return self.rotate()

    def status(self) -> tuple[EpochNow, dict[str, int]]:
        """Which epoch it is, and how many keys there are, as ``counted`` says; raises what ``answers`` does."""
        self.answers()
        with self.engine.connect() as tx:
            return self._store.epoch(), counted(tx)

    def answers(self) -> None:
        """Raise what keeps the keyring from working: the store's own errors, RootKeyWrong, KeyLost or KeysNotSafe."""
        self._unlocking.needed(self._store.epoch())
        self._store.by_id(uuid4())  # which nobody has, so that it is the store that is asked

    def _key_of(self, owner: str) -> Held:
        name, parent = _split(owner)
        since = self._forgotten
        for _ in range(LOOKS):
            if (row := self._store.of_owner(name)) is None:
                if parent is not None:
                    self._key_of(parent)
                row = self._unlocking.made(name, parent)
            if (key := self._unlocking.raw(row)) is not None:
                return self._keep(row, AESGCM(key), since, owner)
        raise KeyLost

    def _found(self, key_id: UUID) -> Held | None:
        """A key in memory again, or None where it was destroyed."""
        if key_id in self._erased:
            return None
        since = self._forgotten
        for _ in range(LOOKS):
            if (row := self._store.by_id(key_id)) is None:
                with self.engine.connect() as tx:
                    if not key_destroyed(tx, key_id):
                        raise KeyLost(key_id=key_id)
                self._erased.add(key_id)
                self._by_id.pop(key_id, None)
                return None
            if (key := self._unlocking.raw(row)) is not None:
                return self._keep(row, AESGCM(key), since)
        raise KeyLost(key_id=key_id)

    def _keep(self, row: KeyRow, cipher: AESGCM, since: int, named: str | None = None) -> Held:
        held = Held(row.key_id, cipher, time.monotonic() + CACHED_S, row.owners)
        if since == self._forgotten:  # else it may have been destroyed while it was read
            self._by_id[row.key_id] = held
            if named is not None:
                self._by_owner[named] = held
        return held


def _split(owner: str) -> tuple[str, str | None]:
    """An owner's own name, and whom it belongs to: ``a/1/b/2`` is ``b/2`` within ``a/1``."""
    parts = owner.split("/")
    return ("/".join(parts[2:]), "/".join(parts[:2])) if len(parts) == NAMED_WITHIN else (owner, None)
