"""Team members over HTTP: conflicts and who is shown them, volunteers, pairs, activities, and leaving."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from werkzeug.test import TestResponse

from services.scheduling.api import api
from services.scheduling.service import scheduling
from shared.contracts.scheduling import TeamMemberAssigned, TeamMembersPaired
from tests.scheduling.facts import FALKIRK, FIFE, NATION, STIRLING
from tests.scheduling.test_scheduling_over_http import NAME, PARTNERS, TODAY, Planned, refused, stored
from tests.serving import serve

HOW = "Somebody else reads what concerns the spouse"
BORN = "2003-05-06"
VOLUNTEER, READER = "young_inspection_volunteer", "local_records_reader"


@pytest.fixture
def planned(tmp_path) -> Planned:
    return Planned(serve(tmp_path, scheduling, api)).opened()


def registered(planned: Planned, role: str | None = None, **given: Any) -> UUID:
    """Somebody new, on the team if they have a role."""
    person = uuid4()
    planned.does(f"/team-members/{person}", **{"name": NAME, "home_area": STIRLING, **given})
    if role is not None:
        planned.does(f"/team-members/{person}/assignments", inspection_id=str(planned.id), team_role=role)
    return person


def asked(planned: Planned, person: UUID, what: str, actor: UUID | None = None, **body: Any) -> TestResponse:
    whole = {"inspection_id": str(planned.id), **body}
    return planned.served.call("POST", f"/team-members/{person}/{what}", "planner", whole, actor=actor)


def tie(planned: Planned, person: UUID, council: str = FALKIRK, **given: Any) -> None:
    planned.does(
        f"/team-members/{person}/interests", **{"council": council, "reason": "spouse", "kind": "family", **given}
    )
    planned.served.react()


def conflicts(planned: Planned, actor: UUID | None = None, path: str = "/conflicts") -> list[dict[str, Any]]:
    answer = planned.served.call("GET", path, "planner", actor=actor)
    assert answer.status_code == 200
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def test_a_conflict_that_comes_to_be_known_is_found_and_another_planner_decides_on_it(planned: Planned):
    person = registered(planned, "inspector")
    assert conflicts(planned) == []
    tie(planned, person)
    here = f"/inspections/{planned.id}/conflicts"
    row = {"inspection_id": str(planned.id), "person_id": str(person)}
    found = row | {"state": "undecided", "found_on": TODAY, "mitigated_on": None}
    assert conflicts(planned) == conflicts(planned, path=here) == [found]
    assert conflicts(planned, path=f"/inspections/{uuid4()}/conflicts") == []
    assert asked(planned, person, "mitigations", reason=HOW).status_code == 201
    decided = row | {"state": "mitigated", "found_on": None, "mitigated_on": TODAY}
    assert conflicts(planned) == [decided]
    assert HOW.encode() not in stored(planned)


def test_a_new_employer_is_looked_at_too(planned: Planned):
    person = registered(planned, "inspector")
    path = f"/team-members/{person}/employment"
    refused(planned.post(path, employed_in=NATION, from_day=TODAY), 422, "unknown-council")
    refused(planned.post(path, employed_in="S12000099", from_day=TODAY), 422, "not-understood", "/employed_in")
    refused(planned.post(f"/team-members/{uuid4()}/employment", from_day=TODAY), 404, "not-found")
    coordinators = planned.post(path, "coordinator", employed_in=FALKIRK, from_day="2026-01-05")
    refused(coordinators, 403, "not-allowed")
    planned.does(path, employed_in=FALKIRK, from_day="2026-01-05")
    planned.served.react()
    assert [row["state"] for row in conflicts(planned)] == ["undecided"]
    refused(asked(planned, person, "mitigations", reason=HOW), 409, "own-area")


def test_nobody_is_shown_their_own_conflict_nor_that_there_is_one(planned: Planned):
    person, other = registered(planned, "inspector"), registered(planned, "inspector")
    for each in (person, other):
        tie(planned, each)
    for path in ("/conflicts", f"/inspections/{planned.id}/conflicts"):
        assert [row["person_id"] for row in conflicts(planned, person, path)] == [str(other)]
        assert [row["person_id"] for row in conflicts(planned, other, path)] == [str(person)]
        assert len(conflicts(planned, path=path)) == 2
        page = planned.served.call("GET", f"{path}?limit=1", "planner", actor=person)
        assert (page.json["next"], "Link" in page.headers) == (None, False)
    team = planned.served.call("GET", f"/inspections/{planned.id}/team", "planner", actor=person).json["items"]
    assert {str(sorted(row)) for row in team} == {
        "['first_day', 'inspection_id', 'last_day', 'left_on', 'person_id', 'team_role', 'with_person']"
    }


def test_nobody_reads_their_own_file_as_its_version_alone_may_tell(planned: Planned):
    person = registered(planned, "inspector")
    own = f"/team-members/{person}"
    nowhere = f"/team-members/{uuid4()}"
    for role in ("planner", "auditor"):
        for path in (own, nowhere):
            refused(planned.served.call("GET", path, role, actor=person), 404, "not-found")
        assert planned.served.call("GET", own, role).status_code == 200
    for role in ("coordinator", "lead", "inspector"):
        for path in (own, nowhere):
            refused(planned.served.call("GET", path, role, actor=person), 403, "not-allowed")


def test_who_decides_sees_conflicts_and_ties_and_who_looks_on_sees_neither(planned: Planned):
    person = registered(planned, "inspector")
    tie(planned, person)
    assert asked(planned, person, "mitigations", reason=HOW).status_code == 201
    tie(planned, person)
    shown = {role: planned.get(f"/team-members/{person}", role) for role in ("planner", "auditor")}
    assert shown["planner"]["conflicts"] == [str(planned.id)]
    assert shown["planner"]["mitigations"][str(planned.id)]["reason"] == HOW
    assert [each["kind"] for each in shown["planner"]["ties"]] == ["family", "family"]
    assert {"conflicts", "mitigations", "ties"} & set(shown["auditor"]) == set()
    assert shown["auditor"]["name"] == {"sealed": True}
    for role in ("coordinator", "lead"):
        refused(planned.served.call("GET", f"/team-members/{person}", role), 403, "not-allowed")
    assert planned.get(f"/team-members/{person}?as_of=version:1")["ties"] == []


def test_nobody_decides_on_a_conflict_of_their_own_and_who_tried_is_on_record(planned: Planned):
    person = registered(planned)
    for tied in (False, True):
        refused(asked(planned, person, "mitigations", actor=person, reason=HOW), 403, "own-conflict")
        if not tied:
            tie(planned, person)
    with planned.served.running.log.reading() as tx:
        kept, _ = planned.served.running.log.facts(tx, f"refusals/{person}")
    assert {(each.code, each.command) for each in kept} == {("own-conflict", "scheduling.MitigateConflict")}


def test_mitigations_that_cannot_be_are_refused(planned: Planned):
    person = registered(planned)
    path = f"/team-members/{person}/mitigations"
    here = {"inspection_id": str(planned.id)}
    refused(planned.post(f"/team-members/{uuid4()}/mitigations", reason=HOW, **here), 404, "not-found")
    refused(planned.post(path, reason=HOW, inspection_id=str(uuid4())), 404, "not-found")
    refused(planned.post(path, reason=HOW, **here), 409, "nothing-to-mitigate")
    refused(planned.post(path, **here), 422, "not-understood", "/reason")
    tie(planned, person)
    refused(
        planned.post(f"/team-members/{person}/assignments", team_role="inspector", **here), 409, "conflict-of-interest"
    )
    planned.does(path, reason=HOW, **here)
    planned.does(f"/team-members/{person}/assignments", team_role="inspector", **here)
    lives = registered(planned, home_area=FALKIRK)
    refused(planned.post(f"/team-members/{lives}/mitigations", reason=HOW, **here), 409, "own-area")
    planned.does(f"/inspections/{planned.id}/closure")
    refused(planned.post(path, reason=HOW, **here), 409, "inspection-is-closed")


def test_who_works_for_a_body_that_does_not_take_part_is_not_assigned(planned: Planned):
    person = registered(planned, body="inspectorate-of-education")
    body = {"inspection_id": str(planned.id), "team_role": "inspector"}
    problem = refused(planned.post(f"/team-members/{person}/assignments", **body), 409, "body-not-taking-part")
    assert problem["body"] == "inspectorate-of-education"
    planned.does(f"/inspections/{planned.id}/partners", partner="inspectorate-of-education")
    planned.does(f"/team-members/{person}/assignments", **body)


def test_a_volunteers_birth_date_is_nowhere_in_the_clear(planned: Planned):
    person = registered(planned, VOLUNTEER, born_on=BORN)
    kept = stored(planned)
    assert BORN.encode() not in kept
    assert b"2030-05-05" in kept
    for role in ("planner", "auditor"):
        shown = planned.get(f"/team-members/{person}", role)
        assert shown["volunteer_until"] == "2030-05-05"
        assert "born_on" not in shown
        assert BORN not in str(shown)


def test_somebody_is_registered_once(planned: Planned):
    again = planned.post(f"/team-members/{registered(planned)}", name=NAME, home_area=FIFE)
    refused(again, 409, "team-member-already-registered")


def test_volunteers_of_another_age_are_refused(planned: Planned):
    for born_on in ("2007-09-02", "1998-09-01"):
        answer = planned.post(f"/team-members/{uuid4()}", name=NAME, home_area=FIFE, born_on=born_on)
        refused(answer, 422, "not-of-volunteers-age", "/born_on")
    refused(planned.post(f"/team-members/{uuid4()}", name=NAME, home_area=FIFE, born_on="old"), 422, "not-understood")
    nobodys_age = registered(planned)
    body = {"inspection_id": str(planned.id), "team_role": VOLUNTEER}
    answer = planned.post(f"/team-members/{nobodys_age}/assignments", **body)
    refused(answer, 422, "not-of-volunteers-age", "/team_role")


def test_a_volunteer_takes_part_together_with_an_adult(planned: Planned):
    volunteer = registered(planned, VOLUNTEER, born_on="1998-12-01")
    adult = registered(planned, "inspector", body=PARTNERS[0])
    on_site = {"code": "on-site", "on_day": "2025-11-18"}
    path = f"/team-members/{volunteer}/activities"
    here = {"inspection_id": str(planned.id)}
    refused(planned.post(path, **on_site, **here), 409, "volunteer-is-alone")
    assert asked(planned, volunteer, "pairs", with_person=str(adult)).status_code == 201
    planned.does(path, **on_site, **here)
    too_old = planned.post(path, **{**on_site, "on_day": "2025-12-01"}, **here)
    refused(too_old, 422, "not-of-volunteers-age")
    (row,) = planned.get(f"/inspections/{planned.id}/activities", "inspector")["items"]
    assert (row["person_id"], row["code"], row["on_day"]) == (str(volunteer), "on-site", "2025-11-18")
    team = {row["person_id"]: row for row in planned.get(f"/inspections/{planned.id}/team")["items"]}
    assert team[str(volunteer)]["with_person"] == str(adult)
    assert asked(planned, adult, "departures").status_code == 201
    refused(planned.post(path, **on_site, **here), 409, "volunteer-is-alone")


def last_fact(planned: Planned, person: UUID) -> Any:
    """What was recorded last about somebody."""
    with planned.served.running.log.reading() as tx:
        facts, _ = planned.served.running.log.facts(tx, f"team_member/{person}")
    return facts[-1]


def test_an_assignment_counts_on_its_days_only(planned: Planned):
    person = registered(planned)
    path, days = f"/team-members/{person}/assignments", {"from_day": "2025-09-03", "to_day": "2025-09-04"}
    asks = {"inspection_id": str(planned.id), "team_role": "inspector"}
    before = {"from_day": "2025-09-03", "to_day": "2025-09-02"}
    refused(planned.post(path, **asks, **before), 422, "period-runs-backward", "/to_day")
    refused(planned.post(path, **asks, to_day="soon"), 422, "not-understood", "/to_day")
    planned.does(path, **asks, **days)
    fact = last_fact(planned, person)
    assert isinstance(fact, TeamMemberAssigned)
    assert (fact.from_day, fact.to_day) == (date(2025, 9, 3), date(2025, 9, 4))
    for day, status in ((2, 404), (3, 200), (4, 200), (5, 404)):
        planned.served.on(date(2025, 9, day))
        read = planned.served.call(
            "GET", f"/inspections/{planned.id}/timetable", "inspector", actor=person, member=False
        )
        assert read.status_code == status, day


def test_a_pairing_for_some_days_says_which(planned: Planned):
    reader, inspector = registered(planned, READER, home_area=FALKIRK), registered(planned, "inspector")
    path = f"/team-members/{reader}/pairs"
    both = {"inspection_id": str(planned.id), "with_person": str(inspector)}
    backward = planned.post(path, **both, from_day="2025-09-03", to_day="2025-09-02")
    refused(backward, 422, "period-runs-backward", "/to_day")
    refused(planned.post(path, **both, from_day="soon"), 422, "not-understood", "/from_day")
    planned.does(path, **both, from_day="2025-09-02", to_day="2025-09-02")
    fact = last_fact(planned, reader)
    assert isinstance(fact, TeamMembersPaired)
    assert (fact.with_person, fact.from_day, fact.to_day) == (inspector, date(2025, 9, 2), date(2025, 9, 2))


def test_pairs_that_cannot_be_are_refused(planned: Planned):
    reader, inspector = registered(planned, READER, home_area=FALKIRK), registered(planned, "inspector")
    path = f"/team-members/{reader}/pairs"
    here = {"inspection_id": str(planned.id)}
    refused(planned.post(path, with_person=str(reader), **here), 422, "paired-with-oneself", "/with_person")
    refused(planned.post(path, with_person=str(uuid4()), **here), 409, "not-on-team")
    refused(planned.post(f"/team-members/{uuid4()}/pairs", with_person=str(inspector), **here), 404, "not-found")
    other_way = planned.post(f"/team-members/{inspector}/pairs", with_person=str(reader), **here)
    assert refused(other_way, 409, "roles-do-not-pair")["roles"] == ["inspector", READER]
    planned.does(path, with_person=str(inspector), **here)


def test_activities_that_cannot_be_are_refused(planned: Planned):
    person = registered(planned)
    path = f"/team-members/{person}/activities"
    body = {"inspection_id": str(planned.id), "code": "on-site", "on_day": "2025-11-18"}
    refused(planned.post(path, **body), 409, "not-on-team")
    refused(planned.post(f"/team-members/{uuid4()}/activities", **body), 404, "not-found")
    joins = {"inspection_id": str(planned.id), "team_role": "inspector"}
    planned.does(f"/team-members/{person}/assignments", **joins)
    refused(planned.post(path, **{**body, "code": "picnic"}), 422, "step-unknown", "/code")
    tie(planned, person)
    refused(planned.post(path, **body), 409, "conflict-undecided")
    assert asked(planned, person, "mitigations", reason=HOW).status_code == 201
    planned.does(path, **body)
    planned.does(f"/inspections/{planned.id}/closure")
    refused(planned.post(path, **body), 409, "inspection-is-closed")


def test_somebody_leaves_a_team_and_nothing_is_left_to_decide(planned: Planned):
    person = registered(planned, "inspector")
    tie(planned, person)
    path = f"/team-members/{person}/departures"
    planned.does(path, inspection_id=str(planned.id))
    (row,) = planned.get(f"/inspections/{planned.id}/team")["items"]
    assert row["left_on"] == TODAY
    assert [each["state"] for each in conflicts(planned)] == ["left"]
    refused(planned.post(path, inspection_id=str(planned.id)), 409, "not-on-team")
    refused(planned.post(f"/team-members/{uuid4()}/departures", inspection_id=str(planned.id)), 404, "not-found")
