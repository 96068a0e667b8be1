"""Scheduling over HTTP: every route, every refusal as a problem, what stood at some moment, and lists in pages."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from werkzeug.test import TestResponse

from services.evidence.api import api as evidence_api
from services.evidence.service import evidence
from services.reporting.api import api as reporting_api
from services.reporting.service import reporting
from services.scheduling.api import api
from services.scheduling.service import scheduling
from shared.sourcing.recording import entry, nothing_to_seal
from shared.sourcing.service import Cause
from shared.sourcing.store import Append
from shared.sourcing.telling import partition_of
from shared.vocabulary.holidays import school_holiday_weeks
from tests.identity.test_api_tokens_over_http import in_days
from tests.scheduling.facts import AYRSHIRE, EDITION, FALKIRK, FIFE, FIFE_BEFORE_2018, KEY, NATION, STIRLING, published
from tests.serving import Served, serve

TODAY = "2025-09-01"
PARTNERS = ["care-inspectorate", "healthcare-improvement-scotland"]
NAME, DESIGNATION = "Mairi Sample", "Head of children's services"


class Planned:
    """A programme with its area, and what can be asked of it."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.programme, self.id, self.person = uuid4(), uuid4(), uuid4()
        self.here = f"/inspections/{self.id}"
        self.member = f"/team-members/{self.person}"
        served.on(date.fromisoformat(TODAY))
        self.does(f"/programmes/{self.programme}", edition=KEY)

    def post(self, path: str, role: str = "planner", **body: Any) -> TestResponse:
        return self.served.call("POST", path, role, body)

    def does(self, path: str, role: str = "planner", **body: Any) -> TestResponse:
        answer = self.post(path, role, **body)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return answer

    def get(self, path: str, role: str = "planner") -> Any:
        answer = self.served.call("GET", path, role)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.json

    def select(self, *councils: str) -> TestResponse:
        return self.post(f"/programmes/{self.programme}/areas", councils=councils)

    def open(self, *councils: str, inspection: UUID | None = None, **given: Any) -> TestResponse:
        opening = {"programme_id": str(self.programme), "councils": councils or [FALKIRK], "opens_on": TODAY}
        return self.post(f"/inspections/{inspection or self.id}", **{**opening, "partners": PARTNERS, **given})

    def opened(self, *councils: str) -> "Planned":
        assert self.select(*(councils or [FALKIRK])).status_code == 201
        assert self.open(*councils).status_code == 201
        return self

    def laid(self) -> "Planned":
        self.does(f"{self.here}/timetable", begins_on=TODAY)
        return self

    def excluded(self, council: str, *mondays: date) -> None:
        for monday in mondays:
            self.does("/excluded-weeks", council=council, week_of=monday.isoformat(), reason="school-holiday")

    def registered(self, **given: Any) -> "Planned":
        self.does(self.member, **{"name": NAME, "body": PARTNERS[0], "home_area": FIFE, **given})
        return self

    def assign(self, inspection: UUID | None = None, **headers: str) -> TestResponse:
        body = {"inspection_id": str(inspection or self.id), "team_role": "inspector"}
        return self.served.call("POST", f"{self.member}/assignments", "planner", body, **headers)

    def steps(self) -> dict[str, Any]:
        return {row["code"]: row for row in self.get(f"{self.here}/timetable")["items"]}


@pytest.fixture
def planned(tmp_path) -> Planned:
    return Planned(serve(tmp_path, scheduling, api))


def refused(answer: TestResponse, status: int, code: str, pointer: str | None = None) -> Any:
    assert (answer.status_code, answer.json["type"]) == (status, f"/problems/{code}"), answer.get_data(as_text=True)
    assert answer.content_type == "application/problem+json"
    if pointer is not None:
        assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    return answer.json


def stored(planned: Planned) -> bytes:
    with planned.served.running.log.reading() as tx:
        return repr(tx.connection.execute("SELECT * FROM event").fetchall()).encode()


def test_a_programme_is_commissioned_with_its_areas(planned: Planned):
    assert planned.select(FALKIRK).status_code == 201
    assert planned.select(*AYRSHIRE).status_code == 201
    shown = planned.get(f"/programmes/{planned.programme}", "auditor")
    assert [area["councils"] for area in shown["areas"]] == [[FALKIRK], list(AYRSHIRE)]
    assert (shown["edition"], shown["areas_at_most"], shown["version"]) == (KEY, 4, 3)
    assert planned.get("/programmes")["items"] == [
        {
            "programme_id": str(planned.programme),
            "edition": KEY,
            "areas_at_most": 4,
            "continues": None,
            "closed_on": None,
        }
    ]


