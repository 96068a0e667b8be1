"""The watch: who keeps failing to say who they are is slowed down, and whatever is turned away is noted, once."""

import hmac
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Any, Final

import structlog
from flask import Flask, Response, request

from shared.edges import problems
from shared.edges.door import AddressTooLong, HeadersTooLarge, HostUnknown
from shared.errors import NotRecognised, Refused
from shared.limits import ATTEMPTS, ATTEMPTS_S, LONGEST_WAIT_S, NETWORKS

UNWATCHED: Final = frozenset({"participation.take_answers"})
"""What is never noted, whatever becomes of it: that somebody answered."""
EXTENSION: Final = "speir.attempts"
"""Where an app keeps what failed."""
IPV4_BITS, IPV6_BITS = 24, 56

log = structlog.get_logger()


class TooManyAttempts(Refused):
    """Too many tokens that are not valid came from your network; wait as long as Retry-After says."""

    status = 429


noted: Final = frozenset(kind.code() for kind in (NotRecognised, TooManyAttempts, HostUnknown, AddressTooLong,
                                                  HeadersTooLarge)) | {"too-many-requests"}  # fmt: skip


class Attempts:
    """Failed attempts by network, in this process's memory only, under a key that nobody ever sees and that changes.

    Nobody is locked out: a token that is valid is not looked for here.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing; the clock says seconds."""
        self._clock = clock
        self._held = threading.Lock()
        self._until = 0.0
        self._key = b""
        self._failed: Counter[bytes] = Counter()

    def failed(self, address: str | None) -> int | None:
        """Count a failure; how many seconds to wait, once there were too many: twice as long every time."""
        with self._held:
            if self._clock() >= self._until:
                self._key, self._until = secrets.token_bytes(), self._clock() + ATTEMPTS_S
                self._failed.clear()
            known = hmac.digest(self._key, network_of(address).encode(), "sha256")
            network = known if known in self._failed or len(self._failed) < NETWORKS else b"others"
            self._failed[network] += 1
            over = self._failed[network] - ATTEMPTS
        return min(2 ** min(over - 1, LONGEST_WAIT_S), LONGEST_WAIT_S) if over > 0 else None


def network_of(address: str | None) -> str:
    """The network that an address belongs to, as far as one household or office goes; one name for what is none."""
    try:
        known = ip_address(address or "")
    except ValueError:
        return "unknown"
    bits = IPV4_BITS if isinstance(known, IPv4Address) else IPV6_BITS
    return str(ip_network((known, bits), strict=False))


def add_to(app: Flask) -> None:
    """Watch every answer of an app, before anything else is done to it."""
    app.extensions[EXTENSION] = Attempts()

    def look(answer: Response) -> Response:
        if request.environ.get(problems.REFUSED) == NotRecognised.code() and "Authorization" in request.headers:
            attempts: Attempts = app.extensions[EXTENSION]
            wait_s = attempts.failed(request.remote_addr)
            if wait_s is not None:
                answer = problems.refused(TooManyAttempts(retry_after_s=wait_s))
        _note(answer.status_code)
        return answer

    app.after_request(look)


def _note(status: int) -> None:
    """One line for what was turned away: its code and its route, and nothing of who or where."""
    code: Any = request.environ.get(problems.REFUSED)
    unasked = code == NotRecognised.code() and "Authorization" not in request.headers
    if code in noted and not unasked and request.endpoint not in UNWATCHED:
        log.warning("request.turned_away", code=code, status=status, **problems.asked())
