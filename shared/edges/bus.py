"""The bus: carries published facts from a producer to its listeners, as bytes it does not understand."""

import random
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

import structlog

from shared.edges.bus_line import AT_ONCE_S, Answers, BusFailed, Line, broker_at, bus_errors
from shared.edges.bus_topology import (
    PARTITIONS,
    bind_queues,
    declare,
    declare_exchange,
    declare_queues,
    exchange_of,
    key_of,
    permissions,
    queue_of,
)
from shared.limits import BROKER_ANSWER_S

__all__ = ["PARTITIONS", "BusFailed", "Listener", "Outgoing", "Publisher", "declare", "permissions"]

CONTENT_TYPE = "application/cloudevents+json"
PERSISTENT = 2
LINGER_S = 0.001
"""How long a batch waits for company once it has a first message, in seconds."""
QUIET_S = 0.5
"""How long a listener waits before it looks whether it should stop, in seconds."""
REBIND_S, REBIND_MISSING_S = 30.0, 2.0
"""How often bindings are made again, and how often while a producer has no exchange yet, in seconds."""
BACK_OFF_S, BACK_OFF_DOUBLINGS = 0.25, 6
"""A listener's first pause after a failure, in seconds, and how often it may double."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A published fact ready to leave: its partition (0 to 7), its id, and its bytes as they are."""

    partition: int
    message_id: str
    body: bytes


