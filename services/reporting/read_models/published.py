"""The published reports, for everybody: nothing here is known before its publication."""

from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Date, Integer, Row, Text, Uuid, select

from shared.contracts.reporting import ReportCorrected, ReportPublished, ReportWithdrawn
from shared.sourcing.read_models import Put, ReadModel, Set
from shared.vocabulary.areas import NATION
from shared.vocabulary.identity import GssCode

published = ReadModel(
    "published",
    Column("report_id", Uuid, nullable=False),
    Column("inspection_id", Uuid, nullable=False),
    Column("form", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("councils", Text, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("bundle_hash", Text, nullable=False),
    Column("published_on", Date, nullable=False),
    Column("corrections", Integer, nullable=False),
    Column("corrected_on", Date),
    Column("withdrawn_on", Date),
)


@published.on
def report_published(fact: ReportPublished) -> Put:
    """A row a report; the area's codes stand in one column, with a space between them."""
    return published.put(
        report_id=fact.report_id,
        inspection_id=fact.inspection_id,
        form=fact.form.value,
        title=fact.title,
        councils=" ".join(fact.area.councils),
        content_hash=fact.content_hash,
        bundle_hash=fact.bundle_hash,
        published_on=fact.published_on,
        corrections=0,
    )


@published.on
def report_corrected(fact: ReportCorrected) -> Set:
    """The latest correction; every version can be read."""
    return published.set(corrections=fact.correction, corrected_on=fact.corrected_on, content_hash=fact.content_hash)


@published.on
def report_withdrawn(fact: ReportWithdrawn) -> Set:
    """It stays in the list, marked."""
    return published.set(withdrawn_on=fact.withdrawn_on)


def is_public(tx: Connection, stream: str) -> bool:
    """Whether a report's stream has been published: the same one question for every report, and for none."""
    here = select(published.table.c.stream).where(published.table.c.stream == stream)
    return tx.execute(here).one_or_none() is not None


def public_page(
    tx: Connection, code: GssCode | None, cursor: str | None, limit: int
) -> tuple[list[Row[Any]], str | None]:
    """A page of published reports, of all areas or of those that a council (its current code) belongs to."""
    where: list[ColumnElement[bool]] = []
    if code is not None:
        codes = published.table.c.councils
        where = [codes.contains(code) | (codes == NATION.councils[0])]
    return published.page(tx, where, cursor, limit)
