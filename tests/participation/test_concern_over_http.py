"""A concern over HTTP: each step in its turn and in time, and nothing of it for anybody else."""

import json
from typing import Any
from uuid import uuid4

from shared.vocabulary.roles import SAFEGUARDING_ROLES, AccessRole
from tests.erasing import erase
from tests.participation.area import MORAG, RAISERS, REFERENCE, REFERRAL, SCHOOL, UNCLE, problem


def test_anybody_of_the_team_raises_a_concern_and_only_safeguarding_roles_read_it(area):
    for role in sorted(RAISERS):
        area.concern = uuid4()
        assert area.raising(role).status_code == 201
        expected = 200 if role in ("lead", "safeguarding_officer") else 404
        assert area.served.call("GET", f"/concerns/{area.concern}", role).status_code == expected
        assert area.served.call("GET", "/concerns", role).status_code == expected


def test_for_everybody_else_a_concern_and_its_absence_look_the_same(area):
    area.raising()
    steps = ("referral", "no-referral", "no-referral/review", "dispatches", "receipts", "acknowledgement", "outcome",
             "closure", "reopening", "links", "ruled-out-contacts")  # fmt: skip
    for role in sorted(set(AccessRole) - SAFEGUARDING_ROLES - {AccessRole.SERVICE}):
        seen = []
        for concern_id in (area.concern, uuid4()):
            found = [area.served.call("GET", f"/concerns/{concern_id}", role)]
            found += [area.post(f"/concerns/{concern_id}/{step}", role) for step in steps]
            seen.append([(each.status_code, {**each.json, "request_id": None}) for each in found])
        assert seen[0] == seen[1]
        assert {status for status, _ in seen[0]} == {404}
        hold = area.post(f"/inspections/{area.id}/clearance/hold", role, reason="records-outstanding")
        assert hold.status_code == 404


def test_whoever_may_not_raise_a_concern_is_told_nothing(area):
    for role in set(AccessRole) - {AccessRole(each) for each in RAISERS} - {AccessRole.SERVICE}:
        assert area.raising(role).status_code == 404
    assert area.get("/concerns")["items"] == []


def test_a_concern_goes_all_the_way_and_each_step_is_what_it_is(area):
    assert area.raising(conversation_id=str(area.conversation)).status_code == 201
    assert area.state() == ("raised", 0)
    assert area.cleared() is False
    dispatch = str(uuid4())
    for step, body, stands in (
        ("referral", REFERRAL, "to_be_referred"),
        ("dispatches", {"dispatch_id": dispatch, "channel": "secure_mail", "contact_id": str(uuid4())}, "dispatched"),
        ("receipts", {"receipt": "delivered:250", "dispatch_id": dispatch}, "received"),
        ("acknowledgement", {"reference": REFERENCE, "acknowledged_by": "Senior social worker"}, "acknowledged"),
        ("outcome", {"outcome": "plan-in-place"}, "outcome_known"),
        ("closure", {"reason": "agency-has-it"}, "closed"),
    ):
        assert area.concerned(step, **body).status_code == 201
        assert area.state() == (stands, 0)
    assert area.cleared() is True
    shown = area.get(f"/concerns/{area.concern}", "safeguarding_officer")
    assert [shown[name] for name in ("words", "known_location", "identity")] == [UNCLE, SCHOOL, MORAG]
    assert (shown["reference"], shown["lawful_basis"], shown["told"]) == (REFERENCE, "safeguarding", False)
    assert shown["version"] == 7


def test_an_anonymous_concern_is_still_referred(area):
    assert area.raising(identity=None, known_location=None, can_be_contacted=False).status_code == 201
    assert area.concerned("referral", **REFERRAL).status_code == 201
    assert area.get(f"/concerns/{area.concern}")["identity"] is None


