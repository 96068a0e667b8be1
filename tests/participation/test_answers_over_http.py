"""Anybody answers a survey without saying who they are, and the answers go into the log together."""

import json
import logging
from datetime import date
from uuid import uuid4

import pytest

from services.participation.api import release_answers, release_closed, take_in
from shared.edges.intake import Batch, Intake, intake
from shared.sealing.databases import open_database
from shared.sourcing.tables import idempotency
from tests.erasing import erase
from tests.participation.area import UNCLE, problem


def test_anybody_answers_without_a_token_and_gets_the_same_answer(area):
    area.signposted().surveyed()
    first, second = area.answer({"q1": UNCLE}), area.answer({"q1": "fine", "q2": "yes"})
    assert first.status_code == second.status_code == 202
    assert first.json == second.json == {"received": True}


def test_an_answer_leaves_no_event_no_key_and_no_log_line(area, caplog, capfd):
    area.signposted().surveyed()
    with area.running.log.reading() as tx:
        before = len(tx.execute(idempotency.select()).all())
    events = len(area.events())
    capfd.readouterr()
    with caplog.at_level(logging.DEBUG):
        area.answer({"q1": UNCLE}, **{"Idempotency-Key": "k", "X-Request-ID": str(uuid4())})
    with area.running.log.reading() as tx:
        assert len(tx.execute(idempotency.select()).all()) == before
    assert len(area.events()) == events
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")
    with open_database(f"sqlite:///{area.directory}/intake.db").connect() as tx:
        (row,) = tx.execute(intake.select())
    assert row.week == date(2025, 9, 1)


def test_answers_of_another_shape_are_refused_without_repeating_them(area):
    area.signposted().surveyed()
    for answers in (
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
    ):
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

    def die(_batch: Batch) -> None:
        raise SystemExit

    def append_and_die(batch: Batch) -> None:
        take_in(area.running, batch)
        raise SystemExit

    for taken, interrupted in enumerate((die, append_and_die), start=1):
        area.answer({"q1": "yes"})
        with pytest.raises(SystemExit):
            area.intake.release(area.survey, interrupted)
        assert release_closed(area.running, area.intake) == 1
        assert area.get(f"/surveys/{area.survey}")["answers"] == taken
    assert release_answers(area.running, area.intake, area.survey) == 0


def test_answers_whose_key_was_destroyed_while_they_waited_are_left_out(area):
    area.signposted().surveyed()
    area.answer({"q1": "yes"})
    erase(area.running.keyring)
    assert release_answers(area.running, area.intake, area.survey) == 1
    assert area.get(f"/surveys/{area.survey}")["answers"] == 0
