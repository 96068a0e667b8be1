"""Reacting: due rows are carried out, each once, oldest first about the same thing."""

from enum import Enum
from functools import partial
from http import HTTPStatus

import structlog

from shared.errors import NotFound, Refused, TooManyClashes
from shared.sourcing import due
from shared.sourcing.due import AlreadyDone, DueRow
from shared.sourcing.running import RunningService

PATIENCE = 20
"""Attempts before a row that finds nothing is refused for good: another service's fact may still be on its way."""

log = structlog.get_logger()


def react(running: RunningService, limit: int = 50) -> int:
    """Carry out what is due now; returns how many rows were done or refused for good."""
    done, held_back = 0, set[str]()
    for row in due.ready(running.log, limit):
        if row.about not in held_back:
            outcome = _carry_out(running, row)
            done += outcome is Outcome.DONE
            if outcome is Outcome.FAILED:
                held_back.add(row.about)
    return done


class Outcome(Enum):
    """What became of a row, and with it of the younger ones about the same thing."""

    DONE = "done"
    PUT_OFF = "put off, and the younger ones go on: one of them may bring what was not found"
    FAILED = "to be tried before any younger one"


def _may_pass(situation: Refused, attempts: int) -> bool:
    """Whether a refusal may pass by itself."""
    if isinstance(situation, NotFound):
        return attempts < PATIENCE
    return isinstance(situation, TooManyClashes) or situation.status == HTTPStatus.SERVICE_UNAVAILABLE


def _carry_out(running: RunningService, row: DueRow) -> Outcome:
    done = partial(due.finish, key=row.key, state=due.DONE)
    try:
        running.handle(running.acted(row.command), row.cause, command_id=row.key, alongside=done)
    except AlreadyDone:
        return Outcome.FAILED  # another worker is at what is about this
    except Refused as refusal:
        if not _may_pass(refusal, row.attempts):
            return _refused(running, row, refusal)
        due.put_off(running.log, row, refusal.code())
        return Outcome.PUT_OFF if refusal.code() in due.NOBODY_WAITS_FOR else Outcome.FAILED
    except Exception as failed:  # noqa: BLE001 - a row is never lost: whatever failed, it waits and is shown
        log.error("due.failed", **_said_of(row), error_type=type(failed).__name__)  # noqa: TRY400 - its text may hold words
        due.put_off(running.log, row, "failed")
        return Outcome.FAILED
    return Outcome.DONE


def _said_of(row: DueRow) -> dict[str, object]:
    """What a log line says of a row: the event and policy that made it due, the command, and which attempt it was."""
    event_id, policy, _ = row.key.split("/")
    return {"event_id": event_id, "policy": policy, "command": row.asked, "attempt": row.attempts + 1}


def _refused(running: RunningService, row: DueRow, refusal: Refused) -> Outcome:
    try:
        with running.log.writing() as tx:
            due.finish(tx, row.key, due.REFUSED, refusal.code())
    except AlreadyDone:
        return Outcome.FAILED
    return Outcome.DONE
