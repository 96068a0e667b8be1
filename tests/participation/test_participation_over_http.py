"""Participation over HTTP, with scheduling telling it what opens and closes: every route, and every refusal."""

import json
from uuid import uuid4

from services.participation.api import release_answers, release_closed
from tests.identity.test_api_tokens_over_http import in_days
from tests.participation.area import ARRANGED, MORAG, REFERENCE, SCHOOL, UNCLE, VIEWS, problem


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


def test_no_word_that_anybody_said_lies_unsealed_in_any_file(area):
    area.signposted().surveyed()
    area.arranged()
    area.done(f"/conversations/{area.conversation}/consent", confidentiality_explained=True)
    area.done(f"/conversations/{area.conversation}/meeting")
    area.done(f"/conversations/{area.conversation}/views", views=VIEWS, designation="Pupil")
    area.answer({"q1": UNCLE})
    area.referred()
    body = {"reference": REFERENCE, "acknowledged_by": "Senior social worker"}
    assert area.concerned("acknowledgement", **body).status_code == 201
    release_answers(area.running, area.intake, area.survey)
    written = b"".join(file.read_bytes() for file in area.directory.rglob("*") if file.is_file())
    for words in (UNCLE, SCHOOL, MORAG, VIEWS, REFERENCE, "Senior social worker", "Pupil"):
        assert words.encode() not in written


def test_after_all_of_it_every_read_model_equals_its_rebuild(area):
    area.signposted().surveyed()
    area.answer({"q1": "yes"})
    wish = {**ARRANGED, "inspection_id": str(area.id), "person_id": str(uuid4()), "reached_by": "by telephone"}
    area.done(f"/conversations/{area.conversation}/request", **wish)
    area.arranged()
    area.done(f"/conversations/{area.conversation}/consent", confidentiality_explained=True)
    area.done(f"/conversations/{area.conversation}/meeting")
    volunteer = f"/inspections/{area.id}/volunteers/{uuid4()}"
    area.done(volunteer, "participation_lead", born_on="2003-03-04", reached_by="by telephone")
    area.done(f"{volunteer}/taking-up")
    area.referred()
    area.wait(hours=30)
    area.done(f"/inspections/{area.id}/clearance/hold", reason="records-outstanding")
    token = {"scopes": ["participation:list_ways"], "expires_at": in_days(30)}
    assert area.post(f"/api-tokens/{uuid4()}", "inspector", **token).status_code == 200
    assert area.scheduling.call("POST", f"/revocations/people/{uuid4()}", "operator", {}).status_code == 201
    area.plan(f"/inspections/{area.id}/closure")
    release_closed(area.running, area.intake)
    area.get(f"/conversations/{area.conversation}")
    rebuilt = area.served.rebuilt()
    assert [name for name, live, _ in rebuilt if not live] == ["broken_glass"]
    for name, live, folded in rebuilt:
        assert (name, live) == (name, folded)
