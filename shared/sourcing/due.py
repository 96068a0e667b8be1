"""What is due: reactions and deadlines in one table, each a command that is done once, oldest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, insert, select, update

from shared.errors import NotFound, Refused
from shared.messages import command_types
from shared.sourcing import codec
from shared.sourcing.event_log import EventLog
from shared.sourcing.service import Cause, Later, Policies
from shared.sourcing.tables import due
from shared.sourcing.telling import microseconds

WAITING, DONE, REFUSED = "waiting", "done", "refused"


class NotYet(Refused):
    """Something that is still going on needs what this would end; it is tried again by itself."""

    status = 503


NOBODY_WAITS_FOR = (NotFound.code(), NotYet.code())
"""The problems of rows that wait for something else: the younger ones about the same thing go on."""
PATIENCE_US = 1_000_000
"""Microseconds before a row that failed is tried again; doubles with every failure up to a minute."""
LONGEST_WAIT_US = 60_000_000


class AlreadyDone(Exception):  # noqa: N818 - a situation: another worker was faster
    """Another worker has carried this row out."""


@dataclass(frozen=True, slots=True)
class DueRow:
    """A row that is due: a command, why, and under which key it is done once."""

    key: str
    about: str
    asked: str
    body: bytes
    because: bytes
    attempts: int

    @property
    def command(self) -> Any:
        """What is asked; raises KeyError and the like where this version of the service does not know it."""
        return codec.constructor(command_types[self.asked])(orjson.loads(self.body))

    @property
    def cause(self) -> Cause:
        """Why it is asked."""
        cause: Cause = codec.constructor(Cause)(orjson.loads(self.because))
        return cause


def reactions(policies: Policies, fact: Any, event_id: UUID, about: str, recorded_us: int, cause: Cause) -> list[Any]:
    """The rows that an event makes due; each key is ``event id/policy/n``, so an event makes them once."""
    rows = []
    for policy in policies.get(type(fact), ()):
        for n, asked in enumerate(policy(fact)):
            later = asked if isinstance(asked, Later) else None
            command = later.command if later else asked
            # What was too late already is due after what the same event asked for at once, not before it.
            due_us = max(recorded_us, microseconds(later.at)) if later else recorded_us
            rows.append(
                {
                    "key": f"{event_id}/{policy.__name__}/{n}",
                    "about": about,
                    "due_us": due_us,
                    "command": command_name(type(command)),
                    "body": codec.canonical(command),
                    "cause": codec.canonical(cause),
                    "state": WAITING,
                    "attempts": 0,
                    "problem": None,
                    "not_before_us": 0,
                }
            )
    return rows


def command_name(command_type: type) -> str:
    """``participation.OfferWaysToTakePart``: how a due row names its command."""
    return next(name for name, cls in command_types.items() if cls is command_type)


def write(tx: Connection, rows: Iterable[dict[str, Any]]) -> None:
    """Write rows in the transaction that appends what made them due; of one moment, they are done in this order."""
    if rows := list(rows):
        tx.execute(insert(due), rows)


def ready(log: EventLog, limit: int = 50) -> list[DueRow]:
    """Rows that may be tried, oldest first and as their events stand; none about what a row that failed waits for."""
    with log.reading() as tx:
        now = log.now_us(tx)
        failed = (due.c.not_before_us > now) & due.c.problem.not_in(NOBODY_WAITS_FOR)
        held_back = select(due.c.about).where(due.c.state == WAITING, failed)
        query = select(due).where(due.c.state == WAITING, due.c.due_us <= now, due.c.not_before_us <= now)
        query = query.where(due.c.about.not_in(held_back)).order_by(due.c.due_us, due.c.ordinal)
        rows = tx.execute(query.limit(limit)).all()
    return [DueRow(row.key, row.about, row.command, bytes(row.body), bytes(row.cause), row.attempts) for row in rows]


def finish(tx: Connection, key: str, state: str, problem: str | None = None) -> None:
    """Mark a waiting row done or refused, in the transaction of what it did; raises AlreadyDone."""
    ours = update(due).where(due.c.key == key, due.c.state == WAITING)
    if tx.execute(ours.values(state=state, problem=problem).returning(due.c.key)).one_or_none() is None:
        raise AlreadyDone


def put_off(log: EventLog, row: DueRow, problem: str) -> None:
    """Note a failure and try again later, in ever longer steps."""
    wait = min(PATIENCE_US << min(row.attempts, 6), LONGEST_WAIT_US)
    with log.writing() as tx:
        later = update(due).where(due.c.key == row.key, due.c.state == WAITING)
        tx.execute(later.values(attempts=due.c.attempts + 1, problem=problem, not_before_us=log.now_us(tx) + wait))
