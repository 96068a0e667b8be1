"""Telling: published facts as CloudEvents, the same bytes on the bus, in the feed and in the listener's log."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, Row, func, select, update

from shared.errors import Refused
from shared.sourcing import codec
from shared.sourcing.event_log import EventLog
from shared.sourcing.sequencer import PARTITIONS
from shared.sourcing.tables import due, event, ledger, log_head, parked, relayed

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def partition_of(about: str) -> int:
    """Which of the 8 partitions a subject is told in: frozen for ever."""
    return int.from_bytes(sha256(about.encode()).digest()[:8], "big") % PARTITIONS


def instant(us: int) -> datetime:
    """Microseconds since 1970 as an instant in UTC, exactly."""
    return EPOCH + timedelta(microseconds=us)


def microseconds(moment: datetime) -> int:
    """An instant as microseconds since 1970, what is less left off."""
    return (moment - EPOCH) // timedelta(microseconds=1)


class Garbled(Refused):
    """What arrived is not an envelope of ours."""

    status = 400


@dataclass(frozen=True, slots=True)
class Told:
    """A published fact as a listener gets it."""

    producer: str
    partition: int
    number: int
    event_id: UUID
    type: str
    schema_version: int
    about: str
    recorded_us: int
    body: bytes
    raw: bytes

    @property
    def fact(self) -> Any:
        """The fact at its current version; raises Unreadable where this service does not know it yet."""
        return codec.decode(self.type, self.schema_version, self.body, self.event_id, f"heard/{self.producer}")


def envelope(producer: str, row: Row[*tuple[Any, ...]]) -> bytes:
    """A CloudEvents 1.0 JSON envelope: no actor, no authority, no stream, no position."""
    return codec.canonical(
        {
            "specversion": "1.0",
            "id": str(row.event_id),
            "source": f"/speir/{producer}",
            "type": row.type,
            "subject": row.about,
            "time": instant(row.recorded_us),
            "datacontenttype": "application/json",
            "schemaversion": row.schema_version,
            "partition": row.partition,
            "number": row.number,
            "data": orjson.Fragment(bytes(row.body)),
        }
    )


def told(raw: bytes) -> Told:
    """An envelope's bytes, read; raises Garbled for anything else."""
    try:
        said = orjson.loads(raw)
        time = datetime.fromisoformat(said["time"])
        heard = Told(
            producer=said["source"].removeprefix("/speir/"),
            partition=said["partition"],
            number=said["number"],
            event_id=UUID(said["id"]),
            type=said["type"],
            schema_version=said["schemaversion"],
            about=said["subject"],
            recorded_us=microseconds(time),
            body=codec.canonical(said["data"]),
            raw=raw,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as garbled:
        raise Garbled from garbled
    counts = (heard.partition, heard.number, heard.schema_version)
    texts = (heard.producer, heard.type, heard.about)
    sound = all(type(each) is int for each in counts) and all(_is_text(each) for each in texts)
    if not sound or heard.number < 1 or heard.partition != partition_of(heard.about) or not heard.body.startswith(b"{"):
        raise Garbled
    return heard


def _is_text(said: object) -> bool:
    return isinstance(said, str) and "\x00" not in said  # which PostgreSQL's text cannot hold


_PUBLISHED = select(
    event.c.event_id,
    event.c.type,
    event.c.schema_version,
    event.c.about,
    event.c.recorded_us,
    event.c.body,
    ledger.c.position,
    ledger.c.partition,
    ledger.c.number,
).join(ledger, ledger.c.event_pk == event.c.id)


def feed(tx: Connection, producer: str, partition: int, after: int, limit: int = 200) -> list[bytes]:
    """A partition's envelopes with a number above ``after``, in order: what a listener pulls to repair a gap."""
    query = _PUBLISHED.where(ledger.c.partition == partition, ledger.c.number > after)
    return [envelope(producer, row) for row in tx.execute(query.order_by(ledger.c.number).limit(limit))]


@dataclass(frozen=True, slots=True)
class ToTell:
    """What the relay has to publish next."""

    partition: int
    event_id: UUID
    position: int
    raw: bytes


def untold(tx: Connection, producer: str, limit: int = 500) -> list[ToTell]:
    """The next published events that the bus has not confirmed, in the log's order."""
    after = tx.execute(select(relayed.c.position)).scalar_one()
    query = _PUBLISHED.where(ledger.c.partition.is_not(None), ledger.c.position > after)
    rows = tx.execute(query.order_by(ledger.c.position).limit(limit))
    return [ToTell(row.partition, row.event_id, row.position, envelope(producer, row)) for row in rows]


def confirm(log: EventLog, epoch: int, position: int) -> bool:
    """Move the relay's mark to a confirmed position; False where another relay leads by now."""
    with log.writing() as tx:
        mark = update(relayed).where(relayed.c.epoch <= epoch, relayed.c.position <= position)
        moved = tx.execute(mark.values(position=position, epoch=epoch).returning(relayed.c.id)).one_or_none()
    return moved is not None


def progress(tx: Connection, now_us: int) -> dict[str, int]:
    """How many events are not yet sequenced, not yet told, due and waiting, or parked; and the log's size."""
    head = tx.execute(select(log_head)).one()
    unsequenced = select(func.count()).select_from(event).where(event.c.id > head.last_event_pk)
    mark = tx.execute(select(relayed.c.position)).scalar_one()
    untold_ = select(func.count()).select_from(ledger).where(ledger.c.partition.is_not(None), ledger.c.position > mark)
    waiting = select(func.count()).select_from(due).where(due.c.state == "waiting", due.c.due_us <= now_us)
    return {
        "size": head.size,
        "unsequenced": tx.execute(unsequenced).scalar_one(),
        "untold": tx.execute(untold_).scalar_one(),
        "due": tx.execute(waiting).scalar_one(),
        "parked": tx.execute(select(func.count()).select_from(parked)).scalar_one(),
    }
