"""The keyring: a key an inspection, a programme or a person, wrapped under a root key that is kept elsewhere."""

import time
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from sqlalchemy import BigInteger, Column, Engine, LargeBinary, MetaData, Table, Text, Uuid, bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from shared.errors import Refused
from shared.messages import Place, Sealed
from shared.sealing.databases import WRITING
from shared.sealing.fields import parts_of, seal, unseal

keys = Table(
    "key",
    MetaData(),
    Column("key_id", Uuid, primary_key=True),
    Column("owner", Text, nullable=False, unique=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("created_us", BigInteger, nullable=False),
)

_OF_OWNER = select(keys.c.key_id, keys.c.wrapped).where(keys.c.owner == bindparam("owner"))
_BY_ID = select(keys.c.wrapped).where(keys.c.key_id == bindparam("key_id"))
_MAKE = insert(keys)

KEY_BYTES = 32
CACHED_S = 60.0
"""Seconds that an unwrapped key stays in memory."""


class RootKeyWrong(Refused):
    """The root key does not open this key store; start with the one that it was made with."""

    status = 503


class Erased:
    """What a sealed field reads as once its key is gone."""

    def __repr__(self) -> str:
        return "‹erased›"


ERASED = Erased()


class Keyring:
    """Seals and opens fields; makes a key the first time that its owner needs one, and commits it before any event."""

    def __init__(self, engine: Engine, root_key: bytes) -> None:
        """Open the key store; the root key is 32 bytes and never stored beside it."""
        self._engine = engine
        self._root = root_key
        self._by_owner: dict[str, tuple[UUID, float]] = {}
        self._ciphers: dict[UUID, tuple[AESGCM, float]] = {}

    def create_tables(self) -> None:
        """Make the key table where it is missing."""
        keys.metadata.create_all(self._engine)

    def close(self) -> None:
        """Let go of every connection, and of the keys in memory."""
        self._engine.dispose()
        self._ciphers.clear()

    def seal(self, text: str, owner: str, place: Place) -> Sealed:
        """Seal a text under its owner's key (``inspection/<id>``, ``person/<id>``)."""
        key_id = self._key_of(owner)
        cipher = self._cipher(key_id)
        if cipher is None:  # the cached id is of a key that was destroyed meanwhile
            self._by_owner.pop(owner, None)
            key_id = self._key_of(owner)
            cipher = self._cipher(key_id)
        if cipher is None:
            raise RootKeyWrong
        return Sealed.at(place, seal(text, key_id, cipher, place))

    def open(self, field: Sealed) -> str | Erased:
        """The text, or ERASED where its key is gone; raises SealBroken where the token was moved or changed."""
        key_id, _ = parts_of(field.token)
        cipher = self._cipher(key_id)
        return ERASED if cipher is None else unseal(field.token, cipher, field.place)

    def _key_of(self, owner: str) -> UUID:
        known, until = self._by_owner.get(owner, (None, 0.0))
        if known is None or until < time.monotonic():
            known = self._stored(owner) or self._made(owner)
            self._by_owner[owner] = (known, time.monotonic() + CACHED_S)
        return known

    def _stored(self, owner: str) -> UUID | None:
        with self._engine.connect() as tx:
            row = tx.execute(_OF_OWNER, {"owner": owner}).one_or_none()
        if row is None:
            return None
        self._keep(row.key_id, self._unwrapped(row.wrapped))
        return row.key_id  # type: ignore[no-any-return]  # the column is a UUID

    def _made(self, owner: str) -> UUID:
        key_id, key = uuid4(), AESGCM.generate_key(KEY_BYTES * 8)
        wrapped = aes_key_wrap(self._root, key)
        row = {"key_id": key_id, "owner": owner, "wrapped": wrapped, "created_us": time.time_ns() // 1000}
        try:
            with self._engine.connect().execution_options(**{WRITING: True}) as tx, tx.begin():
                tx.execute(_MAKE, row)
        except IntegrityError:  # another worker made it first
            stored = self._stored(owner)
            if stored is None:
                raise
            return stored
        self._keep(key_id, AESGCM(key))
        return key_id

    def _cipher(self, key_id: UUID) -> AESGCM | None:
        cipher, until = self._ciphers.get(key_id, (None, 0.0))
        if cipher is not None and until >= time.monotonic():
            return cipher
        with self._engine.connect() as tx:
            wrapped = tx.scalar(_BY_ID, {"key_id": key_id})
        if wrapped is None:
            self._ciphers.pop(key_id, None)
            return None
        return self._keep(key_id, self._unwrapped(wrapped))

    def _unwrapped(self, wrapped: bytes) -> AESGCM:
        try:
            return AESGCM(aes_key_unwrap(self._root, bytes(wrapped)))
        except InvalidUnwrap as wrong:
            raise RootKeyWrong from wrong

    def _keep(self, key_id: UUID, cipher: AESGCM) -> AESGCM:
        self._ciphers[key_id] = (cipher, time.monotonic() + CACHED_S)
        return cipher
