"""Reporting over HTTP: from an inspection's opening to a published report, and every refusal as a problem."""

import re
from collections.abc import Iterator
from datetime import date
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from werkzeug.test import TestResponse

from services.evidence.api import api as evidence_api
from services.evidence.service import evidence
from services.reporting.aggregates.evaluation import evaluation_of
from services.reporting.api import api
from services.reporting.service import reporting
from services.scheduling.api import api as scheduling_api
from services.scheduling.service import scheduling
from shared.edges.clearance import Clearance, PublicationHeld, clear
from shared.errors import Unavailable
from shared.sourcing.facts import Refused as RefusalRecorded
from shared.sourcing.telling import instant
from shared.vocabulary.identity import IndicatorCode
from tests.erasing import erase
from tests.serving import Served, serve

FALKIRK = "S12000014"
TITLE, CONTENT = "Report about Falkirk", "# What we found\n\nIt is <b>good</b>.\n\nChildren & families said so."
ACCESSIBLE = "It is good."
INSPECTOR, COLLEAGUE, PANELLIST, APPROVER, SECOND_APPROVER = (uuid4() for _ in range(5))


def hash_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


class Inspection:
    """An inspection that scheduling opened, with evidence linked to its indicators, seen from reporting."""

    def __init__(self, directory: Path) -> None:
        self.scheduling: Served = serve(directory, scheduling, scheduling_api)
        self.evidence: Served = serve(directory, evidence, evidence_api)
        self.reporting: Served = serve(directory, reporting, api)
        self.id, self.report, self.item = (uuid4() for _ in range(3))
        self.held = self.silent = False
        self.asked: list[UUID] = []
        self.reporting.client.application.extensions["speir.clearance"] = self.clearance
        for served in (self.scheduling, self.evidence, self.reporting):
            served.on(date(2026, 1, 5))
        self._open()
        self._link()

    def _open(self) -> None:
        programme, partners = uuid4(), ["care-inspectorate", "healthcare-improvement-scotland"]
        opening = {"programme_id": str(programme), "councils": [FALKIRK], "opens_on": "2026-01-05"}
        for path, body in (
            (f"/programmes/{programme}", {"edition": "supervision-at-home@2025-1"}),
            (f"/programmes/{programme}/areas", {"councils": [FALKIRK]}),
            (f"/inspections/{self.id}", {"partners": partners, **opening}),
        ):
            done(self.scheduling.call("POST", path, "planner", body))
        self.evidence.hear(self.scheduling)

    def _link(self) -> None:
        item = {
            "inspection_id": str(self.id),
            "method": "document",
            "occurred_on": "2025-12-01",
            "received_on": "2026-01-05",
            "digest": "ab" * 32,
            "source_designation": "Head of children's services",
            "title": "Audit of plans",
        }
        done(self.evidence.call("POST", f"/items/{self.item}", "inspector", item))
        for indicator in ("2.1", "5.3"):
            link = {"indicator": indicator, "strength": "strong"}
            done(self.evidence.call("POST", f"/items/{self.item}/links", "inspector", link))
        self.reporting.hear(self.scheduling, self.evidence)

    def clearance(self, inspection_id: UUID) -> Clearance:
        self.asked.append(inspection_id)
        if self.silent:
            raise Unavailable
        if self.held:
            raise PublicationHeld
        with self.reporting.running.log.reading() as tx:
            return clear(inspection_id, instant(self.reporting.running.log.now_us(tx)))

    def post(self, path: str, role: str, actor: UUID | None = None, **body: Any) -> TestResponse:
        return self.reporting.call("POST", path, role, body, actor)

    def get(self, path: str, role: str = "inspector") -> Any:
        answer = self.reporting.call("GET", path, role)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.json

    def everybody(self, path: str) -> TestResponse:
        return self.reporting.client.get(f"/reporting/v1{path}")

    def evaluation(self, indicator: str) -> str:
        return f"/evaluations/{evaluation_of(self.id, IndicatorCode(indicator))}"  # type: ignore[arg-type]

    def on_report(self, path: str, role: str, actor: UUID | None = None, **body: Any) -> TestResponse:
        return self.post(f"/reports/{self.report}{path}", role, actor, **body)

    def propose(self, indicator: str = "2.1", **given: Any) -> TestResponse:
        body = {"grade": "good", "rationale": "Records agree.", "evidence": [str(self.item)], **given}
        return self.post(f"{self.evaluation(indicator)}/proposals", "inspector", INSPECTOR, **body)

    def confirm(self, indicator: str = "2.1", actor: UUID = PANELLIST) -> TestResponse:
        return self.post(f"{self.evaluation(indicator)}/confirmation", "quality_panel", actor)

    def adjust(self, indicator: str = "5.3", actor: UUID = PANELLIST, **given: Any) -> TestResponse:
        body = {"grade": "weak", "reason": "Compared with others.", "benchmark": "2024-03", **given}
        return self.post(f"{self.evaluation(indicator)}/adjustments", "quality_panel", actor, **body)

    def leave(self, indicator: str = "9.2", actor: UUID = PANELLIST) -> TestResponse:
        path = f"{self.evaluation(indicator)}/leaving"
        return self.post(path, "quality_panel", actor, reason="too-few-meetings")

    def draft(self, actor: UUID = INSPECTOR, **given: Any) -> TestResponse:
        body = {"inspection_id": str(self.id), "form": "report", "title": TITLE, "content": CONTENT, **given}
        return self.on_report("/drafts", "inspector", actor, **body)

    def approve_draft(self, content: str = CONTENT, actor: UUID = PANELLIST) -> TestResponse:
        return self.on_report("/draft-approvals", "quality_panel", actor, content_hash=hash_of(content))

    def send(self, content: str = CONTENT, due_on: str = "2026-01-19") -> TestResponse:
        return self.on_report("/factual-accuracy", "lead", content_hash=hash_of(content), due_on=due_on)

    def close(self) -> TestResponse:
        return self.on_report("/factual-accuracy/closure", "partnership_contact")

    def raise_inaccuracy(self, point: UUID) -> TestResponse:
        return self.on_report(f"/inaccuracies/{point}", "partnership_contact", kind="typo", words="Falkrik")

    def rule(self, point: UUID) -> TestResponse:
        return self.on_report(f"/inaccuracies/{point}/ruling", "lead", upheld=False, reason="It is spelt so.")

    def clear_identifiability(self, content: str = CONTENT) -> TestResponse:
        return self.on_report("/identifiability", "lead", content_hash=hash_of(content))

    def attach(self, actor: UUID = COLLEAGUE) -> TestResponse:
        return self.on_report("/accessible-versions", "participation_lead", actor, content=ACCESSIBLE)

    def cover(self) -> TestResponse:
        return self.on_report("/rights", "inspector", articles=[12, 3], foundations=["voice"])

    @property
    def bundle_hash(self) -> str:
        found: str = self.get(f"/reports/{self.report}/draft")["bundle_hash"]
        return found

    def approve(self, actor: UUID = APPROVER, bundle_hash: str | None = None) -> TestResponse:
        body = {"bundle_hash": bundle_hash or self.bundle_hash}
        return self.on_report("/publication-approvals", "approver", actor, **body)

    def publish(self, bundle_hash: str | None = None, actor: UUID | None = None, **headers: str) -> TestResponse:
        body = {"bundle_hash": bundle_hash or self.bundle_hash}
        return self.reporting.call("POST", f"/reports/{self.report}/publication", "lead", body, actor, **headers)

    def settle(self) -> None:
        for answer in (
            self.propose(),
            self.confirm(),
            self.propose("5.3", grade="adequate"),
            self.adjust(),
            self.leave(),
        ):
            done(answer)

    def make_ready(self) -> None:
        """All but the publication itself."""
        self.settle()
        for step in (self.draft, self.approve_draft, self.send, self.close, self.clear_identifiability, self.cover):
            done(step())
        done(self.attach())
        done(self.approve())
        done(self.approve(SECOND_APPROVER))

    def refusals_recorded(self) -> list[RefusalRecorded]:
        self.reporting.sequencer.drain()
        with self.reporting.running.log.reading() as tx:
            facts = [event.fact for event in self.reporting.running.log.ordered(tx, limit=10_000)]
        return [fact for fact in facts if isinstance(fact, RefusalRecorded)]


