"""The relay: one leader a log tells the bus what the ledger has, and moves its mark when the broker has confirmed."""

import structlog

from shared.edges.bus import Outgoing, Publisher
from shared.edges.bus_line import BusFailed
from shared.sourcing import telling
from shared.sourcing.event_log import EventLog
from shared.sourcing.leases import Lease

BATCH = 500

log = structlog.get_logger()


class Relay:
    """One worker's relay: does nothing while another leads. There is no outbox: the ledger is it."""

    def __init__(self, event_log: EventLog, producer: str, publisher: Publisher) -> None:
        """Tell what this producer's log has published."""
        self._log = event_log
        self._producer = producer
        self._publisher = publisher
        self.lease = Lease(event_log, "relay")
        self.failures = 0

    def once(self) -> int:
        """Tell the next batch; returns how many messages were confirmed, 0 where none were or the bus failed."""
        epoch = self.lease.held()
        if epoch is None:
            return 0
        with self._log.reading() as tx:
            batch = telling.untold(tx, self._producer, BATCH)
        if not batch:
            return 0
        try:
            self._publisher.publish([Outgoing(each.partition, str(each.event_id), each.raw) for each in batch])
        except BusFailed as failed:
            self.failures += 1
            log.warning("relay.waits", error_type=type(failed).__name__, attempt=self.failures)
            return 0
        self.failures = 0
        return len(batch) if telling.confirm(self._log, epoch, batch[-1].position) else 0
