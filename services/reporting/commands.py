"""What reporting can be asked to do."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.messages import Words, command, stamped
from shared.methodologies.parts import Output, PartnerScale
from shared.vocabulary.areas import Area
from shared.vocabulary.bodies import ScrutinyBody
from shared.vocabulary.follow_up import Owner
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
    programme_id: ProgrammeId | None = None
    waits: tuple[Output, ...] = ()
    attributed: bool = True
    grades_published: bool = True
    rights_needed: bool = False
    strata: tuple[StratumCode, ...] = ()
    follows: InspectionId | None = None


@command
class NoteStratum:
    """Take note that a kind of record is accounted for: read, or found not to exist."""

    inspection_id: InspectionId
    stratum: StratumCode


@command
class NoteWithdrawal:
    """Take note that a piece of evidence counts no more."""

    inspection_id: InspectionId
    evidence_id: EvidenceId


@command
class HoldDiscussion:
    """Record that a partnership was told in words what was found: when, to whom by designation, and which points."""

    inspection_id: InspectionId
    discussion_id: DiscussionId
    held_on: date
    attendees: Words
    points: Words
    today: date | None = stamped()


@command
class EnrolInspection:
    """Count an inspection among its programme's, so that what waits for all of them can."""

    programme_id: ProgrammeId
    inspection_id: InspectionId
    nationwide: bool


@command
class NoteOutput:
    """Take note that an inspection has given something back."""

    programme_id: ProgrammeId
    inspection_id: InspectionId
    form: OutputForm


@command
class NotePause:
    """Take note that nothing about a council is published from one day to another."""

    council: GssCode
    pause_id: PublicationPauseId
    first_day: date
    last_day: date


@command
class NotePauseEnd:
    """Take note that a pause was called off."""

    council: GssCode
    pause_id: PublicationPauseId
    ended_on: date


@command
class OpenEvaluation:
    """Begin the evaluation of one indicator, on the scale that the inspection's edition names."""

    evaluation_id: EvaluationId
    inspection_id: InspectionId
    indicator: IndicatorCode
    scale: ScaleCode
    partner_scales: tuple[PartnerScale, ...] = ()


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
    partner: ScrutinyBody | None = None
    """Whose scale it is on, where a partner has its own."""
    actor: ActorId | None = stamped()


@command
class ConfirmEvaluation:
    """Let the panel confirm the grade that was proposed."""

    evaluation_id: EvaluationId
    home_area: GssCode | None = None
    """The council that whoever decides belongs to: who asks is known by a pseudonym, which does not tell it."""
    actor: ActorId | None = stamped()


@command
class AdjustEvaluation:
    """Let the panel give another grade than the one proposed, with its reason; the proposal stays on record."""

    evaluation_id: EvaluationId
    grade: Grade
    reason: Words
    benchmark: BenchmarkCode | None = None
    home_area: GssCode | None = None
    actor: ActorId | None = stamped()


@command
class LeaveUnevaluated:
    """Let the panel decide that an indicator is not evaluated, for a reason."""

    evaluation_id: EvaluationId
    reason: ReasonCode
    home_area: GssCode | None = None
    actor: ActorId | None = stamped()


@command
class ReopenEvaluation:
    """Open a settled evaluation again: what the partnership said, or what was withdrawn, may change it."""

    evaluation_id: EvaluationId
    without: EvidenceId | None = None
    """The piece of evidence that counts no more: an evaluation that does not rest on it stays as it is."""


@command
class DraftReport:
    """Write a draft of a report; drafting again makes a new draft, and whatever was approved is open again."""

    report_id: ReportId
    inspection_id: InspectionId
    form: OutputForm
    title: Words
    content: Words
    answers: tuple[InaccuracyId, ...] = ()
    """What the partnership said was wrong, and this draft puts right."""
    actor: ActorId | None = stamped()


@command
class ApproveDraft:
    """Let the panel approve exactly this draft, known by the SHA-256 of its text."""

    report_id: ReportId
    content_hash: ContentHash
    home_area: GssCode | None = None
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
    changes: EvaluationId | None = None
    """The evaluation that the panel has to look at again for it."""


@command
class ExtendFactualAccuracy:
    """Give the partnership until a later day, once, where it asked before its day."""

    report_id: ReportId
    due_on: date
    reason: ReasonCode
    today: date | None = stamped()


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
class CoverRights:
    """Say which rights of the child and which promises the report covers."""

    report_id: ReportId
    articles: tuple[Article, ...]
    foundations: tuple[Foundation, ...]


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
class GiveEmbargoedCopy:
    """Let somebody, named by designation, read the approved draft before its publication, by a secret told once."""

    copy_id: EmbargoedCopyId
    report_id: ReportId
    inspection_id: InspectionId
    secret_hash: KeyedHash
    designation: Words
    today: date | None = stamped()


