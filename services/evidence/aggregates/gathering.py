"""The gathering of evidence for one inspection: how far it looks back, what it asks for, and until when."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import uuid5

from services.evidence.commands import CloseGathering, OpenGathering, PlanReturns, RecordEmptyStratum
from services.evidence.events import (
    ChosenForValidation,
    GatheringClosed,
    GatheringOpened,
    ReturnPlanned,
    ReturnReplanned,
    SelfEvaluationWindowSet,
    ValidationScopeChanged,
)
from shared.aggregates import Aggregate, one
from shared.contracts.evidence import StratumFoundEmpty
from shared.errors import NotFound, Refused
from shared.methodologies.looking import Phase, Validation
from shared.methodologies.parts import Request
from shared.vocabulary.areas import Area
from shared.vocabulary.identity import (
    IndicatorCode,
    InspectionId,
    ReturnId,
    ScaleCode,
    SelfEvaluationId,
    StageCode,
    StepCode,
    StratumCode,
)
from shared.vocabulary.methods import ReturnKind


class GatheringIsClosed(Refused):
    """The inspection has ended: nothing more is gathered for it."""


class StratumOutsideEdition(Refused):
    """The inspection's edition samples no records of this kind."""

    status = 422


@dataclass(frozen=True, slots=True)
class Gathering:
    """What a gathering's facts add up to."""

    area: Area | None = None
    reference_date: date | None = None
    looks_back_to: date | None = None
    indicators: tuple[IndicatorCode, ...] = ()
    requests: tuple[Request, ...] = ()
    due: MappingProxyType[StepCode, date] = field(default_factory=lambda: MappingProxyType({}))
    scale: ScaleCode | None = None
    strata: tuple[StratumCode, ...] = ()
    empty_strata: frozenset[StratumCode] = frozenset()
    stages: tuple[StageCode, ...] = ()
    phase: Phase | None = None
    validation: Validation | None = None
    window_closes_on: date | None = None
    to_validate: int = 0
    chosen: frozenset[SelfEvaluationId] = frozenset()
    closed_on: date | None = None

    def looks_at(self, day: date) -> bool:
        """Whether a day lies in the time that the inspection looks at."""
        return self.looks_back_to is not None and day >= self.looks_back_to

    def most_words(self, kind: ReturnKind) -> int | None:
        """How many words a return of this kind may have; None where nothing is said."""
        limits = (asked.max_words for asked in self.requests if asked.kind is kind)
        return min((limit for limit in limits if limit is not None), default=None)


def evolve(state: Gathering, fact: Any) -> Gathering:
    """Add a fact up."""
    match fact:
        case GatheringOpened():
            return replace(
                state,
                area=fact.area,
                reference_date=fact.reference_date,
                looks_back_to=fact.looks_back_to,
                indicators=fact.indicators,
                requests=fact.requests,
                scale=fact.scale,
                strata=fact.strata,
                stages=fact.stages,
                phase=fact.phase,
                validation=fact.validation,
                to_validate=fact.validation.planned if fact.validation else 0,
            )
        case StratumFoundEmpty():
            return replace(state, empty_strata=state.empty_strata | {fact.stratum})
        case SelfEvaluationWindowSet():
            return replace(state, window_closes_on=fact.closes_on)
        case ValidationScopeChanged():
            return replace(state, to_validate=fact.planned)
        case ChosenForValidation():
            return replace(state, chosen=state.chosen | {fact.self_evaluation_id})
        case ReturnPlanned() | ReturnReplanned():
            return replace(state, due=MappingProxyType({**state.due, fact.step: fact.due_on}))
        case GatheringClosed():
            return replace(state, closed_on=fact.closed_on)
    return state


gathering = Aggregate("gathering", by="inspection_id", about="inspection_id", initial=Gathering(), evolve=evolve)

NAMED_INSPECTION = one(gathering, lambda command, _state: command.inspection_id)
"""Read beside a decision: the inspection that the command names."""
OWN_INSPECTION = one(gathering, lambda _command, state: state.inspection_id)
"""Read beside a decision: the inspection that what is decided on belongs to."""


def refuse_unless_open(state: Gathering) -> None:
    """Evidence is gathered for an inspection from its opening to its end."""
    if state.reference_date is None:
        raise NotFound
    if state.closed_on is not None:
        raise GatheringIsClosed(closed_on=state.closed_on)


def return_id_of(inspection_id: InspectionId, asked: Request) -> ReturnId:
    """The id of the return that an edition requests with a step: the same whenever it is planned."""
    return ReturnId(uuid5(inspection_id, f"{asked.kind.value}/{asked.step}"))


@gathering.decides(creates=True)
def open_gathering(command: OpenGathering, state: Gathering) -> Iterator[GatheringOpened]:
    """It begins once."""
    if state.reference_date is None:
        yield GatheringOpened(
            inspection_id=command.inspection_id,
            area=command.area,
            reference_date=command.reference_date,
            looks_back_to=command.looks_back_to,
            indicators=command.indicators,
            requests=command.requests,
            scale=command.scale,
            strata=command.strata,
            stages=command.stages,
            phase=command.phase,
            validation=command.validation,
        )


@gathering.decides()
def plan_returns(command: PlanReturns, state: Gathering) -> Iterator[ReturnPlanned | ReturnReplanned]:
    """What is asked for with a step is due as the step ends, wherever the step has moved to."""
    ends = {step.code: step.ends_on for step in command.steps}
    for asked in state.requests:
        due_on, was = ends.get(asked.step), state.due.get(asked.step)
        if due_on is None or due_on == was or state.closed_on is not None:
            continue
        return_id = return_id_of(command.inspection_id, asked)
        if was is None:
            yield ReturnPlanned(
                inspection_id=command.inspection_id,
                return_id=return_id,
                kind=asked.kind,
                step=asked.step,
                due_on=due_on,
            )
        else:
            yield ReturnReplanned(
                inspection_id=command.inspection_id,
                return_id=return_id,
                step=asked.step,
                due_on=due_on,
                was_due_on=was,
            )


@gathering.decides()
def close_gathering(command: CloseGathering, state: Gathering) -> Iterator[GatheringClosed]:
    """It ends once."""
    if state.closed_on is None:
        yield GatheringClosed(inspection_id=command.inspection_id, closed_on=command.closed_on)


@gathering.decides()
def record_empty_stratum(command: RecordEmptyStratum, state: Gathering) -> Iterator[StratumFoundEmpty]:
    """Every kind of record that is sampled is accounted for: by one that was read, or by there being none."""
    refuse_unless_open(state)
    if command.stratum not in state.strata:
        raise StratumOutsideEdition(pointer="/stratum")
    if command.stratum not in state.empty_strata:
        yield StratumFoundEmpty(inspection_id=command.inspection_id, stratum=command.stratum)
