"""Days for somebody's calendar are written as RFC 5545 has them, and read back as they were."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import icalendar
import pytest

from shared.edges.calendar_file import WholeDays, calendar_file

SURVEY = WholeDays(
    uid=UUID(int=1),
    title="Falkirk: survey",
    first_day=date(2025, 9, 22),
    last_day=date(2025, 10, 17),
    revised_at=datetime(2025, 8, 25, 9, 30, 15, 250_000, tzinfo=UTC),
    revision=2,
)


def lines(*events: WholeDays) -> list[bytes]:
    written = calendar_file("Speir", events)
    assert written.endswith(b"\r\n")
    return written.split(b"\r\n")[:-1]


def read(*events: WholeDays) -> list[icalendar.Event]:
    found = icalendar.Calendar.from_ical(calendar_file("Speir", events)).walk("VEVENT")
    assert all(isinstance(each, icalendar.Event) for each in found)
    return found  # type: ignore[return-value]


def test_a_file_is_what_calendars_read() -> None:
    assert lines(SURVEY) == [
        b"BEGIN:VCALENDAR",
        b"VERSION:2.0",
        b"PRODID:-//Speir//Calendar//EN",
        b"CALSCALE:GREGORIAN",
        b"METHOD:PUBLISH",
        b"X-WR-CALNAME:Speir",
        b"BEGIN:VEVENT",
        b"SUMMARY:Falkirk: survey",
        b"DTSTART;VALUE=DATE:20250922",
        b"DTEND;VALUE=DATE:20251018",
        b"DTSTAMP:20250825T093015Z",
        b"UID:00000000-0000-0000-0000-000000000001",
        b"SEQUENCE:2",
        b"LAST-MODIFIED:20250825T093015Z",
        b"TRANSP:TRANSPARENT",
        b"END:VEVENT",
        b"END:VCALENDAR",
    ]


def test_no_line_is_longer_than_75_octets_and_no_character_is_cut() -> None:
    title = "Sgr\u00ecobhadh \u2013 " * 40
    written = lines(replace(SURVEY, title=title))
    assert max(map(len, written)) <= 75
    for line in written:
        line.decode()
    (event,) = read(replace(SURVEY, title=title))
    assert event["SUMMARY"] == title


@pytest.mark.parametrize("title", ["a, b; c", "back\\slash", "two\nlines", "BEGIN:VEVENT", '"quoted": yes'])
def test_a_title_is_a_title_whatever_stands_in_it(title: str) -> None:
    (event,) = read(replace(SURVEY, title=title))
    assert event["SUMMARY"] == title


def test_a_carriage_return_in_a_title_begins_no_line_of_its_own() -> None:
    (event,) = read(replace(SURVEY, title="x\r\nATTENDEE:mailto:somebody"))
    assert "ATTENDEE" not in event


def test_the_last_day_belongs_to_it() -> None:
    (event,) = read(replace(SURVEY, last_day=SURVEY.first_day))
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2025, 9, 22), date(2025, 9, 23))


def test_a_last_day_after_which_there_is_none_is_left_open() -> None:
    (event,) = read(replace(SURVEY, first_day=date.max, last_day=date.max))
    assert "DTEND" not in event


def test_the_same_events_make_the_same_file_in_whatever_order() -> None:
    other = replace(SURVEY, uid=UUID(int=2))
    assert calendar_file("Speir", [SURVEY, other]) == calendar_file("Speir", [other, SURVEY])


def test_a_calendar_without_events_is_one() -> None:
    assert read() == []
