"""Follow-up over HTTP: recommendations and their owners, action plans, progress, closure, and the next inspection."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from werkzeug.test import TestResponse

from services.reporting.aggregates.closing import carried_id
from shared.vocabulary.identity import InspectionId, RecommendationId
from tests.reporting.test_outputs_over_http import NATION, Programme
from tests.reporting.test_reporting_over_http import FALKIRK, Inspection, done, refused

COUNCIL, BOARD = "S12000014", "S08000019"
OWNERS = [{"code": COUNCIL, "title": "Falkirk Council"}, {"code": BOARD, "title": "NHS Forth Valley"}]
HEAD, NURSE, LINK, REVIEWER = (uuid4() for _ in range(4))
DIGEST = "cd" * 32


class FollowedUp(Inspection):
    """A published report of Falkirk with a weak grade, and what becomes of what it recommends."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.recommendation = uuid4()
        self.make_ready()
        done(self.publish())

    def issue(self, recommendation: UUID | None = None, **given: Any) -> TestResponse:
        body = {
            "inspection_id": str(self.id),
            "report_id": str(self.report),
            "text": "Keep plans up to date.",
            "owners": OWNERS,
            **given,
        }
        return self.post(f"/recommendations/{recommendation or self.recommendation}", "lead", **body)

    def on(self, path: str, role: str, actor: UUID | None = None, **body: Any) -> TestResponse:
        return self.post(f"/recommendations/{self.recommendation}/{path}", role, actor, **body)

    def accept(self, owner: str = COUNCIL, actor: UUID = HEAD) -> TestResponse:
        return self.on("acceptances", "partnership_contact", actor, owner=owner)

    def reject(self, owner: str = BOARD, reason: str = "We have no say in this.") -> TestResponse:
        return self.on("rejections", "partnership_contact", NURSE, owner=owner, reason=reason)

    def record(self, owner: str = COUNCIL, actor: UUID = HEAD, **given: Any) -> TestResponse:
        body = {"owner": owner, "words": "Plans are checked each month.", "evidence": [DIGEST], **given}
        return self.on("progress", "partnership_contact", actor, **body)

    def send_back(self, owner: str = COUNCIL, actor: UUID = REVIEWER, reason: str = "One month.") -> TestResponse:
        return self.on("returns", "inspector", actor, owner=owner, reason=reason)

    def close_it(self, actor: UUID = REVIEWER, reason: str = "Seen in the records.") -> TestResponse:
        return self.on("closure", "inspector", actor, reason=reason)

    def supersede(self, by: UUID) -> TestResponse:
        return self.on("supersession", "lead", by=str(by))

    def show_all(self) -> None:
        """Both owners accept it and show what they did."""
        done(self.issue())
        for owner, actor in ((COUNCIL, HEAD), (BOARD, NURSE)):
            done(self.accept(owner, actor))
            done(self.record(owner, actor))

    def about(self, path: str, role: str, actor: UUID | None = None, **body: Any) -> TestResponse:
        return self.post(f"/inspections/{self.id}/{path}", role, actor, **body)

    def action(self, recommendation: UUID | None = None, **given: Any) -> dict[str, Any]:
        return {
            "recommendation_id": str(recommendation or self.recommendation),
            "owner": COUNCIL,
            "done_by": "2026-09-01",
            "specific": "A senior reads every plan.",
            "measurable": "All plans read each month.",
            **given,
        }

    def plan(self, *actions: dict[str, Any], actor: UUID = HEAD) -> TestResponse:
        return self.about("action-plan", "partnership_contact", actor, actions=list(actions))

    def review(self, submission: int = 1, actor: UUID = LINK, **given: Any) -> TestResponse:
        body = {"submission": submission, "accepted": True, **given}
        return self.about("action-plan/review", "inspector", actor, **body)

    def announce(self, **given: Any) -> TestResponse:
        body = {
            "report_id": str(self.report),
            "statement": "We will look again at how plans are kept.",
            "starts_on": "2027-01-04",
            "ends_on": "2027-03-31",
            **given,
        }
        return self.about("progress-review", "lead", **body)

    def carry(self, into: UUID) -> TestResponse:
        return self.about("carrying-forward", "lead", into=str(into))

    def open_another(self, council: str = FALKIRK, **given: Any) -> UUID:
        """Another inspection, by a programme of its own."""
        programme, inspection = uuid4(), uuid4()
        opening = {"programme_id": str(programme), "councils": [council], "opens_on": "2026-01-05", **given}
        partners = ["care-inspectorate", "healthcare-improvement-scotland"]
        for path, body in (
            (f"/programmes/{programme}", {"edition": "supervision-at-home@2025-1"}),
            (f"/programmes/{programme}/areas", {"councils": [council]}),
            (f"/inspections/{inspection}", {"partners": partners, **opening}),
        ):
            done(self.scheduling.call("POST", path, "planner", body))
        self.reporting.hear(self.scheduling)
        return inspection

    def state(self, recommendation: UUID | None = None) -> str:
        state: str = self.get(f"/recommendations/{recommendation or self.recommendation}")["state"]
        return state


