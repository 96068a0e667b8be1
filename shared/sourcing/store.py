"""What a log asks of the database that it lives in, and what it hands over."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Entry:
    """An event that is ready to be appended; ``partition`` is None for what is private."""

    event_id: UUID
    type: str
    schema_version: int
    body: bytes
    salt: bytes
    commitment: bytes
    meta: bytes
    partition: int | None


@dataclass(frozen=True, slots=True)
class Append:
    """Entries for one stream, which must still be at the expected version; no entries, and it is only checked."""

    stream: str
    about: str
    expected: int
    entries: tuple[Entry, ...] = ()


class Clash(Exception):  # noqa: N818 - a situation to decide again in, never shown to a caller
    """A stream has moved on since it was read."""


StreamRow = tuple[str, int, bytes, UUID | bytes, str]
"""Type, schema version, body, event id, about: a row a version, from 1; about may be empty after the first."""


class Store(Protocol):
    """What differs between the databases that a log may live in."""

    def writing(self) -> Any:
        """A context manager: a transaction that holds the shared log lock from its first statement on."""

    def reading(self) -> Any:
        """A context manager: a connection for single questions."""

    def shown(self, inspections: Collection[UUID] | None) -> Any:
        """A context manager: a connection on which rows of these inspections are seen (None: of all)."""

    def snapshot(self) -> Any:
        """A context manager: a transaction in which every question sees the same moment."""

    def unordered(self) -> Any:
        """A context manager: a transaction of the sequencer's own."""

    def stream_rows(self, tx: Connection, name: str, up_to: int | None) -> list[StreamRow]:
        """A stream's rows in order, up to a version."""

    def close(self) -> None:
        """Let go of every connection."""

    def append(self, tx: Connection, batch: Sequence[Append]) -> int:
        """Check every version, insert every event, return recorded_us; raises Clash before anything is inserted."""

    def append_alone(self, batch: Sequence[Append]) -> int:
        """Append in a transaction by itself."""

    def write_ledger(self, tx: Connection, placed: Sequence[dict[str, Any]]) -> None:
        """Insert rows into the ledger."""

    def drawn(self, tx: Connection) -> int:
        """The last event id drawn, by whomever: a cheap look whether there may be something new."""

    def settled(self) -> int:
        """The barrier: an event id at or below which nobody can still be inserting."""

    def claim(self, tx: Connection, key_hash: bytes, request_hash: bytes, reply: bytes) -> bool:
        """Keep an answer under a key, unless there is one or somebody else is answering just now."""

    def machine_us(self, tx: Connection) -> int:
        """The database's own clock in microseconds, never moved by a demonstration."""
