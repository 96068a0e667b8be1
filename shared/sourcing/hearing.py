"""Hearing: what other services told is taken into the listener's own log, in order, once, or parked in the open."""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert_postgres
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite
from sqlalchemy.exc import DataError, IntegrityError

from shared.errors import Refused
from shared.sourcing.event_log import Append, Entry
from shared.sourcing.facts import Heard, ServiceName
from shared.sourcing.running import RunningService, derived_id, entry, nothing_to_seal, recorded
from shared.sourcing.sequencer import PARTITIONS
from shared.sourcing.service import Cause
from shared.sourcing.tables import cursor, parked
from shared.sourcing.telling import Garbled, Told, told

Feed = Callable[[str, int, int], Sequence[bytes]]
"""(producer, partition, after number) → the producer's envelopes beyond it, in order, a page of them."""

PROJECTED_WRONGLY = "projection-failed"


class Gap(Exception):  # noqa: N818 - a situation: something in between was not told
    """A number was skipped; the producer's feed has what is missing."""

    def __init__(self, producer: str, partition: int) -> None:
        """Name where."""
        super().__init__(producer, partition)
        self.producer = producer
        self.partition = partition


@dataclass(frozen=True, slots=True)
class Parked:
    """One parked event, without its content."""

    producer: str
    partition: int
    number: int
    about: str
    event_id: UUID
    problem: str
    attempts: int
    parked_us: int


