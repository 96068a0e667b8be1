"""The progress reviews that were announced: with which report, and when inspectors mean to look again."""

from typing import Any

from sqlalchemy import Column, Connection, Date, Row, Text, Uuid, select

from shared.contracts.reporting import ProgressReviewAnnounced
from shared.sourcing.read_models import Put, ReadModel
from shared.vocabulary.identity import ReportId

progress_reviews = ReadModel(
    "progress_reviews",
    Column("report_id", Uuid, primary_key=True),
    Column("inspection_id", Uuid, nullable=False),
    Column("statement", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
)


@progress_reviews.on
def progress_review_announced(fact: ProgressReviewAnnounced) -> Put:
    """A row a report."""
    return progress_reviews.put(
        report_id=fact.report_id,
        inspection_id=fact.inspection_id,
        statement=fact.statement,
        starts_on=fact.starts_on,
        ends_on=fact.ends_on,
    )


def announced_after(tx: Connection, report_id: ReportId) -> Row[Any] | None:
    """The progress review that is meant to follow a report, if there is one."""
    here = select(progress_reviews.table).where(progress_reviews.table.c.report_id == report_id)
    return tx.execute(here).one_or_none()
