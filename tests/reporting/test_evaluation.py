"""An evaluation, given, when, then."""

from dataclasses import replace

import pytest

from services.reporting.aggregates.evaluation import (
    EvaluationNeedsEvidence,
    EvaluationSettled,
    EvidenceNotLinkedHere,
    GradeNotOnScale,
    NotEvaluatedNeedsReason,
    RationaleMissing,
    evaluation,
    evaluation_of,
)
from services.reporting.aggregates.panel import NothingAdjusted, NothingProposed, ProposerDecides
from services.reporting.commands import (
    AdjustEvaluation,
    ConfirmEvaluation,
    LeaveUnevaluated,
    NoteEvidence,
    OpenEvaluation,
    ProposeEvaluation,
)
from services.reporting.events import (
    EvaluationAdjusted,
    EvaluationConfirmed,
    EvaluationOpened,
    EvaluationProposed,
    EvidenceNoted,
    IndicatorLeftUnevaluated,
)
from shared.errors import NotAllowed, NotFound
from shared.messages import Words
from shared.testing import Given
from shared.vocabulary.identity import BenchmarkCode, ReasonCode, ScaleCode
from shared.vocabulary.methods import Strength
from shared.vocabulary.scales import SCALES, Grade
from tests.reporting.facts import (
    ADEQUATE,
    COLLEAGUE,
    EVIDENCE,
    GOOD,
    IMPACT,
    INSPECTION,
    INSPECTOR,
    LEADERSHIP,
    MORE_EVIDENCE,
    PANELLIST,
    SCALE,
    STRANGE_EVIDENCE,
    WEAK,
)

EVALUATION = evaluation_of(INSPECTION, IMPACT)
WHY, REASON = Words("Children told us so, and the records agree."), Words("Compared with three other areas.")

opened = EvaluationOpened(evaluation_id=EVALUATION, inspection_id=INSPECTION, indicator=IMPACT, scale=SCALE)
noted = EvidenceNoted(evaluation_id=EVALUATION, evidence_id=EVIDENCE, strength=Strength.STRONG)
note = NoteEvidence(evaluation_id=EVALUATION, inspection_id=INSPECTION, evidence_id=EVIDENCE, strength=Strength.STRONG)
propose = ProposeEvaluation(
    evaluation_id=EVALUATION, grade=ADEQUATE, rationale=WHY, evidence=(EVIDENCE,), actor=INSPECTOR
)
proposed = EvaluationProposed(
    evaluation_id=EVALUATION,
    inspection_id=INSPECTION,
    grade=ADEQUATE,
    evidence=(EVIDENCE,),
    proposed_by=INSPECTOR,
    rationale=WHY,
)
confirm = ConfirmEvaluation(evaluation_id=EVALUATION, actor=PANELLIST)
confirmed = EvaluationConfirmed(evaluation_id=EVALUATION, grade=ADEQUATE, confirmed_by=PANELLIST)
adjust = AdjustEvaluation(
    evaluation_id=EVALUATION, grade=WEAK, reason=REASON, benchmark=BenchmarkCode("2024-03"), actor=PANELLIST
)
adjusted = EvaluationAdjusted(
    evaluation_id=EVALUATION,
    inspection_id=INSPECTION,
    proposed=ADEQUATE,
    grade=WEAK,
    benchmark=BenchmarkCode("2024-03"),
    adjusted_by=PANELLIST,
    reason=REASON,
)
leave = LeaveUnevaluated(evaluation_id=EVALUATION, reason=ReasonCode("too-few-records"), actor=PANELLIST)
left = IndicatorLeftUnevaluated(evaluation_id=EVALUATION, reason=ReasonCode("too-few-records"), left_by=PANELLIST)


def test_an_indicator_has_one_evaluation_in_an_inspection():
    assert evaluation_of(INSPECTION, IMPACT) == EVALUATION
    assert evaluation_of(INSPECTION, LEADERSHIP) != EVALUATION


def test_an_evaluation_opens_once():
    asked = OpenEvaluation(evaluation_id=EVALUATION, inspection_id=INSPECTION, indicator=IMPACT, scale=SCALE)
    Given(evaluation).when(asked).then(opened)
    Given(evaluation, opened).when(asked).then()


def test_evidence_that_was_heard_of_before_the_opening_is_kept():
    Given(evaluation).when(note).then(noted)
    Given(evaluation, noted, opened).when(propose).then(proposed)


def test_evidence_is_noted_again_only_with_another_strength():
    Given(evaluation, opened, noted).when(note).then()
    weaker = replace(noted, strength=Strength.WEAK)
    Given(evaluation, opened, noted).when(replace(note, strength=Strength.WEAK)).then(weaker)


def test_the_team_proposes_a_grade_with_its_rationale_and_evidence():
    Given(evaluation, opened, noted).when(propose).then(proposed)


def test_a_piece_of_evidence_that_is_named_twice_counts_once():
    Given(evaluation, opened, noted).when(replace(propose, evidence=(EVIDENCE, EVIDENCE))).then(proposed)


def test_the_team_may_propose_again_and_both_proposals_stay():
    better = replace(propose, grade=GOOD, actor=COLLEAGUE)
    Given(evaluation, opened, noted, proposed).when(better).then(replace(proposed, grade=GOOD, proposed_by=COLLEAGUE))


def test_nothing_is_proposed_for_what_was_not_opened():
    Given(evaluation, noted).when(propose).refused(NotFound)


