"""The eventsourcing library in its default mode on PostgreSQL: no snapshots, no cache, no compressor, no cipher."""

# ruff: noqa: ARG002 - the library makes the event from the arguments, the body only evolves the state

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid5

from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.domain import Aggregate, event
from psycopg.conninfo import conninfo_to_dict

from bench.contender import Done, Settings, enters
from bench.inspection import FINDING, severity
from bench.workloads import LOG_EVENTS, LONG_STREAM, LONG_STREAM_EVENTS, PAGE


class Inspection(Aggregate):
    """The same decision as everyone's; the first finding is the event that creates the aggregate."""

    @event("Opened")
    def __init__(self, stream: UUID, site: str, finding: str, severity: int, by: str) -> None:
        """Begin with a first finding."""
        self.findings = 1
        self.score = 0

    @staticmethod
    def create_id(stream: UUID) -> UUID:
        """Address it by the stream that the workload names."""
        return stream

    @event("FindingRecorded")
    def finding_recorded(self, site: str, finding: str, severity: int, by: str) -> None:
        """Count it."""
        self.findings += 1

    @event("RiskReassessed")
    def risk_reassessed(self, score: int, because: str, by: str) -> None:
        """Keep the new score."""
        self.score = score

    @classmethod
    def open(cls, stream: UUID) -> "Inspection":
        """Do the first command on a stream: two events, too."""
        grave = severity(0)
        inspection = cls(stream, "Ward 7", FINDING, grave, "inspector-17")
        inspection.risk_reassessed(grave, FINDING, "inspector-17")
        return inspection

    def record(self) -> None:
        """Record one more finding: two events."""
        grave = severity(self.findings)
        self.finding_recorded("Ward 7", FINDING, grave, "inspector-17")
        self.risk_reassessed(self.score + grave, FINDING, "inspector-17")


class Inspections(Application[UUID]):
    """The library's own way from a command to the database."""

    log_section_size = PAGE
    """Its default of 10 is for serving the log over HTTP; a competent reader asks for larger pages."""

    def record(self, stream: UUID) -> int:
        """Get, decide, save; give the new version."""
        try:
            inspection: Inspection = self.repository.get(stream)
        except AggregateNotFoundError:
            inspection = Inspection.open(stream)
        else:
            inspection.record()
        self.save(inspection)
        return inspection.version


def environment(url: str, *, create: bool) -> dict[str, str]:
    """Say in the library's variables where the database is; one connection is all that a process of one thread uses."""
    parts = {key: str(value) for key, value in conninfo_to_dict(url).items()}
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": parts["dbname"],
        "POSTGRES_HOST": parts["host"],
        "POSTGRES_PORT": parts.get("port", "5432"),
        "POSTGRES_USER": parts["user"],
        "POSTGRES_PASSWORD": parts.get("password", ""),
        "POSTGRES_POOL_SIZE": "1",
        "CREATE_TABLE": "yes" if create else "no",
    }


class EventSourcing:
    """What all its workloads share: one application a process."""

    name = "eventsourcing"
    libraries = ("eventsourcing", "psycopg", "psycopg-binary")
    application: Inspections

    def prepare(self, url: str, /) -> None:
        """Make the tables."""
        application = Inspections(environment(url, create=True))
        try:
            self.fill(application)
        finally:
            application.close()

    def fill(self, application: Inspections) -> None:
        """Nothing has to be there before."""

    @contextmanager
    def beside(self, url: str, _settings: Settings, /) -> Iterator[str]:
        """Nothing runs beside it."""
        yield url

    def connect(self, address: str, /) -> None:
        """Open the application."""
        self.application = Inspections(environment(address, create=False))

    def close(self) -> None:
        """Close its pool."""
        self.application.close()


@enters("append-1", "append-8")
class Appends(EventSourcing):
    """A command through the repository."""

    def command(self, stream: UUID, /) -> Done:
        """Get, decide, save."""
        self.application.record(stream)
        return Done()


@enters("fold")
class Folds(EventSourcing):
    """A long aggregate, brought back from the start."""

    def fill(self, application: Inspections) -> None:
        """Save the long aggregate in one go."""
        application.save(_aged(LONG_STREAM, LONG_STREAM_EVENTS))

    def command(self, stream: UUID, /) -> Done:
        """Get it, and make sure that it is all there."""
        inspection: Inspection = self.application.repository.get(stream)
        if inspection.version != LONG_STREAM_EVENTS:
            raise ValueError(inspection.version)
        return Done()


@enters("read")
class Reads(EventSourcing):
    """The notification log, in pages."""

    last = 0

    def fill(self, application: Inspections) -> None:
        """Fill the log with aggregates of the usual length."""
        for number in range(LOG_EVENTS // 40):
            application.save(_aged(uuid5(LONG_STREAM, str(number)), 40))

    def command(self, _stream: UUID, /) -> Done:
        """Read the next page and decode it; after the last page comes the first."""
        page = self.application.notification_log.select(start=self.last, limit=PAGE, inclusive_of_start=False)
        for notification in page:
            self.application.mapper.to_domain_event(notification)
        self.last = int(page[-1].id) if len(page) == PAGE else 0
        return Done(units=len(page))


def _aged(stream: UUID, events: int) -> Inspection:
    """Give an aggregate with that many pending events (an even number)."""
    inspection = Inspection.open(stream)
    while inspection.version < events:
        inspection.record()
    return inspection
