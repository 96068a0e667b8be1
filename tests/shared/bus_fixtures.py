"""A kitchen and a pantry on logs of their own, alone or with either bus at work between them, and ways to break it."""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID, uuid4

import psycopg
import pytest
from kombu.connection import Connection as Wire
from sqlalchemy import Connection, select

from shared.edges.bus import Listener, Publisher, declare
from shared.edges.local_bus import LocalBus
from shared.edges.loops import Loops
from shared.edges.relay import Relay
from shared.sealing.databases import open_database
from shared.sealing.keyring import Keyring
from shared.sourcing import telling
from shared.sourcing.checking import compared
from shared.sourcing.event_log import Recorded
from shared.sourcing.facts import Heard
from shared.sourcing.hearing import Hearing
from shared.sourcing.opening import create, open_log
from shared.sourcing.reacting import react
from shared.sourcing.running import RunningService
from shared.sourcing.sequencer import PARTITIONS, Sequencer, numbers_of
from shared.sourcing.service import Cause, Service
from shared.sourcing.store import Append
from shared.sourcing.tables import cursor, due, log_head, relayed
from tests.shared.sample_contracts import FAR, Bake, Slice, kitchen, pantry

PATIENCE_S = 60
STEPS = ("begin", "before append", "after append", "before commit", "after commit")


def until(happens: Callable[[], bool], what: str = "it never happened") -> None:
    """Look again and again until something is so."""
    deadline, pause = monotonic() + PATIENCE_S, threading.Event()
    while not happens():
        assert monotonic() < deadline, what
        pause.wait(0.01)


def cause() -> Cause:
    return Cause(uuid4(), "cook", "test", uuid4())


def pull_all(hearing: Hearing) -> int:
    """Ask for all that the kitchen ever told, as if it had told without end."""
    return hearing.catch_up("kitchen", (2**62,) * PARTITIONS)


def tray_in(partition: int) -> UUID:
    """Make a new tray that is told of in the given partition."""
    return next(tray for tray in iter(uuid4, None) if telling.partition_of(str(tray)) == partition)


def at_work(service: Service, url: str, keys: Path) -> RunningService:
    """Open a service on a log, which is made where it is missing."""
    log = open_log(url, f"demo.test/{service.name}", pool_size=4)
    create(log, service.read_models)
    keyring = Keyring(
        open_database(f"sqlite:///{keys}/{service.name}-keys.db"), b"k" * 32, keys / f"{service.name}-epochs"
    )
    keyring.create_tables()
    return RunningService(service, log, keyring, lambda _bytes: "signature")