def test_programmes_that_cannot_be_are_refused(planned: Planned):
    again = planned.post(f"/programmes/{planned.programme}", edition=KEY)
    refused(again, 409, "programme-already-commissioned")
    other = f"/programmes/{uuid4()}"
    problem = refused(planned.post(other, edition=KEY, areas_at_most=5), 422, "cap-above-edition", "/areas_at_most")
    assert (problem["areas_at_most"], problem["allowed"]) == (5, 4)
    refused(planned.post(other, edition=KEY, areas_at_most=0), 422, "cap-above-edition", "/areas_at_most")
    refused(planned.post(other, edition=KEY, areas_at_most="4"), 422, "not-understood", "/areas_at_most")
    refused(planned.post(other, edition="supervision-at-home@1999-1"), 422, "unknown-edition")
    refused(planned.post(other), 422, "not-understood", "/edition")


def test_areas_that_cannot_be_are_refused(planned: Planned):
    refused(planned.select(FIFE, FIFE_BEFORE_2018), 422, "council-twice", "/councils")
    refused(planned.select(), 422, "not-an-area")
    refused(planned.select(NATION, FIFE), 422, "not-an-area")
    refused(planned.select("S12000099"), 422, "not-understood", "/councils/0")
    assert planned.select(FIFE).status_code == 201
    again = refused(planned.select(STIRLING, FIFE_BEFORE_2018), 409, "council-already-selected")
    assert again["councils"] == [FIFE]
    refused(planned.post(f"/programmes/{uuid4()}/areas", councils=[FIFE]), 404, "not-found")


def test_a_programme_takes_no_more_areas_than_it_was_commissioned_for(planned: Planned):
    small = uuid4()
    planned.does(f"/programmes/{small}", edition=KEY, areas_at_most=1)
    planned.does(f"/programmes/{small}/areas", councils=list(AYRSHIRE))
    problem = refused(planned.post(f"/programmes/{small}/areas", councils=[FIFE]), 409, "area-cap-reached")
    assert problem["areas_at_most"] == 1


def test_an_inspection_is_opened_with_its_editions_content(planned: Planned):
    shown = planned.opened().get(planned.here, "partnership_contact")
    assert shown["area"] == {"councils": [FALKIRK]}
    assert (shown["partners"], shown["opens_on"], shown["closed"]) == (PARTNERS, TODAY, False)
    assert [step["code"] for step in shown["edition"]["steps"]] == [step.code for step in EDITION.steps]
    assert b"inspectorate-of-constabulary" in stored(planned)  # the opening holds the edition, not only its name


def test_a_retired_code_is_accepted_and_kept_as_the_current_one(planned: Planned):
    planned.opened(FIFE_BEFORE_2018)
    planned.excluded(FIFE_BEFORE_2018, date(2025, 9, 8))
    (row,) = planned.get("/inspections")["items"]
    assert row["council"] == FIFE
    assert planned.get("/inspections?council=" + FIFE)["items"] == [row]
    planned.laid()
    assert planned.steps()["first-meeting"]["starts_on"] == "2025-09-15"
    planned.registered(home_area=FIFE_BEFORE_2018)
    assert planned.get(planned.member)["home_area"] == FIFE
    assert FIFE_BEFORE_2018.encode() not in stored(planned)


def test_a_partnership_of_three_councils_is_found_by_each(planned: Planned):
    planned.opened(*AYRSHIRE)
    for council in AYRSHIRE:
        (row,) = planned.get(f"/inspections?council={council}", "auditor")["items"]
        assert (row["inspection_id"], row["council"]) == (str(planned.id), council)
    assert planned.get(f"/inspections?council={FALKIRK}")["items"] == []
    for key, value in (("programme_id", planned.programme), ("inspection_id", planned.id)):
        assert len(planned.get(f"/inspections?{key}={value}")["items"]) == 3
    refused(planned.served.call("GET", "/inspections?inspection_id=mine"), 422, "not-understood")


