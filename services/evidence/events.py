"""Facts that evidence keeps to itself."""

from dataclasses import dataclass
from datetime import date

from shared.messages import Confidential, event, sealed
from shared.methodologies.looking import Phase, Validation
from shared.methodologies.parts import Request
from shared.vocabulary.areas import Area
from shared.vocabulary.identity import (
    ActorId,
    ContentHash,
    EvidenceId,
    FindingId,
    GssCode,
    IndicatorCode,
    InspectionId,
    OriginalsId,
    ReasonCode,
    ReturnId,
    ScaleCode,
    SelfEvaluationId,
    StageCode,
    StepCode,
    StratumCode,
    TopicCode,
    UncertaintyId,
)
from shared.vocabulary.methods import ReturnKind, ScopeState, ValidationOutcome
from shared.vocabulary.particulars import PersonalColumn
from shared.vocabulary.scales import Grade


@event
class GatheringOpened:
    """Evidence is gathered for an inspection: for these indicators, from this day on, with these requests."""

    inspection_id: InspectionId
    area: Area
    reference_date: date
    looks_back_to: date
    indicators: tuple[IndicatorCode, ...]
    requests: tuple[Request, ...]
    scale: ScaleCode
    strata: tuple[StratumCode, ...] = ()
    stages: tuple[StageCode, ...] = ()
    phase: Phase | None = None
    validation: Validation | None = None


@event
class ReturnPlanned:
    """A return that the edition requests falls due as its step ends."""

    inspection_id: InspectionId
    return_id: ReturnId
    kind: ReturnKind
    step: StepCode
    due_on: date


@event
class ReturnReplanned:
    """The step that a return belongs to was moved."""

    inspection_id: InspectionId
    return_id: ReturnId
    step: StepCode
    due_on: date
    was_due_on: date


@event
class GatheringClosed:
    """Nothing more is gathered for an inspection."""

    inspection_id: InspectionId
    closed_on: date


@event
class ReturnTakenIn:
    """What a submission holds, by counts and digest; a later one supersedes it."""

    return_id: ReturnId
    inspection_id: InspectionId
    submission: int
    columns: int
    words: int | None
    digest: ContentHash
    headings: Confidential | None = sealed(under="inspection_id")
    """The columns' names, a line each: whoever made the table chose the words."""


@event
class ReturnAccepted:
    """A return was taken as it was handed in."""

    return_id: ReturnId
    inspection_id: InspectionId
    submission: int
    accepted_on: date


@event
class ReturnOverSupplied:
    """A return held columns by which people are known and was not kept: their positions, counted from 1, and kinds."""

    return_id: ReturnId
    inspection_id: InspectionId
    notice: int
    columns: int
    positions: tuple[int, ...]
    kinds: tuple[PersonalColumn, ...]
    noted_on: date


@event
class CoordinatorNotified:
    """The co-ordinator was let know that a return held more than was asked for."""

    return_id: ReturnId
    inspection_id: InspectionId
    notice: int
    notified_on: date


@event
class EvidenceDescribed:
    """What a piece of evidence is, and whose by designation."""

    evidence_id: EvidenceId
    inspection_id: InspectionId
    received_on: date
    source_designation: Confidential = sealed(under="inspection_id")
    title: Confidential = sealed(under="inspection_id")


@event
class SelfEvaluationWindowSet:
    """Self-evaluations are due by this day at the latest."""

    inspection_id: InspectionId
    closes_on: date
    reason: ReasonCode


@event
class ValidationScopeChanged:
    """Another number of self-evaluations is to be validated than before."""

    inspection_id: InspectionId
    planned: int
    was: int
    reason: ReasonCode


@event
class ChosenForValidation:
    """A self-evaluation is to be validated."""

    inspection_id: InspectionId
    self_evaluation_id: SelfEvaluationId
    councils: tuple[GssCode, ...]


@event
class SelfEvaluationSupported:
    """A strategic inspector helps a submitter to evaluate itself."""

    self_evaluation_id: SelfEvaluationId
    inspection_id: InspectionId
    supporter: ActorId


