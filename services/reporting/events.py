"""Facts that reporting keeps to itself."""

from datetime import date

from shared.contracts.reporting import PublishedEvaluation
from shared.messages import Confidential, event, sealed
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


@event
class EditionKept:
    """What an inspection's edition says about evaluating and reporting."""

    inspection_id: InspectionId
    area: Area
    indicators: tuple[IndicatorCode, ...]
    scale: ScaleCode
    comment_working_days: int
    action_plan_weeks: int
    forms: tuple[OutputForm, ...]


@event
class EvaluationOpened:
    """An indicator is to be evaluated on a scale."""

    evaluation_id: EvaluationId
    inspection_id: InspectionId
    indicator: IndicatorCode
    scale: ScaleCode


@event
class EvidenceNoted:
    """A piece of evidence bears on the indicator."""

    evaluation_id: EvaluationId
    evidence_id: EvidenceId
    strength: Strength


@event
class EvaluationProposed:
    """The team proposed a grade."""

    evaluation_id: EvaluationId
    inspection_id: InspectionId
    grade: Grade
    evidence: tuple[EvidenceId, ...]
    proposed_by: ActorId
    rationale: Confidential = sealed(under="inspection_id")


@event
class EvaluationConfirmed:
    """The panel confirmed the grade that was proposed."""

    evaluation_id: EvaluationId
    grade: Grade
    confirmed_by: ActorId


@event
class EvaluationAdjusted:
    """The panel gave another grade than the one proposed; both are kept."""

    evaluation_id: EvaluationId
    inspection_id: InspectionId
    proposed: Grade
    grade: Grade
    benchmark: BenchmarkCode | None
    adjusted_by: ActorId
    reason: Confidential = sealed(under="inspection_id")


@event
class IndicatorLeftUnevaluated:
    """The panel decided that the indicator is not evaluated."""

    evaluation_id: EvaluationId
    reason: ReasonCode
    left_by: ActorId


@event
class ReportBegun:
    """A report is being written about an inspection."""

    report_id: ReportId
    inspection_id: InspectionId
    area: Area
    form: OutputForm
    evaluations: tuple[EvaluationId, ...]
    comment_working_days: int
    action_plan_weeks: int


@event
class DraftWritten:
    """A draft of the report, known by the SHA-256 of its text's UTF-8 bytes."""

    report_id: ReportId
    inspection_id: InspectionId
    number: int
    content_hash: ContentHash
    title_hash: ContentHash
    author: ActorId
    title: Confidential = sealed(under="inspection_id")
    content: Confidential = sealed(under="inspection_id")


@event
class DraftApproved:
    """The panel approved a draft, with the evaluations as they stood."""

    report_id: ReportId
    number: int
    content_hash: ContentHash
    evaluations: tuple[PublishedEvaluation, ...]
    approved_by: ActorId


@event
class SentForFactualAccuracy:
    """The partnership may say until a day what is wrong with a draft."""

    report_id: ReportId
    content_hash: ContentHash
    due_on: date


@event
class InaccuracyRaised:
    """The partnership said that something is wrong."""

    report_id: ReportId
    inspection_id: InspectionId
    inaccuracy_id: InaccuracyId
    kind: InaccuracyKind
    words: Confidential = sealed(under="inspection_id")


@event
class InaccuracyRuledOn:
    """The team answered the partnership."""

    report_id: ReportId
    inspection_id: InspectionId
    inaccuracy_id: InaccuracyId
    upheld: bool
    reason: Confidential = sealed(under="inspection_id")


@event
class FactualAccuracyClosed:
    """The partnership has nothing more to say."""

    report_id: ReportId


@event
class IdentifiabilityCleared:
    """A person has read a draft and nobody can be recognised in it."""

    report_id: ReportId
    content_hash: ContentHash
    cleared_by: ActorId


@event
class AccessibleVersionAttached:
    """What is to be published is complete; it is known by the hash of the bundle."""

    report_id: ReportId
    inspection_id: InspectionId
    accessible_hash: ContentHash
    bundle_hash: ContentHash
    attached_by: ActorId
    content: Confidential = sealed(under="inspection_id")


@event
class EmbargoSet:
    """The report is not published before a day."""

    report_id: ReportId
    until: date


@event
class PublicationApproved:
    """Somebody approved the publication of a bundle; so many have now."""

    report_id: ReportId
    bundle_hash: ContentHash
    approved_by: ActorId
    approvals: int


@event
class RecommendationAccepted:
    """An owner accepted a recommendation; so many have now."""

    recommendation_id: RecommendationId
    owner: PublishedText
    accepted: int


@event
class ActionPlanOverdue:
    """The day for the action plan has passed, and no owner has accepted the recommendation."""

    recommendation_id: RecommendationId