def test_inspections_that_cannot_be_are_refused(planned: Planned):
    refused(planned.open(), 409, "area-not-selected")
    planned.opened()
    refused(planned.open(), 409, "inspection-already-open")
    other = uuid4()
    single = refused(planned.open(inspection=other, partners=PARTNERS[:1]), 422, "too-few-partners", "/partners")
    assert single["partners_at_least"] == 2
    strange = [*PARTNERS, "inspectorate-of-prisons"]
    problem = refused(planned.open(inspection=other, partners=strange), 422, "partner-not-in-methodology", "/partners")
    assert problem["partner"] == "inspectorate-of-prisons"
    refused(planned.open(inspection=other, partners=["ofsted"]), 422, "not-understood", "/partners/0")
    refused(planned.open(inspection=other, councils=[FIFE]), 409, "area-not-selected")
    refused(planned.open(inspection=other, programme_id=str(uuid4())), 409, "area-not-selected")
    refused(planned.open(inspection=other, opens_on="soon"), 422, "not-understood", "/opens_on")
    refused(planned.served.call("GET", f"/inspections/{other}"), 404, "not-found")


def test_a_partner_is_invited_once(planned: Planned):
    path = f"{planned.opened().here}/partners"
    first = planned.does(path, partner="inspectorate-of-education")
    again = planned.does(path, partner="inspectorate-of-education")
    assert (len(first.json["receipts"]), len(again.json["receipts"])) == (1, 0)
    assert planned.get(planned.here)["partners"] == [*PARTNERS, "inspectorate-of-education"]
    refused(planned.post(path, partner="inspectorate-of-prisons"), 422, "partner-not-in-methodology", "/partner")


def test_a_contact_is_nominated_and_nobody_reads_who_it_is_in_the_log(planned: Planned):
    contact = str(uuid4())
    body = {"contact_id": contact, "contact_role": "lead_for_adult_concerns", "reached_by": "by telephone"}
    planned.opened().does(f"{planned.here}/contacts", "coordinator", designation=DESIGNATION, **body)
    assert planned.get(planned.here)["contacts"] == {"lead_for_adult_concerns": contact}
    assert DESIGNATION.encode() not in stored(planned)
    empty = planned.post(f"{planned.here}/contacts", designation="", **body)
    refused(empty, 422, "not-understood", "/designation")


def test_falkirks_timetable_of_2025_passes_over_its_school_holidays(planned: Planned):
    planned.excluded(FALKIRK, *school_holiday_weeks(FALKIRK, date(2025, 9, 1), date(2026, 4, 30)))
    planned.opened().laid()
    steps = planned.steps()
    assert len(steps) == len(EDITION.steps)
    assert (steps["publication"]["starts_on"], steps["publication"]["ends_on"]) == ("2026-02-16", "2026-02-20")
    assert steps["notification"]["starts_on"] == TODAY


def test_a_week_excluded_in_one_council_of_a_partnership_counts_for_none(planned: Planned):
    for council, day in zip(AYRSHIRE, (8, 15, 22), strict=True):
        planned.excluded(council, date(2025, 9, day))
    planned.opened(*AYRSHIRE).laid()
    assert planned.steps()["first-meeting"]["starts_on"] == "2025-09-29"
    assert planned.get(planned.here)["excluded_weeks"] == ["2025-09-08", "2025-09-15", "2025-09-22"]


def test_a_week_that_is_excluded_again_changes_nothing(planned: Planned):
    body = {"council": FALKIRK, "week_of": "2025-10-15", "reason": "school-holiday"}
    versions = [planned.does("/excluded-weeks", **body).json["version"] for _ in range(2)]
    assert versions == [1, 1]
    refused(planned.post("/excluded-weeks", **{**body, "council": "S12000099"}), 422, "not-understood", "/council")
    refused(planned.post("/excluded-weeks", **{**body, "reason": "it is cold"}), 422, "not-understood", "/reason")


def test_timetables_that_cannot_be_are_refused(planned: Planned):
    path = f"{planned.here}/timetable"
    refused(planned.post(path, begins_on=TODAY), 404, "not-found")
    planned.opened()
    early = refused(planned.post(path, begins_on="2025-08-31"), 422, "before-opening", "/begins_on")
    assert early["opens_on"] == TODAY
    refused(planned.post(path, begins_on="9999-12-01"), 422, "beyond-calendar", "/begins_on")
    planned.laid()
    refused(planned.post(path, begins_on=TODAY), 409, "timetable-already-laid")


def test_more_than_two_years_of_excluded_weeks_are_refused(planned: Planned):
    planned.opened().excluded(FALKIRK, *(date(2025, 9, 1) + n * timedelta(weeks=1) for n in range(105)))
    problem = refused(planned.post(f"{planned.here}/timetable", begins_on=TODAY), 409, "too-many-excluded-weeks")
    assert problem["weeks"] == 105


