"""Unlocking: a key is opened with the root, the key of its epoch and, within an inspection, that of the inspection."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import Connection

from shared.errors import Refused
from shared.sealing.epochs import Epochs
from shared.sealing.headstones import counted, owner_destroyed
from shared.sealing.key_store import EpochNow, KeyStore
from shared.sealing.wrapping import (
    FLAT,
    KEY_BYTES,
    EpochKey,
    KeyRow,
    RootKeyWrong,
    parent_key,
    rewrapped,
    unwrapped,
    wrapped,
)

CACHED_S = 60.0
"""Seconds that an unwrapped key stays in memory."""


class OwnerErased(Refused):
    """The key of whoever this is about was destroyed for good; nothing can be written about them any more."""

    status = 410


class KeyLost(Refused):
    """A key is gone that nobody destroyed; bring back the key store, or the key of the epoch, that is missing."""

    status = 503


class Unlocking:
    """The one place where root, epoch and key store come together."""

    def __init__(self, store: KeyStore, root_key: bytes, epochs: Path) -> None:
        """Take a key store, its root key (32 bytes) and the directory of its epochs' keys."""
        self._store = store
        self._root = root_key
        self.epochs = Epochs(epochs, root_key)
        self._epoch_key: tuple[EpochKey, float] | None = None

    def drop(self) -> None:
        """Drop the epoch's key from memory."""
        self._epoch_key = None

    def start(self, words_on_record: Callable[[], bool]) -> None:
        """Begin the first epoch where there is none, and end whatever passed; raises KeyLost where keys are gone."""
        now = self._store.epoch()
        if now.number == FLAT:
            self._refuse_another_store(now, words_on_record)
            self.begun()
            now = self._store.epoch()
        self.needed(now)
        self.epochs.end_before(now.number)

    def _refuse_another_store(self, now: EpochNow, words_on_record: Callable[[], bool]) -> None:
        """One that begins has no epoch's key yet, but for one that it drew itself before it died."""
        if self.epochs.kept() not in ([], [1]):
            raise KeyLost
        try:
            self.epochs.key(now.store, 1)
        except RootKeyWrong as another:
            raise KeyLost from another
        with self._store.engine.connect() as tx:
            empty = not counted(tx)["keys"]
        if empty and words_on_record():
            raise KeyLost

    def raw(self, row: KeyRow) -> bytes | None:
        """A row's key, or None where the epoch passed between reading the row and looking for its key."""
        under = self._epoch(self._store.identity, row.epoch)
        return None if under is None else unwrapped(row, under, under.cipher(parent_key(row, under)))

    def needed(self, now: EpochNow) -> EpochKey:
        """The key of an epoch that cannot pass meanwhile; raises KeyLost."""
        if (key := self._epoch(now.store, now.number)) is None:
            raise KeyLost(epoch=now.number)
        return key

    def _epoch(self, store: UUID, number: int) -> EpochKey | None:
        if number == FLAT:
            return EpochKey(FLAT, self._root)
        key, until = self._epoch_key or (None, 0.0)
        if key is None or key.number != number or until < time.monotonic():
            key = self.epochs.key(store, number)
            self._epoch_key = None if key is None else (key, time.monotonic() + CACHED_S)
        return key

    def made(self, owner: str, parent: str | None) -> KeyRow:
        """Make a key for an owner that has none, unless another worker was faster; raises OwnerErased."""
        while True:
            with self._store.adding() as (tx, now):
                if now.number != FLAT:
                    return self._made(tx, now, owner, parent)
            self.begun()

    def _made(self, tx: Connection, now: EpochNow, owner: str, parent: str | None) -> KeyRow:
        if owner_destroyed(tx, owner):
            raise OwnerErased
        under = self.needed(now)
        above = None if parent is None else self._store.of_owner(parent, tx)
        if parent is not None and above is None:
            raise OwnerErased
        above_key = None if above is None else unwrapped(above, under, under.cipher(parent_key(above, under)))
        key_id, within = uuid4(), None if above is None else above.key_id
        kept = wrapped(under.cipher(above_key), os.urandom(KEY_BYTES), key_id, owner, within)
        row = KeyRow(key_id, owner, kept, now.number, within, *((above.owner, above.wrapped) if above else ()))
        if self._store.add(tx, row):
            return row
        if (faster := self._store.of_owner(owner, tx)) is None:
            raise KeyLost
        return faster

    def begun(self) -> None:
        """Begin the first epoch where there is none yet: nothing new is ever wrapped under the root itself."""
        if self._store.epoch().number == FLAT:
            with self._store.changing() as (tx, now):
                if now.number == FLAT:
                    self.advance(tx, now)

    def advance(self, tx: Connection, now: EpochNow) -> int:
        """Wrap every key anew under the next epoch, which is there once this transaction commits; its number."""
        old = self.needed(now)
        new = self.epochs.begin(now.store, now.number + 1)
        for within in (False, True):  # parents come first: a subject's is looked for under the new epoch
            for rows in self._store.under(tx, now.number, within=within):
                self._store.rewrap(tx, new.number, list(rewrapped(rows, old, new)))
        self._store.begin(tx, new.number)
        return new.number
