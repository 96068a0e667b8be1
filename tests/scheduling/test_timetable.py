"""An inspection's timetable: laid, moved and completed, given, when, then."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.scheduling.aggregates import completing  # noqa: F401 - its decisions belong to the inspection
from services.scheduling.aggregates.calendar import Calendar
from services.scheduling.aggregates.inspection import InspectionIsClosed, inspection
from services.scheduling.aggregates.timetable import (
    BeforeOpening,
    BeyondCalendar,
    MoveTooFar,
    StepAlreadyCompleted,
    StepUnknown,
    TimetableAlreadyLaid,
    TimetableNotLaid,
    TooManyExcludedWeeks,
    WindowHasEnded,
)
from services.scheduling.commands import (
    CompleteOutputStep,
    CompleteReturnStep,
    CompleteStep,
    LayTimetable,
    MoveStep,
)
from services.scheduling.events import ReturnReceived
from services.scheduling.policies import policies
from shared.contracts.evidence import ReturnSubmitted
from shared.contracts.scheduling import StepCompleted, StepMoved, TimetableLaid
from shared.methodologies.weeks import MOST_EXCLUDED, StepDates, laid
from shared.testing import Given
from shared.vocabulary.areas import area_of
from shared.vocabulary.identity import ReasonCode, ReturnId, StepCode
from shared.vocabulary.methods import Closing, ReturnKind, StepKind
from tests.scheduling.facts import AYRSHIRE, EDITION, INSPECTION, MONDAY, NATION, closed, opened, published, timetable

WEEK = timedelta(weeks=1)
FREE: tuple[Calendar, ...] = (Calendar(),)
ILLNESS = ReasonCode("illness")
TODAY = date(2025, 9, 19)
DOCUMENTS, FIRST_RETURN = StepCode("document-return"), StepCode("pre-inspection-return")
PUBLICATION, FOLLOW_UP = StepCode("publication"), StepCode("follow-up")


def lay(begins_on: date = MONDAY) -> LayTimetable:
    return LayTimetable(inspection_id=INSPECTION, begins_on=begins_on)


def move(code: StepCode = PUBLICATION, weeks: int = 1) -> MoveStep:
    return MoveStep(inspection_id=INSPECTION, code=code, weeks=weeks, reason=ILLNESS)


def complete(code: StepCode) -> CompleteStep:
    return CompleteStep(inspection_id=INSPECTION, code=code, today=TODAY)


def comes_in(kind: ReturnKind) -> CompleteReturnStep:
    return CompleteReturnStep(inspection_id=INSPECTION, kind=kind, completed_on=TODAY)


def is_out(kind: StepKind = StepKind.PUBLICATION, on: date = TODAY) -> CompleteOutputStep:
    return CompleteOutputStep(inspection_id=INSPECTION, kind=kind, completed_on=on)


def done(code: StepCode) -> StepCompleted:
    return StepCompleted(inspection_id=INSPECTION, code=code, completed_on=TODAY)


def received(kind: ReturnKind) -> ReturnReceived:
    return ReturnReceived(inspection_id=INSPECTION, kind=kind, received_on=TODAY)


def without(*mondays: date) -> tuple[Calendar, ...]:
    return (Calendar(frozenset(mondays)),)


def weeks_from(monday: date, number: int) -> list[date]:
    return [monday + n * WEEK for n in range(number)]


def step(code: StepCode, steps: tuple[StepDates, ...] = timetable.steps) -> StepDates:
    return next(each for each in steps if each.code == code)


def later(code: StepCode, weeks: int, was: StepDates | None = None) -> StepMoved:
    was = was or step(code)
    return StepMoved(
        inspection_id=INSPECTION,
        code=code,
        starts_on=was.starts_on + weeks * WEEK,
        ends_on=was.ends_on + weeks * WEEK,
        was_from=was.starts_on,
        was_to=was.ends_on,
        reason=ILLNESS,
    )


def given(*past: Any, calendars: tuple[Calendar, ...] = FREE) -> Given:
    return Given(inspection, opened, *past, calendars=calendars)


def test_a_timetable_is_laid_from_its_editions_weeks():
    given().when(lay()).then(timetable)
    assert step(PUBLICATION).ends_on == date(2026, 1, 23)
    assert len(timetable.steps) == len(EDITION.steps)


def test_weeks_that_do_not_count_are_passed_over_and_kept_with_the_timetable():
    autumn = weeks_from(date(2025, 10, 13), 2)
    steps = laid(EDITION.steps, MONDAY, frozenset(autumn))
    expected = TimetableLaid(inspection_id=INSPECTION, steps=steps, excluded_weeks=tuple(autumn))
    given(calendars=without(*autumn)).when(lay()).then(expected)
    assert step(PUBLICATION, steps).ends_on == date(2026, 2, 6)


def test_a_week_excluded_in_any_of_an_areas_councils_counts_for_none():
    first, second, both = date(2025, 9, 8), date(2025, 9, 22), date(2025, 10, 6)
    calendars = (*without(first, both), Calendar(), *without(second, both))
    past = replace(opened, area=area_of(AYRSHIRE))
    excluded = (first, second, both)
    steps = laid(EDITION.steps, MONDAY, frozenset(excluded))
    expected = TimetableLaid(inspection_id=INSPECTION, steps=steps, excluded_weeks=excluded)
    Given(inspection, past, calendars=calendars).when(lay()).then(expected)
    assert [dates.starts_on for dates in steps if dates.starts_on in excluded] == []


def test_the_calendars_of_all_of_an_areas_councils_are_looked_at():
    state = inspection.state([replace(opened, area=area_of(AYRSHIRE))])
    expected = [f"calendar/{council}" for council in (*AYRSHIRE, NATION)]
    for command in (lay(), move()):
        look = inspection.decisions[type(command)].looks["calendars"]
        assert look.streams(command, state) == expected


def test_an_inspection_of_the_nation_looks_at_the_nations_calendar_once():
    state = inspection.state([replace(opened, area=area_of([NATION]))])
    assert inspection.decisions[LayTimetable].looks["calendars"].streams(lay(), state) == [f"calendar/{NATION}"]


def test_excluded_weeks_before_and_after_a_timetable_are_not_kept_with_it():
    last = max(each.ends_on for each in timetable.steps)
    around = without(MONDAY - WEEK, last + timedelta(days=3))
    given(calendars=around).when(lay()).then(timetable)


def test_an_excluded_week_is_kept_though_the_step_that_begins_last_has_ended_before_it():
    farewell = replace(EDITION.steps[-1], code=StepCode("farewell"), week_to=EDITION.steps[-1].week_from)
    steps, excluded = (*EDITION.steps, farewell), (step(FOLLOW_UP).ends_on - timedelta(days=4),)
    assert excluded[0] > laid(steps, MONDAY, frozenset())[-1].ends_on
    expected = TimetableLaid(
        inspection_id=INSPECTION, steps=laid(steps, MONDAY, frozenset(excluded)), excluded_weeks=excluded
    )
    past = replace(opened, edition=replace(EDITION, steps=steps))
    Given(inspection, past, calendars=without(*excluded)).when(lay()).then(expected)


def test_a_week_that_a_timetable_was_to_begin_in_is_kept_with_it_where_it_does_not_count():
    steps = laid(EDITION.steps, MONDAY, frozenset({MONDAY}))
    expected = TimetableLaid(inspection_id=INSPECTION, steps=steps, excluded_weeks=(MONDAY,))
    given(calendars=without(MONDAY)).when(lay()).then(expected)


def test_a_timetable_is_laid_from_the_content_that_was_pinned_at_the_opening():
    pinned = replace(EDITION, steps=EDITION.steps[:-1])
    assert len(pinned.steps) < len(EDITION.steps)
    past = replace(opened, edition=pinned)
    expected = replace(timetable, steps=laid(pinned.steps, MONDAY, frozenset()))
    Given(inspection, past, calendars=FREE).when(lay()).then(expected)


def test_a_timetable_is_laid_once():
    refused = given(timetable).when(lay()).refused(TimetableAlreadyLaid)
    assert refused.details == {"inspection_id": INSPECTION}


def test_a_timetable_begins_when_its_inspection_opens_or_later():
    refused = given().when(lay(MONDAY - timedelta(days=1))).refused(BeforeOpening)
    assert refused.details == {"opens_on": MONDAY, "pointer": "/begins_on"}
    midweek = replace(opened, opens_on=date(2025, 9, 3))
    Given(inspection, midweek, calendars=FREE).when(lay(date(2025, 9, 2))).refused(BeforeOpening)
    Given(inspection, midweek, calendars=FREE).when(lay(date(2025, 9, 3))).then(timetable)


def test_so_many_excluded_weeks_must_be_a_mistake():
    most = weeks_from(MONDAY, MOST_EXCLUDED)
    steps = laid(EDITION.steps, MONDAY, frozenset(most))
    expected = TimetableLaid(inspection_id=INSPECTION, steps=steps, excluded_weeks=tuple(most))
    given(calendars=without(*most)).when(lay()).then(expected)
    more = without(*weeks_from(MONDAY, MOST_EXCLUDED + 1))
    refused = given(calendars=more).when(lay()).refused(TooManyExcludedWeeks)
    assert refused.details == {"weeks": 105}
    given(timetable, calendars=more).when(move(EDITION.steps[0].code)).refused(TooManyExcludedWeeks)


def test_a_calendar_that_was_kept_for_many_years_is_no_mistake():
    old = without(*weeks_from(MONDAY - 300 * WEEK, 200), *weeks_from(MONDAY + 300 * WEEK, 200))
    given(calendars=old).when(lay()).then(timetable)
    given(timetable, calendars=old).when(move(FOLLOW_UP)).then(later(FOLLOW_UP, 1))


def test_a_timetable_ends_before_the_calendar_does():
    refused = given().when(lay(date(9999, 12, 1))).refused(BeyondCalendar)
    assert refused.details == {"pointer": "/begins_on"}
    last = replace(timetable, steps=(StepDates(code=PUBLICATION, starts_on=date.max, ends_on=date.max),))
    refused = given(last).when(move()).refused(BeyondCalendar)
    assert refused.details == {"pointer": "/weeks"}


def test_a_step_moves_and_every_later_step_with_it():
    codes = [each.code for each in timetable.steps if each.starts_on > step(PUBLICATION).starts_on]
    assert codes == [FOLLOW_UP]
    given(timetable).when(move(weeks=2)).then(later(PUBLICATION, 2), later(FOLLOW_UP, 2))


def test_a_step_of_the_same_week_stays():
    same = {each.code for each in timetable.steps if each.starts_on == step(DOCUMENTS).starts_on}
    assert len(same) > 1
    moved = {fact.code for fact in decided(move(DOCUMENTS))}
    assert moved & same == {DOCUMENTS}


def decided(command: MoveStep, *past: Any) -> list[StepMoved]:
    return inspection.decide(command, inspection.state([opened, timetable, *past]), calendars=FREE)


def test_what_is_done_stays_where_it_was():
    given(timetable, done(FOLLOW_UP)).when(move()).then(later(PUBLICATION, 1))


def test_a_step_moves_by_weeks_that_count():
    moved = later(FOLLOW_UP, 2)
    first_free = step(FOLLOW_UP).starts_on + WEEK
    given(timetable, calendars=without(first_free)).when(move(FOLLOW_UP)).then(
        replace(moved, ends_on=moved.ends_on - WEEK)
    )


def test_a_step_moves_on_from_where_it_was_moved_to():
    first = later(FOLLOW_UP, 3)
    was = StepDates(code=FOLLOW_UP, starts_on=first.starts_on, ends_on=first.ends_on)
    given(timetable, first).when(move(FOLLOW_UP)).then(later(FOLLOW_UP, 1, was))


STAFF = StepCode("staff-survey")


def test_a_window_that_has_ended_does_not_move():
    after = step(STAFF).ends_on + timedelta(days=1)
    refused = given(timetable).when(replace(move(STAFF), today=after)).refused(WindowHasEnded)
    assert refused.details == {"code": STAFF, "ended_on": step(STAFF).ends_on}


def test_a_window_moves_on_its_last_day():
    facts = decided(replace(move(STAFF), today=step(STAFF).ends_on))
    assert facts[0] == later(STAFF, 1)


def test_a_window_that_has_ended_stays_where_later_steps_move():
    ended = {each.code for each in EDITION.steps if each.closes_with is Closing.WINDOW}
    assert ended
    late = max(step(code).ends_on for code in ended) + timedelta(days=1)
    first = EDITION.steps[0].code
    moved = {fact.code for fact in decided(replace(move(first), today=late))}
    assert not moved & ended
    assert moved | ended == {fact.code for fact in decided(move(first))}


@pytest.mark.parametrize("weeks", [0, -1, 53])
def test_a_step_moves_later_by_a_year_at_most(weeks: int):
    refused = given(timetable).when(move(weeks=weeks)).refused(MoveTooFar)
    assert refused.details == {"weeks": weeks, "pointer": "/weeks"}


def test_a_step_may_move_by_a_whole_year():
    given(timetable).when(move(FOLLOW_UP, 52)).then(later(FOLLOW_UP, 52))


def test_what_is_done_is_not_moved():
    refused = given(timetable, done(PUBLICATION)).when(move()).refused(StepAlreadyCompleted)
    assert refused.details == {"code": PUBLICATION}


@pytest.mark.parametrize("command", [move(StepCode("picnic")), complete(StepCode("picnic"))])
def test_a_step_is_one_of_its_editions(command: object):
    looks = {"calendars": FREE} if isinstance(command, MoveStep) else {}
    refused = Given(inspection, opened, timetable, **looks).when(command).refused(StepUnknown)
    assert refused.details == {"pointer": "/code"}


@pytest.mark.parametrize("command", [move(), complete(PUBLICATION)])
def test_without_a_timetable_no_step_moves_or_is_done(command: object):
    looks = {"calendars": FREE} if isinstance(command, MoveStep) else {}
    Given(inspection, opened, **looks).when(command).refused(TimetableNotLaid)


def test_a_step_is_done_once():
    Given(inspection, opened, timetable).when(complete(DOCUMENTS)).then(done(DOCUMENTS))
    past = opened, timetable, done(DOCUMENTS)
    refused = Given(inspection, *past).when(complete(DOCUMENTS)).refused(StepAlreadyCompleted)
    assert refused.details == {"code": DOCUMENTS}


@pytest.mark.parametrize("command", [lay(), move(), complete(PUBLICATION)])
def test_nothing_is_laid_moved_or_done_once_the_inspection_has_ended(command: object):
    looks = {} if isinstance(command, CompleteStep) else {"calendars": FREE}
    Given(inspection, opened, timetable, closed, **looks).when(command).refused(InspectionIsClosed)


def test_a_return_completes_the_step_that_waits_for_it():
    kind = ReturnKind.PRE_INSPECTION_RETURN
    Given(inspection, opened, timetable).when(comes_in(kind)).then(received(kind), done(FIRST_RETURN))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (ReturnKind.DOCUMENT_RETURN, ReturnKind.POSITION_STATEMENT),
        (ReturnKind.POSITION_STATEMENT, ReturnKind.DOCUMENT_RETURN),
    ],
)
def test_a_step_that_waits_for_two_returns_is_done_with_the_last(first: ReturnKind, last: ReturnKind):
    Given(inspection, opened, timetable).when(comes_in(first)).then(received(first))
    Given(inspection, opened, timetable, received(first)).when(comes_in(first)).then()
    Given(inspection, opened, timetable, received(first)).when(comes_in(last)).then(received(last), done(DOCUMENTS))


def test_a_return_that_comes_in_again_changes_nothing():
    kind = ReturnKind.PRE_INSPECTION_RETURN
    Given(inspection, opened, timetable, received(kind), done(FIRST_RETURN)).when(comes_in(kind)).then()


def test_a_return_that_came_before_the_timetable_completes_its_step_when_it_comes_again():
    kind = ReturnKind.PRE_INSPECTION_RETURN
    Given(inspection, opened).when(comes_in(kind)).then(received(kind))
    Given(inspection, opened, received(kind), timetable).when(comes_in(kind)).then(done(FIRST_RETURN))


def test_a_return_that_no_step_waits_for_changes_nothing():
    Given(inspection, opened, timetable).when(comes_in(ReturnKind.SELF_EVALUATION)).then()


def test_a_publication_completes_its_step_once():
    Given(inspection, opened, timetable).when(is_out()).then(done(PUBLICATION))
    Given(inspection, opened, timetable, done(PUBLICATION)).when(is_out()).then()
    Given(inspection, opened).when(is_out()).then()


def test_outputs_complete_steps_of_their_own_kind_only():
    kinds = {each.code: each.kind for each in EDITION.steps}
    facts = inspection.decide(is_out(StepKind.DRAFT), inspection.state([opened, timetable]))
    assert [kinds[fact.code] for fact in facts] == [StepKind.DRAFT]


@pytest.mark.parametrize("command", [comes_in(ReturnKind.PRE_INSPECTION_RETURN), is_out()])
def test_what_comes_after_the_end_is_passed_over(command: object):
    Given(inspection, opened, timetable, closed).when(command).then()


def asked_by(fact: object) -> Iterator[object]:
    for policy in policies[type(fact)]:
        yield from policy(fact)


def test_a_return_that_was_submitted_asks_for_its_step():
    kind = ReturnKind.DOCUMENT_RETURN
    fact = ReturnSubmitted(
        return_id=ReturnId(uuid4()), inspection_id=INSPECTION, kind=kind, submitted_on=TODAY, late=False, rows=3
    )
    assert list(asked_by(fact)) == [comes_in(kind)]


def test_a_published_report_asks_for_the_publication_step():
    assert list(asked_by(published)) == [is_out(on=published.published_on)]
