"""A progress review: where a grade was low, the public is told that inspectors mean to look again, and when."""

from collections.abc import Iterator
from datetime import date

from services.reporting.aggregates.action_plan import ActionPlan, action_plan
from services.reporting.aggregates.issuing import ReportNotPublished, ReportOfAnotherInspection
from services.reporting.aggregates.panel import LOW
from services.reporting.aggregates.report import Report, report
from services.reporting.commands import AnnounceProgressReview
from shared.aggregates import one
from shared.contracts.reporting import ProgressReviewAnnounced
from shared.errors import Refused


class ProgressReviewNotCalledFor(Refused):
    """No grade of this report is so low that a progress review follows."""


class ProgressReviewAlreadyAnnounced(Refused):
    """A progress review was announced after this report already."""


class TimescaleUnfit(Refused):
    """A progress review begins after today, and ends on the day it begins or later."""

    status = 422


class StatementMissing(Refused):
    """The announcement says what is intended."""

    status = 422


@action_plan.decides(creates=True, reported=one(report, lambda command, _state: command.report_id))
def announce_progress_review(
    command: AnnounceProgressReview, state: ActionPlan, *, reported: Report
) -> Iterator[ProgressReviewAnnounced]:
    """The intention and the timescale stand with the published report."""
    if reported.published_on is None or reported.withdrawn_on is not None:
        raise ReportNotPublished
    if reported.inspection_id != command.inspection_id:
        raise ReportOfAnotherInspection(pointer="/report_id")
    if command.report_id in state.progress_reviews:
        raise ProgressReviewAlreadyAnnounced
    if not any(evaluation.grade in LOW for evaluation in reported.approved or ()):
        raise ProgressReviewNotCalledFor
    if not command.statement.strip():
        raise StatementMissing(pointer="/statement")
    if command.starts_on <= (command.today or date.min) or command.ends_on < command.starts_on:
        raise TimescaleUnfit(pointer="/starts_on")
    yield ProgressReviewAnnounced(
        inspection_id=command.inspection_id,
        report_id=command.report_id,
        statement=command.statement,
        starts_on=command.starts_on,
        ends_on=command.ends_on,
    )
