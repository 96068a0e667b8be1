"""An evaluation, given, when, then."""

from dataclasses import replace
from typing import Any

import pytest

from services.reporting.aggregates.evaluation import (
    EvaluationSettled,
    GradeNotOnScale,
    NotEvaluatedNeedsReason,
    RationaleMissing,
    evaluation,
    evaluation_of,
)
from services.reporting.aggregates.inspected import PanelMemberFromArea, inspected
from services.reporting.aggregates.panel import NothingAdjusted, NothingProposed, ProposerDecides
from services.reporting.aggregates.proposing import (
    EvaluationNeedsEvidence,
    EvidenceNotLinkedHere,
    EvidenceWasWithdrawn,
)
from services.reporting.commands import (
    AdjustEvaluation,
    ConfirmEvaluation,
    LeaveUnevaluated,
    NoteEvidence,
    OpenEvaluation,
    ProposeEvaluation,
    ReopenEvaluation,
)
from services.reporting.events import (
    EvaluationAdjusted,
    EvaluationConfirmed,
    EvaluationOpened,
    EvaluationProposed,
    EvaluationReopened,
    EvidenceNoted,
    IndicatorLeftUnevaluated,
    ProgressReviewExpected,
    WithdrawalNoted,
)
from services.reporting.policies import a_withdrawal_is_noted
from shared.errors import NotAllowed, NotFound
from shared.messages import Words
from shared.methodologies.parts import PartnerScale
from shared.testing import Given
from shared.vocabulary.areas import NATION
from shared.vocabulary.bodies import ScrutinyBody
from shared.vocabulary.identity import BenchmarkCode, GssCode, ReasonCode, ScaleCode
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
    KEPT,
    LEADERSHIP,
    MORE_EVIDENCE,
    PANELLIST,
    SCALE,
    STRANGE_EVIDENCE,
    WEAK,
    kept,
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

expected = ProgressReviewExpected(evaluation_id=adjusted.evaluation_id, inspection_id=INSPECTION, grade=WEAK)


def given(asked: Any, *history: Any) -> Given:
    """A decision about an evaluation; what people decide looks at the inspection too."""
    looked = {"about": KEPT} if "about" in evaluation.decisions[type(asked)].looks else {}
    return Given(evaluation, *history, **looked).when(asked)


def test_an_indicator_has_one_evaluation_in_an_inspection():
    assert evaluation_of(INSPECTION, IMPACT) == EVALUATION
    assert evaluation_of(INSPECTION, LEADERSHIP) != EVALUATION


def test_an_evaluation_opens_once():
    asked = OpenEvaluation(evaluation_id=EVALUATION, inspection_id=INSPECTION, indicator=IMPACT, scale=SCALE)
    given(asked).then(opened)
    given(asked, opened).then()


def test_evidence_that_was_heard_of_before_the_opening_is_kept():
    given(note).then(noted)
    given(propose, noted, opened).then(proposed)


def test_evidence_is_noted_again_only_with_another_strength():
    given(note, opened, noted).then()
    weaker = replace(noted, strength=Strength.WEAK)
    given(replace(note, strength=Strength.WEAK), opened, noted).then(weaker)


def test_the_team_proposes_a_grade_with_its_rationale_and_evidence():
    given(propose, opened, noted).then(proposed)


def test_a_piece_of_evidence_that_is_named_twice_counts_once():
    given(replace(propose, evidence=(EVIDENCE, EVIDENCE)), opened, noted).then(proposed)


def test_the_team_may_propose_again_and_both_proposals_stay():
    better = replace(propose, grade=GOOD, actor=COLLEAGUE)
    given(better, opened, noted, proposed).then(replace(proposed, grade=GOOD, proposed_by=COLLEAGUE))


def test_nothing_is_proposed_for_what_was_not_opened():
    given(propose, noted).refused(NotFound)


@pytest.mark.parametrize("grade", ["satisfactory", "7", "0", "3.5", "not_applicable", "Good"])
def test_a_grade_that_is_not_on_the_pinned_scale_is_refused(grade: str):
    refused = given(replace(propose, grade=Grade(grade)), opened, noted).refused(GradeNotOnScale)
    assert (refused.status, refused.details["pointer"]) == (422, "/grade")