@pytest.fixture
def inspection(tmp_path: Path) -> Iterator[Inspection]:
    made = Inspection(tmp_path)
    yield made
    for name, live, rebuilt in made.reporting.rebuilt():
        assert live == rebuilt, name


def refused(answer: TestResponse, status: int, code: str, pointer: str | None = None) -> Any:
    assert (answer.status_code, answer.json["type"]) == (status, f"/problems/{code}"), answer.get_data(as_text=True)
    assert answer.content_type == "application/problem+json"
    if pointer is not None:
        assert {error["pointer"] for error in answer.json["errors"]} == {pointer}
    return answer.json


def done(answer: TestResponse) -> TestResponse:
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return answer


def test_every_indicator_of_the_edition_has_its_evaluation(inspection: Inspection):
    rows = inspection.get(f"/inspections/{inspection.id}/evaluations")["items"]
    assert {(row["indicator"], row["scale"], row["proposed"], row["settled"]) for row in rows} == {
        ("2.1", "ci-six-point", None, None),
        ("5.3", "ci-six-point", None, None),
        ("9.2", "ci-six-point", None, None),
    }


def test_what_was_proposed_is_kept_beside_what_the_panel_decided(inspection: Inspection):
    inspection.settle()
    rows = inspection.get(f"/inspections/{inspection.id}/evaluations")["items"]
    assert {(row["indicator"], row["proposed"], row["settled"]) for row in rows} == {
        ("2.1", "good", "good"),
        ("5.3", "adequate", "weak"),
        ("9.2", None, "not_evaluated"),
    }
    shown = inspection.get(inspection.evaluation("5.3"))
    assert (shown["rationale"], shown["reason"]) == ("Records agree.", "Compared with others.")
    assert inspection.get(inspection.evaluation("5.3"), "auditor")["rationale"] == {"sealed": True}


