"""Sealed copies: the key store and its epoch's key in one file that only the root opens, for when both are lost."""

import json
import os
import time
from base64 import b64decode, b64encode
from typing import Any, Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import insert, select, update

from shared.errors import Refused
from shared.sealing.epochs import Epochs
from shared.sealing.key_store import KeyStore
from shared.sealing.key_tables import destroyed, epoch, keys
from shared.sealing.unlocking import Unlocking
from shared.sealing.wrapping import FLAT, NONCE_BYTES, EpochKey, RootKeyWrong, derived

OLDEST_S: Final = 7 * 24 * 3600
"""Seconds after which a copy is no longer brought back, and has to be gone."""
_HEAD: Final = b"speir sealed copy 1\n"


class CopyTooOld(Refused):
    """This copy is older than seven days: it would bring back people who were erased; destroy it, and take a newer."""


class KeysAreThere(Refused):
    """There are keys already; a copy is brought back only where the key store and the epoch's key are both gone."""


def sealed_copy(store: KeyStore, unlocking: Unlocking, root_key: bytes) -> bytes:
    """Everything that is needed beside the root key to open what is sealed now."""
    with store.adding() as (tx, now):
        told = {
            "taken_s": int(time.time()),
            "store": now.store.hex,
            "number": now.number,
            "key": unlocking.needed(now).key,
            "keys": [dict(row._mapping) for row in tx.execute(select(keys))],  # noqa: SLF001 - SQLAlchemy's public name
            "destroyed": [dict(row._mapping) for row in tx.execute(select(destroyed))],  # noqa: SLF001 - the same
        }
    nonce = os.urandom(NONCE_BYTES)
    return _HEAD + nonce + _cipher(root_key).encrypt(nonce, json.dumps(told, default=_plain).encode(), _HEAD)


def bring_back(store: KeyStore, epochs: Epochs, root_key: bytes, copy: bytes) -> None:
    """Fill an empty key store from a copy, and keep the key of its epoch.

    Raises RootKeyWrong for another root's copy or a changed one, CopyTooOld, and KeysAreThere. Safe to repeat.
    """
    told = _opened(root_key, copy)
    if not 0 <= time.time() - told["taken_s"] <= OLDEST_S:
        raise CopyTooOld
    identity = UUID(hex=told["store"])
    with store.changing() as (tx, now):
        begun = now.number != FLAT or tx.execute(select(keys.c.key_id).limit(1)).first() is not None
        if begun or epochs.kept() not in ([], [told["number"]]):
            raise KeysAreThere
        epochs.key(identity, told["number"])  # one that a restoring left which died is the same store's
        for table, rows in ((keys, told["keys"]), (destroyed, told["destroyed"])):
            if rows:
                tx.execute(insert(table), [_read(row) for row in rows])
        tx.execute(update(epoch).values(store=identity, number=told["number"]))
        epochs.keep(identity, EpochKey(told["number"], _raw(told["key"])))


def _opened(root_key: bytes, copy: bytes) -> dict[str, Any]:
    nonce, ciphertext = copy[len(_HEAD) : len(_HEAD) + NONCE_BYTES], copy[len(_HEAD) + NONCE_BYTES :]
    try:
        told: dict[str, Any] = json.loads(_cipher(root_key).decrypt(nonce, ciphertext, copy[: len(_HEAD)]))
    except (InvalidTag, ValueError) as wrong:
        raise RootKeyWrong from wrong
    return told


def _cipher(root_key: bytes) -> AESGCM:
    return AESGCM(derived(root_key, _HEAD))


def _plain(value: Any) -> str:
    return f"u:{value.hex}" if isinstance(value, UUID) else f"b:{b64encode(value).decode()}"


def _raw(text: str) -> bytes:
    return b64decode(text.removeprefix("b:"))


def _read(row: dict[str, Any]) -> dict[str, Any]:
    kinds = {"key_id": "u", "within": "u", "wrapped": "b", "owner_hash": "b", "within_hash": "b"}
    return {
        name: value
        if value is None or name not in kinds
        else UUID(hex=value.removeprefix("u:"))
        if kinds[name] == "u"
        else _raw(value)
        for name, value in row.items()
    }
