"""The team's word on an evaluation: a grade of the right scale, why, and the evidence that it rests on."""

from collections.abc import Iterator

from services.reporting.aggregates.evaluation import (
    Evaluation,
    RationaleMissing,
    evaluation,
    opened,
    refuse_grade,
    refuse_settled,
    somebody,
)
from services.reporting.aggregates.inspected import OWN_INSPECTION, Inspected
from services.reporting.commands import ProposeEvaluation
from services.reporting.events import EvaluationProposed
from shared.errors import Refused
from shared.vocabulary.bodies import ScrutinyBody
from shared.vocabulary.identity import EvidenceId, ScaleCode


class EvaluationNeedsEvidence(Refused):
    """An evaluation rests on evidence: name at least one piece of it."""

    status = 422


class EvidenceNotLinkedHere(Refused):
    """Some of this evidence is not linked to the indicator; link it first."""


class EvidenceWasWithdrawn(Refused):
    """Some of this evidence was withdrawn; an evaluation does not rest on it."""


@evaluation.decides(about=OWN_INSPECTION)
def propose_evaluation(
    command: ProposeEvaluation, state: Evaluation, *, about: Inspected
) -> Iterator[EvaluationProposed]:
    """The team may propose again until the panel has settled it; every proposal stays on record."""
    inspection_id = opened(state)
    refuse_settled(state)
    own = _own_scale(state, command.partner)
    refuse_grade(own or state.scale, command.grade)
    if not command.rationale.reveal().strip():
        raise RationaleMissing(pointer="/rationale")
    _refuse_evidence(command, state, about)
    yield EvaluationProposed(
        evaluation_id=command.evaluation_id,
        inspection_id=inspection_id,
        grade=command.grade,
        evidence=tuple(dict.fromkeys(command.evidence)),
        proposed_by=somebody(command.actor),
        scale=own,
        rationale=command.rationale,
    )


def _own_scale(state: Evaluation, partner: ScrutinyBody | None) -> ScaleCode | None:
    """A partner's own scale; None where the inspection's counts."""
    return next((own.scale for own in state.partner_scales if own.partner is partner), None)


def _refuse_evidence(command: ProposeEvaluation, state: Evaluation, about: Inspected) -> None:
    if not command.evidence:
        raise EvaluationNeedsEvidence(pointer="/evidence")
    unlinked = set(command.evidence) - set(state.evidence)
    if unlinked:
        raise EvidenceNotLinkedHere(evidence=sorted(unlinked), pointer="/evidence")
    refuse_withdrawn(command.evidence, about, pointer="/evidence")


def refuse_withdrawn(evidence: tuple[EvidenceId, ...], about: Inspected, **where: str) -> None:
    """Nothing rests on evidence that counts no more."""
    withdrawn = about.withdrawn & set(evidence)
    if withdrawn:
        raise EvidenceWasWithdrawn(evidence=sorted(withdrawn), **where)
