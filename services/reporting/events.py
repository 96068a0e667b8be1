"""Facts that reporting keeps to itself."""

from datetime import date

from shared.contracts.reporting import PublishedEvaluation
from shared.messages import Confidential, event, sealed
from shared.methodologies.parts import Output, PartnerScale
from shared.vocabulary.areas import Area
from shared.vocabulary.follow_up import RecommendationState
from shared.vocabulary.framework import Article, Foundation
from shared.vocabulary.identity import (
    ActorId,
    BenchmarkCode,
    ContentHash,
    DiscussionId,
    EmbargoedCopyId,
    EvaluationId,
    EvidenceId,
    GssCode,
    InaccuracyId,
    IndicatorCode,
    InspectionId,
    KeyedHash,
    OwnerCode,
    PersonId,
    ProgrammeId,
    PublicationPauseId,
    ReasonCode,
    RecommendationId,
    ReportId,
    ScaleCode,
    StratumCode,
)
from shared.vocabulary.methods import InaccuracyKind, OutputForm, Strength
from shared.vocabulary.scales import Grade


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
    programme_id: ProgrammeId | None = None
    waits: tuple[Output, ...] = ()
    """What this inspection gives back, and what has to be out before each."""
    attributed: bool = True
    grades_published: bool = True
    rights_needed: bool = False
    strata: tuple[StratumCode, ...] = ()
    follows: InspectionId | None = None


@event
class StratumAccounted:
    """A kind of record is accounted for."""

    inspection_id: InspectionId
    stratum: StratumCode


@event
class WithdrawalNoted:
    """A piece of evidence counts no more."""

    inspection_id: InspectionId
    evidence_id: EvidenceId
    indicators: tuple[IndicatorCode, ...] = ()
    """Whose evaluations may rest on it."""


@event
class DiscussionHeld:
    """A partnership was told in words what was found."""

    inspection_id: InspectionId
    programme_id: ProgrammeId | None
    discussion_id: DiscussionId
    held_on: date
    attendees: Confidential = sealed(under="inspection_id")
    points: Confidential = sealed(under="inspection_id")


@event
class InspectionEnrolled:
    """An inspection belongs to a programme."""

    programme_id: ProgrammeId
    inspection_id: InspectionId
    nationwide: bool


@event
class OutputNoted:
    """An inspection of the programme has given something back."""

    programme_id: ProgrammeId
    inspection_id: InspectionId
    form: OutputForm


@event
class PauseNoted:
    """Nothing about a council is published from one day to another."""

    council: GssCode
    pause_id: PublicationPauseId
    first_day: date
    last_day: date


@event
class PauseEndNoted:
    """A pause was called off."""

    council: GssCode
    pause_id: PublicationPauseId
    ended_on: date


@event
class EvaluationOpened:
    """An indicator is to be evaluated on a scale."""

    evaluation_id: EvaluationId
    inspection_id: InspectionId
    indicator: IndicatorCode
    scale: ScaleCode
    partner_scales: tuple[PartnerScale, ...] = ()


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
    scale: ScaleCode | None = None
    """The scale that it is on, where it is a partner's own."""
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
class EvaluationReopened:
    """The panel has to look at an evaluation again."""

    evaluation_id: EvaluationId


@event
class ProgressReviewExpected:
    """A grade is so low that a progress review is likely."""

    evaluation_id: EvaluationId
    inspection_id: InspectionId
    grade: Grade


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
    programme_id: ProgrammeId | None = None
    grades_published: bool = True
    rights_needed: bool = False


@event
class DraftWritten:
    """A draft of the report, known by the SHA-256 of its text's UTF-8 bytes."""

    report_id: ReportId
    inspection_id: InspectionId
    number: int
    content_hash: ContentHash
    title_hash: ContentHash
    author: ActorId
    answers: tuple[InaccuracyId, ...] = ()
    """What the partnership said was wrong, and this draft puts right."""
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
    changes: EvaluationId | None = None
    reason: Confidential = sealed(under="inspection_id")


@event
class FactualAccuracyExtended:
    """The partnership has until a later day."""

    report_id: ReportId
    due_on: date
    was_due_on: date
    reason: ReasonCode


