"""What evidence can be asked to do."""

from dataclasses import dataclass
from datetime import date
from uuid import uuid5

from shared.messages import Words, command, stamped
from shared.methodologies.looking import Phase, Validation
from shared.methodologies.parts import Request
from shared.methodologies.weeks import StepDates
from shared.vocabulary.areas import Area
from shared.vocabulary.councils import RETIRED
from shared.vocabulary.framework import Article, Foundation, Wellbeing
from shared.vocabulary.identity import (
    ActorId,
    ContentHash,
    EvidenceId,
    FindingId,
    IndicatorCode,
    InspectionId,
    OriginalsId,
    ReasonCode,
    ReturnId,
    ScaleCode,
    SelfEvaluationId,
    StageCode,
    StratumCode,
    SubmitterCode,
    TopicCode,
    UncertaintyId,
)
from shared.vocabulary.methods import EvidenceMethod, ReturnKind, ScopeState, Strength, ValidationOutcome
from shared.vocabulary.particulars import PersonalColumn
from shared.vocabulary.scales import Grade


@command
class OpenGathering:
    """Begin to gather evidence for an inspection, with what its edition says about evidence."""

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


@command
class PlanReturns:
    """Let every return that the edition requests fall due as its step ends."""

    inspection_id: InspectionId
    steps: tuple[StepDates, ...]


@command
class CloseGathering:
    """Gather nothing more for an inspection."""

    inspection_id: InspectionId
    closed_on: date


@command
class AskForReturn:
    """Ask a partnership to send something by a day."""

    return_id: ReturnId
    inspection_id: InspectionId
    kind: ReturnKind
    due_on: date


@command
class SubmitReturn:
    """Hand a return in: what its columns are called, how much it holds, and the digest of its content."""

    return_id: ReturnId
    columns: tuple[Words, ...]
    rows: int
    digest: ContentHash
    words: int | None = None
    today: date | None = stamped()


@command
class SubmitSpreadsheet:
    """Hand a return in as a spreadsheet, which is read whole or not at all; its cells are not kept."""

    return_id: ReturnId
    columns: tuple[Words, ...]
    looks: tuple[PersonalColumn | None, ...]
    """What personal the cells of each column look like."""
    rows: int
    digest: ContentHash
    today: date | None = stamped()


@command
class NoteOverSupply:
    """Take note that a return held more than was asked for: which columns, counted from 1, and what of people."""

    inspection_id: InspectionId
    return_id: ReturnId
    columns: int
    positions: tuple[int, ...]
    kinds: tuple[PersonalColumn, ...]
    today: date | None = stamped()


@command
class NotifyCoordinator:
    """Let the co-ordinator know that a return held more than was asked for."""

    inspection_id: InspectionId
    return_id: ReturnId
    notice: int
    today: date | None = stamped()


@command
class ExtendWindow:
    """Give a partnership until a later day."""

    return_id: ReturnId
    due_on: date
    reason: ReasonCode


@command
class AcceptReturn:
    """Take a return as it was handed in."""

    return_id: ReturnId
    today: date | None = stamped()


@command
class RegisterEvidence:
    """Take something into an inspection's evidence: how and when it came about, and whose it is by designation."""

    evidence_id: EvidenceId
    inspection_id: InspectionId
    method: EvidenceMethod
    occurred_on: date
    received_on: date
    digest: ContentHash
    source_designation: Words
    title: Words
    stratum: StratumCode | None = None
    stages: tuple[StageCode, ...] = ()
    today: date | None = stamped()


@command
class LinkToIndicator:
    """Say that a piece of evidence bears on an indicator, how strongly, and which rights and promises it is about."""

    evidence_id: EvidenceId
    indicator: IndicatorCode
    strength: Strength
    articles: tuple[Article, ...] = ()
    foundations: tuple[Foundation, ...] = ()
    wellbeing: tuple[Wellbeing, ...] = ()
    accepted_outside_window: bool = False


@command
class WithdrawEvidence:
    """Let a piece of evidence count no more."""

    evidence_id: EvidenceId
    reason: ReasonCode
    today: date | None = stamped()


@command
class RecordEmptyStratum:
    """Say that there is no record of a kind that the edition samples: none available."""

    inspection_id: InspectionId
    stratum: StratumCode


@command
class SetSelfEvaluationWindow:
    """Say on which day self-evaluations are due at the latest, where that is not the end of the edition's step."""

    inspection_id: InspectionId
    closes_on: date
    reason: ReasonCode


@command
class ChangeValidationScope:
    """Validate more or fewer self-evaluations than were planned, for a reason."""

    inspection_id: InspectionId
    planned: int
    reason: ReasonCode


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfScore:
    """What somebody evaluates an indicator of their own work at."""

    indicator: IndicatorCode
    grade: Grade


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreOutcome:
    """What validating one self-score came to."""

    indicator: IndicatorCode
    outcome: ValidationOutcome