class Hearing:
    """A listening service's ear: the bus, the local dispatcher and the feed all speak to it."""

    def __init__(self, running: RunningService, feed: Feed) -> None:
        """Listen for a service; ``feed`` asks producers for what the bus did not bring."""
        self._running = running
        self._log = running.log
        self._feed = feed
        self._one_at_a_time = threading.Lock()

    def hear(self, batch: Iterable[bytes]) -> int:
        """Take in what the bus brought, whatever it is; returns how many events were new.

        Garbled bytes are passed over: the feed still has what they were. A gap is repaired from the feed, which may
        raise whatever its transport raises; then nothing of the rest was taken in, and the bus brings it again.
        """
        readable: dict[tuple[str, int], list[Told]] = {}
        for raw in batch:
            try:
                message = told(raw)
            except Garbled:
                continue
            if message.producer in self._running.service.hears:
                readable.setdefault((message.producer, message.partition), []).append(message)
        return sum(self._hear_partition(*where, messages) for where, messages in readable.items())

    def _hear_partition(self, producer: str, partition: int, messages: list[Told]) -> int:
        messages.sort(key=lambda each: each.number)
        with self._one_at_a_time:
            try:
                return self._take_in(producer, partition, messages)
            except Gap:
                return self._pull(producer, partition)

    def pull(self, producer: str, partition: int) -> int:
        """Ask the producer for what was told in a partition since; returns how many events were new."""
        with self._one_at_a_time:
            return self._pull(producer, partition)

    def pull_all(self) -> int:
        """Ask every producer, for every partition: at start, after silence."""
        return sum(
            self.pull(name, partition) for name in self._running.service.hears for partition in range(PARTITIONS)
        )

    def _pull(self, producer: str, partition: int) -> int:
        total = 0
        while page := self._feed(producer, partition, self.heard_up_to(producer, partition)):
            taken = self._take_in(producer, partition, [told(raw) for raw in page])
            if not taken:
                break
            total += taken
        return total

    def heard_up_to(self, producer: str, partition: int) -> int:
        """The last number that was taken in or parked; 0 before the first."""
        with self._log.reading() as tx:
            return _cursor(tx, producer, partition)

    def _take_in(self, producer: str, partition: int, messages: list[Told]) -> int:
        """One transaction for all, or one for each where a database refuses a row of them."""
        try:
            return self._transaction(producer, partition, messages, suspect=False)
        except (IntegrityError, DataError):
            return sum(self._transaction(producer, partition, [each], suspect=True) for each in messages)

    def _transaction(self, producer: str, partition: int, messages: list[Told], *, suspect: bool) -> int:
        with self._log.writing() as tx:
            reached = _locked_cursor(tx, producer, partition)
            taken = 0
            for message in messages:
                if message.number <= reached + taken:
                    continue
                if message.number > reached + taken + 1:
                    raise Gap(producer, partition)
                self._one(tx, message, suspect=suspect)
                taken += 1
            if taken:
                here = (cursor.c.producer == producer) & (cursor.c.partition == partition)
                tx.execute(update(cursor).where(here).values(number=reached + taken))
            return taken

    def _one(self, tx: Connection, message: Told, *, suspect: bool) -> None:
        behind = select(parked.c.number).where(parked.c.producer == message.producer, parked.c.about == message.about)
        if tx.execute(behind.limit(1)).one_or_none() is not None:
            self._park(tx, message, "behind-another")
            return
        problem = self._problem(message)
        if problem is not None:
            self._park(tx, message, problem)
        elif suspect:
            try:
                with tx.begin_nested():
                    self._append(tx, message)
            except (IntegrityError, DataError):
                self._park(tx, message, PROJECTED_WRONGLY)
        else:
            self._append(tx, message)

    def _problem(self, message: Told) -> str | None:
        """Why an event cannot be taken in, found out before anything is written."""
        try:
            fact = message.fact
            event = recorded(self._entry(message), self._stream(message), message.about, 1, message.recorded_us)
            for model in self._running.service.read_models:
                model.changes(event, fact)
        except Refused as refusal:
            return refusal.code()
        except Exception:  # noqa: BLE001 - a projection may be wrong in any way; its event waits in the open
            return PROJECTED_WRONGLY
        return None

    def _append(self, tx: Connection, message: Told) -> None:
        name = self._stream(message)
        version, _ = self._log.head(tx, name)
        made = self._entry(message)
        us = self._log.append(tx, [Append(name, message.about, version, (made,))])
        cause = _cause(message)
        self._running.taken_in(tx, recorded(made, name, message.about, version + 1, us), message.fact, cause)

    def _entry(self, message: Told) -> Entry:
        heard = Heard(
            producer=ServiceName(message.producer),
            event_id=message.event_id,
            partition=message.partition,
            number=message.number,
            told=message.raw,
        )
        event_id = derived_id(f"{self._running.name}/heard/{message.producer}/{message.event_id}".encode())
        return entry(event_id, heard, _cause(message), None, nothing_to_seal)

    @staticmethod
    def _stream(message: Told) -> str:
        return f"heard/{message.producer}/{message.about}"

    def _park(self, tx: Connection, message: Told, problem: str) -> None:
        row = {
            "producer": message.producer,
            "partition": message.partition,
            "number": message.number,
            "about": message.about,
            "event_id": message.event_id,
            "told": message.raw,
            "problem": problem,
            "attempts": 1,
            "parked_us": self._log.now_us(tx),
        }
        tx.execute(insert(parked), row)

    def parked(self) -> list[Parked]:
        """Everything that is parked, in the order of its telling."""
        with self._log.reading() as tx:
            rows = tx.execute(select(parked).order_by(parked.c.producer, parked.c.about, parked.c.number)).all()
        return [_shown(row) for row in rows]

    def redrive(self, producer: str, about: str) -> int:
        """Take in what is parked about one thing, in order, up to the first that still fails; returns how many."""
        taken = 0
        with self._one_at_a_time:
            while self._redrive_first(producer, about):
                taken += 1
        return taken

    def _redrive_first(self, producer: str, about: str) -> bool:
        these = (parked.c.producer == producer) & (parked.c.about == about)
        with self._log.writing() as tx:
            row = tx.execute(select(parked).where(these).order_by(parked.c.number).limit(1)).one_or_none()
            if row is None:
                return False
            _locked_cursor(tx, producer, row.partition)
            message = told(bytes(row.told))
            this = these & (parked.c.number == row.number)
            problem = self._problem(message)
            if problem is not None:
                tx.execute(update(parked).where(this).values(problem=problem, attempts=parked.c.attempts + 1))
                return False
            tx.execute(delete(parked).where(this))
            self._append(tx, message)
            return True


def _shown(row: Row[tuple[object, ...]]) -> Parked:
    return Parked(
        row.producer, row.partition, row.number, row.about, row.event_id, row.problem, row.attempts, row.parked_us
    )


def _cause(message: Told) -> Cause:
    return Cause(None, "service", "hear", correlation=message.event_id, causation=message.event_id)


def _cursor(tx: Connection, producer: str, partition: int) -> int:
    here = select(cursor.c.number).where(cursor.c.producer == producer, cursor.c.partition == partition)
    return tx.execute(here).scalar_one_or_none() or 0


def _locked_cursor(tx: Connection, producer: str, partition: int) -> int:
    """The cursor, locked against other workers of this service until the transaction ends."""
    insert_once = upsert_sqlite if tx.dialect.name == "sqlite" else upsert_postgres
    first = insert_once(cursor).values(producer=producer, partition=partition, number=0).on_conflict_do_nothing()
    tx.execute(first)
    here = select(cursor.c.number).where(cursor.c.producer == producer, cursor.c.partition == partition)
    number: int = tx.execute(here.with_for_update()).scalar_one()
    return number
