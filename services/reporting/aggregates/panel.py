"""The panel's word on an evaluation: confirmed, adjusted with a reason, or left unevaluated for one."""

from collections.abc import Iterator

from services.reporting.aggregates.evaluation import (
    Evaluation,
    EvaluationSettled,
    RationaleMissing,
    evaluation,
    opened,
    refuse_grade,
    refuse_settled,
    somebody,
)
from services.reporting.aggregates.inspected import OWN_INSPECTION, Inspected, refuse_neighbour
from services.reporting.aggregates.proposing import refuse_withdrawn
from services.reporting.commands import AdjustEvaluation, ConfirmEvaluation, LeaveUnevaluated, ReopenEvaluation
from services.reporting.events import (
    EvaluationAdjusted,
    EvaluationConfirmed,
    EvaluationReopened,
    IndicatorLeftUnevaluated,
    ProgressReviewExpected,
)
from shared.errors import Refused
from shared.vocabulary.identity import ActorId, EvaluationId, InspectionId
from shared.vocabulary.scales import Grade

LOW = frozenset({Grade("weak"), Grade("unsatisfactory")})
"""After these a progress review is likely, as the inspectorate says of its six points."""


class NothingProposed(Refused):
    """The team has proposed no grade yet."""


class ProposerDecides(Refused):
    """Whoever proposed a grade does not decide on it; ask another member of the panel."""

    recorded = True


class NothingAdjusted(Refused):
    """This is the grade already; an adjustment gives another one."""

    status = 422


@evaluation.decides(about=OWN_INSPECTION)
def confirm_evaluation(
    command: ConfirmEvaluation, state: Evaluation, *, about: Inspected
) -> Iterator[EvaluationConfirmed | ProgressReviewExpected]:
    """The panel confirms what others proposed."""
    inspection_id = opened(state)
    refuse_settled(state)
    refuse_neighbour(command.home_area, about)
    actor = somebody(command.actor)
    proposed = _proposed_by_others(state, actor)
    refuse_withdrawn(state.rests_on, about)
    yield EvaluationConfirmed(evaluation_id=command.evaluation_id, grade=proposed, confirmed_by=actor)
    yield from _expecting(command.evaluation_id, inspection_id, proposed)


def _expecting(
    evaluation_id: EvaluationId, inspection_id: InspectionId, grade: Grade
) -> Iterator[ProgressReviewExpected]:
    """After weak or unsatisfactory, a progress review is likely; other scales say nothing of the kind."""
    if grade in LOW:
        yield ProgressReviewExpected(evaluation_id=evaluation_id, inspection_id=inspection_id, grade=grade)


@evaluation.decides()
def reopen_evaluation(command: ReopenEvaluation, state: Evaluation) -> Iterator[EvaluationReopened]:
    """Whatever the panel settled is open to it again; the proposal stays."""
    if state.settled is not None and (command.without is None or command.without in state.rests_on):
        yield EvaluationReopened(evaluation_id=command.evaluation_id)


@evaluation.decides(about=OWN_INSPECTION)
def adjust_evaluation(
    command: AdjustEvaluation, state: Evaluation, *, about: Inspected
) -> Iterator[EvaluationAdjusted | ProgressReviewExpected]:
    """The panel may adjust again, after the partnership was heard; what the team proposed is never overwritten."""
    inspection_id = opened(state)
    if state.left_for is not None:
        raise EvaluationSettled
    refuse_neighbour(command.home_area, about)
    actor = somebody(command.actor)
    proposed = _proposed_by_others(state, actor)
    refuse_withdrawn(state.rests_on, about)
    refuse_grade(state.own_scale or state.scale, command.grade)
    if command.grade == (state.settled or proposed):
        raise NothingAdjusted(pointer="/grade")
    if not command.reason.reveal().strip():
        raise RationaleMissing(pointer="/reason")
    yield EvaluationAdjusted(
        evaluation_id=command.evaluation_id,
        inspection_id=inspection_id,
        proposed=proposed,
        grade=command.grade,
        benchmark=command.benchmark,
        adjusted_by=actor,
        reason=command.reason,
    )
    yield from _expecting(command.evaluation_id, inspection_id, command.grade)


@evaluation.decides(about=OWN_INSPECTION)
def leave_unevaluated(
    command: LeaveUnevaluated, state: Evaluation, *, about: Inspected
) -> Iterator[IndicatorLeftUnevaluated]:
    """Nothing has to be proposed for it; where something was, another person decides."""
    opened(state)
    refuse_settled(state)
    refuse_neighbour(command.home_area, about)
    actor = somebody(command.actor)
    if actor in state.proposers:
        raise ProposerDecides
    yield IndicatorLeftUnevaluated(evaluation_id=command.evaluation_id, reason=command.reason, left_by=actor)


def _proposed_by_others(state: Evaluation, actor: ActorId) -> Grade:
    if state.proposed is None:
        raise NothingProposed
    if actor in state.proposers:
        raise ProposerDecides
    return state.proposed
