"""A recommendation, given, when, then: issued, accepted or rejected by each owner, acted on."""

from dataclasses import replace
from typing import Any

import pytest

from services.reporting.aggregates.answering import (
    NotAcceptedYet,
    OwnerUnknown,
    ProgressIsEmpty,
    RecommendationAlreadyAccepted,
    RecommendationAlreadyRejected,
    RecommendationIsOver,
    RejectionNeedsReason,
)
from services.reporting.aggregates.inspected import Inspected
from services.reporting.aggregates.issuing import (
    AuthorityNamed,
    NationalOwnerMissing,
    OwnersMissing,
    RecommendationAlreadyIssued,
    RecommendationIsEmpty,
    ReportNotPublished,
    ReportOfAnotherInspection,
)
from services.reporting.aggregates.recommendation import recommendation
from services.reporting.aggregates.report import report
from services.reporting.commands import (
    AcceptRecommendation,
    IssueRecommendation,
    RecordProgress,
    RejectRecommendation,
)
from shared.messages import Words
from shared.testing import Given
from shared.vocabulary.follow_up import Owner, UnknownOwner
from shared.vocabulary.follow_up import RecommendationState as State
from shared.vocabulary.identity import OwnerCode
from shared.vocabulary.methods import OutputForm
from shared.vocabulary.text import PublishedText
from tests.reporting.facts import INSPECTION, KEPT, LATER, OTHER_INSPECTION, READY, REPORT, published_report
from tests.reporting.follow_up import (
    BOARD,
    COUNCIL,
    DIGEST,
    HEAD,
    NURSE,
    OWNERS,
    RECOMMENDATION,
    WORDS,
    accepted,
    both_accepted,
    both_shown,
    closed,
    issued,
    progressed,
    rejected,
    superseded,
)

AROUND: dict[str, Any] = {"reported": published_report, "about": KEPT}
GOVERNMENT = Owner(code=OwnerCode("scottish-government"), title=PublishedText("Scottish Government"))
issue = IssueRecommendation(
    recommendation_id=RECOMMENDATION,
    inspection_id=INSPECTION,
    report_id=REPORT,
    text=PublishedText("Keep plans up to date."),
    owners=OWNERS,
)
accept = AcceptRecommendation(recommendation_id=RECOMMENDATION, owner=COUNCIL, actor=HEAD)
reject = RejectRecommendation(recommendation_id=RECOMMENDATION, owner=BOARD, reason=WORDS, actor=NURSE)
record = RecordProgress(
    recommendation_id=RECOMMENDATION, owner=COUNCIL, words=WORDS, evidence=(DIGEST, DIGEST), actor=HEAD
)


def test_an_action_plan_is_due_the_editions_weeks_after_publication():
    Given(recommendation, **AROUND).when(issue).then(issued)


def test_a_recommendation_waits_for_its_reports_publication():
    Given(recommendation, reported=report.state(READY), about=KEPT).when(issue).refused(ReportNotPublished)
    Given(recommendation, reported=report.initial, about=KEPT).when(issue).refused(ReportNotPublished)


def test_nothing_is_recommended_in_a_report_that_was_withdrawn():
    withdrawn = replace(published_report, withdrawn_on=LATER)
    Given(recommendation, reported=withdrawn, about=KEPT).when(issue).refused(ReportNotPublished)


def test_a_recommendation_is_about_its_reports_inspection():
    other = replace(issue, inspection_id=OTHER_INSPECTION)
    Given(recommendation, **AROUND).when(other).refused(ReportOfAnotherInspection)


def test_a_recommendation_says_something():
    Given(recommendation, **AROUND).when(replace(issue, text=PublishedText(" "))).refused(RecommendationIsEmpty)


@pytest.mark.parametrize(
    "owners",
    [
        (),
        (replace(OWNERS[0], title=PublishedText(" ")),),
        (OWNERS[0], OWNERS[0]),
        (OWNERS[0], replace(OWNERS[0], title=PublishedText("Another name"))),
    ],
)
def test_a_recommendation_names_its_owners_each_once(owners: tuple[Owner, ...]):
    refused = Given(recommendation, **AROUND).when(replace(issue, owners=owners)).refused(OwnersMissing)
    assert refused.details == {"pointer": "/owners"}


def test_a_retired_code_of_an_owner_is_read_as_the_current_one():
    fife = Owner(code=OwnerCode("S12000015"), title=PublishedText("Fife  Council"))
    now = Owner(code=OwnerCode("S12000047"), title=PublishedText("Fife Council"))
    Given(recommendation, **AROUND).when(replace(issue, owners=(fife,))).then(replace(issued, owners=(now,)))
    both = replace(issue, owners=(fife, now))
    Given(recommendation, **AROUND).when(both).refused(OwnersMissing)


