"""The reports that were published, as scheduling heard of them."""

from sqlalchemy import Column, Date, Text, Uuid

from shared.contracts.reporting import ReportPublished
from shared.sourcing.read_models import Put, ReadModel

published_reports = ReadModel(
    "published_reports",
    Column("report_id", Uuid, primary_key=True),
    Column("inspection_id", Uuid, nullable=False),
    Column("form", Text, nullable=False),
    Column("published_on", Date, nullable=False),
)


@published_reports.on
def report_published(fact: ReportPublished) -> Put:
    """A row a report."""
    return published_reports.put(
        report_id=fact.report_id,
        inspection_id=fact.inspection_id,
        form=fact.form.value,
        published_on=fact.published_on,
    )
