"""What reporting tells the other services and the public."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.messages import event
from shared.vocabulary.areas import Area
from shared.vocabulary.identity import ContentHash, IndicatorCode, InspectionId, RecommendationId, ReportId
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


@event
class RecommendationIssued:
    """The report expects somebody to act."""

    recommendation_id: RecommendationId
    inspection_id: InspectionId
    report_id: ReportId
    text: PublishedText
    owners: tuple[PublishedText, ...]
    action_plan_due_on: date
