"""Ours from commit to visibility: a report is published, and scheduling's read model shows what it heard of it."""

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing.synchronize import Event
from typing import Any
from uuid import UUID

import psycopg

from bench.broker import broker, laid_out
from bench.contender import Done, Settings, enters
from bench.databases import database
from bench.ours import epochs_of
from bench.ours_reports import CAUSE, Ready, open_inspections, ready
from bench.processes import spawning
from services.assembly import Place, declared, opened
from shared.edges.access import new_key
from shared.edges.bus import Listener, Publisher
from shared.edges.local_bus import LocalBus
from shared.edges.relay import Relay
from shared.edges.worker import Worker
from shared.sourcing import telling
from shared.sourcing.hearing import Hearing
from shared.sourcing.opening import create
from shared.sourcing.running import RunningService

PRODUCER, LISTENER = "reporting", "scheduling"
HEARS = {name: declared(name).service.hears for name in (PRODUCER, LISTENER)}
PRODUCERS = (PRODUCER, LISTENER, "evidence")
"""Whoever is heard has an exchange, even if it says nothing here."""
SEEN = "select 1 from published_reports_v1 where stream = %s and report_id = %s"
LOOK_AGAIN_SECONDS = 0.002
GIVE_UP_SECONDS = 60
READY_AT_ONCE = 150
"""How many reports a process puts on record before it needs them: more than one publishes in a run as it is."""
ROOT_KEY = bytes(range(32))


def at_work(name: str, url: str) -> RunningService:
    """One of the two services on its log, with its keys on the same server."""
    place = Place(origin="demo.bench", database_url=url, keys_url=url, root_key=ROOT_KEY,
                  epochs=epochs_of(url), signing_key=new_key())  # fmt: skip
    return opened(declared(name).service, place)


def made(name: str, url: str) -> RunningService:
    """One of the two services in an empty database."""
    running = at_work(name, url)
    create(running.log, running.service.read_models)
    running.keyring.create_tables()
    return running


@enters("lag-1", "lag-50")
class Travels:
    """From the commit in reporting to the row in scheduling: sequencer, relay, broker, listener, hearing."""

    name = "ours"
    libraries: Sequence[str] = ("sqlalchemy", "psycopg", "psycopg-binary", "kombu", "amqp", "orjson", "cryptography")
    reporting: RunningService
    view: psycopg.Connection
    reports: Iterator[Ready]

    def prepare(self, url: str, /) -> None:
        """Make reporting's tables."""
        made(PRODUCER, url)

    @contextmanager
    def beside(self, url: str, _settings: Settings, /) -> Iterator[str]:
        """Run both services' workers, each in a process of its own; the address is both databases' URLs."""
        with ExitStack() as stack:
            bus = stack.enter_context(broker())
            urls = {PRODUCER: url, LISTENER: stack.enter_context(database(url, LISTENER))}
            open_inspections(made(LISTENER, urls[LISTENER]))
            stack.enter_context(laid_out(bus, PRODUCERS, HEARS))
            for name in urls:
                stack.enter_context(_working(name, urls, bus))
            for name, where in urls.items():
                _at_rest(at_work(name, where))
            yield " ".join(urls.values())

    def connect(self, address: str, /) -> None:
        """Open reporting here, and a connection to look into scheduling's read model there."""
        url, view = address.split(" ")
        self.reporting = at_work(PRODUCER, url)
        self.view = psycopg.connect(view, autocommit=True, prepare_threshold=0)
        self.reports = ready(self.reporting, READY_AT_ONCE)

    def command(self, _stream: UUID, /) -> Done:
        """Publish the next report, and look every 2 ms until scheduling shows it; the time counts from the commit."""
        report = self._next()
        self.reporting.handle(replace(report.command, cleared_at=datetime.now(UTC)), CAUSE)
        committed = time.perf_counter()
        row = (f"heard/{PRODUCER}/{report.inspection_id}", report.report_id)
        while self.view.execute(SEEN, row).fetchone() is None:
            if time.perf_counter() - committed > GIVE_UP_SECONDS:
                raise TimeoutError(*row)
            time.sleep(LOOK_AGAIN_SECONDS)
        return Done(since=committed)

    def _next(self) -> Ready:
        if (report := next(self.reports, None)) is None:
            self.reports = ready(self.reporting, READY_AT_ONCE)
            report = next(self.reports)
        return report

    def close(self) -> None:
        """Hang up on both."""
        self.reporting.log.engine.dispose()
        self.view.close()


@contextmanager
def _working(name: str, urls: dict[str, str], bus: str) -> Iterator[None]:
    """Run one service's worker in a process of its own."""
    over = spawning.Event()
    process = spawning.Process(target=work, args=(name, urls, bus, over), daemon=True)
    process.start()
    try:
        yield
    finally:
        over.set()
        process.join(GIVE_UP_SECONDS)


def _at_rest(running: RunningService) -> None:
    """Wait until everything that was there is sequenced, told, and reacted to."""
    end = time.monotonic() + GIVE_UP_SECONDS
    while time.monotonic() < end:
        with running.log.reading() as tx:
            left = telling.progress(tx, running.log.now_us(tx))
        if not any(count for what, count in left.items() if what != "size"):
            return
        time.sleep(0.1)
    message = f"{running.name}'s worker has not done what there was: {left}"
    raise RuntimeError(message)


def work(name: str, urls: dict[str, str], bus: str, over: Event) -> None:
    """Be a deployed worker: sequencer, relay, listener, and what is due; a gap is asked for without a network."""
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    running = at_work(name, urls[name])
    feeds = LocalBus({each: at_work(each, url).log for each, url in urls.items()})
    hearing = Hearing(running, feeds.feed)
    worker, publisher = Worker(running, hearing), Publisher(bus, name)
    relay = Relay(running.log, name, publisher)

    def hear(batch: Sequence[bytes]) -> Any:
        return hearing.hear(batch)

    worker.start()
    worker.tells(relay.once)
    worker.loops.start(f"{name} listens", Listener(bus, name, HEARS[name], hear).run)
    over.wait()
    worker.stop()
    relay.lease.give_up()
    publisher.close()
