"""Participation over HTTP, with scheduling telling it what opens and closes: every route, and every refusal."""

import json
import logging
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from werkzeug.test import TestResponse

from services.participation.api import api, release_answers, release_closed
from services.participation.read_models.clearance import cleared
from services.participation.service import participation
from services.scheduling.api import api as scheduling_api
from services.scheduling.service import scheduling
from shared.edges.intake import Intake, intake
from shared.sealing.databases import open_database
from shared.sealing.keyring import keys
from shared.sourcing.reacting import react
from shared.sourcing.sequencer import PARTITIONS, Sequencer
from shared.sourcing.tables import event, idempotency
from shared.sourcing.telling import feed
from shared.vocabulary.roles import SAFEGUARDING_ROLES, AccessRole
from tests.serving import Served, serve

UNCLE, SCHOOL, MORAG, VIEWS = "my uncle hurts me", "the school at the canal", "Morag of the canal", "nobody asked me"
REFERENCE = "SW/2025/118"
RAISERS = {"lead", "inspector", "participation_lead", "coordinator", "partner_inspector", "safeguarding_officer"}
REFERRAL = {
    "reason": "not-safe-at-home",
    "consent": "overridden",
    "consent_reason": "immediate-risk",
    "told": False,
    "told_reason": "would-add-risk",
    "lawful_basis": "safeguarding",
}
ARRANGED = {"mode": "one_to_one", "channel": "video", "contributor": "young_person", "supporter": True}


