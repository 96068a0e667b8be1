"""What is handed to the bus reaches every listener, in order, or the publisher is told that it may not have."""

import re
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import pytest
from kombu.connection import Connection

from shared.edges.bus import PARTITIONS, BusFailed, Listener, Outgoing, Publisher, declare, permissions
from tests.backing import broker_url  # noqa: F401 - a fixture

PATIENCE_S = 60


def numbered(count: int, partition: int = 0) -> list[Outgoing]:
    return [Outgoing(partition, uuid4().hex, str(number).encode()) for number in range(count)]


@dataclass
class Cable:
    """A connection between client and broker that a test can cut, or hold back the broker's answers on."""

    host: str
    port: int
    answering: threading.Event = field(default_factory=threading.Event)
    ends: list[socket.socket] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.answering.set()
        self.plug = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.plug.accept()
                broker = socket.create_connection((self.host, self.port))
                self.ends += [client, broker]
                threading.Thread(target=self._pump, args=(client, broker, None), daemon=True).start()
                threading.Thread(target=self._pump, args=(broker, client, self.answering), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, gate: threading.Event | None) -> None:
        with suppress(OSError):
            while some := source.recv(65536):
                if gate is not None:
                    gate.wait(PATIENCE_S)
                sink.sendall(some)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def cut(self) -> None:
        for end in self.ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def remove(self) -> None:
        self.answering.set()
        self.cut()
        # A thread in accept() is only woken by a shutdown.
        self.plug.shutdown(socket.SHUT_RDWR)
        for end in (self.plug, *self.ends):
            end.close()


@dataclass
class Bus:
    """One producer and one listener with names of their own, and the broker's raw channel."""

    url: str
    channel: Any
    producer: str = field(default_factory=lambda: f"producer-{uuid4().hex}")
    listener: str = field(default_factory=lambda: f"listener-{uuid4().hex}")

    def queue(self, partition: int) -> str:
        return f"speir.{self.listener}.p{partition}"

    @property
    def exchange(self) -> str:
        return f"speir.{self.producer}"

    def ready(self) -> Publisher:
        publisher = Publisher(self.url, self.producer)
        publisher.connect()
        assert declare(self.url, self.listener, [self.producer]) == ()
        return publisher

    @contextmanager
    def listening(self, handler: Callable[[Sequence[bytes]], None], prefetch: int = 100) -> Iterator[None]:
        stop = threading.Event()
        listener = Listener(self.url, self.listener, [self.producer], handler, prefetch=prefetch)
        thread = threading.Thread(target=listener.run, args=(stop,))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(PATIENCE_S)
            assert not thread.is_alive()

    def waiting(self, partition: int) -> list[Any]:
        """Take all messages off a queue: what comes before a last one of our own."""
        last = uuid4().bytes
        taken: list[Any] = []
        self.channel.basic_publish_confirm(self.channel.prepare_message(last), routing_key=self.queue(partition))
        tag = self.channel.basic_consume(self.queue(partition), no_ack=True, callback=taken.append)
        while not taken or taken[-1].body != last:
            self.channel.connection.drain_events(timeout=PATIENCE_S)
        self.channel.basic_cancel(tag)
        return taken[:-1]

    def bodies(self, partition: int) -> list[bytes]:
        return [message.body for message in self.waiting(partition)]


