"""Calendars by a secret address, over HTTP: told once, read without a token, gone once revoked, nowhere in the log."""

import logging
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import icalendar
import pytest
from werkzeug.test import TestResponse

from services.scheduling.api import api
from services.scheduling.service import scheduling
from tests.scheduling.facts import EDITION
from tests.scheduling.test_scheduling_over_http import Planned, refused, stored
from tests.serving import serve


@pytest.fixture
def planned(tmp_path) -> Planned:
    return Planned(serve(tmp_path, scheduling, api)).opened().laid().registered()


@pytest.fixture
def on_team(planned: Planned) -> Planned:
    assert planned.assign().status_code == 201
    return planned


def grant(planned: Planned, role: str = "planner", feed: UUID | None = None, **asked: Any) -> TestResponse:
    path = f"{planned.member}/calendar-feeds/{feed or uuid4()}"
    return planned.served.call("POST", path, role, {}, **asked)


def granted(planned: Planned, feed: UUID | None = None) -> str:
    """The secret address of a calendar."""
    answer = grant(planned, feed=feed)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    address: str = answer.json["address"]
    return address


def read(planned: Planned, address: str) -> TestResponse:
    return planned.served.client.get(address)


def events(planned: Planned, address: str) -> dict[str, Any]:
    answer = read(planned, address)
    assert answer.status_code == 200
    found = icalendar.Calendar.from_ical(answer.get_data())
    return {str(each["SUMMARY"]): each for each in found.walk("VEVENT")}


def test_a_calendar_holds_the_steps_of_the_inspections_that_somebody_is_on_the_team_of(on_team: Planned):
    found = events(on_team, granted(on_team))
    titles = {step.code: f"Falkirk: {step.title}" for step in EDITION.steps}
    assert set(found) == set(titles.values())
    for code, row in on_team.steps().items():
        event = found[titles[code]]
        assert event["DTSTART"].dt == date.fromisoformat(row["starts_on"])
        assert event["DTEND"].dt == date.fromisoformat(row["ends_on"]) + timedelta(days=1)
        assert event["SEQUENCE"] == 0


def test_a_calendar_is_read_as_one_and_kept_by_nobody_on_the_way(on_team: Planned):
    answer = read(on_team, granted(on_team))
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    body = answer.get_data()
    assert body.count(b"\r\n") == body.count(b"\n")
    assert max(map(len, body.split(b"\r\n"))) <= 75


def test_a_step_that_moves_is_the_same_event_revised(on_team: Planned):
    address = granted(on_team)
    before = events(on_team, address)
    on_team.served.on(date(2025, 9, 8))
    on_team.does(f"{on_team.here}/timetable/moves", code="follow-up", weeks=1, reason="illness")
    after = events(on_team, address)
    moved = {title for title in after if after[title].to_ical() != before[title].to_ical()}
    (title,) = moved
    assert after[title]["UID"] == before[title]["UID"]
    assert after[title]["SEQUENCE"] == 1
    assert after[title]["DTSTAMP"].dt > before[title]["DTSTAMP"].dt
    assert after[title]["DTSTART"].dt == before[title]["DTSTART"].dt + timedelta(weeks=1)


def test_what_has_not_changed_reads_the_same_again(on_team: Planned):
    address = granted(on_team)
    assert read(on_team, address).get_data() == read(on_team, address).get_data()


def test_who_is_on_no_team_has_an_empty_calendar_and_so_has_who_left(planned: Planned):
    address = granted(planned)
    assert events(planned, address) == {}
    assert planned.assign().status_code == 201
    assert len(events(planned, address)) == len(EDITION.steps)
    planned.does(f"{planned.member}/departures", inspection_id=str(planned.id))
    assert events(planned, address) == {}


def test_whose_time_on_a_team_is_over_has_its_dates_no_longer_and_the_team_shows_it(planned: Planned):
    address = granted(planned)
    days = {"from_day": "2025-09-01", "to_day": "2025-10-31"}
    body = {"inspection_id": str(planned.id), "team_role": "inspector", **days}
    planned.does(f"{planned.member}/assignments", **body)
    (row,) = [each for each in planned.get(f"{planned.here}/team")["items"] if each["first_day"] is not None]
    assert (row["first_day"], row["last_day"]) == ("2025-09-01", "2025-10-31")
    planned.served.on(date(2025, 10, 31))
    assert len(events(planned, address)) == len(EDITION.steps)
    planned.served.on(date(2025, 11, 1))
    assert events(planned, address) == {}


def test_an_inspection_without_a_timetable_is_in_no_calendar_yet(on_team: Planned):
    other = uuid4()
    assert on_team.open(inspection=other).status_code == 201
    assert on_team.assign(other).status_code == 201
    assert len(events(on_team, granted(on_team))) == len(EDITION.steps)