class Area:
    """An inspection that scheduling opened and participation heard of, seen from participation."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.scheduling = serve(directory, scheduling, scheduling_api)
        self.served: Served = serve(directory, participation, api)
        self.running = self.served.running
        self.intake = Intake(open_database(f"sqlite:///{directory}/intake.db"), self.running.keyring)
        self.intake.create_tables()
        self.served.client.application.extensions["speir.intake"] = self.intake
        self.id, self.survey, self.conversation, self.concern = uuid4(), uuid4(), uuid4(), uuid4()
        for served in (self.scheduling, self.served):
            served.on(date(2025, 9, 2))
        programme = uuid4()
        self.plan(f"/programmes/{programme}", edition="supervision-at-home@2025-2")
        self.plan(f"/programmes/{programme}/areas", councils=["S12000014"])
        partners = ["care-inspectorate", "healthcare-improvement-scotland"]
        opening = {"programme_id": str(programme), "councils": ["S12000014"], "opens_on": "2025-09-02"}
        self.plan(f"/inspections/{self.id}", partners=partners, **opening)

    def plan(self, path: str, **body: Any) -> None:
        answer = self.scheduling.call("POST", path, "planner", body)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        self.served.hear(self.scheduling)

    def post(self, path: str, role: str = "lead", /, **body: Any) -> TestResponse:
        return self.served.call("POST", path, role, body)

    def done(self, path: str, role: str = "lead", /, **body: Any) -> None:
        answer = self.post(path, role, **body)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        self.react()

    def react(self) -> None:
        while react(self.running):
            pass

    def get(self, path: str, role: str = "lead") -> Any:
        answer = self.served.call("GET", path, role)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.json

    def answer(self, answers: Any, survey_id: UUID | None = None, **headers: str) -> TestResponse:
        path = f"/participation/v1/surveys/{survey_id or self.survey}/answers"
        return self.served.client.post(path, json={"answers": answers}, headers=headers)

    def signposted(self) -> "Area":
        self.done(f"/inspections/{self.id}/signposting", "operator", numbers=2)
        return self

    def surveyed(self, survey_id: UUID | None = None) -> "Area":
        asked = {"inspection_id": str(self.id), "asks": "child", "questions": "children-2025@3"}
        self.done(f"/surveys/{survey_id or self.survey}", "participation_lead", **asked)
        return self

    def arranged(self, **wish: Any) -> TestResponse:
        body = {**ARRANGED, "inspection_id": str(self.id), **wish}
        return self.post(f"/conversations/{self.conversation}", "inspector", **body)

    def raising(self, role: str = "inspector", **given: Any) -> TestResponse:
        body = {
            "inspection_id": str(self.id),
            "kind": "child",
            "urgency": "significant_harm",
            "words": UNCLE,
            "known_location": SCHOOL,
            "identity": MORAG,
            "can_be_contacted": True,
            **given,
        }
        return self.post(f"/concerns/{self.concern}", role, **body)

    def concerned(self, step: str, **body: Any) -> TestResponse:
        return self.post(f"/concerns/{self.concern}/{step}", "safeguarding_officer", **body)

    def state(self) -> tuple[str, int]:
        (row,) = self.get("/concerns")["items"]
        return row["state"], row["level"]

    def cleared(self) -> bool:
        with self.running.log.reading() as tx:
            return cleared(tx, self.id)

    def events(self) -> list[Any]:
        with self.running.log.reading() as tx:
            return list(tx.execute(event.select().order_by(event.c.id)))

    def wait(self, **of: int) -> None:
        """Let some time pass, and what is due happen."""
        with self.running.log.writing() as tx:
            now = self.running.log.now_us(tx)
            self.running.log.set_clock(tx, now + timedelta(**of) // timedelta(microseconds=1))
        self.react()


@pytest.fixture
def area(tmp_path: Path) -> Area:
    return Area(tmp_path)


def problem(answer: TestResponse, status: int, code: str) -> Any:
    assert (answer.status_code, answer.json["type"]) == (status, f"/problems/{code}")
    return answer.json


def referred(area: Area, *, channel: str = "phone") -> None:
    area.raising()
    assert area.concerned("referral", **REFERRAL).status_code == 201
    assert area.concerned("dispatches", dispatch_id=str(uuid4()), channel=channel).status_code == 201


def test_an_inspection_that_opens_offers_ways_to_take_part(area):
    (row,) = area.get(f"/ways?inspection_id={area.id}", "participation_lead")["items"]
    assert (row["council"], row["signposting_confirmed_on"], row["closed_on"]) == ("S12000014", None, None)
    shown = area.get(f"/inspections/{area.id}/ways", "inspector")
    assert shown["modes"] == ["survey", "one_to_one", "group"]
    assert shown["area"] == {"councils": ["S12000014"]}
    assert "withheld" not in shown


def test_nothing_opens_before_an_operator_has_checked_the_numbers(area):
    asked = {"inspection_id": str(area.id), "asks": "staff", "questions": "staff-2025@1"}
    problem(area.post(f"/surveys/{area.survey}", "lead", **asked), 409, "signposting-unconfirmed")
    problem(area.arranged(), 409, "signposting-unconfirmed")
    few = area.post(f"/inspections/{area.id}/signposting", "operator", numbers=0)
    assert problem(few, 422, "no-number-checked")["errors"][0]["pointer"] == "/numbers"
    area.signposted().surveyed()
    assert area.get(f"/inspections/{area.id}/ways")["signposting_confirmed_on"] == "2025-09-02"
    assert area.arranged().status_code == 201


def test_what_is_not_offered_is_not_found(area):
    nowhere = str(uuid4())
    asked = {"inspection_id": nowhere, "asks": "staff", "questions": "staff-2025@1"}
    problem(area.post(f"/surveys/{uuid4()}", "lead", **asked), 404, "not-found")
    problem(area.arranged(inspection_id=nowhere), 404, "not-found")
    problem(area.post(f"/inspections/{nowhere}/signposting", "operator", numbers=1), 404, "not-found")
    for step in ("consent", "consent/withdrawal", "meeting", "views"):
        body = {"consent": {"confidentiality_explained": True}, "views": {"views": VIEWS}}.get(step, {})
        problem(area.post(f"/conversations/{uuid4()}/{step}", "lead", **body), 404, "not-found")


def test_a_survey_is_opened_and_closed_once(area):
    area.signposted().surveyed()
    asked = {"inspection_id": str(area.id), "asks": "child", "questions": "children-2025@3"}
    problem(area.post(f"/surveys/{area.survey}", "lead", **asked), 409, "survey-already-opened")
    area.done(f"/surveys/{area.survey}/closure")
    problem(area.post(f"/surveys/{area.survey}/closure"), 409, "survey-is-closed")


def test_an_inspection_that_closes_ends_its_surveys_and_asks_nobody_any_more(area):
    area.signposted().surveyed()
    area.plan(f"/inspections/{area.id}/closure")
    (row,) = area.get("/surveys")["items"]
    assert row["closed_on"] == "2025-09-02"
    problem(area.answer({"q1": "yes"}), 409, "survey-is-closed")
    problem(area.arranged(), 409, "ways-are-closed")
    asked = {"inspection_id": str(area.id), "asks": "child", "questions": "children-2025@3"}
    problem(area.post(f"/surveys/{uuid4()}", "lead", **asked), 409, "ways-are-closed")
    problem(area.post(f"/inspections/{area.id}/signposting", "operator", numbers=2), 409, "ways-are-closed")


def test_anybody_answers_without_a_token_and_gets_the_same_answer(area):
    area.signposted().surveyed()
    first, second = area.answer({"q1": UNCLE}), area.answer({"q1": "fine", "q2": "yes"})
    assert first.status_code == second.status_code == 202
    assert first.json == second.json == {"received": True}


def test_an_answer_leaves_no_event_no_key_and_no_log_line(area, caplog):
    area.signposted().surveyed()
    with area.running.log.reading() as tx:
        before = len(tx.execute(idempotency.select()).all())
    events = len(area.events())
    with caplog.at_level(logging.DEBUG):
        area.answer({"q1": UNCLE}, **{"Idempotency-Key": "k", "X-Request-ID": str(uuid4())})
    with area.running.log.reading() as tx:
        assert len(tx.execute(idempotency.select()).all()) == before
    assert len(area.events()) == events
    assert caplog.records == []
    with open_database(f"sqlite:///{area.directory}/intake.db").connect() as tx:
        (row,) = tx.execute(intake.select())
    assert row.week == date(2025, 9, 1)


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {f"q{n}": "yes" for n in range(51)},
        {"q1": "x" * 10_001},
        {"q1": ""},
        {"q1": 7},
        {"": "yes"},
        {"q" * 51: "yes"},
        ["yes"],
        None,
        "yes",
    ],
    ids=["none", "too many", "too long", "empty", "number", "no code", "long code", "list", "null", "text"],
)
def test_answers_of_another_shape_are_refused_without_repeating_them(area, answers):
    area.signposted().surveyed()
    refused = problem(area.answer(answers), 422, "not-understood")
    assert [each["pointer"] for each in refused["errors"]] == ["/answers"]
    assert area.intake.waiting() == []


def test_fifty_long_answers_are_taken(area):
    area.signposted().surveyed()
    assert area.answer({f"q{n}": "x" * 10_000 for n in range(50)}).status_code == 202


def test_answers_to_no_survey_to_a_closed_one_and_without_an_intake_are_refused(area):
    area.signposted().surveyed()
    problem(area.answer({"q1": "yes"}, uuid4()), 404, "not-found")
    area.served.client.application.extensions.pop("speir.intake")
    problem(area.answer({"q1": "yes"}), 503, "unavailable")
    area.served.client.application.extensions["speir.intake"] = Intake(
        open_database(f"sqlite:///{area.directory}/empty.db"), area.running.keyring
    )
    problem(area.answer({"q1": "yes"}), 503, "unavailable")
    area.done(f"/surveys/{area.survey}/closure")
    problem(area.answer({"q1": "yes"}), 409, "survey-is-closed")


def test_answers_go_into_the_log_together_when_their_survey_closes(area):
    area.signposted().surveyed()
    given = [{"q1": f"answer {n}"} for n in range(8)]
    for answers in given:
        area.answer(answers)
    assert release_closed(area.running, area.intake) == 0
    area.done(f"/surveys/{area.survey}/closure")
    assert release_closed(area.running, area.intake) == 8
    assert release_closed(area.running, area.intake) == 0
    (taken,) = [each for each in area.events() if each.type == "participation.AnswersTakenIn"]
    with area.running.log.reading() as tx:
        facts, _ = area.running.log.facts(tx, taken.stream)
    released = json.loads(str(area.running.keyring.open(facts[-1].answers)))
    assert sorted(released, key=str) == given
    assert json.loads(taken.meta)["actor"] is None
    assert area.get(f"/surveys/{area.survey}")["answers"] == 8
    assert area.get("/surveys")["items"][0]["answers"] == 8


def test_a_release_that_was_interrupted_is_taken_in_once(area):
    area.signposted().surveyed()
    area.answer({"q1": "yes"})

    def die(_gone: Any) -> None:
        raise SystemExit

    for append in (die, lambda batch: (release(batch), die(batch))):
        release = _take_in_of(area)
        with pytest.raises(SystemExit):
            area.intake.release(area.survey, append)
        assert release_closed(area.running, area.intake) == 1
        area.answer({"q1": "again"})
    assert area.get(f"/surveys/{area.survey}")["answers"] == 2
    assert release_answers(area.running, area.intake, area.survey) == 1


def _take_in_of(area: Area) -> Any:
    from services.participation.api import _take_in  # noqa: PLC0415, PLC2701 - the very step that a crash follows

    return lambda batch: _take_in(area.running, batch)


def test_answers_whose_key_was_destroyed_while_they_waited_are_left_out(area):
    area.signposted().surveyed()
    area.answer({"q1": "yes"})
    with open_database(f"sqlite:///{area.directory}/participation.keys.db").begin() as tx:
        tx.execute(keys.delete())
    area.running.keyring._ciphers.clear()
    assert release_answers(area.running, area.intake, area.survey) == 1
    assert area.get(f"/surveys/{area.survey}")["answers"] == 0


def test_somebody_is_heard_with_consent_and_their_words_are_for_the_team_only(area):
    area.signposted()
    assert area.arranged().status_code == 201
    path = f"/conversations/{area.conversation}"
    problem(area.post(f"{path}/meeting"), 409, "consent-missing")
    problem(area.post(f"{path}/consent/withdrawal"), 409, "consent-missing")
    problem(area.post(f"{path}/views", views=VIEWS), 409, "conversation-not-held")
    unexplained = area.post(f"{path}/consent", confidentiality_explained=False)
    problem(unexplained, 422, "confidentiality-not-explained")
    area.done(f"{path}/consent", confidentiality_explained=True)
    problem(area.post(f"{path}/consent", confidentiality_explained=True), 409, "consent-already-given")
    area.done(f"{path}/meeting")
    problem(area.post(f"{path}/meeting"), 409, "conversation-already-held")
    problem(area.post(f"{path}/consent", confidentiality_explained=True), 409, "conversation-already-held")
    area.done(f"{path}/views", "inspector", views=VIEWS, designation="Pupil")
    assert area.get(path, "inspector")["views"] == [VIEWS]
    (row,) = area.get(f"/conversations?inspection_id={area.id}")["items"]
    assert (row["consents"], row["held_on"]) == (True, "2025-09-02")
    assert VIEWS not in json.dumps(row)
    area.done(f"{path}/consent/withdrawal")
    problem(area.post(f"{path}/views", views=VIEWS), 409, "consent-is-withdrawn")
    assert area.get("/conversations")["items"][0]["consents"] is False


def test_a_conversation_is_arranged_once_and_as_the_edition_offers_it(area):
    area.signposted()
    assert problem(area.arranged(mode="survey"), 422, "mode-not-offered")["errors"][0]["pointer"] == "/mode"
    assert area.arranged().status_code == 201
    problem(area.arranged(), 409, "conversation-already-arranged")


@pytest.mark.parametrize("role", sorted(RAISERS))
def test_anybody_of_the_team_raises_a_concern_and_only_safeguarding_roles_read_it(area, role):
    assert area.raising(role).status_code == 201
    expected = 200 if role in ("lead", "safeguarding_officer") else 404
    assert area.served.call("GET", f"/concerns/{area.concern}", role).status_code == expected
    assert area.served.call("GET", "/concerns", role).status_code == expected


@pytest.mark.parametrize("role", sorted(set(AccessRole) - SAFEGUARDING_ROLES))
def test_for_everybody_else_a_concern_and_its_absence_look_the_same(area, role):
    area.raising()
    seen = []
    for concern_id in (area.concern, uuid4()):
        found = [area.served.call("GET", f"/concerns/{concern_id}", role)]
        steps = ("referral", "no-referral", "dispatches", "receipts", "acknowledgement", "outcome", "closure")
        found += [area.post(f"/concerns/{concern_id}/{step}", role) for step in (*steps, "reopening")]
        seen.append([(each.status_code, {**each.json, "request_id": None}) for each in found])
    assert seen[0] == seen[1]
    assert {status for status, _ in seen[0]} == ({401} if role == "service" else {404})
    holds = area.post(f"/inspections/{area.id}/clearance/hold", role, reason="records-outstanding")
    assert holds.status_code in (401, 404)


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
    area.raising()
    turns: list[tuple[str, dict[str, Any], int | str]] = [
        ("dispatches", sent, "concern-undecided"),
        ("closure", why, "concern-undecided"),
        ("reopening", why, "concern-not-closed"),
        ("referral", REFERRAL | {"consent_reason": None}, "consent-reason-missing"),
        ("referral", REFERRAL | {"told_reason": None}, "told-reason-missing"),
        ("referral", REFERRAL | {"lawful_basis": "consent"}, "basis-is-not-consent"),
        ("no-referral", why, 201),
        ("referral", REFERRAL, "concern-already-decided"),
        ("dispatches", sent, "concern-not-referred"),
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
    referred(area)
    area.wait(hours=12)
    assert area.state() == ("dispatched", 0)
    body = {"reference": REFERENCE, "acknowledged_by": "Senior social worker"}
    assert area.concerned("acknowledgement", **body).status_code == 201
    area.wait(days=9)
    assert area.state() == ("acknowledged", 0)
    assert not [each for each in area.events() if each.type.endswith("ConcernEscalated")]


def test_a_referral_that_nobody_acknowledges_is_escalated_whatever_was_sent_since(area):
    referred(area, channel="secure_mail")
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
    area.done(f"/inspections/{area.id}/clearance/hold/end", reason="all-here")
    problem(area.post(f"/inspections/{area.id}/clearance/hold/end", reason="again"), 409, "clearance-not-withheld")
    assert area.cleared() is True


def test_nothing_that_is_told_or_shown_to_others_says_that_a_concern_exists(area):
    area.signposted().surveyed()
    area.arranged()
    paths = ("/ways", "/surveys", "/conversations", f"/inspections/{area.id}/ways", f"/surveys/{area.survey}")
    before = [area.get(path, "inspector") for path in paths], told(area)
    referred(area)
    area.wait(hours=30)
    assert ([area.get(path, "inspector") for path in paths], told(area)) == before
    assert all(each.partition is None for each in area.events() if each.stream.startswith("concern/"))


def told(area: Area) -> list[bytes]:
    Sequencer(area.running.log).drain()
    with area.running.log.reading() as tx:
        return [raw for partition in range(PARTITIONS) for raw in feed(tx, "participation", partition, 0)]


def test_no_word_that_anybody_said_lies_unsealed_in_any_file(area):
    area.signposted().surveyed()
    area.arranged()
    area.done(f"/conversations/{area.conversation}/consent", confidentiality_explained=True)
    area.done(f"/conversations/{area.conversation}/meeting")
    area.done(f"/conversations/{area.conversation}/views", views=VIEWS, designation="Pupil")
    area.answer({"q1": UNCLE})
    referred(area)
    body = {"reference": REFERENCE, "acknowledged_by": "Senior social worker"}
    assert area.concerned("acknowledgement", **body).status_code == 201
    release_answers(area.running, area.intake, area.survey)
    written = b"".join(file.read_bytes() for file in area.directory.iterdir())
    for words in (UNCLE, SCHOOL, MORAG, VIEWS, REFERENCE, "Senior social worker", "Pupil"):
        assert words.encode() not in written


def test_an_identity_is_destroyed_without_the_rest(area):
    area.raising()
    with open_database(f"sqlite:///{area.directory}/participation.keys.db").begin() as tx:
        tx.execute(keys.delete().where(keys.c.owner.startswith("subject/")))
    area.running.keyring._ciphers.clear()
    shown = area.get(f"/concerns/{area.concern}")
    assert (shown["words"], shown["identity"]) == (UNCLE, {"erased": True})
    assert area.concerned("referral", **REFERRAL).status_code == 201


def test_after_all_of_it_every_read_model_equals_its_rebuild(area):
    area.signposted().surveyed()
    area.answer({"q1": "yes"})
    area.arranged()
    area.done(f"/conversations/{area.conversation}/consent", confidentiality_explained=True)
    area.done(f"/conversations/{area.conversation}/meeting")
    referred(area)
    area.wait(hours=30)
    area.done(f"/inspections/{area.id}/clearance/hold", reason="records-outstanding")
    area.plan(f"/inspections/{area.id}/closure")
    release_closed(area.running, area.intake)
    rebuilt = area.served.rebuilt()
    assert all(live for _, live, _ in rebuilt)
    for name, live, folded in rebuilt:
        assert (name, live) == (name, folded)
