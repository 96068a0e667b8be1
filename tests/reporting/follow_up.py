"""What the tests of follow-up begin with: a recommendation to a council and a health board, and what becomes of it."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

from services.reporting.commands import Action, SubmitActionPlan
from services.reporting.events import (
    ActionPlanned,
    ActionPlanOverdue,
    ActionPlanSubmitted,
    LinkInspectorNoted,
    ProgressRecorded,
    RecommendationAccepted,
    RecommendationClosed,
    RecommendationNoted,
    RecommendationRejected,
    RecommendationSuperseded,
)
from services.reporting.service import reporting
from shared.contracts.reporting import RecommendationIssued
from shared.messages import Words
from shared.vocabulary.follow_up import Owner
from shared.vocabulary.follow_up import RecommendationState as State
from shared.vocabulary.identity import ActorId, ContentHash, OwnerCode, PersonId, RecommendationId
from shared.vocabulary.text import PublishedText
from tests.reporting.facts import INSPECTION, OTHER_INSPECTION, REPORT

assert reporting.aggregates  # declares the decisions of every module

RECOMMENDATION, ANOTHER, STRANGE = (RecommendationId(uuid4()) for _ in range(3))
COUNCIL, BOARD = OwnerCode("S12000014"), OwnerCode("S08000019")
OWNERS = (
    Owner(code=COUNCIL, title=PublishedText("Falkirk Council")),
    Owner(code=BOARD, title=PublishedText("NHS Forth Valley")),
)
HEAD, NURSE, LINK, REVIEWER = (ActorId(uuid4()) for _ in range(4))
DIGEST = ContentHash("cd" * 32)
WORDS = Words("Plans are checked each month.")
DUE, DAY_AFTER = date(2026, 3, 17), date(2026, 3, 18)

issued = RecommendationIssued(
    recommendation_id=RECOMMENDATION,
    inspection_id=INSPECTION,
    report_id=REPORT,
    text=PublishedText("Keep plans up to date."),
    owners=OWNERS,
    action_plan_due_on=DUE,
)
accepted = RecommendationAccepted(recommendation_id=RECOMMENDATION, owner=COUNCIL, accepted_by=HEAD, state=State.ISSUED)
both_accepted = replace(accepted, owner=BOARD, accepted_by=NURSE, state=State.ACCEPTED)
rejected = RecommendationRejected(
    recommendation_id=RECOMMENDATION,
    inspection_id=INSPECTION,
    owner=BOARD,
    rejected_by=NURSE,
    state=State.REJECTED,
    reason=WORDS,
)
progressed = ProgressRecorded(
    recommendation_id=RECOMMENDATION,
    inspection_id=INSPECTION,
    owner=COUNCIL,
    evidence=(DIGEST,),
    recorded_by=HEAD,
    state=State.IN_PROGRESS,
    words=WORDS,
)
both_shown = replace(progressed, owner=BOARD, recorded_by=NURSE, state=State.EVIDENCE_SUBMITTED)
SHOWN = (issued, accepted, both_accepted, progressed, both_shown)
closed = RecommendationClosed(
    recommendation_id=RECOMMENDATION, inspection_id=INSPECTION, closed_by=REVIEWER, reason=WORDS
)
superseded = RecommendationSuperseded(recommendation_id=RECOMMENDATION, by=ANOTHER, into=OTHER_INSPECTION)

noted = RecommendationNoted(inspection_id=INSPECTION, recommendation_id=RECOMMENDATION, recommendations=1, due_on=DUE)
another_noted = replace(noted, recommendation_id=ANOTHER, recommendations=2)
link_noted = LinkInspectorNoted(inspection_id=INSPECTION, person_id=PersonId(LINK))
action = Action(
    recommendation_id=RECOMMENDATION, owner=COUNCIL, done_by=date(2026, 9, 1), specific=WORDS, measurable=WORDS
)
submit = SubmitActionPlan(inspection_id=INSPECTION, actions=(action,), actor=HEAD, today=DUE)
planned = ActionPlanned(
    inspection_id=INSPECTION,
    submission=1,
    recommendation_id=RECOMMENDATION,
    owner=COUNCIL,
    done_by=date(2026, 9, 1),
    specific=WORDS,
    measurable=WORDS,
)
submitted = ActionPlanSubmitted(
    inspection_id=INSPECTION, submission=1, actions=1, submitted_by=HEAD, submitted_on=DUE, late=False
)
overdue = ActionPlanOverdue(inspection_id=INSPECTION, due_on=DUE, link_inspector=None)
IN = (noted, planned, submitted)
