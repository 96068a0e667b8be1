"""Whenever that happens, or the day comes, reporting does this."""

from collections.abc import Iterator
from datetime import timedelta

from services.reporting.aggregates.closing import carried_id
from services.reporting.aggregates.evaluation import evaluation_of
from services.reporting.commands import (
    CarryForward,
    CarryForwardRecommendation,
    EnrolInspection,
    KeepEdition,
    NoteActionPlanOverdue,
    NoteEvidence,
    NoteLinkInspector,
    NoteOutput,
    NotePause,
    NotePauseEnd,
    NoteRecommendation,
    NoteStratum,
    NoteWithdrawal,
    OpenEvaluation,
    ReopenEvaluation,
    TakeUpRecommendation,
)
from services.reporting.events import (
    CarryingForward,
    DiscussionHeld,
    EditionKept,
    InaccuracyRuledOn,
    RecommendationSuperseded,
    WithdrawalNoted,
)
from shared.contracts.evidence import EvidenceLinked, EvidenceRegistered, EvidenceWithdrawn, StratumFoundEmpty
from shared.contracts.reporting import RecommendationCarriedForward, RecommendationIssued, ReportPublished
from shared.contracts.scheduling import InspectionOpened, PublicationPaused, PublicationPauseEnded, TeamMemberAssigned
from shared.sourcing.service import Later, Policies, on_day
from shared.vocabulary.framework import QIF
from shared.vocabulary.methods import Attribution, OutputForm, OutputScope, ReachUnit
from shared.vocabulary.roles import TeamRole

policies = Policies()


@policies.whenever
def an_inspection_opens(fact: InspectionOpened) -> Iterator[KeepEdition | EnrolInspection | OpenEvaluation]:
    """What its edition says is kept, it counts among its programme's, and every indicator gets its one evaluation."""
    edition, nationwide = fact.edition, fact.area.is_nation
    outputs = tuple(each for each in edition.outputs if (each.per is OutputScope.NATION) is nationwide)
    sampled_here = nationwide is (edition.reach.unit is ReachUnit.NATION)
    yield KeepEdition(
        inspection_id=fact.inspection_id,
        area=fact.area,
        indicators=edition.indicators,
        scale=edition.evaluation.scale,
        comment_working_days=edition.responses.comment_working_days,
        action_plan_weeks=edition.responses.action_plan_weeks,
        forms=tuple(output.form for output in outputs),
        programme_id=fact.programme_id,
        waits=outputs,
        attributed=edition.attribution is Attribution.PER_AREA,
        grades_published=edition.evaluation.published,
        rights_needed=edition.evaluation.framework == QIF,
        strata=edition.strata if sampled_here else (),
        follows=fact.follows,
    )
    yield EnrolInspection(programme_id=fact.programme_id, inspection_id=fact.inspection_id, nationwide=nationwide)
    for indicator in edition.indicators:
        yield OpenEvaluation(
            evaluation_id=evaluation_of(fact.inspection_id, indicator),
            inspection_id=fact.inspection_id,
            indicator=indicator,
            scale=edition.evaluation.scale,
            partner_scales=edition.evaluation.partner_scales,
        )


@policies.whenever
def evidence_is_registered(fact: EvidenceRegistered) -> Iterator[NoteStratum]:
    """The kind of record that it was taken from is accounted for."""
    if fact.stratum is not None:
        yield NoteStratum(inspection_id=fact.inspection_id, stratum=fact.stratum)


@policies.whenever
def a_stratum_is_empty(fact: StratumFoundEmpty) -> Iterator[NoteStratum]:
    """So is one of which there is none."""
    yield NoteStratum(inspection_id=fact.inspection_id, stratum=fact.stratum)


@policies.whenever
def evidence_is_withdrawn(fact: EvidenceWithdrawn) -> Iterator[NoteWithdrawal]:
    """No evaluation rests on it from now on."""
    yield NoteWithdrawal(inspection_id=fact.inspection_id, evidence_id=fact.evidence_id)


@policies.whenever
def a_withdrawal_is_noted(fact: WithdrawalNoted) -> Iterator[ReopenEvaluation]:
    """The panel looks again at what rested on it."""
    for indicator in fact.indicators:
        evaluation_id = evaluation_of(fact.inspection_id, indicator)
        yield ReopenEvaluation(evaluation_id=evaluation_id, without=fact.evidence_id)