def test_each_step_out_of_turn_is_refused_and_accounted_for(area):
    sent = {"dispatch_id": str(uuid4()), "channel": "secure_mail"}
    by_phone = {"dispatch_id": str(uuid4()), "channel": "phone"}
    acknowledged = {"reference": REFERENCE, "acknowledged_by": "Senior social worker"}
    known, why, receipt = {"outcome": "known"}, {"reason": "done"}, {"receipt": "delivered"}
    agrees = {"reason": "no-risk", "agrees": True}
    area.raising()
    turns: list[tuple[str, dict[str, Any], int | str]] = [
        ("dispatches", sent, "concern-undecided"),
        ("closure", why, "concern-undecided"),
        ("reopening", why, "concern-not-closed"),
        ("referral", REFERRAL | {"consent_reason": None}, "consent-reason-missing"),
        ("referral", REFERRAL | {"told_reason": None}, "told-reason-missing"),
        ("referral", REFERRAL | {"lawful_basis": "consent"}, "basis-is-not-consent"),
        ("no-referral/review", agrees, "nothing-to-read-again"),
        ("no-referral", why, 201),
        ("referral", REFERRAL, "concern-already-decided"),
        ("dispatches", sent, "concern-not-referred"),
        ("closure", why, "no-referral-unread"),
        ("no-referral/review", agrees, 201),
        ("no-referral/review", agrees, "nothing-to-read-again"),
        ("closure", why, 201),
        ("closure", why, "concern-is-closed"),
        ("reopening", why, 201),
        ("referral", REFERRAL, 201),
        ("receipts", receipt, "referral-not-dispatched"),
        ("dispatches", sent, 201),
        ("dispatches", sent, "dispatch-already-recorded"),
        ("receipts", receipt | {"dispatch_id": str(uuid4())}, "dispatch-unknown"),
        ("acknowledgement", acknowledged, "referral-not-received"),
        ("receipts", receipt, 201),
        ("receipts", receipt, "receipt-already-recorded"),
        ("outcome", known, "referral-not-acknowledged"),
        ("dispatches", by_phone, 201),
        ("acknowledgement", acknowledged, 201),
        ("acknowledgement", acknowledged, "referral-already-acknowledged"),
        ("closure", why, "referral-still-open"),
        ("outcome", known, 201),
        ("outcome", known, "outcome-already-recorded"),
    ]
    for step, body, expected in turns:
        answer = area.concerned(step, **body)
        got = 201 if answer.status_code == 201 else answer.json["type"].removeprefix("/problems/")
        assert (step, got) == (step, expected)
    problem(area.raising(), 409, "concern-already-raised")
    refused = [each for each in area.events() if each.type == "speir.Refused"]
    assert len(refused) == sum(expected != 201 for _, _, expected in turns) + 1


def test_a_concern_that_nobody_raised_is_not_found(area):
    problem(area.concerned("closure", reason="done"), 404, "not-found")
    problem(area.served.call("GET", f"/concerns/{area.concern}", "lead"), 404, "not-found")


def test_a_decision_that_is_late_is_escalated_level_by_level(area):
    area.raising()
    area.wait(minutes=59)
    assert area.state() == ("raised", 0)
    area.wait(minutes=2)
    assert area.state() == ("raised", 1)
    area.wait(hours=5)
    assert area.state() == ("raised", 4)
    levels = [json.loads(each.body)["level"] for each in area.events() if each.type.endswith("ConcernEscalated")]
    assert levels == [1, 2, 3, 4]


def test_what_is_decided_and_acknowledged_in_time_is_not_escalated(area):
    area.referred()
    area.wait(hours=12)
    assert area.state() == ("dispatched", 0)
    body = {"reference": REFERENCE, "acknowledged_by": "Senior social worker"}
    assert area.concerned("acknowledgement", **body).status_code == 201
    area.wait(days=9)
    assert area.state() == ("acknowledged", 0)
    assert not [each for each in area.events() if each.type.endswith("ConcernEscalated")]


def test_a_referral_that_nobody_acknowledges_is_escalated_whatever_was_sent_since(area):
    area.referred(channel="secure_mail")
    assert area.concerned("receipts", receipt="delivered").status_code == 201
    area.wait(hours=25)
    assert area.state() == ("received", 3)
    assert area.concerned("dispatches", dispatch_id=str(uuid4()), channel="phone").status_code == 201
    assert area.state() == ("dispatched", 3)
    assert area.cleared() is False


def test_clearance_is_withheld_without_a_trace_that_others_see(area):
    ways = area.get(f"/inspections/{area.id}/ways", "inspector")
    area.done(f"/inspections/{area.id}/clearance/hold", reason="records-outstanding")
    problem(area.post(f"/inspections/{area.id}/clearance/hold", reason="again"), 409, "clearance-already-withheld")
    assert area.cleared() is False
    shown = area.get(f"/inspections/{area.id}/ways", "inspector")
    assert {**shown, "version": 0} == {**ways, "version": 0}
    end = f"/inspections/{area.id}/clearance/hold/end"
    problem(area.post(end, "lead", reason="all-here"), 404, "not-found")
    assert area.cleared() is False, "whoever withheld it does not end it"
    area.done(end, "safeguarding_officer", reason="all-here")
    problem(area.post(end, "safeguarding_officer", reason="again"), 409, "clearance-not-withheld")
    assert area.cleared() is True


def test_nothing_that_is_told_or_shown_to_others_says_that_a_concern_exists(area):
    area.signposted().surveyed()
    area.arranged()
    paths = ("/ways", "/surveys", "/conversations", f"/inspections/{area.id}/ways", f"/surveys/{area.survey}")
    before = [area.get(path, "inspector") for path in paths], area.told()
    area.referred()
    area.wait(hours=30)
    assert ([area.get(path, "inspector") for path in paths], area.told()) == before
    assert all(each.partition is None for each in area.events() if each.stream.startswith("concern/"))


def test_an_identity_is_destroyed_without_the_rest(area):
    area.raising()
    erase(area.running.keyring, "subject/")
    shown = area.get(f"/concerns/{area.concern}")
    assert (shown["words"], shown["identity"]) == (UNCLE, {"erased": True})
    assert area.concerned("referral", **REFERRAL).status_code == 201
