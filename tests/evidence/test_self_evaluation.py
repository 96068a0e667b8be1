"""Self-evaluations: handed in, superseded, extended, chosen and validated, given, when, then."""

from datetime import date
from uuid import UUID, uuid4

import pytest

import services.evidence.aggregates.validation  # noqa: F401 - its decisions belong to the gathering
from services.evidence.aggregates.gathering import GatheringIsClosed, gathering
from services.evidence.aggregates.information_return import CountBelowZero, NotAnExtension, ReturnTooLong
from services.evidence.aggregates.self_evaluation import (
    NotChosenForValidation,
    NothingToValidate,
    ScoresDoNotFit,
    SelfEvaluation,
    SelfEvaluationAlreadyValidated,
    SelfEvaluationWindowClosed,
    SupporterValidatesAlone,
    self_evaluation,
)
from services.evidence.aggregates.submitters import NoSelfEvaluationAsked, SubmitterNotExpected
from services.evidence.aggregates.validation import ScopeBelowChosen, ValidationPlanIsFull
from services.evidence.commands import (
    ChangeValidationScope,
    ChooseForValidation,
    ExtendSelfEvaluation,
    ScoreOutcome,
    SelfScore,
    SetSelfEvaluationWindow,
    SubmitSelfEvaluation,
    SupportSelfEvaluation,
    ValidateSelfEvaluation,
    self_evaluation_id_of,
)
from services.evidence.events import (
    ChosenForValidation,
    Judged,
    Scored,
    SelfEvaluationExtended,
    SelfEvaluationSupported,
    SelfEvaluationTakenIn,
    SelfEvaluationWindowSet,
    ValidationReasoned,
    ValidationScopeChanged,
)
from shared.contracts.evidence import SelfEvaluationSubmitted, SelfEvaluationValidated
from shared.messages import Words
from shared.testing import Given
from shared.vocabulary.identity import ActorId, IndicatorCode, ReasonCode, SubmitterCode
from shared.vocabulary.methods import ValidationOutcome
from shared.vocabulary.scales import Grade
from tests.evidence.facts import CLOSED, DIGEST, INSPECTION, OPEN, OTHER_DIGEST, closed, gathered_by

FIFE, FIFE_BEFORE_2018 = SubmitterCode("S12000047"), SubmitterCode("S12000015")
AYRSHIRE = ("S12000008", "S12000021", "S12000028")
LAST_DAY, AFTER = date(2024, 11, 20), date(2024, 11, 21)
REASON = ReasonCode("illness")
SUPPORTER = ActorId(uuid4())
QI = IndicatorCode("6.4")
GOOD = Grade("good")

window = SelfEvaluationWindowSet(inspection_id=INSPECTION, closes_on=LAST_DAY, reason=REASON)
NATIONWIDE = gathering.state([gathered_by("justice-self-evaluation@2024-1"), window])
ITS_ID = self_evaluation_id_of(INSPECTION, FIFE)
chosen = ChosenForValidation(inspection_id=INSPECTION, self_evaluation_id=ITS_ID, councils=(FIFE,))
CHOSEN = gathering.state([gathered_by("justice-self-evaluation@2024-1"), window, chosen])


def submit(
    submitter: SubmitterCode = FIFE,
    *,
    today: date = LAST_DAY,
    grade: str = "good",
    words: int = 900,
    indicators: tuple[str, ...] = ("6.4",),
) -> SubmitSelfEvaluation:
    return SubmitSelfEvaluation(
        inspection_id=INSPECTION,
        submitter=submitter,
        scores=tuple(SelfScore(indicator=IndicatorCode(each), grade=Grade(grade)) for each in indicators),
        words=words,
        digest=DIGEST,
        summary=Words("How good are we now?"),
        today=today,
    )


def submitted(number: int = 1, *, extended: bool = False, on: date = LAST_DAY) -> SelfEvaluationSubmitted:
    return SelfEvaluationSubmitted(
        self_evaluation_id=ITS_ID,
        inspection_id=INSPECTION,
        councils=(FIFE,),
        submission=number,
        submitted_on=on,
        extended=extended,
    )