@command
class ReadEmbargoedCopy:
    """Put on record that a copy was opened."""

    copy_id: EmbargoedCopyId
    today: date | None = stamped()


@command
class RevokeEmbargoedCopy:
    """Let a copy's secret open nothing any more."""

    copy_id: EmbargoedCopyId
    today: date | None = stamped()


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
class CorrectReport:
    """Correct a published report in public, with a note that says what was wrong."""

    report_id: ReportId
    content: PublishedText
    accessible: PublishedText
    note: PublishedText
    actor: ActorId | None = stamped()
    today: date | None = stamped()


@command
class WithdrawReport:
    """Withdraw a published report, and say why in public."""

    report_id: ReportId
    reason: PublishedText
    today: date | None = stamped()


@command
class IssueRecommendation:
    """Say in public what a report expects, and of whom."""

    recommendation_id: RecommendationId
    inspection_id: InspectionId
    report_id: ReportId
    text: PublishedText
    owners: tuple[Owner, ...]


@command
class AcceptRecommendation:
    """Let one of its owners accept a recommendation; joint owners each do."""

    recommendation_id: RecommendationId
    owner: OwnerCode
    actor: ActorId | None = stamped()


@command
class RejectRecommendation:
    """Let one of its owners reject a recommendation, and say why; it may still accept later."""

    recommendation_id: RecommendationId
    owner: OwnerCode
    reason: Words
    actor: ActorId | None = stamped()


@command
class RecordProgress:
    """Record what an owner has done about a recommendation; with evidence of it, by digest, it is ready for review."""

    recommendation_id: RecommendationId
    owner: OwnerCode
    words: Words
    evidence: tuple[ContentHash, ...] = ()
    actor: ActorId | None = stamped()


@command
class ReturnProgress:
    """Let a reviewer say that an owner's evidence does not show enough yet, and what is missing."""

    recommendation_id: RecommendationId
    owner: OwnerCode
    reason: Words
    actor: ActorId | None = stamped()


@command
class CloseRecommendation:
    """Close a recommendation whose evidence was reviewed by somebody who neither owns it nor recorded its progress."""

    recommendation_id: RecommendationId
    reason: Words
    actor: ActorId | None = stamped()


@command
class SupersedeRecommendation:
    """Let a newer recommendation take an open one's place."""

    recommendation_id: RecommendationId
    by: RecommendationId


@command
class CarryForward:
    """Carry what is open of an inspection's recommendations into a later inspection that follows it."""

    inspection_id: InspectionId
    into: InspectionId


@command
class CarryForwardRecommendation:
    """Carry one open recommendation into a later inspection; here it is superseded."""

    recommendation_id: RecommendationId
    into: InspectionId


@command
class TakeUpRecommendation:
    """Go on with a recommendation of an earlier inspection, in the inspection that follows it."""

    recommendation_id: RecommendationId
    inspection_id: InspectionId
    carried_from: RecommendationId


@command
class NoteRecommendation:
    """Count a recommendation among those that an inspection's action plan has to answer, by a day if there is one."""

    inspection_id: InspectionId
    recommendation_id: RecommendationId
    due_on: date | None = None


@command
class NoteLinkInspector:
    """Take note who reads an inspection's action plan."""

    inspection_id: InspectionId
    person_id: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One step of a plan, SMART: what exactly, measured how, by whom, for which recommendation, done by when."""

    recommendation_id: RecommendationId
    owner: OwnerCode
    done_by: date
    specific: Words
    measurable: Words


@command
class SubmitActionPlan:
    """Hand in what will be done about every recommendation of an inspection."""

    inspection_id: InspectionId
    actions: tuple[Action, ...]
    actor: ActorId | None = stamped()
    today: date | None = stamped()


@command
class ReviewActionPlan:
    """Accept the action plan that was submitted last, or return it and say what is missing."""

    inspection_id: InspectionId
    submission: int
    accepted: bool
    reasons: Words | None = None
    actor: ActorId | None = stamped()


@command
class NoteActionPlanOverdue:
    """Take note that the day for the action plan has passed, unless there is one that answers everything."""

    inspection_id: InspectionId
    due_on: date


@command
class AnnounceProgressReview:
    """Say in public, after a low grade, that a progress review is meant to follow, and between which days."""

    inspection_id: InspectionId
    report_id: ReportId
    statement: PublishedText
    starts_on: date
    ends_on: date
    today: date | None = stamped()