def test_a_step_moves_with_those_after_it_by_weeks_that_count(planned: Planned):
    planned.opened().laid()
    planned.excluded(FALKIRK, date(2026, 1, 26))
    planned.does(f"{planned.here}/timetable/moves", "lead", code="publication", weeks=1, reason="illness")
    steps = planned.steps()
    assert (steps["publication"]["starts_on"], steps["publication"]["ends_on"]) == ("2026-02-02", "2026-02-06")
    assert steps["follow-up"]["starts_on"] == "2026-02-02"
    assert steps["embargoed-report"]["starts_on"] == "2026-01-12"


def test_steps_that_cannot_move_are_refused(planned: Planned):
    path, move = f"{planned.here}/timetable/moves", {"code": "publication", "weeks": 1, "reason": "illness"}
    refused(planned.post(path, **move), 404, "not-found")
    refused(planned.opened().post(path, **move), 409, "timetable-not-laid")
    planned.laid()
    for weeks in (0, -1, 53):
        assert refused(planned.post(path, **{**move, "weeks": weeks}), 422, "move-too-far", "/weeks")["weeks"] == weeks
    refused(planned.post(path, **{**move, "weeks": 1.5}), 422, "not-understood", "/weeks")
    refused(planned.post(path, **{**move, "code": "picnic"}), 422, "step-unknown", "/code")
    planned.does(f"{planned.here}/timetable/completions", code="publication")
    assert refused(planned.post(path, **move), 409, "step-already-completed")["code"] == "publication"


def test_a_step_is_done_once_on_the_day_that_somebody_says_so(planned: Planned):
    path = f"{planned.here}/timetable/completions"
    refused(planned.post(path, code="notification"), 404, "not-found")
    refused(planned.opened().post(path, code="notification"), 409, "timetable-not-laid")
    planned.laid()
    planned.served.on(date(2025, 9, 4))
    planned.does(path, "coordinator", code="notification")
    assert planned.steps()["notification"]["completed_on"] == "2025-09-04"
    refused(planned.post(path, code="notification"), 409, "step-already-completed")
    refused(planned.post(path, code="picnic"), 422, "step-unknown", "/code")


def test_somebody_is_registered_under_a_pseudonym_and_joins_a_team(planned: Planned):
    planned.opened().registered()
    until = {"council": FALKIRK, "reason": "relation", "until": "2023-08-31"}
    interests = f"{planned.member}/interests"
    refused(planned.post(interests, "coordinator", **until), 404, "not-found")
    planned.does(interests, **until)
    own = planned.served.call("POST", interests, "inspector", until, actor=planned.person, member=False)
    assert own.status_code == 201
    assert planned.assign().status_code == 201
    team = planned.get(f"{planned.here}/team", "inspector")["items"]
    assert [each for each in team if each["person_id"] == str(planned.person)] == [
        {
            "inspection_id": str(planned.id),
            "person_id": str(planned.person),
            "team_role": "inspector",
            "with_person": None,
            "left_on": None,
            "first_day": None,
            "last_day": None,
        }
    ]
    assert planned.get(planned.member)["name"] == NAME
    assert planned.get(planned.member, "auditor")["name"] == {"sealed": True}
    for role in ("coordinator", "lead", "inspector"):
        refused(planned.served.call("GET", planned.member, role), 403, "not-allowed")
    assert NAME.encode() not in stored(planned)


@pytest.mark.parametrize(
    ("given", "interest"),
    [({"home_area": FALKIRK}, None), ({"employed_in": FALKIRK}, None), ({}, TODAY), ({}, "for ever")],
)
def test_nobody_inspects_an_area_they_are_tied_to_and_who_tried_is_on_record(
    planned: Planned, given: dict[str, str], interest: str | None
):
    planned.opened().registered(**given)
    if interest is not None:
        until = {"until": interest} if interest == TODAY else {}
        planned.does(f"{planned.member}/interests", council=FALKIRK, reason="relation", **until)
    actor, path = uuid4(), f"{planned.member}/assignments"
    body = {"inspection_id": str(planned.id), "team_role": "inspector"}
    answer = planned.served.call("POST", path, "planner", body, actor=actor)
    problem = refused(answer, 409, "conflict-of-interest")
    assert (problem["person_id"], problem["inspection_id"]) == (str(planned.person), str(planned.id))
    assert planned.get(f"{planned.here}/team")["items"] == []
    with planned.served.running.log.reading() as tx:
        (kept,), _ = planned.served.running.log.facts(tx, f"refusals/{actor}")
    assert (kept.code, kept.command) == ("conflict-of-interest", "scheduling.AssignToTeam")