def test_a_grade_off_the_scale_is_refused(inspection: Inspection):
    for grade in ("satisfactory", "7", "0", "3.5"):
        refused(inspection.propose(grade=grade), 422, "grade-not-on-scale", "/grade")
    assert inspection.get(inspection.evaluation("2.1"))["proposed"] is None


def test_a_grade_is_a_word(inspection: Inspection):
    for grade in (7, 3.5, True, None, ""):
        refused(inspection.propose(grade=grade), 422, "not-understood", "/grade")


def test_what_the_panel_and_the_team_may_not_do_is_refused(inspection: Inspection):
    refused(inspection.propose(grade="not_evaluated"), 422, "not-evaluated-needs-reason", "/grade")
    refused(inspection.propose(rationale=" "), 422, "rationale-missing", "/rationale")
    refused(inspection.propose(evidence=[]), 422, "evaluation-needs-evidence", "/evidence")
    stranger = str(uuid4())
    said = refused(inspection.propose(evidence=[stranger]), 409, "evidence-not-linked-here", "/evidence")
    assert said["evidence"] == [stranger]
    refused(inspection.propose("9.2"), 409, "evidence-not-linked-here", "/evidence")
    refused(inspection.confirm(), 409, "nothing-proposed")
    done(inspection.propose())
    refused(inspection.confirm(actor=INSPECTOR), 409, "proposer-decides")
    refused(inspection.adjust("2.1", grade="good"), 422, "nothing-adjusted", "/grade")
    done(inspection.confirm())
    refused(inspection.propose(), 409, "evaluation-settled")
    refused(inspection.leave("2.1"), 409, "evaluation-settled")
    refused(inspection.propose("5.4"), 404, "not-found")
    recorded, absent = inspection.refusals_recorded()
    assert (recorded.actor, recorded.code) == (INSPECTOR, "proposer-decides")
    assert absent.code == "not-assigned"


