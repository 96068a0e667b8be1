"""Purging what stands beside the log: answers kept for repeated requests, and the bodies of rows that were done."""

from sqlalchemy import Column, ColumnElement, Connection, LargeBinary, delete, func, literal, or_, select, update

from shared.sourcing.due import WAITING
from shared.sourcing.event_log import EventLog
from shared.sourcing.tables import due, idempotency
from shared.vocabulary.erasure import DerivedName, Purged

NOTHING = b"{}"


def purge(log: EventLog, erased_id: str) -> tuple[Purged, ...]:
    """Delete or empty what names somebody beside the log; safe to repeat. What still has to be done stays."""
    with log.writing() as tx:
        answers = delete(idempotency).where(holds(tx, idempotency.c.reply, erased_id))
        rows = update(due).where(_done_about(tx, erased_id)).values(body=NOTHING, cause=NOTHING)
        return (
            Purged(DerivedName("answers"), len(tx.execute(answers.returning(idempotency.c.key_hash)).all())),
            Purged(DerivedName("reactions"), len(tx.execute(rows.returning(due.c.key)).all())),
        )


def to_be_purged(log: EventLog, erased_id: str) -> tuple[Purged, ...]:
    """What ``purge`` would take, counted and left as it is."""
    with log.reading() as tx:
        answers = select(func.count()).select_from(idempotency).where(holds(tx, idempotency.c.reply, erased_id))
        rows = select(func.count()).select_from(due).where(_done_about(tx, erased_id))
        return (
            Purged(DerivedName("answers"), tx.execute(answers).scalar_one()),
            Purged(DerivedName("reactions"), tx.execute(rows).scalar_one()),
        )


def _done_about(tx: Connection, erased_id: str) -> ColumnElement[bool]:
    named = or_(due.c.about == erased_id, holds(tx, due.c.body, erased_id))
    return (due.c.state != WAITING) & (due.c.body != NOTHING) & named


def holds(tx: Connection, column: Column[bytes], text: str) -> ColumnElement[bool]:
    """Whether bytes hold a text, as each kind of database asks it."""
    sought = literal(text.encode(), LargeBinary)
    if tx.dialect.name == "sqlite":
        return func.instr(column, sought) > 0
    return func.pg_catalog.position(column, sought) > 0