def test_team_members_that_cannot_be_are_refused(planned: Planned):
    refused(planned.opened().assign(), 404, "not-found")
    interest = {"council": FALKIRK, "reason": "relation"}
    refused(planned.post(f"{planned.member}/interests", **interest), 404, "not-found")
    nowhere = planned.post(planned.member, name=NAME, home_area=NATION)
    refused(nowhere, 422, "unknown-council")
    refused(planned.post(planned.member, name=NAME, home_area="here"), 422, "not-understood", "/home_area")
    planned.registered()
    refused(planned.post(f"{planned.member}/interests", **{**interest, "council": NATION}), 422, "unknown-council")
    refused(planned.post(planned.member, name=NAME, home_area=FIFE), 409, "team-member-already-registered")
    refused(planned.assign(uuid4()), 404, "not-found")
    assert planned.assign().status_code == 201
    refused(planned.assign(), 409, "already-on-team")


def test_nothing_happens_in_an_inspection_that_has_ended(planned: Planned):
    refused(planned.post(f"{planned.here}/closure"), 404, "not-found")
    planned.opened().laid().registered().does(f"{planned.here}/closure", "lead")
    assert [row["closed_on"] for row in planned.get("/inspections")["items"]] == [TODAY]
    contact = {"contact_id": str(uuid4()), "contact_role": "lead_for_child_concerns"}
    words = {"designation": DESIGNATION, "reached_by": "by telephone"}
    for answer in (
        planned.post(f"{planned.here}/closure"),
        planned.post(f"{planned.here}/partners", partner="inspectorate-of-education"),
        planned.post(f"{planned.here}/contacts", **contact, **words),
        planned.post(f"{planned.here}/timetable", begins_on=TODAY),
        planned.post(f"{planned.here}/timetable/moves", code="publication", weeks=1, reason="illness"),
        planned.post(f"{planned.here}/timetable/completions", code="publication"),
        planned.assign(),
    ):
        refused(answer, 409, "inspection-is-closed")
    refused(planned.open(), 409, "inspection-already-open")


@pytest.mark.parametrize(
    ("method", "path", "role"),
    [
        ("POST", "/programmes/{}", "lead"),
        ("POST", "/programmes/{}/areas", "coordinator"),
        ("POST", "/excluded-weeks", "inspector"),
        ("POST", "/inspections/{}", "lead"),
        ("POST", "/inspections/{}/partners", "lead"),
        ("POST", "/inspections/{}/contacts", "partnership_contact"),
        ("POST", "/inspections/{}/timetable", "inspector"),
        ("POST", "/inspections/{}/timetable/moves", "inspector"),
        ("POST", "/inspections/{}/timetable/completions", "inspector"),
        ("POST", "/inspections/{}/closure", "coordinator"),
        ("POST", "/team-members/{}", "lead"),
        ("POST", "/team-members/{}", "coordinator"),
        ("POST", "/team-members/{}/interests", "quality_panel"),
        ("POST", "/team-members/{}/assignments", "coordinator"),
        ("POST", "/team-members/{}/employment", "lead"),
        ("POST", "/team-members/{}/employment", "coordinator"),
        ("POST", "/team-members/{}/mitigations", "coordinator"),
        ("POST", "/team-members/{}/mitigations", "lead"),
        ("POST", "/team-members/{}/pairs", "inspector"),
        ("POST", "/team-members/{}/activities", "inspector"),
        ("POST", "/team-members/{}/departures", "coordinator"),
        ("POST", "/team-members/{}/calendar-feeds/00000000-0000-4000-8000-000000000001", "partnership_contact"),
        ("POST", "/calendar-feeds/{}/revocation", "partnership_contact"),
        ("POST", "/programmes/{}/dropped-areas", "lead"),
        ("POST", "/programmes/{}/scope-changes", "lead"),
        ("POST", "/programmes/{}/closure", "lead"),
        ("POST", "/included-weeks", "lead"),
        ("POST", "/publication-pauses/{}", "lead"),
        ("POST", "/publication-pauses/{}/end", "lead"),
        ("POST", "/inspections/{}/timetable/pause", "coordinator"),
        ("POST", "/inspections/{}/timetable/resumption", "coordinator"),
        ("GET", "/conflicts", "lead"),
        ("GET", "/inspections/{}/conflicts", "coordinator"),
        ("GET", "/inspections/{}/activities", "partnership_contact"),
        ("GET", "/inspections/{}/timetable/moves", "operator"),
        ("GET", "/programmes/{}/scope-changes", "inspector"),
        ("GET", "/deadlines", "partnership_contact"),
        ("GET", "/excluded-weeks", "operator"),
        ("GET", "/publication-pauses", "operator"),
        ("GET", "/team-members/{}/calendar-feeds", "operator"),
        ("GET", "/programmes", "lead"),
        ("GET", "/inspections", "operator"),
        ("GET", "/inspections/{}/timetable", "quality_panel"),
        ("GET", "/inspections/{}/team", "partnership_contact"),
        ("GET", "/published-reports", "operator"),
        ("GET", "/programmes/{}", "inspector"),
        ("GET", "/inspections/{}", "operator"),
        ("GET", "/team-members/{}", "inspector"),
    ],
)
def test_who_may_not_is_refused(planned: Planned, method: str, path: str, role: str):
    refused(planned.served.call(method, path.format(uuid4()), role), 403, "not-allowed")


