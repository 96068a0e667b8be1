"""How the bus is laid out: an exchange a producer, eight queues a listening service, and who may touch which."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shared.edges.bus_line import BusFailed, Line, broker_at, bus_errors, layout_errors

PARTITIONS = 8
"""Published facts fall into this many partitions, fixed for ever."""

QUEUE_ARGUMENTS: Mapping[str, object] = {
    "x-queue-type": "quorum",
    # Order within a partition needs one consumer at a time, however many workers a service has.
    "x-single-active-consumer": True,
    # The limit counts consumers' crashes, and past it RabbitMQ 4 drops innocent messages; listeners park the poisonous.
    "x-delivery-limit": -1,
    # A consumer that is away too long loses the oldest, which it pulls from the feed: it never stops its producers.
    "x-max-length": 1_000_000,
    "x-overflow": "drop-head",
}


def exchange_of(producer: str) -> str:
    """Name the exchange of a producer's published facts."""
    return f"speir.{_plain(producer)}"


def queue_of(listener: str, partition: int) -> str:
    """Name the queue on which a listening service hears one partition (0 to 7) of all its producers."""
    return f"speir.{_plain(listener)}.{key_of(partition)}"


def key_of(partition: int) -> str:
    """Name the routing key of a partition (0 to 7)."""
    if partition not in range(PARTITIONS):
        message = f"there are {PARTITIONS} partitions, and {partition} is none of them"
        raise ValueError(message)
    return f"p{partition}"


def _plain(service: str) -> str:
    """Accept a service's name: a dot in it could reach into another's queues."""
    if not re.fullmatch(r"[a-z][a-z0-9_-]*", service):
        message = "a service's name on the bus is lower-case letters, digits, - and _"
        raise ValueError(message)
    return service


def declare(url: str, listener: str, producers: Sequence[str]) -> tuple[str, ...]:
    """Make a listening service's queues and bind them, so that facts published from now on wait for it.

    Returns the producers that have no exchange yet: call again once they do. Raises ``BusFailed``.
    """
    try:
        line = Line(broker_at(url))
        try:
            declare_queues(line.channel, listener)
            return tuple(bind_queues(line.channel, listener, producers))
        finally:
            line.close()
    except bus_errors as error:
        message = f"the queues of {listener} could not be declared ({type(error).__name__})"
        raise BusFailed(message) from error


def declare_exchange(channel: Any, producer: str) -> None:
    """Make a producer's exchange, which only the producer itself may."""
    channel.exchange_declare(exchange_of(producer), "direct", durable=True, auto_delete=False)


def declare_queues(channel: Any, listener: str) -> None:
    """Make the queues of a listening service, one a partition."""
    for partition in range(PARTITIONS):
        queue = queue_of(listener, partition)
        channel.queue_declare(queue, durable=True, exclusive=False, auto_delete=False, arguments=dict(QUEUE_ARGUMENTS))


def bind_queues(channel: Any, listener: str, producers: Iterable[str]) -> dict[str, int]:
    """Bind a listening service's queues to its producers; returns those that could not be, and the broker's code why.

    404 is no exchange yet, 403 no right to read it. The channel opens anew after each, so it must not be a channel
    that consumes or confirms.
    """
    codes = {producer: _bind(channel, listener, producer) for producer in producers}
    return {producer: code for producer, code in codes.items() if code}


def _bind(channel: Any, listener: str, producer: str) -> int:
    try:
        for partition in range(PARTITIONS):
            channel.queue_bind(queue_of(listener, partition), exchange_of(producer), key_of(partition))
    except layout_errors as error:
        # Another channel of the connection may have been closed meanwhile, which is somebody else's to know.
        if getattr(error, "method_name", "") != "Queue.bind":
            raise
        return int(getattr(error, "reply_code", 0) or 0)
    return 0


def permissions(service: str, producers: Sequence[str]) -> dict[str, str]:
    """Say what a service's account may configure, write and read, as the broker's definitions file wants it.

    Making or binding an own queue needs configure and write on it; binding reads the producer's exchange too, and
    consuming reads the queue.
    """
    own = rf"^speir\.{re.escape(_plain(service))}(\..*)?$"
    queues = rf"{re.escape(service)}\.p[0-{PARTITIONS - 1}]"
    heard = "|".join([queues, *(re.escape(_plain(producer)) for producer in producers)])
    return {"configure": own, "write": own, "read": rf"^speir\.({heard})$"}