@pytest.fixture
def followed(tmp_path: Path) -> Iterator[FollowedUp]:
    made = FollowedUp(tmp_path)
    yield made
    for name, live, rebuilt in made.reporting.rebuilt():
        assert live == rebuilt, name


@pytest.fixture
def unpublished(tmp_path: Path) -> Inspection:
    return Inspection(tmp_path)


def test_a_recommendation_is_issued_to_owners_each_named_once(followed: FollowedUp):
    refused(followed.issue(owners=[]), 422, "owners-missing", "/owners")
    refused(followed.issue(owners=[OWNERS[0], OWNERS[0]]), 422, "owners-missing", "/owners")
    refused(followed.issue(owners=["Falkirk Council"]), 422, "not-understood")
    nowhere = [{"code": "S12000099", "title": "Somewhere"}]
    refused(followed.issue(owners=nowhere), 422, "unknown-owner")
    refused(followed.issue(text=" "), 422, "recommendation-is-empty", "/text")
    refused(followed.issue(inspection_id=str(uuid4())), 422, "report-of-another-inspection", "/inspection_id")
    refused(followed.issue(report_id=str(uuid4())), 409, "report-not-published")
    done(followed.issue())
    refused(followed.issue(), 409, "recommendation-already-issued")
    shown = followed.get(f"/recommendations/{followed.recommendation}", "partnership_contact")
    assert (shown["state"], shown["action_plan_due_on"]) == ("issued", "2026-02-16")
    assert shown["owners"] == OWNERS


def test_nothing_is_recommended_before_publication(unpublished: Inspection):
    body = {"inspection_id": str(unpublished.id), "report_id": str(unpublished.report), "text": "x", "owners": OWNERS}
    refused(unpublished.post(f"/recommendations/{uuid4()}", "lead", **body), 409, "report-not-published")


def test_joint_owners_each_accept_or_reject(followed: FollowedUp):
    done(followed.issue())
    refused(followed.accept("somebody"), 422, "owner-unknown", "/owner")
    refused(followed.record(), 409, "not-accepted-yet")
    done(followed.accept())
    refused(followed.accept(), 409, "recommendation-already-accepted")
    refused(followed.reject(COUNCIL), 409, "recommendation-already-accepted")
    assert followed.state() == "issued"
    refused(followed.reject("somebody"), 422, "owner-unknown", "/owner")
    refused(followed.reject(reason=" "), 422, "rejection-needs-reason", "/reason")
    done(followed.reject())
    refused(followed.reject(), 409, "recommendation-already-rejected")
    assert followed.state() == "rejected"
    shown = followed.get(f"/recommendations/{followed.recommendation}")
    assert shown["standing"] == {COUNCIL: "accepted", BOARD: "rejected"}
    assert shown["said"] == {BOARD: "We have no say in this."}
    assert followed.get(f"/recommendations/{followed.recommendation}", "auditor")["said"] == {BOARD: {"sealed": True}}
    done(followed.accept(BOARD, NURSE))
    assert followed.state() == "accepted"


