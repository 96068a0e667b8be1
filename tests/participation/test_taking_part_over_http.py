"""Asking to be heard, asking to volunteer, and linking concerns over HTTP; and what an edition does not offer."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from werkzeug.test import TestResponse

from shared.sealing.key_tables import keys
from tests.erasing import erase
from tests.participation.area import ARRANGED, UNCLE, Area, problem

TELEPHONE = "07700 900123"


@pytest.fixture
def remote(tmp_path: Path) -> Area:
    """An inspection by an edition that is all remote, without surveys of children and without volunteers."""
    return Area(tmp_path, "throughcare@2021-1").signposted()


@pytest.fixture
def without_surveys(tmp_path: Path) -> Area:
    """An inspection by an edition that asks nobody in surveys."""
    return Area(tmp_path, "community-justice-partnerships@2018-1").signposted()


def ask(area: Area, **wish: Any) -> TestResponse:
    body = {**ARRANGED, "inspection_id": str(area.id), "person_id": str(uuid4()), "reached_by": TELEPHONE, **wish}
    return area.post(f"/conversations/{area.conversation}/request", "coordinator", **body)


def volunteer(area: Area, who: Any, **given: Any) -> TestResponse:
    body = {"born_on": "2003-03-04", "reached_by": TELEPHONE, **given}
    return area.post(f"/inspections/{area.id}/volunteers/{who}", "coordinator", **body)


def test_somebody_asks_to_be_heard_and_how_they_are_reached_is_sealed(area: Area):
    problem(ask(area), 409, "signposting-unconfirmed")
    area.signposted()
    problem(ask(area, mode="survey"), 422, "mode-not-offered")
    assert ask(area).status_code == 201
    problem(ask(area), 409, "speaking-already-asked-for")
    path = f"/conversations/{area.conversation}"
    problem(area.post(f"{path}/consent", confidentiality_explained=True), 409, "conversation-not-arranged")
    problem(area.post(f"{path}/consent/withdrawal"), 409, "conversation-not-arranged")
    problem(area.post(f"{path}/meeting"), 409, "conversation-not-arranged")
    assert area.get(path, "inspector")["reached_by"] == TELEPHONE
    assert area.arranged().status_code == 201
    written = b"".join(file.read_bytes() for file in area.directory.rglob("*") if file.is_file())
    assert TELEPHONE.encode() not in written


def test_whoever_asked_to_be_heard_waits_in_a_list_until_it_is_arranged(area: Area):
    area.signposted()
    assert ask(area).status_code == 201
    (row,) = area.get(f"/wishes-to-speak?inspection_id={area.id}&arranged=false", "inspector")["items"]
    assert (row["channel"], row["supporter"], row["volunteer"]) == ("video", True, False)
    assert TELEPHONE not in json.dumps(row)
    assert area.get("/wishes-to-speak", "coordinator")["items"] == [row]
    assert area.served.call("GET", "/wishes-to-speak", "coordinator", member=False).json["items"] == []
    path = f"/conversations/{area.conversation}"
    assert TELEPHONE not in json.dumps(area.get(path, "partner_inspector"))
    problem(area.served.call("GET", path, "coordinator"), 403, "not-allowed")
    for role in ("planner", "safeguarding_officer", "young_inspection_volunteer"):
        problem(area.served.call("GET", "/wishes-to-speak", role), 403, "not-allowed")
    assert area.arranged().status_code == 201
    assert area.get("/wishes-to-speak?arranged=false", "inspector")["items"] == []
    assert area.get("/wishes-to-speak?arranged=true", "inspector")["items"] == [{**row, "arranged": True}]


def test_what_is_arranged_keeps_to_what_was_asked_for(area: Area):
    area.signposted()
    assert ask(area, volunteer=True).status_code == 201
    path, wish = f"/conversations/{area.conversation}", {**ARRANGED, "inspection_id": str(area.id)}
    for name in ("supporter", "volunteer"):
        refused = area.post(path, "inspector", **wish | {"supporter": True, "volunteer": True, name: False})
        assert problem(refused, 422, "wish-not-kept")["errors"][0]["pointer"] == f"/{name}"
    assert area.post(path, "inspector", **wish | {"channel": "phone", "volunteer": True}).status_code == 201
    problem(area.post(path, "inspector", **wish), 409, "conversation-already-arranged")


def test_how_somebody_is_reached_is_destroyed_without_the_rest(area: Area):
    area.signposted()
    assert ask(area).status_code == 201
    assert area.arranged().status_code == 201
    erase(area.running.keyring, "person/")
    path = f"/conversations/{area.conversation}"
    area.done(f"{path}/consent", "inspector", confidentiality_explained=True)
    area.done(f"{path}/meeting", "inspector")
    area.done(f"{path}/views", "inspector", views="nobody asked me")
    shown = area.get(path, "inspector")
    assert (shown["reached_by"], shown["views"]) == ({"erased": True}, ["nobody asked me"])


def test_nothing_more_is_written_about_whoever_was_erased(area: Area):
    area.signposted()
    area.running.keyring.destroy([f"inspection/{area.id}"])
    problem(ask(area), 410, "owner-erased")


def test_a_lost_key_is_not_shown_as_an_erasure(area: Area):
    area.signposted()
    who = uuid4()
    assert ask(area, person_id=str(who)).status_code == 201
    keyring = area.running.keyring
    with keyring.engine.begin() as tx:
        tx.execute(keys.delete().where(keys.c.owner.startswith("person/")))
    keyring.forget([f"person/{who}"])
    shown = area.served.call("GET", f"/conversations/{area.conversation}", "inspector")
    problem(shown, 503, "key-lost")


def test_a_conversation_is_arranged_where_and_as_it_can_be(area: Area):
    path, wish = f"/conversations/{area.conversation}", {**ARRANGED, "inspection_id": str(area.id)}
    problem(area.post(path, "inspector", **wish), 409, "signposting-unconfirmed")
    area.signposted()
    problem(area.post(path, "inspector", **wish | {"mode": "survey"}), 422, "mode-not-offered")
    area.plan(f"/inspections/{area.id}/closure")
    problem(area.post(path, "inspector", **wish), 409, "ways-are-closed")


def test_nobody_asks_after_the_end(area: Area):
    area.signposted()
    area.plan(f"/inspections/{area.id}/closure")
    problem(ask(area), 409, "ways-are-closed")
    problem(volunteer(area, uuid4()), 409, "ways-are-closed")


def test_what_the_edition_does_not_offer_is_refused(remote: Area):
    problem(ask(remote, channel="in_person"), 422, "channel-not-offered")
    problem(ask(remote, volunteer=True), 422, "volunteer-not-offered")
    problem(remote.arranged(channel="in_person"), 422, "channel-not-offered")
    problem(remote.arranged(volunteer=True), 422, "volunteer-not-offered")
    problem(volunteer(remote, uuid4()), 409, "volunteers-not-asked")
    path, wish = f"/conversations/{remote.conversation}", {**ARRANGED, "inspection_id": str(remote.id)}
    problem(remote.post(path, "inspector", **wish | {"channel": "in_person"}), 422, "channel-not-offered")
    problem(remote.post(path, "inspector", **wish | {"volunteer": True}), 422, "volunteer-not-offered")


def test_a_survey_is_opened_where_surveys_are_offered(without_surveys: Area):
    asked = {"inspection_id": str(without_surveys.id), "asks": "staff", "questions": "staff-2025@1"}
    path = f"/surveys/{without_surveys.survey}"
    problem(without_surveys.post(path, "participation_lead", **asked), 409, "survey-not-offered")


def test_a_volunteer_asks_once_and_is_of_the_right_age(area: Area):
    who = uuid4()
    problem(volunteer(area, who), 409, "signposting-unconfirmed")
    area.signposted()
    problem(volunteer(area, who, born_on="2010-01-01"), 422, "volunteer-age-unfit")
    assert volunteer(area, who).status_code == 201
    problem(volunteer(area, who), 409, "volunteering-already-asked-for")
    written = b"".join(file.read_bytes() for file in area.directory.rglob("*") if file.is_file())
    assert b"2003-03-04" not in written
    assert TELEPHONE.encode() not in written


def test_somebody_deals_with_a_volunteer_and_sees_how_to_reach_them(area: Area):
    who, path = uuid4(), f"/inspections/{area.signposted().id}/volunteers"
    problem(area.post(f"{path}/{who}/taking-up", "participation_lead"), 404, "not-found")
    assert area.served.call("GET", f"{path}/{who}", "participation_lead").status_code == 404
    assert volunteer(area, who).status_code == 201
    (row,) = area.get(f"/volunteers?inspection_id={area.id}", "participation_lead")["items"]
    assert (row["volunteer_id"], row["eligible_until"], row["dealt_with_by"]) == (str(who), "2030-03-03", None)
    area.done(f"{path}/{who}/taking-up", "participation_lead")
    problem(area.post(f"{path}/{who}/taking-up", "lead"), 409, "volunteering-already-taken-up")
    shown = area.get(f"{path}/{who}", "participation_lead")
    assert (shown["reached_by"], shown["taken_up_on"]) == (TELEPHONE, "2025-09-02")
    assert area.get("/volunteers")["items"][0]["dealt_with_by"] == shown["dealt_with_by"]
    for route in ("/volunteers", f"{path}/{who}"):
        assert area.served.call("GET", route, "inspector").status_code == 403
    assert str(who) not in json.dumps(area.get(f"/inspections/{area.id}/ways", "inspector"))


def test_two_concerns_about_the_same_thing_know_of_each_other(area: Area):
    area.raising()
    first, area.concern = area.concern, uuid4()
    area.raising()
    second = area.concern
    problem(area.concerned("links", other=str(second)), 422, "linked-to-itself")
    problem(area.concerned("links", other=str(uuid4())), 404, "not-found")
    assert area.concerned("links", other=str(first)).status_code == 201
    problem(area.concerned("links", other=str(first)), 409, "concerns-already-linked")
    assert len([each for each in area.events() if each.type == "speir.Refused"]) == 2
    area.react()
    shown = area.get(f"/concerns/{first}", "safeguarding_officer")
    assert shown["linked"] == [str(second)]
    assert str(second) not in json.dumps([str(raw) for raw in area.told()])
    problem(area.post(f"/concerns/{first}/links", "planner", other=str(second)), 404, "not-found")


def test_a_concern_is_raised_once(area: Area):
    path = f"/concerns/{area.concern}"
    said = {"inspection_id": str(area.id), "kind": "child", "urgency": "welfare", "words": UNCLE}
    assert area.post(path, "inspector", **said, can_be_contacted=False).status_code == 201
    problem(area.post(path, "inspector", **said, can_be_contacted=False), 409, "concern-already-raised")


def test_every_list_is_rebuilt_the_same(area: Area):
    area.signposted()
    assert ask(area).status_code == 201
    assert area.arranged().status_code == 201
    who = uuid4()
    assert volunteer(area, who).status_code == 201
    area.done(f"/inspections/{area.id}/volunteers/{who}/taking-up", "participation_lead")
    assert all(live == rebuilt for _, live, rebuilt in area.served.rebuilt())
