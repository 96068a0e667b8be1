"""A progress review, given, when, then: announced after a low grade, with a timescale."""

from dataclasses import replace
from datetime import date

from services.reporting.aggregates.action_plan import action_plan
from services.reporting.aggregates.issuing import ReportNotPublished, ReportOfAnotherInspection
from services.reporting.aggregates.progress_review import (
    ProgressReviewAlreadyAnnounced,
    ProgressReviewNotCalledFor,
    StatementMissing,
    TimescaleUnfit,
)
from services.reporting.aggregates.report import report
from services.reporting.commands import AnnounceProgressReview
from shared.contracts.reporting import ProgressReviewAnnounced, PublishedEvaluation
from shared.testing import Given
from shared.vocabulary.text import PublishedText
from tests.reporting.facts import IMPACT, INSPECTION, LATER, OTHER_INSPECTION, READY, REPORT, WEAK, published_report

STATEMENT = PublishedText("We will look again at how plans are kept.")
announce = AnnounceProgressReview(
    inspection_id=INSPECTION,
    report_id=REPORT,
    statement=STATEMENT,
    starts_on=date(2027, 1, 4),
    ends_on=date(2027, 3, 31),
    today=LATER,
)
announced = ProgressReviewAnnounced(
    inspection_id=INSPECTION,
    report_id=REPORT,
    statement=STATEMENT,
    starts_on=date(2027, 1, 4),
    ends_on=date(2027, 3, 31),
)
weak_report = replace(published_report, approved=(PublishedEvaluation(indicator=IMPACT, grade=WEAK),))


def test_after_a_low_grade_the_public_is_told_that_inspectors_look_again():
    Given(action_plan, reported=weak_report).when(announce).then(announced)


def test_it_is_announced_once_a_report():
    Given(action_plan, announced, reported=weak_report).when(announce).refused(ProgressReviewAlreadyAnnounced)


def test_it_is_announced_with_a_published_report_of_the_inspection():
    Given(action_plan, reported=report.state(READY)).when(announce).refused(ReportNotPublished)
    withdrawn = replace(weak_report, withdrawn_on=LATER)
    Given(action_plan, reported=withdrawn).when(announce).refused(ReportNotPublished)
    other = replace(announce, inspection_id=OTHER_INSPECTION)
    Given(action_plan, reported=weak_report).when(other).refused(ReportOfAnotherInspection)


def test_good_grades_call_for_none():
    Given(action_plan, reported=published_report).when(announce).refused(ProgressReviewNotCalledFor)


def test_it_says_what_is_intended_and_when():
    given = Given(action_plan, reported=weak_report)
    given.when(replace(announce, statement=PublishedText(" "))).refused(StatementMissing)
    given.when(replace(announce, starts_on=LATER)).refused(TimescaleUnfit)
    given.when(replace(announce, ends_on=date(2027, 1, 3))).refused(TimescaleUnfit)
    one_day = replace(announce, ends_on=announce.starts_on)
    given.when(one_day).then(replace(announced, ends_on=announce.starts_on))
