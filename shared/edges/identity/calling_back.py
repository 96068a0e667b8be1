"""Whether what says who somebody is was called back: asked of the service's own log, and remembered for a moment."""

import time
from typing import Final
from uuid import UUID

from shared.edges.access import Caller
from shared.identity.read_models import called_back
from shared.sourcing.running import RunningService
from shared.vocabulary.roles import AccessRole

REMEMBERED_S: Final = 1.0
"""Seconds for which an answer is remembered; what the bus takes comes on top, and both together are under five."""
ANSWERS_AT_MOST: Final = 10_000


class CalledBack:
    """What one service has heard was called back."""

    def __init__(self, running: RunningService) -> None:
        """Remember nothing yet."""
        self._running = running
        self._answers: dict[tuple[UUID, int, UUID], tuple[float, bool]] = {}

    def __call__(self, caller: Caller, issued_at: int, token_id: UUID) -> bool:
        """Whether a caller's token, issued at that second since 1970 and with that id, was called back."""
        if caller.role is AccessRole.SERVICE:
            return False  # a service is nobody whose tokens are called back: its key is replaced
        asked, now = (caller.actor, issued_at, token_id), time.monotonic()
        until, known = self._answers.get(asked, (0.0, False))
        if now < until:
            return known
        with self._running.log.reading() as tx:
            answer = called_back(tx, self._running.name, caller.actor, issued_at, token_id)
        if len(self._answers) >= ANSWERS_AT_MOST:
            self._answers.clear()
        self._answers[asked] = (now + REMEMBERED_S, answer)
        return answer