class Publisher:
    """Hands a producer's facts to the broker in batches, and waits for the answer to each; for one thread at a time."""

    def __init__(self, url: str, producer: str, *, confirm_timeout_s: float = BROKER_ANSWER_S) -> None:
        """Remember where to publish; ``connect`` or the first batch connects."""
        self._broker = broker_at(url)
        self._producer = producer
        self._confirm_timeout_s = confirm_timeout_s
        self._line: Line | None = None
        self._answers = Answers()

    def connect(self) -> None:
        """Connect and declare the producer's exchange, unless that is done; raises ``BusFailed``."""
        self.publish(())

    def publish(self, batch: Sequence[Outgoing]) -> None:
        """Return once every message is confirmed and none came back; else raise ``BusFailed``.

        After a failure any of the batch may have been delivered nevertheless; the next call connects anew.
        """
        done = False
        try:
            line = self._sound_line()
            with line.held:
                self._send(line, batch)
            done = True
        except bus_errors as error:
            message = f"{self._producer} has no confirmation for {len(batch)} messages ({type(error).__name__})"
            raise BusFailed(message) from error
        finally:
            # A late answer on this channel would be taken for the answer to the next batch.
            if not done:
                self._cut()

    def close(self) -> None:
        """Hang up; a later batch would connect again."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def _cut(self) -> None:
        if self._line is not None:
            self._line.cut()
            self._line = None

    def _sound_line(self) -> Line:
        if self._line is not None:
            with self._line.held:
                sound = self._line.is_sound()
            if not sound:
                self._cut()
        if self._line is None:
            self._line = Line(self._broker, self._confirm_timeout_s)
            with self._line.held:
                declare_exchange(self._line.channel, self._producer)
                self._answers = Answers()
                self._answers.listen(self._line.channel)
        return self._line

    def _send(self, line: Line, batch: Sequence[Outgoing]) -> None:
        exchange, answers = exchange_of(self._producer), self._answers
        for outgoing in batch:
            properties = {"delivery_mode": PERSISTENT, "message_id": outgoing.message_id}
            message = line.channel.prepare_message(outgoing.body, content_type=CONTENT_TYPE, properties=properties)
            answers.expect()
            line.channel.basic_publish(message, exchange, key_of(outgoing.partition), mandatory=True)
        deadline = monotonic() + self._confirm_timeout_s
        while answers.missing:
            line.wire.drain_events(timeout=max(deadline - monotonic(), AT_ONCE_S))
        if answers.returned or answers.refused:
            message = f"of {self._producer}'s messages {answers.returned} had no queue, {answers.refused} were refused"
            raise BusFailed(message)


class Listener:
    """Hears all partitions of a listening service's producers, and acknowledges what was taken in."""

    def __init__(
        self,
        url: str,
        listener: str,
        producers: Sequence[str],
        on_messages: Callable[[Sequence[bytes]], None],
        *,
        prefetch: int = 100,
    ) -> None:
        """Hear for a service: ``on_messages`` gets up to ``prefetch`` bodies, in order, and again if it raises."""
        self._broker = broker_at(url)
        self._listener = listener
        self._producers = tuple(producers)
        self._on_messages = on_messages
        self._prefetch = prefetch
        self._heard: deque[Any] = deque()
        self._unbound: dict[str, int] = {}
        self._failures = 0

    def run(self, stop: threading.Event) -> None:
        """Listen until told to stop; after any failure connect anew, and what was not acknowledged comes again."""
        while not stop.is_set():
            try:
                self._listen(stop)
            except Exception as error:  # noqa: BLE001 - whatever failed, the messages are still with the broker
                self._failures += 1
                code = getattr(error, "reply_code", None)
                failed = type(error).__name__
                log.warning("hearing.stopped", error_type=failed, status=code, attempt=self._failures)
                stop.wait(_back_off_s(self._failures))

    def _listen(self, stop: threading.Event) -> None:
        line = Line(self._broker)
        try:
            with line.held:
                self._subscribe(line)
                layout = line.wire.channel()
            bind_at = 0.0
            while not stop.is_set():
                with line.held:
                    if monotonic() >= bind_at:
                        bind_at = monotonic() + self._bind(layout)
                    self._hear(line)
                self._take_in(line)
        except BaseException:
            line.cut()
            raise
        line.close()

    def _subscribe(self, line: Line) -> None:
        self._heard.clear()
        declare_queues(line.channel, self._listener)
        # Quorum queues refuse a window for the whole channel: this one is each consumer's.
        line.channel.basic_qos(0, self._prefetch, a_global=False)
        for partition in range(PARTITIONS):
            line.channel.basic_consume(queue_of(self._listener, partition), callback=self._heard.append)

    def _bind(self, layout: Any) -> float:
        """Bind to the producers there are, and say after how many seconds to do it again: exchanges come and go."""
        unbound = bind_queues(layout, self._listener, self._producers)
        if unbound != self._unbound:
            log.warning("hearing.bound", count=len(self._producers) - len(unbound))
            for producer, code in unbound.items():
                log.warning("hearing.unbound", producer=producer, status=code)
            self._unbound = unbound
        return REBIND_MISSING_S if unbound else REBIND_S

    def _hear(self, line: Line) -> None:
        """Receive until a batch is full or nothing comes; a deleted queue, closed channel or dead broker raises."""
        deadline = monotonic() + (LINGER_S if self._heard else QUIET_S)  # binding may have brought some
        while len(self._heard) < self._prefetch:
            had = len(self._heard)
            try:
                line.wire.drain_events(timeout=max(deadline - monotonic(), AT_ONCE_S))
            except TimeoutError:
                if not self._heard:
                    line.wire.heartbeat_tick()  # only now is everything read, an absent heartbeat too
                    self._failures = 0
                return
            if not had:
                deadline = monotonic() + LINGER_S

    def _take_in(self, line: Line) -> None:
        batch = [self._heard.popleft() for _ in range(min(len(self._heard), self._prefetch))]
        if not batch:
            return
        self._on_messages([message.body or b"" for message in batch])
        with line.held:
            # Deliveries are numbered as they came, and all before these are acknowledged.
            line.channel.basic_ack(batch[-1].delivery_tag, multiple=True)
        self._failures = 0


def _back_off_s(failures: int) -> float:
    """Say how long to wait, in seconds: twice as long after each failure in a row, and not in step with others."""
    return BACK_OFF_S * 2.0 ** min(failures - 1, BACK_OFF_DOUBLINGS) * random.uniform(0.5, 1)  # noqa: S311 - no secret  # nosec B311
