"""An inspection's timetable: laid from its edition's weeks, and moved with a reason."""

from collections.abc import Iterable, Iterator
from datetime import date

from services.scheduling.aggregates.calendar import Calendar, calendar
from services.scheduling.aggregates.inspection import Inspection, inspection, refuse_closed
from services.scheduling.commands import LayTimetable, MoveStep, ResumeClock
from shared.aggregates import each
from shared.contracts.scheduling import StepMoved, TimetableLaid
from shared.errors import Refused
from shared.methodologies.parts import Step
from shared.methodologies.weeks import MOST_EXCLUDED, StepDates, laid, monday_of, shifted
from shared.vocabulary.councils import SCOTLAND
from shared.vocabulary.identity import InspectionId, ReasonCode, StepCode
from shared.vocabulary.methods import Closing

MOST_WEEKS = 52
"""Weeks that a step may be moved by at once."""


class TimetableAlreadyLaid(Refused):
    """This inspection has a timetable; move its steps instead."""


class TimetableNotLaid(Refused):
    """This inspection has no timetable yet; lay it first."""


class BeforeOpening(Refused):
    """A timetable cannot begin before its inspection opens."""

    status = 422


class StepUnknown(Refused):
    """The inspection's edition has no such step."""

    status = 422


class StepAlreadyCompleted(Refused):
    """This step is done; what is done is not moved."""


class WindowHasEnded(Refused):
    """This window has closed; what was open in it is not opened again."""


class MoveTooFar(Refused):
    """A step moves later, by one to 52 weeks at a time."""

    status = 422


class TooManyExcludedWeeks(Refused):
    """So many weeks are excluded that the calendar must be wrong."""


class BeyondCalendar(Refused):
    """No calendar reaches so far; choose earlier dates."""

    status = 422


def _calendars(_command: LayTimetable | MoveStep | ResumeClock, state: Inspection) -> tuple[str, ...]:
    own = state.area.councils if state.area else ()
    return tuple(dict.fromkeys((*own, SCOTLAND)))


CALENDARS = each(calendar, _calendars)
"""Those of an area's councils, and the nation's, which binds everybody."""


@inspection.decides(calendars=CALENDARS)
def lay_timetable(
    command: LayTimetable, state: Inspection, *, calendars: tuple[Calendar, ...]
) -> Iterator[TimetableLaid]:
    """A week that is excluded in any of the area's councils, or in the nation, does not count."""
    refuse_closed(state)
    if state.steps:
        raise TimetableAlreadyLaid(inspection_id=command.inspection_id)
    if state.opens_on is not None and command.begins_on < state.opens_on:
        raise BeforeOpening(opens_on=state.opens_on, pointer="/begins_on")
    excluded = excluded_in(calendars)
    try:
        steps = laid(steps_of(state), command.begins_on, excluded)
    except OverflowError:
        raise BeyondCalendar(pointer="/begins_on") from None
    kept = within(excluded, monday_of(command.begins_on), steps)
    yield TimetableLaid(inspection_id=command.inspection_id, steps=steps, excluded_weeks=kept)


def excluded_in(calendars: tuple[Calendar, ...]) -> frozenset[date]:
    """The Mondays of the weeks that do not count in any of some calendars."""
    return frozenset(week for each_ in calendars for week in each_.excluded)


def within(excluded: frozenset[date], first: date, steps: Iterable[StepDates]) -> tuple[date, ...]:
    """The excluded weeks that the steps are spread over; a calendar may well hold those of many years."""
    last = max(step.ends_on for step in steps)
    kept = tuple(sorted(week for week in excluded if first <= week <= last))
    if len(kept) > MOST_EXCLUDED:
        raise TooManyExcludedWeeks(weeks=len(kept))
    return kept


@inspection.decides(calendars=CALENDARS)
def move_step(command: MoveStep, state: Inspection, *, calendars: tuple[Calendar, ...]) -> Iterator[StepMoved]:
    """Later open steps move with it; what is done or closed stays where it was, and old dates stay in the log."""
    refuse_closed(state)
    moved = open_step(state, command.code)
    movable = open_steps(state, command.today or date.min)
    if moved not in movable:
        raise WindowHasEnded(code=command.code, ended_on=moved.ends_on)
    if not 1 <= command.weeks <= MOST_WEEKS:
        raise MoveTooFar(weeks=command.weeks, pointer="/weeks")
    later = [step for step in movable if step.code == command.code or step.starts_on > moved.starts_on]
    excluded = excluded_in(calendars)
    try:
        anew = [shifted(step, command.weeks, excluded) for step in later]
    except OverflowError:
        raise BeyondCalendar(pointer="/weeks") from None
    within(excluded, moved.starts_on, anew)
    for was, to in zip(later, anew, strict=True):
        yield step_moved(command.inspection_id, was, to, command.reason)


def step_moved(inspection_id: InspectionId, was: StepDates, to: StepDates, reason: ReasonCode) -> StepMoved:
    """A step's new dates, beside those that it had."""
    return StepMoved(
        inspection_id=inspection_id,
        code=was.code,
        starts_on=to.starts_on,
        ends_on=to.ends_on,
        was_from=was.starts_on,
        was_to=was.ends_on,
        reason=reason,
    )


def open_steps(state: Inspection, today: date) -> tuple[StepDates, ...]:
    """The steps that are neither done nor windows that have ended."""
    windows = {step.code for step in steps_of(state) if step.closes_with is Closing.WINDOW}
    return tuple(
        step
        for step in state.steps
        if step.code not in state.completed and (step.code not in windows or step.ends_on >= today)
    )


def open_step(state: Inspection, code: StepCode) -> StepDates:
    """A step that is not done yet."""
    if not state.steps:
        raise TimetableNotLaid
    found = next((step for step in state.steps if step.code == code), None)
    if found is None:
        raise StepUnknown(pointer="/code")
    if code in state.completed:
        raise StepAlreadyCompleted(code=code)
    return found


def steps_of(state: Inspection) -> tuple[Step, ...]:
    """The steps of the edition that was pinned."""
    return state.edition.steps if state.edition else ()
