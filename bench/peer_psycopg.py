"""Plain psycopg: one table, no order promised to readers, nothing sealed and nothing proved."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid5

import orjson
import psycopg

from bench.contender import Done, Settings, enters
from bench.inspection import Standing, decide, evolve
from bench.workloads import LOG_EVENTS, LONG_STREAM, LONG_STREAM_EVENTS, PAGE

TABLE = """
create table events (
    id bigserial primary key, stream uuid not null, version int not null, type text not null, body bytea not null,
    unique (stream, version)
)
"""
OF_A_STREAM = "select version, type, body from events where stream = %s order by version"
APPEND = "insert into events (stream, version, type, body) values (%s, %s, %s, %s), (%s, %s, %s, %s)"
NEXT_PAGE = "select id, type, body from events where id > %s order by id limit %s"


class Psycopg:
    """What all its workloads share: a connection a process, and every statement prepared at its first use."""

    name = "psycopg"
    libraries = ("psycopg", "psycopg-binary", "orjson")
    connection: psycopg.Connection

    def prepare(self, url: str, /) -> None:
        """Make the table."""
        with psycopg.connect(url) as connection:
            connection.execute(TABLE)

    @contextmanager
    def beside(self, url: str, _settings: Settings, /) -> Iterator[str]:
        """Nothing runs beside it."""
        yield url

    def connect(self, address: str, /) -> None:
        """Connect once; committed means on the disk."""
        self.connection = psycopg.connect(address, prepare_threshold=0)
        self.connection.execute("set synchronous_commit = on")
        self.connection.commit()

    def close(self) -> None:
        """Hang up."""
        self.connection.close()

    def fold(self, stream: UUID) -> tuple[int, Standing]:
        """Give the stream's version and what its events add up to."""
        standing, version = Standing(), 0
        for version, kind, body in self.connection.execute(OF_A_STREAM, (stream,), binary=True):  # noqa: B007 - the last one counts
            evolve(standing, kind, orjson.loads(body))
        return version, standing


@enters("append-1", "append-8")
class Appends(Psycopg):
    """The unique constraint refuses whoever decided on an old version."""

    def command(self, stream: UUID, /) -> Done:
        """SELECT the stream, decide, INSERT two rows, COMMIT."""
        version, standing = self.fold(stream)
        (first, first_body), (second, second_body) = decide(standing)
        row = (
            stream,
            version + 1,
            first,
            orjson.dumps(first_body),
            stream,
            version + 2,
            second,
            orjson.dumps(second_body),
        )
        self.connection.execute(APPEND, row, binary=True)
        self.connection.commit()
        return Done()


@enters("append-1", "append-8")
class AppendsAtOnce(Appends):
    """The same without BEGIN and COMMIT of its own: two round trips, and the one INSERT is still all or nothing."""

    name = "psycopg-autocommit"

    def connect(self, address: str, /) -> None:
        """Let each statement commit itself."""
        super().connect(address)
        self.connection.autocommit = True


@enters("fold")
class Folds(Psycopg):
    """A long stream, read and folded from the start."""

    def prepare(self, url: str, /) -> None:
        """Fill the long stream."""
        super().prepare(url)
        with psycopg.connect(url) as connection:
            _fill(connection, LONG_STREAM, LONG_STREAM_EVENTS)

    def command(self, stream: UUID, /) -> Done:
        """Fold it, and make sure that it was all there."""
        version, _ = self.fold(stream)
        self.connection.rollback()
        if version != LONG_STREAM_EVENTS:
            raise ValueError(version)
        return Done()


@enters("read")
class Reads(Psycopg):
    """The log in the order of its ids: right only while nobody writes, as a sequence does not follow the commits."""

    last = 0

    def prepare(self, url: str, /) -> None:
        """Fill the log with streams of the usual length."""
        super().prepare(url)
        with psycopg.connect(url) as connection:
            for number in range(LOG_EVENTS // 40):
                _fill(connection, uuid5(LONG_STREAM, str(number)), 40)

    def command(self, _stream: UUID, /) -> Done:
        """Read the next page and decode it; after the last page comes the first."""
        rows = self.connection.execute(NEXT_PAGE, (self.last, PAGE), binary=True).fetchall()
        self.connection.rollback()
        for _, _, body in rows:
            orjson.loads(body)
        self.last = rows[-1][0] if len(rows) == PAGE else 0
        return Done(units=len(rows))


def _fill(connection: psycopg.Connection, stream: UUID, events: int) -> None:
    """Append that many events (an even number), as its own commands would have."""
    standing = Standing()
    with connection.cursor().copy("copy events (stream, version, type, body) from stdin (format binary)") as copy:
        copy.set_types(["uuid", "int4", "text", "bytea"])
        for version in range(1, events + 1, 2):
            for place, (kind, body) in enumerate(decide(standing)):
                evolve(standing, kind, body)
                copy.write_row((stream, version + place, kind, orjson.dumps(body)))
