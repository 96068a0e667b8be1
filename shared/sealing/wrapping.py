"""Wrapping: a key is kept only under the key of the epoch, and a subject's under that of its inspection too."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

from shared.errors import Refused

KEY_BYTES = 32
NONCE_BYTES = 12
FLAT = 0
"""The epoch before the first: keys lie under the root itself (AES key wrap), as the first version left them."""
_WITHIN = b"speir key within another 1"


class RootKeyWrong(Refused):
    """The root key does not open this key store; start with the one that it was made with."""

    status = 503


class KeyBroken(Refused):
    """A key was moved or changed in the key store; bring a copy of the key store back, or destroy the key's owner."""

    status = 503


@dataclass(frozen=True, slots=True)
class EpochKey:
    """The key that all keys lie under in one epoch, 32 bytes; in epoch 0 it is the root."""

    number: int
    key: bytes = field(repr=False)

    def cipher(self, parent: bytes | None) -> AESGCM:
        """What wraps keys that belong to nobody else, or those within another (its key, 32 bytes)."""
        return AESGCM(self.key if parent is None else derived(self.key + parent, _WITHIN))


class KeyRow(NamedTuple):
    """A key as it is kept, with its parent's where it has one; between changes both lie under the same epoch."""

    key_id: UUID
    owner: str
    wrapped: bytes
    epoch: int
    within: UUID | None = None
    parent_owner: str | None = None
    parent_wrapped: bytes | None = None

    @property
    def owners(self) -> tuple[str, ...]:
        """Whose destruction ends it: its owner's, and that of whoever the owner belongs to."""
        return (self.owner,) if self.parent_owner is None else (self.owner, self.parent_owner)


def derived(secret: bytes, purpose: bytes) -> bytes:
    """32 bytes for one purpose (HKDF-SHA256)."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose).derive(secret)


def wrapped(cipher: AESGCM, key: bytes, key_id: UUID, owner: str, within: UUID | None = None) -> bytes:
    """Nonce ‖ ciphertext ‖ tag, 60 bytes, bound to whose it is: a row that is given another owner does not open."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, key, _label(key_id, owner, within))


def unwrapped(row: KeyRow, under: EpochKey, cipher: AESGCM) -> bytes:
    """A row's key; raises KeyBroken where it is another's or was changed, RootKeyWrong for one of epoch 0."""
    if under.number == FLAT:
        try:
            return aes_key_unwrap(under.key, bytes(row.wrapped))
        except InvalidUnwrap as wrong:
            raise RootKeyWrong from wrong
    kept = bytes(row.wrapped)
    try:
        return cipher.decrypt(kept[:NONCE_BYTES], kept[NONCE_BYTES:], _label(row.key_id, row.owner, row.within))
    except (InvalidTag, ValueError) as broken:
        raise KeyBroken(key_id=row.key_id) from broken


def parent_key(row: KeyRow, under: EpochKey) -> bytes | None:
    """The key of whoever a row's owner belongs to, if anybody; raises KeyBroken where it is not there."""
    if row.within is None:
        return None
    if row.parent_owner is None or row.parent_wrapped is None:
        raise KeyBroken(key_id=row.key_id)
    parent = KeyRow(row.within, row.parent_owner, row.parent_wrapped, under.number)
    return unwrapped(parent, under, under.cipher(None))


def rewrapped(rows: Iterable[KeyRow], old: EpochKey, new: EpochKey) -> Iterator[tuple[UUID, bytes]]:
    """Key ids, and what lay under one epoch as it lies under the next, where their parents lie already."""
    ciphers: dict[UUID | None, tuple[AESGCM, AESGCM]] = {}
    for row in rows:
        if row.within not in ciphers:
            parent = parent_key(row, new)
            ciphers[row.within] = old.cipher(parent), new.cipher(parent)
        before, after = ciphers[row.within]
        key = unwrapped(row, old, before)
        yield row.key_id, wrapped(after, key, row.key_id, row.owner, row.within)


def _label(key_id: UUID, owner: str, within: UUID | None) -> bytes:
    return key_id.bytes + (within or UUID(int=0)).bytes + owner.encode()
