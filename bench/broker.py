"""Where a run's broker comes from: SPEIR_TEST_BROKER_URL, which is left as clean as it was, else a container."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import uuid4

from shared.edges.bus import PARTITIONS, BusFailed, Publisher, declare
from shared.edges.bus_line import Line, broker_at
from shared.edges.bus_topology import exchange_of, queue_of

STARTING_SECONDS = 90
PORT = 5672


@contextmanager
def broker() -> Iterator[str]:
    """Give the URL of a RabbitMQ where anything may be declared."""
    if url := os.environ.get("SPEIR_TEST_BROKER_URL"):
        yield url
        return
    os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")
    os.environ.setdefault("TESTCONTAINERS_CONNECTION_MODE", "docker_host")
    from testcontainers.core.container import DockerContainer  # noqa: PLC0415 - only who has no broker needs it

    secret = uuid4().hex
    container = DockerContainer("rabbitmq:4-management").with_exposed_ports(PORT)
    container = container.with_env("RABBITMQ_DEFAULT_USER", "speir").with_env("RABBITMQ_DEFAULT_PASS", secret)
    with container as server:
        yield f"amqp://speir:{secret}@127.0.0.1:{server.get_exposed_port(PORT)}//"


@contextmanager
def laid_out(url: str, producers: Sequence[str], hears: dict[str, tuple[str, ...]]) -> Iterator[None]:
    """Make empty exchanges and queues for a listener → its producers, and take them away whatever happens."""
    _until_it_answers(url)
    _take_away(url, producers, hears)
    try:
        for producer in producers:
            publisher = Publisher(url, producer)
            publisher.connect()
            publisher.close()
        for listener, heard in hears.items():
            declare(url, listener, heard)
        yield
    finally:
        _take_away(url, producers, hears)


def _until_it_answers(url: str) -> None:
    end = time.monotonic() + STARTING_SECONDS
    while True:
        try:
            declare(url, "bench", ())
        except BusFailed:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
        else:
            return


def _take_away(url: str, producers: Sequence[str], hears: dict[str, tuple[str, ...]]) -> None:
    """What another run left there has the same numbers, and other facts."""
    line = Line(broker_at(url))
    for listener in ("bench", *hears):
        for partition in range(PARTITIONS):
            line.channel.queue_delete(queue_of(listener, partition))
    for producer in producers:
        line.channel.exchange_delete(exchange_of(producer))
    line.close()
