"""The sequencer: gives committed events their dense positions, leaves and numbers, in one order for ever."""

import struct
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from shared.sourcing.event_log import EventLog
from shared.sourcing.leases import Lease
from shared.sourcing.merkle import Frontier, entry_bytes, leaf_hash
from shared.sourcing.tables import event, log_head, subtree

PARTITIONS = 8
"""Fixed for ever: what is about the same thing is told in the order in which it happened."""
BATCH = 5_000
"""Events sequenced in one transaction."""

_NUMBERS = struct.Struct(f">{PARTITIONS}q")
NO_NUMBERS = _NUMBERS.pack(*([0] * PARTITIONS))


_HEAD = select(log_head)
_REACHED = select(log_head.c.last_event_pk)
_UNPLACED = (
    select(
        event.c.id, event.c.stream, event.c.version, event.c.about, event.c.event_id, event.c.type,
        event.c.schema_version, event.c.recorded_us, event.c.commitment, event.c.meta, event.c.partition,
    )
    .where(event.c.id > bindparam("after"), event.c.id <= bindparam("settled"))
    .order_by(event.c.id)
    .limit(bindparam("most"))
)  # fmt: skip
_MOVE = (
    update(log_head)
    .where(
        log_head.c.epoch <= bindparam("led"),
        log_head.c.size == bindparam("was"),
        log_head.c.last_event_pk <= bindparam("reached"),
    )
    .values(last_event_pk=bindparam("reached"), epoch=bindparam("led"))
    .values({name: bindparam(name) for name in ("size", "last_sequenced_us", "frontier", "numbers")})
    .returning(log_head.c.size)
)
"""Built once: fifty times a second, building them would cost more than running them."""


def last_numbers(tx: Connection) -> tuple[int, ...]:
    """The last number that each partition was given, 0 where nothing was told in it."""
    return numbers_of(tx.execute(select(log_head.c.numbers)).scalar_one())


def numbers_of(packed: bytes) -> tuple[int, ...]:
    """The last number told in each partition, from the head row."""
    return _NUMBERS.unpack(bytes(packed))


class LogHalted(Exception):  # noqa: N818 - a state that the operator has to look at
    """The log's sequence lies before what was already sequenced: a restored dump; see docs/operating."""


class LeadLost(Exception):  # noqa: N818 - a situation, not an error
    """Another sequencer has taken over."""


class Sequencer:
    """One worker's sequencer: does nothing while another leads."""

    def __init__(self, log: EventLog) -> None:
        """Sequence this log."""
        self._log = log
        self.lease = Lease(log, "sequencer")

    def once(self) -> int:
        """Sequence what has settled, at most a batch of it; returns how many events. Raises LogHalted, LeadLost."""
        epoch = self.lease.held()
        if epoch is None:
            return 0
        with self._log.reading() as tx:
            last = tx.execute(_REACHED).scalar_one()
            drawn = self._log.store.drawn(tx)
        if drawn == last:
            return 0
        if drawn < last:
            raise LogHalted
        settled = self._log.store.settled()
        with self._log.store.unordered() as tx:
            return self._sequence(tx, epoch, settled)

    def _sequence(self, tx: Connection, epoch: int, settled: int) -> int:
        head = tx.execute(_HEAD).one()
        most = BATCH  # asked for and compared with: two numbers that differed would skip events
        rows = tx.execute(_UNPLACED, {"after": head.last_event_pk, "settled": settled, "most": most}).all()
        now = max(self._log.store.machine_us(tx) + head.clock_offset_us, head.last_sequenced_us)
        frontier = Frontier(head.size, bytes(head.frontier))
        numbers = list(numbers_of(head.numbers))
        placed = [self._placed(row, frontier, numbers, now) for row in rows]
        reached = rows[-1].id if len(rows) >= most else settled
        moved = tx.execute(
            _MOVE,
            {
                "led": epoch,
                "was": head.size,
                "reached": reached,
                "size": frontier.size,
                "last_sequenced_us": now if placed else head.last_sequenced_us,
                "frontier": frontier.packed(),
                "numbers": _NUMBERS.pack(*numbers),
            },
        ).one_or_none()
        if moved is None:
            raise LeadLost
        if placed:
            self._log.store.write_ledger(tx, placed)
        if frontier.completed:
            tx.execute(insert(subtree), [each._asdict() for each in frontier.completed])
        return len(placed)

    def _placed(self, row: Row[*tuple[Any, ...]], frontier: Frontier, numbers: list[int], now: int) -> dict[str, Any]:
        leaf = leaf_hash(
            entry_bytes(
                self._log.origin,
                row.stream,
                row.version,
                row.about,
                row.event_id.bytes,
                row.type,
                row.schema_version,
                row.recorded_us,
                now,
                bytes(row.commitment),
                bytes(row.meta),
            )
        )
        number = None
        if row.partition is not None:
            numbers[row.partition] += 1
            number = numbers[row.partition]
        position = frontier.size
        frontier.add(leaf)
        return {
            "position": position,
            "event_pk": row.id,
            "leaf": leaf,
            "sequenced_us": now,
            "partition": row.partition,
            "number": number,
        }

    def drain(self) -> int:
        """Sequence until nothing is left; returns how many events."""
        total = 0
        while done := self.once():
            total += done
        return total


def open_head(tx: Connection, origin: str) -> None:
    """Write the log's one head row where it is missing; raises ValueError where the log has another origin."""
    known = tx.execute(select(log_head.c.origin)).scalar_one_or_none()
    if known is None:
        tx.execute(
            insert(log_head).values(
                id=1, origin=origin, size=0, last_event_pk=0, last_sequenced_us=0, frontier=b"",
                numbers=NO_NUMBERS, epoch=0, clock_offset_us=0,
            )
        )  # fmt: skip
    elif known != origin:
        message = f"this log's origin is {known}, not {origin}"
        raise ValueError(message)
