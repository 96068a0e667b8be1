"""One recommendation: what a published report expects, of whom, and whether they accept it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from services.reporting.aggregates.report import Report, report
from services.reporting.commands import AcceptRecommendation, IssueRecommendation, NoteActionPlanOverdue
from services.reporting.events import ActionPlanOverdue, RecommendationAccepted
from shared.aggregates import Aggregate, one
from shared.contracts.reporting import RecommendationIssued
from shared.errors import NotFound, Refused
from shared.vocabulary.identity import InspectionId, ReportId
from shared.vocabulary.text import PublishedText


class RecommendationAlreadyIssued(Refused):
    """This recommendation was issued already; take a new id for another."""


class ReportNotPublished(Refused):
    """Recommendations are issued once their report is published."""


class ReportOfAnotherInspection(Refused):
    """This report is about another inspection."""

    status = 422


class RecommendationIsEmpty(Refused):
    """A recommendation says what is expected."""

    status = 422


class OwnersMissing(Refused):
    """A recommendation names who is expected to act, each once."""

    status = 422


class OwnerUnknown(Refused):
    """This is not one of the recommendation's owners, as they are named in it."""

    status = 422


class RecommendationAlreadyAccepted(Refused):
    """This owner has accepted the recommendation."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What a recommendation's facts add up to."""

    inspection_id: InspectionId | None = None
    report_id: ReportId | None = None
    text: PublishedText | None = None
    owners: tuple[PublishedText, ...] = ()
    accepted: frozenset[PublishedText] = frozenset()
    action_plan_due_on: date | None = None
    overdue: bool = False


def evolve(state: Recommendation, fact: Any) -> Recommendation:
    """Add a fact up."""
    match fact:
        case RecommendationIssued():
            return replace(
                state,
                inspection_id=fact.inspection_id,
                report_id=fact.report_id,
                text=fact.text,
                owners=fact.owners,
                action_plan_due_on=fact.action_plan_due_on,
            )
        case RecommendationAccepted():
            return replace(state, accepted=state.accepted | {fact.owner}, overdue=False)
        case ActionPlanOverdue():
            return replace(state, overdue=True)
    return state


recommendation = Aggregate(
    "recommendation", by="recommendation_id", about="inspection_id", initial=Recommendation(), evolve=evolve
)


@recommendation.decides(creates=True, reported=one(report, lambda command, _state: command.report_id))
def issue_recommendation(
    command: IssueRecommendation, state: Recommendation, *, reported: Report
) -> Iterator[RecommendationIssued]:
    """It is public from the beginning, so its report has to be."""
    if state.text is not None:
        raise RecommendationAlreadyIssued
    if reported.published_on is None:
        raise ReportNotPublished
    if reported.inspection_id != command.inspection_id:
        raise ReportOfAnotherInspection(pointer="/inspection_id")
    if not command.text.strip():
        raise RecommendationIsEmpty(pointer="/text")
    owners = tuple(PublishedText(" ".join(owner.split())) for owner in command.owners)
    if not owners or not all(owners) or len(set(owners)) < len(owners):
        raise OwnersMissing(pointer="/owners")
    yield RecommendationIssued(
        recommendation_id=command.recommendation_id,
        inspection_id=command.inspection_id,
        report_id=command.report_id,
        text=command.text,
        owners=owners,
        action_plan_due_on=reported.published_on + timedelta(weeks=reported.action_plan_weeks),
    )


@recommendation.decides()
def accept_recommendation(command: AcceptRecommendation, state: Recommendation) -> Iterator[RecommendationAccepted]:
    """Joint owners accept one by one."""
    if command.owner not in state.owners:
        raise OwnerUnknown(pointer="/owner")
    if command.owner in state.accepted:
        raise RecommendationAlreadyAccepted
    yield RecommendationAccepted(
        recommendation_id=command.recommendation_id, owner=command.owner, accepted=len(state.accepted) + 1
    )


@recommendation.decides()
def note_action_plan_overdue(command: NoteActionPlanOverdue, state: Recommendation) -> Iterator[ActionPlanOverdue]:
    """The day has passed: what nobody has accepted by then is overdue."""
    if state.text is None:
        raise NotFound
    if not state.accepted and not state.overdue:
        yield ActionPlanOverdue(recommendation_id=command.recommendation_id)
