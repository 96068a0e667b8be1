"""An inspection's clock stands still and runs again, given, when, then."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.scheduling.aggregates.calendar import Calendar
from services.scheduling.aggregates.clock import (
    ClockAlreadyPaused,
    ClockNotPaused,
    PausedBeforeBeginning,
    PauseTooLong,
    ResumedBeforePaused,
)
from services.scheduling.aggregates.inspection import InspectionIsClosed, inspection
from services.scheduling.aggregates.timetable import BeyondCalendar, TimetableNotLaid, TooManyExcludedWeeks
from services.scheduling.commands import PauseClock, ResumeClock
from shared.contracts.scheduling import ClockPaused, ClockResumed, StepMoved
from shared.methodologies.weeks import MOST_EXCLUDED, StepDates
from shared.testing import Given
from shared.vocabulary.identity import StepCode
from shared.vocabulary.methods import Closing
from tests.scheduling.facts import EDITION, INSPECTION, MONDAY, NATION, closed, opened, timetable
from tests.scheduling.test_timetable import (
    FOLLOW_UP,
    FREE,
    ILLNESS,
    PUBLICATION,
    STAFF,
    WEEK,
    done,
    step,
    weeks_from,
    without,
)

IN_WEEK_5 = date(2025, 10, 1)
"""A Wednesday: the staff survey, open from week 4 to 7, is under way."""
MONDAY_OF_WEEK_5 = date(2025, 9, 29)


def pause(from_day: date = IN_WEEK_5) -> PauseClock:
    return PauseClock(inspection_id=INSPECTION, from_day=from_day, reason=ILLNESS)


def paused(from_day: date = IN_WEEK_5) -> ClockPaused:
    return ClockPaused(inspection_id=INSPECTION, from_day=from_day, reason=ILLNESS)


def resume(on_day: date) -> ResumeClock:
    return ResumeClock(inspection_id=INSPECTION, on_day=on_day)


def given(*past: Any, calendars: tuple[Calendar, ...] = FREE) -> Given:
    return Given(inspection, opened, *past, calendars=calendars)


def when_paused(*past: Any, from_day: date = IN_WEEK_5) -> Given:
    return Given(inspection, opened, *past).when(pause(from_day))


def after(
    on_day: date, *past: Any, from_day: date = IN_WEEK_5, calendars: tuple[Calendar, ...] = FREE
) -> tuple[ClockResumed, dict[StepCode, StepMoved]]:
    """What resuming comes to: the weeks that were lost, and the steps that moved."""
    state = inspection.state([opened, timetable, *past, paused(from_day)])
    first, *moved = inspection.decide(resume(on_day), state, calendars=calendars)
    assert all(fact.reason == ILLNESS for fact in moved)
    return first, {fact.code: fact for fact in moved}


def test_a_clock_is_paused_from_a_day_on():
    when_paused(timetable).then(paused())
    assert inspection.state([opened, timetable, paused()]).paused.from_day == IN_WEEK_5


def test_a_clock_that_stands_still_is_not_paused_again():
    refused = when_paused(timetable, paused(), from_day=date(2025, 11, 3)).refused(ClockAlreadyPaused)
    assert refused.details == {"from_day": IN_WEEK_5}


def test_a_clock_runs_from_the_timetables_first_day():
    when_paused(timetable, from_day=MONDAY).then(paused(MONDAY))
    refused = when_paused(timetable, from_day=MONDAY - timedelta(days=1)).refused(PausedBeforeBeginning)
    assert refused.details == {"begins_on": MONDAY, "pointer": "/from_day"}


def test_without_a_timetable_there_is_no_clock():
    when_paused().refused(TimetableNotLaid)


def test_the_clock_of_an_inspection_that_has_ended_is_left_alone():
    when_paused(timetable, closed).refused(InspectionIsClosed)
    given(timetable, paused(), closed).when(resume(IN_WEEK_5)).refused(InspectionIsClosed)


def test_what_is_open_moves_by_the_weeks_that_were_lost():
    resumed, moved = after(date(2025, 10, 22))
    assert resumed == ClockResumed(inspection_id=INSPECTION, on_day=date(2025, 10, 22), weeks=3)
    fact = moved[PUBLICATION]
    was = step(PUBLICATION)
    assert (fact.was_from, fact.was_to) == (was.starts_on, was.ends_on)
    assert (fact.starts_on, fact.ends_on) == (was.starts_on + 3 * WEEK, was.ends_on + 3 * WEEK)
    assert set(moved) == {each.code for each in EDITION.steps}


def test_what_is_under_way_keeps_the_day_on_which_it_began():
    _, moved = after(date(2025, 10, 22))
    fact, was = moved[STAFF], step(STAFF)
    assert was.starts_on < IN_WEEK_5 <= was.ends_on
    assert (fact.starts_on, fact.ends_on) == (was.starts_on, was.ends_on + 3 * WEEK)


def test_weeks_that_do_not_count_are_not_lost():
    holiday = without(date(2025, 10, 6), date(2025, 10, 13))
    resumed, moved = after(date(2025, 10, 20), calendars=holiday)
    assert resumed.weeks == 1
    assert moved[PUBLICATION].starts_on == step(PUBLICATION).starts_on + WEEK


def test_a_week_that_does_not_count_in_the_nation_is_not_lost_either():
    look = inspection.decisions[ResumeClock].looks["calendars"]
    assert f"calendar/{NATION}" in look.streams(resume(IN_WEEK_5), inspection.state([opened]))


def test_what_is_done_never_moves():
    _, moved = after(date(2025, 10, 22), done(PUBLICATION), done(STAFF))
    assert {PUBLICATION, STAFF} & set(moved) == set()
    assert FOLLOW_UP in moved


def test_a_window_that_had_ended_before_the_pause_stays_closed():
    from_day = step(STAFF).ends_on + timedelta(days=1)
    windows = {each.code for each in EDITION.steps if each.closes_with is Closing.WINDOW}
    _, moved = after(from_day + 3 * WEEK, from_day=from_day)
    assert STAFF not in moved
    assert set(moved) == {
        each.code for each in EDITION.steps if each.code not in windows or step(each.code).ends_on >= from_day
    }


@pytest.mark.parametrize("on_day", [IN_WEEK_5, date(2025, 10, 5)])
def test_a_pause_within_a_week_moves_nothing(on_day: date):
    resumed, moved = after(on_day)
    assert (resumed.weeks, moved) == (0, {})


def test_the_week_of_the_pause_is_lost_and_that_of_the_resuming_is_not():
    resumed, _ = after(date(2025, 10, 12))
    assert resumed.weeks == 1
    assert after(MONDAY_OF_WEEK_5 + 2 * WEEK)[0].weeks == 2


def test_a_clock_runs_again_once():
    given(timetable).when(resume(IN_WEEK_5)).refused(ClockNotPaused)
    resumed = ClockResumed(inspection_id=INSPECTION, on_day=IN_WEEK_5, weeks=0)
    given(timetable, paused(), resumed).when(resume(IN_WEEK_5)).refused(ClockNotPaused)


def test_a_clock_does_not_run_again_before_it_was_paused():
    refused = given(timetable, paused()).when(resume(IN_WEEK_5 - timedelta(days=1))).refused(ResumedBeforePaused)
    assert refused.details == {"from_day": IN_WEEK_5, "pointer": "/on_day"}


def test_a_pause_lasts_two_years_at_most():
    assert after(MONDAY_OF_WEEK_5 + 104 * WEEK)[0].weeks == 104
    refused = given(timetable, paused()).when(resume(MONDAY_OF_WEEK_5 + 105 * WEEK)).refused(PauseTooLong)
    assert refused.details == {"pointer": "/on_day"}
    given(timetable, paused()).when(resume(date.max)).refused(PauseTooLong)


def test_a_timetable_moves_on_within_the_calendar():
    last = replace(timetable, steps=(StepDates(code=PUBLICATION, starts_on=date.max, ends_on=date.max),))
    still = ClockResumed(inspection_id=INSPECTION, on_day=date.max, weeks=0)
    given(last, paused(date.max)).when(resume(date.max)).then(still)
    late = replace(timetable, steps=(StepDates(code=PUBLICATION, starts_on=date(9999, 12, 1), ends_on=date.max),))
    past = given(late, paused(date(9999, 12, 1))).when(resume(date(9999, 12, 20)))
    assert past.refused(BeyondCalendar).details == {"pointer": "/on_day"}


def test_so_many_excluded_weeks_in_the_way_must_be_a_mistake():
    many = without(*weeks_from(MONDAY_OF_WEEK_5 + WEEK, MOST_EXCLUDED + 1))
    given(timetable, paused(), calendars=many).when(resume(date(2025, 10, 6))).refused(TooManyExcludedWeeks)


def test_where_everything_is_done_the_clock_just_runs_again():
    everything = [done(each.code) for each in EDITION.steps]
    assert after(date(2025, 10, 22), *everything)[1] == {}