@pytest.mark.parametrize("code", SCALES)
def test_every_grade_of_the_pinned_scale_can_be_proposed_whichever_it_is(code: ScaleCode):
    for descriptor in SCALES[code].descriptors:
        history = (replace(opened, scale=code), noted)
        given(replace(propose, grade=descriptor.grade), *history).then(replace(proposed, grade=descriptor.grade))


def test_that_nothing_is_evaluated_is_not_a_grade():
    nothing = Grade("not_evaluated")
    given(replace(propose, grade=nothing), opened, noted).refused(NotEvaluatedNeedsReason)
    given(replace(adjust, grade=nothing), opened, noted, proposed).refused(NotEvaluatedNeedsReason)


def test_a_proposal_without_a_rationale_is_refused():
    given(replace(propose, rationale=Words(" \n")), opened, noted).refused(RationaleMissing)


def test_a_proposal_without_evidence_is_refused():
    given(replace(propose, evidence=()), opened, noted).refused(EvaluationNeedsEvidence)


def test_evidence_that_is_not_linked_to_the_indicator_is_refused_and_named():
    asked = replace(propose, evidence=(EVIDENCE, STRANGE_EVIDENCE, MORE_EVIDENCE))
    refused = given(asked, opened, noted).refused(EvidenceNotLinkedHere)
    assert refused.details["evidence"] == sorted((STRANGE_EVIDENCE, MORE_EVIDENCE))


def test_a_clock_proposes_nothing():
    given(replace(propose, actor=None), opened, noted).refused(NotAllowed)


@pytest.mark.parametrize("end", [confirmed, adjusted, left])
def test_what_the_panel_settled_is_not_proposed_confirmed_or_left_again(end: object):
    for asked in (propose, confirm, leave):
        given(asked, opened, noted, proposed, end).refused(EvaluationSettled)


def test_the_panel_confirms_what_was_proposed():
    given(confirm, opened, noted, proposed).then(confirmed)


def test_the_panel_adjusts_with_a_reason_and_the_proposal_stays():
    given(adjust, opened, noted, proposed).then(adjusted, expected)
    state = evaluation.state([opened, noted, proposed, adjusted])
    assert (state.proposed, state.settled, state.rationale) == (ADEQUATE, WEAK, WHY)


def test_the_panel_may_adjust_what_it_confirmed():
    given(adjust, opened, noted, proposed, confirmed).then(adjusted, expected)


def test_the_panel_may_go_back_to_what_was_proposed():
    back = replace(adjust, grade=ADEQUATE)
    given(back, opened, noted, proposed, adjusted).then(replace(adjusted, grade=ADEQUATE))


def test_what_was_left_unevaluated_is_not_adjusted():
    given(adjust, opened, noted, proposed, left).refused(EvaluationSettled)


@pytest.mark.parametrize(("history", "grade"), [((), ADEQUATE), ((confirmed,), ADEQUATE), ((adjusted,), WEAK)])
def test_an_adjustment_to_the_same_grade_is_refused(history: tuple[object, ...], grade: Grade):
    same = replace(adjust, grade=grade)
    given(same, opened, noted, proposed, *history).refused(NothingAdjusted)


def test_an_adjustment_stays_on_the_scale():
    off = replace(adjust, grade=Grade("satisfactory"))
    given(off, opened, noted, proposed).refused(GradeNotOnScale)


def test_an_adjustment_without_a_reason_is_refused():
    given(replace(adjust, reason=Words("  ")), opened, noted, proposed).refused(RationaleMissing)


def test_there_is_nothing_to_confirm_or_adjust_before_a_proposal():
    given(confirm, opened, noted).refused(NothingProposed)
    given(adjust, opened, noted).refused(NothingProposed)


@pytest.mark.parametrize("asked", [confirm, adjust, leave])
def test_the_panel_decides_on_nothing_that_was_not_opened(asked: object):
    given(asked, noted).refused(NotFound)


@pytest.mark.parametrize("asked", [confirm, adjust, leave])
def test_whoever_proposed_does_not_decide(asked: ConfirmEvaluation | AdjustEvaluation | LeaveUnevaluated):
    again = replace(proposed, proposed_by=COLLEAGUE)
    for actor in (INSPECTOR, COLLEAGUE):
        refused = given(replace(asked, actor=actor), opened, noted, proposed, again).refused(ProposerDecides)
        assert refused.recorded


