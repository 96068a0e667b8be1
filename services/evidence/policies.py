"""Whenever that happens, evidence does this."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from services.evidence.aggregates.disposal import REMIND
from services.evidence.commands import (
    AskForReturn,
    CloseGathering,
    ExtendWindow,
    NotePublication,
    NotifyCoordinator,
    OpenGathering,
    PlanReturns,
    RemindOfDisposal,
)
from services.evidence.events import DisposalDue, ReturnOverSupplied, ReturnPlanned, ReturnReplanned
from shared.contracts.reporting import ReportPublished
from shared.contracts.scheduling import InspectionClosed, InspectionOpened, StepMoved, TimetableLaid
from shared.methodologies.weeks import StepDates
from shared.sourcing.service import Later, Policies, on_day
from shared.vocabulary.identity import ReasonCode

STEP_MOVED: Final = ReasonCode("step-moved")

policies = Policies()


@policies.whenever
def an_inspection_opens(fact: InspectionOpened) -> Iterator[OpenGathering]:
    """Evidence is gathered for it, for what its edition evaluates and as far back as it looks."""
    yield OpenGathering(
        inspection_id=fact.inspection_id,
        area=fact.area,
        reference_date=fact.opens_on,
        looks_back_to=_years_before(fact.opens_on, fact.edition.period.looks_back_years),
        indicators=fact.edition.indicators,
        requests=fact.edition.requests,
        scale=fact.edition.evaluation.scale,
        strata=fact.edition.strata,
        stages=tuple(stage.code for stage in fact.edition.stages),
        phase=fact.edition.phase,
        validation=fact.edition.validation,
    )


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


@policies.whenever
def a_timetable_is_laid(fact: TimetableLaid) -> Iterator[PlanReturns]:
    """Now it is known when the returns are due."""
    yield PlanReturns(inspection_id=fact.inspection_id, steps=fact.steps)


@policies.whenever
def a_step_moves(fact: StepMoved) -> Iterator[PlanReturns]:
    """What is due with it moves too."""
    moved = StepDates(code=fact.code, starts_on=fact.starts_on, ends_on=fact.ends_on)
    yield PlanReturns(inspection_id=fact.inspection_id, steps=(moved,))


@policies.whenever
def a_return_is_planned(fact: ReturnPlanned) -> Iterator[AskForReturn]:
    """The partnership is asked for it."""
    yield AskForReturn(return_id=fact.return_id, inspection_id=fact.inspection_id, kind=fact.kind, due_on=fact.due_on)


@policies.whenever
def a_return_is_planned_anew(fact: ReturnReplanned) -> Iterator[ExtendWindow]:
    """The partnership has until the step's new end; where it was given longer by hand, it keeps that."""
    yield ExtendWindow(return_id=fact.return_id, due_on=fact.due_on, reason=STEP_MOVED)


@policies.whenever
def a_return_holds_too_much(fact: ReturnOverSupplied) -> Iterator[NotifyCoordinator]:
    """The co-ordinator is let know: whoever sent it may have a breach of data protection to report."""
    yield NotifyCoordinator(inspection_id=fact.inspection_id, return_id=fact.return_id, notice=fact.notice, today=None)


@policies.whenever
def an_inspection_closes(fact: InspectionClosed) -> Iterator[CloseGathering]:
    """Nothing more is gathered for it."""
    yield CloseGathering(inspection_id=fact.inspection_id, closed_on=fact.closed_on)


@policies.whenever
def a_report_is_published(fact: ReportPublished) -> Iterator[NotePublication]:
    """Its records are kept for a year from now at least."""
    yield NotePublication(inspection_id=fact.inspection_id, published_on=fact.published_on)


@policies.whenever
def records_are_to_be_disposed_of(fact: DisposalDue) -> Iterator[Later]:
    """Somebody is reminded in time, unless the day has moved by then."""
    yield on_day(RemindOfDisposal(inspection_id=fact.inspection_id, due_on=fact.due_on), fact.due_on - REMIND)
