"""The event log: appended to in any order under a shared lock, read in the one order that the sequencer gives."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Engine, Row, func, select, update

from shared.errors import Refused
from shared.sealing.fields import FORMAT
from shared.sourcing import codec
from shared.sourcing.questions import THE_TIME
from shared.sourcing.store import Append, Store, StreamRow
from shared.sourcing.tables import event, ledger, log_head, stream


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event as the log holds it; position and sequenced_us are None until the sequencer has been there."""

    event_id: UUID
    stream: str
    version: int
    about: str
    type: str
    schema_version: int
    recorded_us: int
    body: bytes
    salt: bytes
    commitment: bytes
    meta: bytes
    partition: int | None
    position: int | None = None
    sequenced_us: int | None = None

    @property
    def fact(self) -> Any:
        """The fact, decoded to its current version; raises Unreadable."""
        return codec.decode(self.type, self.schema_version, self.body, self.event_id, self.stream)


class History(NamedTuple):
    """A stream as it is read: its facts can be gone through once."""

    facts: Iterator[Any]
    version: int
    about: str


_EVENT_COLUMNS = tuple(column for column in event.c if column.name != "id")
_IN_ORDER = select(*_EVENT_COLUMNS, ledger.c.position, ledger.c.sequenced_us).join(
    ledger, ledger.c.event_pk == event.c.id
)


