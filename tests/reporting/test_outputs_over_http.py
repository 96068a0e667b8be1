"""Outputs over HTTP: discussions, rights, longer for the partnership, pauses, corrections, benchmarks."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from werkzeug.test import TestResponse

from services.reporting.aggregates.evaluation import evaluation_of
from shared.methodologies import edition
from shared.vocabulary.identity import EditionKey, IndicatorCode
from tests.reporting.test_reporting_over_http import (
    APPROVER,
    CONTENT,
    INSPECTOR,
    SECOND_APPROVER,
    Inspection,
    done,
    hash_of,
    refused,
)

NATION, GLASGOW, FIFE = "S92000003", "S12000049", "S12000047"


@pytest.fixture
def inspection(tmp_path: Path) -> Iterator[Inspection]:
    made = Inspection(tmp_path)
    yield made
    for name, live, rebuilt in made.reporting.rebuilt():
        assert live == rebuilt, name


class Programme(Inspection):
    """A programme by any edition, with some inspections, of which one is looked at at a time."""

    key = "throughcare@2021-1"
    areas: tuple[str, ...] = (GLASGOW, NATION)

    def _open(self) -> None:
        self.programme = uuid4()
        pinned = edition(EditionKey(self.key))
        self.inspections = {council: uuid4() for council in self.areas}
        self.id = self.inspections[self.areas[0]]
        done(self.scheduling.call("POST", f"/programmes/{self.programme}", "planner", {"edition": self.key}))
        reason = {"reason": "geography", "risk_based": False} if pinned.reach.reason_needed else {}
        for council, inspection in self.inspections.items():
            body: dict[str, Any] = {"councils": [council], **reason}
            done(self.scheduling.call("POST", f"/programmes/{self.programme}/areas", "planner", body))
            opening = {
                "programme_id": str(self.programme),
                "councils": [council],
                "opens_on": "2026-01-05",
                "partners": [body.value for body in pinned.partners],
            }
            done(self.scheduling.call("POST", f"/inspections/{inspection}", "planner", opening))
        self.evidence.hear(self.scheduling)

    def _link(self) -> None:
        self.reporting.hear(self.scheduling, self.evidence)

    def read(self, stratum: str, inspection: UUID) -> None:
        """One record of a kind was read."""
        item = {
            "inspection_id": str(inspection),
            "method": "record_reading",
            "occurred_on": "2025-12-01",
            "received_on": "2026-01-05",
            "digest": "ab" * 32,
            "source_designation": "Reader",
            "title": "Records",
            "stratum": stratum,
        }
        done(self.evidence.call("POST", f"/items/{uuid4()}", "inspector", item))

    def account(self, inspection: UUID, *, but: str = "") -> None:
        """Every kind of record was read, but for one of which there is none."""
        for stratum in edition(EditionKey(self.key)).strata:
            if stratum != but:
                self.read(stratum, inspection)
        self.reporting.hear(self.scheduling, self.evidence)

    def written(self, council: str, form: str, content: str = CONTENT) -> None:
        """A draft of an output, and everything up to its publication."""
        self.id, self.report = self.inspections[council], uuid4()
        done(self.draft(form=form, content=content, title="An output"))
        for step in (self.approve_draft, self.send):
            done(step(content))
        done(self.close())
        done(self.clear_identifiability(content))
        done(self.attach())
        done(self.approve(APPROVER))
        done(self.approve(SECOND_APPROVER))

    def published(self, council: str, form: str, content: str = CONTENT) -> None:
        self.written(council, form, content)
        done(self.publish())
        self.reporting.hear(self.scheduling, self.evidence)


@pytest.fixture
def programme(tmp_path: Path) -> Iterator[Programme]:
    made = Programme(tmp_path)
    yield made
    for name, live, rebuilt in made.reporting.rebuilt():
        assert live == rebuilt, name


def hold(inspection: Inspection, discussion: UUID, **given: Any) -> TestResponse:
    body = {"held_on": "2026-01-05", "attendees": "Chair", "points": "Strong leadership.", **given}
    return inspection.post(f"/inspections/{inspection.id}/discussions/{discussion}", "lead", **body)


def test_a_discussion_with_the_partnership_is_recorded(inspection: Inspection):
    first = uuid4()
    done(hold(inspection, first))
    refused(hold(inspection, first), 409, "discussion-already-held")
    refused(hold(inspection, uuid4(), held_on="2026-01-06"), 422, "discussion-to-come", "/held_on")


def test_rights_are_covered_before_a_report_about_children_is_approved(inspection: Inspection):
    inspection.settle()
    for step in (inspection.draft, inspection.approve_draft, inspection.attach):
        done(step())
    refused(inspection.approve(), 409, "rights-not-covered")
    refused(inspection.on_report("/rights", "lead", articles=[], foundations=[]), 422, "nothing-covered", "/articles")
    refused(inspection.on_report("/rights", "lead", articles=[55], foundations=[]), 422, "unknown-article")
    done(inspection.cover())
    done(inspection.approve())


def test_what_is_published_stays_as_it_is_but_for_corrections(inspection: Inspection):
    inspection.make_ready()
    correction = {"content": "Corrected.", "accessible": "Corrected.", "note": "A grade was misprinted."}
    refused(inspection.on_report("/corrections", "approver", APPROVER, **correction), 409, "report-not-published")
    refused(inspection.on_report("/withdrawal", "approver", reason="x"), 409, "report-not-published")
    done(inspection.publish())
    refused(inspection.cover(), 409, "report-already-published")
    refused(inspection.on_report("/embargo", "lead", until="2027-01-01"), 409, "report-already-published")
    extension = {"due_on": "2027-01-01", "reason": "illness"}
    refused(inspection.on_report("/factual-accuracy/extension", "lead", **extension), 409, "report-already-published")
    refused(inspection.raise_inaccuracy(uuid4()), 409, "report-already-published")
    refused(inspection.rule(uuid4()), 409, "report-already-published")
    refused(inspection.on_report("/corrections", "approver", INSPECTOR, **correction), 409, "approver-is-author")
    nothing = correction | {"content": CONTENT}
    refused(inspection.on_report("/corrections", "approver", APPROVER, **nothing), 422, "nothing-corrected")
    done(inspection.on_report("/corrections", "approver", APPROVER, **correction))
    shown = inspection.everybody(f"/reports/{inspection.report}").json
    assert (shown["version"], shown["content"], len(shown["versions"])) == ("1.1", "Corrected.", 2)
    first = inspection.everybody(f"/reports/{inspection.report}?version=1.0").json
    assert (first["version"], first["content"]) == ("1.0", CONTENT)
    assert inspection.everybody(f"/reports/{inspection.report}?version=1.2").status_code == 404
    page = inspection.everybody(f"/reports/{inspection.report}/page").get_data(as_text=True)
    assert "A grade was misprinted." in page
    assert "Version 1.0" in page


def test_what_is_withdrawn_says_so_and_shows_no_text(inspection: Inspection):
    inspection.make_ready()
    done(inspection.publish())
    refused(inspection.on_report("/withdrawal", "approver", reason=" "), 422, "withdrawal-reason-missing", "/reason")
    done(inspection.on_report("/withdrawal", "approver", reason="Somebody could be recognised."))
    refused(inspection.on_report("/withdrawal", "approver", reason="x"), 409, "report-is-withdrawn")
    correction = {"content": "Corrected.", "accessible": "Corrected.", "note": "A note."}
    refused(inspection.on_report("/corrections", "approver", APPROVER, **correction), 409, "report-is-withdrawn")
    for path in ("", "/page", "/page/accessible", "?version=1.0"):
        answer = inspection.everybody(f"/reports/{inspection.report}{path}")
        assert answer.status_code == 200
        assert "children" not in answer.get_data(as_text=True).lower().replace("children's", "")
        assert "Somebody could be recognised." in answer.get_data(as_text=True)


def test_the_partnership_is_given_longer_once(inspection: Inspection):
    inspection.settle()
    longer = {"due_on": "2026-01-26", "reason": "illness"}
    extension = "/factual-accuracy/extension"
    done(inspection.draft())
    refused(inspection.on_report(extension, "lead", **longer), 409, "not-sent-for-accuracy")
    done(inspection.approve_draft())
    done(inspection.send())
    refused(inspection.on_report(extension, "lead", **longer | {"due_on": "2026-01-19"}), 422, "not-later", "/due_on")
    done(inspection.on_report(extension, "lead", **longer))
    refused(inspection.on_report(extension, "lead", **longer | {"due_on": "2026-02-02"}), 409, "extended-already")
    inspection.reporting.on(date(2026, 1, 27))
    refused(inspection.on_report(extension, "lead", **longer), 409, "factual-accuracy-over")


def test_a_ruling_brings_the_panel_back(inspection: Inspection):
    inspection.settle()
    for step in (inspection.draft, inspection.approve_draft, inspection.send):
        done(step())
    point = uuid4()
    done(inspection.raise_inaccuracy(point))
    ruling = {"upheld": True, "reason": "Right."}
    stranger = ruling | {"changes": str(uuid4())}
    path = f"/inaccuracies/{point}/ruling"
    refused(inspection.on_report(path, "lead", **stranger), 422, "evaluation-of-another", "/changes")
    changed = evaluation_of(inspection.id, IndicatorCode("2.1"))  # type: ignore[arg-type]
    done(inspection.on_report(path, "lead", **ruling | {"changes": str(changed)}))
    (row,) = inspection.get(f"/inspections/{inspection.id}/reports")["items"]
    assert (row["state"], row["approvals"]) == ("draft", 0)
    inspection.reporting.hear(inspection.scheduling, inspection.evidence)
    assert inspection.get(inspection.evaluation("2.1"))["settled"] is None
    refused(inspection.attach(), 409, "draft-not-approved")
    refused(inspection.approve_draft(), 409, "evaluations-not-settled")
    done(inspection.confirm("2.1"))
    done(inspection.approve_draft())
    for step in (inspection.close, inspection.clear_identifiability, inspection.cover, inspection.attach):
        done(step())
    done(inspection.approve(APPROVER))
    done(inspection.approve(SECOND_APPROVER))
    refused(inspection.publish(), 409, "upheld-not-put-right")
    done(inspection.adjust("2.1", grade="adequate"))
    done(inspection.draft(content="It is adequate.", answers=[str(point)]))
    done(inspection.approve_draft("It is adequate."))
    done(inspection.clear_identifiability("It is adequate."))
    done(inspection.attach())
    done(inspection.approve(APPROVER))
    done(inspection.approve(SECOND_APPROVER))
    done(inspection.adjust("2.1", grade="weak"))
    refused(inspection.publish(), 409, "evaluations-have-changed")


def test_an_adjustment_and_an_empty_text_are_refused(inspection: Inspection):
    inspection.settle()
    refused(inspection.adjust(grade="satisfactory"), 422, "grade-not-on-scale", "/grade")
    done(inspection.draft())
    done(inspection.approve_draft())
    refused(inspection.on_report("/accessible-versions", "lead", content=" "), 422, "draft-is-empty", "/content")


def test_evidence_that_was_withdrawn_supports_nothing(inspection: Inspection):
    done(inspection.evidence.call("POST", f"/items/{inspection.item}/withdrawal", "lead", {"reason": "mistaken"}))
    inspection.reporting.hear(inspection.scheduling, inspection.evidence)
    refused(inspection.propose(), 409, "evidence-was-withdrawn", "/evidence")


def test_the_panel_looks_again_once_evidence_is_withdrawn(inspection: Inspection):
    inspection.settle()
    (low,) = (row for row in rows_of(inspection) if row["indicator"] == "5.3")
    assert (low["settled"], low["progress_review_expected"]) == ("weak", True)
    done(inspection.evidence.call("POST", f"/items/{inspection.item}/withdrawal", "lead", {"reason": "mistaken"}))
    inspection.reporting.hear(inspection.scheduling, inspection.evidence)
    assert {(row["indicator"], row["settled"], row["progress_review_expected"]) for row in rows_of(inspection)} == {
        ("2.1", None, False),
        ("5.3", None, False),
        ("9.2", "not_evaluated", False),
    }
    refused(inspection.confirm("2.1"), 409, "evidence-was-withdrawn")
    refused(inspection.adjust("2.1"), 409, "evidence-was-withdrawn")


def rows_of(inspection: Inspection) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = inspection.get(f"/inspections/{inspection.id}/evaluations")["items"]
    return rows


def test_nobody_from_the_inspected_area_is_of_the_panel(inspection: Inspection):
    done(inspection.propose())
    here = inspection.evaluation("2.1")
    of_falkirk = {"home_area": "S12000014"}
    for path, body in (
        ("confirmation", {}),
        ("adjustments", {"grade": "weak", "reason": "x"}),
        ("leaving", {"reason": "too-few-meetings"}),
    ):
        said = inspection.post(f"{here}/{path}", "quality_panel", **body, **of_falkirk)
        refused(said, 409, "panel-member-from-area")
    done(inspection.post(f"{here}/confirmation", "quality_panel", home_area="S12000015"))
    done(inspection.draft())
    said = inspection.on_report("/draft-approvals", "quality_panel", content_hash=hash_of(CONTENT), **of_falkirk)
    refused(said, 409, "panel-member-from-area")
    assert {each.code for each in inspection.refusals_recorded()} == {"panel-member-from-area"}
    refused(inspection.post(f"{here}/leaving", "quality_panel", reason="x", home_area="Fife"), 422, "not-understood")


def test_drafts_are_listed_by_hash_and_points_with_what_came_of_them(inspection: Inspection):
    inspection.settle()
    refused(inspection.draft(form="accessible_report"), 422, "form-is-not-drafted", "/form")
    done(inspection.draft())
    path = f"/reports/{inspection.report}"
    assert inspection.reporting.call("GET", f"{path}/factual-accuracy", "partnership_contact").status_code == 404
    done(inspection.approve_draft())
    done(inspection.send())
    shown = inspection.get(f"{path}/factual-accuracy", "partnership_contact")
    assert (shown["content"], shown["content_hash"], shown["due_on"]) == (CONTENT, hash_of(CONTENT), "2026-01-19")
    point = uuid4()
    done(inspection.raise_inaccuracy(point))
    refused(inspection.draft(content="Falkirk.", answers=[str(point)]), 422, "not-upheld", "/answers")
    done(inspection.on_report(f"/inaccuracies/{point}/ruling", "lead", upheld=True, reason="It is spelt so."))
    done(inspection.draft(content="Falkirk.", answers=[str(point)]))
    items = inspection.get(f"{path}/drafts", "auditor")["items"]
    assert [(each["number"], each["content_hash"], each["answers"]) for each in items] == [
        (1, hash_of(CONTENT), []),
        (2, hash_of("Falkirk."), [str(point)]),
    ]
    assert CONTENT not in str(items)
    (known,) = inspection.get(f"{path}/inaccuracies", "partnership_contact")["items"]
    assert (known["words"], known["reason"], known["upheld"]) == ("Falkrik", "It is spelt so.", True)
    assert (known["kind"], known["put_right_in"]) == ("typo", 2)
    (sealed,) = inspection.get(f"{path}/inaccuracies", "auditor")["items"]
    assert (sealed["words"], sealed["reason"]) == ({"sealed": True}, {"sealed": True})
    assert inspection.reporting.call("GET", f"/reports/{uuid4()}/drafts", "lead").status_code == 404
    assert inspection.get(f"{path}/factual-accuracy", "partnership_contact")["number"] == 1


def test_what_was_published_earlier_stands_beside_an_evaluation(inspection: Inspection):
    done(inspection.propose())
    shown = inspection.get(f"{inspection.evaluation('2.1')}/benchmarks", "quality_panel")
    assert (shown["indicator"], shown["proposed"], shown["scale"]) == ("2.1", "good", "ci-six-point")
    assert {each["council"] for each in shown["of_area"]} == {"S12000014"}
    assert shown["of_indicator"]
    assert all("doubts" in each for each in shown["of_area"] + shown["of_indicator"])
    answer = inspection.reporting.call("GET", f"/evaluations/{uuid4()}/benchmarks", "quality_panel")
    assert answer.status_code == 404


def test_earlier_evaluations_are_shown_with_their_doubts(inspection: Inspection):
    items = inspection.get("/benchmarks?council=S12000048")["items"]
    assert {item["council"] for item in items} == {"S12000048"}
    assert all(item["doubts"] for item in items)
    assert len(inspection.get("/benchmarks?indicator=2.1")["items"]) == 1
    assert inspection.reporting.call("GET", "/benchmarks", "partnership_contact").status_code == 403


def test_nothing_is_published_while_publication_is_paused(inspection: Inspection):
    inspection.make_ready()
    pause = {"councils": [NATION], "first_day": "2026-01-01", "last_day": "2026-05-07", "reason": "election"}
    done(inspection.scheduling.call("POST", f"/publication-pauses/{uuid4()}", "planner", pause))
    inspection.reporting.hear(inspection.scheduling, inspection.evidence)
    refused(inspection.publish(), 409, "publication-is-paused")


def test_a_draft_waits_for_every_kind_of_record(programme: Programme):
    programme.account(programme.id, but="olr")
    done(programme.draft(form="feedback_letter", title="A letter"))
    said = refused(programme.approve_draft(), 409, "strata-unaccounted")
    assert said["strata"] == ["olr"]
    path = f"/inspections/{programme.id}/empty-strata"
    done(programme.evidence.call("POST", path, "inspector", {"stratum": "olr"}))
    programme.reporting.hear(programme.scheduling, programme.evidence)
    done(programme.approve_draft())


def test_the_nations_report_comes_after_the_letters_and_names_nobody(programme: Programme):
    programme.account(programme.id)
    programme.id, programme.report = programme.inspections[NATION], uuid4()
    named = programme.draft(form="national_report", title="A report", content="In Glasgow it went well.")
    refused(named, 422, "names-an-area", "/content")
    refused(programme.draft(form="feedback_letter", title="A letter"), 422, "form-not-in-edition", "/form")
    done(programme.draft(form="national_report", title="A report"))
    done(programme.approve_draft())
    fife = programme.on_report("/accessible-versions", "participation_lead", content="In Fife it went well.")
    refused(fife, 422, "names-an-area", "/content")
    programme.written(NATION, "national_report")
    refused(programme.publish(), 409, "output-too-early")
    national = programme.report
    programme.published(GLASGOW, "feedback_letter")
    programme.id, programme.report = programme.inspections[NATION], national
    done(programme.publish())
    assert programme.everybody(f"/reports/{national}").json["evaluations"] == []
    named = {"content": "In Fife it went well.", "accessible": "It went well.", "note": "More was known."}
    refused(programme.on_report("/corrections", "approver", APPROVER, **named), 422, "names-an-area", "/content")


def test_a_report_stays_with_its_inspection_and_form(programme: Programme):
    done(programme.draft(form="feedback_letter", title="A letter"))
    programme.id = programme.inspections[NATION]
    refused(programme.draft(form="national_report", title="A report"), 409, "report-of-another")


def test_an_output_is_published_once(programme: Programme):
    programme.account(programme.id)
    programme.published(GLASGOW, "feedback_letter")
    programme.written(GLASGOW, "feedback_letter")
    refused(programme.publish(), 409, "output-already-published")


def test_inspectors_see_what_each_evaluation_rests_on_and_the_public_does_not(inspection: Inspection):
    inspection.make_ready()
    done(inspection.publish())
    chain = inspection.get(f"/reports/{inspection.report}/evidence")["evaluations"]
    by_code = {each["indicator"]: each for each in chain}
    assert (by_code["2.1"]["settled"], by_code["2.1"]["rationale"]) == ("good", "Records agree.")
    assert by_code["5.3"]["reason"] == "Compared with others."
    (behind,) = by_code["2.1"]["evidence"]
    assert (behind["evidence_id"], behind["strength"], behind["rests_on"]) == (str(inspection.item), "strong", True)
    assert (behind["method"], behind["occurred_on"], behind["digest"]) == ("document", "2025-12-01", "ab" * 32)
    assert behind["withdrawn_on"] is None
    path = f"/reports/{inspection.report}/evidence"
    page = inspection.reporting.call("GET", f"{path}/page", "inspector").get_data(as_text=True)
    assert "Records agree." in page
    assert str(inspection.item) in page
    assert '<td>document, <time datetime="2025-12-01">1 December 2025</time></td>' in page
    public = inspection.everybody(f"/reports/{inspection.report}/page").get_data(as_text=True)
    assert "Records agree." not in public
    assert str(inspection.item) not in public
    for rest in ("", "/page"):
        assert inspection.everybody(f"{path}{rest}").status_code == 401
        assert inspection.reporting.call("GET", f"{path}{rest}", "partnership_contact").status_code == 403
    assert inspection.reporting.call("GET", f"/reports/{uuid4()}/evidence", "inspector").status_code == 404