def test_a_calendar_that_is_revoked_unknown_or_no_address_at_all_is_not_there(on_team: Planned):
    feed = uuid4()
    address = granted(on_team, feed)
    on_team.does(f"/calendar-feeds/{feed}/revocation")
    known, folder = read(on_team, address), address.rpartition("/")[0]
    refused(known, 404, "not-found")
    told = {name: value for name, value in known.json.items() if name != "request_id"}
    for other in ("A" * 43, "x", "%00", "%ED%A0%80", "é", "a" * 4000, f"{feed}", address.rpartition("/")[2][:-5]):
        answer = read(on_team, f"{folder}/{other}.ics")
        assert {name: value for name, value in answer.json.items() if name != "request_id"} == told
        assert dict(answer.headers) | {"X-Request-ID": ""} == dict(known.headers) | {"X-Request-ID": ""}
    refused(read(on_team, f"{folder}/{'a' * 5000}.ics"), 414, "address-too-long")


def test_other_calendars_of_somebody_whose_one_was_revoked_stay_open(on_team: Planned):
    first, second = uuid4(), uuid4()
    addresses = granted(on_team, first), granted(on_team, second)
    on_team.does(f"/calendar-feeds/{first}/revocation")
    assert [read(on_team, address).status_code for address in addresses] == [404, 200]


def test_a_secret_address_is_told_once_even_to_who_asks_again(on_team: Planned):
    feed, actor = uuid4(), uuid4()
    first, again = (grant(on_team, feed=feed, actor=actor, Idempotency_Key="once") for _ in range(2))
    assert first.json["address"].startswith("/scheduling/v1/calendar-feeds/")
    assert again.json == first.json | {"address": None}
    refused(grant(on_team, feed=feed), 409, "calendar-feed-known")
    assert read(on_team, first.json["address"]).status_code == 200


def test_secrets_differ_and_stand_nowhere_in_the_database(on_team: Planned):
    secrets = [granted(on_team).rpartition("/")[2].removesuffix(".ics") for _ in range(2)]
    assert secrets[0] != secrets[1]
    assert all(len(secret) == 43 for secret in secrets)
    with on_team.served.running.log.reading() as tx:
        dump = "\n".join(tx.connection.iterdump())
    assert not [secret for secret in secrets if secret in dump]
    assert not [secret for secret in secrets if secret.encode() in stored(on_team)]


def test_a_secret_is_not_said_in_the_log_lines_even_where_reading_fails(on_team: Planned, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    address = granted(on_team)
    assert read(on_team, address).status_code == 200
    assert read(on_team, f"{address}x").status_code == 404
    with on_team.served.running.log.writing() as tx:
        tx.connection.execute("DROP TABLE teams_v2")
    refused(read(on_team, address), 503, "unavailable")
    everything = "".join((caplog.text, *(repr(vars(record)) for record in caplog.records), *capfd.readouterr()))
    assert "database.failed" in everything
    assert address.rpartition("/")[2].removesuffix(".ics") not in everything


def test_somebody_grants_lists_and_revokes_their_own_calendars_only(on_team: Planned):
    me, feed = on_team.person, uuid4()
    assert grant(on_team, "inspector", feed, actor=me).status_code == 200
    refused(grant(on_team, "inspector"), 404, "not-found")
    lists = f"{on_team.member}/calendar-feeds"
    (row,) = on_team.served.call("GET", lists, "inspector", actor=me).json["items"]
    own = {"feed_id": str(feed), "person_id": str(me), "granted_on": "2025-09-01", "revoked_on": None}
    assert row == own
    refused(on_team.served.call("GET", lists, "inspector"), 404, "not-found")
    revocation = f"/calendar-feeds/{feed}/revocation"
    refused(on_team.served.call("POST", revocation, "inspector"), 404, "not-found")
    assert on_team.served.call("POST", revocation, "inspector", actor=me).status_code == 201
    refused(on_team.post(f"/calendar-feeds/{feed}/revocation"), 409, "calendar-feed-is-revoked")
    refused(on_team.post(f"/calendar-feeds/{uuid4()}/revocation"), 404, "not-found")


def test_calendars_that_cannot_be_are_refused(planned: Planned):
    nobody = f"/team-members/{uuid4()}/calendar-feeds/{uuid4()}"
    refused(planned.post(nobody), 404, "not-found")
    refused(planned.post(f"{planned.member}/calendar-feeds/{uuid4()}", surprise=1), 422, "not-understood", "/surprise")
    refused(grant(planned, Idempotency_Key=""), 400, "key-missing")