class EventLog:
    """One service's log."""

    def __init__(self, engine: Engine, store: Store, origin: str) -> None:
        """Open a log whose tables exist; ``origin`` (``speir.example/evidence``) is part of every leaf."""
        self.engine = engine
        self.store = store
        self.origin = origin

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A short transaction whose first statement is the shared log lock; commits, or leaves nothing."""
        with self.store.writing() as tx:
            yield tx

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for questions, each of which sees what is committed when it is asked."""
        with self.store.reading() as tx:
            yield tx

    @contextmanager
    def shown(self, inspections: Collection[UUID] | None) -> Iterator[Connection]:
        """A connection for what people ask to be shown: read models' rows of these inspections alone (None: of all).

        The rows are fenced where the log was opened with a reader's account; a list is narrowed all the same.
        """
        with self.store.shown(inspections) as tx:
            yield tx

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A connection on which every question sees the same moment."""
        with self.store.snapshot() as tx:
            yield tx

    def close(self) -> None:
        """Let go of every connection; the log can be opened again."""
        self.engine.dispose()
        self.store.close()

    def append(self, tx: Connection, batch: Sequence[Append]) -> int:
        """Append to any number of streams at once, all or none; returns recorded_us. Raises Clash."""
        return self.store.append(tx, sorted(batch, key=lambda each: each.stream))

    def append_alone(self, batch: Sequence[Append]) -> int:
        """Append where nothing else has to happen with it: a transaction by itself. Raises Clash."""
        return self.store.append_alone(sorted(batch, key=lambda each: each.stream))

    def history(self, tx: Connection, name: str, up_to: int | None = None) -> History:
        """A stream's facts, decoded one by one as they are folded, its version, and what it is about.

        The version is 0 where the stream has not begun.
        """
        rows = self.store.stream_rows(tx, name, up_to)
        return History(_decoded(rows, name), len(rows), rows[0][4] if rows else "")

    def facts(self, tx: Connection, name: str, up_to: int | None = None) -> tuple[list[Any], int]:
        """A stream's facts in order, and its version (0 where it has not begun)."""
        history = self.history(tx, name, up_to)
        return list(history.facts), history.version

    def stream(self, tx: Connection, name: str, after: int = 0) -> list[Recorded]:
        """A stream's events with a version above ``after``, in order."""
        query = select(*_EVENT_COLUMNS).where(event.c.stream == name, event.c.version > after).order_by(event.c.version)
        return [_recorded(row) for row in tx.execute(query)]

    def head(self, tx: Connection, name: str) -> tuple[int, str]:
        """A stream's version and what it is about; (0, "") where it has not begun."""
        row = tx.execute(select(stream.c.version, stream.c.about).where(stream.c.stream == name)).one_or_none()
        return (0, "") if row is None else (row.version, row.about)

    def abouts(self, tx: Connection, names: Iterable[str]) -> frozenset[UUID]:
        """What those of these streams that have begun are about, where it is an id."""
        query = select(stream.c.about).where(stream.c.stream.in_(list(names)), stream.c.version > 0)
        return frozenset(UUID(about) for about in tx.scalars(query))

    def ordered(self, tx: Connection, after: int = -1, limit: int = 1000) -> list[Recorded]:
        """The log in its order: events with a position above ``after``."""
        query = _IN_ORDER.where(ledger.c.position > after).order_by(ledger.c.position).limit(limit)
        return [_recorded(row) for row in tx.execute(query)]

    def about(self, tx: Connection, about: str, after: int = -1, limit: int = 200) -> list[Recorded]:
        """What the log holds about one programme, inspection or person, in order."""
        query = _IN_ORDER.join(stream, stream.c.stream == event.c.stream)
        query = query.where(stream.c.about == about, ledger.c.position > after)
        return [_recorded(row) for row in tx.execute(query.order_by(ledger.c.position).limit(limit))]

    def events_where(self, tx: Connection, wanted: ColumnElement[bool]) -> Iterator[Recorded]:
        """Events that match, sequenced or not, in the order in which ids were drawn; a long answer comes in parts."""
        query = select(*_EVENT_COLUMNS, ledger.c.position, ledger.c.sequenced_us)
        query = query.outerjoin(ledger, ledger.c.event_pk == event.c.id).where(wanted).order_by(event.c.id)
        for row in tx.execute(query.execution_options(yield_per=1000)):
            yield _recorded(row)

    def size(self, tx: Connection) -> int:
        """How many events have a position."""
        return int(tx.execute(select(log_head.c.size)).scalar_one())

    def now_us(self, tx: Connection) -> int:
        """The log's clock: the database's, plus what a demonstration has moved it forward by."""
        return int(THE_TIME.rows(tx)[0][0])

    def version_at(
        self, tx: Connection, name: str, *, position: int | None = None, instant_us: int | None = None
    ) -> int:
        """The version that a stream had at a position, or at an instant by the time of sequencing."""
        query = select(func.coalesce(func.max(event.c.version), 0)).join(ledger, ledger.c.event_pk == event.c.id)
        query = query.where(event.c.stream == name)
        if position is not None:
            query = query.where(ledger.c.position <= position)
        if instant_us is not None:
            query = query.where(ledger.c.sequenced_us <= instant_us)
        version: int = tx.execute(query).scalar_one()
        return version

    def set_clock(self, tx: Connection, to_us: int) -> int:
        """Set a demonstration's clock forward, or to any moment before its log begins; returns the offset.

        Raises ClockIsReal for any other log, and backwards.
        """
        if not self.origin.startswith("demo."):
            raise ClockIsReal
        begun = tx.execute(select(event.c.id).limit(1)).first() is not None
        if begun and to_us < self.now_us(tx):
            raise ClockIsReal
        offset = to_us - self.store.machine_us(tx)
        tx.execute(update(log_head).values(clock_offset_us=offset))
        return offset

    def holds_words(self) -> bool:
        """Whether any event holds something sealed, without opening it; reads until it finds the first."""
        query = select(event.c.body).execution_options(yield_per=1000)
        with self.snapshot() as tx, tx.execute(query) as bodies:
            return any(f'"{FORMAT}.'.encode() in body for (body,) in bodies)

    @staticmethod
    def appended(tx: Connection) -> Iterator[Recorded]:
        """Every event that this moment sees, sequenced or not, in the order in which ids were drawn."""
        query = select(*_EVENT_COLUMNS).order_by(event.c.id).execution_options(yield_per=1000)
        for row in tx.execute(query):
            yield _recorded(row)


class ClockIsReal(Refused):
    """Only a demonstration's clock can be moved, and only forward."""

    status = 403


def _decoded(rows: Iterable[StreamRow], name: str) -> Iterator[Any]:
    """Facts one at a time, so that a long stream's never all stand in memory."""
    reader = codec.reader
    type_, written_as = "", 0
    try:
        for type_, written_as, body, event_id, _ in rows:
            yield reader(type_, written_as)(body, event_id, name)
    except codec.UNFIT as unfit:
        raise codec.Unreadable(type=type_, schema_version=written_as) from unfit


def _recorded(row: Row[*tuple[Any, ...]]) -> Recorded:
    return Recorded(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