@event
class SelfEvaluationExtended:
    """One submitter has until a later day."""

    self_evaluation_id: SelfEvaluationId
    inspection_id: InspectionId
    until: date
    reason: ReasonCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """An indicator's self-score."""

    indicator: IndicatorCode
    grade: Grade


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What validating an indicator's self-score came to."""

    indicator: IndicatorCode
    outcome: ValidationOutcome


@event
class SelfEvaluationTakenIn:
    """What a submission says: scores by code, the rest by digest, its summary sealed."""

    self_evaluation_id: SelfEvaluationId
    inspection_id: InspectionId
    submission: int
    scores: tuple[Scored, ...]
    words: int
    digest: ContentHash
    summary: Confidential = sealed(under="inspection_id")


@event
class ValidationReasoned:
    """Why a self-evaluation was confirmed or not, score by score."""

    self_evaluation_id: SelfEvaluationId
    inspection_id: InspectionId
    scores: tuple[Judged, ...]
    reasons: Confidential = sealed(under="inspection_id")


@event
class UncertaintyRaised:
    """The team is not sure of something yet."""

    inspection_id: InspectionId
    uncertainty_id: UncertaintyId
    indicator: IndicatorCode | None
    topic: TopicCode | None
    words: Confidential = sealed(under="inspection_id")


@event
class UncertaintyResolved:
    """What the team was not sure of has become clear."""

    inspection_id: InspectionId
    uncertainty_id: UncertaintyId
    becomes: ScopeState
    evidence: tuple[EvidenceId, ...]
    reason: Confidential = sealed(under="inspection_id")


@event
class FindingRecorded:
    """Something was found about a topic that this review covers."""

    inspection_id: InspectionId
    finding_id: FindingId
    topic: TopicCode
    evidence: tuple[EvidenceId, ...]
    words: Confidential = sealed(under="inspection_id")


@event
class FindingParked:
    """Something was found about a topic that this phase leaves: it waits for a later one and is not published."""

    inspection_id: InspectionId
    finding_id: FindingId
    topic: TopicCode
    evidence: tuple[EvidenceId, ...]
    words: Confidential = sealed(under="inspection_id")


@event
class PublicationNoted:
    """A report of the inspection is public since this day."""

    inspection_id: InspectionId
    published_on: date


@event
class SubmittedToMinisters:
    """A report of the inspection was sent to Ministers."""

    inspection_id: InspectionId
    submitted_on: date


@event
class ProceedingsEnded:
    """Proceedings that the inspection's records bear on have ended."""

    inspection_id: InspectionId
    ended_on: date


@event
class DisposalDue:
    """The inspection's personal records are to be disposed of by this day."""

    inspection_id: InspectionId
    due_on: date


@event
class OriginalsBorrowed:
    """Original records were lent to the inspection."""

    inspection_id: InspectionId
    originals_id: OriginalsId
    lent_by: Confidential = sealed(under="inspection_id")


@event
class OriginalsReturned:
    """Lent originals were given back."""

    inspection_id: InspectionId
    originals_id: OriginalsId
    returned_on: date
    receipt: Confidential = sealed(under="inspection_id")


@event
class RecordsHeld:
    """Nothing of the inspection is disposed of while proceedings are on."""

    inspection_id: InspectionId
    reason: ReasonCode
    held_on: date


@event
class HoldLifted:
    """Nothing stops a disposal any more; where proceedings ended, it is said when."""

    inspection_id: InspectionId
    ended_on: date | None
    lifted_on: date


@event
class DisposalReminded:
    """Somebody was reminded that records are soon to be disposed of."""

    inspection_id: InspectionId
    due_on: date


@event
class DisposalProposed:
    """Somebody proposes that an inspection's personal records be disposed of; another person has to agree."""

    inspection_id: InspectionId
    method: ReasonCode
    proposed_by: ActorId
    proposed_on: date