def test_the_panel_leaves_an_indicator_unevaluated_for_a_reason():
    given(leave, opened).then(left)
    given(leave, opened, noted, proposed).then(left)


def test_a_low_grade_raises_a_progress_review_by_itself():
    low = replace(proposed, grade=Grade("unsatisfactory"))
    confirmed_low = replace(confirmed, grade=Grade("unsatisfactory"))
    given(confirm, opened, noted, low).then(confirmed_low, replace(expected, grade=Grade("unsatisfactory")))


def test_a_partner_evaluates_on_its_own_scale():
    own = replace(opened, partner_scales=(PartnerScale(partner=ScrutinyBody.PRISONS, scale=ScaleCode("hmips")),))
    asked = replace(propose, grade=Grade("generally_acceptable"), partner=ScrutinyBody.PRISONS)
    on_it = replace(proposed, grade=Grade("generally_acceptable"), scale=ScaleCode("hmips"))
    given(asked, own, noted).then(on_it)
    given(replace(asked, grade=GOOD), own, noted).then(replace(on_it, grade=GOOD))
    refused = given(replace(asked, grade=ADEQUATE), own, noted).refused(GradeNotOnScale)
    assert refused.details["scale"] == "hmips"
    given(replace(asked, partner=None), own, noted).refused(GradeNotOnScale)
    given(replace(adjust, grade=ADEQUATE), own, noted, on_it).refused(GradeNotOnScale)
    given(propose, own, noted, on_it).then(proposed)
    given(adjust, own, noted, on_it, proposed).then(adjusted, expected)


def test_an_evaluation_does_not_rest_on_what_was_withdrawn():
    gone = inspected.state([kept, WithdrawalNoted(inspection_id=INSPECTION, evidence_id=EVIDENCE)])
    Given(evaluation, opened, noted, about=gone).when(propose).refused(EvidenceWasWithdrawn)
    for asked in (confirm, adjust):
        Given(evaluation, opened, noted, proposed, about=gone).when(asked).refused(EvidenceWasWithdrawn)
    Given(evaluation, opened, noted, proposed, about=gone).when(leave).then(left)


def test_the_panel_looks_again_at_what_rested_on_evidence_that_was_withdrawn():
    noted_gone = WithdrawalNoted(inspection_id=INSPECTION, evidence_id=EVIDENCE, indicators=(IMPACT, LEADERSHIP))
    asked, other = a_withdrawal_is_noted(noted_gone)
    assert (asked.evaluation_id, other.evaluation_id) == (EVALUATION, evaluation_of(INSPECTION, LEADERSHIP))
    given(asked, opened, noted, proposed, confirmed).then(EvaluationReopened(evaluation_id=EVALUATION))
    given(asked, opened, noted, proposed).then()
    given(replace(asked, without=MORE_EVIDENCE), opened, noted, proposed, confirmed).then()


@pytest.mark.parametrize("asked", [confirm, adjust, leave])
def test_nobody_from_the_inspected_area_decides(asked: ConfirmEvaluation | AdjustEvaluation | LeaveUnevaluated):
    neighbour = replace(asked, home_area=GssCode("S12000014"))
    refused = given(neighbour, opened, noted, proposed).refused(PanelMemberFromArea)
    assert (refused.status, refused.recorded, refused.details) == (409, True, {})
    elsewhere = replace(asked, home_area=GssCode("S12000047"))
    assert given(elsewhere, opened, noted, proposed)._decide()
    nation = inspected.state([replace(kept, area=NATION)])
    assert Given(evaluation, opened, noted, proposed, about=nation).when(neighbour)._decide()


def test_a_settled_evaluation_is_opened_again_for_the_panel():
    reopened = EvaluationReopened(evaluation_id=opened.evaluation_id)
    asked = ReopenEvaluation(evaluation_id=opened.evaluation_id)
    given(asked, opened, noted, proposed, confirmed).then(reopened)
    given(asked, opened, noted, proposed).then()
    given(confirm, opened, noted, proposed, confirmed, reopened).then(confirmed)