def test_progress_is_shown_reviewed_sent_back_and_closed_by_somebody_else(followed: FollowedUp):
    done(followed.issue())
    done(followed.accept())
    refused(followed.record("somebody"), 422, "owner-unknown", "/owner")
    refused(followed.record(words=" "), 422, "progress-is-empty", "/words")
    done(followed.record(evidence=[]))
    assert followed.state() == "in_progress"
    refused(followed.send_back(), 409, "nothing-to-review")
    done(followed.record())
    refused(followed.close_it(), 409, "nothing-to-review")
    done(followed.accept(BOARD, NURSE))
    done(followed.record(BOARD, NURSE))
    assert followed.state() == "evidence_submitted"
    refused(followed.send_back("somebody"), 422, "owner-unknown", "/owner")
    refused(followed.send_back(actor=HEAD), 409, "reviewer-is-owner")
    refused(followed.send_back(reason=" "), 422, "review-needs-reason", "/reason")
    done(followed.send_back())
    assert followed.state() == "in_progress"
    done(followed.record())
    for somebody in (HEAD, NURSE):
        refused(followed.close_it(somebody), 409, "reviewer-is-owner")
    refused(followed.close_it(reason=" "), 422, "review-needs-reason", "/reason")
    done(followed.close_it())
    assert followed.state() == "closed"
    for again in (
        followed.close_it(),
        followed.send_back(),
        followed.record(),
        followed.accept(),
        followed.reject(),
        followed.supersede(uuid4()),
    ):
        refused(again, 409, "recommendation-is-over")
    codes = [recorded.code for recorded in followed.refusals_recorded()]
    assert codes == ["reviewer-is-owner"] * 3


def test_owners_act_and_inspectors_review(followed: FollowedUp):
    done(followed.issue())
    for path, role, body in (
        ("acceptances", "lead", {"owner": COUNCIL}),
        ("rejections", "inspector", {"owner": COUNCIL, "reason": "x"}),
        ("progress", "inspector", {"owner": COUNCIL, "words": "x"}),
        ("closure", "partnership_contact", {"reason": "x"}),
        ("returns", "partnership_contact", {"owner": COUNCIL, "reason": "x"}),
        ("supersession", "inspector", {"by": str(uuid4())}),
    ):
        refused(followed.on(path, role, **body), 403, "not-allowed")


def test_everything_that_happens_to_a_recommendation_is_in_its_history(followed: FollowedUp):
    followed.show_all()
    done(followed.send_back())
    rows = followed.get(f"/recommendations/{followed.recommendation}/history")["items"]
    assert [(row["happened"], row["owner"], row["state"]) for row in rows] == [
        ("issued", None, "issued"),
        ("accepted", COUNCIL, "issued"),
        ("evidence_submitted", COUNCIL, "in_progress"),
        ("accepted", BOARD, "in_progress"),
        ("evidence_submitted", BOARD, "evidence_submitted"),
        ("evidence_returned", COUNCIL, "in_progress"),
    ]
    assert {row["recorded_on"] for row in rows} == {"2026-01-05"}


