"""A service served over HTTP for a test: a real log and keyring in files, and a real token for every request."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.test import TestResponse

from shared.edges.access import Issuer, grants, new_key, public_of, sign
from shared.edges.app import create_app
from shared.edges.http import Api
from shared.edges.identity.recognising import served_here
from shared.edges.local_bus import LocalBus
from shared.policy.table import purposes_of, row_of
from shared.sealing.databases import open_database
from shared.sealing.keyring import Keyring
from shared.sourcing.clock import SCOTLAND
from shared.sourcing.hearing import Hearing
from shared.sourcing.opening import create, open_log
from shared.sourcing.reacting import react
from shared.sourcing.running import RunningService
from shared.sourcing.sequencer import Sequencer
from shared.sourcing.service import Service
from shared.sourcing.telling import microseconds
from shared.vocabulary.roles import AccessRole
from tests.team import TEAM, id_in, inspections_in, put_on_team


@dataclass(frozen=True)
class Served:
    """A service, and a client that asks it in any role."""

    running: RunningService
    client: FlaskClient
    issuer: Issuer
    sequencer: Sequencer
    on_team: dict[tuple[UUID, AccessRole], set[UUID]] = field(default_factory=dict)

    def call(
        self,
        method: str,
        path: str,
        role: str = "planner",
        body: Any = None,
        actor: UUID | None = None,
        *,
        member: bool = True,
        **headers: str,
    ) -> TestResponse:
        """Ask under ``/<service>/v1``; a header's name may have _ for -. A POST gets a key of its own unless given.

        Whoever works on a team is on every one that the service knows of, unless they are no ``member``.
        """
        who = actor or uuid4()
        if member:
            self.joins(who, AccessRole(role), path, body)
        sent = self.bearer(who, role) | ({"Speir-Purpose": self.purpose(role, path)} if method == "GET" else {})
        if method == "POST":
            sent["Idempotency-Key"] = str(uuid4())
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.open(f"/{self.running.name}/v1{path}", method=method, json=body, headers=sent)

    def bearer(self, actor: UUID, role: str) -> dict[str, str]:
        """What somebody sends to say who they are."""
        return {"Authorization": f"Bearer {self.issuer.mint(actor, AccessRole(role), 'speir')}"}

    def purpose(self, role: str, path: str) -> str:
        """What a role reads something for."""
        try:
            routes = self.client.application.url_map.bind("")
            endpoint, _ = routes.match(f"/{self.running.name}/v1{path.partition('?')[0]}")
        except (NotFound, MethodNotAllowed):
            endpoint = ""
        row = row_of(self.running.name, endpoint.split(".")[-1])
        fits = [each for each in purposes_of(AccessRole(role)) if row is None or each in row.purposes]
        return (fits or purposes_of(AccessRole(role)))[0].value

    def joins(self, who: UUID, role: AccessRole, path: str = "", body: Any = None) -> None:
        """Let somebody be on the teams that there are, and on any that a request names, if that is their work."""
        if role not in TEAM:
            return
        named = {id_in(each) for each in [*path.split("/"), *(body.values() if isinstance(body, dict) else ())]}
        for each in (inspections_in(self.running) | named) - {None} - self.on_team.get((who, role), set()):
            put_on_team(self.running, who, role, each)
            self.on_team.setdefault((who, role), set()).add(each)

    def on(self, day: date) -> None:
        """Let it be ten in the morning of a day; the clock goes forward only once something was recorded."""
        moment = datetime.combine(day, time(10), SCOTLAND).astimezone(UTC)
        with self.running.log.writing() as tx:
            self.running.log.set_clock(tx, microseconds(moment))

    def hear(self, *producers: "Served") -> None:
        """Take in what others told, and do whatever that makes due, until nothing is left."""
        bus = LocalBus({producer.running.name: producer.running.log for producer in producers})
        for producer in producers:
            producer.sequencer.drain()
        bus.deliver(Hearing(self.running, bus.feed), [producer.running.name for producer in producers])
        self.react()

    def react(self) -> None:
        """Do whatever is due, until nothing is left."""
        while react(self.running):
            pass

    def rebuilt(self) -> list[tuple[str, list[Any], list[Any]]]:
        """Each read model's name, its rows as they stand, and as the log adds up to them, in the same order."""
        self.sequencer.drain()
        with self.running.log.reading() as tx:
            events = self.running.log.ordered(tx, limit=10_000)
            return [
                (model.name, sorted(model.live(tx), key=str), sorted(model.folded(events).values(), key=str))
                for model in self.running.service.read_models
            ]


def serve(directory: Path, service: Service, api: Api) -> Served:
    """Serve a service from files in a directory."""
    log = open_log(f"sqlite:///{directory}/{service.name}.db", f"demo.test/{service.name}")
    create(log, service.read_models)
    keyring = Keyring(
        open_database(f"sqlite:///{directory}/{service.name}.keys.db"), new_key(), directory / f"{service.name}.epochs"
    )
    keyring.create_tables()
    signing_key = new_key()
    running = RunningService(service, log, keyring, partial(sign, signing_key, context="receipt"))
    issuer = Issuer("local", new_key())
    granted = grants("local", [], real=False)
    app = create_app([(api, served_here(running, signing_key, {"local": public_of(issuer.seed)}, granted))])
    return Served(running, app.test_client(), issuer, Sequencer(log))
