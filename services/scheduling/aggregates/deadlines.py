"""The last days of a timetable's steps: somebody is reminded before, and what is not done after is overdue."""

from collections.abc import Iterator
from datetime import date

from services.scheduling.aggregates.completing import completed
from services.scheduling.aggregates.inspection import Inspection, inspection
from services.scheduling.aggregates.timetable import steps_of
from services.scheduling.commands import PassLastDay, PassLastDays, RemindOfStep
from services.scheduling.events import StepDueSoon, StepOverdue
from shared.contracts.scheduling import StepCompleted
from shared.methodologies.weeks import StepDates
from shared.vocabulary.identity import InspectionId, StepCode
from shared.vocabulary.methods import Closing


@inspection.decides()
def remind_of_step(command: RemindOfStep, state: Inspection) -> Iterator[StepDueSoon]:
    """What was moved, done, paused or is too late already needs no reminder of that day."""
    due = _due(state, command.code, command.last_day)
    if due is not None and (command.today or date.min) <= due.ends_on:
        yield StepDueSoon(inspection_id=command.inspection_id, code=due.code, last_day=due.ends_on)


@inspection.decides()
def pass_last_day(command: PassLastDay, state: Inspection) -> Iterator[StepCompleted | StepOverdue]:
    """A window closes by itself; anything else is either done or overdue."""
    due = _due(state, command.code, command.last_day)
    if due is not None:
        yield from _passing(state, due, command.inspection_id)


@inspection.decides()
def pass_last_days(command: PassLastDays, state: Inspection) -> Iterator[StepCompleted | StepOverdue]:
    """What passed while the clock stood still, and did not move with it, is caught up with."""
    for step in state.steps:
        if step.ends_on < (command.today or date.min) and _due(state, step.code, step.ends_on):
            yield from _passing(state, step, command.inspection_id)


def _due(state: Inspection, code: StepCode, last_day: date) -> StepDates | None:
    """The step, if it is open, still has that last day, and the clock runs."""
    if state.closed or state.paused is not None or code in state.completed:
        return None
    return next((step for step in state.steps if step.code == code and step.ends_on == last_day), None)


def _passing(state: Inspection, step: StepDates, inspection_id: InspectionId) -> Iterator[StepCompleted | StepOverdue]:
    windows = {each.code for each in steps_of(state) if each.closes_with is Closing.WINDOW}
    if step.code in windows:
        yield completed(inspection_id, step.code, step.ends_on)
    elif step.code not in state.overdue:
        yield StepOverdue(inspection_id=inspection_id, code=step.code, last_day=step.ends_on)