def taken_in(number: int = 1, digest: str = DIGEST) -> SelfEvaluationTakenIn:
    return SelfEvaluationTakenIn(
        self_evaluation_id=ITS_ID,
        inspection_id=INSPECTION,
        submission=number,
        scores=(Scored(indicator=QI, grade=GOOD),),
        words=900,
        digest=digest,
        summary=Words("How good are we now?"),
    )


def validate(*, actor: ActorId | None = None, indicators: tuple[str, ...] = ("6.4",)) -> ValidateSelfEvaluation:
    return ValidateSelfEvaluation(
        inspection_id=INSPECTION,
        submitter=FIFE,
        outcome=ValidationOutcome.PARTLY_CONFIRMED,
        scores=tuple(
            ScoreOutcome(indicator=IndicatorCode(each), outcome=ValidationOutcome.NOT_CONFIRMED) for each in indicators
        ),
        reasons=Words("The evidence does not bear it out."),
        actor=actor or ActorId(uuid4()),
        today=date(2025, 2, 24),
    )


support = SupportSelfEvaluation(inspection_id=INSPECTION, submitter=FIFE, supporter=SUPPORTER)
supported = SelfEvaluationSupported(self_evaluation_id=ITS_ID, inspection_id=INSPECTION, supporter=SUPPORTER)
validated = SelfEvaluationValidated(
    self_evaluation_id=ITS_ID,
    inspection_id=INSPECTION,
    councils=(FIFE,),
    outcome=ValidationOutcome.PARTLY_CONFIRMED,
    validated_on=date(2025, 2, 24),
)
reasoned = ValidationReasoned(
    self_evaluation_id=ITS_ID,
    inspection_id=INSPECTION,
    scores=(Judged(indicator=QI, outcome=ValidationOutcome.NOT_CONFIRMED),),
    reasons=Words("The evidence does not bear it out."),
)
HANDED_IN: SelfEvaluation = self_evaluation.state([submitted(), taken_in()])
HISTORY = (submitted(), taken_in())


def extend(until: date = date(2024, 11, 29)) -> ExtendSelfEvaluation:
    return ExtendSelfEvaluation(inspection_id=INSPECTION, submitter=FIFE, until=until, reason=REASON)


extended = SelfEvaluationExtended(
    self_evaluation_id=ITS_ID, inspection_id=INSPECTION, until=date(2024, 11, 29), reason=REASON
)
choose = ChooseForValidation(inspection_id=INSPECTION, submitter=FIFE)


def change(planned: int) -> ChangeValidationScope:
    return ChangeValidationScope(inspection_id=INSPECTION, planned=planned, reason=REASON)


# Handing in


def test_a_council_hands_its_self_evaluation_in():
    Given(self_evaluation, gathered=NATIONWIDE).when(submit()).then(submitted(), taken_in())


def test_a_retired_code_is_the_council_that_it_became():
    Given(self_evaluation, gathered=NATIONWIDE).when(submit(FIFE_BEFORE_2018)).then(submitted(), taken_in())


def test_a_later_submission_supersedes_the_first_and_both_are_kept():
    Given(self_evaluation, *HISTORY, gathered=NATIONWIDE).when(submit()).then(submitted(2), taken_in(2))
    assert self_evaluation.state([*HISTORY, submitted(2), taken_in(2, OTHER_DIGEST)]).submission == 2


def test_the_window_closes_at_the_end_of_its_last_day():
    refusal = Given(self_evaluation, gathered=NATIONWIDE).when(submit(today=AFTER)).refused(SelfEvaluationWindowClosed)
    assert refusal.details == {"closes_on": LAST_DAY}


def test_whoever_was_given_longer_hands_in_later_and_it_is_marked():
    then = Given(self_evaluation, extended, gathered=NATIONWIDE).when(submit(today=AFTER))
    then.then(submitted(extended=True, on=AFTER), taken_in())


def test_an_extension_ends_too():
    late = submit(today=date(2024, 11, 30))
    Given(self_evaluation, extended, gathered=NATIONWIDE).when(late).refused(SelfEvaluationWindowClosed)