def test_a_code_that_no_area_has_is_refused():
    nowhere = Owner(code=OwnerCode("S12000099"), title=PublishedText("Somewhere"))
    Given(recommendation, **AROUND).when(replace(issue, owners=(nowhere,))).refused(UnknownOwner)


def test_a_national_report_asks_a_body_that_is_no_authority_and_may_have_to_name_none():
    national = replace(published_report, form=OutputForm.NATIONAL_REPORT)
    given = Given(recommendation, reported=national, about=KEPT)
    given.when(replace(issue, owners=OWNERS[:1])).refused(NationalOwnerMissing)
    given.when(replace(issue, owners=(OWNERS[0], GOVERNMENT))).then(replace(issued, owners=(OWNERS[0], GOVERNMENT)))
    unattributed = Given(recommendation, reported=national, about=Inspected(attributed=False))
    unattributed.when(replace(issue, owners=(OWNERS[0], GOVERNMENT))).refused(AuthorityNamed)
    unattributed.when(replace(issue, owners=(GOVERNMENT,))).then(replace(issued, owners=(GOVERNMENT,)))


def test_a_recommendation_is_issued_once():
    Given(recommendation, issued, **AROUND).when(issue).refused(RecommendationAlreadyIssued)


def test_joint_owners_accept_one_by_one_and_it_is_accepted_once_all_have():
    Given(recommendation, issued).when(accept).then(accepted)
    Given(recommendation, issued, accepted).when(replace(accept, owner=BOARD, actor=NURSE)).then(both_accepted)


def test_an_owner_accepts_once():
    Given(recommendation, issued, accepted).when(accept).refused(RecommendationAlreadyAccepted)


def test_only_an_owner_answers():
    given, nobody = Given(recommendation, issued, accepted), OwnerCode("somebody")
    for command in (accept, reject, record):
        given.when(replace(command, owner=nobody)).refused(OwnerUnknown)


def test_what_one_owner_rejects_is_rejected_until_it_thinks_again():
    Given(recommendation, issued, accepted).when(reject).then(rejected)
    Given(recommendation, issued, accepted, rejected).when(reject).refused(RecommendationAlreadyRejected)
    thought_again = replace(accept, owner=BOARD, actor=NURSE)
    Given(recommendation, issued, accepted, rejected).when(thought_again).then(both_accepted)


def test_what_was_accepted_is_not_rejected_later():
    given = Given(recommendation, issued, both_accepted)
    given.when(reject).refused(RecommendationAlreadyAccepted)


def test_whoever_rejects_says_why():
    Given(recommendation, issued).when(replace(reject, reason=Words(" "))).refused(RejectionNeedsReason)


def test_evidence_counts_once_and_the_others_have_still_to_show_theirs():
    Given(recommendation, issued, accepted, both_accepted).when(record).then(progressed)
    given = Given(recommendation, issued, accepted, both_accepted, progressed)
    given.when(replace(record, owner=BOARD, actor=NURSE)).then(both_shown)


def test_progress_without_evidence_is_progress_still():
    going = replace(progressed, evidence=(), state=State.IN_PROGRESS)
    Given(recommendation, issued, accepted, both_accepted).when(replace(record, evidence=())).then(going)


def test_only_who_has_accepted_records_progress():
    Given(recommendation, issued).when(record).refused(NotAcceptedYet)
    for_the_board = replace(record, owner=BOARD)
    Given(recommendation, issued, accepted, rejected).when(for_the_board).refused(NotAcceptedYet)


def test_progress_says_what_was_done():
    given = Given(recommendation, issued, accepted)
    given.when(replace(record, words=Words("\n"))).refused(ProgressIsEmpty)


@pytest.mark.parametrize("end", [closed, superseded], ids=["closed", "superseded"])
def test_nothing_happens_to_what_is_over(end: Any):
    given = Given(recommendation, issued, accepted, both_accepted, progressed, both_shown, end)
    for command in (accept, reject, record):
        given.when(command).refused(RecommendationIsOver)


def test_a_recommendation_is_as_far_as_its_owners_are():
    def state(*facts: Any) -> State | None:
        return recommendation.state(facts).state

    assert state(issued) is State.ISSUED
    assert state(issued, accepted) is State.ISSUED
    assert state(issued, accepted, both_accepted) is State.ACCEPTED
    assert state(issued, accepted, both_accepted, progressed) is State.IN_PROGRESS
    assert state(issued, accepted, both_accepted, progressed, both_shown) is State.EVIDENCE_SUBMITTED
    assert state(issued, accepted, rejected) is State.REJECTED
    assert state(issued, superseded) is State.SUPERSEDED
    assert dict(recommendation.state((issued, accepted, both_accepted, progressed)).standing) == {
        COUNCIL: State.EVIDENCE_SUBMITTED,
        BOARD: State.ACCEPTED,
    }
