"""A timetable's steps are done one by one: by hand, by what comes in, by what is out."""

from collections.abc import Iterator
from datetime import date

from services.scheduling.aggregates.inspection import Inspection, inspection, refuse_closed
from services.scheduling.aggregates.timetable import open_step, steps_of
from services.scheduling.commands import CompleteOutputStep, CompleteReturnStep, CompleteStep
from services.scheduling.events import ReturnReceived
from shared.contracts.scheduling import StepCompleted
from shared.vocabulary.identity import InspectionId, StepCode


@inspection.decides()
def complete_step(command: CompleteStep, state: Inspection) -> Iterator[StepCompleted]:
    """A step is done once."""
    refuse_closed(state)
    open_step(state, command.code)
    yield completed(command.inspection_id, command.code, command.today or date.max)


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
    closing = {step.code for step in steps_of(state) if step.kind is command.kind}
    yield from _completing(state, closing, command.inspection_id, command.completed_on)


def _completing(
    state: Inspection, codes: set[StepCode], inspection_id: InspectionId, on: date
) -> Iterator[StepCompleted]:
    for step in state.steps:
        if step.code in codes and step.code not in state.completed and not state.closed:
            yield completed(inspection_id, step.code, on)


def completed(inspection_id: InspectionId, code: StepCode, on: date) -> StepCompleted:
    """A step is done."""
    return StepCompleted(inspection_id=inspection_id, code=code, completed_on=on)
