"""The embedded bus: no broker, the listener asks the producer's ledger in the same process."""

from collections.abc import Mapping, Sequence

from shared.sourcing import telling
from shared.sourcing.event_log import EventLog
from shared.sourcing.hearing import Hearing
from shared.sourcing.sequencer import last_numbers


class LocalBus:
    """Delivers between logs of one process, by the same numbers and in the same bytes as a broker would."""

    def __init__(self, producers: Mapping[str, EventLog]) -> None:
        """Know every producer's log by its name."""
        self._producers = producers
        self._delivered: dict[tuple[Hearing, str], tuple[int, ...]] = {}

    def feed(self, producer: str, partition: int, after: int) -> Sequence[bytes]:
        """The producer's feed, asked without a network."""
        with self._producers[producer].reading() as tx:
            return telling.feed(tx, producer, partition, after)

    def deliver(self, hearing: Hearing, hears: Sequence[str]) -> int:
        """Bring a listener up to what its producers have sequenced; returns how many events were new."""
        return sum(self._deliver_from(producer, hearing) for producer in hears)

    def _deliver_from(self, producer: str, hearing: Hearing) -> int:
        with self._producers[producer].reading() as tx:
            numbers = last_numbers(tx)
        where = (hearing, producer)
        if numbers == self._delivered.get(where):
            return 0
        taken = hearing.catch_up(producer, numbers)
        self._delivered[where] = numbers
        return taken