def test_the_team_proposes_and_the_panel_decides(inspection: Inspection):
    for path, role, body in (
        ("confirmation", "inspector", {}),
        ("confirmation", "lead", {}),
        ("adjustments", "approver", {"grade": "good", "reason": "x"}),
        ("leaving", "lead", {"reason": "x"}),
        ("proposals", "quality_panel", {"grade": "good", "rationale": "x", "evidence": []}),
    ):
        refused(inspection.post(f"{inspection.evaluation('2.1')}/{path}", role, **body), 403, "not-allowed")


def test_a_report_goes_from_its_draft_to_the_public(inspection: Inspection):
    inspection.make_ready()
    (row,) = inspection.get(f"/inspections/{inspection.id}/reports")["items"]
    assert (row["state"], row["approvals"], row["content_hash"]) == ("bundled", 2, hash_of(CONTENT))
    bundle_hash = inspection.bundle_hash
    done(inspection.publish())
    (row,) = inspection.get(f"/inspections/{inspection.id}/reports")["items"]
    assert (row["state"], row["published_on"]) == ("published", "2026-01-05")
    shown = inspection.everybody(f"/reports/{inspection.report}").json
    assert (shown["title"], shown["content"], shown["accessible"]) == (TITLE, CONTENT, ACCESSIBLE)
    assert shown["area"] == {"name": "Falkirk", "councils": [FALKIRK]}
    assert shown["bundle_hash"] == bundle_hash
    assert hash_of(shown["content"]) == shown["content_hash"]
    assert hash_of(shown["accessible"]) == shown["accessible_hash"]
    assert shown["evaluations"] == [
        {"indicator": "2.1", "grade": "good"},
        {"indicator": "5.3", "grade": "weak"},
        {"indicator": "9.2", "grade": "not_evaluated"},
    ]
    assert "clearance" not in shown
    assert inspection.asked == [inspection.id]


def test_scheduling_hears_of_the_publication(inspection: Inspection):
    inspection.make_ready()
    done(inspection.publish())
    inspection.scheduling.hear(inspection.reporting)
    (row,) = inspection.scheduling.call("GET", "/published-reports").json["items"]
    assert (row["report_id"], row["published_on"]) == (str(inspection.report), "2026-01-05")


def test_published_reports_are_listed_for_everybody(inspection: Inspection):
    assert inspection.everybody("/reports").json == {"items": [], "next": None}
    inspection.make_ready()
    done(inspection.publish())
    (row,) = inspection.everybody("/reports").json["items"]
    assert (row["title"], row["area"], row["councils"]) == (TITLE, "Falkirk", [FALKIRK])
    assert len(inspection.everybody(f"/reports?council={FALKIRK}").json["items"]) == 1
    assert inspection.everybody("/reports?council=S12000015").json["items"] == []
    refused(inspection.everybody("/reports?council=Falkirk"), 422, "unknown-council")
    refused(inspection.everybody("/reports?cursor=x"), 400, "cursor-unknown")


def test_absent_unfinished_embargoed_and_held_reports_look_the_same_to_everybody(inspection: Inspection):
    def seen(report_id: UUID) -> list[tuple[int, dict[str, Any], list[tuple[str, str]]]]:
        answers = [inspection.everybody(f"/reports/{report_id}{path}") for path in ("", "/page", "/page/accessible")]
        return [
            (
                answer.status_code,
                {name: value for name, value in answer.json.items() if name != "request_id"},
                sorted((name, value) for name, value in answer.headers.items() if name != "X-Request-ID"),
            )
            for answer in answers
        ]

    absent = seen(uuid4())
    assert [status for status, _, _ in absent] == [404, 404, 404]
    done(inspection.draft())
    assert seen(inspection.report) == absent
    inspection.report = uuid4()
    inspection.make_ready()
    done(inspection.on_report("/embargo", "lead", until="2026-02-03"))
    refused(inspection.publish(), 409, "still-embargoed")
    inspection.held = True
    refused(inspection.publish(), 409, "publication-held")
    assert seen(inspection.report) == absent
    assert inspection.everybody("/reports").json["items"] == []