@dataclass
class Pair:
    """The two services; nothing happens between them by itself."""

    urls: tuple[str, str]
    keys: Path

    def __post_init__(self) -> None:
        self._opened: list[RunningService] = []
        self.kitchen = self._open(kitchen, self.urls[0])
        self.sequencer = Sequencer(self.kitchen.log)
        self.local = LocalBus({"kitchen": self.kitchen.log})
        self.pantry, self.hearing = self.another_pantry()

    def _open(self, service: Service, url: str) -> RunningService:
        self._opened.append(at_work(service, url, self.keys))
        return self._opened[-1]

    def another_pantry(self) -> tuple[RunningService, Hearing]:
        """Start another worker of the listening service, on its own connections."""
        running = self._open(pantry, self.urls[1])
        return running, Hearing(running, self.local.feed)

    def close(self) -> None:
        for running in self._opened:
            running.log.engine.dispose()
            running.log.store._engine.dispose()  # type: ignore[attr-defined]  # on PostgreSQL it has one of its own
            running.keyring.engine.dispose()

    def bake(self, tray: UUID, count: int = 1, best_before: Any = FAR) -> None:
        self.kitchen.handle(Bake(tray_id=tray, loaves=count, best_before=best_before), cause())

    def slice(self, tray: UUID, loaf: int) -> None:
        self.kitchen.handle(Slice(tray_id=tray, loaf=loaf), cause())

    def told(self) -> list[bytes]:
        """Sequence what there is and give all that was ever told, by partition, in order."""
        self.sequencer.drain()
        with self.kitchen.log.reading() as tx:
            pages = [telling.feed(tx, "kitchen", partition, 0, 1_000_000) for partition in range(PARTITIONS)]
        return [raw for page in pages for raw in page]

    def heard(self) -> list[Recorded]:
        """What the pantry has heard, as its log holds it, in the order of its appending."""
        with self.pantry.log.snapshot() as tx:
            return [each for each in self.pantry.log.appended(tx) if each.type == "speir.Heard"]

    def numbers(self) -> tuple[int, ...]:
        with self.kitchen.log.reading() as tx:
            return numbers_of(tx.execute(select(log_head.c.numbers)).scalar_one())

    def cursors(self) -> tuple[int, ...]:
        with self.pantry.log.reading() as tx:
            known = {row.partition: row.number for row in tx.execute(select(cursor))}
        return tuple(known.get(partition, 0) for partition in range(PARTITIONS))

    def mark(self) -> int:
        """How far the relay says that the bus has confirmed."""
        with self.kitchen.log.reading() as tx:
            position: int = tx.execute(select(relayed.c.position)).scalar_one()
        return position

    def due_rows(self) -> list[Any]:
        with self.pantry.log.reading() as tx:
            return list(tx.execute(select(due).order_by(due.c.due_us, due.c.ordinal)))

    def stored(self, tray: UUID) -> list[int]:
        """Which loaves of a tray the pantry has stored, in the order in which it did."""
        with self.pantry.log.reading() as tx:
            history, _ = self.pantry.log.facts(tx, f"shelf/{tray}")
        return [fact.loaf for fact in history if hasattr(fact, "loaf")]

    def converged(self) -> None:
        """Everything told was heard once, in order, in the same bytes, and is shown as a rebuild would show it."""
        assert self.hearing.parked() == []
        told = self.told()
        heard = self.heard()
        assert sorted(_said(each).told for each in heard) == sorted(told)
        for stream, events in groupby(sorted(heard, key=lambda each: (each.stream, each.version)), _stream):
            of_stream = list(events)
            about = stream.removeprefix("heard/kitchen/")
            assert [each.version for each in of_stream] == list(range(1, len(of_stream) + 1))
            assert [_said(each).told for each in of_stream] == [raw for raw in told if telling.told(raw).about == about]
        assert self.cursors() == self.numbers()
        self.shown_rightly()

    def shown_rightly(self) -> None:
        for each in compared(self.pantry.log, pantry.read_models):
            assert each.equal, each


def _said(event: Recorded) -> Heard:
    fact: Heard = event.fact
    return fact


def _stream(event: Recorded) -> str:
    return event.stream


class Interrupted(BaseException):
    """The worker ended here, and nothing of it went on."""


class Stumbled(Exception):  # noqa: N818 - a situation that a worker outlives
    """Something failed here, and the worker went on."""


def interrupt() -> None:
    raise Interrupted


def stumble() -> None:
    raise Stumbled


def kill_self() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class Breaking:
    """A log's real store, which lets a worker end at the nth time that it reaches a step."""

    store: Any
    step: str
    nth: int = 1
    end: Callable[[], None] = interrupt

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def _reach(self, step: str) -> None:
        if step == self.step:
            self.nth -= 1
            if self.nth == 0:
                self.end()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        self._reach("begin")
        with self.store.writing() as tx:
            yield tx
            self._reach("before commit")
        self._reach("after commit")

    def append(self, tx: Connection, batch: Sequence[Append]) -> int:
        self._reach("before append")
        recorded_us: int = self.store.append(tx, batch)
        self._reach("after append")
        return recorded_us


