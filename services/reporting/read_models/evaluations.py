"""The evaluations of every inspection: what was proposed and what the panel settled."""

from sqlalchemy import Boolean, Column, Text, Uuid

from services.reporting.events import (
    EvaluationAdjusted,
    EvaluationConfirmed,
    EvaluationOpened,
    EvaluationProposed,
    EvaluationReopened,
    IndicatorLeftUnevaluated,
    ProgressReviewExpected,
)
from shared.sourcing.read_models import Put, ReadModel, Set
from shared.vocabulary.scales import NOT_EVALUATED

evaluations = ReadModel(
    "evaluations",
    Column("evaluation_id", Uuid, nullable=False),
    Column("inspection_id", Uuid, nullable=False),
    Column("indicator", Text, nullable=False),
    Column("scale", Text, nullable=False),
    Column("own_scale", Text),
    Column("proposed", Text),
    Column("settled", Text),
    Column("progress_review_expected", Boolean, nullable=False),
)


@evaluations.on
def evaluation_opened(fact: EvaluationOpened) -> Put:
    """A row an indicator of an inspection."""
    return evaluations.put(
        evaluation_id=fact.evaluation_id,
        inspection_id=fact.inspection_id,
        indicator=fact.indicator,
        scale=fact.scale,
        progress_review_expected=False,
    )


@evaluations.on
def evaluation_proposed(fact: EvaluationProposed) -> Set:
    """The latest proposal is shown, with a partner's own scale where it is on that; earlier ones are in the history."""
    return evaluations.set(proposed=fact.grade, own_scale=fact.scale)


@evaluations.on
def evaluation_confirmed(fact: EvaluationConfirmed) -> Set:
    """The panel agreed; what is expected of this grade is told next."""
    return evaluations.set(settled=fact.grade, progress_review_expected=False)


@evaluations.on
def evaluation_adjusted(fact: EvaluationAdjusted) -> Set:
    """The panel's grade stands beside the team's."""
    return evaluations.set(settled=fact.grade, progress_review_expected=False)


@evaluations.on
def evaluation_reopened(_fact: EvaluationReopened) -> Set:
    """The panel looks again."""
    return evaluations.set(settled=None, progress_review_expected=False)


@evaluations.on
def progress_review_expected(_fact: ProgressReviewExpected) -> Set:
    """The grade is so low that somebody will look again."""
    return evaluations.set(progress_review_expected=True)


@evaluations.on
def indicator_left_unevaluated(_fact: IndicatorLeftUnevaluated) -> Set:
    """It is settled, without a grade."""
    return evaluations.set(settled=NOT_EVALUATED)