class Ear:
    """Keeps what was heard, and waits until there is enough of it."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.batches: list[int] = []
        self._news = threading.Condition()

    def __call__(self, bodies: Sequence[bytes]) -> None:
        with self._news:
            self.heard += bodies
            self.batches.append(len(bodies))
            self._news.notify_all()

    def until(self, count: int) -> list[bytes]:
        with self._news:
            assert self._news.wait_for(lambda: len(self.heard) >= count, PATIENCE_S), f"{len(self.heard)} of {count}"
            return list(self.heard)


@pytest.fixture
def bus(broker_url: str) -> Iterator[Bus]:  # noqa: F811 - the fixture, not the import
    connect: Any = Connection
    with connect(broker_url) as connection:
        bus = Bus(broker_url, connection.channel())
        bus.channel.auto_decode = False
        yield bus
        for partition in range(PARTITIONS):
            bus.channel.queue_delete(bus.queue(partition))
        bus.channel.exchange_delete(bus.exchange)


@pytest.fixture
def cable(bus: Bus) -> Iterator[Cable]:
    there = urlsplit(bus.url)
    cable = Cable(there.hostname or "127.0.0.1", there.port or 5672)
    account = there.netloc.rpartition("@")[0]
    bus.url = urlunsplit(there._replace(netloc=f"{account}@127.0.0.1:{cable.plug.getsockname()[1]}"))
    yield cable
    cable.remove()


def test_five_thousand_messages_of_a_partition_are_heard_in_order(bus: Bus) -> None:
    publisher, ear, messages = bus.ready(), Ear(), numbered(5000, partition=3)
    with bus.listening(ear):
        for start in range(0, 5000, 500):
            publisher.publish(messages[start : start + 500])
        assert ear.until(5000) == [message.body for message in messages]
    publisher.close()
    assert max(ear.batches) <= 100
    assert bus.bodies(3) == []


def test_a_batch_over_all_partitions_is_confirmed_and_waits_in_its_queues(bus: Bus) -> None:
    publisher = bus.ready()
    batch = [Outgoing(number % PARTITIONS, uuid4().hex, str(number).encode()) for number in range(500)]
    publisher.publish(batch)
    publisher.close()
    for partition in range(PARTITIONS):
        assert bus.bodies(partition) == [message.body for message in batch if message.partition == partition]


def test_a_message_is_persistent_and_carries_its_id_and_content_type(bus: Bus) -> None:
    publisher, (outgoing,) = bus.ready(), numbered(1)
    publisher.publish([outgoing])
    publisher.close()
    (message,) = bus.waiting(0)
    properties = {"delivery_mode": 2, "message_id": outgoing.message_id, "content_type": "application/cloudevents+json"}
    assert message.properties == properties


def test_a_message_that_no_queue_wants_is_a_failure(bus: Bus) -> None:
    publisher = Publisher(bus.url, bus.producer)
    with pytest.raises(BusFailed, match="3 had no queue"):
        publisher.publish(numbered(3))
    assert declare(bus.url, bus.listener, [bus.producer]) == ()
    publisher.publish(numbered(3))
    publisher.close()
    assert bus.bodies(0) == [b"0", b"1", b"2"]


def test_one_unroutable_message_fails_a_batch_of_routable_ones(bus: Bus) -> None:
    publisher = bus.ready()
    bus.channel.queue_delete(bus.queue(5))
    with pytest.raises(BusFailed, match="1 had no queue"):
        publisher.publish([*numbered(10), *numbered(1, partition=5)])
    publisher.close()


def test_a_message_that_a_full_queue_refuses_is_a_failure(bus: Bus) -> None:
    publisher = bus.ready()
    bus.channel.queue_delete(bus.queue(0))
    bus.channel.queue_declare(
        bus.queue(0), auto_delete=False, arguments={"x-max-length": 1, "x-overflow": "reject-publish"}
    )
    bus.channel.queue_bind(bus.queue(0), bus.exchange, "p0")
    with pytest.raises(BusFailed, match="were refused"):
        publisher.publish(numbered(20))
    publisher.close()


def test_a_broker_that_is_not_there_is_a_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    publisher = Publisher(f"amqp://a:b@127.0.0.1:{port}//", "somebody")
    with pytest.raises(BusFailed):
        publisher.publish(numbered(1))
    with pytest.raises(BusFailed):
        declare(f"amqp://a:b@127.0.0.1:{port}//", "somebody", [])


def test_after_its_exchange_was_deleted_a_publisher_makes_it_again(bus: Bus) -> None:
    publisher = bus.ready()
    bus.channel.exchange_delete(bus.exchange)
    with pytest.raises(BusFailed, match="NotFound"):
        publisher.publish(numbered(1))
    publisher.connect()
    assert declare(bus.url, bus.listener, [bus.producer]) == ()
    publisher.publish(numbered(2))
    publisher.close()
    assert bus.bodies(0) == [b"0", b"1"]


def test_a_connection_cut_between_batches_is_replaced_unnoticed(bus: Bus, cable: Cable) -> None:
    publisher = bus.ready()
    cable.cut()
    publisher.publish(numbered(1))
    publisher.close()
    assert bus.bodies(0) == [b"0"]


def test_an_answer_that_comes_too_late_confirms_nothing_else(bus: Bus, cable: Cable) -> None:
    publisher = Publisher(bus.url, bus.producer, confirm_timeout_s=0.5)
    publisher.connect()
    declare(bus.url, bus.listener, [bus.producer])
    bus.channel.queue_delete(bus.queue(1))
    cable.answering.clear()
    with pytest.raises(BusFailed, match="TimeoutError"):
        publisher.publish(numbered(1))
    cable.answering.set()
    with pytest.raises(BusFailed, match="1 had no queue"):
        publisher.publish(numbered(1, partition=1))
    publisher.publish(numbered(1, partition=2))
    publisher.close()
    assert bus.bodies(0) == [b"0"], "what was taken for failed had arrived"


def test_bytes_that_nobody_can_decode_are_heard_as_they_are(bus: Bus) -> None:
    publisher, ear = bus.ready(), Ear()
    bodies = [b"\xff\xfe\x00\x80", b"{not json", b"", "ночь".encode("utf-16"), b"x" * 300_000]
    publisher.publish([Outgoing(6, uuid4().hex, body) for body in bodies])
    publisher.close()
    labelled = bus.channel.prepare_message(b'"text"', content_type="application/json", content_encoding="utf-8")
    bus.channel.basic_publish(labelled, bus.exchange, "p6")
    with bus.listening(ear):
        assert ear.until(6) == [*bodies, b'"text"']


def test_what_a_listener_could_not_take_in_comes_again_and_nothing_is_lost(bus: Bus) -> None:
    publisher, ear = bus.ready(), Ear()
    refused: list[list[bytes]] = []

    def falters(bodies: Sequence[bytes]) -> None:
        if len(refused) < 3:
            refused.append(list(bodies))
            raise LookupError
        ear(bodies)

    publisher.publish(numbered(300, partition=2))
    publisher.close()
    with bus.listening(falters, prefetch=50):
        heard = ear.until(300)
    assert [batch[0] for batch in refused] == [b"0", b"0", b"0"]
    assert heard == [message.body for message in numbered(300)]


def test_more_failures_than_the_brokers_usual_limit_drop_nothing(bus: Bus) -> None:
    publisher = bus.ready()
    publisher.publish(numbered(5))
    publisher.close()
    connect: Any = Connection
    for _ in range(25):
        with connect(bus.url) as crashing:
            channel = crashing.channel()
            got: list[Any] = []
            channel.basic_consume(bus.queue(0), callback=got.append)
            while len(got) < 5:
                crashing.drain_events(timeout=PATIENCE_S)
            crashing.collect()
    ear = Ear()
    with bus.listening(ear):
        assert ear.until(5) == [b"0", b"1", b"2", b"3", b"4"]


def test_a_deleted_queue_is_made_again_and_hearing_goes_on(bus: Bus) -> None:
    publisher, ear = bus.ready(), Ear()
    with bus.listening(ear):
        publisher.publish(numbered(1, partition=4))
        ear.until(1)
        bus.channel.queue_delete(bus.queue(4))
        _publish_until_taken(publisher, [Outgoing(4, uuid4().hex, b"after")])
        assert ear.until(2)[:2] == [b"0", b"after"]
    publisher.close()


def test_a_producer_that_starts_later_is_heard_from_then_on(bus: Bus) -> None:
    ear, publisher = Ear(), Publisher(bus.url, bus.producer)
    assert declare(bus.url, bus.listener, [bus.producer]) == (bus.producer,)
    with bus.listening(ear):
        _publish_until_taken(publisher, numbered(3))
        assert ear.until(3)[-3:] == [b"0", b"1", b"2"]
    publisher.close()


def test_a_listener_whose_connection_is_cut_hears_on(bus: Bus, cable: Cable) -> None:
    publisher, ear = bus.ready(), Ear()
    with bus.listening(ear):
        publisher.publish(numbered(1))
        ear.until(1)
        cable.cut()
        _publish_until_taken(publisher, [Outgoing(0, uuid4().hex, b"after")])
        ear.until(2)
    publisher.close()
    assert ear.heard[-1] == b"after"


def test_another_worker_of_the_service_takes_over(bus: Bus) -> None:
    publisher, first, second = bus.ready(), Ear(), Ear()
    with bus.listening(first):
        publisher.publish(numbered(10))
        first.until(10)
    with bus.listening(second):
        publisher.publish([Outgoing(0, uuid4().hex, b"next")])
        assert second.until(1) == [b"next"]
    publisher.close()


def test_an_account_reaches_its_own_queues_and_its_producers_exchanges_and_no_others() -> None:
    rights = permissions("evidence", ["scheduling", "participation"])
    for right in ("configure", "write"):
        assert re.search(rights[right], "speir.evidence")
        assert re.search(rights[right], "speir.evidence.p7")
        assert not re.search(rights[right], "speir.evidences")
        assert not re.search(rights[right], "speir.scheduling")
    assert re.search(rights["read"], "speir.evidence.p0")
    assert re.search(rights["read"], "speir.scheduling")
    for closed in ("speir.reporting", "speir.scheduling.p0", "speir.evidence.p8", "xspeir.scheduling", ""):
        assert not re.search(rights["read"], closed)


def test_a_service_cannot_be_named_into_anothers_queues() -> None:
    with pytest.raises(ValueError, match="a service's name"):
        permissions("evidence.p0", [])


def _publish_until_taken(publisher: Publisher, batch: Sequence[Outgoing]) -> None:
    """Publish again until the bus takes it, as a relay does."""
    tries = threading.Event()
    for _ in range(PATIENCE_S * 10):
        try:
            publisher.publish(batch)
        except BusFailed:
            tries.wait(0.1)
        else:
            return
    pytest.fail("the bus never took the batch")
