"""An inspection's clock: stopped with a reason and set going again; open steps move by the weeks that were lost."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from services.scheduling.aggregates.calendar import Calendar
from services.scheduling.aggregates.inspection import Inspection, Pause, inspection, refuse_closed
from services.scheduling.aggregates.timetable import (
    CALENDARS,
    BeyondCalendar,
    TimetableNotLaid,
    excluded_in,
    open_steps,
    step_moved,
    within,
)
from services.scheduling.commands import PauseClock, ResumeClock
from shared.contracts.scheduling import ClockPaused, ClockResumed, StepMoved
from shared.errors import Refused
from shared.methodologies.weeks import WEEK, StepDates, monday_of, shifted

LONGEST_PAUSE = timedelta(weeks=104)


class ClockAlreadyPaused(Refused):
    """The clock of this inspection stands still already."""


class ClockNotPaused(Refused):
    """The clock of this inspection is running."""


class PausedBeforeBeginning(Refused):
    """The clock runs from the timetable's first day; pause it then or later."""

    status = 422


class ResumedBeforePaused(Refused):
    """A clock runs again on the day on which it was paused, or later."""

    status = 422


class PauseTooLong(Refused):
    """A pause lasts two years at most; close the inspection instead."""

    status = 422


@inspection.decides()
def pause_clock(command: PauseClock, state: Inspection) -> Iterator[ClockPaused]:
    """Nothing moves yet: how far is known once the clock runs again."""
    refuse_closed(state)
    if not state.steps:
        raise TimetableNotLaid
    if state.paused is not None:
        raise ClockAlreadyPaused(from_day=state.paused.from_day)
    begins_on = min(step.starts_on for step in state.steps)
    if command.from_day < begins_on:
        raise PausedBeforeBeginning(begins_on=begins_on, pointer="/from_day")
    yield ClockPaused(inspection_id=command.inspection_id, from_day=command.from_day, reason=command.reason)


@inspection.decides(calendars=CALENDARS)
def resume_clock(
    command: ResumeClock, state: Inspection, *, calendars: tuple[Calendar, ...]
) -> Iterator[ClockResumed | StepMoved]:
    """The pause's own week is lost, that of the resuming is not; a window that had ended before stays closed."""
    refuse_closed(state)
    if state.paused is None:
        raise ClockNotPaused
    if command.on_day < state.paused.from_day:
        raise ResumedBeforePaused(from_day=state.paused.from_day, pointer="/on_day")
    excluded = excluded_in(calendars)
    weeks = _lost(state.paused.from_day, command.on_day, excluded)
    yield ClockResumed(inspection_id=command.inspection_id, on_day=command.on_day, weeks=weeks)
    open_ = open_steps(state, state.paused.from_day) if weeks else ()
    try:
        anew = [_after(step, state.paused, weeks, excluded) for step in open_]
    except OverflowError:
        raise BeyondCalendar(pointer="/on_day") from None
    if anew:
        within(excluded, state.paused.from_day, anew)
    for was, to in zip(open_, anew, strict=True):
        yield step_moved(command.inspection_id, was, to, state.paused.reason)


def _lost(from_day: date, on_day: date, excluded: frozenset[date]) -> int:
    """How many weeks that count passed by."""
    first, last = monday_of(from_day), monday_of(on_day)
    if last - first > LONGEST_PAUSE:
        raise PauseTooLong(pointer="/on_day")
    return sum(first + n * WEEK not in excluded for n in range((last - first) // WEEK))


def _after(step: StepDates, pause: Pause, weeks: int, excluded: frozenset[date]) -> StepDates:
    """A step's dates after a pause; what was under way keeps the day on which it began."""
    moved = shifted(step, weeks, excluded)
    return replace(moved, starts_on=step.starts_on) if step.starts_on < pause.from_day else moved