class _OfSubmitter:
    """Whatever is about one submitter's self-evaluation; an inspection has one of each."""

    __slots__ = ()
    inspection_id: InspectionId
    submitter: SubmitterCode

    @property
    def self_evaluation_id(self) -> SelfEvaluationId:
        """The same for a council's retired code as for its current one."""
        return self_evaluation_id_of(self.inspection_id, self.submitter)


def self_evaluation_id_of(inspection_id: InspectionId, submitter: SubmitterCode) -> SelfEvaluationId:
    """The id of a submitter's self-evaluation; a code that nobody has gets one too, and is refused where it is used."""
    return SelfEvaluationId(uuid5(inspection_id, f"self-evaluation/{RETIRED.get(submitter, submitter)}"))


@command
class SupportSelfEvaluation(_OfSubmitter):
    """Record which strategic inspector helps a submitter to evaluate itself."""

    inspection_id: InspectionId
    submitter: SubmitterCode
    supporter: ActorId


@command
class SubmitSelfEvaluation(_OfSubmitter):
    """Hand a self-evaluation in: its scores, its length, the digest of its content, and a summary."""

    inspection_id: InspectionId
    submitter: SubmitterCode
    scores: tuple[SelfScore, ...]
    words: int
    digest: ContentHash
    summary: Words
    today: date | None = stamped()


@command
class ExtendSelfEvaluation(_OfSubmitter):
    """Give one submitter until a later day."""

    inspection_id: InspectionId
    submitter: SubmitterCode
    until: date
    reason: ReasonCode


@command
class ChooseForValidation:
    """Choose a self-evaluation that was handed in to be validated."""

    inspection_id: InspectionId
    submitter: SubmitterCode


@command
class ValidateSelfEvaluation(_OfSubmitter):
    """Say whether a self-evaluation is confirmed, as a whole and score by score, and why."""

    inspection_id: InspectionId
    submitter: SubmitterCode
    outcome: ValidationOutcome
    scores: tuple[ScoreOutcome, ...]
    reasons: Words
    actor: ActorId | None = stamped()
    today: date | None = stamped()


@command
class RaiseUncertainty:
    """Note what the team is not sure of yet."""

    inspection_id: InspectionId
    uncertainty_id: UncertaintyId
    indicator: IndicatorCode | None = None
    topic: TopicCode | None = None
    words: Words


@command
class ResolveUncertainty:
    """Say what an uncertainty has become, on which evidence."""

    inspection_id: InspectionId
    uncertainty_id: UncertaintyId
    becomes: ScopeState
    evidence: tuple[EvidenceId, ...]
    reason: Words


@command
class RecordFinding:
    """Record what was found about a topic of the review; what this phase leaves is parked for a later one."""

    inspection_id: InspectionId
    finding_id: FindingId
    topic: TopicCode
    evidence: tuple[EvidenceId, ...]
    words: Words


@command
class NotePublication:
    """Take note that an inspection's report is public: records are kept for a year from the latest of such days."""

    inspection_id: InspectionId
    published_on: date


@command
class BorrowOriginals:
    """Record that original records were lent to the inspection, and by whom."""

    inspection_id: InspectionId
    originals_id: OriginalsId
    lent_by: Words


@command
class ReturnOriginals:
    """Record that lent originals were given back, and under which receipt."""

    inspection_id: InspectionId
    originals_id: OriginalsId
    receipt: Words
    today: date | None = stamped()


@command
class SubmitToMinisters:
    """Record on which day a report was sent to Ministers."""

    inspection_id: InspectionId
    submitted_on: date
    today: date | None = stamped()


@command
class RecordProceedingsEnded:
    """Record on which day proceedings that the records bear on ended; a hold stays until it is lifted."""

    inspection_id: InspectionId
    ended_on: date
    today: date | None = stamped()


@command
class HoldForProceedings:
    """Keep an inspection's records, as proceedings are on."""

    inspection_id: InspectionId
    reason: ReasonCode
    today: date | None = stamped()


@command
class LiftHold:
    """Hold an inspection's records no longer; where proceedings ended, say when."""

    inspection_id: InspectionId
    ended_on: date | None = None
    today: date | None = stamped()


@command
class RemindOfDisposal:
    """Remind whoever disposes of records that their day is near, unless the day has moved."""

    inspection_id: InspectionId
    due_on: date


@command
class ProposeDisposal:
    """Propose that an inspection's personal records be disposed of, and how; another person decides."""

    inspection_id: InspectionId
    method: ReasonCode
    actor: ActorId | None = stamped()
    today: date | None = stamped()


@command
class DisposeRecords:
    """Decide, as another person, that what was proposed be done: every service destroys the inspection's keys."""

    inspection_id: InspectionId
    actor: ActorId | None = stamped()
    today: date | None = stamped()
