"""Self-evaluations, the scope register, samples and disposal over HTTP: every route, every refusal as a problem."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from werkzeug.test import TestResponse

from services.evidence.api import api
from services.evidence.service import evidence
from services.scheduling.api import api as scheduling_api
from services.scheduling.service import scheduling
from shared.methodologies import edition
from shared.vocabulary.councils import COUNCILS
from shared.vocabulary.identity import EditionKey
from tests.evidence.facts import DIGEST
from tests.serving import Served, serve

NATION, FIFE, FIFE_BEFORE_2018, GLASGOW = "S92000003", "S12000047", "S12000015", "S12000049"
SUMMARY = "How good are we now? Better than last year."


class Review:
    """An inspection by some edition, which scheduling opened and evidence heard of."""

    def __init__(self, directory: Path, key: str, councils: tuple[str, ...], begins: date) -> None:
        self.scheduling = serve(directory, scheduling, scheduling_api)
        self.evidence: Served = serve(directory, evidence, api)
        self.id = uuid4()
        self.here = f"/inspections/{self.id}"
        for served in (self.scheduling, self.evidence):
            served.on(begins)
        programme, pinned = uuid4(), edition(EditionKey(key))
        self.plan(f"/programmes/{programme}", edition=key)
        self.plan(f"/programmes/{programme}/areas", councils=councils, reason="sample", risk_based=False)
        opening = {"programme_id": str(programme), "councils": councils, "opens_on": begins.isoformat()}
        self.plan(self.here, partners=[body.value for body in pinned.partners], **opening)
        self.plan(f"{self.here}/timetable", begins_on=begins.isoformat())

    def plan(self, path: str, **body: Any) -> None:
        """Let scheduling do something, and evidence hear of it."""
        answer = self.scheduling.call("POST", path, "planner", body)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        self.evidence.hear(self.scheduling)

    def post(self, path: str, role: str = "planner", actor: UUID | None = None, **body: Any) -> TestResponse:
        return self.evidence.call("POST", f"{self.here}{path}", role, body, actor=actor)

    def does(self, path: str, role: str = "planner", **body: Any) -> TestResponse:
        answer = self.post(path, role, **body)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return answer

    def get(self, path: str, role: str = "inspector") -> Any:
        answer = self.evidence.call("GET", path, role)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.json

    def closed(self) -> "Review":
        self.plan(f"{self.here}/closure")
        return self

    def submit(self, submitter: str = FIFE, **given: Any) -> TestResponse:
        body = {
            "scores": [{"indicator": "6.4", "grade": "good"}],
            "words": 900,
            "digest": DIGEST,
            "summary": SUMMARY,
            **given,
        }
        return self.post(f"/self-evaluations/{submitter}/submissions", "partnership_contact", **body)

    def validate(self, submitter: str = FIFE, actor: UUID | None = None, **given: Any) -> TestResponse:
        body = {
            "outcome": "partly_confirmed",
            "scores": [{"indicator": "6.4", "outcome": "not_confirmed"}],
            "reasons": "The evidence does not bear it out.",
            **given,
        }
        return self.post(f"/self-evaluations/{submitter}/validation", "lead", actor, **body)

    def extend(self, until: str, submitter: str = FIFE) -> TestResponse:
        return self.post(f"/self-evaluations/{submitter}/extensions", until=until, reason="illness")

    def support(self, supporter: UUID, submitter: str = FIFE) -> TestResponse:
        return self.post(f"/self-evaluations/{submitter}/support", supporter=str(supporter))

    def choose(self, submitter: str = FIFE) -> TestResponse:
        return self.post("/validations", submitter=submitter)

    def scope(self, planned: int) -> TestResponse:
        return self.post("/validation-scope", planned=planned, reason="capacity")

    def window(self, closes_on: str) -> TestResponse:
        return self.post("/self-evaluation-window", closes_on=closes_on, reason="announced")

    def register(self, evidence_id: UUID, **given: Any) -> TestResponse:
        body = {
            "inspection_id": str(self.id),
            "method": "document",
            "occurred_on": "2024-03-04",
            "received_on": "2024-03-05",
            "digest": DIGEST,
            "source_designation": "Head of service",
            "title": "Audit",
            **given,
        }
        return self.evidence.call("POST", f"/items/{evidence_id}", "inspector", body)

    def registered(self, **given: Any) -> UUID:
        item = uuid4()
        assert self.register(item, **given).status_code == 201
        return item

    def uncertain(self, uncertainty: UUID, **given: Any) -> TestResponse:
        return self.post(f"/uncertainties/{uncertainty}", "inspector", words="Are plans reviewed?", **given)

    def resolve(self, uncertainty: UUID, *items: UUID, becomes: str = "strength") -> TestResponse:
        body = {"becomes": becomes, "evidence": [str(item) for item in items], "reason": "Three sources agree."}
        return self.post(f"/uncertainties/{uncertainty}/resolution", "inspector", **body)

    def find(self, finding: UUID, *items: UUID, topic: str = "leadership") -> TestResponse:
        body = {"topic": topic, "evidence": [str(item) for item in items], "words": "No national vision."}
        return self.post(f"/findings/{finding}", "inspector", **body)


@pytest.fixture
def nationwide(tmp_path: Path) -> Review:
    return Review(tmp_path, "justice-self-evaluation@2024-1", (NATION,), date(2024, 9, 2))


@pytest.fixture
def at_home(tmp_path: Path) -> Review:
    return Review(tmp_path, "supervision-at-home@2025-2", (FIFE,), date(2025, 9, 1))


@pytest.fixture
def phase_one(tmp_path: Path) -> Review:
    return Review(tmp_path, "prison-based-social-work@2023-1", (NATION,), date(2025, 9, 1))


def refused(answer: TestResponse, status: int, code: str, pointer: str | None = None) -> Any:
    assert (answer.status_code, answer.json["type"]) == (status, f"/problems/{code}"), answer.get_data(as_text=True)
    if pointer is not None:
        assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    return answer.json


def done(answer: TestResponse) -> None:
    assert answer.status_code == 201, answer.get_data(as_text=True)


# Self-evaluations of all 32


def test_thirty_one_hand_in_and_the_missing_one_is_named_to_the_team_only(nationwide: Review):
    done(nationwide.window("2024-11-20"))
    for code in sorted(COUNCILS)[:-1]:
        done(nationwide.submit(code))
    shown = nationwide.get(f"{nationwide.here}/self-evaluations")
    assert (shown["expected"], shown["handed_in"], shown["closes_on"]) == (32, 31, "2024-11-20")
    (missing,) = shown["missing"]
    assert missing["council"] == max(COUNCILS)
    asked = nationwide.evidence.call("GET", f"{nationwide.here}/self-evaluations", "partnership_contact")
    assert asked.status_code == 403
    assert SUMMARY not in str(shown)


def test_a_retired_code_hands_in_for_the_council_of_now(nationwide: Review):
    done(nationwide.submit(FIFE_BEFORE_2018))
    done(nationwide.submit(FIFE, words=901))
    (row,) = nationwide.get(f"{nationwide.here}/self-evaluations")["items"]
    assert (row["councils"], row["submission"]) == (FIFE, 2)
    shown = nationwide.get(f"/self-evaluations/{row['self_evaluation_id']}")
    assert (shown["scores"], shown["version"]) == ({"6.4": "good"}, 4)


def test_the_window_closes_after_its_last_day_and_is_extended_for_one(nationwide: Review):
    done(nationwide.window("2024-11-20"))
    nationwide.evidence.on(date(2024, 11, 21))
    refused(nationwide.submit(), 409, "self-evaluation-window-closed")
    refused(nationwide.extend("2024-11-20"), 422, "not-an-extension", "/until")
    done(nationwide.extend("2024-11-29"))
    done(nationwide.submit())
    refused(nationwide.submit(GLASGOW), 409, "self-evaluation-window-closed")


@pytest.mark.parametrize("submitter", ["S12000099", "E06000001", "Fyfe", "cjp:ayrshire", NATION, "%00", "%ED%A0%80"])
def test_a_thirty_third_submitter_is_refused(nationwide: Review, submitter: str):
    refused(nationwide.submit(submitter), 422, "submitter-not-expected", "/submitter")
    refused(nationwide.support(uuid4(), submitter), 422, "submitter-not-expected")
    refused(nationwide.extend("2025-01-01", submitter), 422, "submitter-not-expected")


def test_choosing_a_stranger_is_refused(nationwide: Review):
    refused(nationwide.choose("Fyfe"), 422, "submitter-not-expected")


def test_too_many_words_and_scores_that_do_not_fit_are_refused(nationwide: Review):
    problem = refused(nationwide.submit(words=5001), 422, "return-too-long", "/words")
    assert problem["words"] == 5001
    refused(nationwide.submit(words=-1), 422, "count-below-zero", "/words")
    refused(nationwide.submit(scores=[]), 422, "scores-do-not-fit", "/scores")
    bad = [{"indicator": "6.4", "grade": "satisfactory"}]
    refused(nationwide.submit(scores=bad), 422, "scores-do-not-fit", "/scores/0/grade")


def test_what_asks_nobody_takes_nothing(at_home: Review):
    refused(at_home.submit(), 409, "no-self-evaluation-asked")
    refused(at_home.support(uuid4()), 409, "no-self-evaluation-asked")
    refused(at_home.extend("2026-01-01"), 409, "no-self-evaluation-asked")
    refused(at_home.window("2026-01-01"), 409, "no-self-evaluation-asked")
    refused(at_home.scope(6), 409, "no-self-evaluation-asked")
    refused(at_home.choose(), 409, "no-self-evaluation-asked")


def test_after_the_inspection_nothing_is_handed_in(nationwide: Review):
    nationwide.closed()
    for answer in (
        nationwide.submit(),
        nationwide.support(uuid4()),
        nationwide.extend("2026-01-01"),
        nationwide.choose(),
    ):
        refused(answer, 409, "gathering-is-closed")


def test_six_are_validated_where_four_were_planned(nationwide: Review):
    six = sorted(COUNCILS)[:6]
    refused(nationwide.choose(six[0]), 409, "nothing-to-validate")
    for code in six:
        done(nationwide.submit(code))
    for code in six[:4]:
        done(nationwide.choose(code))
    refused(nationwide.choose(six[4]), 409, "validation-plan-is-full")
    refused(nationwide.scope(3), 422, "scope-below-chosen", "/planned")
    done(nationwide.scope(6))
    for code in six[4:]:
        done(nationwide.choose(code))
    for code in six:
        done(nationwide.validate(code))
    rows = nationwide.get(f"{nationwide.here}/self-evaluations")["items"]
    assert {row["outcome"] for row in rows} == {"partly_confirmed"}
    shown = nationwide.get(f"/self-evaluations/{rows[0]['self_evaluation_id']}")
    assert (shown["scores"], shown["judged"]) == ({"6.4": "good"}, {"6.4": "not_confirmed"})


def test_validating_has_its_conditions(nationwide: Review):
    helper, other = uuid4(), uuid4()
    done(nationwide.support(helper))
    refused(nationwide.validate(), 409, "nothing-to-validate")
    done(nationwide.submit())
    refused(nationwide.validate(), 409, "not-chosen-for-validation")
    done(nationwide.choose())
    refused(nationwide.validate(actor=helper), 409, "supporter-validates-alone")
    refused(nationwide.validate(scores=[]), 422, "scores-do-not-fit", "/scores")
    done(nationwide.validate(actor=other))
    refused(nationwide.validate(actor=other), 409, "self-evaluation-already-validated")
    refused(nationwide.submit(), 409, "self-evaluation-already-validated")


# The scope register


def test_an_uncertainty_is_raised_and_resolved_on_evidence(at_home: Review):
    first = uuid4()
    done(at_home.uncertain(first, indicator="2.1"))
    refused(at_home.uncertain(first), 409, "uncertainty-already-raised")
    refused(at_home.uncertain(uuid4(), indicator="1.1"), 422, "indicator-outside-edition", "/indicator")
    item = at_home.registered()
    refused(at_home.resolve(uuid4(), item), 409, "uncertainty-unknown")
    refused(at_home.resolve(first, uuid4()), 422, "evidence-not-registered", "/evidence")
    refused(at_home.resolve(first, item, becomes="uncertainty"), 422, "not-a-resolution", "/becomes")
    done(at_home.resolve(first, item))
    refused(at_home.resolve(first, item), 409, "uncertainty-already-resolved")
    (row,) = at_home.get(f"{at_home.here}/uncertainties")["items"]
    assert (row["state"], row["indicator"]) == ("strength", "2.1")


def test_what_a_phase_leaves_is_parked(phase_one: Review):
    item = phase_one.registered()
    first, second = uuid4(), uuid4()
    done(phase_one.find(first, item))
    done(phase_one.find(second, item, topic="quality-of-practice"))
    (parked,) = phase_one.get(f"{phase_one.here}/findings?parked=true")["items"]
    assert (parked["finding_id"], parked["topic"]) == (str(second), "quality-of-practice")
    refused(phase_one.find(first, item), 409, "finding-already-recorded")
    refused(phase_one.find(uuid4(), item, topic="weather"), 422, "topic-unknown", "/topic")
    refused(phase_one.find(uuid4(), uuid4()), 422, "evidence-not-registered")
    rows = phase_one.get(f"{phase_one.here}/findings")["items"]
    assert {(row["finding_id"], row["parked"]) for row in rows} == {(str(first), False), (str(second), True)}


def test_an_uncertainty_is_about_a_topic_of_the_phase(phase_one: Review):
    done(phase_one.uncertain(uuid4(), topic="leadership"))
    done(phase_one.uncertain(uuid4()))
    refused(phase_one.uncertain(uuid4(), topic="weather"), 422, "topic-unknown", "/topic")
    (row,) = phase_one.get(f"{phase_one.here}/uncertainties?topic=leadership&state=uncertainty")["items"]
    assert row["indicator"] is None


def test_nothing_is_added_to_the_register_after_the_end(phase_one: Review):
    item, known = phase_one.registered(), uuid4()
    done(phase_one.uncertain(known))
    phase_one.closed()
    refused(phase_one.uncertain(uuid4()), 409, "gathering-is-closed")
    refused(phase_one.resolve(known, item), 409, "gathering-is-closed")
    refused(phase_one.find(uuid4(), item), 409, "gathering-is-closed")


# Samples by strata, cases by stages


def test_cases_are_registered_by_stratum_and_stage(tmp_path: Path):
    review = Review(tmp_path, "diversion-from-prosecution@2023-1", (NATION,), date(2025, 9, 1))
    review.registered(method="record_reading", stratum="not-considered", stages=["decision", "spr"])
    stages = {each["stage"]: each["items"] for each in review.get(f"{review.here}/strata")["stages"]}
    assert (len(stages), stages["decision"], stages["spr"], sum(stages.values())) == (8, 1, 1, 2)
    (row,) = review.get(f"/items?inspection_id={review.id}&stratum=not-considered")["items"]
    assert row["stages"] == "spr decision"
    refused(review.register(uuid4(), stratum="marked-again"), 422, "stratum-outside-edition", "/stratum")
    refused(review.register(uuid4(), stages=["appeal"]), 422, "stage-outside-edition", "/stages")


def test_that_a_kind_of_record_is_not_there_is_recorded(tmp_path: Path):
    review = Review(tmp_path, "throughcare@2021-1", (GLASGOW,), date(2025, 9, 1))
    review.does("/empty-strata", "inspector", stratum="olr")
    refused(review.post("/empty-strata", "inspector", stratum="bail"), 422, "stratum-outside-edition", "/stratum")
    assert review.get(review.here)["empty_strata"] == ["olr"]
    read = review.registered(method="record_reading", stratum="olr", occurred_on="2025-03-04", received_on="2025-03-05")
    assert strata_of(review)["olr"] == ("read", 1)
    done(review.evidence.call("POST", f"/items/{read}/withdrawal", "inspector", {"reason": "mistaken"}))
    assert strata_of(review)["olr"] == ("none_available", 0)
    assert set(strata_of(review).values()) == {("none_available", 0), ("not_yet", 0)}
    assert review.evidence.call("GET", f"/inspections/{uuid4()}/strata", "inspector").status_code == 404
    assert review.evidence.call("GET", f"{review.here}/strata", "partnership_contact").status_code == 403
    review.closed()
    refused(review.post("/empty-strata", "inspector", stratum="sro"), 409, "gathering-is-closed")


def strata_of(review: Review) -> dict[str, tuple[str, int]]:
    shown = review.get(f"{review.here}/strata")["strata"]
    return {each["stratum"]: (each["how"], each["items"]) for each in shown}


# Disposal


def test_records_are_disposed_of_when_due_and_not_under_hold(at_home: Review):
    originals = f"/originals/{uuid4()}"
    refused(at_home.post("/disposal/proposal", method="shredded"), 404, "not-found")
    at_home.does("/disposal/submission", submitted_on="2025-09-01")
    refused(at_home.post("/disposal/proposal", method="shredded"), 409, "disposal-not-due")
    at_home.does(originals, lent_by="Records office")
    rehearsed = at_home.get(f"{at_home.here}/disposal/rehearsal", "planner")
    assert [each["code"] for each in rehearsed["stopped_by"]] == ["originals-are-out", "disposal-not-due"]
    assert (rehearsed["due_on"], rehearsed["keys"], rehearsed["streams"]) == ("2026-09-01", 1, {"disposal": 1})
    refused(at_home.post(originals, lent_by="Records office"), 409, "originals-already-borrowed")
    refused(at_home.post("/disposal/hold/end", ended_on="2025-09-01"), 409, "records-not-held")
    at_home.does("/disposal/hold", reason="court")
    at_home.evidence.on(date(2025, 9, 2))
    at_home.does("/disposal/hold/end", ended_on="2025-09-02")
    at_home.evidence.on(date(2026, 9, 1))
    refused(at_home.post("/disposal/proposal", method="shredded"), 409, "originals-are-out")
    at_home.does(f"{originals}/return", receipt="Receipt 12")
    refused(at_home.post(f"{originals}/return", receipt="Receipt 12"), 409, "originals-not-borrowed")
    refused(at_home.post("/disposal/proposal", method="shredded"), 409, "disposal-not-due")
    at_home.does("/disposal/hold", reason="court")
    at_home.evidence.on(date(2026, 9, 2))
    refused(at_home.post("/disposal/proposal", method="shredded"), 409, "records-are-held")
    at_home.does("/disposal/hold/end")
    refused(at_home.post("/disposal", "data_protection_officer"), 409, "disposal-not-proposed")
    one = uuid4()
    done(at_home.post("/disposal/proposal", "data_protection_officer", one, method="shredded"))
    refused(at_home.post("/disposal", "data_protection_officer", one), 403, "disposal-needs-another")
    done(at_home.post("/disposal/proposal", "planner", one, method="shredded"))
    refused(at_home.post("/disposal", "data_protection_officer", one), 403, "disposal-needs-another")
    for role in ("planner", "coordinator", "lead"):
        refused(at_home.post("/disposal", role), 403, "not-allowed")
    assert at_home.get(f"{at_home.here}/disposal/rehearsal", "planner")["stopped_by"] == []
    at_home.does("/disposal", "data_protection_officer")
    refused(at_home.post("/disposal", "data_protection_officer"), 409, "records-already-disposed-of")
    refused(at_home.post("/disposal/hold", reason="court"), 409, "records-already-disposed-of")
    refused(at_home.post("/disposal/proceedings-end", ended_on="2026-09-01"), 409, "records-already-disposed-of")
    refused(at_home.post(f"/originals/{uuid4()}", lent_by="Archive"), 409, "records-already-disposed-of")
    (row,) = at_home.get("/disposals", "planner")["items"]
    assert (row["due_on"], row["disposed_on"], row["held"]) == ("2026-09-02", "2026-09-02", False)


@pytest.mark.parametrize("day", ["2025-09-02", "9999-12-31"])
def test_a_day_that_is_ahead_does_not_count(at_home: Review, day: str):
    refused(at_home.post("/disposal/submission", submitted_on=day), 422, "day-is-ahead", "/submitted_on")
    refused(at_home.post("/disposal/proceedings-end", ended_on=day), 422, "day-is-ahead", "/ended_on")
    at_home.does("/disposal/hold", reason="court")
    refused(at_home.post("/disposal/hold/end", ended_on=day), 422, "day-is-ahead", "/ended_on")
    at_home.does("/disposal/proceedings-end", ended_on="2025-09-01")
    assert at_home.get(f"{at_home.here}/disposal", "planner")["latest"] == "2025-09-01"


def test_an_inspection_that_nobody_knows_has_no_records(at_home: Review):
    at_home.here = f"/inspections/{uuid4()}"
    refused(at_home.post("/disposal/submission", submitted_on="2025-09-01"), 404, "not-found")
    refused(at_home.post("/disposal/proceedings-end", ended_on="2025-09-01"), 404, "not-found")
    refused(at_home.post("/disposal/hold", reason="court"), 404, "not-found")
    refused(at_home.post(f"/originals/{uuid4()}", lent_by="Archive"), 404, "not-found")


# What the evidence rests on


def test_the_matrix_tells_which_methods_bear_on_which_indicator(at_home: Review):
    for method, strength in (("document", "strong"), ("survey", "weak"), ("interview", "moderate")):
        item = at_home.registered(method=method)
        body = {"indicator": "2.1", "strength": strength, "articles": [3, 12], "foundations": ["voice"]}
        done(at_home.evidence.call("POST", f"/items/{item}/links", "inspector", body))
    gone = at_home.registered()
    done(at_home.evidence.call("POST", f"/items/{gone}/links", "inspector", {"indicator": "9.2", "strength": "weak"}))
    done(at_home.evidence.call("POST", f"/items/{gone}/withdrawal", "inspector", {"reason": "mistaken"}))
    shown = at_home.get(f"{at_home.here}/matrix")
    lines = {line["indicator"]: line for line in shown["lines"]}
    assert [cell["method"] for cell in lines["2.1"]["cells"]] == ["document", "survey", "interview"]
    assert (lines["2.1"]["triangulated"], lines["9.2"]["cells"]) == (True, [])
    assert dict(map(tuple, shown["articles"])) == {3: 3, 12: 3}
    assert dict(map(tuple, shown["foundations"]))["voice"] == 3
    page = at_home.evidence.call("GET", f"{at_home.here}/matrix/page", "inspector")
    text = page.get_data(as_text=True)
    assert page.content_type == "text/html; charset=utf-8"
    assert '<svg role="img"' in text
    assert "<script" not in text
    assert at_home.evidence.call("GET", f"/inspections/{uuid4()}/matrix", "inspector").status_code == 404
    assert at_home.evidence.call("GET", f"{at_home.here}/matrix/page", "partnership_contact").status_code == 403


# What is shown is what the log adds up to


def test_every_list_is_rebuilt_the_same(nationwide: Review):
    done(nationwide.submit())
    done(nationwide.choose())
    done(nationwide.validate())
    item, known = nationwide.registered(), uuid4()
    done(nationwide.uncertain(known))
    done(nationwide.resolve(known, item))
    nationwide.does("/disposal/submission", submitted_on="2024-09-02")
    nationwide.does("/disposal/hold", reason="court")
    found = {name: (live, rebuilt) for name, live, rebuilt in nationwide.evidence.rebuilt()}
    assert all(live == rebuilt for live, rebuilt in found.values())
    assert {"self_evaluations", "uncertainties", "disposals"} <= {name for name, (live, _) in found.items() if live}


def test_findings_are_rebuilt_the_same(phase_one: Review):
    done(phase_one.find(uuid4(), phase_one.registered()))
    assert all(live == rebuilt for _, live, rebuilt in phase_one.evidence.rebuilt())


def test_a_reminder_is_due_before_the_records_are(at_home: Review):
    at_home.does("/disposal/submission", submitted_on="2025-09-01")
    at_home.evidence.on(date(2026, 8, 3))
    at_home.evidence.hear()
    (row,) = at_home.get("/disposals", "planner")["items"]
    assert row["reminded_of"] == "2026-09-01"
