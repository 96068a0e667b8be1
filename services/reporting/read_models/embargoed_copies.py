"""The copies that were given before publication, each found by the keyed hash of its secret."""

from uuid import UUID

from sqlalchemy import Column, Connection, Date, Integer, Text, Uuid, select

from services.reporting.events import EmbargoedCopyGiven, EmbargoedCopyRead, EmbargoedCopyRevoked
from shared.sourcing.read_models import Put, ReadModel, Set

embargoed_copies = ReadModel(
    "embargoed_copies",
    Column("copy_id", Uuid, nullable=False),
    Column("report_id", Uuid, nullable=False),
    Column("secret_hash", Text, nullable=False, index=True),
    Column("given_on", Date, nullable=False),
    Column("reads", Integer, nullable=False),
    Column("last_read_on", Date),
    Column("revoked_on", Date),
)


@embargoed_copies.on
def embargoed_copy_given(fact: EmbargoedCopyGiven) -> Put:
    """A row a copy; whose it is stays sealed."""
    return embargoed_copies.put(
        copy_id=fact.copy_id,
        report_id=fact.report_id,
        secret_hash=fact.secret_hash,
        given_on=fact.given_on,
        reads=0,
    )


@embargoed_copies.on
def embargoed_copy_read(fact: EmbargoedCopyRead) -> Set:
    """Once more."""
    return embargoed_copies.set(reads=fact.reads, last_read_on=fact.read_on)


@embargoed_copies.on
def embargoed_copy_revoked(fact: EmbargoedCopyRevoked) -> Set:
    """It opens nothing any more."""
    return embargoed_copies.set(revoked_on=fact.revoked_on)


def opened_by(tx: Connection, secret_hash: str) -> UUID | None:
    """The copy that a secret opens; None where it opens none."""
    table = embargoed_copies.table
    known = select(table.c.copy_id).where(table.c.secret_hash == secret_hash, table.c.revoked_on.is_(None))
    found: UUID | None = tx.execute(known).scalar_one_or_none()
    return found
