"""How much one person reads: the different keys that they had words opened under within an hour."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection

from shared.edges.access import Caller
from shared.edges.accesses import keys_opened
from shared.edges.proving import ProofNeeded, just_proved
from shared.errors import Refused
from shared.oversight.allowing import reading_allowance
from shared.oversight.limits import COUNTED_OVER, KEYS_ALONE, KEYS_UNPROVED
from shared.sourcing.running import RunningService
from shared.sourcing.telling import instant

HOUR_US = COUNTED_OVER // timedelta(microseconds=1)


class SecondPersonNeeded(Refused):
    """This is more than anybody has opened alone within an hour; a data-protection officer may allow it."""

    status = 403
    recorded = True


def within_limits(running: RunningService, caller: Caller, keys: frozenset[UUID]) -> Callable[[Connection], None]:
    """What refuses to let somebody have these keys' words opened: ProofNeeded or SecondPersonNeeded, with the count."""

    def judge(tx: Connection) -> None:
        now_us = running.log.now_us(tx)
        count = len(keys | keys_opened(tx, caller.actor, now_us - HOUR_US))
        if count > KEYS_UNPROVED and not just_proved(caller):
            raise ProofNeeded(keys=count)
        if count > KEYS_ALONE:
            allowed = running.state_of(tx, reading_allowance, caller.actor).holds(instant(now_us))
            if count > allowed:
                raise SecondPersonNeeded(keys=count)

    return judge