@dataclass
class Working(Pair):
    """The two services with a bus at work between them, in a worker's loops."""

    loops: Loops = field(default_factory=Loops)
    handled: int = 0
    before_ack: list[Callable[[], None]] = field(default_factory=list)
    """What happens, once each, between taking in and acknowledging."""

    def work(self) -> None:
        raise NotImplementedError

    def bring(self, messages: Sequence[bytes]) -> None:
        """Hand the listener these messages, whatever they are, as the bus would."""
        raise NotImplementedError

    def rest(self) -> None:
        """Stop the loops; they can be started again."""
        self.loops.stop(PATIENCE_S)
        assert not [each for each in threading.enumerate() if each.name in {"sequence", "relay", "hear", "react"}]
        self.loops = Loops()

    def settle(self) -> None:
        """Wait until everything that the kitchen has appended was heard or parked."""
        until(self._settled, "the pantry never heard everything")

    def _settled(self) -> bool:
        with self.kitchen.log.reading() as tx:
            if telling.progress(tx, 0)["unsequenced"]:
                return False
        return self.cursors() == self.numbers()

    def react(self) -> None:
        """Carry out what is due, in a loop of its own."""
        self.loops.run("react", lambda: react(self.pantry))

    def elsewhere(self, step: str = "", nth: int = 1) -> subprocess.Popen[bytes]:
        """Start a worker of the pantry in a process of its own, which kills itself at a step."""
        names = {"KITCHEN": self.urls[0], "PANTRY": self.urls[1], "KEYS": str(self.keys), "STEP": step, "NTH": str(nth)}
        command = [sys.executable, "-m", "tests.shared.bus_fixtures"]
        environment = os.environ | names | self._bus()
        return subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, cwd=Path(__file__).parents[2])

    def _bus(self) -> dict[str, str]:
        return {}

    def queued(self) -> None:
        """Have what was appended wait for the listener, which is not at work."""
        self.sequencer.drain()

    def _take(self, take: Callable[[], int]) -> int:
        taken = take()
        if taken and self.before_ack:
            self.before_ack.pop()()
        return taken


class Embedded(Working):
    """SQLite logs, and the local bus."""

    def work(self) -> None:
        self.loops.run("sequence", self.sequencer.once)
        self.loops.run("hear", lambda: self._take(lambda: self.local.deliver(self.hearing, pantry.hears)))

    def bring(self, messages: Sequence[bytes]) -> None:
        for start in range(0, len(messages), 100):
            self.hearing.hear(messages[start : start + 100])


@dataclass
class Deployed(Working):
    """PostgreSQL logs, and RabbitMQ; ``url`` may lead through a cable."""

    url: str = ""
    channel: Any = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self.producer, self.listener = f"kitchen-{uuid4().hex}", f"pantry-{uuid4().hex}"
        self.publisher = Publisher(self.url, self.producer, confirm_timeout_s=5)
        self.relay = Relay(self.kitchen.log, "kitchen", self.publisher)

    def laid_out(self) -> None:
        """Make the exchange, the queues and their bindings."""
        self.publisher.connect()
        assert declare(self.url, self.listener, [self.producer]) == ()

    def work(self) -> None:
        self.loops.run("sequence", self.sequencer.once)
        self.loops.run("relay", self.relay.once)
        self.listen()

    def queued(self) -> None:
        super().queued()
        while self.relay.once():
            pass

    def _bus(self) -> dict[str, str]:
        return {"BROKER": self.url, "PRODUCER": self.producer, "LISTENER": self.listener}

    def listen(self) -> None:
        ear = Listener(self.url, self.listener, [self.producer], self._hear)
        self.loops.start("hear", ear.run)

    def _hear(self, bodies: Sequence[bytes]) -> None:
        self._take(lambda: self.hearing.hear(bodies))
        self.handled += len(bodies)

    def bring(self, messages: Sequence[bytes]) -> None:
        handled = self.handled
        for raw in messages:
            self.channel.basic_publish(self.channel.prepare_message(raw), self.exchange, f"p{random.randrange(8)}")
        until(lambda: self.handled >= handled + len(messages), "not all messages were handled")

    @property
    def exchange(self) -> str:
        return f"speir.{self.producer}"

    def queue(self, partition: int) -> str:
        return f"speir.{self.listener}.p{partition}"

    def wipe(self) -> None:
        """Lose everything that the broker has of these two, messages and layout."""
        for partition in range(PARTITIONS):
            self.channel.queue_delete(self.queue(partition))
        self.channel.exchange_delete(self.exchange)

    def close(self) -> None:
        self.publisher.close()
        self.wipe()
        super().close()


