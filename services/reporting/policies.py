"""Whenever that happens, or the day comes, reporting does this."""

from collections.abc import Iterator
from datetime import timedelta

from services.reporting.aggregates.evaluation import evaluation_of
from services.reporting.commands import KeepEdition, NoteActionPlanOverdue, NoteEvidence, OpenEvaluation
from shared.contracts.evidence import EvidenceLinked
from shared.contracts.reporting import RecommendationIssued
from shared.contracts.scheduling import InspectionOpened
from shared.sourcing.service import Later, Policies, on_day

policies = Policies()


@policies.whenever
def an_inspection_opens(fact: InspectionOpened) -> Iterator[KeepEdition | OpenEvaluation]:
    """Every indicator of its edition gets its one evaluation."""
    edition = fact.edition
    yield KeepEdition(
        inspection_id=fact.inspection_id,
        area=fact.area,
        indicators=edition.indicators,
        scale=edition.evaluation.scale,
        comment_working_days=edition.responses.comment_working_days,
        action_plan_weeks=edition.responses.action_plan_weeks,
        forms=tuple(output.form for output in edition.outputs),
    )
    for indicator in edition.indicators:
        yield OpenEvaluation(
            evaluation_id=evaluation_of(fact.inspection_id, indicator),
            inspection_id=fact.inspection_id,
            indicator=indicator,
            scale=edition.evaluation.scale,
        )


@policies.whenever
def evidence_is_linked(fact: EvidenceLinked) -> Iterator[NoteEvidence]:
    """An evaluation may rest on it from now on."""
    yield NoteEvidence(
        evaluation_id=evaluation_of(fact.inspection_id, fact.indicator),
        inspection_id=fact.inspection_id,
        evidence_id=fact.evidence_id,
        strength=fact.strength,
    )


@policies.whenever
def an_action_plan_falls_due(fact: RecommendationIssued) -> Iterator[Later]:
    """The due day itself still counts; it is overdue as the next one begins."""
    overdue = NoteActionPlanOverdue(recommendation_id=fact.recommendation_id)
    yield on_day(overdue, fact.action_plan_due_on + timedelta(days=1))
