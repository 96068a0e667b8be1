"""Having just proved who one is, by more than one method: what opening much and breaking the glass ask for."""

import time

from shared.edges.access import CLOCK_SKEW, Caller
from shared.errors import Refused
from shared.oversight.limits import PROOF_LASTS


class ProofNeeded(Refused):
    """Prove again who you are, by more than one method, and ask within five minutes with the token that you get."""

    status = 403
    recorded = True


def just_proved(caller: Caller) -> bool:
    """Whether somebody proved who they are within five minutes, by the clock that issuers go by."""
    if caller.proved_at is None:
        return False
    return -CLOCK_SKEW <= time.time() - caller.proved_at <= PROOF_LASTS.total_seconds()
