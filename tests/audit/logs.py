"""Logs to be audited: some events in their order, signed, and ways to lay hands on them behind everybody's back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from shared.audit.checkpointing import Checkpointer
from shared.audit.checkpoints import Checkpoint, believed
from shared.audit.notes import Verifier, verifier_of
from shared.audit.verifying import Finding, Verified, verify
from shared.sealing.databases import WRITING
from shared.sourcing import tree
from tests.shared.log_fixtures import ORIGIN, AtWork, append, appending, at_work

SEED = bytes(range(32, 64))
KEY: Verifier = verifier_of(ORIGIN, SEED)


class Audited:
    """A log that is signed as it grows."""

    def __init__(self, at: AtWork) -> None:
        self.at = at
        self.log = at.log
        self.signs = Checkpointer(at.log, SEED)
        self._version: dict[str, int] = {}

    def grows(self, events: int, streams: int = 5, each: int = 1) -> None:
        """Append so many events to a few streams, one after another, some of them published; put them in order."""
        for number in range(events // each):
            name = f"jar/{number % streams}"
            published = number % 8 if number % 3 else None
            append(self.log, appending(name, self._version.get(name, 0), each, published))
            self._version[name] = self._version.get(name, 0) + each
        self.at.sequencer.drain()

    def signed(self) -> Checkpoint:
        made = self.signs.once()
        assert made is not None
        said, _ = believed(made.note, KEY)
        return said

    def verified(self, since: int = 0, *seen: Checkpoint) -> Verified:
        return verify(self.log, KEY, since=since, seen=seen)

    def findings(self, *seen: Checkpoint) -> list[Finding]:
        return list(self.verified(0, *seen).findings)

    def root(self) -> tuple[int, bytes]:
        with self.log.snapshot() as tx:
            return tree.head(tx)

    def behind(self, change: Callable[[Connection], Any]) -> None:
        """Change tables as whoever owns the database can: tripwires off, and on again."""
        with self.log.engine.connect().execution_options(**{WRITING: True}) as tx, tx.begin():
            laid = _without_tripwires(tx)
            change(tx)
            for statement in laid:
                tx.exec_driver_sql(statement)

    def sql(self, *statements: str) -> None:
        self.behind(lambda tx: [tx.exec_driver_sql(each) for each in statements])


def _without_tripwires(tx: Connection) -> list[str]:
    """Take every tripwire away; returns what lays them again."""
    if tx.dialect.name == "sqlite":
        found = tx.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
        for name, _ in found:
            tx.exec_driver_sql(f"DROP TRIGGER {name}")
        return [sql for _, sql in found]
    tx.exec_driver_sql("SET LOCAL session_replication_role = replica")
    for table in ("event", "ledger", "subtree", "checkpoint"):
        tx.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER {table}_keeps_history")
    return [
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_keeps_history"
        for table in ("event", "ledger", "subtree", "checkpoint")
    ]


@contextmanager
def audited(url: str, place: Path) -> Iterator[Audited]:
    """A log of the sample service on a database."""
    with at_work(url, place) as at:
        yield Audited(at)