@policies.whenever
def a_ruling_changes_an_evaluation(fact: InaccuracyRuledOn) -> Iterator[ReopenEvaluation]:
    """The panel looks at it again; the draft cannot be published before."""
    if fact.changes is not None:
        yield ReopenEvaluation(evaluation_id=fact.changes)


@policies.whenever
def a_discussion_is_held(fact: DiscussionHeld) -> Iterator[NoteOutput]:
    """The partnership was told in words: what waits for that can follow."""
    if fact.programme_id is not None:
        yield NoteOutput(
            programme_id=fact.programme_id, inspection_id=fact.inspection_id, form=OutputForm.VERBAL_FEEDBACK
        )


@policies.whenever
def a_report_is_published(fact: ReportPublished) -> Iterator[NoteOutput]:
    """It is out, and with a report its accessible version: what waits can follow, and neither is published twice."""
    accessible = (OutputForm.ACCESSIBLE_REPORT,) if fact.form is OutputForm.REPORT else ()
    if fact.programme_id is not None:
        for form in (fact.form, *accessible):
            yield NoteOutput(programme_id=fact.programme_id, inspection_id=fact.inspection_id, form=form)


@policies.whenever
def publication_is_paused(fact: PublicationPaused) -> Iterator[NotePause]:
    """Every council of the area knows of it."""
    for code in fact.area.councils:
        yield NotePause(council=code, pause_id=fact.pause_id, first_day=fact.first_day, last_day=fact.last_day)


@policies.whenever
def a_pause_is_called_off(fact: PublicationPauseEnded) -> Iterator[NotePauseEnd]:
    """Nothing is held back for it any more."""
    for code in fact.area.councils:
        yield NotePauseEnd(council=code, pause_id=fact.pause_id, ended_on=fact.ended_on)


@policies.whenever
def evidence_is_linked(fact: EvidenceLinked) -> Iterator[NoteEvidence]:
    """An evaluation may rest on it from now on."""
    yield NoteEvidence(
        evaluation_id=evaluation_of(fact.inspection_id, fact.indicator),
        inspection_id=fact.inspection_id,
        evidence_id=fact.evidence_id,
        strength=fact.strength,
    )


@policies.whenever
def an_inspection_follows(fact: EditionKept) -> Iterator[CarryForward]:
    """What is still open of the earlier inspection's recommendations goes on in this one."""
    if fact.follows is not None:
        yield CarryForward(inspection_id=fact.follows, into=fact.inspection_id)


@policies.whenever
def recommendations_are_carried_forward(fact: CarryingForward) -> Iterator[CarryForwardRecommendation]:
    """Each is superseded by itself in the later inspection."""
    for each in fact.recommendations:
        yield CarryForwardRecommendation(recommendation_id=each, into=fact.into)


@policies.whenever
def a_recommendation_is_superseded(fact: RecommendationSuperseded) -> Iterator[TakeUpRecommendation]:
    """Where it goes on in a later inspection, that takes it up under its new id; what was issued is there already."""
    if fact.into is not None and fact.by == carried_id(fact.recommendation_id, fact.into):
        yield TakeUpRecommendation(
            recommendation_id=fact.by, inspection_id=fact.into, carried_from=fact.recommendation_id
        )


@policies.whenever
def a_recommendation_is_carried_forward(fact: RecommendationCarriedForward) -> Iterator[NoteRecommendation]:
    """The later inspection's action plan has to answer it; its day is that of what is issued there."""
    yield NoteRecommendation(inspection_id=fact.inspection_id, recommendation_id=fact.recommendation_id)


@policies.whenever
def an_action_plan_falls_due(fact: RecommendationIssued) -> Iterator[NoteRecommendation | Later]:
    """The due day itself still counts; the plan is overdue as the next one begins."""
    due_on = fact.action_plan_due_on
    yield NoteRecommendation(inspection_id=fact.inspection_id, recommendation_id=fact.recommendation_id, due_on=due_on)
    overdue = NoteActionPlanOverdue(inspection_id=fact.inspection_id, due_on=due_on)
    yield on_day(overdue, due_on + timedelta(days=1))


@policies.whenever
def a_link_inspector_is_named(fact: TeamMemberAssigned) -> Iterator[NoteLinkInspector]:
    """Whoever that is reads the inspection's action plan."""
    if fact.team_role is TeamRole.LINK_INSPECTOR:
        yield NoteLinkInspector(inspection_id=fact.inspection_id, person_id=fact.person_id)