def test_a_published_report_is_a_page_without_markup_of_its_own(inspection: Inspection):
    inspection.make_ready()
    done(inspection.publish())
    answer = inspection.everybody(f"/reports/{inspection.report}/page")
    text = answer.get_data(as_text=True)
    assert answer.content_type == "text/html; charset=utf-8"
    assert '<html lang="en-GB">' in text
    assert f"<title>{TITLE}</title>" in text
    assert (text.count("<h1>"), f"<h1>{TITLE}</h1>" in text) == (1, True)
    assert "<h2>What we found</h2>" in text
    assert "<p>It is &lt;b&gt;good&lt;/b&gt;.</p>" in text
    assert "<p>Children &amp; families said so.</p>" in text
    assert '<th scope="row">9.2 Leadership of strategy and direction</th><td>not evaluated</td>' in text
    assert "5 January 2026" in text
    assert hash_of(CONTENT) in text
    assert not any(mark in text for mark in ("<script", "http:", "https:", "src=", "@import", "url("))


def test_the_accessible_version_is_a_page_that_leads_back(inspection: Inspection):
    inspection.make_ready()
    done(inspection.publish())
    text = inspection.everybody(f"/reports/{inspection.report}/page/accessible").get_data(as_text=True)
    assert f"<h1>{TITLE}: accessible version</h1>" in text
    assert f"<p>{ACCESSIBLE}</p>" in text
    assert f'href="/reporting/v1/reports/{inspection.report}/page"' in text


def test_a_page_loads_nothing_and_its_one_style_bears_the_nonce_of_its_answer(inspection: Inspection):
    inspection.make_ready()
    done(inspection.publish())
    for path in ("/page", "/page/accessible"):
        answer = inspection.everybody(f"/reports/{inspection.report}{path}")
        (nonce,) = re.findall(r'<style nonce="([^"]+)">', answer.get_data(as_text=True))
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith(f"default-src 'none'; style-src 'nonce-{nonce}';")
        assert "unsafe" not in policy


def test_a_demonstration_says_so_on_its_pages_and_nothing_else_does(inspection: Inspection):
    inspection.make_ready()
    done(inspection.publish())
    path = f"/reports/{inspection.report}/page"
    assert "This is a demonstration." in inspection.everybody(path).get_data(as_text=True)
    inspection.reporting.running.log.origin = "speir.test/reporting"
    assert "demonstration" not in inspection.everybody(path).get_data(as_text=True).partition("</style>")[2]
    inspection.reporting.running.log.origin = "demo.test/reporting"


def test_drafting_is_refused_where_it_does_not_fit(inspection: Inspection):
    refused(inspection.draft(form="national_report"), 422, "form-not-in-edition", "/form")
    refused(inspection.draft(form="poem"), 422, "not-understood", "/form")
    refused(inspection.draft(title="Two\nlines"), 422, "title-unfit", "/title")
    refused(inspection.draft(content=" "), 422, "draft-is-empty", "/content")
    refused(inspection.draft(inspection_id=str(uuid4())), 404, "not-found")
    done(inspection.draft())
    refused(inspection.draft(form="verbal_feedback"), 422, "form-is-not-drafted", "/form")
    assert inspection.get(f"/reports/{inspection.report}/draft")["content"] == CONTENT
    assert inspection.get(f"/reports/{inspection.report}/draft", "auditor")["content"] == {"sealed": True}


def test_the_panel_approves_the_newest_draft_of_somebody_else(inspection: Inspection):
    done(inspection.draft())
    refused(inspection.approve_draft(), 409, "evaluations-not-settled")
    inspection.settle()
    refused(inspection.approve_draft(actor=INSPECTOR), 409, "author-approves")
    done(inspection.draft(COLLEAGUE, content="Something else."))
    refused(inspection.approve_draft(), 409, "draft-has-changed")
    done(inspection.approve_draft("Something else."))
    refused(inspection.approve_draft("Something else."), 409, "draft-already-approved")
    codes = [recorded.code for recorded in inspection.refusals_recorded()]
    assert sorted(codes) == ["author-approves", "evaluations-not-settled"]


