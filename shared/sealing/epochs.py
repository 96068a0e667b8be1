"""Epochs: the key that all keys of a service lie under, in a place apart that no copy of the key store takes along."""

import os
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.sealing.key_files import KeysNotSafe, overwrite, put, read
from shared.sealing.wrapping import KEY_BYTES, NONCE_BYTES, EpochKey, RootKeyWrong, derived

_FORM = "speir-epoch-1"
_PURPOSE = b"speir epoch key 1"
_name = re.compile(r"\.?epoch-([1-9][0-9]{0,9})\.key(?:\.[0-9a-f]{16})?")


class Epochs:
    """The epoch keys of one service, a file each in a directory of their own, wrapped under the root.

    Exactly one stays; the others are overwritten. Without the file the root opens nothing, and without the root the
    file does not: whoever has an old key store and today's root lacks the key that was overwritten since.
    """

    def __init__(self, directory: Path, root_key: bytes) -> None:
        """Look after a directory that need not exist yet; the root key is 32 bytes."""
        self.directory = directory
        self._root = AESGCM(derived(root_key, _PURPOSE))

    def key(self, store: UUID, number: int) -> EpochKey | None:
        """The key of an epoch of a key store, or None where its file is gone.

        Raises RootKeyWrong, or KeysNotSafe for a file that belongs to another key store or lies open.
        """
        path = self._path(number)
        try:
            text = read(path)
        except FileNotFoundError:
            return None
        if text and not text.strip("\0"):  # it is being overwritten
            return None
        try:
            form, kept = text.split()
            raw = urlsafe_b64decode(kept)
        except ValueError:
            form, raw = "", b""
        if form != _FORM:
            raise KeysNotSafe(path, "it does not hold the key of an epoch; bring the right one back.")
        try:
            key = self._root.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _bound(store, number))
        except (InvalidTag, ValueError) as wrong:
            raise RootKeyWrong from wrong
        return EpochKey(number, key)

    def begin(self, store: UUID, number: int) -> EpochKey:
        """Draw the key of a new epoch and keep it, instead of one that was drawn for it and never used."""
        return self.keep(store, EpochKey(number, os.urandom(KEY_BYTES)))

    def keep(self, store: UUID, key: EpochKey) -> EpochKey:
        """Keep the key of an epoch, in place of any other of its number."""
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        number, nonce = key.number, os.urandom(NONCE_BYTES)
        kept = nonce + self._root.encrypt(nonce, key.key, _bound(store, number))
        for each, path in self._files():
            if each == number:
                overwrite(path)
        put(self._path(number), f"{_FORM} {urlsafe_b64encode(kept).decode()}")
        return key

    def end_before(self, number: int) -> None:
        """Destroy the keys of all epochs before this one; safe to repeat."""
        for each, path in self._files():
            if each < number:
                overwrite(path)

    def kept(self) -> list[int]:
        """The numbers of the epochs whose keys lie here."""
        return sorted(number for number, path in self._files() if not path.name.startswith("."))

    def _files(self) -> list[tuple[int, Path]]:
        """Every file that holds an epoch's key, and every draft that a crash left behind."""
        there = self.directory.iterdir() if self.directory.is_dir() else ()
        found = ((_name.fullmatch(path.name), path) for path in there)
        return [(int(name[1]), path) for name, path in found if name]

    def _path(self, number: int) -> Path:
        return self.directory / f"epoch-{number}.key"


def _bound(store: UUID, number: int) -> bytes:
    return store.bytes + number.to_bytes(8, "big")
