"""Read models: tables that are never the truth, each row made from one stream, rebuilt from the log at any time."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from inspect import signature
from typing import Any, TypeVar, get_type_hints

import orjson
from sqlalchemy import Column, ColumnElement, Connection, MetaData, Row, Table, Text, delete, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert_postgres
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite

from shared.errors import Refused
from shared.sourcing import codec
from shared.sourcing.event_log import Recorded
from shared.sourcing.facts import Heard
from shared.sourcing.telling import told

read_model_tables = MetaData()

Values = dict[str, Any]
Key = tuple[Any, ...]
P = TypeVar("P", bound=Callable[..., Any])


class CursorUnknown(Refused):
    """This cursor is not one that was given out; start from the first page."""

    status = 400


@dataclass(frozen=True, slots=True)
class Put:
    """Write a whole row, over whatever stood under its key."""

    row: Values


@dataclass(frozen=True, slots=True)
class Set:
    """Change some columns of the rows that match, if there are any."""

    where: Values
    values: Values


Change = Put | Set


class ReadModel:
    """A table and one function an event. Its key begins with the stream, so rows never depend on two streams."""

    def __init__(self, name: str, *columns: Column[Any], version: int = 1) -> None:
        """Name the table; columns marked ``primary_key`` follow the stream in its key."""
        self.name = name
        self.version = version
        self.table = Table(f"{name}_v{version}", read_model_tables, Column("stream", Text, primary_key=True), *columns)
        self._names = [str(column.name) for column in self.table.columns]
        self._keys = [str(column.name) for column in self.table.primary_key]
        self.projections: dict[type, Callable[..., Change | Iterable[Change]]] = {}

    def on(self, projection: P) -> P:
        """Register a pure projection for the event that its first parameter is annotated with."""
        event_type, *_ = (hint for name, hint in get_type_hints(projection).items() if name != "return")
        takes = len(signature(projection).parameters)
        self.projections[event_type] = projection if takes > 1 else lambda fact, _recorded: projection(fact)
        return projection

    def put(self, **row: Any) -> Put:
        """A whole row; columns that are not named are empty."""
        return Put(row)

    def set(self, where: Values | None = None, **values: Any) -> Set:
        """Changed columns of this stream's rows, or of those that match ``where``."""
        return Set(where or {}, values)

    def changes(self, recorded: Recorded, fact: Any) -> list[Change]:
        """What an event does to the table."""
        projection = self.projections.get(type(fact))
        if projection is None:
            return []
        made = projection(fact, recorded)
        return [made] if isinstance(made, Put | Set) else list(made)

    def apply(self, tx: Connection, stream: str, change: Change) -> None:
        """Carry out a change, in the transaction that appends its event."""
        if isinstance(change, Put):
            row = self._whole(stream, change.row)
            insert = upsert_sqlite if tx.dialect.name == "sqlite" else upsert_postgres
            rest = {name: value for name, value in row.items() if name not in self._keys}
            written = insert(self.table).values(row)
            if rest:
                tx.execute(written.on_conflict_do_update(index_elements=self._keys, set_=rest))
            else:
                tx.execute(written.on_conflict_do_nothing())
        else:
            here = [self.table.c[name] == value for name, value in change.where.items()]
            tx.execute(update(self.table).where(self.table.c.stream == stream, *here).values(**change.values))

    def _whole(self, stream: str, row: Values) -> Values:
        return dict.fromkeys(self._names) | row | {"stream": stream}

    def folded(self, events: Iterable[Recorded]) -> dict[Key, Values]:
        """The rows that the events add up to, made in memory: a rebuild without the table."""
        rows: dict[Key, Values] = {}
        of_stream: dict[str, list[Key]] = {}
        for recorded in events:
            for change in self.changes(recorded, fact_told_by(recorded)):
                if isinstance(change, Put):
                    row = self._whole(recorded.stream, change.row)
                    key = self._key(row)
                    if key not in rows:
                        of_stream.setdefault(recorded.stream, []).append(key)
                    rows[key] = row
                else:
                    for key in of_stream.get(recorded.stream, ()):
                        if all(rows[key][name] == value for name, value in change.where.items()):
                            rows[key] |= change.values
        return rows

    def _key(self, row: Values) -> Key:
        return tuple(row[name] for name in self._keys)

    def rebuild(self, tx: Connection, events: Iterable[Recorded]) -> int:
        """Empty the table and fill it from the events; returns how many rows."""
        rows = list(self.folded(events).values())
        tx.execute(delete(self.table))
        for start in range(0, len(rows), 1000):
            tx.execute(self.table.insert(), rows[start : start + 1000])
        return len(rows)

    def live(self, tx: Connection) -> list[Values]:
        """Every row as it stands."""
        return [dict(zip(self._names, row, strict=True)) for row in tx.execute(select(self.table))]

    def page(
        self, tx: Connection, where: Sequence[ColumnElement[bool]], cursor: str | None, limit: int
    ) -> tuple[list[Row[Any]], str | None]:
        """Rows in the key's order after the cursor, up to ``limit``, and the cursor for the rest (None at the end)."""
        keys = list(self.table.primary_key.columns)
        query = select(self.table).where(*where).order_by(*keys).limit(limit + 1)
        if cursor is not None:
            query = query.where(tuple_(*keys) > tuple_(*_last_key(cursor, keys)))
        rows = list(tx.execute(query))
        if len(rows) <= limit:
            return rows, None
        last = codec.canonical([getattr(rows[limit - 1], column.name) for column in keys])
        return rows[:limit], urlsafe_b64encode(last).decode().rstrip("=")


def _last_key(cursor: str, keys: list[Column[Any]]) -> list[Any]:
    try:
        values = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list):
            raise CursorUnknown
        converted = [
            (codec.converter(column.type.python_type) or (lambda same: same))(value)
            for column, value in zip(keys, values, strict=True)
        ]
    except (ValueError, TypeError, AttributeError) as unknown:
        raise CursorUnknown from unknown
    if not all(_may_be(column, value) for column, value in zip(keys, converted, strict=True)):
        raise CursorUnknown
    return converted


def _may_be(column: Column[Any], value: Any) -> bool:
    """Whether a database takes a value for a column: of its very type, and no more than fits."""
    fits = "\0" not in value if isinstance(value, str) else not isinstance(value, int) or -(2**63) <= value < 2**63
    return type(value) is column.type.python_type and fits


def fact_told_by(recorded: Recorded) -> Any:
    """An event's fact; for something heard, the fact that was told."""
    fact = recorded.fact
    return told(fact.told).fact if isinstance(fact, Heard) else fact


def fingerprint(rows: Iterable[Values]) -> str:
    """A table's contents as one number, whatever their order: the sum of the rows' hashes, in hex."""
    total = sum(int.from_bytes(sha256(codec.canonical(row)).digest(), "big") for row in rows)
    return f"{total % 2**256:064x}"
