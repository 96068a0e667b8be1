"""What the log's tests share: the sample service at work on a database, and a second opinion on what its log says."""

import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, text

from shared.sealing.databases import open_database
from shared.sealing.keyring import Keyring
from shared.sourcing.checking import compared
from shared.sourcing.event_log import EventLog, Recorded
from shared.sourcing.merkle import Frontier
from shared.sourcing.opening import create, open_log
from shared.sourcing.read_models import ReadModel
from shared.sourcing.recording import entry, nothing_to_seal
from shared.sourcing.running import Reply, RunningService
from shared.sourcing.sequencer import Sequencer, numbers_of
from shared.sourcing.service import Cause, Service
from shared.sourcing.store import Append, Entry
from shared.sourcing.tables import event, ledger, log_head, stream
from tests.shared.samples import JarOpened, kitchen

ORIGIN = "demo.test/kitchen"
CAUSE = Cause(UUID(int=7), "lead", "inspect", UUID(int=8))
PATIENCE_S = 60
"""Seconds after which a test gives up on a condition: far longer than it ever takes."""


class AtWork:
    """The sample service on its log; its keys are in a file of their own."""

    def __init__(self, url: str, place: Path, service: Service, origin: str) -> None:
        self.url = url
        self.log = open_log(url, origin)
        self.keyring = Keyring(open_database(f"sqlite:///{place}/keys.db"), bytes(range(32)), place / "epochs")
        self.running = RunningService(service, self.log, self.keyring, signed)
        self.sequencer = Sequencer(self.log)

    def ask(self, command: Any, **options: Any) -> Reply:
        return self.running.handle(command, CAUSE, **options)

    def sequenced(self) -> list[Recorded]:
        """Everything in its order, once nothing is left to put in order."""
        self.sequencer.drain()
        return ordered(self.log)


@contextmanager
def at_work(
    url: str, place: Path, service: Service = kitchen, origin: str = ORIGIN, *, laid: bool = False
) -> Iterator[AtWork]:
    """The sample service on a database, whose tables it makes unless they are there, until the test ends."""
    working = AtWork(url, place, service, origin)
    try:
        if not laid:
            create(working.log, service.read_models)
            working.keyring.create_tables()
        yield working
    finally:
        working.log.close()
        working.keyring.close()


def signed(body: bytes) -> str:
    """A signature that a test can make again."""
    return sha256(b"signed" + body).hexdigest()


def an_entry(fact: Any = None, partition: int | None = None) -> Entry:
    """An entry of a fact without confidential fields."""
    return entry(uuid4(), fact or JarOpened(jar_id=uuid4()), CAUSE, partition, nothing_to_seal)


def appending(name: str, expected: int, count: int = 1, partition: int | None = None) -> Append:
    """So many events for one stream."""
    return Append(name, f"about-{name}", expected, tuple(an_entry(partition=partition) for _ in range(count)))


def append(log: EventLog, *batch: Append) -> None:
    """Append in a transaction of its own."""
    with log.writing() as tx:
        log.append(tx, batch)


def ordered(log: EventLog, page: int = 1000) -> list[Recorded]:
    """The whole log in its order, read a page at a time."""
    found: list[Recorded] = []
    with log.reading() as tx:
        while more := log.ordered(tx, found[-1].position if found else -1, page):  # type: ignore[arg-type]
            found += more
    return found


def counted(log: EventLog, query: str) -> int:
    """A count, asked in SQL."""
    with log.reading() as tx:
        found: int = tx.execute(text(query)).scalar_one()
    return found


def together(calls: Iterable[Callable[[], Any]]) -> list[Any]:
    """Call all at the same moment, a thread each; the answers, or the exceptions, in the order of the calls."""
    calls = list(calls)
    ready = threading.Barrier(len(calls))

    def begin(call: Callable[[], Any]) -> Any:
        ready.wait(PATIENCE_S)
        try:
            return call()
        except Exception as failed:  # noqa: BLE001 - the test says which it expects
            return failed

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(begin, calls))


def until(true: Callable[[], object]) -> None:
    """Look again and again until something is so; fails where it never is."""
    give_up = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < give_up, "it never came to pass"
        time.sleep(0.005)


def leaf_by_the_book(origin: str, recorded: Any, sequenced_us: int) -> bytes:
    """A leaf from an event's row, written down a second time: format 1, each member after its length."""

    def number(value: int) -> bytes:
        return value.to_bytes(8, "big")

    salted = sha256(bytes(recorded.salt) + bytes(recorded.body)).digest()
    texts = [origin, recorded.stream, number(recorded.version), recorded.about, recorded.event_id.bytes, recorded.type]
    numbers = [number(recorded.schema_version), number(recorded.recorded_us), number(sequenced_us)]
    rest = [salted, sha256(bytes(recorded.meta)).digest()]
    found = b""
    for member in [b"\x01", *texts, *numbers, *rest]:
        raw = member.encode() if isinstance(member, str) else member
        found += len(raw).to_bytes(4, "big") + raw
    return sha256(b"\x00" + found).digest()


def root_by_the_book(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1 as it is written: split at the largest power of two below the number of leaves."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + root_by_the_book(leaves[:split]) + root_by_the_book(leaves[split:])).digest()


def check(log: EventLog, models: tuple[ReadModel, ...] = kitchen.read_models) -> None:
    """All that has to be true of a log whose sequencer has drained it, whatever happened before."""
    with log.snapshot() as tx:
        head = tx.execute(select(log_head)).one()
        heads = {row.stream: row for row in tx.execute(select(stream))}
        events = tx.execute(select(event).order_by(event.c.id)).all()
        rows = tx.execute(select(ledger).order_by(ledger.c.position)).all()
    assert [row.position for row in rows] == list(range(head.size)), "positions are not dense"
    by_id = {each.id: each for each in events}
    assert [row.event_pk for row in rows] == [each.id for each in events], "an event has no place, or two, or another"
    versions: dict[str, list[int]] = defaultdict(list)
    numbers: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        each = by_id[row.event_pk]
        versions[each.stream].append(each.version)
        assert row.partition == each.partition
        if row.partition is not None:
            numbers[row.partition].append(row.number)
        assert bytes(row.leaf) == leaf_by_the_book(head.origin, each, row.sequenced_us), "a leaf says something else"
    for name, found in versions.items():
        assert found == list(range(1, len(found) + 1)), f"{name} is not in its order"
    assert {name: row.version for name, row in heads.items() if row.version} == {
        name: len(found) for name, found in versions.items()
    }, "a stream's head is not where its events end"
    for partition, told in numbers.items():
        assert told == list(range(1, len(told) + 1)), f"partition {partition} is not in its order"
    assert list(numbers_of(head.numbers)) == [len(numbers[partition]) for partition in range(8)]
    assert [row.sequenced_us for row in rows] == sorted(row.sequenced_us for row in rows), "time went back"
    grown = Frontier(head.size, bytes(head.frontier)).root()
    assert grown == root_by_the_book([bytes(row.leaf) for row in rows]), "the frontier is of another tree"
    assert all(each.equal for each in compared(log, models)), "a read model shows something else"


def shuffled(seed: int, *things: Any) -> list[Any]:
    """Things in an order that the seed decides."""
    found = list(things)
    random.Random(seed).shuffle(found)
    return found