def test_an_owner_reports_how_far_it_is(followed: FollowedUp):
    followed.show_all()
    done(followed.issue(uuid4(), owners=OWNERS[:1]))
    status = followed.get(f"/recommendations/status?owner={COUNCIL}")
    assert {state: n for state, n in status["recommendations"].items() if n} == {"evidence_submitted": 1, "issued": 1}
    rows = followed.get(f"/recommendations/owners?owner={COUNCIL}&state=issued", "partnership_contact")["items"]
    assert [(row["title"], row["text"]) for row in rows] == [("Falkirk Council", "Keep plans up to date.")]
    assert len(followed.get(f"/recommendations/owners?inspection_id={followed.id}")["items"]) == 3
    assert set(followed.get("/recommendations/status?owner=police-scotland")["recommendations"].values()) == {0}
    refused(followed.reporting.call("GET", "/recommendations/status?owner=S12000099", "lead"), 422, "unknown-owner")
    for odd in ("", "?owner=%00", "?owner=Falkirk%20Council"):
        answer = followed.reporting.call("GET", f"/recommendations/status{odd}", "lead")
        refused(answer, 422, "not-understood", "owner")
    (row,) = followed.get("/recommendations?state=evidence_submitted")["items"]
    assert (row["recommendation_id"], row["owners"]) == (str(followed.recommendation), 2)
    assert row["addressed_to"] == "Falkirk Council; NHS Forth Valley"


def test_a_newer_recommendation_takes_the_place_of_an_open_one(followed: FollowedUp):
    newer = uuid4()
    done(followed.issue())
    refused(followed.supersede(newer), 422, "successor-unfit", "/by")
    refused(followed.supersede(followed.recommendation), 422, "successor-unfit", "/by")
    done(followed.issue(newer))
    done(followed.supersede(newer))
    followed.reporting.hear()
    rows = {row["recommendation_id"]: row for row in followed.get("/recommendations")["items"]}
    assert len(rows) == 2
    old = rows[str(followed.recommendation)]
    assert (old["state"], old["superseded_by"]) == ("superseded", str(newer))


def test_an_action_plan_answers_every_recommendation(followed: FollowedUp):
    refused(followed.plan(followed.action()), 404, "not-found")
    forgotten = uuid4()
    done(followed.issue())
    done(followed.issue(forgotten))
    followed.reporting.hear()
    said = refused(followed.plan(followed.action()), 422, "action-plan-omits", "/actions")
    assert said["recommendations"] == [str(forgotten)]
    stranger = uuid4()
    both = [followed.action(), followed.action(forgotten)]
    said = refused(followed.plan(*both, followed.action(stranger)), 422, "action-of-another-inspection", "/actions")
    assert said["recommendations"] == [str(stranger)]
    strange = followed.action(owner="somebody")
    refused(followed.plan(*both, strange), 422, "action-owner-unknown", "/actions/2/owner")
    for name, vague in (("specific", " "), ("measurable", " "), ("done_by", "2026-01-04")):
        wrong = followed.action(**{name: vague})
        refused(followed.plan(*both, wrong), 422, "action-not-smart", f"/actions/2/{name}")
    refused(followed.plan(*both, followed.action(specific="")), 422, "not-understood")
    done(followed.plan(*both))
    refused(followed.plan(*both), 409, "action-plan-already-in")
    path = f"/inspections/{followed.id}/action-plan"
    shown = followed.get(path, "partnership_contact")
    assert [step["specific"] for step in shown["steps"]] == ["A senior reads every plan."] * 2
    assert followed.get(path, "auditor")["steps"][0]["measurable"] == {"sealed": True}
    (row,) = followed.get("/action-plans?state=submitted")["items"]
    assert (row["recommendations"], row["actions"], row["due_on"]) == (2, 2, "2026-02-16")
    assert (row["late"], row["overdue"]) == (False, False)


def test_nothing_is_planned_for_what_is_over(followed: FollowedUp):
    followed.show_all()
    done(followed.close_it())
    followed.reporting.hear()
    refused(followed.plan(followed.action()), 409, "nothing-to-plan")


