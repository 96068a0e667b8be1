"""Ours: a field sealed, and one opened, under a key that is in memory; a thousand of them a command."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

from bench.contender import Done, Settings, enters
from bench.ours import ROOT_KEY, epochs_of
from bench.workloads import FIELDS, WORDS
from shared.messages import Place, Sealed
from shared.sealing.databases import open_database
from shared.sealing.keyring import Keyring

PLACE = Place(uuid4(), "inspection/1", "bench.FindingRecorded", "finding")


def keyring_at(url: str) -> Keyring:
    """The bench's keyring."""
    return Keyring(open_database(url, pool_size=1, by_hand=True), ROOT_KEY, epochs_of(url))


@enters("sealing-seal")
class Seals:
    """What every command does with each of its words."""

    name = "ours"
    libraries = ("cryptography", "sqlalchemy", "psycopg", "psycopg-binary")
    keyring: Keyring

    def prepare(self, url: str, /) -> None:
        """Make the key store."""
        keyring_at(url).create_tables()

    @contextmanager
    def beside(self, url: str, _settings: Settings, /) -> Iterator[str]:
        """Nothing runs beside it."""
        yield url

    def connect(self, address: str, /) -> None:
        """Open the key store; the first command makes a key."""
        self.keyring = keyring_at(address)

    def command(self, stream: UUID, /) -> Done:
        """Seal under the key of one owner."""
        owner, seal = f"inspection/{stream}", self.keyring.seal
        for _ in range(FIELDS):
            seal(WORDS, owner, PLACE)
        return Done(FIELDS)

    def close(self) -> None:
        """Close the key store."""
        self.keyring.close()


@enters("sealing-open")
class Opens(Seals):
    """What a page does that shows words."""

    field: Sealed

    def connect(self, address: str, /) -> None:
        """Open the key store, and seal what is to be opened."""
        super().connect(address)
        self.field = self.keyring.seal(WORDS, f"inspection/{uuid4()}", PLACE)

    def command(self, _stream: UUID, /) -> Done:
        """Open one field again and again."""
        open_, field = self.keyring.open, self.field
        for _ in range(FIELDS):
            open_(field)
        return Done(FIELDS)
