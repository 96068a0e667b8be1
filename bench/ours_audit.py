"""Ours: a whole log verified, as ``speir audit verify --full`` does it; the bare peer only hashes as many bytes."""

from hashlib import sha256
from uuid import UUID, uuid5

from bench.contender import Done, enters
from bench.ours import ORIGIN, Ours, aged, at_work
from bench.workloads import LOG_EVENTS, LONG_STREAM
from shared.audit.checkpointing import Checkpointer
from shared.audit.entries import entry_of
from shared.audit.notes import verifier_of
from shared.audit.verifying import verify
from shared.sourcing.running import RunningService

SEED = bytes(range(32))
STREAM_EVENTS = 40


class Audited(Ours):
    """A log of streams of the usual length, put in order and signed."""

    def prepare(self, url: str, /) -> None:
        """Fill it, and sign it."""
        super().prepare(url)
        Checkpointer(at_work(url).log, SEED).once()

    def fill(self, running: RunningService) -> None:
        """Stream after stream."""
        for number in range(LOG_EVENTS // STREAM_EVENTS):
            aged(running, uuid5(LONG_STREAM, str(number)), STREAM_EVENTS)


@enters("verify")
class Verifies(Audited):
    """Everything read, hashed anew, and held against what was signed."""

    def command(self, _stream: UUID, /) -> Done:
        """Verify it, and make sure that it was all there and nothing differed."""
        found = verify(self.running.log, verifier_of(ORIGIN, SEED))
        if found.findings or (found.events, found.checkpoints) != (LOG_EVENTS, 1):
            raise ValueError(found)
        return Done(found.events)


@enters("verify")
class Hashes(Audited):
    """SHA-256 over the same bytes, which lie in memory: no database, no order, no tree."""

    name = "sha256"

    def connect(self, address: str, /) -> None:
        """Read the log into memory."""
        super().connect(address)
        log = self.running.log
        with log.reading() as tx:
            events = log.ordered(tx, limit=LOG_EVENTS)
        self.texts = [(each.salt + each.body, each.meta, b"\x00" + entry_of(log.origin, each)) for each in events]

    def command(self, _stream: UUID, /) -> Done:
        """Hash what a leaf and its commitments are made of."""
        for body, meta, entry in self.texts:
            sha256(body).digest()
            sha256(meta).digest()
            sha256(entry).digest()
        return Done(len(self.texts))
