"""Whenever that happens, or the day comes, scheduling does this."""

from collections.abc import Iterator
from datetime import date, timedelta

from services.scheduling.commands import (
    CompleteOutputStep,
    CompleteReturnStep,
    NoteInspection,
    PassLastDay,
    PassLastDays,
    RecheckAssignments,
    RemindOfStep,
)
from services.scheduling.events import EmploymentChanged, InterestDeclared
from shared.contracts.evidence import ReturnSubmitted
from shared.contracts.reporting import ReportPublished
from shared.contracts.scheduling import ClockResumed, InspectionOpened, StepMoved, TimetableLaid
from shared.sourcing.service import Later, Policies, on_day
from shared.vocabulary.identity import InspectionId, StepCode
from shared.vocabulary.methods import StepKind

REMINDED_DAYS_BEFORE = 7
"""Days before its last that a step is called to mind; no source says how many, this is ours."""
DAY = timedelta(days=1)
EARLIEST, LATEST = date(2, 1, 1), date(9998, 12, 31)
"""Before and beyond these no clock is set: the calendar itself ends."""

policies = Policies()


@policies.whenever
def a_return_comes_in(fact: ReturnSubmitted) -> Iterator[CompleteReturnStep]:
    """The step that waited for it is done."""
    yield CompleteReturnStep(inspection_id=fact.inspection_id, kind=fact.kind, completed_on=fact.submitted_on)


@policies.whenever
def a_report_is_published(fact: ReportPublished) -> Iterator[CompleteOutputStep]:
    """The step that led to it is done."""
    yield CompleteOutputStep(
        inspection_id=fact.inspection_id, kind=StepKind.PUBLICATION, completed_on=fact.published_on
    )


@policies.whenever
def an_inspection_opens(fact: InspectionOpened) -> Iterator[NoteInspection]:
    """Its programme does not drop the area any more, and does not end before it."""
    yield NoteInspection(programme_id=fact.programme_id, inspection_id=fact.inspection_id, area=fact.area)


@policies.whenever
def a_timetable_is_laid(fact: TimetableLaid) -> Iterator[Later]:
    """Every step has a last day: somebody is reminded before, and it is looked at after."""
    for step in fact.steps:
        yield from _around(fact.inspection_id, step.code, step.ends_on)


@policies.whenever
def a_step_moves(fact: StepMoved) -> Iterator[Later]:
    """Its last day is another; what was to happen around the old one finds that and does nothing."""
    yield from _around(fact.inspection_id, fact.code, fact.ends_on)


def _around(inspection_id: InspectionId, code: StepCode, last_day: date) -> Iterator[Later]:
    if EARLIEST <= last_day <= LATEST:
        reminder = RemindOfStep(inspection_id=inspection_id, code=code, last_day=last_day, today=None)
        yield on_day(reminder, last_day - REMINDED_DAYS_BEFORE * DAY)
        yield on_day(PassLastDay(inspection_id=inspection_id, code=code, last_day=last_day), last_day + DAY)


@policies.whenever
def a_clock_runs_again(fact: ClockResumed) -> Iterator[PassLastDays]:
    """What passed in the meantime without moving is caught up with."""
    yield PassLastDays(inspection_id=fact.inspection_id, today=None)


@policies.whenever
def somebody_works_elsewhere(fact: EmploymentChanged) -> Iterator[RecheckAssignments]:
    """They may have become tied to an area that they inspect."""
    yield RecheckAssignments(person_id=fact.person_id, today=None)


@policies.whenever
def somebody_declares_an_interest(fact: InterestDeclared) -> Iterator[RecheckAssignments]:
    """They may have become tied to an area that they inspect."""
    yield RecheckAssignments(person_id=fact.person_id, today=None)