@pytest.mark.parametrize("grade", ["satisfactory", "7", "0", "3.5", "not_applicable", "Good"])
def test_a_grade_that_is_not_on_the_pinned_scale_is_refused(grade: str):
    refused = Given(evaluation, opened, noted).when(replace(propose, grade=Grade(grade))).refused(GradeNotOnScale)
    assert (refused.status, refused.details["pointer"]) == (422, "/grade")


@pytest.mark.parametrize("code", SCALES)
def test_every_grade_of_the_pinned_scale_can_be_proposed_whichever_it_is(code: ScaleCode):
    for descriptor in SCALES[code].descriptors:
        history = (replace(opened, scale=code), noted)
        Given(evaluation, *history).when(replace(propose, grade=descriptor.grade)).then(
            replace(proposed, grade=descriptor.grade)
        )


def test_that_nothing_is_evaluated_is_not_a_grade():
    nothing = Grade("not_evaluated")
    Given(evaluation, opened, noted).when(replace(propose, grade=nothing)).refused(NotEvaluatedNeedsReason)
    Given(evaluation, opened, noted, proposed).when(replace(adjust, grade=nothing)).refused(NotEvaluatedNeedsReason)


def test_a_proposal_without_a_rationale_is_refused():
    Given(evaluation, opened, noted).when(replace(propose, rationale=Words(" \n"))).refused(RationaleMissing)


def test_a_proposal_without_evidence_is_refused():
    Given(evaluation, opened, noted).when(replace(propose, evidence=())).refused(EvaluationNeedsEvidence)


def test_evidence_that_is_not_linked_to_the_indicator_is_refused_and_named():
    asked = replace(propose, evidence=(EVIDENCE, STRANGE_EVIDENCE, MORE_EVIDENCE))
    refused = Given(evaluation, opened, noted).when(asked).refused(EvidenceNotLinkedHere)
    assert refused.details["evidence"] == sorted((STRANGE_EVIDENCE, MORE_EVIDENCE))


def test_a_clock_proposes_nothing():
    Given(evaluation, opened, noted).when(replace(propose, actor=None)).refused(NotAllowed)


@pytest.mark.parametrize("end", [confirmed, adjusted, left])
def test_what_the_panel_settled_is_not_proposed_confirmed_or_left_again(end: object):
    for asked in (propose, confirm, leave):
        Given(evaluation, opened, noted, proposed, end).when(asked).refused(EvaluationSettled)


def test_the_panel_confirms_what_was_proposed():
    Given(evaluation, opened, noted, proposed).when(confirm).then(confirmed)


def test_the_panel_adjusts_with_a_reason_and_the_proposal_stays():
    Given(evaluation, opened, noted, proposed).when(adjust).then(adjusted)
    state = evaluation.state([opened, noted, proposed, adjusted])
    assert (state.proposed, state.settled, state.rationale) == (ADEQUATE, WEAK, WHY)


def test_the_panel_may_adjust_what_it_confirmed():
    Given(evaluation, opened, noted, proposed, confirmed).when(adjust).then(adjusted)


def test_the_panel_may_go_back_to_what_was_proposed():
    back = replace(adjust, grade=ADEQUATE)
    Given(evaluation, opened, noted, proposed, adjusted).when(back).then(replace(adjusted, grade=ADEQUATE))


def test_what_was_left_unevaluated_is_not_adjusted():
    Given(evaluation, opened, noted, proposed, left).when(adjust).refused(EvaluationSettled)


@pytest.mark.parametrize(("history", "grade"), [((), ADEQUATE), ((confirmed,), ADEQUATE), ((adjusted,), WEAK)])
def test_an_adjustment_to_the_same_grade_is_refused(history: tuple[object, ...], grade: Grade):
    same = replace(adjust, grade=grade)
    Given(evaluation, opened, noted, proposed, *history).when(same).refused(NothingAdjusted)


def test_an_adjustment_stays_on_the_scale():
    off = replace(adjust, grade=Grade("satisfactory"))
    Given(evaluation, opened, noted, proposed).when(off).refused(GradeNotOnScale)


def test_an_adjustment_without_a_reason_is_refused():
    Given(evaluation, opened, noted, proposed).when(replace(adjust, reason=Words("  "))).refused(RationaleMissing)


def test_there_is_nothing_to_confirm_or_adjust_before_a_proposal():
    Given(evaluation, opened, noted).when(confirm).refused(NothingProposed)
    Given(evaluation, opened, noted).when(adjust).refused(NothingProposed)


@pytest.mark.parametrize("asked", [confirm, adjust, leave])
def test_the_panel_decides_on_nothing_that_was_not_opened(asked: object):
    Given(evaluation, noted).when(asked).refused(NotFound)


@pytest.mark.parametrize("asked", [confirm, adjust, leave])
def test_whoever_proposed_does_not_decide(asked: ConfirmEvaluation | AdjustEvaluation | LeaveUnevaluated):
    again = replace(proposed, proposed_by=COLLEAGUE)
    for actor in (INSPECTOR, COLLEAGUE):
        refused = (
            Given(evaluation, opened, noted, proposed, again).when(replace(asked, actor=actor)).refused(ProposerDecides)
        )
        assert refused.recorded


def test_the_panel_leaves_an_indicator_unevaluated_for_a_reason():
    Given(evaluation, opened).when(leave).then(left)
    Given(evaluation, opened, noted, proposed).when(leave).then(left)
