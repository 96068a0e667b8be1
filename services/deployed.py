"""The deployed form: one service a process, web or worker, on PostgreSQL and RabbitMQ."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from urllib.parse import urlsplit

from flask import Flask

from services.assembly import Declared, Place, declared, opened
from services.health import HEARTBEAT
from services.participation.api import release_closed
from shared.audit.checkpointing import Checkpointer, beat_of
from shared.edges import ceilings, logs, memory
from shared.edges.access import grants
from shared.edges.allowances import Allowances
from shared.edges.app import create_app
from shared.edges.bus import Listener, Publisher, declare
from shared.edges.bus_line import BusFailed
from shared.edges.identity.recognising import served
from shared.edges.intake import Intake
from shared.edges.peers import Peers
from shared.edges.placement import start_safely
from shared.edges.relay import Relay
from shared.edges.settings import SERVICES, Settings, demo
from shared.edges.worker import HOUR_S, Worker
from shared.erasure.reapplying import reapply
from shared.errors import Unavailable
from shared.limits import ALLOWANCE_POOL
from shared.sealing.databases import SERVING, open_database
from shared.sourcing.hearing import Hearing
from shared.sourcing.running import RunningService

OPERATOR = "operator"
"""The name of the deployment's own token issuer, whose tokens grant nothing of safeguarding where work is real."""
BEAT_S = 5.0
RELEASE_S = 5.0
LOOK_S = 2.0
"""How often a producer is asked how far it is, whatever the bus says, in seconds: a revocation is heard within five."""


def place_of(settings: Settings) -> Place:
    """Where the settings say that a service keeps what it keeps."""
    return Place(
        origin=settings.origin,
        database_url=settings.database_url,
        reader_database_url=settings.reader_database_url,
        keys_url=settings.keys_url,
        epochs=settings.epochs,
        root_key=settings.root_key,
        signing_key=settings.signing_key,
    )


def start_keys(settings: Settings) -> None:
    """Have the keys ready before the first process works, and none of whoever is erased.

    Raises NotConfigured where they lie unsafely, KeyLost where some are gone that the log needs, and Unavailable where
    a database does not answer.
    """
    running = opened(declared(settings.service).service, place_of(settings), pool_size=1)
    apart = {"keys_url": running.keyring.engine}
    if settings.intake_url:
        apart["intake_url"] = open_database(settings.intake_url, pool_size=1)
    try:
        start_safely(running, settings.origin, apart)
        reapply(running)
    finally:
        running.close()
        for engine in apart.values():
            engine.dispose()


def peers_of(settings: Settings) -> Peers:
    """The other services as the settings name them."""
    return Peers(settings.service, settings.peers, settings.signing_key, settings.service_keys)


def allowances_of(settings: Settings) -> Allowances:
    """The service's allowances, beside its keys: that database is neither archived nor copied."""
    engine = open_database(settings.keys_url, pool_size=ALLOWANCE_POOL, by_hand=True, patience=SERVING)
    return Allowances(engine, settings.signing_key)


def names_of(settings: Settings) -> tuple[str, ...]:
    """The names by which a service is called: from outside, and by the other services."""
    known = (settings.peers.get(settings.service), settings.public_url)
    return (*settings.hosts, *(host for each in known if (host := urlsplit(each or "").hostname)))


def web(settings: Settings) -> Flask:
    """One service's app."""
    here = declared(settings.service)
    running = opened(here.service, place_of(settings), pool_size=settings.threads, patience=SERVING)
    serving = served(
        running,
        settings.signing_key,
        settings.service_keys | {OPERATOR: settings.issuer_public_key},
        grants(OPERATOR, SERVICES, real=not demo(settings.origin)),
        trusted=settings.oidc_issuers,
        address=settings.public_url,
    )
    app = create_app([(here.api, serving)], hosts=names_of(settings))
    app.extensions["speir.clearance"] = peers_of(settings).clearance
    app.extensions[ceilings.EXTENSION] = {settings.service: allowances_of(settings)}
    if settings.intake_url:
        app.extensions["speir.intake"] = Intake(open_database(settings.intake_url, patience=SERVING), running.keyring)
    return app


def web_of_environment() -> Flask:
    """What the server calls in each of its processes."""
    memory.stays_here()
    settings = Settings.from_environment()
    logs.configure(settings.service)
    return web(settings)


class DeployedWorker:
    """One service's worker: relay, listener, and the pull that makes up for whatever the bus did not bring."""

    def __init__(self, settings: Settings) -> None:
        """Open everything; nothing runs before ``start``."""
        here: Declared = declared(settings.service)
        self.running: RunningService = opened(here.service, place_of(settings))
        self._hears = here.service.hears
        self._settings = settings
        self._peers = peers_of(settings)
        self.hearing = Hearing(self.running, self._peers.feed)
        self.worker = Worker(self.running, self.hearing)
        self._publisher = Publisher(settings.broker_url, settings.service)
        self._relay = Relay(self.running.log, settings.service, self._publisher)

    def start(self) -> None:
        """Declare what belongs to this service on the bus, then tell and hear for good."""
        self.worker.start()
        self.worker.tells(self._relay.once)
        listener = Listener(self._settings.broker_url, self._settings.service, self._hears, self._hear)
        self.worker.loops.start(f"{self.running.name} listens", listener.run)
        for producer in self._hears:  # each by itself: one that does not answer holds no other up
            self.worker.hears(producer, partial(self._catch_up, producer), pause_s=LOOK_S)
        self.worker.clock.every(BEAT_S, self._beat, "heartbeat")
        signs = Checkpointer(self.running.log, self._settings.signing_key)
        self.worker.clock.every(beat_of(self.running.name), signs.beat, "checkpoints", on_the_beat=True)
        self.worker.clock.every(HOUR_S, allowances_of(self._settings).forget, "allowances")
        if self._settings.intake_url:
            intake = Intake(open_database(self._settings.intake_url), self.running.keyring)
            self.worker.clock.every(RELEASE_S, partial(release_closed, self.running, intake), "answers released")

    def _beat(self) -> None:
        with self.running.log.reading() as tx:
            self.running.log.size(tx)
        HEARTBEAT.touch()

    def prepare_bus(self) -> None:
        """Make exchange and queues before the first message; the loops make them again whenever they are gone."""
        try:
            self._publisher.connect()
            declare(self._settings.broker_url, self._settings.service, self._hears)
        except BusFailed:
            return

    def _hear(self, batch: Sequence[bytes]) -> None:
        self.hearing.hear(batch)

    def _catch_up(self, producer: str) -> int:
        """Ask how far a producer is, at the start and regularly: what is lost last is noticed by nothing after it."""
        with suppress(Unavailable):
            self.hearing.catch_up(producer, self._peers.numbers(producer))
        return 0

    def stop(self) -> None:
        """Stop, and let another worker lead at once."""
        self.worker.stop()
        self._relay.lease.give_up()
        self._publisher.close()