def test_the_partnership_is_heard_before_publication(inspection: Inspection):
    inspection.settle()
    done(inspection.draft())
    refused(inspection.send(), 409, "draft-not-approved")
    done(inspection.approve_draft())
    point = uuid4()
    refused(inspection.raise_inaccuracy(point), 409, "not-sent-for-accuracy")
    refused(inspection.send("Another."), 409, "draft-has-changed")
    refused(inspection.send(due_on="2026-01-16"), 422, "comment-window-too-short", "/due_on")
    done(inspection.send())
    refused(inspection.send(), 409, "already-sent-for-accuracy")
    done(inspection.raise_inaccuracy(point))
    refused(inspection.raise_inaccuracy(point), 409, "inaccuracy-already-raised")
    refused(inspection.rule(uuid4()), 404, "inaccuracy-unknown")
    for step in (inspection.clear_identifiability, inspection.cover, inspection.attach, inspection.approve):
        done(step())
    done(inspection.approve(SECOND_APPROVER))
    refused(inspection.publish(), 409, "factual-accuracy-still-open")
    inspection.reporting.on(date(2026, 1, 20))
    refused(inspection.raise_inaccuracy(uuid4()), 409, "factual-accuracy-over")
    refused(inspection.publish(), 409, "inaccuracies-not-ruled-on")
    done(inspection.rule(point))
    refused(inspection.rule(point), 409, "inaccuracy-already-ruled-on")
    done(inspection.publish())


def test_publication_is_refused_until_everything_is_in_place(inspection: Inspection):
    refused(inspection.publish("ab" * 32), 404, "not-found")
    inspection.settle()
    done(inspection.draft())
    refused(inspection.attach(), 409, "draft-not-approved")
    refused(inspection.approve(bundle_hash="ab" * 32), 409, "accessible-version-missing")
    refused(inspection.publish("ab" * 32), 409, "accessible-version-missing")
    done(inspection.approve_draft())
    done(inspection.attach())
    refused(inspection.publish(), 409, "not-sent-for-accuracy")
    done(inspection.send())
    done(inspection.close())
    refused(inspection.publish(), 409, "identifiability-not-cleared")
    refused(inspection.clear_identifiability("Another."), 409, "draft-has-changed")
    done(inspection.clear_identifiability())
    refused(inspection.publish(), 409, "two-approvals-needed")
    done(inspection.cover())
    refused(inspection.approve(INSPECTOR), 409, "approver-is-author")
    refused(inspection.approve(COLLEAGUE), 409, "approver-is-author")
    refused(inspection.approve(bundle_hash="ab" * 32), 409, "bundle-has-changed")
    done(inspection.approve())
    refused(inspection.approve(), 409, "already-approved-by-you")
    done(inspection.approve(SECOND_APPROVER))
    refused(inspection.publish("ab" * 32), 409, "bundle-has-changed")
    done(inspection.publish())
    refused(inspection.publish(), 409, "report-already-published")
    refused(inspection.draft(), 409, "report-already-published")
    assert inspection.everybody("/reports").json["items"][0]["report_id"] == str(inspection.report)


def test_a_new_draft_is_published_only_after_all_of_it_was_done_again(inspection: Inspection):
    inspection.make_ready()
    before = inspection.bundle_hash
    done(inspection.draft(content="Something else."))
    refused(inspection.publish(before), 409, "accessible-version-missing")
    done(inspection.approve_draft("Something else."))
    done(inspection.attach())
    refused(inspection.publish(before), 409, "identifiability-not-cleared")
    done(inspection.clear_identifiability("Something else."))
    refused(inspection.publish(before), 409, "bundle-has-changed")
    refused(inspection.publish(), 409, "two-approvals-needed")


def test_an_evaluation_that_changes_after_approval_stops_publication(inspection: Inspection):
    inspection.make_ready()
    done(inspection.adjust("5.3", grade="unsatisfactory"))
    refused(inspection.publish(), 409, "evaluations-have-changed")
    done(inspection.approve_draft())
    refused(inspection.publish("ab" * 32), 409, "accessible-version-missing")


