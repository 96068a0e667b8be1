"""What evidence tells the other services."""

from datetime import date

from shared.messages import Body, event, upcaster
from shared.vocabulary.erasure import CarriedOut
from shared.vocabulary.framework import Article, Foundation, Wellbeing
from shared.vocabulary.identity import (
    ActorId,
    ContentHash,
    EvidenceId,
    GssCode,
    IndicatorCode,
    InspectionId,
    ReasonCode,
    ReturnId,
    SelfEvaluationId,
    StageCode,
    StratumCode,
)
from shared.vocabulary.methods import EvidenceMethod, ReturnKind, Strength, ValidationOutcome


@event
class ReturnAskedFor:
    """A partnership was asked to send something by a day."""

    return_id: ReturnId
    inspection_id: InspectionId
    kind: ReturnKind
    due_on: date


@event
class ReturnWindowExtended:
    """A partnership has until a later day."""

    return_id: ReturnId
    inspection_id: InspectionId
    due_on: date
    was_due_on: date
    reason: ReasonCode


@event
class ReturnSubmitted:
    """A return came in; late ones are accepted and marked."""

    return_id: ReturnId
    inspection_id: InspectionId
    kind: ReturnKind
    submitted_on: date
    late: bool
    rows: int


@event
class EvidenceRegistered:
    """Something was taken into the evidence base, known by the digest of its content."""

    evidence_id: EvidenceId
    inspection_id: InspectionId
    method: EvidenceMethod
    digest: ContentHash
    occurred_on: date
    in_window: bool
    stratum: StratumCode | None = None
    """Which part of a sample it comes from."""
    stages: tuple[StageCode, ...] = ()
    """Which stages of the process that is looked at it is about."""


@event
class EvidenceLinked:
    """A piece of evidence bears on an indicator; told again for the same indicator, the latest counts."""

    evidence_id: EvidenceId
    inspection_id: InspectionId
    indicator: IndicatorCode
    strength: Strength
    method: EvidenceMethod
    articles: tuple[Article, ...] = ()
    foundations: tuple[Foundation, ...] = ()
    wellbeing: tuple[Wellbeing, ...] = ()
    outside_window: bool = False
    """Whether it came about before the time looked at, and was accepted all the same."""


@event
class EvidenceWithdrawn:
    """A piece of evidence counts no more, for any indicator."""

    evidence_id: EvidenceId
    inspection_id: InspectionId
    reason: ReasonCode
    withdrawn_on: date


@event
class StratumFoundEmpty:
    """There is no record of this kind that could be read: none available."""

    inspection_id: InspectionId
    stratum: StratumCode


@event
class SelfEvaluationSubmitted:
    """A self-evaluation came in; a later one supersedes it, and both are kept. What it says stays with evidence."""

    self_evaluation_id: SelfEvaluationId
    inspection_id: InspectionId
    councils: tuple[GssCode, ...]
    submission: int
    submitted_on: date
    extended: bool


@event
class SelfEvaluationValidated:
    """A self-evaluation was validated, beside what it says of itself."""

    self_evaluation_id: SelfEvaluationId
    inspection_id: InspectionId
    councils: tuple[GssCode, ...]
    outcome: ValidationOutcome
    validated_on: date


@event(version=2)
class RecordsDisposedOf:
    """An inspection's personal records are to be destroyed: one person proposed it, another decided it.

    Before two were asked for, this said only that it had been done, and destroyed nothing.
    """

    inspection_id: InspectionId
    method: ReasonCode
    disposed_on: date
    proposed_by: ActorId | None
    disposed_by: ActorId | None


@upcaster(RecordsDisposedOf, written_as=1)
def _(body: Body) -> Body:
    """Version 1 named nobody: one person's word was enough, and no key was destroyed for it."""
    return body | {"proposed_by": None, "disposed_by": None}


@event
class ErasureConfirmed:
    """Evidence has erased; nothing of it opens any more."""

    done: CarriedOut
