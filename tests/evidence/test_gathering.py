"""The gathering of evidence, given, when, then."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from services.evidence.aggregates.gathering import GatheringIsClosed, gathering, refuse_unless_open, return_id_of
from services.evidence.commands import AskForReturn, CloseGathering, ExtendWindow, OpenGathering, PlanReturns
from services.evidence.events import ReturnPlanned, ReturnReplanned
from services.evidence.policies import policies
from shared.contracts.scheduling import InspectionClosed, InspectionOpened, StepMoved, TimetableLaid
from shared.errors import NotFound
from shared.methodologies.parts import Request
from shared.methodologies.weeks import StepDates
from shared.testing import Given
from shared.vocabulary.bodies import ScrutinyBody
from shared.vocabulary.identity import IndicatorCode, ProgrammeId, ReasonCode, StepCode
from shared.vocabulary.methods import ReturnKind
from tests.evidence.facts import CLOSED, EDITION, FALKIRK, INSPECTION, OPEN, OPENS_ON, UNKNOWN, closed, opened

open_it = OpenGathering(
    inspection_id=INSPECTION,
    area=FALKIRK,
    reference_date=OPENS_ON,
    looks_back_to=date(2023, 9, 1),
    indicators=EDITION.indicators,
    requests=EDITION.requests,
    scale=EDITION.evaluation.scale,
)
RETURN_STEP, DOCUMENT_STEP = StepCode("pre-inspection-return"), StepCode("document-return")
FIRST_FRIDAY, SECOND_FRIDAY = date(2025, 9, 19), date(2025, 9, 26)


def step(code: StepCode, ends_on: date) -> StepDates:
    return StepDates(code=code, starts_on=ends_on, ends_on=ends_on)


def plan(*steps: StepDates) -> PlanReturns:
    return PlanReturns(inspection_id=INSPECTION, steps=steps)


def planned(request: Request, due_on: date) -> ReturnPlanned:
    return ReturnPlanned(
        inspection_id=INSPECTION,
        return_id=return_id_of(INSPECTION, request),
        kind=request.kind,
        step=request.step,
        due_on=due_on,
    )


def policy_for(fact: object) -> list[object]:
    return [asked for policy in policies[type(fact)] for asked in policy(fact)]


def inspection_opened(opens_on: date) -> InspectionOpened:
    return InspectionOpened(
        inspection_id=INSPECTION,
        programme_id=ProgrammeId(uuid4()),
        area=FALKIRK,
        edition=EDITION,
        partners=(ScrutinyBody.CARE_INSPECTORATE,),
        opens_on=opens_on,
    )


def test_a_gathering_opens_with_what_its_edition_says():
    Given(gathering).when(open_it).then(opened)


def test_a_gathering_opens_once():
    Given(gathering, opened).when(open_it).then()


def test_what_the_edition_requests_is_due_as_its_step_ends():
    first, documents, statement = EDITION.requests
    steps = (step(RETURN_STEP, FIRST_FRIDAY), step(DOCUMENT_STEP, SECOND_FRIDAY), step(StepCode("panel"), OPENS_ON))
    Given(gathering, opened).when(plan(*steps)).then(
        planned(first, FIRST_FRIDAY), planned(documents, SECOND_FRIDAY), planned(statement, SECOND_FRIDAY)
    )


def test_the_same_plan_again_changes_nothing():
    first, *_ = EDITION.requests
    Given(gathering, opened, planned(first, FIRST_FRIDAY)).when(plan(step(RETURN_STEP, FIRST_FRIDAY))).then()


def test_what_is_due_with_a_step_moves_with_it():
    first, *_ = EDITION.requests
    Given(gathering, opened, planned(first, FIRST_FRIDAY)).when(plan(step(RETURN_STEP, SECOND_FRIDAY))).then(
        ReturnReplanned(
            inspection_id=INSPECTION,
            return_id=return_id_of(INSPECTION, first),
            step=RETURN_STEP,
            due_on=SECOND_FRIDAY,
            was_due_on=FIRST_FRIDAY,
        )
    )


def test_nothing_is_planned_once_the_inspection_has_ended():
    Given(gathering, opened, closed).when(plan(step(RETURN_STEP, FIRST_FRIDAY))).then()


def test_a_return_has_the_same_id_whenever_it_is_planned_and_another_for_another_step():
    first, documents, statement = EDITION.requests
    assert return_id_of(INSPECTION, first) == return_id_of(INSPECTION, first)
    assert len({return_id_of(INSPECTION, each) for each in (first, documents, statement)}) == 3
    assert return_id_of(INSPECTION, first) != return_id_of(INSPECTION, replace(first, step=DOCUMENT_STEP))


def test_a_gathering_closes_once():
    close = CloseGathering(inspection_id=INSPECTION, closed_on=closed.closed_on)
    Given(gathering, opened).when(close).then(closed)
    Given(gathering, opened, closed).when(close).then()


def test_a_gathering_looks_back_to_its_first_day_and_not_beyond():
    assert OPEN.looks_at(date(2023, 9, 1))
    assert not OPEN.looks_at(date(2023, 8, 31))
    assert not UNKNOWN.looks_at(OPENS_ON)


def test_the_strictest_limit_of_words_counts():
    wider = Request(kind=ReturnKind.POSITION_STATEMENT, step=RETURN_STEP, due_week=3, max_words=9000)
    more = replace(OPEN, requests=(wider, *OPEN.requests))
    assert more.most_words(ReturnKind.POSITION_STATEMENT) == 5000
    assert more.most_words(ReturnKind.DOCUMENT_RETURN) is None


def test_nothing_is_gathered_for_an_unknown_inspection_or_one_that_has_ended():
    refuse_unless_open(OPEN)
    with pytest.raises(NotFound):
        refuse_unless_open(UNKNOWN)
    with pytest.raises(GatheringIsClosed):
        refuse_unless_open(CLOSED)


def test_evidence_is_gathered_as_soon_as_an_inspection_opens():
    assert policy_for(inspection_opened(OPENS_ON)) == [open_it]
    assert open_it.indicators == tuple(map(IndicatorCode, ("2.1", "5.3", "5.4", "9.2")))


def test_two_years_before_a_leap_day_is_the_last_day_of_february():
    (asked,) = policy_for(inspection_opened(date(2028, 2, 29)))
    assert isinstance(asked, OpenGathering)
    assert asked.looks_back_to == date(2026, 2, 28)


def test_a_timetable_and_its_moves_plan_the_returns():
    dates = step(RETURN_STEP, FIRST_FRIDAY)
    laid = TimetableLaid(inspection_id=INSPECTION, steps=(dates,), excluded_weeks=())
    assert policy_for(laid) == [plan(dates)]
    moved = StepMoved(
        inspection_id=INSPECTION,
        code=RETURN_STEP,
        starts_on=SECOND_FRIDAY,
        ends_on=SECOND_FRIDAY,
        was_from=FIRST_FRIDAY,
        was_to=FIRST_FRIDAY,
        reason=ReasonCode("illness"),
    )
    assert policy_for(moved) == [plan(step(RETURN_STEP, SECOND_FRIDAY))]


def test_what_is_planned_is_asked_for_and_what_is_planned_anew_gets_longer():
    first, *_ = EDITION.requests
    return_id = return_id_of(INSPECTION, first)
    asked = AskForReturn(return_id=return_id, inspection_id=INSPECTION, kind=first.kind, due_on=FIRST_FRIDAY)
    assert policy_for(planned(first, FIRST_FRIDAY)) == [asked]
    anew = ReturnReplanned(
        inspection_id=INSPECTION,
        return_id=return_id,
        step=RETURN_STEP,
        due_on=SECOND_FRIDAY,
        was_due_on=FIRST_FRIDAY,
    )
    extended = ExtendWindow(return_id=return_id, due_on=SECOND_FRIDAY, reason=ReasonCode("step-moved"))
    assert policy_for(anew) == [extended]


def test_an_inspection_that_ends_closes_its_gathering():
    ended = InspectionClosed(inspection_id=INSPECTION, closed_on=closed.closed_on)
    assert policy_for(ended) == [CloseGathering(inspection_id=INSPECTION, closed_on=closed.closed_on)]
