"""Issuing a recommendation: once its report is public, and to somebody by name."""

from collections.abc import Iterator
from datetime import timedelta

from services.reporting.aggregates.inspected import NAMED_INSPECTION, Inspected
from services.reporting.aggregates.recommendation import Recommendation, recommendation
from services.reporting.aggregates.report import Report, report
from services.reporting.commands import IssueRecommendation
from shared.aggregates import one
from shared.contracts.reporting import RecommendationIssued
from shared.errors import Refused
from shared.vocabulary.follow_up import Owner, owner_code
from shared.vocabulary.methods import OutputForm
from shared.vocabulary.text import PublishedText


class RecommendationAlreadyIssued(Refused):
    """This recommendation was issued already; take a new id for another."""


class ReportNotPublished(Refused):
    """This is done while a report is published: not before, and not once it was withdrawn."""


class ReportOfAnotherInspection(Refused):
    """This report is about another inspection."""

    status = 422


class RecommendationIsEmpty(Refused):
    """A recommendation says what is expected."""

    status = 422


class OwnersMissing(Refused):
    """A recommendation names who is expected to act, by code and title, each once."""

    status = 422


class NationalOwnerMissing(Refused):
    """A report on the nation asks at least one body to act that is not a council or a local partnership."""

    status = 422


class AuthorityNamed(Refused):
    """This report on the nation must not let an authority be told from another: name no council or partnership."""

    status = 422


@recommendation.decides(
    creates=True,
    reported=one(report, lambda command, _state: command.report_id),
    about=NAMED_INSPECTION,
)
def issue_recommendation(
    command: IssueRecommendation, state: Recommendation, *, reported: Report, about: Inspected
) -> Iterator[RecommendationIssued]:
    """It is public from the beginning, so its report has to be."""
    if state.text is not None:
        raise RecommendationAlreadyIssued
    if reported.published_on is None or reported.withdrawn_on is not None:
        raise ReportNotPublished
    if reported.inspection_id != command.inspection_id:
        raise ReportOfAnotherInspection(pointer="/inspection_id")
    if not command.text.strip():
        raise RecommendationIsEmpty(pointer="/text")
    owners = _named(command.owners)
    if reported.form is OutputForm.NATIONAL_REPORT:
        _refuse_local(owners, attributed=about.attributed)
    yield RecommendationIssued(
        recommendation_id=command.recommendation_id,
        inspection_id=command.inspection_id,
        report_id=command.report_id,
        text=command.text,
        owners=owners,
        action_plan_due_on=reported.published_on + timedelta(weeks=reported.action_plan_weeks),
    )


def _named(given: tuple[Owner, ...]) -> tuple[Owner, ...]:
    named = [(owner_code(owner.code), PublishedText(" ".join(owner.title.split()))) for owner in given]
    owners = tuple(Owner(code=code, title=title) for code, title in named)
    if not owners or not all(owner.title for owner in owners) or len({code for code, _ in named}) < len(owners):
        raise OwnersMissing(pointer="/owners")
    return owners


def _refuse_local(owners: tuple[Owner, ...], *, attributed: bool) -> None:
    if all(owner.is_authority for owner in owners):
        raise NationalOwnerMissing(pointer="/owners")
    if not attributed and any(owner.is_authority for owner in owners):
        raise AuthorityNamed(pointer="/owners")
