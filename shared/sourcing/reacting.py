"""Reacting: due rows are carried out, each once, oldest first about the same thing."""

import logging
from functools import partial

from shared.errors import NotFound, Refused, TooManyClashes, Unavailable
from shared.sourcing import due
from shared.sourcing.due import AlreadyDone, DueRow
from shared.sourcing.running import RunningService

PATIENT_WITH = (NotFound, TooManyClashes, Unavailable)
"""What may pass by itself: another service's fact may still be on its way."""
PATIENCE = 20
"""Attempts before a row that finds nothing is refused for good."""

log = logging.getLogger(__name__)


def react(running: RunningService, limit: int = 50) -> int:
    """Carry out what is due now; returns how many rows were done or refused for good."""
    return sum(_carry_out(running, row) for row in due.ready(running.log, limit))


def _carry_out(running: RunningService, row: DueRow) -> bool:
    done = partial(due.finish, key=row.key, state=due.DONE)
    try:
        running.handle(row.command, row.cause, command_id=row.key, alongside=done)
    except AlreadyDone:
        return False
    except PATIENT_WITH as situation:
        if row.attempts < PATIENCE:
            due.put_off(running.log, row, situation.code())
            return False
        return _refused(running, row, situation)
    except Refused as refusal:
        return _refused(running, row, refusal)
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
