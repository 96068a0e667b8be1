"""Checking: what is shown now beside what the log adds up to, at one moment."""

from dataclasses import dataclass

from shared.sourcing.event_log import EventLog
from shared.sourcing.read_models import ReadModel, fingerprint


@dataclass(frozen=True, slots=True)
class Compared:
    """A read model as it stands, and as a rebuild of the same moment makes it."""

    name: str
    version: int
    rows: int
    live: str
    rebuilt: str

    @property
    def equal(self) -> bool:
        """Whether they are the same."""
        return self.live == self.rebuilt


def compared(log: EventLog, models: tuple[ReadModel, ...]) -> list[Compared]:
    """Rebuild every model in memory and compare it with its table, in one snapshot."""
    found = []
    for model in models:
        with log.snapshot() as tx:
            live = model.live(tx)
            rebuilt = model.folded(log.appended(tx))
        found.append(Compared(model.name, model.version, len(live), fingerprint(live), fingerprint(rebuilt.values())))
    return found
