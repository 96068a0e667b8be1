"""Checkpointing: a worker signs what its log has come to, and never anything that contradicts what it signed before."""

import structlog
from sqlalchemy import Connection

from shared.audit.checkpoints import Checkpoint
from shared.sourcing import tree
from shared.sourcing.event_log import EventLog
from shared.sourcing.leases import Lease
from shared.sourcing.tree import BeyondTheLog

BEAT_S = 0.5
"""How often a log that grew is signed, in seconds."""
QUIET_BEAT_S = 60.0
"""The same for a log whose growth would tell when somebody spoke."""

log = structlog.get_logger()


def beat_of(service: str) -> float:
    """How often a service's log is signed: participation's at fixed times, whenever somebody spoke."""
    return QUIET_BEAT_S if service == "participation" else BEAT_S


class HistoryDiffers(Exception):  # noqa: N818 - a state that the operator has to look at
    """The log is not what was signed of it before: nothing more is signed. Run ``speir audit verify``."""


class Checkpointer:
    """One worker's checkpointer: does nothing while another leads."""

    def __init__(self, log: EventLog, seed: bytes) -> None:
        """Sign for this log by the service's own key (a seed of 32 bytes)."""
        self._log = log
        self._seed = seed
        self._lease = Lease(log, "checkpoints")

    def once(self) -> tree.Signed | None:
        """Sign the log if it grew since; raises HistoryDiffers where it does not contain what was signed before."""
        if self._lease.held() is None:
            return None
        with self._log.snapshot() as tx:
            try:
                grown = _grown(tx)
            except (ValueError, BeyondTheLog) as broken:
                raise HistoryDiffers from broken
        if grown is None:
            return None
        size, root = grown
        made = Checkpoint(self._log.origin, size, root).signed(self._seed)
        with self._log.writing() as tx:
            signed = tree.Signed(size, root, made, self._log.now_us(tx))
            return signed if tree.keep(tx, signed) else None

    def beat(self) -> None:
        """The same, for a clock: that history differs is said loudly, each time."""
        try:
            self.once()
        except HistoryDiffers:
            log.error("history.differs")  # noqa: TRY400 - a trace would add nothing to it


def _grown(tx: Connection) -> tuple[int, bytes] | None:
    """A log's size and root, if it grew since it was signed; raises HistoryDiffers where it did not only grow."""
    size, root = tree.head(tx)
    last = tree.last_signed(tx)
    if size == (0 if last is None else last.size):
        return None
    if last is not None and (size < last.size or tree.root_at(tx, last.size) != last.root):
        raise HistoryDiffers
    if tree.root_at(tx, size) != root:
        raise HistoryDiffers
    return size, root
