"""A service's worker: sequences its log, tells, hears, and does what is due."""

import threading
from collections.abc import Callable

from shared.edges.clock import Clock
from shared.edges.loops import Loops
from shared.sourcing import idempotency
from shared.sourcing.hearing import Hearing
from shared.sourcing.reacting import react
from shared.sourcing.running import RunningService
from shared.sourcing.sequencer import BATCH, Sequencer

SWEEP_S, HOUR_S = 0.1, 3600.0


class Worker:
    """The threads behind one service; several workers may run, for each kind of work one leads."""

    def __init__(self, running: RunningService, hearing: Hearing) -> None:
        """Prepare; nothing runs before ``start``."""
        self.running = running
        self.hearing = hearing
        self.loops = Loops()
        self.clock = Clock()
        self._sequencer = Sequencer(running.log)
        self._sequenced = threading.Event()
        """Wakes whoever tells, so that what was sequenced does not wait for the next look."""

    def tells(self, once: Callable[[], int], *, pause_s: float = 0.02) -> None:
        """Tell in a loop of its own."""
        self.loops.run(f"{self.running.name} tells", once, pause_s=pause_s, wake=self._sequenced)

    def hears(self, whom: str, once: Callable[[], int], *, pause_s: float = 0.02) -> None:
        """Hear in a loop of its own."""
        self.loops.run(f"{self.running.name} hears {whom}", once, pause_s=pause_s)

    def start(self) -> None:
        """Sequence, and look for what is due."""
        self.loops.run(f"{self.running.name} sequences", self._sequence)
        self.clock.every(SWEEP_S, self._react, "due")
        self.clock.every(HOUR_S, lambda: idempotency.forget(self.running.log), "answers")
        self.clock.start()

    def _sequence(self) -> int:
        done = self._sequencer.once()
        if done:
            self._sequenced.set()
        return done // BATCH  # what comes meanwhile is sequenced together after the pause, unless much is waiting

    def _react(self) -> None:
        while not self.loops.stopping.is_set() and react(self.running):
            pass

    def stop(self) -> None:
        """Stop everything and let others lead at once."""
        self.loops.stop()
        self.clock.stop()
        self._sequencer.lease.give_up()
