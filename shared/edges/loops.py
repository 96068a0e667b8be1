"""Loops: a worker's threads, which go on after any failure and stop when told to."""

import threading
from collections.abc import Callable

import structlog

SHORTEST_S, LONGEST_S = 0.02, 5.0

log = structlog.get_logger()


class Loops:
    """Threads that do one thing again and again until they are stopped."""

    def __init__(self) -> None:
        """No loop runs yet."""
        self.stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._wakes: list[threading.Event] = []

    def run(
        self, name: str, once: Callable[[], int], *, pause_s: float = SHORTEST_S, wake: threading.Event | None = None
    ) -> None:
        """Call ``once`` without a pause while it has done something, else after one; longer pauses after failures.

        ``wake`` ends a pause at once.
        """
        wake = threading.Event() if wake is None else wake
        self._wakes.append(wake)
        thread = threading.Thread(target=self._repeat, args=(name, once, pause_s, wake), name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def start(self, name: str, run: Callable[[threading.Event], None]) -> None:
        """Run something that stops by itself when the event is set."""
        thread = threading.Thread(target=run, args=(self.stopping,), name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _repeat(self, name: str, once: Callable[[], int], pause_s: float, wake: threading.Event) -> None:
        failures = 0
        while not self.stopping.is_set():
            try:
                busy = once()
                failures = 0
            except Exception as failed:  # noqa: BLE001 - a worker outlives whatever its database does
                failures += 1
                busy = 0
                worker = name.replace(" ", "-")
                log.warning("loop.failed", worker=worker, error_type=type(failed).__name__, attempt=failures)
            if not busy:
                wake.wait(min(pause_s * 2 ** min(failures, 10), LONGEST_S))
                wake.clear()

    def stop(self, within_s: float = 10.0) -> None:
        """Stop every loop and wait for it to end."""
        self.stopping.set()
        for wake in self._wakes:
            wake.set()
        for thread in self._threads:
            thread.join(within_s)
