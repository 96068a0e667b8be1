"""An inspection's clock over HTTP: pauses, ended windows, the history of moves, and what is near or overdue."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.scheduling.api import api
from services.scheduling.service import scheduling
from shared.methodologies.weeks import MOST_EXCLUDED, WEEK
from shared.vocabulary.methods import Closing
from tests.scheduling.facts import EDITION, FALKIRK, NATION
from tests.scheduling.test_scheduling_over_http import PARTNERS, TODAY, Planned, refused
from tests.serving import serve

WINDOWS = {step.code for step in EDITION.steps if step.closes_with is Closing.WINDOW}


@pytest.fixture
def planned(tmp_path) -> Planned:
    return Planned(serve(tmp_path, scheduling, api))


@pytest.fixture
def laid(planned: Planned) -> Planned:
    return planned.opened().laid()


def pause(planned: Planned, from_day: str = "2025-10-01", **given: Any) -> Any:
    return planned.post(f"{planned.here}/timetable/pause", **{"from_day": from_day, "reason": "illness", **given})


def resume(planned: Planned, on_day: str) -> Any:
    return planned.post(f"{planned.here}/timetable/resumption", on_day=on_day)


def moves(planned: Planned) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = planned.get(f"{planned.here}/timetable/moves?limit=200", "partnership_contact")[
        "items"
    ]
    return items


def test_a_week_that_does_not_count_in_the_nation_counts_for_no_council(planned: Planned):
    planned.does("/excluded-weeks", council=NATION, week_of="2025-09-08", reason="election")
    planned.opened().laid()
    assert planned.steps()["first-meeting"]["starts_on"] == "2025-09-15"
    assert planned.get(planned.here)["excluded_weeks"] == ["2025-09-08"]


def test_open_steps_move_by_the_weeks_of_a_pause_and_what_they_were_stays_listed(laid: Planned):
    before = laid.steps()
    laid.does(f"{laid.here}/timetable/completions", code="notification")
    assert pause(laid).status_code == 201
    assert laid.get(laid.here)["paused"] == {"from_day": "2025-10-01", "reason": "illness"}
    assert resume(laid, "2025-10-15").status_code == 201
    after, listed = laid.steps(), {row["code"]: row for row in moves(laid)}
    assert laid.get(laid.here)["paused"] is None
    assert after["notification"]["ends_on"] == before["notification"]["ends_on"]
    assert "notification" not in listed
    assert after["publication"]["starts_on"] == "2026-02-02"
    row = listed["publication"]
    assert (row["was_from"], row["was_to"]) == (before["publication"]["starts_on"], before["publication"]["ends_on"])
    assert (row["starts_on"], row["ends_on"], row["reason"]) == ("2026-02-02", "2026-02-06", "illness")
    assert row["moved_at"].startswith("2025-09-01T09:00:")


def test_every_move_of_a_step_is_listed_the_oldest_first(laid: Planned):
    for weeks in (1, 2):
        laid.does(f"{laid.here}/timetable/moves", "lead", code="follow-up", weeks=weeks, reason="illness")
    first, second = moves(laid)
    assert (first["starts_on"], first["ends_on"]) == (second["was_from"], second["was_to"])
    assert first["version"] < second["version"]


def test_pauses_that_cannot_be_are_refused(planned: Planned):
    refused(pause(planned), 404, "not-found")
    refused(
        planned.opened().post(f"{planned.here}/timetable/pause", from_day="2025-10-01", reason="x"),
        409,
        "timetable-not-laid",
    )
    planned.laid()
    early = pause(planned, "2025-08-31")
    assert refused(early, 422, "paused-before-beginning", "/from_day")["begins_on"] == "2025-09-01"
    refused(planned.post(f"{planned.here}/timetable/pause", from_day="2025-10-01"), 422, "not-understood", "/reason")
    refused(resume(planned, "2025-10-15"), 409, "clock-not-paused")
    assert pause(planned).status_code == 201
    assert refused(pause(planned), 409, "clock-already-paused")["from_day"] == "2025-10-01"
    before = refused(resume(planned, "2025-09-30"), 422, "resumed-before-paused", "/on_day")
    assert before["from_day"] == "2025-10-01"
    refused(resume(planned, "9999-12-31"), 422, "pause-too-long", "/on_day")
    planned.does(f"{planned.here}/closure")
    refused(pause(planned), 409, "inspection-is-closed")
    refused(resume(planned, "2025-10-15"), 409, "inspection-is-closed")


def test_a_clock_does_not_run_again_beyond_the_calendar(planned: Planned):
    planned.opened().does(f"{planned.here}/timetable", begins_on="9999-04-01")
    assert pause(planned, "9999-05-03").status_code == 201
    late = planned.post(f"{planned.here}/timetable/resumption", on_day="9999-12-25")
    refused(late, 422, "beyond-calendar", "/on_day")


def test_a_clock_does_not_run_again_into_years_of_excluded_weeks(laid: Planned):
    laid.excluded(FALKIRK, *(date(2025, 10, 6) + n * WEEK for n in range(MOST_EXCLUDED + 1)))
    assert pause(laid).status_code == 201
    many = laid.post(f"{laid.here}/timetable/resumption", on_day="2025-10-06")
    assert refused(many, 409, "too-many-excluded-weeks")["weeks"] == MOST_EXCLUDED + 1


def test_a_step_does_not_move_beyond_the_calendar_or_into_years_of_excluded_weeks(planned: Planned):
    planned.opened().does(f"{planned.here}/timetable", begins_on="9999-03-01")
    move = {"code": "notification", "weeks": 50, "reason": "illness"}
    refused(planned.post(f"{planned.here}/timetable/moves", **move), 422, "beyond-calendar", "/weeks")
    other = f"/inspections/{uuid4()}"
    opening = {"programme_id": str(planned.programme), "councils": [FALKIRK], "opens_on": TODAY}
    planned.does(other, partners=PARTNERS, **opening)
    planned.does(f"{other}/timetable", begins_on=TODAY)
    planned.excluded(FALKIRK, *(date(2025, 10, 6) + n * WEEK for n in range(MOST_EXCLUDED + 1)))
    many = planned.post(f"{other}/timetable/moves", **move)
    assert refused(many, 409, "too-many-excluded-weeks")["weeks"] == MOST_EXCLUDED + 1


def test_a_window_that_has_ended_does_not_move(laid: Planned):
    laid.served.on(date(2025, 10, 18))
    code = "staff-survey"
    assert code in WINDOWS
    answer = laid.post(f"{laid.here}/timetable/moves", code=code, weeks=1, reason="illness")
    assert refused(answer, 409, "window-has-ended")["ended_on"] == "2025-10-17"


def deadlines(planned: Planned, state: str) -> set[str]:
    return {row["code"] for row in planned.get(f"/deadlines?inspection_id={planned.id}&state={state}", "lead")["items"]}


def test_steps_are_called_to_mind_and_those_not_done_are_overdue(laid: Planned):
    laid.served.on(date(2025, 9, 12))
    laid.served.react()
    assert "first-meeting" in deadlines(laid, "soon")
    assert deadlines(laid, "overdue") == {"notification"}
    laid.does(f"{laid.here}/timetable/completions", code="first-meeting")
    laid.served.on(date(2025, 9, 13))
    laid.served.react()
    assert deadlines(laid, "overdue") == {"notification"}
    assert deadlines(laid, "met") == {"first-meeting"}
    laid.does(f"{laid.here}/timetable/moves", code="notification", weeks=3, reason="late-request")
    assert "notification" in deadlines(laid, "moved")
    laid.served.on(date(2025, 9, 20))
    laid.served.react()
    assert "notification" in deadlines(laid, "soon")


def test_a_window_closes_by_itself_and_is_never_overdue(laid: Planned):
    laid.served.on(date(2025, 12, 1))
    laid.served.react()
    steps = laid.steps()
    assert {steps[code]["completed_on"] for code in WINDOWS} == {steps[code]["ends_on"] for code in WINDOWS}
    assert deadlines(laid, "overdue") & WINDOWS == set()


def test_nothing_is_overdue_while_the_clock_stands_still(laid: Planned):
    assert pause(laid, "2025-09-01").status_code == 201
    laid.served.on(date(2025, 9, 24))
    laid.served.react()
    assert deadlines(laid, "overdue") == set()
    assert resume(laid, "2025-09-24").status_code == 201
    laid.served.react()
    assert deadlines(laid, "overdue") == set()
    assert laid.steps()["notification"]["ends_on"] == "2025-09-26"
    laid.served.on(date(2025, 9, 27))
    laid.served.react()
    assert deadlines(laid, "overdue") == {"notification"}


def test_what_passed_during_a_pause_in_weeks_that_do_not_count_is_caught_up_with(laid: Planned):
    laid.excluded(FALKIRK, date(2025, 9, 1))
    assert pause(laid, "2025-09-01").status_code == 201
    laid.served.on(date(2025, 9, 8))
    laid.served.react()
    assert deadlines(laid, "overdue") == set()
    assert resume(laid, "2025-09-08").status_code == 201
    laid.served.react()
    assert moves(laid) == []
    assert deadlines(laid, "overdue") == {"notification"}


def test_a_timetable_at_the_calendars_end_sets_no_clock_that_there_is_not(planned: Planned):
    planned.opened().does(f"{planned.here}/timetable", begins_on="9999-03-01")
    last = max(date.fromisoformat(row["ends_on"]) for row in planned.steps().values())
    assert date.max - last < timedelta(days=300)
    refused(planned.post(f"/inspections/{uuid4()}/timetable", begins_on="9999-03-01"), 404, "not-found")