def test_publication_is_held_until_participation_clears_it_and_that_is_recorded(inspection: Inspection):
    inspection.make_ready()
    inspection.held = True
    lead = uuid4()
    said = refused(inspection.publish(actor=lead), 409, "publication-held")
    assert set(said) == {"type", "title", "status", "request_id"}
    (recorded,) = inspection.refusals_recorded()
    assert (recorded.actor, recorded.command, recorded.code, recorded.about) == (
        lead,
        "reporting.PublishReport",
        "publication-held",
        inspection.id,
    )
    inspection.held = False
    done(inspection.publish(actor=lead))


def test_where_participation_does_not_answer_nothing_is_published(inspection: Inspection):
    inspection.make_ready()
    inspection.silent = True
    refused(inspection.publish(), 503, "unavailable")
    del inspection.reporting.client.application.extensions["speir.clearance"]
    refused(inspection.publish(), 503, "unavailable")
    assert inspection.everybody("/reports").json["items"] == []


def test_an_old_clearance_does_not_count(inspection: Inspection):
    inspection.make_ready()
    running = inspection.reporting.running

    def a_minute_ago(inspection_id: UUID) -> Clearance:
        with running.log.reading() as tx:
            return clear(inspection_id, instant(running.log.now_us(tx) - 61_000_000))

    inspection.reporting.client.application.extensions["speir.clearance"] = a_minute_ago
    refused(inspection.publish(), 409, "clearance-stale")


def test_what_is_drafted_again_while_its_clearance_is_awaited_is_not_published(inspection: Inspection):
    def again(content: str) -> None:
        done(inspection.draft(content=content))
        done(inspection.approve_draft(content))
        done(inspection.clear_identifiability(content))
        for step in (inspection.attach, inspection.approve, partial(inspection.approve, SECOND_APPROVER)):
            done(step())

    def meanwhile(inspection_id: UUID) -> Clearance:
        again(CONTENT)
        return inspection.clearance(inspection_id)

    inspection.make_ready()
    known = inspection.bundle_hash
    again("Something else.")
    inspection.reporting.client.application.extensions["speir.clearance"] = meanwhile
    refused(inspection.publish(known), 409, "content-not-approved")
    assert inspection.everybody("/reports").json["items"] == []


def test_a_publication_that_is_asked_again_gets_the_same_answer_even_where_it_is_held_since(inspection: Inspection):
    inspection.make_ready()
    lead, key, bundle_hash = uuid4(), str(uuid4()), inspection.bundle_hash
    first = done(inspection.publish(bundle_hash, lead, Idempotency_Key=key))
    inspection.held = True
    again = done(inspection.publish(bundle_hash, lead, Idempotency_Key=key))
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.get_data() == first.get_data()


def test_what_the_edge_finds_out_cannot_be_sent(inspection: Inspection):
    inspection.make_ready()
    body = {"bundle_hash": inspection.bundle_hash, "content": "Something else."}
    refused(inspection.on_report("/publication", "lead", **body), 422, "not-understood", "/content")


def test_drafts_whose_key_is_destroyed_are_not_published(inspection: Inspection):
    inspection.make_ready()
    bundle_hash = inspection.bundle_hash
    erase(inspection.reporting.running.keyring)
    refused(inspection.publish(bundle_hash), 409, "draft-erased")
    assert inspection.get(f"/reports/{inspection.report}/draft")["content"] == {"erased": True}


def test_each_step_is_for_its_own_role(inspection: Inspection):
    done(inspection.draft())
    for path, role, body in (
        ("/publication", "approver", {"bundle_hash": "ab" * 32}),
        ("/publication-approvals", "lead", {"bundle_hash": "ab" * 32}),
        ("/draft-approvals", "inspector", {"content_hash": "ab" * 32}),
        ("/factual-accuracy/closure", "lead", {}),
        ("/embargo", "inspector", {"until": "2026-02-03"}),
    ):
        refused(inspection.on_report(path, role, **body), 403, "not-allowed")


def test_a_report_knows_only_the_reports_own_ids_and_hashes_in_its_lists(inspection: Inspection):
    inspection.make_ready()
    rows = inspection.get(f"/inspections/{inspection.id}/reports", "auditor")["items"]
    assert TITLE not in str(rows)
    assert "good" not in str(rows)
