"""Hearing: what other services told is taken into the listener's own log, in order, once, or parked in the open."""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert_postgres
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite
from sqlalchemy.exc import ArgumentError, CompileError, DataError, DBAPIError, IntegrityError, StatementError

from shared.errors import Refused
from shared.sourcing import due
from shared.sourcing.facts import Heard, ServiceName
from shared.sourcing.recording import derived_id, entry, nothing_to_seal, recorded
from shared.sourcing.running import RunningService
from shared.sourcing.service import Cause
from shared.sourcing.store import Append, Entry
from shared.sourcing.tables import cursor, parked
from shared.sourcing.telling import Garbled, Told, partition_of, told

Feed = Callable[[str, int, int], Sequence[bytes]]
"""(producer, partition, after number) → the producer's envelopes beyond it, in order, a page of them."""

PROJECTED_WRONGLY = "projection-failed"

Take = Callable[[Connection, Told], None]


class Gap(Exception):  # noqa: N818 - a situation: the producer has to be asked
    """A number was skipped, or something cannot be taken in as it came; the producer's feed has what was told."""

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

        Garbled bytes are passed over: the feed still has what they were. A gap is repaired from the feed, and nothing
        is parked but what the feed says as well. The feed may raise whatever its transport raises; then whatever does
        not need it was taken in, and the bus brings the rest again.
        """
        readable: dict[tuple[str, int], list[Told]] = {}
        for raw in batch:
            try:
                message = told(raw)
            except Garbled:
                continue
            if message.producer in self._running.service.hears:
                readable.setdefault((message.producer, message.partition), []).append(message)
        return _all_tried(partial(self._hear_partition, *where, messages) for where, messages in readable.items())

    def _hear_partition(self, producer: str, partition: int, messages: list[Told]) -> int:
        messages.sort(key=lambda each: each.number)
        with self._one_at_a_time:
            try:
                return self._transaction(producer, partition, messages, self._take_from_bus)
            except Exception as failed:
                if not isinstance(failed, Gap) and not _is_refused(failed):
                    raise
            return self._pull(producer, partition)

    def pull(self, producer: str, partition: int) -> int:
        """Ask the producer for what was told in a partition since; returns how many events were new."""
        with self._one_at_a_time:
            return self._pull(producer, partition)

    def catch_up(self, producer: str, numbers: Sequence[int]) -> int:
        """Pull wherever a producer has told more than was heard; ``numbers`` are its last ones, partition by partition.

        Nothing else shows that the last message of a partition is missing.
        """
        with self._log.reading() as tx:
            heard = {
                row.partition: row.number for row in tx.execute(select(cursor).where(cursor.c.producer == producer))
            }
        behind = (partition for partition, number in enumerate(numbers) if number > heard.get(partition, 0))
        return _all_tried(partial(self.pull, producer, partition) for partition in behind)

    def _pull(self, producer: str, partition: int) -> int:
        total, after = 0, self.heard_up_to(producer, partition)
        while page := self._feed(producer, partition, after):
            total += self._take_in(producer, partition, [told(raw) for raw in page])
            reached = self.heard_up_to(producer, partition)
            if reached == after:
                break
            after = reached
        return total

    def heard_up_to(self, producer: str, partition: int) -> int:
        """The last number that was taken in or parked; 0 before the first."""
        with self._log.reading() as tx:
            return _cursor(tx, producer, partition)

    def _take_in(self, producer: str, partition: int, messages: list[Told]) -> int:
        """One transaction for all, or one for each where a row of them cannot be written."""
        try:
            return self._transaction(producer, partition, messages, self._take_or_park)
        except Exception as failed:
            if not _is_refused(failed):
                raise
        return sum(self._transaction(producer, partition, [each], self._try_or_park) for each in messages)

    def _transaction(self, producer: str, partition: int, messages: list[Told], take: Take) -> int:
        with self._log.writing() as tx:
            reached = _locked_cursor(tx, producer, partition)
            taken = 0
            for message in messages:
                if message.number <= reached + taken:
                    continue
                if message.number > reached + taken + 1:
                    raise Gap(producer, partition)
                take(tx, message)
                taken += 1
            if taken:
                here = (cursor.c.producer == producer) & (cursor.c.partition == partition)
                tx.execute(update(cursor).where(here).values(number=reached + taken))
            return taken

    def _take_from_bus(self, tx: Connection, message: Told) -> None:
        if self._hindrance(tx, message) is not None:
            raise Gap(message.producer, message.partition)
        self._append(tx, message)

    def _take_or_park(self, tx: Connection, message: Told) -> None:
        problem = self._hindrance(tx, message)
        if problem is None:
            self._append(tx, message)
        else:
            self._park(tx, message, problem)

    def _try_or_park(self, tx: Connection, message: Told) -> None:
        problem = self._hindrance(tx, message) or self._tried(tx, message)
        if problem is not None:
            self._park(tx, message, problem)

    def _tried(self, tx: Connection, message: Told) -> str | None:
        """Append, or leave nothing and say why not."""
        try:
            with tx.begin_nested():
                self._append(tx, message)
        except Exception as failed:
            if not _is_refused(failed):
                raise
            return PROJECTED_WRONGLY
        return None

    def _hindrance(self, tx: Connection, message: Told) -> str | None:
        behind = select(parked.c.number).where(parked.c.producer == message.producer, parked.c.about == message.about)
        if tx.execute(behind.limit(1)).one_or_none() is not None:
            return "behind-another"
        return self._problem(message)

    def _problem(self, message: Told) -> str | None:
        """Why an event cannot be taken in, found out before anything is written."""
        try:
            fact = message.fact
            event = recorded(self._entry(message), self._stream(message), message.about, 1, message.recorded_us)
            for model in self._running.service.read_models:
                model.changes(event, fact)
            policies = self._running.service.policies
            due.reactions(policies, fact, event.event_id, event.about, event.recorded_us, _cause(message))
        except Refused as refusal:
            return refusal.code()
        except Exception:  # noqa: BLE001 - a projection or policy may be wrong in any way; its event waits
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
            _locked_cursor(tx, producer, partition_of(about))  # before looking: another worker may be redriving it too
            row = tx.execute(select(parked).where(these).order_by(parked.c.number).limit(1)).one_or_none()
            if row is None:
                return False
            message = told(bytes(row.told))
            this = these & (parked.c.number == row.number)
            problem = self._problem(message) or self._tried(tx, message)
            if problem is not None:
                tx.execute(update(parked).where(this).values(problem=problem, attempts=parked.c.attempts + 1))
                return False
            tx.execute(delete(parked).where(this))
            return True


def _all_tried(takes: Iterable[Callable[[], int]]) -> int:
    """Do each, whatever becomes of the others; returns the sum, or raises what failed first."""
    total, failures = 0, list[Exception]()
    for take in takes:
        try:
            total += take()
        except Exception as failed:  # noqa: BLE001 - raised once the rest is done
            failures.append(failed)
    if failures:
        raise failures[0]
    return total


def _is_refused(failed: Exception) -> bool:
    """Whether a database does not take an event's rows, as opposed to not answering."""
    if isinstance(failed, DBAPIError):
        return isinstance(failed, IntegrityError | DataError)
    return isinstance(failed, StatementError | CompileError | ArgumentError | OverflowError)


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
