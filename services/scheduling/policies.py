"""Whenever that happens, scheduling does this."""

from collections.abc import Iterator

from services.scheduling.commands import CompleteOutputStep, CompleteReturnStep
from shared.contracts.evidence import ReturnSubmitted
from shared.contracts.reporting import ReportPublished
from shared.sourcing.service import Policies
from shared.vocabulary.methods import StepKind

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
