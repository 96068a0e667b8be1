"""Ours: the whole way that a command goes, with sealing, receipts, and the sequencer running beside."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial, reduce
from pathlib import Path
from tempfile import gettempdir
from typing import Any
from uuid import UUID, uuid4, uuid5

from bench.contender import Done, Settings, enters
from bench.on_record import put_on_record
from bench.ours_inspection import Standing, benched, finding, inspection
from bench.workloads import LOG_EVENTS, LONG_STREAM, LONG_STREAM_EVENTS, PAGE
from shared.edges.access import new_key, sign
from shared.sealing.databases import open_database
from shared.sealing.keyring import Keyring
from shared.sourcing.opening import create, open_log
from shared.sourcing.running import RunningService
from shared.sourcing.sequencer import BATCH, Sequencer
from shared.sourcing.service import Cause

ORIGIN = "demo.bench/bench"
ROOT_KEY = bytes(range(32))
CAUSE = Cause(uuid4(), "inspector", "inspect", uuid4())


def epochs_of(url: str) -> Path:
    """Where all processes on one database find the key of its epoch."""
    return Path(gettempdir()) / "speir-bench" / url.rpartition("/")[2]


def at_work(url: str) -> RunningService:
    """The bench's service on its log: one connection a process, as the others have, and one for keys."""
    keyring = Keyring(open_database(url, pool_size=1, by_hand=True), ROOT_KEY, epochs_of(url))
    return RunningService(
        benched, open_log(url, ORIGIN, pool_size=1), keyring, partial(sign, new_key(), context="bench")
    )


def sequence(url: str, stop: Any) -> None:
    """Sequence until told to stop, every 20 ms as a worker does."""
    sequencer = Sequencer(open_log(url, ORIGIN))
    while not stop.is_set():
        if sequencer.once() < BATCH:
            stop.wait(0.02)


def aged(running: RunningService, stream: UUID, events: int) -> None:
    """Put a stream of that many events (an even number) on record."""
    state, facts = Standing(), list[Any]()
    while len(facts) < events:
        decided = inspection.decide(finding(stream), state)
        state = reduce(inspection.evolve, decided, state)
        facts += decided
    put_on_record(running, inspection.stream_of(stream), str(stream), facts, CAUSE)


class Ours:
    """What all its workloads share."""

    name = "ours"
    libraries = ("sqlalchemy", "psycopg", "psycopg-binary", "orjson", "cryptography")

    def prepare(self, url: str, /) -> None:
        """Make the tables, and what is there to be read."""
        running = at_work(url)
        running.keyring.create_tables()
        create(running.log)
        self.fill(running)
        Sequencer(running.log).drain()

    def fill(self, running: RunningService) -> None:
        """Nothing has to be there before."""

    @contextmanager
    def beside(self, url: str, _settings: Settings, /) -> Iterator[str]:
        """The sequencer, in a process of its own."""
        stop = multiprocessing.Event()
        process = multiprocessing.Process(target=sequence, args=(url, stop))
        process.start()
        try:
            yield url
        finally:
            stop.set()
            process.join()

    def connect(self, address: str, /) -> None:
        """Open the service."""
        self.running = at_work(address)

    def close(self) -> None:
        """Close its pool."""
        self.running.log.engine.dispose()


@enters("append-1", "append-8")
class Appends(Ours):
    """A command through the one way in."""

    def command(self, stream: UUID, /) -> Done:
        """Read, decide, seal, append, sign."""
        self.running.handle(finding(stream), CAUSE)
        return Done()


@enters("fold")
class Folds(Ours):
    """A long stream, folded from the start."""

    def fill(self, running: RunningService) -> None:
        """Record finding after finding."""
        aged(running, LONG_STREAM, LONG_STREAM_EVENTS)

    def command(self, stream: UUID, /) -> Done:
        """Read, decode and fold it, and make sure that it is all there."""
        with self.running.log.reading() as tx:
            history = self.running.log.history(tx, inspection.stream_of(stream))
            state: Standing = inspection.state(history.facts)
        if history.version != LONG_STREAM_EVENTS or state.findings != history.version // 2:
            raise ValueError(history.version)
        return Done()


@enters("read")
class Reads(Ours):
    """The log in its order, in pages."""

    last = -1

    def fill(self, running: RunningService) -> None:
        """Fill it with streams of the usual length."""
        for number in range(LOG_EVENTS // 40):
            aged(running, uuid5(LONG_STREAM, str(number)), 40)

    def command(self, _stream: UUID, /) -> Done:
        """Read the next page and decode it; after the last page comes the first."""
        with self.running.log.reading() as tx:
            page = self.running.log.ordered(tx, self.last, PAGE)
        for event in page:
            _ = event.fact
        self.last = page[-1].position or 0 if len(page) == PAGE else -1
        return Done(units=len(page))