@event
class RightsCovered:
    """The report covers these rights of the child and these promises."""

    report_id: ReportId
    articles: tuple[Article, ...]
    foundations: tuple[Foundation, ...]


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
class EmbargoedCopyGiven:
    """Somebody may read a report before its publication."""

    copy_id: EmbargoedCopyId
    report_id: ReportId
    inspection_id: InspectionId
    secret_hash: KeyedHash
    given_on: date
    designation: Confidential = sealed(under="inspection_id")


@event
class EmbargoedCopyRead:
    """Whoever a copy was given to opened it, for this many times by now; this is the draft that was shown."""

    copy_id: EmbargoedCopyId
    content_hash: ContentHash
    reads: int
    read_on: date


@event
class EmbargoedCopyRevoked:
    """A copy's secret opens nothing any more."""

    copy_id: EmbargoedCopyId
    revoked_on: date


@event
class PublicationApproved:
    """Somebody approved the publication of a bundle; so many have now."""

    report_id: ReportId
    bundle_hash: ContentHash
    approved_by: ActorId
    approvals: int


@event
class RecommendationAccepted:
    """An owner accepted a recommendation."""

    recommendation_id: RecommendationId
    owner: OwnerCode
    accepted_by: ActorId
    state: RecommendationState


@event
class RecommendationRejected:
    """An owner rejected a recommendation."""

    recommendation_id: RecommendationId
    inspection_id: InspectionId
    owner: OwnerCode
    rejected_by: ActorId
    state: RecommendationState
    reason: Confidential = sealed(under="inspection_id")


@event
class ProgressRecorded:
    """An owner has done something about a recommendation, and shows it by so many pieces of evidence."""

    recommendation_id: RecommendationId
    inspection_id: InspectionId
    owner: OwnerCode
    evidence: tuple[ContentHash, ...]
    recorded_by: ActorId
    state: RecommendationState
    words: Confidential = sealed(under="inspection_id")


@event
class ProgressReturned:
    """A reviewer found that an owner's evidence does not show enough yet."""

    recommendation_id: RecommendationId
    inspection_id: InspectionId
    owner: OwnerCode
    returned_by: ActorId
    state: RecommendationState
    reason: Confidential = sealed(under="inspection_id")


@event
class RecommendationClosed:
    """What was recommended is done, as somebody else than its owners has found."""

    recommendation_id: RecommendationId
    inspection_id: InspectionId
    closed_by: ActorId
    reason: Confidential = sealed(under="inspection_id")


@event
class RecommendationSuperseded:
    """Another recommendation took this one's place: a newer one, or itself in the inspection that follows."""

    recommendation_id: RecommendationId
    by: RecommendationId
    into: InspectionId | None


@event
class CarryingForward:
    """What was open of an inspection's recommendations goes on in a later inspection."""

    inspection_id: InspectionId
    into: InspectionId
    recommendations: tuple[RecommendationId, ...]


@event
class RecommendationNoted:
    """The inspection's action plan has to answer this recommendation too: so many by now, by this day."""

    inspection_id: InspectionId
    recommendation_id: RecommendationId
    recommendations: int
    due_on: date | None
    """The latest of the days on which those that were issued fall due."""


@event
class LinkInspectorNoted:
    """Somebody reads the inspection's action plan; the latest to be named does."""

    inspection_id: InspectionId
    person_id: PersonId


@event
class ActionPlanned:
    """One step of an action plan, SMART."""

    inspection_id: InspectionId
    submission: int
    recommendation_id: RecommendationId
    owner: OwnerCode
    done_by: date
    specific: Confidential = sealed(under="inspection_id")
    measurable: Confidential = sealed(under="inspection_id")


@event
class ActionPlanSubmitted:
    """An action plan came in, with so many steps; late where its day had passed."""

    inspection_id: InspectionId
    submission: int
    actions: int
    submitted_by: ActorId
    submitted_on: date
    late: bool


@event
class ActionPlanAccepted:
    """The plan was read, and it will do."""

    inspection_id: InspectionId
    submission: int
    reviewed_by: ActorId


@event
class ActionPlanReturned:
    """The plan was read and given back; it may be submitted again."""

    inspection_id: InspectionId
    submission: int
    reviewed_by: ActorId
    reasons: Confidential = sealed(under="inspection_id")


@event
class ActionPlanOverdue:
    """The day for the action plan has passed, and nothing is in that answers everything: its reader is to know."""

    inspection_id: InspectionId
    due_on: date
    link_inspector: PersonId | None
