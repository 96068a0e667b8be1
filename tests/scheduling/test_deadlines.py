"""The last days of steps, given, when, then: reminders before, and what is overdue after."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.scheduling.aggregates import deadlines  # noqa: F401 - its decisions belong to the inspection
from services.scheduling.aggregates.inspection import inspection
from services.scheduling.commands import PassLastDay, PassLastDays, RemindOfStep
from services.scheduling.events import StepDueSoon, StepOverdue
from services.scheduling.policies import REMINDED_DAYS_BEFORE, policies
from shared.contracts.scheduling import ClockResumed, StepCompleted
from shared.methodologies.weeks import StepDates
from shared.sourcing.service import Later
from shared.testing import Given
from shared.vocabulary.identity import StepCode
from tests.scheduling.facts import INSPECTION, closed, opened, timetable
from tests.scheduling.test_clock import paused
from tests.scheduling.test_timetable import PUBLICATION, STAFF, done, later, step

LAST = step(PUBLICATION).ends_on
DAY = timedelta(days=1)


def remind(code: StepCode = PUBLICATION, today: date | None = LAST) -> RemindOfStep:
    return RemindOfStep(inspection_id=INSPECTION, code=code, last_day=step(code).ends_on, today=today)


def passes(code: StepCode = PUBLICATION) -> PassLastDay:
    return PassLastDay(inspection_id=INSPECTION, code=code, last_day=step(code).ends_on)


def all_pass(today: date) -> PassLastDays:
    return PassLastDays(inspection_id=INSPECTION, today=today)


soon = StepDueSoon(inspection_id=INSPECTION, code=PUBLICATION, last_day=LAST)
overdue = StepOverdue(inspection_id=INSPECTION, code=PUBLICATION, last_day=LAST)
resumed = ClockResumed(inspection_id=INSPECTION, on_day=LAST, weeks=0)


def given(*past: Any) -> Given:
    return Given(inspection, opened, timetable, *past)


def test_a_step_whose_last_day_is_near_is_called_to_mind():
    given().when(remind()).then(soon)


def test_a_reminder_that_comes_too_late_is_none():
    given().when(remind(today=LAST + DAY)).then()


def test_a_step_that_is_not_done_when_its_last_day_has_passed_is_overdue():
    given().when(passes()).then(overdue)


def test_a_step_is_overdue_once():
    given(overdue).when(passes()).then()


def test_a_window_closes_by_itself_with_its_last_day():
    closing = StepCompleted(inspection_id=INSPECTION, code=STAFF, completed_on=step(STAFF).ends_on)
    given().when(passes(STAFF)).then(closing)


@pytest.mark.parametrize(
    "past",
    [(done(PUBLICATION),), (later(PUBLICATION, 1),), (paused(),), (closed,)],
    ids=["done", "moved", "paused", "ended"],
)
@pytest.mark.parametrize("command", [remind(), passes()])
def test_what_is_done_moved_paused_or_ended_has_no_such_last_day(past: tuple[object, ...], command: object):
    given(*past).when(command).then()


def test_an_overdue_step_that_is_moved_or_done_is_overdue_no_longer():
    for fact in (later(PUBLICATION, 1), done(PUBLICATION)):
        assert inspection.state([opened, timetable, overdue, fact]).overdue == set()


def test_what_passed_while_the_clock_stood_still_is_caught_up_with():
    first = timetable.steps[0]
    facts = inspection.decide(all_pass(first.ends_on + DAY), inspection.state([opened, timetable, paused(), resumed]))
    assert facts == [StepOverdue(inspection_id=INSPECTION, code=first.code, last_day=first.ends_on)]
    given(paused(), resumed).when(all_pass(first.ends_on)).then()
    given(paused()).when(all_pass(date.max)).then()


def asked_by(fact: object) -> Iterator[Any]:
    for policy in policies[type(fact)]:
        yield from policy(fact)


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def test_a_timetable_that_is_laid_asks_for_a_reminder_before_each_last_day_and_a_look_after_it():
    asked = list(asked_by(timetable))
    assert len(asked) == 2 * len(timetable.steps)
    of_publication = [each for each in asked if each.command.code == PUBLICATION]
    assert of_publication == [
        Later(remind(today=None), at=midnight(LAST - REMINDED_DAYS_BEFORE * DAY)),
        Later(passes(), at=midnight(LAST + DAY)),
    ]


def test_a_step_that_moves_asks_for_them_around_its_new_last_day():
    moved = later(PUBLICATION, 2)
    assert [each.command.last_day for each in asked_by(moved)] == [moved.ends_on] * 2


@pytest.mark.parametrize("day", [date.min, date.max])
def test_days_at_the_calendars_ends_ask_for_nothing_impossible(day: date):
    laid_then = replace(timetable, steps=(StepDates(code=PUBLICATION, starts_on=day, ends_on=day),))
    assert list(asked_by(laid_then)) == []


def test_a_clock_that_runs_again_asks_to_catch_up():
    assert list(asked_by(resumed)) == [PassLastDays(inspection_id=INSPECTION, today=None)]
