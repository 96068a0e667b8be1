"""Destroying keys as an erasure does, for tests of what is left afterwards."""

from sqlalchemy import select

from shared.sealing.key_tables import keys
from shared.sealing.keyring import Keyring


def erase(keyring: Keyring, kind: str = "") -> None:
    """Destroy the keys of all owners of one kind (``person/``), or of everybody."""
    with keyring.engine.connect() as tx:
        owners = [owner for owner in tx.execute(select(keys.c.owner)).scalars() if owner.startswith(kind)]
    assert keyring.destroy(owners)
