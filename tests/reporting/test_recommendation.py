"""A recommendation, given, when, then."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from services.reporting.aggregates.recommendation import (
    OwnersMissing,
    OwnerUnknown,
    RecommendationAlreadyAccepted,
    RecommendationAlreadyIssued,
    RecommendationIsEmpty,
    ReportNotPublished,
    ReportOfAnotherInspection,
    recommendation,
)
from services.reporting.aggregates.report import report
from services.reporting.commands import AcceptRecommendation, IssueRecommendation, NoteActionPlanOverdue
from services.reporting.events import ActionPlanOverdue, RecommendationAccepted
from services.reporting.policies import an_action_plan_falls_due
from shared.contracts.reporting import RecommendationIssued
from shared.sourcing.service import on_day
from shared.testing import Given
from shared.vocabulary.identity import RecommendationId
from shared.vocabulary.text import PublishedText
from tests.reporting.facts import INSPECTION, OTHER_INSPECTION, READY, REPORT, published_report

RECOMMENDATION = RecommendationId(uuid4())
COUNCIL, BOARD = PublishedText("Falkirk Council"), PublishedText("NHS Forth Valley")
issue = IssueRecommendation(
    recommendation_id=RECOMMENDATION,
    inspection_id=INSPECTION,
    report_id=REPORT,
    text=PublishedText("Keep plans up to date."),
    owners=(COUNCIL, BOARD),
)
issued = RecommendationIssued(
    recommendation_id=RECOMMENDATION,
    inspection_id=INSPECTION,
    report_id=REPORT,
    text=PublishedText("Keep plans up to date."),
    owners=(COUNCIL, BOARD),
    action_plan_due_on=date(2026, 3, 17),
)
accept = AcceptRecommendation(recommendation_id=RECOMMENDATION, owner=COUNCIL)
accepted = RecommendationAccepted(recommendation_id=RECOMMENDATION, owner=COUNCIL, accepted=1)
note = NoteActionPlanOverdue(recommendation_id=RECOMMENDATION)
overdue = ActionPlanOverdue(recommendation_id=RECOMMENDATION)


def test_an_action_plan_is_due_the_editions_weeks_after_publication():
    Given(recommendation, reported=published_report).when(issue).then(issued)


def test_a_recommendation_waits_for_its_reports_publication():
    Given(recommendation, reported=report.state(READY)).when(issue).refused(ReportNotPublished)
    Given(recommendation, reported=report.initial).when(issue).refused(ReportNotPublished)


def test_a_recommendation_is_about_its_reports_inspection():
    other = replace(issue, inspection_id=OTHER_INSPECTION)
    Given(recommendation, reported=published_report).when(other).refused(ReportOfAnotherInspection)


def test_a_recommendation_says_something():
    empty = replace(issue, text=PublishedText(" "))
    Given(recommendation, reported=published_report).when(empty).refused(RecommendationIsEmpty)


@pytest.mark.parametrize("owners", [(), (" ",), (COUNCIL, ""), (COUNCIL, "Falkirk  Council")])
def test_a_recommendation_names_its_owners_each_once(owners: tuple[PublishedText, ...]):
    refused = (
        Given(recommendation, reported=published_report).when(replace(issue, owners=owners)).refused(OwnersMissing)
    )
    assert refused.details == {"pointer": "/owners"}


def test_a_recommendation_is_issued_once():
    Given(recommendation, issued, reported=published_report).when(issue).refused(RecommendationAlreadyIssued)


def test_joint_owners_accept_one_by_one():
    Given(recommendation, issued).when(accept).then(accepted)
    Given(recommendation, issued, accepted).when(replace(accept, owner=BOARD)).then(
        replace(accepted, owner=BOARD, accepted=2)
    )


def test_an_owner_accepts_once():
    Given(recommendation, issued, accepted).when(accept).refused(RecommendationAlreadyAccepted)


def test_only_an_owner_accepts():
    Given(recommendation, issued).when(replace(accept, owner=PublishedText("Somebody"))).refused(OwnerUnknown)


def test_an_action_plan_is_overdue_as_the_day_after_begins():
    assert list(an_action_plan_falls_due(issued)) == [on_day(note, date(2026, 3, 18))]
    Given(recommendation, issued).when(note).then(overdue)
    Given(recommendation, issued, overdue).when(note).then()


def test_what_an_owner_has_accepted_is_not_overdue():
    Given(recommendation, issued, accepted).when(note).then()
    assert not recommendation.state([issued, overdue, accepted]).overdue