@pytest.mark.parametrize("submitter", ["S12000099", "E06000001", "Fyfe", "S92000003", "cjp:ayrshire"])
def test_nobody_else_is_expected(submitter: str):
    asked = submit(SubmitterCode(submitter))
    Given(self_evaluation, gathered=NATIONWIDE).when(asked).refused(SubmitterNotExpected)


def test_a_partnership_hands_one_in_for_all_its_councils():
    its = gathering.state([gathered_by("community-justice-partnerships@2018-1", *AYRSHIRE)])
    asked = submit(SubmitterCode("cjp:ayrshire"), indicators=())
    state = Given(self_evaluation, gathered=its).when(asked)._decide()
    assert state[0].councils == AYRSHIRE
    one_of_them = submit(SubmitterCode("S12000028"), indicators=())
    Given(self_evaluation, gathered=its).when(one_of_them).refused(SubmitterNotExpected)


def test_too_many_words_are_refused_with_their_count():
    refusal = Given(self_evaluation, gathered=NATIONWIDE).when(submit(words=5001)).refused(ReturnTooLong)
    assert refusal.details == {"words": 5001, "most_words": 5000, "pointer": "/words"}


def test_nothing_has_fewer_words_than_none():
    Given(self_evaluation, gathered=NATIONWIDE).when(submit(words=-1)).refused(CountBelowZero)


@pytest.mark.parametrize(
    "asked", [submit(indicators=()), submit(indicators=("6.4", "6.4")), submit(indicators=("2.1",))]
)
def test_each_indicator_that_is_asked_about_has_one_score(asked: SubmitSelfEvaluation):
    Given(self_evaluation, gathered=NATIONWIDE).when(asked).refused(ScoresDoNotFit)


@pytest.mark.parametrize("grade", ["0", "7", "3.5", "satisfactory", "not_evaluated"])
def test_a_score_is_on_the_editions_scale(grade: str):
    Given(self_evaluation, gathered=NATIONWIDE).when(submit(grade=grade)).refused(ScoresDoNotFit)


@pytest.mark.parametrize("command", [submit(), support, extend()])
def test_an_edition_that_asks_for_none_takes_none(command: object):
    Given(self_evaluation, gathered=OPEN).when(command).refused(NoSelfEvaluationAsked)


@pytest.mark.parametrize("command", [submit(), support, extend()])
def test_nothing_is_handed_in_after_the_inspection(command: object):
    Given(self_evaluation, gathered=CLOSED).when(command).refused(GatheringIsClosed)


@pytest.mark.parametrize(
    "command",
    [
        SupportSelfEvaluation(inspection_id=INSPECTION, submitter=SubmitterCode("Fyfe"), supporter=SUPPORTER),
        ExtendSelfEvaluation(
            inspection_id=INSPECTION, submitter=SubmitterCode("Fyfe"), until=date(2024, 12, 1), reason=REASON
        ),
    ],
)
def test_only_who_is_expected_is_helped_or_given_longer(command: object):
    Given(self_evaluation, gathered=NATIONWIDE).when(command).refused(SubmitterNotExpected)


# Longer


def test_one_submitter_is_given_longer():
    Given(self_evaluation, gathered=NATIONWIDE).when(extend()).then(extended)


def test_an_extension_goes_beyond_the_day_that_holds():
    Given(self_evaluation, gathered=NATIONWIDE).when(extend(LAST_DAY)).refused(NotAnExtension)
    Given(self_evaluation, extended, gathered=NATIONWIDE).when(extend()).refused(NotAnExtension)


def test_the_window_is_set_to_another_day():
    asked = SetSelfEvaluationWindow(inspection_id=INSPECTION, closes_on=LAST_DAY, reason=REASON)
    Given(gathering, gathered_by("justice-self-evaluation@2024-1")).when(asked).then(window)


@pytest.mark.parametrize(
    "command", [SetSelfEvaluationWindow(inspection_id=INSPECTION, closes_on=LAST_DAY, reason=REASON), change(6)]
)
def test_an_edition_without_self_evaluations_has_no_window_and_no_validation(command: object):
    Given(gathering, gathered_by("supervision-at-home@2025-2", "S12000014")).when(command).refused(
        NoSelfEvaluationAsked
    )


# Validating


