"""Days for a calendar of somebody's own: an iCalendar file (RFC 5545) of events that last whole days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from icalendar import Calendar, Event

CONTENT_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//Speir//Calendar//EN"


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeDays:
    """Something that lasts from a first day to a last, both included; the same ``uid`` is the same thing, revised."""

    uid: UUID
    title: str
    first_day: date
    last_day: date
    revised_at: datetime
    """When its dates were last decided on, as an instant in UTC."""
    revision: int = 0
    """How often they were changed."""


def calendar_file(name: str, events: Iterable[WholeDays]) -> bytes:
    """The file: CRLF, lines of at most 75 octets, text escaped; the same events make the same bytes."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for event in sorted(events, key=lambda each: (each.first_day, each.last_day, each.uid)):
        calendar.add_component(_component(event))
    written: bytes = calendar.to_ical()
    return written


def _component(event: WholeDays) -> Event:
    component = Event()
    component.add("uid", str(event.uid))
    component.add("dtstamp", event.revised_at)
    component.add("last-modified", event.revised_at)
    component.add("sequence", event.revision)
    component.add("summary", event.title)
    component.add("dtstart", event.first_day)
    if event.last_day < date.max:  # the end is the day after the last, and there is none after that one
        component.add("dtend", event.last_day + timedelta(days=1))
    component.add("transp", "TRANSPARENT")
    return component