def test_who_is_not_on_the_team_finds_nothing_and_that_they_tried_is_on_record(planned: Planned):
    planned.opened()
    actor, path = uuid4(), f"{planned.here}/timetable"
    answer = planned.served.call("POST", path, "lead", {"begins_on": TODAY}, actor=actor, member=False)
    refused(answer, 404, "not-found")
    with planned.served.running.log.reading() as tx:
        (kept,), _ = planned.served.running.log.facts(tx, f"refusals/{actor}")
    assert (kept.code, kept.command) == ("not-assigned", "scheduling.LayTimetable")
    assert planned.steps() == {}
    planned.does(path, "lead", begins_on=TODAY)
    refused(planned.served.call("GET", path, "inspector", member=False), 404, "not-found")
    assert len(planned.get(path, "inspector")["items"]) == len(EDITION.steps)


def test_who_is_nobody_is_refused(planned: Planned):
    refused(planned.served.client.get("/scheduling/v1/programmes"), 401, "not-recognised")


def test_a_change_needs_a_key_and_is_made_once(planned: Planned):
    path, body, actor = f"/programmes/{planned.programme}/areas", {"councils": [FALKIRK]}, uuid4()
    refused(planned.served.call("POST", path, "planner", body, Idempotency_Key=""), 400, "key-missing")
    first, second = (
        planned.served.call("POST", path, "planner", body, actor=actor, Idempotency_Key="once") for _ in range(2)
    )
    assert first.json == second.json
    assert second.headers["Idempotency-Replayed"] == "true"
    other = planned.served.call("POST", path, "planner", {"councils": [FIFE]}, actor=actor, Idempotency_Key="once")
    refused(other, 422, "key-reused")


def test_who_decides_on_what_has_changed_meanwhile_is_told_the_version(planned: Planned):
    seen = planned.served.call("GET", planned.opened().here).headers["ETag"]
    planned.laid()
    path, body = f"{planned.here}/partners", {"partner": "inspectorate-of-education"}
    answer = planned.served.call("POST", path, "planner", body, If_Match=seen)
    assert refused(answer, 412, "stale-version")["version"] == 2
    done = planned.served.call("POST", path, "planner", body, If_Match='"2"')
    assert (done.status_code, done.headers["ETag"]) == (201, '"3"')
    refused(planned.served.call("POST", path, "planner", body, If_Match="2"), 422, "not-understood", "If-Match")


def test_an_inspection_is_shown_as_it_stood_at_a_version_a_position_or_an_instant(planned: Planned):
    planned.opened()
    planned.served.sequencer.drain()
    with planned.served.running.log.reading() as tx:
        position = len(planned.served.running.log.ordered(tx, limit=100))
    planned.served.on(date(2025, 9, 8))
    planned.does(f"{planned.here}/partners", partner="inspectorate-of-education")
    planned.served.sequencer.drain()  # an event has its position, and its place in time, once it is sequenced
    planned.served.on(date(2025, 9, 15))
    planned.does(f"{planned.here}/closure")
    planned.served.sequencer.drain()

    def stood(as_of: str) -> tuple[int, int, bool]:
        shown = planned.get(f"{planned.here}?as_of={as_of}")
        return shown["version"], len(shown["partners"]), shown["closed"]

    opened, joined, closed = (1, 2, False), (2, 3, False), (3, 3, True)
    assert [stood(f"version:{n}") for n in (1, 2, 3)] == [opened, joined, closed]
    assert [stood(f"position:{position + n - 1}") for n in range(3)] == [opened, joined, closed]
    assert stood("2025-09-07T23:59:59Z") == opened
    assert stood("2025-09-08T12:00:00%2B01:00") == joined
    assert stood("2025-09-16T00:00:00Z") == closed
    assert planned.get(planned.here)["version"] == 3
    for before in ("version:0", "position:0", "2025-08-01T00:00:00Z"):
        refused(planned.served.call("GET", f"{planned.here}?as_of={before}"), 404, "not-found")
    for unknown in ("yesterday", "version:x", "2025-09-08T12:00:00"):
        refused(planned.served.call("GET", f"{planned.here}?as_of={unknown}"), 400, "moment-unknown")


