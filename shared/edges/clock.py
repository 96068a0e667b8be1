"""The clock: APScheduler wakes what looks for itself whether anything is due; no deadline lives in it."""

from collections.abc import Callable
from datetime import UTC, datetime

from apscheduler.schedulers.background import BackgroundScheduler


class Clock:
    """Calls things now and then, each one call at a time."""

    def __init__(self) -> None:
        """Make a clock that stands still until it is started."""
        self._scheduler = BackgroundScheduler(timezone=UTC, daemon=True)

    def every(self, seconds: float, call: Callable[[], object], name: str) -> None:
        """Call at once and then in intervals; a call that takes longer is not doubled."""
        self._scheduler.add_job(
            call,
            "interval",
            seconds=seconds,
            id=name,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
            next_run_time=datetime.now(UTC),
        )

    def start(self) -> None:
        """Begin."""
        self._scheduler.start()

    def stop(self) -> None:
        """Call no more, once what runs has ended."""
        self._scheduler.shutdown(wait=True)
