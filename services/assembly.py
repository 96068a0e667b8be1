"""The four services by name, and how one is brought to its log."""

from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from shared.edges.access import sign
from shared.edges.http import Api
from shared.edges.settings import SERVICES
from shared.limits import POOL
from shared.sealing.databases import WORKING, Patience, open_database
from shared.sealing.keyring import Keyring
from shared.sourcing.opening import open_log
from shared.sourcing.running import RunningService
from shared.sourcing.service import Service

RECEIPT = "receipt"
"""What a service's signature under a receipt says first."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A service as its package declares it."""

    service: Service
    api: Api


def declared(name: str) -> Declared:
    """A service by its name, imported only when asked for."""
    service: Any = getattr(import_module(f"services.{name}.service"), name)
    return Declared(service, import_module(f"services.{name}.api").api)


def all_declared() -> dict[str, Declared]:
    """All four."""
    return {name: declared(name) for name in SERVICES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a service keeps what it keeps, and the two keys that are its own; ``epochs`` is in no copy of anything."""

    origin: str
    database_url: str
    keys_url: str
    epochs: Path
    root_key: bytes
    signing_key: bytes
    reader_database_url: str | None = None
    """The log's database, entered as the account for which rows are fenced; a file has no accounts."""


def opened(service: Service, place: Place, *, pool_size: int = POOL, patience: Patience = WORKING) -> RunningService:
    """A service at work on its log; its tables exist. Whoever serves requests has less patience with the databases."""
    origin = f"{place.origin}/{service.name}"
    reader = place.reader_database_url
    log = open_log(place.database_url, origin, pool_size=pool_size, patience=patience, reader_url=reader)
    keys = open_database(place.keys_url, pool_size=pool_size, by_hand=True, patience=patience)
    keyring = Keyring(keys, place.root_key, place.epochs)
    return RunningService(service, log, keyring, partial(_receipt, place.signing_key))


def _receipt(seed: bytes, message: bytes) -> str:
    return sign(seed, message, context=RECEIPT)