def test_lists_come_in_pages_that_link_to_the_next(planned: Planned):
    planned.opened().laid()
    path, found, sizes = f"{planned.here}/timetable?limit=7", [], []
    while path:
        answer = planned.served.call("GET", path)
        found += [row["code"] for row in answer.json["items"]]
        sizes.append(len(answer.json["items"]))
        link = answer.headers.get("Link")
        assert (link is None) == (answer.json["next"] is None)
        path = link.removesuffix('>; rel="next"').removeprefix("</scheduling/v1") if link else ""
    assert sizes == [7, 7, 5]
    assert sorted(found) == sorted(step.code for step in EDITION.steps)
    assert len(set(found)) == len(found)


def test_a_page_keeps_to_its_filter_and_the_link_keeps_it_too(planned: Planned):
    planned.opened(*AYRSHIRE)
    assert planned.select(FIFE).status_code == 201
    assert planned.open(FIFE, inspection=uuid4()).status_code == 201
    first = planned.served.call("GET", f"/inspections?inspection_id={planned.id}&limit=2")
    link = first.headers["Link"]
    assert f"inspection_id={planned.id}" in link
    second = planned.served.call("GET", link.removesuffix('>; rel="next"').removeprefix("</scheduling/v1"))
    councils = [row["council"] for row in first.json["items"] + second.json["items"]]
    assert councils == list(AYRSHIRE)
    assert "Link" not in second.headers


def test_pages_that_cannot_be_are_refused(planned: Planned):
    for limit in ("0", "201", "-1", "many"):
        refused(planned.served.call("GET", f"/programmes?limit={limit}"), 422, "not-understood", "limit")
    refused(planned.served.call("GET", "/programmes?cursor=nowhere"), 400, "cursor-unknown")


def test_a_step_is_done_once_all_that_it_waits_for_has_come_in(planned: Planned, tmp_path):
    gathering = serve(tmp_path, evidence, evidence_api)
    gathering.on(date(2025, 9, 10))
    planned.opened().laid()
    gathering.hear(planned.served)
    asked = gathering.call("GET", f"/returns?inspection_id={planned.id}", "inspector").json["items"]
    ids = {row["kind"]: row["return_id"] for row in asked}

    def comes_in(kind: str) -> Any:
        body = {"columns": ["agency"], "rows": 3, "digest": "ab" * 32, "words": 9}
        answer = gathering.call("POST", f"/returns/{ids[kind]}/submissions", "partnership_contact", body)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        planned.served.hear(gathering)
        return planned.steps()["document-return"]["completed_on"]

    assert comes_in("position_statement") is None
    assert comes_in("position_statement") is None
    assert comes_in("document_return") == "2025-09-10"
    assert planned.get(planned.here)["returned"] == ["document_return", "position_statement"]


def tell_of_a_published_report(planned: Planned, directory: Path) -> None:
    """Let reporting's log hold a publication, and scheduling hear of it."""
    telling = serve(directory, reporting, reporting_api)
    fact, about = replace(published, inspection_id=planned.id), str(planned.id)
    told = entry(uuid4(), fact, Cause(None, "service", "publish", uuid4()), partition_of(about), nothing_to_seal)
    with telling.running.log.writing() as tx:
        telling.running.log.append(tx, [Append(f"report/{fact.report_id}", about, 0, (told,))])
    planned.served.hear(telling)


def test_a_published_report_is_listed_and_its_step_is_done(planned: Planned, tmp_path):
    planned.opened().laid()
    tell_of_a_published_report(planned, tmp_path)
    assert planned.get(f"/published-reports?inspection_id={planned.id}", "partnership_contact")["items"] == [
        {
            "report_id": str(published.report_id),
            "inspection_id": str(planned.id),
            "form": "report",
            "published_on": "2026-02-17",
        }
    ]
    assert planned.get(f"/published-reports?inspection_id={uuid4()}")["items"] == []
    steps = planned.steps()
    assert steps["publication"]["completed_on"] == "2026-02-17"
    assert steps["first-draft"]["completed_on"] is None


