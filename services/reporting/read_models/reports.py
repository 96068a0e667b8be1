"""The reports that are being written: how far each is, by hashes and dates, never by words."""

from enum import StrEnum

from sqlalchemy import Boolean, Column, Date, Integer, Text, Uuid

from services.reporting.events import (
    AccessibleVersionAttached,
    DraftApproved,
    DraftWritten,
    EmbargoSet,
    FactualAccuracyClosed,
    FactualAccuracyExtended,
    IdentifiabilityCleared,
    InaccuracyRuledOn,
    PublicationApproved,
    ReportBegun,
    SentForFactualAccuracy,
)
from shared.contracts.reporting import ReportPublished
from shared.sourcing.read_models import Put, ReadModel, Set


class Progress(StrEnum):
    """How far a report is."""

    DRAFT = "draft"
    PANEL_APPROVED = "panel_approved"
    BUNDLED = "bundled"
    PUBLISHED = "published"


reports = ReadModel(
    "reports",
    Column("report_id", Uuid, nullable=False),
    Column("inspection_id", Uuid, nullable=False),
    Column("form", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("draft", Integer, nullable=False),
    Column("content_hash", Text),
    Column("bundle_hash", Text),
    Column("comments_due_on", Date),
    Column("comments_closed_early", Boolean),
    Column("identifiability_cleared", Boolean),
    Column("approvals", Integer, nullable=False),
    Column("embargo_until", Date),
    Column("published_on", Date),
)


@reports.on
def report_begun(fact: ReportBegun) -> Put:
    """A row a report."""
    return reports.put(
        report_id=fact.report_id,
        inspection_id=fact.inspection_id,
        form=fact.form.value,
        state=Progress.DRAFT.value,
        draft=0,
        approvals=0,
    )


@reports.on
def draft_written(fact: DraftWritten) -> Set:
    """Whatever was approved is open again."""
    return reports.set(
        state=Progress.DRAFT.value,
        draft=fact.number,
        content_hash=fact.content_hash,
        bundle_hash=None,
        identifiability_cleared=False,
        approvals=0,
    )


@reports.on
def draft_approved(_fact: DraftApproved) -> Set:
    """The panel has approved it."""
    return reports.set(state=Progress.PANEL_APPROVED.value, bundle_hash=None, approvals=0)


@reports.on
def inaccuracy_ruled_on(fact: InaccuracyRuledOn) -> tuple[Set, ...]:
    """Where it changes an evaluation, the panel approves again."""
    fallen = reports.set(state=Progress.DRAFT.value, bundle_hash=None, approvals=0)
    return () if fact.changes is None else (fallen,)


@reports.on
def sent_for_factual_accuracy(fact: SentForFactualAccuracy) -> Set:
    """The partnership has it until a day."""
    return reports.set(comments_due_on=fact.due_on, comments_closed_early=False)


@reports.on
def factual_accuracy_extended(fact: FactualAccuracyExtended) -> Set:
    """The partnership has it until a later day."""
    return reports.set(comments_due_on=fact.due_on)


@reports.on
def factual_accuracy_closed(_fact: FactualAccuracyClosed) -> Set:
    """The partnership has nothing more to say."""
    return reports.set(comments_closed_early=True)


@reports.on
def identifiability_cleared(_fact: IdentifiabilityCleared) -> Set:
    """Nobody can be recognised."""
    return reports.set(identifiability_cleared=True)


@reports.on
def accessible_version_attached(fact: AccessibleVersionAttached) -> Set:
    """The bundle is complete, and nobody has approved it yet."""
    return reports.set(state=Progress.BUNDLED.value, bundle_hash=fact.bundle_hash, approvals=0)


@reports.on
def embargo_set(fact: EmbargoSet) -> Set:
    """Not before a day."""
    return reports.set(embargo_until=fact.until)


@reports.on
def publication_approved(fact: PublicationApproved) -> Set:
    """So many have approved the bundle."""
    return reports.set(approvals=fact.approvals)


@reports.on
def report_published(fact: ReportPublished) -> Set:
    """It is public."""
    return reports.set(state=Progress.PUBLISHED.value, published_on=fact.published_on)