def test_the_link_inspector_reads_the_plan(followed: FollowedUp):
    done(followed.issue())
    followed.reporting.hear()
    refused(followed.review(), 409, "nothing-submitted")
    done(followed.plan(followed.action()))
    refused(followed.review(2), 409, "action-plan-has-changed")
    refused(followed.review(actor=HEAD), 409, "planner-reviews")
    refused(followed.review(accepted=False), 422, "return-needs-reasons", "/reasons")
    done(followed.review(accepted=False, reasons="Say how it is measured."))
    (row,) = followed.get("/action-plans")["items"]
    assert row["state"] == "returned"
    done(followed.plan(followed.action()))
    newer = uuid4()
    done(followed.issue(newer))
    followed.reporting.hear()
    said = refused(followed.review(2), 422, "action-plan-omits")
    assert said["recommendations"] == [str(newer)]
    done(followed.plan(followed.action(), followed.action(newer)))
    done(followed.review(3))
    (row,) = followed.get("/action-plans?state=accepted")["items"]
    assert (row["submission"], row["inspection_id"]) == (3, str(followed.id))
    assert [recorded.code for recorded in followed.refusals_recorded()] == ["planner-reviews"]


def name_link_inspector(followed: FollowedUp) -> None:
    """Somebody joins the team whose part it is to read the plan."""
    registration = {"name": "Somebody", "body": "care-inspectorate", "home_area": "S12000047"}
    path = f"/team-members/{LINK}"
    refused(followed.scheduling.call("POST", path, "coordinator", registration), 403, "not-allowed")
    done(followed.scheduling.call("POST", path, "planner", registration))
    assignment = {"inspection_id": str(followed.id), "team_role": "link_inspector"}
    done(followed.scheduling.call("POST", f"{path}/assignments", "planner", assignment))
    followed.reporting.hear(followed.scheduling)


def test_a_plan_is_overdue_on_the_day_after_and_its_reader_sees_that(followed: FollowedUp):
    name_link_inspector(followed)
    done(followed.issue())
    followed.reporting.hear()

    def alerts(day: date) -> list[str]:
        followed.reporting.on(day)
        followed.reporting.hear()
        rows = followed.get(f"/action-plans?link_inspector={LINK}&overdue=true")["items"]
        return [row["inspection_id"] for row in rows]

    assert alerts(date(2026, 2, 16)) == []
    assert alerts(date(2026, 2, 17)) == [str(followed.id)]
    assert followed.get("/action-plans?overdue=false")["items"] == []
    refused(followed.reporting.call("GET", "/action-plans?overdue=perhaps", "lead"), 422, "not-understood", "overdue")
    done(followed.plan(followed.action()))
    (row,) = followed.get("/action-plans")["items"]
    assert (row["late"], row["overdue"]) == (True, False)
    refused(followed.review(actor=REVIEWER), 409, "not-link-inspector")
    done(followed.review(actor=LINK))


def test_a_plan_that_is_in_on_its_last_day_is_not_overdue(followed: FollowedUp):
    done(followed.issue())
    followed.reporting.hear()
    followed.reporting.on(date(2026, 2, 16))
    done(followed.plan(followed.action()))
    followed.reporting.on(date(2026, 2, 17))
    followed.reporting.hear()
    (row,) = followed.get("/action-plans")["items"]
    assert (row["late"], row["overdue"]) == (False, False)


def test_a_progress_review_is_announced_with_its_timescale(followed: FollowedUp):
    refused(followed.announce(report_id=str(uuid4())), 409, "report-not-published")
    refused(followed.announce(statement=" "), 422, "statement-missing", "/statement")
    refused(followed.announce(starts_on="2026-01-05"), 422, "timescale-unfit", "/starts_on")
    done(followed.announce())
    refused(followed.announce(), 409, "progress-review-already-announced")
    other = followed.open_another()
    body = {"report_id": str(followed.report), "statement": "x", "starts_on": "2027-01-04", "ends_on": "2027-01-04"}
    path = f"/inspections/{other}/progress-review"
    refused(followed.post(path, "lead", **body), 422, "report-of-another-inspection", "/report_id")
    (row,) = followed.get("/action-plans")["items"]
    assert (row["state"], row["progress_review_from"]) == ("awaited", "2027-01-04")


