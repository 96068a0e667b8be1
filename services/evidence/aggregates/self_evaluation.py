"""A self-evaluation: what somebody says of their own work, and what validating it came to, side by side."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from services.evidence.aggregates.gathering import NAMED_INSPECTION, Gathering
from services.evidence.aggregates.information_return import CountBelowZero, NotAnExtension, ReturnTooLong
from services.evidence.aggregates.submitters import closes_on, expected
from services.evidence.commands import (
    ExtendSelfEvaluation,
    SubmitSelfEvaluation,
    SupportSelfEvaluation,
    ValidateSelfEvaluation,
)
from services.evidence.events import (
    Judged,
    Scored,
    SelfEvaluationExtended,
    SelfEvaluationSupported,
    SelfEvaluationTakenIn,
    ValidationReasoned,
)
from shared.aggregates import Aggregate
from shared.contracts.evidence import SelfEvaluationSubmitted, SelfEvaluationValidated
from shared.errors import Refused
from shared.vocabulary.identity import ActorId, GssCode, IndicatorCode, InspectionId
from shared.vocabulary.methods import ReturnKind, ValidationOutcome
from shared.vocabulary.scales import Grade, is_on, scale


class SelfEvaluationWindowClosed(Refused):
    """The window for self-evaluations has closed; a named officer may extend it for one submitter."""


class ScoresDoNotFit(Refused):
    """Each indicator that is asked about has one score, on the edition's scale, and no other has any."""

    status = 422


class NothingToValidate(Refused):
    """No self-evaluation has been handed in."""


class NotChosenForValidation(Refused):
    """This self-evaluation was not chosen to be validated; choose it first."""


class SupporterValidatesAlone(Refused):
    """Whoever helped to write a self-evaluation is not the one who validates it."""

    recorded = True


class SelfEvaluationAlreadyValidated(Refused):
    """This self-evaluation has been validated."""


@dataclass(frozen=True, slots=True)
class SelfEvaluation:
    """What a self-evaluation's facts add up to; of several submissions the latest counts."""

    inspection_id: InspectionId | None = None
    councils: tuple[GssCode, ...] = ()
    submission: int = 0
    submitted_on: date | None = None
    scores: MappingProxyType[IndicatorCode, Grade] = field(default_factory=lambda: MappingProxyType({}))
    extended_until: date | None = None
    supporters: frozenset[ActorId] = frozenset()
    outcome: ValidationOutcome | None = None
    judged: MappingProxyType[IndicatorCode, ValidationOutcome] = field(default_factory=lambda: MappingProxyType({}))


def evolve(state: SelfEvaluation, fact: Any) -> SelfEvaluation:
    """Add a fact up; a validation stands beside the scores, never over them."""
    match fact:
        case SelfEvaluationSubmitted():
            return replace(
                state,
                inspection_id=fact.inspection_id,
                councils=fact.councils,
                submission=fact.submission,
                submitted_on=fact.submitted_on,
            )
        case SelfEvaluationTakenIn():
            return replace(state, scores=MappingProxyType({each.indicator: each.grade for each in fact.scores}))
        case SelfEvaluationExtended():
            return replace(state, inspection_id=fact.inspection_id, extended_until=fact.until)
        case SelfEvaluationSupported():
            return replace(state, inspection_id=fact.inspection_id, supporters=state.supporters | {fact.supporter})
        case SelfEvaluationValidated():
            return replace(state, outcome=fact.outcome)
        case ValidationReasoned():
            return replace(state, judged=MappingProxyType({each.indicator: each.outcome for each in fact.scores}))
    return state


self_evaluation = Aggregate(
    "self_evaluation", by="self_evaluation_id", about="inspection_id", initial=SelfEvaluation(), evolve=evolve
)


@self_evaluation.decides(creates=True, gathered=NAMED_INSPECTION)
def support_self_evaluation(
    command: SupportSelfEvaluation, state: SelfEvaluation, *, gathered: Gathering
) -> Iterator[SelfEvaluationSupported]:
    """Who helped is kept, so that nobody validates their own help alone."""
    expected(gathered, command.submitter)
    if command.supporter not in state.supporters:
        yield SelfEvaluationSupported(
            self_evaluation_id=command.self_evaluation_id,
            inspection_id=command.inspection_id,
            supporter=command.supporter,
        )