def test_what_was_handed_in_is_chosen_once():
    Given(gathering, gathered_by("justice-self-evaluation@2024-1"), handed_in=HANDED_IN).when(choose).then(chosen)
    Given(gathering, gathered_by("justice-self-evaluation@2024-1"), chosen, handed_in=HANDED_IN).when(choose).then()


def test_the_validation_set_is_part_of_those_who_handed_in():
    nobody = self_evaluation.state([])
    Given(gathering, gathered_by("justice-self-evaluation@2024-1"), handed_in=nobody).when(choose).refused(
        NothingToValidate
    )


def test_choosing_needs_a_submitter_who_is_expected_and_an_inspection_that_goes_on():
    stranger = ChooseForValidation(inspection_id=INSPECTION, submitter=SubmitterCode("Fyfe"))
    nationwide = gathered_by("justice-self-evaluation@2024-1")
    Given(gathering, nationwide, handed_in=HANDED_IN).when(stranger).refused(SubmitterNotExpected)
    Given(gathering, nationwide, closed, handed_in=HANDED_IN).when(choose).refused(GatheringIsClosed)
    without = gathered_by("supervision-at-home@2025-2", "S12000047")
    Given(gathering, without, handed_in=HANDED_IN).when(choose).refused(NoSelfEvaluationAsked)


def others(many: int) -> list[ChosenForValidation]:
    return [
        ChosenForValidation(inspection_id=INSPECTION, self_evaluation_id=UUID(int=n), councils=("S12000014",))  # type: ignore[arg-type]
        for n in range(many)
    ]


def test_no_more_are_validated_than_planned_until_the_scope_is_changed():
    planned = [gathered_by("justice-self-evaluation@2024-1"), *others(4)]
    refusal = Given(gathering, *planned, handed_in=HANDED_IN).when(choose).refused(ValidationPlanIsFull)
    assert refusal.details == {"planned": 4}
    wider = ValidationScopeChanged(inspection_id=INSPECTION, planned=6, was=4, reason=REASON)
    Given(gathering, *planned).when(change(6)).then(wider)
    Given(gathering, *planned, wider, handed_in=HANDED_IN).when(choose).then(chosen)


@pytest.mark.parametrize("planned", [0, 3])
def test_the_scope_is_not_cut_below_what_was_chosen(planned: int):
    Given(gathering, gathered_by("justice-self-evaluation@2024-1"), *others(4)).when(change(planned)).refused(
        ScopeBelowChosen
    )


def test_a_validation_stands_beside_the_score_and_never_over_it():
    Given(self_evaluation, *HISTORY, gathered=CHOSEN).when(validate()).then(validated, reasoned)
    state: SelfEvaluation = self_evaluation.state([*HISTORY, validated, reasoned])
    assert state.scores == {QI: GOOD}
    assert state.judged == {QI: ValidationOutcome.NOT_CONFIRMED}


def test_only_what_was_handed_in_and_chosen_is_validated_and_once():
    Given(self_evaluation, supported, gathered=CHOSEN).when(validate()).refused(NothingToValidate)
    Given(self_evaluation, *HISTORY, gathered=NATIONWIDE).when(validate()).refused(NotChosenForValidation)
    again = Given(self_evaluation, *HISTORY, validated, gathered=CHOSEN)
    again.when(validate()).refused(SelfEvaluationAlreadyValidated)
    again.when(submit()).refused(SelfEvaluationAlreadyValidated)


def test_whoever_helped_does_not_validate_it():
    refusal = (
        Given(self_evaluation, *HISTORY, supported, gathered=CHOSEN)
        .when(validate(actor=SUPPORTER))
        .refused(SupporterValidatesAlone)
    )
    assert refusal.recorded
    Given(self_evaluation, *HISTORY, supported, gathered=CHOSEN).when(validate()).then(validated, reasoned)


def test_every_score_is_judged():
    Given(self_evaluation, *HISTORY, gathered=CHOSEN).when(validate(indicators=())).refused(ScoresDoNotFit)


def test_support_is_noted_once():
    Given(self_evaluation, gathered=NATIONWIDE).when(support).then(supported)
    Given(self_evaluation, supported, gathered=NATIONWIDE).when(support).then()