def test_good_grades_call_for_no_progress_review(unpublished: Inspection):
    for indicator in ("2.1", "5.3"):
        done(unpublished.propose(indicator))
        done(unpublished.confirm(indicator))
    done(unpublished.leave())
    for step in (unpublished.draft, unpublished.approve_draft, unpublished.send, unpublished.close,
                 unpublished.clear_identifiability, unpublished.cover, unpublished.attach):  # fmt: skip
        done(step())
    for approver in (uuid4(), uuid4()):
        done(unpublished.approve(approver))
    done(unpublished.publish())
    body = {"report_id": str(unpublished.report), "statement": "x", "starts_on": "2027-01-04", "ends_on": "2027-02-04"}
    path = f"/inspections/{unpublished.id}/progress-review"
    refused(unpublished.post(path, "lead", **body), 409, "progress-review-not-called-for")


def test_what_is_open_is_carried_into_the_next_inspection_with_its_lineage(followed: FollowedUp):
    followed.show_all()
    finished = followed.recommendation
    done(followed.close_it())
    followed.recommendation = uuid4()
    done(followed.issue())
    done(followed.accept())
    followed.reporting.hear()
    later = followed.open_another()
    refused(followed.carry(followed.id), 422, "areas-have-nothing-in-common", "/into")
    refused(followed.carry(followed.open_another("S12000047")), 422, "areas-have-nothing-in-common", "/into")
    refused(followed.carry(uuid4()), 404, "not-found")
    done(followed.carry(later))
    followed.reporting.hear()
    check_lineage(followed, finished, later)


def check_lineage(followed: FollowedUp, finished: UUID, later: UUID) -> None:
    """What was open is superseded by itself in the later inspection; what was closed stays so."""
    carried = carried_id(RecommendationId(followed.recommendation), InspectionId(later))
    assert (followed.state(finished), followed.state()) == ("closed", "superseded")
    (row,) = followed.get(f"/recommendations?inspection_id={later}")["items"]
    assert (row["recommendation_id"], row["carried_from"]) == (str(carried), str(followed.recommendation))
    old = followed.get(f"/recommendations/{followed.recommendation}")
    assert old["superseded_by"] == str(carried)
    shown = followed.get(f"/recommendations/{carried}")
    assert shown["standing"] == {COUNCIL: "accepted", BOARD: "issued"}
    rows = followed.get(f"/recommendations/{carried}/history")["items"]
    assert [row["happened"] for row in rows] == ["carried_forward"]
    plans = {row["inspection_id"]: row for row in followed.get("/action-plans")["items"]}
    assert (plans[str(later)]["recommendations"], plans[str(later)]["due_on"]) == (1, None)


def test_an_inspection_that_follows_another_takes_up_what_is_open_by_itself(followed: FollowedUp):
    followed.show_all()
    finished = followed.recommendation
    done(followed.close_it())
    followed.recommendation = uuid4()
    done(followed.issue())
    done(followed.accept())
    followed.reporting.hear()
    later = followed.open_another(follows=str(followed.id))
    check_lineage(followed, finished, later)


class OfTheNation(Programme):
    """A report on the nation that names no authority."""

    key = "prison-based-social-work@2026-1"
    areas = (NATION,)


def test_a_report_on_the_nation_asks_national_bodies_and_names_no_authority(tmp_path: Path):
    nation = OfTheNation(tmp_path)
    nation.account(nation.id)
    nation.published(NATION, "national_report", "It needs reform.")
    about = {"inspection_id": str(nation.id), "report_id": str(nation.report), "text": "Reform it."}

    def issue(*owners: dict[str, str]) -> TestResponse:
        return nation.post(f"/recommendations/{uuid4()}", "lead", **about, owners=list(owners))

    government = {"code": "scottish-government", "title": "Scottish Government"}
    refused(issue(OWNERS[0]), 422, "national-owner-missing", "/owners")
    refused(issue(OWNERS[0], government), 422, "authority-named", "/owners")
    done(issue(government))
    (row,) = nation.get("/recommendations/owners?owner=scottish-government")["items"]
    assert row["title"] == "Scottish Government"
