"""What reporting tells the other services and the public."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.messages import event
from shared.vocabulary.areas import Area
from shared.vocabulary.erasure import CarriedOut
from shared.vocabulary.follow_up import Owner
from shared.vocabulary.framework import Article, Foundation
from shared.vocabulary.identity import (
    ContentHash,
    IndicatorCode,
    InspectionId,
    OwnerCode,
    ProgrammeId,
    RecommendationId,
    ReportId,
)
from shared.vocabulary.methods import OutputForm
from shared.vocabulary.scales import Grade
from shared.vocabulary.text import PublishedText


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedEvaluation:
    """An indicator's evaluation as published."""

    indicator: IndicatorCode
    grade: Grade


@event
class ReportPublished:
    """A report and its accessible version are public; the bundle's hash is the one that was approved."""

    report_id: ReportId
    inspection_id: InspectionId
    area: Area
    form: OutputForm
    title: PublishedText
    content: PublishedText
    accessible: PublishedText
    content_hash: ContentHash
    bundle_hash: ContentHash
    evaluations: tuple[PublishedEvaluation, ...]
    clearance: UUID
    published_on: date
    programme_id: ProgrammeId | None = None
    articles: tuple[Article, ...] = ()
    foundations: tuple[Foundation, ...] = ()
    """The rights of the child and the promises that it covers."""


@event
class RecommendationIssued:
    """The report expects somebody to act."""

    recommendation_id: RecommendationId
    inspection_id: InspectionId
    report_id: ReportId
    text: PublishedText
    owners: tuple[Owner, ...]
    action_plan_due_on: date


@event
class ReportCorrected:
    """A published report has a corrected version; every earlier one can still be read."""

    report_id: ReportId
    inspection_id: InspectionId
    correction: int
    """From 1: version 1.1 is the first."""
    content: PublishedText
    accessible: PublishedText
    content_hash: ContentHash
    note: PublishedText
    corrected_on: date


@event
class ReportWithdrawn:
    """A published report was withdrawn: that it was, and why, stays public; its text does not."""

    report_id: ReportId
    inspection_id: InspectionId
    reason: PublishedText
    withdrawn_on: date


@event
class RecommendationCarriedForward:
    """A recommendation of an earlier inspection goes on, under an id of its own, in the one that follows it."""

    recommendation_id: RecommendationId
    inspection_id: InspectionId
    carried_from: RecommendationId
    report_id: ReportId
    """The report that it was first made in."""
    text: PublishedText
    owners: tuple[Owner, ...]
    accepted: tuple[OwnerCode, ...]
    action_plan_due_on: date


@event
class ProgressReviewAnnounced:
    """After a low grade, a progress review is meant to follow, between two days; both belong to it."""

    inspection_id: InspectionId
    report_id: ReportId
    statement: PublishedText
    starts_on: date
    ends_on: date


@event
class ErasureConfirmed:
    """Reporting has erased; nothing of it opens any more."""

    done: CarriedOut
