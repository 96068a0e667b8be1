"""Reacting: due rows are carried out, each once, oldest first about the same thing."""

import logging
from functools import partial
from http import HTTPStatus

from shared.errors import NotFound, Refused, TooManyClashes
from shared.sourcing import due
from shared.sourcing.due import AlreadyDone, DueRow
from shared.sourcing.running import RunningService

PATIENCE = 20
"""Attempts before a row that finds nothing is refused for good: another service's fact may still be on its way."""

log = logging.getLogger(__name__)


def react(running: RunningService, limit: int = 50) -> int:
    """Carry out what is due now; returns how many rows were done or refused for good."""
    done, held_back = 0, set[str]()
    for row in due.ready(running.log, limit):
        if row.about in held_back:
            continue
        if _carry_out(running, row):
            done += 1
        else:
            held_back.add(row.about)
    return done


def _may_pass(situation: Refused, attempts: int) -> bool:
    """Whether a refusal may pass by itself."""
    if isinstance(situation, NotFound):
        return attempts < PATIENCE
    return isinstance(situation, TooManyClashes) or situation.status == HTTPStatus.SERVICE_UNAVAILABLE


def _carry_out(running: RunningService, row: DueRow) -> bool:
    done = partial(due.finish, key=row.key, state=due.DONE)
    try:
        running.handle(row.command, row.cause, command_id=row.key, alongside=done)
    except AlreadyDone:
        return False
    except Refused as refusal:
        if not _may_pass(refusal, row.attempts):
            return _refused(running, row, refusal)
        due.put_off(running.log, row, refusal.code())
        return False
    except Exception as failed:  # noqa: BLE001 - a row is never lost: whatever failed, it waits and is shown
        log.error("a due row failed: %s", type(failed).__name__)  # noqa: TRY400 - an exception's text may hold words
        due.put_off(running.log, row, "failed")
        return False
    return True


def _refused(running: RunningService, row: DueRow, refusal: Refused) -> bool:
    try:
        with running.log.writing() as tx:
            due.finish(tx, row.key, due.REFUSED, refusal.code())
    except AlreadyDone:
        return False
    return True
