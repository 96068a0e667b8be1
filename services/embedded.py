"""The embedded default: all four services in one process, on SQLite, with a bus that needs no broker."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from uuid import UUID

from flask import Flask

from services.assembly import Declared, Place, all_declared, opened
from services.participation.api import release_closed
from services.participation.read_models.clearance import cleared
from shared.audit.checkpointing import Checkpointer, beat_of
from shared.edges import ceilings
from shared.edges.access import grants
from shared.edges.allowances import Allowances
from shared.edges.app import create_app
from shared.edges.clearance import Clearance, PublicationHeld, clear
from shared.edges.identity.recognising import served_here
from shared.edges.intake import Intake
from shared.edges.local_bus import LocalBus
from shared.edges.local_identity import LOCAL, LocalIdentity
from shared.edges.requests import Serving
from shared.edges.worker import HOUR_S, Worker
from shared.erasure.reapplying import reapply
from shared.sealing.databases import open_database
from shared.sealing.key_files import refuse_together
from shared.sourcing import clock
from shared.sourcing.hearing import Hearing
from shared.sourcing.opening import create
from shared.sourcing.running import RunningService

LOOPBACK = "127.0.0.1"
RELEASE_S = 5.0
"""Seconds between looks for closed surveys whose answers still wait in the intake."""


class Embedded:
    """Four services in one process; ``working`` runs their workers."""

    def __init__(
        self, directory: Path, origin: str, epochs: Path | None = None, *, hosts: tuple[str, ...] = ()
    ) -> None:
        """Open or make everything under a directory: ``data``, and apart from it ``keys``, ``epochs``, ``identity``.

        Raises KeysNotSafe where one of them lies in another, and KeyLost where keys are gone that the logs need.
        """
        self.origin = origin
        self._hosts = hosts
        self._epochs = epochs or directory / "epochs"
        refuse_together(self._epochs, *(directory / kind for kind in ("data", "keys", "identity")))
        self.identity = LocalIdentity.at(directory / "identity", keys_dir=directory / "keys")
        (directory / "data").mkdir(mode=0o700, parents=True, exist_ok=True)
        self._directory = directory
        self.declared = all_declared()
        self.running = {name: self._open(each) for name, each in self.declared.items()}
        self.bus = LocalBus({name: running.log for name, running in self.running.items()})
        participation = self.running["participation"]
        self.intake = Intake(open_database(self._file("keys", "participation.intake")), participation.keyring)
        self.intake.create_tables()
        self.allowances = {name: self._allowances(name) for name in self.declared}

    def _open(self, each: Declared) -> RunningService:
        name = each.service.name
        keys = self.identity.services[name]
        place = Place(
            origin=self.origin,
            database_url=self._file("data", name),
            keys_url=self._file("keys", f"{name}.keys"),
            epochs=self._epochs / name,
            root_key=keys.root,
            signing_key=keys.signing,
        )
        running = opened(each.service, place)
        create(running.log, each.service.read_models)
        running.keyring.create_tables()
        running.keyring.start(running.log.holds_words)
        reapply(running)
        return running

    def _allowances(self, name: str) -> Allowances:
        made = Allowances(open_database(self._file("keys", f"{name}.allowances")), self.identity.services[name].signing)
        made.create_tables()
        return made

    def _file(self, kind: str, name: str) -> str:
        return f"sqlite:///{self._directory / kind / name}.db"

    def app(self) -> Flask:
        """The one app that serves all four."""
        served = [(each.api, self._serving(name)) for name, each in self.declared.items()]
        app = create_app(served, hosts=self._hosts)
        app.extensions["speir.clearance"] = self.clearance
        app.extensions["speir.intake"] = self.intake
        app.extensions[ceilings.EXTENSION] = self.allowances
        return app

    def _serving(self, name: str) -> Serving:
        granted = grants(LOCAL, self.identity.services, real=False)
        return served_here(self.running[name], self.identity.services[name].signing, self.identity.public_keys, granted)

    def clearance(self, inspection_id: UUID) -> Clearance:
        """Participation's word, asked without a network; raises PublicationHeld."""
        running = self.running["participation"]
        with running.log.reading() as tx:
            if not cleared(tx, inspection_id):
                raise PublicationHeld
            return clear(inspection_id, clock.now(running.log, tx))

    def close(self) -> None:
        """Let go of every file."""
        for running in self.running.values():
            running.close()
        for counted in self.allowances.values():
            counted.close()
        self.intake.close()

    @contextmanager
    def working(self) -> Iterator[None]:
        """Sequence, tell, hear and react until the block ends."""
        workers = [self._worker(running) for running in self.running.values()]
        for worker in workers:
            worker.start()
        try:
            yield
        finally:
            for worker in workers:
                worker.stop()

    def _worker(self, running: RunningService) -> Worker:
        hearing = Hearing(running, self.bus.feed)
        worker = Worker(running, hearing)
        worker.clock.every(HOUR_S, self.allowances[running.name].forget, "allowances")
        signs = Checkpointer(running.log, self.identity.services[running.name].signing)
        worker.clock.every(beat_of(running.name), signs.beat, "checkpoints", on_the_beat=True)
        worker.hears("all", partial(self.bus.deliver, hearing, running.service.hears))
        if running.name == "participation":
            worker.clock.every(RELEASE_S, partial(release_closed, running, self.intake), "answers released")
        return worker
