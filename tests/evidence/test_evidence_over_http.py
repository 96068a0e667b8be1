"""Evidence over HTTP, with scheduling telling it what it has to know: every route, and every refusal as a problem."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from services.evidence.aggregates.gathering import return_id_of
from services.evidence.api import api
from services.evidence.service import evidence
from services.scheduling.api import api as scheduling_api
from services.scheduling.service import scheduling
from shared.sourcing.tables import due
from tests.evidence.facts import DIGEST, EDITION, OTHER_DIGEST
from tests.serving import Served, serve

FALKIRK = "S12000014"
FIRST, DOCUMENTS, STATEMENT = EDITION.requests


class Inspection:
    """An inspection that scheduling opened and evidence heard of, seen from evidence."""

    def __init__(self, directory: Path) -> None:
        self.scheduling = serve(directory, scheduling, scheduling_api)
        self.evidence: Served = serve(directory, evidence, api)
        self.id = uuid4()
        for served in (self.scheduling, self.evidence):
            served.on(date(2025, 9, 1))
        programme, partners = uuid4(), ["care-inspectorate", "healthcare-improvement-scotland"]
        self.plan(f"/programmes/{programme}", edition="supervision-at-home@2025-2")
        self.plan(f"/programmes/{programme}/areas", councils=[FALKIRK])
        opening = {"programme_id": str(programme), "councils": [FALKIRK], "opens_on": "2025-09-01"}
        self.plan(f"/inspections/{self.id}", partners=partners, **opening)
        self.plan(f"/inspections/{self.id}/timetable", begins_on="2025-09-01")

    def plan(self, path: str, **body: Any) -> None:
        """Let scheduling do something, and evidence hear of it."""
        answer = self.scheduling.call("POST", path, "planner", body)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        self.evidence.hear(self.scheduling)

    def post(self, path: str, role: str, **body: Any) -> TestResponse:
        return self.evidence.call("POST", path, role, body)

    def get(self, path: str, role: str = "inspector") -> Any:
        answer = self.evidence.call("GET", path, role)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.json

    def items(self, path: str) -> list[Any]:
        found: list[Any] = self.get(f"{path}?inspection_id={self.id}")["items"]
        return found

    def return_id(self, request: Any) -> UUID:
        return return_id_of(self.id, request)  # type: ignore[arg-type]

    def submit(self, request: Any = FIRST, **given: Any) -> TestResponse:
        body = {"columns": ["age", "Legal basis"], "rows": 312, "digest": DIGEST, **given}
        return self.post(f"/returns/{self.return_id(request)}/submissions", "partnership_contact", **body)

    def register(self, evidence_id: UUID, **given: Any) -> TestResponse:
        body = {
            "inspection_id": str(self.id),
            "method": "document",
            "occurred_on": "2025-03-04",
            "received_on": "2025-09-01",
            "digest": DIGEST,
            "source_designation": "Head of children's services",
            "title": "Audit of plans",
        }
        return self.post(f"/items/{evidence_id}", "inspector", **{**body, **given})

    def link(self, evidence_id: UUID, **given: Any) -> TestResponse:
        body = {"indicator": "5.3", "strength": "strong", **given}
        return self.post(f"/items/{evidence_id}/links", "inspector", **body)


@pytest.fixture
def inspection(tmp_path: Path) -> Inspection:
    return Inspection(tmp_path)


def refused(answer: TestResponse, status: int, code: str, pointer: str | None = None) -> Any:
    assert (answer.status_code, answer.json["type"]) == (status, f"/problems/{code}"), answer.get_data(as_text=True)
    assert answer.content_type == "application/problem+json"
    if pointer is not None:
        assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    return answer.json


def done(answer: TestResponse) -> TestResponse:
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return answer


def test_an_opened_inspection_is_known_with_its_window_and_indicators(inspection: Inspection):
    (row,) = inspection.items("/inspections")
    assert (row["reference_date"], row["looks_back_to"], row["closed_on"]) == ("2025-09-01", "2023-09-01", None)
    shown = inspection.get(f"/inspections/{inspection.id}")
    assert shown["indicators"] == ["2.1", "5.3", "5.4", "9.2"]
    assert shown["due"] == {"pre-inspection-return": "2025-09-19", "document-return": "2025-09-26"}


def test_what_the_edition_requests_is_asked_for_as_the_timetable_is_laid(inspection: Inspection):
    asked = {(row["return_id"], row["kind"], row["due_on"]) for row in inspection.items("/returns")}
    assert asked == {
        (str(inspection.return_id(FIRST)), "pre_inspection_return", "2025-09-19"),
        (str(inspection.return_id(DOCUMENTS)), "document_return", "2025-09-26"),
        (str(inspection.return_id(STATEMENT)), "position_statement", "2025-09-26"),
    }


def test_a_step_that_moves_takes_its_return_along(inspection: Inspection):
    done(inspection.submit())
    moves = f"/inspections/{inspection.id}/timetable/moves"
    inspection.plan(moves, code="document-return", weeks=2, reason="illness")
    due_on = {row["kind"]: row["due_on"] for row in inspection.items("/returns")}
    assert due_on["document_return"] == due_on["position_statement"] == "2025-10-10"
    assert due_on["pre_inspection_return"] == "2025-09-19"


def test_a_window_that_was_extended_further_by_hand_is_kept_when_the_step_moves(inspection: Inspection):
    extensions = f"/returns/{inspection.return_id(DOCUMENTS)}/extensions"
    done(inspection.post(extensions, "lead", due_on="2025-12-01", reason="agreed-with-partnership"))
    moves = f"/inspections/{inspection.id}/timetable/moves"
    inspection.plan(moves, code="document-return", weeks=1, reason="illness")
    due_on = {row["kind"]: row["due_on"] for row in inspection.items("/returns")}
    assert due_on["document_return"] == "2025-12-01"
    assert due_on["position_statement"] == "2025-10-03"
    with inspection.evidence.running.log.reading() as tx:
        problems = tx.scalars(select(due.c.problem).where(due.c.state == "refused")).all()
    assert problems == ["not-an-extension"]


def test_a_return_is_handed_in_twice_and_accepted_and_its_step_is_done(inspection: Inspection):
    done(inspection.submit())
    inspection.evidence.on(date(2025, 9, 20))
    done(inspection.submit(digest=OTHER_DIGEST, rows=300))
    done(inspection.post(f"/returns/{inspection.return_id(FIRST)}/acceptance", "inspector"))
    row = next(row for row in inspection.items("/returns") if row["kind"] == "pre_inspection_return")
    assert (row["submission"], row["submitted_on"], row["late"]) == (2, "2025-09-20", True)
    assert row["accepted_on"] == "2025-09-20"
    inspection.scheduling.hear(inspection.evidence)
    steps = inspection.scheduling.call("GET", f"/inspections/{inspection.id}/timetable").json["items"]
    completed = {step["code"]: step["completed_on"] for step in steps}
    assert completed["pre-inspection-return"] == "2025-09-01"
    assert completed["document-return"] is None


def test_headings_are_opened_to_the_team_and_stay_sealed_to_others(inspection: Inspection):
    done(inspection.submit())
    path = f"/returns/{inspection.return_id(FIRST)}"
    assert inspection.get(path)["headings"] == "age\nLegal basis"
    for role in ("partnership_contact", "coordinator", "auditor"):
        assert inspection.get(path, role)["headings"] == {"sealed": True}
    for role in ("planner", "quality_panel", "approver"):
        refused(inspection.evidence.call("GET", path, role), 403, "not-allowed")
    refused(inspection.evidence.call("GET", path, "inspector", member=False), 404, "not-found")
    assert DIGEST.encode() in stored(inspection)
    assert b"Legal basis" not in stored(inspection)


def stored(inspection: Inspection) -> bytes:
    with inspection.evidence.running.log.reading() as tx:
        return repr(tx.connection.execute("SELECT * FROM event").fetchall()).encode()


def test_over_supply_is_refused_and_accounted_for_and_nothing_of_it_is_kept(inspection: Inspection):
    contact = uuid4()
    body = {"columns": ["age", "Jamie", "Date of Birth", "CHI"], "rows": 312, "digest": DIGEST}
    path = f"/returns/{inspection.return_id(FIRST)}/submissions"
    answer = inspection.evidence.call("POST", path, "partnership_contact", body, actor=contact)
    problem = refused(answer, 422, "personal-columns", "/columns")
    assert (problem["columns"], problem["kinds"]) == (2, ["chi_number", "date_of_birth"])
    assert "Jamie" not in answer.get_data(as_text=True)
    assert inspection.get(f"/returns/{inspection.return_id(FIRST)}")["submission"] == 0
    with inspection.evidence.running.log.reading() as tx:
        (kept,), _ = inspection.evidence.running.log.facts(tx, f"refusals/{contact}")
    assert (kept.code, kept.command) == ("personal-columns", "evidence.SubmitReturn")
    assert DIGEST.encode() not in stored(inspection)


def test_a_return_that_does_not_keep_to_its_limits_is_refused(inspection: Inspection):
    too_long = refused(inspection.submit(STATEMENT, words=5001), 422, "return-too-long", "/words")
    assert (too_long["words"], too_long["most_words"]) == (5001, 5000)
    refused(inspection.submit(STATEMENT), 422, "words-not-counted", "/words")
    refused(inspection.submit(rows=-1), 422, "count-below-zero", "/rows")
    refused(inspection.submit(digest="AB" * 32), 422, "not-understood", "/digest")
    refused(inspection.submit(digest="ab" * 31), 422, "not-understood", "/digest")
    refused(inspection.submit(rows="312"), 422, "not-understood", "/rows")
    done(inspection.submit(STATEMENT, words=5000))


def test_what_was_accepted_does_not_change(inspection: Inspection):
    path = f"/returns/{inspection.return_id(FIRST)}"
    refused(inspection.post(f"{path}/acceptance", "lead"), 409, "nothing-handed-in")
    done(inspection.submit())
    done(inspection.post(f"{path}/acceptance", "lead"))
    refused(inspection.post(f"{path}/acceptance", "lead"), 409, "return-already-accepted")
    refused(inspection.submit(), 409, "return-already-accepted")
    extension = {"due_on": "2025-12-01", "reason": "illness"}
    refused(inspection.post(f"{path}/extensions", "lead", **extension), 409, "return-already-accepted")


def test_a_window_is_only_made_longer(inspection: Inspection):
    path = f"/returns/{inspection.return_id(FIRST)}/extensions"
    answer = inspection.post(path, "coordinator", due_on="2025-09-19", reason="illness")
    assert refused(answer, 422, "not-an-extension", "/due_on")["due_on"] == "2025-09-19"
    done(inspection.post(path, "coordinator", due_on="2025-09-20", reason="illness"))


def test_a_return_is_asked_for_by_hand_once(inspection: Inspection):
    path, body = f"/returns/{uuid4()}", {"kind": "self_evaluation", "due_on": "2025-10-01"}
    done(inspection.post(path, "lead", inspection_id=str(inspection.id), **body))
    refused(inspection.post(path, "lead", inspection_id=str(inspection.id), **body), 409, "return-already-asked")
    refused(inspection.post(f"/returns/{uuid4()}", "lead", inspection_id=str(uuid4()), **body), 404, "not-found")
    rows = inspection.get(f"/returns?inspection_id={inspection.id}&kind=self_evaluation")["items"]
    assert [row["due_on"] for row in rows] == ["2025-10-01"]


def test_evidence_is_registered_linked_and_withdrawn(inspection: Inspection):
    item = uuid4()
    done(inspection.register(item))
    answer = done(inspection.link(item, articles=[12, 3], foundations=["voice"], wellbeing=["safe"]))
    again = done(inspection.link(item, articles=[3, 12], foundations=["voice"], wellbeing=["safe"]))
    assert (len(answer.json["receipts"]), len(again.json["receipts"])) == (1, 0)
    assert again.headers["ETag"] == answer.headers["ETag"] == '"3"'
    done(inspection.link(item, indicator="2.1", strength="weak"))
    links = inspection.items("/links")
    found = {(row["indicator"], row["method"], row["strength"], row["outside_window"]) for row in links}
    assert found == {("5.3", "document", "strong", False), ("2.1", "document", "weak", False)}
    assert inspection.get(f"/links?indicator=2.1&evidence_id={item}")["items"][0]["strength"] == "weak"
    done(inspection.post(f"/items/{item}/withdrawal", "lead", reason="registered-in-error"))
    assert {row["withdrawn_on"] for row in inspection.items("/links")} == {"2025-09-01"}
    assert [row["withdrawn_on"] for row in inspection.items("/items")] == ["2025-09-01"]
    refused(inspection.link(item), 409, "evidence-is-withdrawn")
    withdrawal = inspection.post(f"/items/{item}/withdrawal", "lead", reason="registered-in-error")
    refused(withdrawal, 409, "evidence-is-withdrawn")


def test_titles_and_designations_are_opened_to_the_team_only(inspection: Inspection):
    item = uuid4()
    done(inspection.register(item))
    assert inspection.get(f"/items/{item}")["title"] == "Audit of plans"
    shown = inspection.get(f"/items/{item}", "auditor")
    assert shown["title"] == shown["source_designation"] == {"sealed": True}
    assert shown["digest"] == DIGEST
    assert b"Audit of plans" not in stored(inspection)


def test_evidence_that_cannot_be_is_refused(inspection: Inspection):
    item = uuid4()
    done(inspection.register(item))
    refused(inspection.register(item), 409, "evidence-already-registered")
    before = inspection.register(uuid4(), received_on="2025-03-03")
    refused(before, 422, "received-before-it-occurred", "/received_on")
    refused(inspection.register(uuid4(), received_on="2025-09-02"), 422, "not-yet-received", "/received_on")
    refused(inspection.register(uuid4(), inspection_id=str(uuid4())), 404, "not-found")
    refused(inspection.register(uuid4(), digest="0x" + "a" * 62), 422, "not-understood", "/digest")
    refused(inspection.register(uuid4(), method="gossip"), 422, "not-understood", "/method")


def test_links_that_cannot_be_are_refused(inspection: Inspection):
    item = uuid4()
    done(inspection.register(item))
    refused(inspection.link(item, indicator="6.4"), 422, "indicator-outside-edition", "/indicator")
    refused(inspection.link(item, articles=[3, 55]), 422, "unknown-article", "/articles/1")
    refused(inspection.link(item, strength="overwhelming"), 422, "not-understood", "/strength")
    refused(inspection.link(uuid4()), 404, "not-found")


def test_old_evidence_is_marked_and_linked_only_where_somebody_says_so(inspection: Inspection):
    item = uuid4()
    done(inspection.register(item, occurred_on="2023-08-31"))
    assert [row["in_window"] for row in inspection.items("/items")] == [False]
    problem = refused(inspection.link(item), 409, "evidence-outside-window")
    assert (problem["occurred_on"], problem["looks_back_to"]) == ("2023-08-31", "2023-09-01")
    done(inspection.link(item, accepted_outside_window=True))
    assert [row["outside_window"] for row in inspection.items("/links")] == [True]


def test_nothing_is_gathered_after_the_inspection_has_ended_but_mistakes_are_withdrawn(inspection: Inspection):
    item, handed_in = uuid4(), f"/returns/{inspection.return_id(FIRST)}"
    done(inspection.register(item))
    inspection.plan(f"/inspections/{inspection.id}/closure")
    assert [row["closed_on"] for row in inspection.items("/inspections")] == ["2025-09-01"]
    asked = {"inspection_id": str(inspection.id), "kind": "self_evaluation", "due_on": "2025-10-01"}
    for answer in (
        inspection.register(uuid4()),
        inspection.link(item),
        inspection.submit(),
        inspection.post(f"/returns/{uuid4()}", "lead", **asked),
        inspection.post(f"{handed_in}/extensions", "lead", due_on="2025-12-01", reason="illness"),
    ):
        refused(answer, 409, "gathering-is-closed")
    done(inspection.post(f"/items/{item}/withdrawal", "lead", reason="registered-in-error"))


@pytest.mark.parametrize(
    ("method", "path", "role"),
    [
        ("POST", "/returns/{}/submissions", "inspector"),
        ("POST", "/returns/{}/acceptance", "partnership_contact"),
        ("POST", "/returns/{}", "partnership_contact"),
        ("POST", "/returns/{}/extensions", "partnership_contact"),
        ("POST", "/items/{}", "partnership_contact"),
        ("POST", "/items/{}/links", "planner"),
        ("POST", "/items/{}/withdrawal", "auditor"),
        ("GET", "/items", "partnership_contact"),
        ("GET", "/items/{}", "partnership_contact"),
        ("GET", "/links", "operator"),
        ("GET", "/inspections/{}", "operator"),
        ("GET", "/returns", "safeguarding_officer"),
    ],
)
def test_who_may_not_is_refused(inspection: Inspection, method: str, path: str, role: str):
    refused(inspection.evidence.call(method, path.format(uuid4()), role), 403, "not-allowed")


def test_who_decides_on_what_has_changed_meanwhile_is_told_the_version(inspection: Inspection):
    path, body = f"/returns/{inspection.return_id(FIRST)}/extensions", {"due_on": "2025-12-01", "reason": "illness"}
    answer = inspection.evidence.call("POST", path, "lead", body, If_Match='"7"')
    assert refused(answer, 412, "stale-version")["version"] == 1
    done(inspection.evidence.call("POST", path, "lead", body, If_Match='"1"'))


def test_the_same_request_again_is_answered_and_not_done_again(inspection: Inspection):
    item, actor, key = uuid4(), uuid4(), str(uuid4())
    done(inspection.register(item))
    path, body = f"/items/{item}/links", {"indicator": "5.3", "strength": "strong"}
    first, second = (
        inspection.evidence.call("POST", path, "inspector", body, actor=actor, Idempotency_Key=key) for _ in range(2)
    )
    assert first.json == second.json
    assert second.headers["Idempotency-Replayed"] == "true"


def test_every_read_model_is_what_the_log_adds_up_to(inspection: Inspection):
    item, old = uuid4(), uuid4()
    done(inspection.submit())
    inspection.plan(f"/inspections/{inspection.id}/timetable/moves", code="document-return", weeks=1, reason="illness")
    inspection.evidence.on(date(2025, 10, 20))
    done(inspection.submit(STATEMENT, words=4000))
    done(inspection.post(f"/returns/{inspection.return_id(FIRST)}/acceptance", "lead"))
    done(inspection.register(item))
    done(inspection.register(old, occurred_on="2020-01-01", method="interview"))
    done(inspection.link(item))
    done(inspection.link(item, strength="moderate"))
    done(inspection.link(item, indicator="9.2"))
    done(inspection.link(old, accepted_outside_window=True))
    done(inspection.post(f"/items/{old}/withdrawal", "lead", reason="superseded"))
    inspection.plan(f"/inspections/{inspection.id}/closure")
    counts = {}
    for name, live, rebuilt in inspection.evidence.rebuilt():
        assert live == rebuilt, name
        if live and name != "assignments":
            counts[name] = len(live)
    assert counts == {"gatherings": 1, "returns": 3, "evidence_items": 2, "evidence_links": 3}
