"""An action plan, given, when, then: due, submitted, reviewed, returned, overdue."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.reporting.aggregates.action_plan import PlanState, action_plan
from services.reporting.aggregates.planning import (
    ActionNotSmart,
    ActionOfAnotherInspection,
    ActionOwnerUnknown,
    ActionPlanAlreadyIn,
    ActionPlanHasChanged,
    ActionPlanOmits,
    NothingSubmitted,
    NothingToPlan,
    NotLinkInspector,
    PlannerReviews,
    ReturnNeedsReasons,
)
from services.reporting.aggregates.recommendation import recommendation
from services.reporting.commands import (
    NoteActionPlanOverdue,
    NoteLinkInspector,
    NoteRecommendation,
    ReviewActionPlan,
)
from services.reporting.events import ActionPlanAccepted, ActionPlanReturned
from services.reporting.policies import a_link_inspector_is_named, an_action_plan_falls_due
from shared.contracts.scheduling import TeamMemberAssigned
from shared.errors import NotFound
from shared.messages import Words
from shared.sourcing.service import on_day
from shared.testing import Given
from shared.vocabulary.identity import ActorId, OwnerCode, PersonId
from shared.vocabulary.roles import TeamRole
from tests.reporting.facts import INSPECTION
from tests.reporting.follow_up import (
    ANOTHER,
    BOARD,
    DAY_AFTER,
    DUE,
    HEAD,
    IN,
    LINK,
    RECOMMENDATION,
    REVIEWER,
    SHOWN,
    STRANGE,
    WORDS,
    accepted,
    action,
    another_noted,
    closed,
    issued,
    link_noted,
    noted,
    overdue,
    planned,
    rejected,
    submit,
    submitted,
)

OPEN, OVER = recommendation.state([issued]), recommendation.state([*SHOWN, closed])
note = NoteRecommendation(inspection_id=INSPECTION, recommendation_id=RECOMMENDATION, due_on=DUE)
note_overdue = NoteActionPlanOverdue(inspection_id=INSPECTION, due_on=DUE)
accept = ReviewActionPlan(inspection_id=INSPECTION, submission=1, accepted=True, actor=LINK)
return_ = replace(accept, accepted=False, reasons=WORDS)
plan_accepted = ActionPlanAccepted(inspection_id=INSPECTION, submission=1, reviewed_by=LINK)
plan_returned = ActionPlanReturned(inspection_id=INSPECTION, submission=1, reviewed_by=LINK, reasons=WORDS)


def plan(*facts: Any, stand: Any = (OPEN,)) -> Given:
    return Given(action_plan, *facts, stand=stand)


def test_what_is_issued_has_to_be_answered_by_the_latest_day_of_all():
    Given(action_plan).when(note).then(noted)
    Given(action_plan, noted).when(note).then()
    earlier = replace(note, recommendation_id=ANOTHER, due_on=DUE - timedelta(days=7))
    Given(action_plan, noted).when(earlier).then(another_noted)
    later = replace(earlier, due_on=DAY_AFTER)
    Given(action_plan, noted).when(later).then(replace(another_noted, due_on=DAY_AFTER))
    carried = replace(note, recommendation_id=ANOTHER, due_on=None)
    Given(action_plan, noted).when(carried).then(another_noted)


def test_a_link_inspector_is_noted_whenever_it_is_another():
    person = NoteLinkInspector(inspection_id=INSPECTION, person_id=PersonId(LINK))
    Given(action_plan).when(person).then(link_noted)
    Given(action_plan, link_noted).when(person).then()


def test_of_the_team_only_the_link_inspector_reads_plans():
    assigned = TeamMemberAssigned(inspection_id=INSPECTION, person_id=PersonId(LINK), team_role=TeamRole.LINK_INSPECTOR)
    person = NoteLinkInspector(inspection_id=INSPECTION, person_id=PersonId(LINK))
    assert list(a_link_inspector_is_named(assigned)) == [person]
    assert list(a_link_inspector_is_named(replace(assigned, team_role=TeamRole.LEAD))) == []


def test_a_plan_is_overdue_as_the_day_after_begins():
    assert list(an_action_plan_falls_due(issued)) == [note, on_day(note_overdue, DAY_AFTER)]
    plan(noted).when(note_overdue).then(overdue)
    plan(noted, overdue).when(note_overdue).then()


def test_the_link_inspector_is_told_what_is_overdue():
    alert = replace(overdue, link_inspector=PersonId(LINK))
    plan(noted, link_noted).when(note_overdue).then(alert)


def test_a_plan_that_answers_everything_is_not_overdue_and_one_that_was_returned_is():
    plan(*IN).when(note_overdue).then()
    plan(*IN, plan_returned).when(note_overdue).then(overdue)
    plan(*IN, another_noted, stand=(OPEN, OPEN)).when(note_overdue).then(overdue)
    assert not action_plan.state([noted, overdue, planned, submitted]).overdue


def test_what_is_over_needs_no_plan():
    plan(noted, stand=(OVER,)).when(note_overdue).then()
    plan(noted, stand=(OVER,)).when(submit).refused(NothingToPlan)


def test_a_day_that_was_put_back_does_not_count_any_more():
    put_back = replace(another_noted, due_on=DAY_AFTER)
    plan(noted, put_back, stand=(OPEN, OPEN)).when(note_overdue).then()


def test_nothing_is_overdue_where_nothing_was_issued_yet():
    Given(action_plan, link_noted, stand=()).when(note_overdue).refused(NotFound)


def test_a_plan_is_a_step_at_a_time_and_then_submitted():
    plan(noted).when(submit).then(planned, submitted)


def test_a_plan_that_comes_late_is_taken_and_marked():
    late = replace(submitted, submitted_on=DAY_AFTER, late=True)
    plan(noted, overdue).when(replace(submit, today=DAY_AFTER)).then(planned, late)


def test_a_plan_that_leaves_a_recommendation_out_is_refused_and_told_which():
    refused = plan(noted, another_noted, stand=(OPEN, OPEN)).when(submit).refused(ActionPlanOmits)
    assert refused.details["recommendations"] == [ANOTHER]
    refused = plan(noted).when(replace(submit, actions=())).refused(ActionPlanOmits)
    assert refused.details["recommendations"] == [RECOMMENDATION]


def test_what_is_over_or_rejected_by_all_may_be_left_out():
    alone = replace(issued, owners=issued.owners[1:])
    nobody_acts = recommendation.state([alone, rejected])
    for left_out in (OVER, nobody_acts):
        plan(noted, another_noted, stand=(OPEN, left_out)).when(submit).then(planned, submitted)


def test_an_action_is_for_a_recommendation_of_this_inspection():
    strange = replace(submit, actions=(action, replace(action, recommendation_id=STRANGE)))
    refused = plan(noted).when(strange).refused(ActionOfAnotherInspection)
    assert refused.details["recommendations"] == [STRANGE]


def test_an_action_is_done_by_an_owner_that_has_not_rejected_it():
    def by(owner: OwnerCode) -> Any:
        return replace(submit, actions=(action, replace(action, owner=owner)))

    plan(noted).when(by(OwnerCode("somebody"))).refused(ActionOwnerUnknown)
    state = recommendation.state([issued, accepted, rejected])
    refused = plan(noted, stand=(state,)).when(by(BOARD)).refused(ActionOwnerUnknown)
    assert refused.details["pointer"] == "/actions/1/owner"


@pytest.mark.parametrize(
    ("name", "given"),
    [("specific", Words(" ")), ("measurable", Words("\t")), ("done_by", DUE - timedelta(days=1))],
)
def test_an_action_is_specific_measurable_and_timed(name: str, given: Any):
    vague = replace(submit, actions=(replace(action, **{name: given}),))
    refused = plan(noted).when(vague).refused(ActionNotSmart)
    assert refused.details["pointer"] == f"/actions/0/{name}"


def test_a_plan_that_is_in_is_not_submitted_again_unless_there_is_more_to_answer():
    plan(*IN).when(submit).refused(ActionPlanAlreadyIn)
    plan(*IN, plan_accepted).when(submit).refused(ActionPlanAlreadyIn)
    both = replace(submit, actions=(action, replace(action, recommendation_id=ANOTHER)))
    second = replace(planned, submission=2)
    plan(*IN, another_noted, stand=(OPEN, OPEN)).when(both).then(
        second, replace(second, recommendation_id=ANOTHER), replace(submitted, submission=2, actions=2)
    )


def test_a_plan_that_was_returned_is_submitted_again():
    again = replace(planned, submission=2), replace(submitted, submission=2)
    plan(*IN, plan_returned).when(submit).then(*again)
    state = action_plan.state([*IN, plan_returned, *again])
    assert (state.state, state.submission, len(state.steps)) == (PlanState.SUBMITTED, 2, 1)


def test_the_link_inspector_accepts_a_plan_or_returns_it_with_reasons():
    plan(*IN, link_noted).when(accept).then(plan_accepted)
    plan(*IN, link_noted).when(return_).then(plan_returned)
    plan(*IN, link_noted).when(replace(return_, reasons=None)).refused(ReturnNeedsReasons)
    plan(*IN, link_noted).when(replace(return_, reasons=Words(" "))).refused(ReturnNeedsReasons)


def test_another_than_the_link_inspector_reads_it_only_where_there_is_none():
    other = replace(accept, actor=REVIEWER)
    plan(*IN, link_noted).when(other).refused(NotLinkInspector)
    plan(*IN).when(other).then(replace(plan_accepted, reviewed_by=REVIEWER))


def test_nobody_reviews_their_own_plan():
    plan(*IN).when(replace(accept, actor=HEAD)).refused(PlannerReviews)
    own = replace(link_noted, person_id=PersonId(ActorId(HEAD)))
    plan(*IN, own).when(replace(accept, actor=HEAD)).refused(PlannerReviews)


def test_a_review_is_of_the_plan_that_was_read():
    plan(noted).when(accept).refused(NothingSubmitted)
    plan(*IN, plan_accepted).when(accept).refused(NothingSubmitted)
    refused = plan(*IN).when(replace(accept, submission=2)).refused(ActionPlanHasChanged)
    assert refused.details == {"submission": 1}


def test_a_plan_that_became_incomplete_is_not_accepted():
    refused = plan(*IN, another_noted, stand=(OPEN, OPEN)).when(accept).refused(ActionPlanOmits)
    assert refused.details["recommendations"] == [ANOTHER]
    assert date(2026, 3, 17) == DUE
