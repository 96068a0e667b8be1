"""One evaluation an indicator: opened, supported by evidence, proposed by the team, settled by the panel."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any
from uuid import uuid5

from services.reporting.commands import NoteEvidence, OpenEvaluation
from services.reporting.events import (
    EvaluationAdjusted,
    EvaluationConfirmed,
    EvaluationOpened,
    EvaluationProposed,
    EvaluationReopened,
    EvidenceNoted,
    IndicatorLeftUnevaluated,
)
from shared.aggregates import Aggregate
from shared.errors import NotAllowed, NotFound, Refused
from shared.messages import Sealed, Words
from shared.methodologies.parts import PartnerScale
from shared.vocabulary.identity import (
    ActorId,
    EvaluationId,
    EvidenceId,
    IndicatorCode,
    InspectionId,
    ReasonCode,
    ScaleCode,
)
from shared.vocabulary.methods import Strength
from shared.vocabulary.scales import NOT_EVALUATED, Grade, is_on, needs_reason, scale


class GradeNotOnScale(Refused):
    """The inspection's scale does not have this grade; use one of its own words."""

    status = 422


class NotEvaluatedNeedsReason(Refused):
    """That nothing is evaluated is not a grade: leave the indicator unevaluated, with a reason code."""

    status = 422


class RationaleMissing(Refused):
    """An evaluation says why: write down the rationale."""

    status = 422


class EvaluationSettled(Refused):
    """The panel has settled this evaluation."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What an evaluation's facts add up to."""

    inspection_id: InspectionId | None = None
    indicator: IndicatorCode | None = None
    scale: ScaleCode | None = None
    partner_scales: tuple[PartnerScale, ...] = ()
    own_scale: ScaleCode | None = None
    """The scale of the latest proposal, where it is a partner's own."""
    evidence: MappingProxyType[EvidenceId, Strength] = field(default_factory=lambda: MappingProxyType({}))
    proposed: Grade | None = None
    rests_on: tuple[EvidenceId, ...] = ()
    rationale: Words | Sealed | None = None
    proposers: frozenset[ActorId] = frozenset()
    settled: Grade | None = None
    """The panel's word: the grade as confirmed or adjusted, or ``not_evaluated``."""
    reason: Words | Sealed | None = None
    left_for: ReasonCode | None = None


def evolve(state: Evaluation, fact: Any) -> Evaluation:
    """Add a fact up."""
    match fact:
        case EvaluationOpened():
            return replace(
                state,
                inspection_id=fact.inspection_id,
                indicator=fact.indicator,
                scale=fact.scale,
                partner_scales=fact.partner_scales,
            )
        case EvidenceNoted():
            return replace(state, evidence=MappingProxyType({**state.evidence, fact.evidence_id: fact.strength}))
        case EvaluationProposed():
            proposers = state.proposers | {fact.proposed_by}
            return replace(
                state,
                proposed=fact.grade,
                rests_on=fact.evidence,
                rationale=fact.rationale,
                proposers=proposers,
                own_scale=fact.scale,
            )
        case EvaluationConfirmed():
            return replace(state, settled=fact.grade)
        case EvaluationAdjusted():
            return replace(state, settled=fact.grade, reason=fact.reason)
        case EvaluationReopened():
            return replace(state, settled=None, left_for=None)
        case IndicatorLeftUnevaluated():
            return replace(state, settled=NOT_EVALUATED, left_for=fact.reason)
    return state


evaluation = Aggregate("evaluation", by="evaluation_id", about="inspection_id", initial=Evaluation(), evolve=evolve)


def evaluation_of(inspection_id: InspectionId, indicator: IndicatorCode) -> EvaluationId:
    """The id of an indicator's one evaluation in an inspection."""
    return EvaluationId(uuid5(inspection_id, f"evaluation/{indicator}"))


def somebody(actor: ActorId | None) -> ActorId:
    """Who decides; raises NotAllowed where nobody does: a clock has no opinion."""
    if actor is None:
        raise NotAllowed
    return actor


@evaluation.decides(creates=True)
def open_evaluation(command: OpenEvaluation, state: Evaluation) -> Iterator[EvaluationOpened]:
    """An indicator is opened once."""
    if state.indicator is None:
        yield EvaluationOpened(
            evaluation_id=command.evaluation_id,
            inspection_id=command.inspection_id,
            indicator=command.indicator,
            scale=command.scale,
            partner_scales=command.partner_scales,
        )


@evaluation.decides(creates=True)
def note_evidence(command: NoteEvidence, state: Evaluation) -> Iterator[EvidenceNoted]:
    """Evidence may be heard of before the inspection's opening is; it is never lost."""
    if state.evidence.get(command.evidence_id) is not command.strength:
        yield EvidenceNoted(
            evaluation_id=command.evaluation_id, evidence_id=command.evidence_id, strength=command.strength
        )


def opened(state: Evaluation) -> InspectionId:
    """The inspection that an opened evaluation belongs to; raises NotFound before it was opened."""
    if state.inspection_id is None:
        raise NotFound
    return state.inspection_id


def refuse_settled(state: Evaluation) -> None:
    """What the panel has settled is not proposed or confirmed again."""
    if state.settled is not None:
        raise EvaluationSettled


def refuse_grade(code: ScaleCode | None, grade: Grade) -> None:
    """A grade is one of its scale's own words."""
    if needs_reason(grade):
        raise NotEvaluatedNeedsReason(pointer="/grade")
    if code is None or not is_on(scale(code), grade):
        raise GradeNotOnScale(scale=code, pointer="/grade")
