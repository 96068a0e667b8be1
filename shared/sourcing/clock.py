"""The log's clock: what instant it is by it, and what day, as days go in Scotland."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from shared.sourcing.event_log import EventLog
from shared.sourcing.telling import instant

SCOTLAND = ZoneInfo("Europe/London")
"""Days begin and end where the inspections are."""


def now(log: EventLog, tx: Connection) -> datetime:
    """The instant that it is by the log's clock, in UTC."""
    return instant(log.now_us(tx))


def today(log: EventLog, tx: Connection) -> date:
    """The day that it is by the log's clock."""
    return day_of(now(log, tx))


def day_of(moment: datetime) -> date:
    """The day that it is in Scotland at an instant."""
    return moment.astimezone(SCOTLAND).date()