@self_evaluation.decides(creates=True, gathered=NAMED_INSPECTION)
def submit_self_evaluation(
    command: SubmitSelfEvaluation, state: SelfEvaluation, *, gathered: Gathering
) -> Iterator[SelfEvaluationSubmitted | SelfEvaluationTakenIn]:
    """A later one supersedes it until the window closes, and both are kept; after that only who was given longer."""
    councils = expected(gathered, command.submitter)
    if state.outcome is not None:
        raise SelfEvaluationAlreadyValidated
    late = _refuse_late(command, state, closes_on(gathered))
    _refuse_unfit(command, gathered)
    submission = state.submission + 1
    yield SelfEvaluationSubmitted(
        self_evaluation_id=command.self_evaluation_id,
        inspection_id=command.inspection_id,
        councils=councils,
        submission=submission,
        submitted_on=command.today or date.max,
        extended=late,
    )
    yield SelfEvaluationTakenIn(
        self_evaluation_id=command.self_evaluation_id,
        inspection_id=command.inspection_id,
        submission=submission,
        scores=tuple(Scored(indicator=each.indicator, grade=each.grade) for each in command.scores),
        words=command.words,
        digest=command.digest,
        summary=command.summary,
    )


def _refuse_late(command: SubmitSelfEvaluation, state: SelfEvaluation, closes: date | None) -> bool:
    """Whether it is late and allowed to be."""
    today = command.today or date.max
    late = closes is not None and today > closes
    if late and (state.extended_until is None or today > state.extended_until):
        raise SelfEvaluationWindowClosed(closes_on=closes)
    return late


def _refuse_unfit(command: SubmitSelfEvaluation, gathered: Gathering) -> None:
    if command.words < 0:
        raise CountBelowZero(pointer="/words")
    most = gathered.most_words(ReturnKind.SELF_EVALUATION)
    if most is not None and command.words > most:
        raise ReturnTooLong(words=command.words, most_words=most, pointer="/words")
    asked = [each.code for each in gathered.validation.indicators] if gathered.validation else []
    if sorted(each.indicator for each in command.scores) != sorted(asked):
        raise ScoresDoNotFit(asked=sorted(asked), pointer="/scores")
    for place, each in enumerate(command.scores):
        if gathered.scale is None or not is_on(scale(gathered.scale), each.grade):
            raise ScoresDoNotFit(scale=gathered.scale, pointer=f"/scores/{place}/grade")


@self_evaluation.decides(creates=True, gathered=NAMED_INSPECTION)
def extend_self_evaluation(
    command: ExtendSelfEvaluation, state: SelfEvaluation, *, gathered: Gathering
) -> Iterator[SelfEvaluationExtended]:
    """It is given to one submitter, by name of their code; the others' window stays closed."""
    expected(gathered, command.submitter)
    until = max(filter(None, (state.extended_until, closes_on(gathered))), default=None)
    if until is not None and command.until <= until:
        raise NotAnExtension(due_on=until, pointer="/until")
    yield SelfEvaluationExtended(
        self_evaluation_id=command.self_evaluation_id,
        inspection_id=command.inspection_id,
        until=command.until,
        reason=command.reason,
    )


@self_evaluation.decides(gathered=NAMED_INSPECTION)
def validate_self_evaluation(
    command: ValidateSelfEvaluation, state: SelfEvaluation, *, gathered: Gathering
) -> Iterator[SelfEvaluationValidated | ValidationReasoned]:
    """Confirmed, partly or not, and why; once, and not by the one who helped to write it."""
    if state.submission == 0:
        raise NothingToValidate
    if command.self_evaluation_id not in gathered.chosen:
        raise NotChosenForValidation
    if state.outcome is not None:
        raise SelfEvaluationAlreadyValidated
    alone = gathered.validation is not None and not gathered.validation.supporter_may_validate
    if alone and command.actor in state.supporters:
        raise SupporterValidatesAlone(inspection_id=command.inspection_id)
    if sorted(each.indicator for each in command.scores) != sorted(state.scores):
        raise ScoresDoNotFit(asked=sorted(state.scores), pointer="/scores")
    yield SelfEvaluationValidated(
        self_evaluation_id=command.self_evaluation_id,
        inspection_id=command.inspection_id,
        councils=state.councils,
        outcome=command.outcome,
        validated_on=command.today or date.max,
    )
    yield ValidationReasoned(
        self_evaluation_id=command.self_evaluation_id,
        inspection_id=command.inspection_id,
        scores=tuple(Judged(indicator=each.indicator, outcome=each.outcome) for each in command.scores),
        reasons=command.reasons,
    )
