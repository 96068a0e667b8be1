"""Which self-evaluations are validated, and until when they may be handed in: decided for the inspection as a whole."""

from collections.abc import Iterator

from services.evidence.aggregates.gathering import Gathering, gathering
from services.evidence.aggregates.self_evaluation import (
    NothingToValidate,
    SelfEvaluation,
    self_evaluation,
)
from services.evidence.aggregates.submitters import NoSelfEvaluationAsked, expected
from services.evidence.commands import (
    ChangeValidationScope,
    ChooseForValidation,
    SetSelfEvaluationWindow,
    self_evaluation_id_of,
)
from services.evidence.events import ChosenForValidation, SelfEvaluationWindowSet, ValidationScopeChanged
from shared.aggregates import one
from shared.errors import Refused


class ValidationPlanIsFull(Refused):
    """As many self-evaluations were chosen as are to be validated; change the scope first, for a reason."""


class ScopeBelowChosen(Refused):
    """More self-evaluations than that have been chosen already."""

    status = 422


@gathering.decides()
def set_self_evaluation_window(command: SetSelfEvaluationWindow, state: Gathering) -> Iterator[SelfEvaluationWindowSet]:
    """The latest word counts; what was handed in before stays."""
    if state.validation is None:
        raise NoSelfEvaluationAsked
    yield SelfEvaluationWindowSet(
        inspection_id=command.inspection_id, closes_on=command.closes_on, reason=command.reason
    )


@gathering.decides()
def change_validation_scope(command: ChangeValidationScope, state: Gathering) -> Iterator[ValidationScopeChanged]:
    """What was planned stays on record beside what was done."""
    if state.validation is None:
        raise NoSelfEvaluationAsked
    if command.planned < max(1, len(state.chosen)):
        raise ScopeBelowChosen(chosen=len(state.chosen), pointer="/planned")
    yield ValidationScopeChanged(
        inspection_id=command.inspection_id, planned=command.planned, was=state.to_validate, reason=command.reason
    )


@gathering.decides(
    handed_in=one(
        self_evaluation, lambda command, _state: self_evaluation_id_of(command.inspection_id, command.submitter)
    )
)
def choose_for_validation(
    command: ChooseForValidation, state: Gathering, *, handed_in: SelfEvaluation
) -> Iterator[ChosenForValidation]:
    """Only what was handed in is validated, and no more than is planned."""
    councils = expected(state, command.submitter)
    if handed_in.submission == 0:
        raise NothingToValidate
    chosen = self_evaluation_id_of(command.inspection_id, command.submitter)
    if chosen in state.chosen:
        return
    if len(state.chosen) >= state.to_validate:
        raise ValidationPlanIsFull(planned=state.to_validate)
    yield ChosenForValidation(inspection_id=command.inspection_id, self_evaluation_id=chosen, councils=councils)
