"""After publication: corrected with a note, every version kept readable; or withdrawn, in public and with a reason."""

from collections.abc import Iterator
from datetime import date

from services.reporting.aggregates.bundle import ApproverIsAuthor
from services.reporting.aggregates.drafting import refuse_names
from services.reporting.aggregates.evaluation import somebody
from services.reporting.aggregates.inspected import OWN_INSPECTION, Inspected
from services.reporting.aggregates.issuing import ReportNotPublished
from services.reporting.aggregates.report import Report, hash_of, report
from services.reporting.commands import CorrectReport, WithdrawReport
from shared.contracts.reporting import ReportCorrected, ReportWithdrawn
from shared.errors import Refused


class NothingCorrected(Refused):
    """A correction changes the text and says in a note what was wrong."""

    status = 422


class ReportIsWithdrawn(Refused):
    """This report was withdrawn; what was withdrawn is not corrected."""


class WithdrawalReasonMissing(Refused):
    """What is withdrawn is withdrawn for a reason, in public."""

    status = 422


@report.decides(about=OWN_INSPECTION)
def correct_report(command: CorrectReport, state: Report, *, about: Inspected) -> Iterator[ReportCorrected]:
    """The corrected version stands beside the earlier ones; whoever wrote the report does not correct it alone."""
    inspection_id = state.inspection_id
    if state.published_on is None or inspection_id is None:
        raise ReportNotPublished
    _refuse_withdrawn(state)
    if somebody(command.actor) in state.authors | state.bundlers:
        raise ApproverIsAuthor
    corrected = hash_of(command.content)
    unchanged = corrected == (state.corrected_hash or state.content_hash)
    if unchanged or not all(text.strip() for text in (command.content, command.accessible, command.note)):
        raise NothingCorrected(pointer="/content")
    refuse_names(state.form, about, command.content, command.accessible, command.note)
    yield ReportCorrected(
        report_id=command.report_id,
        inspection_id=inspection_id,
        correction=state.correction + 1,
        content=command.content,
        accessible=command.accessible,
        content_hash=corrected,
        note=command.note,
        corrected_on=command.today or date.max,
    )


@report.decides()
def withdraw_report(command: WithdrawReport, state: Report) -> Iterator[ReportWithdrawn]:
    """That it was published is not undone, but nobody reads it any more."""
    if state.published_on is None or state.inspection_id is None:
        raise ReportNotPublished
    _refuse_withdrawn(state)
    if not command.reason.strip():
        raise WithdrawalReasonMissing(pointer="/reason")
    yield ReportWithdrawn(
        report_id=command.report_id,
        inspection_id=state.inspection_id,
        reason=command.reason,
        withdrawn_on=command.today or date.max,
    )


def _refuse_withdrawn(state: Report) -> None:
    if state.withdrawn_on is not None:
        raise ReportIsWithdrawn(withdrawn_on=state.withdrawn_on)
