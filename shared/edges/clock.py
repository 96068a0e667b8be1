"""The clock: APScheduler wakes what looks for itself whether anything is due; no deadline lives in it."""

import math
from collections.abc import Callable
from datetime import UTC, datetime

from apscheduler.schedulers.background import BackgroundScheduler


class Clock:
    """Calls things now and then, each one call at a time."""

    def __init__(self) -> None:
        """Make a clock that stands still until it is started."""
        self._scheduler = BackgroundScheduler(timezone=UTC, daemon=True)

    def every(self, seconds: float, call: Callable[[], object], name: str, *, on_the_beat: bool = False) -> None:
        """Call at once and then in intervals; a call that takes longer is not doubled.

        ``on_the_beat`` waits for the next whole multiple of the interval since 1970: whenever somebody started, and
        however many there are, all call at the same times.
        """
        now = datetime.now(UTC)
        first = next_beat(now, seconds) if on_the_beat else now
        self._scheduler.add_job(
            call,
            "interval",
            seconds=seconds,
            id=name,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
            next_run_time=first,
        )

    def start(self) -> None:
        """Begin."""
        self._scheduler.start()

    def stop(self) -> None:
        """Call no more, once what runs has ended."""
        self._scheduler.shutdown(wait=True)


def next_beat(now: datetime, seconds: float) -> datetime:
    """The first whole multiple of an interval since 1970 that is not before a moment."""
    return datetime.fromtimestamp(math.ceil(now.timestamp() / seconds) * seconds, UTC)
