"""Headstones: a key that was destroyed is known for destroyed, so that a lost one never looks like an erasure."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, func, or_, select

from shared.sealing.databases import now_us
from shared.sealing.key_tables import destroyed, key_row, keys, parent, unless_there
from shared.sealing.wrapping import KeyRow

NOBODY = UUID(int=0)
"""The key id on the headstone of an owner that had no key."""
AT_ONCE = 400
"""How many owners one statement names."""

_OF_KEY = select(destroyed.c.key_id).where(destroyed.c.key_id == bindparam("key_id")).limit(1)
_OF_OWNER = select(destroyed.c.key_id).where(destroyed.c.owner_hash == bindparam("owner_hash")).limit(1)


def owner_hash(owner: str) -> bytes:
    """What a headstone says instead of an owner's name."""
    return sha256(b"speir owner 1\0" + owner.encode()).digest()


def key_destroyed(tx: Connection, key_id: UUID) -> bool:
    """Whether a key has a headstone."""
    return tx.execute(_OF_KEY, {"key_id": key_id}).first() is not None


def owner_destroyed(tx: Connection, owner: str) -> bool:
    """Whether an owner has a headstone."""
    return tx.execute(_OF_OWNER, {"owner_hash": owner_hash(owner)}).first() is not None


def living(tx: Connection, owners: Sequence[str]) -> list[KeyRow]:
    """The keys of these owners, and those within them."""
    found: dict[UUID, KeyRow] = {}
    for some in _parts(owners):
        named = or_(keys.c.owner.in_(some), parent.c.owner.in_(some))
        found |= {row.key_id: KeyRow(*row) for row in tx.execute(key_row.where(named))}
    return list(found.values())


def bury(tx: Connection, owners: Sequence[str]) -> None:
    """Delete the keys of these owners and those within them, and set each a headstone; safe to repeat."""
    rows = living(tx, owners)
    stones = [_stone(row.owner, row.key_id, row.parent_owner) for row in rows]
    keyless = set(owners) - {row.owner for row in rows}
    stones += [_stone(each, NOBODY) for each in sorted(keyless) if not owner_destroyed(tx, each)]
    if stones:
        tx.execute(unless_there(tx, destroyed), stones)
    for some in _parts([row.key_id for row in rows]):
        tx.execute(delete(keys).where(keys.c.key_id.in_(some)))


def _stone(owner: str, key_id: UUID, within: str | None = None) -> dict[str, Any]:
    hashes = {"owner_hash": owner_hash(owner), "within_hash": None if within is None else owner_hash(within)}
    return hashes | {"key_id": key_id, "destroyed_us": now_us()}


def buried(tx: Connection, owners: Sequence[str]) -> list[UUID]:
    """Every key that these owners, and those within them, ever had and lost."""
    found: set[UUID] = set()
    for some in _parts([owner_hash(each) for each in owners]):
        named = or_(destroyed.c.owner_hash.in_(some), destroyed.c.within_hash.in_(some))
        found |= set(tx.execute(select(destroyed.c.key_id).where(named)).scalars())
    return sorted(found - {NOBODY})


def counted(tx: Connection) -> dict[str, int]:
    """How many ``keys`` there are, how many of them are ``within`` another, and how many were ``destroyed``."""
    asked = {
        "keys": select(func.count()).select_from(keys),
        "within": select(func.count()).where(keys.c.within.is_not(None)),
        "destroyed": select(func.count()).where(destroyed.c.key_id != NOBODY),
    }
    return {name: tx.execute(query).scalar_one() for name, query in asked.items()}


def _parts(whole: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (whole[at : at + AT_ONCE] for at in range(0, len(whole), AT_ONCE))
