"""All four services of one test, side by side, on a clock that goes forward when told: what an erasure is tried on."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.assembly import all_declared
from shared.erasure.finding import sealed_fields
from shared.sealing.keyring import Keyring
from shared.sourcing.event_log import Recorded
from shared.sourcing.merkle import commitment, entry_bytes, leaf_hash
from shared.sourcing.tables import ledger
from tests.serving import Served, serve

TODAY = date(2026, 1, 5)


@dataclass
class Four:
    """The four services, and whoever asks them."""

    by_name: dict[str, Served]

    def __getitem__(self, name: str) -> Served:
        return self.by_name[name]

    def settle(self) -> None:
        """Tell, hear and react until nobody has anything new to tell."""
        sizes: list[int] = []
        while True:
            for each in self.by_name.values():
                each.react()
                each.hear(*(self.by_name[name] for name in each.running.service.hears))
            for each in self.by_name.values():
                each.sequencer.drain()
            now = [self._size(each) for each in self.by_name.values()]
            if now == sizes:
                return
            sizes = now

    @staticmethod
    def _size(each: Served) -> int:
        with each.running.log.reading() as tx:
            return each.running.log.size(tx)

    def later(self, by: timedelta) -> None:
        """Let time pass, everywhere."""
        for each in self.by_name.values():
            with each.running.log.writing() as tx:
                now = each.running.log.now_us(tx)
                each.running.log.set_clock(tx, now + by // timedelta(microseconds=1))

    def on(self, day: date) -> None:
        """Let it be ten in the morning of a day, everywhere."""
        for each in self.by_name.values():
            each.on(day)

    def carried_out(self) -> None:
        """Whatever was ordered is carried out, confirmed and certified."""
        self.settle()
        self.later(timedelta(minutes=2))
        self.settle()


def four(directory: Path) -> Four:
    """All four, on SQLite, on the fifth of January 2026."""
    made = Four({name: serve(directory, each.service, each.api) for name, each in all_declared().items()})
    made.on(TODAY)
    return made


def post(served: Served, path: str, role: str, body: Any = None, actor: UUID | None = None, status: int = 201) -> Any:
    """Ask for something, which must be answered as it should."""
    got = served.call("POST", path, role, body if body is not None else {}, actor)
    assert got.status_code == status, (path, got.status_code, got.get_data())
    return got.json


def get(served: Served, path: str, role: str, status: int = 200) -> Any:
    """Look, and see what there is."""
    got = served.call("GET", path, role)
    assert got.status_code == status, (path, got.status_code, got.get_data())
    return got.json


def readable(served: Served, keyring: Keyring | None = None) -> list[str]:
    """Every word of a service's log that opens, by its own key store or another."""
    ring = keyring or served.running.keyring
    with served.running.log.reading() as tx:
        fields = [each for recorded in served.running.log.appended(tx) for each in sealed_fields(recorded)]
    opened = (ring.open(each.field) for each in fields)
    return [each for each in opened if isinstance(each, str)]


def leaves(served: Served) -> list[tuple[int, bytes, bytes]]:
    """Each position's leaf, as it is kept and as its event makes it now."""
    served.sequencer.drain()
    with served.running.log.reading() as tx:
        events = {each.position: each for each in served.running.log.ordered(tx, limit=100_000)}
        kept = tx.execute(select(ledger.c.position, ledger.c.leaf).order_by(ledger.c.position)).all()
    return [(row.position, bytes(row.leaf), leaf_of(served.running.log.origin, events[row.position])) for row in kept]


def leaf_of(origin: str, each: Recorded) -> bytes:
    """The leaf that an event makes, from its body's bytes on."""
    assert commitment(each.salt, each.body) == each.commitment
    entry = entry_bytes(
        origin, each.stream, each.version, each.about, each.event_id.bytes, each.type, each.schema_version,
        each.recorded_us, each.sequenced_us or 0, each.commitment, each.meta,
    )  # fmt: skip
    return leaf_hash(entry)
