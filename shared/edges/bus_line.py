"""A line to the broker: one connection, one channel, heartbeats kept up, and what the broker answers on it."""

import threading
from contextlib import suppress
from typing import Any

from kombu.connection import Connection
from kombu.transport.pyamqp import Transport

from shared.limits import BROKER_ANSWER_S, BROKER_CONNECT_S

HEARTBEAT_S = 10
"""Each side may take the other for dead after two of these, in seconds."""
AT_ONCE_S = 0.0005
"""Not quite 0, at which py-amqp spins for ever on a frame that came by half."""

line_errors: tuple[type[Exception], ...] = Transport.connection_errors
layout_errors: tuple[type[Exception], ...] = Transport.channel_errors
bus_errors = (*line_errors, *layout_errors)
"""Everything the client library raises when the broker, the line to it, or the layout of the bus fails."""


class BusFailed(Exception):  # noqa: N818 - named for the situation
    """The broker did not take every message upon itself: publish all of them again, as it may have some."""


def broker_at(url: str) -> Any:
    """Describe the broker (several URLs may be given, split by ``;``) without connecting to it yet."""
    describe: Any = Connection
    return describe(url, heartbeat=HEARTBEAT_S, connect_timeout=BROKER_CONNECT_S)


class Line:
    """One connection with one channel, whose heartbeats are kept up while its owner is busy elsewhere.

    Whoever touches ``channel`` or ``wire`` holds ``held``.
    """

    def __init__(self, broker: Any, answer_timeout_s: float = BROKER_ANSWER_S) -> None:
        """Connect; on failure point the broker (see ``broker_at``) at its next URL and raise one of ``bus_errors``."""
        self.held = threading.Lock()
        self._over = threading.Event()
        try:
            self.wire: Any = broker.transport.establish_connection()
        except bus_errors:
            broker.maybe_switch_next()
            raise
        # Without this a frozen broker would be waited for without end, on declaring and on closing too.
        self.wire.sock.settimeout(answer_timeout_s)
        # Otherwise each publish first reads for news of an alarm, at the price AT_ONCE_S tells of.
        self.wire.client_properties.get("capabilities", {}).pop("connection.blocked", None)
        try:
            self.channel: Any = self.wire.channel()
        except bus_errors:
            self.cut()
            raise
        # Otherwise a message that names an encoding arrives as text.
        self.channel.auto_decode = False
        threading.Thread(target=self._beat, name="bus-heartbeat", daemon=True).start()

    def is_sound(self) -> bool:
        """Read what lies there unread: heartbeats, or the news that the broker hung up."""
        try:
            self.wire.drain_events(timeout=AT_ONCE_S)
        except TimeoutError:
            return True
        except bus_errors:
            return False
        return True

    def close(self) -> None:
        """Hang up politely; a broker that does not answer is left."""
        self._over.set()
        with self.held, suppress(*bus_errors):
            self.wire.close()
        self.cut()

    def cut(self) -> None:
        """Hang up without a word: nothing still under way can be taken for the answer to something else."""
        self._over.set()
        with suppress(*bus_errors):
            self.wire.collect()

    def _beat(self) -> None:
        while not self._over.wait(HEARTBEAT_S / 4):
            # Whoever holds the line is using it, which is as good as a heartbeat.
            if self.held.acquire(blocking=False):
                try:
                    self.wire.send_heartbeat()
                except bus_errors:
                    return
                finally:
                    self.held.release()


class Answers:
    """What the broker has said about the messages of one confirming channel, which it numbers from 1."""

    def __init__(self) -> None:
        """Begin with a channel on which nothing was published."""
        self.missing: set[int] = set()
        self.returned = 0
        self.refused = 0
        self._sent = 0
        self._answered_up_to = 0

    def listen(self, channel: Any) -> None:
        """Have the broker confirm what is published on the channel, and hear what it says."""
        channel.confirm_select()
        channel.events["basic_ack"].add(self._on_ack)
        channel.events["basic_nack"].add(self._on_nack)
        channel.events["basic_return"].add(self._on_return)

    def expect(self) -> None:
        """Count one more message, just before it leaves."""
        self._sent += 1
        self.missing.add(self._sent)

    def _on_ack(self, number: int, multiple: bool) -> None:  # noqa: FBT001 - the broker's own words
        if multiple:
            self.missing.difference_update(range(self._answered_up_to + 1, number + 1))
            self._answered_up_to = number
        else:
            self.missing.discard(number)

    def _on_nack(self, number: int, multiple: bool) -> None:  # noqa: FBT001 - the broker's own words
        self.refused += 1
        self._on_ack(number, multiple)

    def _on_return(self, *_: object) -> None:
        # An unroutable message is confirmed as well, after it came back.
        self.returned += 1