def test_every_read_model_is_what_the_log_adds_up_to(planned: Planned, tmp_path):
    planned.opened(*AYRSHIRE).registered()
    planned.excluded(AYRSHIRE[0], date(2025, 10, 13), date(2025, 10, 20))
    planned.laid()
    assert planned.assign().status_code == 201
    planned.does(f"{planned.here}/timetable/completions", code="notification")
    planned.does(f"{planned.here}/timetable/moves", code="document-return", weeks=2, reason="illness")
    other = uuid4()
    assert planned.select(FALKIRK).status_code == 201
    assert planned.open(inspection=other).status_code == 201
    planned.does(f"/inspections/{other}/timetable", begins_on="2025-10-01")
    tell_of_a_published_report(planned, tmp_path)
    use_everything_else(planned)
    planned.does(f"{planned.here}/closure")
    counts = {}
    for name, live, rebuilt in planned.served.rebuilt():
        assert live == rebuilt, name
        counts[name] = len(live)
    assert counts.pop("assignments") == counts.pop("teams") > 0, "whoever asked is on the team too"
    assert (counts.pop("accesses"), counts.pop("broken_glass")) == (0, 0)
    steps, moved = 2 * len(EDITION.steps), counts.pop("moves")
    assert moved > len(EDITION.steps)
    one_each = ("programmes", "published_reports", "scope_changes", "activities", "conflicts", "calendar_feeds")
    rows = dict.fromkeys((*one_each, "scheduling_api_tokens"), 1) | {"excluded_weeks": 2, "publication_pauses": 3}
    rows |= {"scheduling_revocations": 2}
    never_late = 2 + 2 * 2  # two steps were done, and of each timetable two windows closed by themselves
    assert counts == rows | {"inspections": 4, "timetable": steps, "deadlines": steps - never_late}


def use_everything_else(planned: Planned) -> None:
    """Whatever else is shown in a list: pairs, conflicts, pauses, deadlines, feeds."""
    programme, other = f"/programmes/{planned.programme}", uuid4()
    planned.does(f"{programme}/scope-changes", areas_at_most=3, reason="request")
    planned.does("/included-weeks", council=AYRSHIRE[0], week_of="2025-10-13", reason="mistake")
    pause = f"/publication-pauses/{uuid4()}"
    planned.does(pause, councils=AYRSHIRE, first_day="2026-03-26", last_day="2026-05-07", reason="election")
    planned.does(f"{pause}/end")
    planned.does(f"{planned.here}/timetable/pause", from_day="2025-09-10", reason="illness")
    planned.does(f"{planned.here}/timetable/resumption", on_day="2025-09-24")
    planned.does(f"/team-members/{other}", name=NAME, home_area=STIRLING)
    role = {"inspection_id": str(planned.id), "team_role": "young_inspection_volunteer"}
    volunteer = uuid4()
    planned.does(f"/team-members/{volunteer}", name=NAME, home_area=STIRLING, born_on="2003-05-06")
    planned.does(f"/team-members/{volunteer}/assignments", **role)
    here = {"inspection_id": str(planned.id)}
    planned.does(f"/team-members/{volunteer}/pairs", with_person=str(planned.person), **here)
    planned.does(f"/team-members/{volunteer}/activities", code="on-site", on_day="2025-12-01", **here)
    planned.does(f"{planned.member}/interests", council=AYRSHIRE[0], reason="relation", kind="family")
    planned.served.react()
    planned.does(f"{planned.member}/mitigations", reason=NAME, **here)
    planned.does(f"/team-members/{volunteer}/departures", **here)
    assert planned.post(f"{planned.member}/calendar-feeds/{uuid4()}").status_code == 200
    use_tokens(planned)
    planned.served.on(date(2026, 12, 1))
    planned.served.react()


def use_tokens(planned: Planned) -> None:
    """A programme's token, issued and revoked, and a person and a token shut out."""
    token, owner = f"/api-tokens/{uuid4()}", uuid4()
    good_for = {"scopes": ["scheduling:list_programmes"], "expires_at": in_days(30)}
    assert planned.served.call("POST", token, "planner", good_for, owner).status_code == 200
    assert planned.served.call("POST", f"{token}/revocation", "planner", {}, owner).status_code == 200
    for kind in ("people", "tokens"):
        planned.does(f"/revocations/{kind}/{uuid4()}", "operator")
