"""An inspection's timetable: laid from its edition's weeks, moved with a reason, completed step by step."""

from collections.abc import Iterable, Iterator
from datetime import date

from services.scheduling.aggregates.calendar import Calendar, calendar
from services.scheduling.aggregates.inspection import Inspection, inspection, refuse_closed
from services.scheduling.commands import CompleteOutputStep, CompleteReturnStep, CompleteStep, LayTimetable, MoveStep
from services.scheduling.events import ReturnReceived
from shared.aggregates import each
from shared.contracts.scheduling import StepCompleted, StepMoved, TimetableLaid
from shared.errors import Refused
from shared.methodologies.parts import Step
from shared.methodologies.weeks import MOST_EXCLUDED, StepDates, laid, monday_of, shifted
from shared.vocabulary.identity import InspectionId, StepCode

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


class MoveTooFar(Refused):
    """A step moves later, by one to 52 weeks at a time."""

    status = 422


class TooManyExcludedWeeks(Refused):
    """So many weeks are excluded that the calendar must be wrong."""


class BeyondCalendar(Refused):
    """No calendar reaches so far; choose earlier dates."""

    status = 422


def _councils(_command: LayTimetable | MoveStep, state: Inspection) -> tuple[str, ...]:
    return state.area.councils if state.area else ()


@inspection.decides(calendars=each(calendar, _councils))
def lay_timetable(
    command: LayTimetable, state: Inspection, *, calendars: tuple[Calendar, ...]
) -> Iterator[TimetableLaid]:
    """A week that is excluded in any of the area's councils does not count."""
    refuse_closed(state)
    if state.steps:
        raise TimetableAlreadyLaid(inspection_id=command.inspection_id)
    if state.opens_on is not None and command.begins_on < state.opens_on:
        raise BeforeOpening(opens_on=state.opens_on, pointer="/begins_on")
    excluded = _excluded(calendars)
    try:
        steps = laid(_steps(state), command.begins_on, excluded)
    except OverflowError:
        raise BeyondCalendar(pointer="/begins_on") from None
    within = _within(excluded, monday_of(command.begins_on), steps)
    yield TimetableLaid(inspection_id=command.inspection_id, steps=steps, excluded_weeks=within)


def _excluded(calendars: tuple[Calendar, ...]) -> frozenset[date]:
    return frozenset(week for each_ in calendars for week in each_.excluded)


def _within(excluded: frozenset[date], first: date, steps: Iterable[StepDates]) -> tuple[date, ...]:
    """The excluded weeks that the steps are spread over; a calendar may well hold those of many years."""
    last = max(step.ends_on for step in steps)
    within = tuple(sorted(week for week in excluded if first <= week <= last))
    if len(within) > MOST_EXCLUDED:
        raise TooManyExcludedWeeks(weeks=len(within))
    return within


@inspection.decides(calendars=each(calendar, _councils))
def move_step(command: MoveStep, state: Inspection, *, calendars: tuple[Calendar, ...]) -> Iterator[StepMoved]:
    """Later open steps move with it; what is done stays where it was, and every old date stays in the log."""
    refuse_closed(state)
    moved = _open_step(state, command.code)
    if not 1 <= command.weeks <= MOST_WEEKS:
        raise MoveTooFar(weeks=command.weeks, pointer="/weeks")
    later = [step for step in state.steps if step.code == command.code or step.starts_on > moved.starts_on]
    open_ = [step for step in later if step.code not in state.completed]
    excluded = _excluded(calendars)
    try:
        anew = [shifted(step, command.weeks, excluded) for step in open_]
    except OverflowError:
        raise BeyondCalendar(pointer="/weeks") from None
    _within(excluded, moved.starts_on, anew)
    for was, to in zip(open_, anew, strict=True):
        yield StepMoved(
            inspection_id=command.inspection_id,
            code=was.code,
            starts_on=to.starts_on,
            ends_on=to.ends_on,
            was_from=was.starts_on,
            was_to=was.ends_on,
            reason=command.reason,
        )


@inspection.decides()
def complete_step(command: CompleteStep, state: Inspection) -> Iterator[StepCompleted]:
    """A step is done once."""
    refuse_closed(state)
    _open_step(state, command.code)
    yield _completed(command.inspection_id, command.code, command.today or date.max)


@inspection.decides()
def complete_return_step(command: CompleteReturnStep, state: Inspection) -> Iterator[ReturnReceived | StepCompleted]:
    """A step closes once every kind of return that it waits for has come in."""
    requests = state.edition.requests if state.edition else ()
    waiting = {asked.step for asked in requests if asked.kind is command.kind}
    if waiting and not state.closed and command.kind not in state.returned:
        yield ReturnReceived(inspection_id=command.inspection_id, kind=command.kind, received_on=command.completed_on)
    still = {asked.step for asked in requests if asked.kind not in state.returned | {command.kind}}
    yield from _completing(state, waiting - still, command.inspection_id, command.completed_on)


@inspection.decides()
def complete_output_step(command: CompleteOutputStep, state: Inspection) -> Iterator[StepCompleted]:
    """A report's publication closes the step that waited for it."""
    closing = {step.code for step in _steps(state) if step.kind is command.kind}
    yield from _completing(state, closing, command.inspection_id, command.completed_on)


def _completing(
    state: Inspection, codes: set[StepCode], inspection_id: InspectionId, on: date
) -> Iterator[StepCompleted]:
    for step in state.steps:
        if step.code in codes and step.code not in state.completed and not state.closed:
            yield _completed(inspection_id, step.code, on)


def _completed(inspection_id: InspectionId, code: StepCode, on: date) -> StepCompleted:
    return StepCompleted(inspection_id=inspection_id, code=code, completed_on=on)


def _open_step(state: Inspection, code: StepCode) -> StepDates:
    if not state.steps:
        raise TimetableNotLaid
    found = next((step for step in state.steps if step.code == code), None)
    if found is None:
        raise StepUnknown(pointer="/code")
    if code in state.completed:
        raise StepAlreadyCompleted(code=code)
    return found


def _steps(state: Inspection) -> tuple[Step, ...]:
    return state.edition.steps if state.edition else ()
