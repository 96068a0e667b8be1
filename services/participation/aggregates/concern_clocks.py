"""How long a concern may wait before the next level acts: our own defaults, as no public timescale was found."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from services.participation.events import Rung
from shared.vocabulary.participation import Awaiting, Urgency

SCOTLAND: Final = ZoneInfo("Europe/London")
FIRST_LEVEL, WITHOUT_CONTACT, LAST_LEVEL = 1, 2, 4
"""1 the lead and the depute, 2 the officer on duty, 3 the service manager, 4 the head of service and a second agency.

Where the area named nobody, it begins with the officer on duty.
"""
UNSTAMPED: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""A moment that nobody stamped is long past: whatever waits since then is overdue, never forgotten."""

Clock = Callable[[datetime], datetime]


def within(wait: timedelta) -> Clock:
    """So much later, as clocks run: nights, weekends and holidays count, so it is early rather than late."""
    return lambda since: since + wait


def end_of_day(since: datetime) -> datetime:
    """The midnight that ends the day in Scotland."""
    tomorrow = since.astimezone(SCOTLAND).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), SCOTLAND).astimezone(UTC)


_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

CLOCKS: Final = MappingProxyType(
    {
        (Awaiting.DECISION, Urgency.IMMEDIATE): within(15 * _MINUTE),
        (Awaiting.DECISION, Urgency.SIGNIFICANT_HARM): within(_HOUR),
        (Awaiting.DECISION, Urgency.WELFARE): end_of_day,
        (Awaiting.SECOND_READING, Urgency.IMMEDIATE): within(15 * _MINUTE),
        (Awaiting.SECOND_READING, Urgency.SIGNIFICANT_HARM): within(_HOUR),
        (Awaiting.SECOND_READING, Urgency.WELFARE): end_of_day,
        (Awaiting.DISPATCH, Urgency.IMMEDIATE): within(15 * _MINUTE),
        (Awaiting.DISPATCH, Urgency.SIGNIFICANT_HARM): within(2 * _HOUR),
        (Awaiting.DISPATCH, Urgency.WELFARE): within(_DAY),
        (Awaiting.ACKNOWLEDGEMENT, Urgency.IMMEDIATE): within(_HOUR),
        (Awaiting.ACKNOWLEDGEMENT, Urgency.SIGNIFICANT_HARM): within(_DAY),
        (Awaiting.ACKNOWLEDGEMENT, Urgency.WELFARE): within(_DAY),
        (Awaiting.OUTCOME, Urgency.IMMEDIATE): within(10 * _DAY),
        (Awaiting.OUTCOME, Urgency.SIGNIFICANT_HARM): within(10 * _DAY),
        (Awaiting.OUTCOME, Urgency.WELFARE): within(10 * _DAY),
    }
)
"""When the first level is reached."""

STEPS: Final = MappingProxyType(
    {Urgency.IMMEDIATE: 15 * _MINUTE, Urgency.SIGNIFICANT_HARM: _HOUR, Urgency.WELFARE: _DAY}
)
"""How much later each further level is reached."""


def ladder(awaiting: Awaiting, urgency: Urgency, since: datetime, *, begins: int = FIRST_LEVEL) -> tuple[Rung, ...]:
    """The levels that are reached, and when, if nothing happens since a moment."""
    first = CLOCKS[awaiting, urgency](since)
    levels = range(begins, LAST_LEVEL + 1)
    return tuple(Rung(level=level, at=first + n * STEPS[urgency]) for n, level in enumerate(levels))
