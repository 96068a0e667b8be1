"""What reporting can be asked to do."""

from datetime import date, datetime
from uuid import UUID

from shared.messages import Words, command, stamped
from shared.vocabulary.areas import Area
from shared.vocabulary.identity import (
    ActorId,
    BenchmarkCode,
    ContentHash,
    EvaluationId,
    EvidenceId,
    InaccuracyId,
    IndicatorCode,
    InspectionId,
    ReasonCode,
    RecommendationId,
    ReportId,
    ScaleCode,
)
from shared.vocabulary.methods import InaccuracyKind, OutputForm, Strength
from shared.vocabulary.scales import Grade
from shared.vocabulary.text import PublishedText


@command
class KeepEdition:
    """Keep what an inspection's edition says about evaluating and reporting."""

    inspection_id: InspectionId
    area: Area
    indicators: tuple[IndicatorCode, ...]
    scale: ScaleCode
    comment_working_days: int
    action_plan_weeks: int
    forms: tuple[OutputForm, ...]


@command
class OpenEvaluation:
    """Begin the evaluation of one indicator, on the scale that the inspection's edition names."""

    evaluation_id: EvaluationId
    inspection_id: InspectionId
    indicator: IndicatorCode
    scale: ScaleCode


@command
class NoteEvidence:
    """Take note that a piece of evidence bears on an indicator."""

    evaluation_id: EvaluationId
    inspection_id: InspectionId
    evidence_id: EvidenceId
    strength: Strength


@command
class ProposeEvaluation:
    """Propose a grade of the inspection's scale, with the team's rationale and the evidence that it rests on."""

    evaluation_id: EvaluationId
    grade: Grade
    rationale: Words
    evidence: tuple[EvidenceId, ...]
    actor: ActorId | None = stamped()


@command
class ConfirmEvaluation:
    """Let the panel confirm the grade that was proposed."""

    evaluation_id: EvaluationId
    actor: ActorId | None = stamped()


@command
class AdjustEvaluation:
    """Let the panel give another grade than the one proposed, with its reason; the proposal stays on record."""

    evaluation_id: EvaluationId
    grade: Grade
    reason: Words
    benchmark: BenchmarkCode | None = None
    actor: ActorId | None = stamped()


@command
class LeaveUnevaluated:
    """Let the panel decide that an indicator is not evaluated, for a reason."""

    evaluation_id: EvaluationId
    reason: ReasonCode
    actor: ActorId | None = stamped()


@command
class DraftReport:
    """Write a draft of a report; drafting again makes a new draft, and whatever was approved is open again."""

    report_id: ReportId
    inspection_id: InspectionId
    form: OutputForm
    title: Words
    content: Words
    actor: ActorId | None = stamped()


@command
class ApproveDraft:
    """Let the panel approve exactly this draft, known by the SHA-256 of its text."""

    report_id: ReportId
    content_hash: ContentHash
    actor: ActorId | None = stamped()


@command
class SendForFactualAccuracy:
    """Send the approved draft to the partnership, which may say until a day what is wrong with it."""

    report_id: ReportId
    content_hash: ContentHash
    due_on: date
    today: date | None = stamped()


@command
class RaiseInaccuracy:
    """Say what is wrong with the draft."""

    report_id: ReportId
    inaccuracy_id: InaccuracyId
    kind: InaccuracyKind
    words: Words
    today: date | None = stamped()


@command
class RuleOnInaccuracy:
    """Answer the partnership: whether the draft is changed for this, and why."""

    report_id: ReportId
    inaccuracy_id: InaccuracyId
    upheld: bool
    reason: Words


@command
class CloseFactualAccuracy:
    """Let the partnership say that it has nothing more to say, before its time is over."""

    report_id: ReportId


@command
class ClearIdentifiability:
    """Say that a person has read exactly this draft and that nobody can be recognised in it."""

    report_id: ReportId
    content_hash: ContentHash
    actor: ActorId | None = stamped()


@command
class AttachAccessibleVersion:
    """Add the version for children and young people; with it, what is to be published is complete."""

    report_id: ReportId
    content: Words
    actor: ActorId | None = stamped()


@command
class SetEmbargo:
    """Say on which day the report may be published at the earliest; the latest word counts."""

    report_id: ReportId
    until: date


@command
class ApprovePublication:
    """Approve the publication of exactly this bundle; two people do, and neither of them wrote it."""

    report_id: ReportId
    bundle_hash: ContentHash
    actor: ActorId | None = stamped()


@command
class PublishReport:
    """Publish exactly the bundle that was approved; the texts and the clearance are found out, never sent."""

    report_id: ReportId
    bundle_hash: ContentHash
    title: PublishedText
    content: PublishedText
    accessible: PublishedText
    clearance: UUID
    cleared_at: datetime
    today: date | None = stamped()
    now: datetime | None = stamped()


@command
class IssueRecommendation:
    """Say in public what a report expects, and of whom."""

    recommendation_id: RecommendationId
    inspection_id: InspectionId
    report_id: ReportId
    text: PublishedText
    owners: tuple[PublishedText, ...]


@command
class AcceptRecommendation:
    """Let one of its owners accept a recommendation."""

    recommendation_id: RecommendationId
    owner: PublishedText


@command
class NoteActionPlanOverdue:
    """Take note that the day for the action plan has passed, unless an owner has accepted the recommendation."""

    recommendation_id: RecommendationId
