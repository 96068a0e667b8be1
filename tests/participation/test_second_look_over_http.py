"""A decision not to refer that somebody else reads, and a referral that goes round whom it is about, over HTTP."""

from typing import Any
from uuid import uuid4

from werkzeug.test import TestResponse

from shared.vocabulary.roles import SAFEGUARDING_ROLES, AccessRole
from tests.participation.area import REFERENCE, REFERRAL, Area, problem

WHY = {"reason": "no-risk"}
TAKEN_ON = {"reference": REFERENCE, "acknowledged_by": "Senior social worker"}


def reading(area: Area, actor: Any, *, agrees: bool = True) -> TestResponse:
    path = f"/concerns/{area.concern}/no-referral/review"
    return area.served.call("POST", path, "safeguarding_officer", {**WHY, "agrees": agrees}, actor=actor)


def sending(area: Area, contact: Any, channel: str = "phone") -> TestResponse:
    return area.concerned("dispatches", dispatch_id=str(uuid4()), channel=channel, contact_id=contact)


def refused(area: Area) -> list[str]:
    return [each.type for each in area.events() if each.type == "speir.Refused"]


def test_a_decision_not_to_refer_is_read_by_somebody_else(area: Area):
    decider, reader = uuid4(), uuid4()
    area.raising()
    problem(reading(area, reader), 409, "nothing-to-read-again")
    path = f"/concerns/{area.concern}/no-referral"
    assert area.served.call("POST", path, "lead", WHY, actor=decider).status_code == 201
    assert (area.state(), area.cleared()) == (("to_be_read_again", 0), False)
    problem(reading(area, decider), 409, "decided-by-the-reader")
    problem(area.concerned("closure", **WHY), 409, "no-referral-unread")
    assert reading(area, reader).status_code == 201
    assert (area.state(), area.cleared()) == (("not_referred", 0), True)
    assert area.get("/concerns?state=to_be_read_again")["items"] == []
    assert len(refused(area)) == 3


def test_whoever_reads_it_otherwise_has_it_decided_again(area: Area):
    area.raising()
    assert area.concerned("no-referral", **WHY).status_code == 201
    assert reading(area, uuid4(), agrees=False).status_code == 201
    assert (area.state(), area.cleared()) == (("raised", 0), False)
    assert area.concerned("referral", **REFERRAL).status_code == 201


def test_a_decision_that_nobody_reads_climbs_like_one_that_nobody_takes(area: Area):
    area.raising()
    assert area.concerned("no-referral", **WHY).status_code == 201
    area.wait(minutes=61)
    assert area.state() == ("to_be_read_again", 1)
    assert reading(area, uuid4(), agrees=False).status_code == 201
    assert area.state() == ("raised", 0)
    area.wait(minutes=61)
    assert area.state() == ("raised", 1)


def test_nobody_is_sent_a_concern_about_themselves(area: Area):
    conflicted = str(uuid4())
    assert area.raising(about_contact=conflicted).status_code == 201
    assert area.concerned("referral", **REFERRAL).status_code == 201
    problem(sending(area, conflicted), 409, "contact-is-conflicted")
    problem(area.concerned("ruled-out-contacts", contact_id=conflicted, **WHY), 409, "contact-already-ruled-out")
    assert sending(area, None).status_code == 201
    assert area.state() == ("dispatched", 0)
    assert len(refused(area)) == 2


def test_a_referral_that_reached_only_whom_it_is_about_goes_again(area: Area):
    conflicted, mailed = str(uuid4()), str(uuid4())
    area.raising()
    assert area.concerned("referral", **REFERRAL).status_code == 201
    assert sending(area, conflicted).status_code == 201
    assert area.concerned("acknowledgement", **TAKEN_ON).status_code == 201
    assert area.cleared() is True
    assert area.concerned("ruled-out-contacts", contact_id=conflicted, **WHY).status_code == 201
    assert (area.state(), area.cleared()) == (("to_be_referred", 0), False)
    area.wait(hours=2, minutes=1)
    assert area.state() == ("to_be_referred", 1)
    body = {"dispatch_id": mailed, "channel": "phone", "contact_id": str(uuid4())}
    assert area.concerned("dispatches", **body).status_code == 201
    assert area.concerned("acknowledgement", **TAKEN_ON).status_code == 201
    assert area.cleared() is True
    live = {name: (rows, rebuilt) for name, rows, rebuilt in area.served.rebuilt()}["concern_states"]
    assert live[0] == live[1]


def test_nobody_acknowledges_a_concern_about_themselves(area: Area):
    conflicted, mailed = str(uuid4()), str(uuid4())
    area.raising()
    assert area.concerned("referral", **REFERRAL).status_code == 201
    body = {"dispatch_id": mailed, "channel": "phone", "contact_id": conflicted}
    assert area.concerned("dispatches", **body).status_code == 201
    assert sending(area, str(uuid4())).status_code == 201
    assert area.concerned("ruled-out-contacts", contact_id=conflicted, **WHY).status_code == 201
    answered = area.concerned("acknowledgement", **TAKEN_ON, dispatch_id=mailed)
    problem(answered, 409, "contact-is-conflicted")
    assert area.concerned("acknowledgement", **TAKEN_ON).status_code == 201


def test_of_a_closed_concern_nobody_is_ruled_out(area: Area):
    area.raising()
    assert area.concerned("no-referral", **WHY).status_code == 201
    assert reading(area, uuid4()).status_code == 201
    assert area.concerned("closure", **WHY).status_code == 201
    closed = area.concerned("ruled-out-contacts", contact_id=str(uuid4()), **WHY)
    problem(closed, 409, "concern-is-closed")


def test_nothing_of_it_is_told_or_to_be_seen_by_others(area: Area):
    area.signposted()
    before, shown = area.told(), area.get(f"/inspections/{area.id}/ways", "inspector")
    area.raising(about_contact=str(uuid4()))
    assert area.concerned("no-referral", **WHY).status_code == 201
    assert reading(area, uuid4()).status_code == 201
    assert area.concerned("ruled-out-contacts", contact_id=str(uuid4()), **WHY).status_code == 201
    area.wait(hours=30)
    assert (area.told(), area.get(f"/inspections/{area.id}/ways", "inspector")) == (before, shown)
    assert all(each.partition is None for each in area.events() if each.stream.startswith("concern/"))
    for role in sorted(set(AccessRole) - SAFEGUARDING_ROLES - {AccessRole.SERVICE}):
        for step in ("no-referral/review", "ruled-out-contacts", "links"):
            answers = [area.post(f"/concerns/{each}/{step}", role) for each in (area.concern, uuid4())]
            assert {each.status_code for each in answers} == {404}
