"""The words of an append in PostgreSQL: one statement moves the streams on and inserts their events."""

from collections.abc import Iterable
from functools import cache

_MOVE = "SELECT speir_move(%s::text[], %s::text[], %s::bigint[], %s::bigint[])"
_ROW = "(%s, %s::bigint, %s, %s::uuid, %s, %s::smallint, %s::bytea, %s::bytea, %s::bytea, %s::bytea, %s::smallint)"
_COLUMNS = "stream, version, about, event_id, type, schema_version, body, salt, commitment, meta, partition"
AT_ONCE = 500
"""Events inserted by one statement; the driver sends at most 65,535 values with it."""


def _list(members: Iterable[str]) -> str:
    """An array's text, of members that need no quotes: much cheaper than adapting each of them."""
    return f"{{{','.join(members)}}}"


def numbers(members: Iterable[int | None]) -> str:
    """An array's text, of numbers."""
    return _list("NULL" if member is None else str(member) for member in members)


@cache
def appending(events: int) -> str:
    """Move, then insert: a row is there to be given its id only once ``speir_move`` holds the lock."""
    if not events:
        return _MOVE
    return f"WITH moved AS MATERIALIZED ({_MOVE} AS recorded_us) {_insert('moved', events)}"


@cache
def inserting(events: int) -> str:
    """Insert so many further events, recorded at the same moment."""
    return _insert("(SELECT %s::bigint AS recorded_us) moved", events)


def _insert(moved: str, events: int) -> str:
    return (
        f"INSERT INTO event ({_COLUMNS}, recorded_us) SELECT entry.*, moved.recorded_us"  # noqa: S608 - our own names  # nosec B608
        f" FROM {moved} CROSS JOIN (VALUES {', '.join([_ROW] * events)}) AS entry ({_COLUMNS}) RETURNING recorded_us"
    )


def texts(members: Iterable[str]) -> str:
    """An array's text, of any strings."""
    return _list('"' + member.replace("\\", "\\\\").replace('"', '\\"') + '"' for member in members)
