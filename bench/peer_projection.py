"""The eventsourcing library's way to another service's read model: a projection that subscribes to the log."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Event
from uuid import UUID

import psycopg
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.sql import SQL

from bench.contender import Done, Settings, enters
from bench.databases import database
from bench.peer_eventsourcing import EventSourcing, Inspection, Inspections, environment
from bench.processes import spawning

PUT = """
insert into standings (stream, findings, version) values (%s, %s, %s)
on conflict (stream) do update set findings = standings.findings + excluded.findings, version = excluded.version
"""
SEEN = "select 1 from standings where stream = %s and version >= %s"
LOOK_AGAIN_SECONDS = 0.002
GIVE_UP_SECONDS = 30


class Standings(PostgresTrackingRecorder):
    """The read model: a row an inspection, written in one transaction with how far the log was read."""

    def __init__(self, datastore: PostgresDatastore, *, tracking_table_name: str = "tracking") -> None:
        """Add the table to those that the library makes."""
        super().__init__(datastore, tracking_table_name=tracking_table_name)
        table = "(stream uuid primary key, findings int not null, version int not null)"
        self.sql_create_statements.append(SQL("create table if not exists standings {}").format(SQL(table)))

    def put(self, stream: UUID, findings: int, version: int, tracking: Tracking) -> None:
        """Take one event into account."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(PUT, (stream, findings, version), prepare=True)


class Projecting(Projection[Standings]):
    """Every event counts; a risk that was reassessed is no further finding."""

    name = "projecting"

    def process_event(self, domain_event: Inspection.Event, tracking: Tracking) -> None:
        """Put it into the read model."""
        findings = 0 if type(domain_event).__name__ == "RiskReassessed" else 1
        self.view.put(domain_event.originator_id, findings, domain_event.originator_version, tracking)


@enters("lag-1", "lag-50")
class Travels(EventSourcing):
    """From the commit in one database to the row in the other service's."""

    view: psycopg.Connection

    @contextmanager
    def beside(self, url: str, _settings: Settings, /) -> Iterator[str]:
        """Run the other service: its database, and a process that projects into it; the address is both URLs."""
        with database(url, "read_model") as view:
            up, over = spawning.Event(), spawning.Event()
            service = spawning.Process(target=_project, args=(url, view, up, over), daemon=True)
            service.start()
            try:
                if not up.wait(GIVE_UP_SECONDS):
                    message = "the projection did not start; what it said is above"
                    raise RuntimeError(message)
                yield f"{url} {view}"
            finally:
                over.set()
                service.join(GIVE_UP_SECONDS)

    def connect(self, address: str, /) -> None:
        """Open the application here, and a connection to look into the read model there."""
        url, view = address.split(" ")
        super().connect(url)
        self.view = psycopg.connect(view, autocommit=True, prepare_threshold=0)

    def command(self, stream: UUID, /) -> Done:
        """Commit, and look every 2 ms until the read model has it; the time counts from the commit."""
        version = self.application.record(stream)
        committed = time.perf_counter()
        while self.view.execute(SEEN, (stream, version)).fetchone() is None:
            if time.perf_counter() - committed > GIVE_UP_SECONDS:
                raise TimeoutError(stream, version)
            time.sleep(LOOK_AGAIN_SECONDS)
        return Done(since=committed)

    def close(self) -> None:
        """Hang up on both."""
        super().close()
        self.view.close()


def _project(url: str, view: str, up: Event, over: Event) -> None:
    """Be the other service, in a process of its own, until it is over."""
    there = {f"PROJECTING_{name}": value for name, value in environment(view, create=True).items()}
    with ProjectionRunner(
        application_class=Inspections,
        projection_class=Projecting,
        view_class=Standings,
        env=environment(url, create=False) | there,
    ) as runner:
        up.set()
        while not over.wait(0.2):
            runner.run_forever(timeout=0)