class Cable:
    """A connection between the services and the broker that a test can unplug and plug in again."""

    def __init__(self, url: str) -> None:
        there = urlsplit(url)
        self._there = (there.hostname or "127.0.0.1", there.port or 5672)
        self._ends: list[socket.socket] = []
        self._plugged = True
        self._plug = socket.create_server(("127.0.0.1", 0))
        account = there.netloc.rpartition("@")[0]
        self.url = urlunsplit(there._replace(netloc=f"{account}@127.0.0.1:{self._plug.getsockname()[1]}"))
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._plug.accept()
                if not self._plugged:
                    near.close()
                    continue
                far = socket.create_connection(self._there)
                self._ends += [near, far]
                threading.Thread(target=self._pump, args=(near, far), daemon=True).start()
                threading.Thread(target=self._pump, args=(far, near), daemon=True).start()

    @staticmethod
    def _pump(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while some := source.recv(65536):
                sink.sendall(some)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def unplug(self) -> None:
        self._plugged = False
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def plug_in(self) -> None:
        self._plugged = True

    def close(self) -> None:
        self.unplug()
        self._plug.shutdown(socket.SHUT_RDWR)  # a thread in accept() is only woken by a shutdown
        for end in (self._plug, *self._ends):
            end.close()


@pytest.fixture(scope="session")
def postgres_pair(postgres_url: str) -> Iterator[tuple[str, str]]:
    """The URLs of two databases that the tests of one run take turns with."""
    names = [f"test_{uuid4().hex}" for _ in range(2)]
    with psycopg.connect(postgres_url, autocommit=True) as server:
        for name in names:
            server.execute(f'CREATE DATABASE "{name}"')
        first, second = (f"{postgres_url.rsplit('/', 1)[0]}/{name}" for name in names)
        yield first, second
        for name in names:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def two_databases(kind: str, request: pytest.FixtureRequest, at: Path) -> Iterator[tuple[str, str]]:
    """Give the URLs of two empty databases."""
    if kind == "sqlite":
        yield f"sqlite:///{at}/kitchen.db", f"sqlite:///{at}/pantry.db"
        return
    urls: tuple[str, str] = request.getfixturevalue("postgres_pair")
    for url in urls:
        with psycopg.connect(url, autocommit=True) as database:
            database.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    yield urls


@pytest.fixture(params=["sqlite", "postgres"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Pair]:
    """The two services on either kind of database, and no bus."""
    with two_databases(request.param, request, tmp_path) as urls, closing(Pair(urls, tmp_path)) as pair:
        yield pair


@contextmanager
def _deployed(request: pytest.FixtureRequest, at: Path, url: str | None = None) -> Iterator[Deployed]:
    broker: str = request.getfixturevalue("broker_url")
    connect: Any = Wire
    with ExitStack() as stack:
        urls = stack.enter_context(two_databases("postgres", request, at))
        wire = stack.enter_context(connect(broker))
        yield stack.enter_context(closing(Deployed(urls, at, url=url or broker, channel=wire.channel())))


@pytest.fixture
def deployed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Deployed]:
    """PostgreSQL logs and RabbitMQ, not at work yet and not laid out."""
    with _deployed(request, tmp_path) as house:
        yield house
        house.rest()


@pytest.fixture
def cable(broker_url: str) -> Iterator[Cable]:
    """The cable that ``cabled`` hangs on."""
    with closing(Cable(broker_url)) as cable:
        yield cable


@pytest.fixture
def cabled(request: pytest.FixtureRequest, tmp_path: Path, cable: Cable) -> Iterator[Deployed]:
    """Like ``deployed``, on a cable, laid out and at work."""
    with _deployed(request, tmp_path, cable.url) as house:
        house.laid_out()
        house.work()
        yield house
        house.rest()


@pytest.fixture(params=["embedded", "deployed"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Working]:
    """Either bus, laid out and not at work yet."""
    if request.param == "deployed":
        deployed: Deployed = request.getfixturevalue("deployed")
        deployed.laid_out()
        yield deployed
        return
    with two_databases("sqlite", request, tmp_path) as urls, closing(Embedded(urls, tmp_path)) as embedded:
        yield embedded
        embedded.rest()


def worker() -> None:
    """Be another worker of the pantry, in a process of its own, that ends at the nth time it reaches a step."""
    urls, at = (os.environ["KITCHEN"], os.environ["PANTRY"]), Path(os.environ["KEYS"])
    step, nth, broker = os.environ["STEP"], int(os.environ["NTH"]), os.environ.get("BROKER")
    pair = Pair(urls, at)
    if step:
        pair.pantry.log.store = Breaking(pair.pantry.log.store, step, nth, kill_self)
    loops = Loops()
    if broker:
        names = os.environ["LISTENER"], [os.environ["PRODUCER"]]
        loops.start("hear", Listener(broker, *names, pair.hearing.hear).run)  # type: ignore[arg-type]
    else:
        loops.run("hear", lambda: pair.local.deliver(pair.hearing, pantry.hears))
    sys.stdin.read()


if __name__ == "__main__":
    worker()
