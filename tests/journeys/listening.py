"""All four services listening on one port of this machine, saying everything they ever say: embedded or as deployed."""

import json
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from services.deployed import DeployedWorker, allowances_of, place_of, web
from services.embedded import LOOPBACK, Embedded
from shared.edges import logs
from shared.edges.access import Issuer, new_key, public_of
from shared.edges.intake import Intake
from shared.edges.local_identity import LocalIdentity
from shared.edges.settings import SERVICES, Settings
from shared.sealing.databases import open_database
from shared.sourcing.opening import create
from tests.backing import _wait_for
from tests.journeys.everything import Asking, Open, over_http

ROOT = Path(__file__).parents[2]
ORIGIN = "demo.canary"
TOLD = "SPEIR_TEST_SETTINGS"
"""Names the file with the settings of a deployment under test."""


def a_free_port() -> int:
    with socket.socket() as found:
        found.bind((LOOPBACK, 0))
        return int(found.getsockname()[1])


def say_everything(service: str) -> None:
    """Let everybody speak, the databases' library of every statement and row as well."""
    logs.configure(service, "DEBUG")
    for name in ("sqlalchemy", *logs.chatty):
        logging.getLogger(name).setLevel(logging.DEBUG)


def serve_embedded(directory: str, port: str) -> None:
    """What ``speir up`` does, saying more."""
    from waitress import create_server  # noqa: PLC0415 - only this form needs it

    say_everything("embedded")
    here = Embedded(Path(directory), ORIGIN)
    server = create_server(here.app(), host=LOOPBACK, port=int(port), threads=8)
    with here.working():
        server.run()


def deployed() -> Any:
    """What a deployment's web processes and workers do, in one process, saying more: the server calls this."""
    say_everything("deployed")
    apps = {}
    for told in json.loads(Path(os.environ[TOLD]).read_text("utf-8")):
        settings = Settings(**{name: read(value) for name, value in told.items()} | {"epochs": Path(told["epochs"])})
        apps[settings.service] = web(settings)
        worker = DeployedWorker(settings)
        worker.prepare_bus()
        worker.start()

    def by_service(environ: dict[str, Any], start_response: Any) -> Any:
        named = environ["PATH_INFO"].split("/")[1]
        return apps.get(named, apps[SERVICES[0]])(environ, start_response)

    return by_service


def read(value: Any) -> Any:
    """Keys are written as hexadecimal digits after ``hex:``."""
    if isinstance(value, dict):
        return {name: read(each) for name, each in value.items()}
    return bytes.fromhex(value[4:]) if isinstance(value, str) and value.startswith("hex:") else value


def written(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: written(each) for name, each in value.items()}
    return f"hex:{value.hex()}" if isinstance(value, bytes) else str(value) if isinstance(value, Path) else value


@contextmanager
def listening(command: list[str], output: Path, port: int, **environment: str) -> Iterator[Open]:
    """A server in a process of its own, whose every word goes into a file."""
    with output.open("wb") as words:
        process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, stdout=words, stderr=words, env={**os.environ, **environment}
        )
        try:
            with over_http(f"http://{LOOPBACK}:{port}") as ask:
                for service in SERVICES:
                    _wait_for(lambda service=service: ready(ask, service, process), 60)
                yield ask
        finally:
            process.terminate()
            process.wait(30)


def ready(ask: Any, service: str, process: "subprocess.Popen[bytes]") -> None:
    assert process.poll() is None, "the server has ended"
    assert ask("GET", f"/{service}/health/ready", {}, None).status == 200


@contextmanager
def embedded_form(directory: Path) -> Iterator[tuple[Asking, int]]:
    """The embedded form in ``home``, its words in ``output``."""
    port = a_free_port()
    command = ["-c", "import sys; from tests.journeys import listening; listening.serve_embedded(*sys.argv[1:])"]
    with listening([*command, str(directory / "home"), str(port)], directory / "output", port) as ask:
        home = directory / "home"
        issuer = LocalIdentity.at(home / "identity", keys_dir=home / "keys").issuer
        yield Asking(ask, issuer), port


@contextmanager
def deployed_form(directory: Path, postgres_url: str, broker_url: str) -> Iterator[tuple[Asking, int]]:
    """The deployed form on a database server and a broker of its own."""
    port, issuer = a_free_port(), Issuer("operator", new_key())
    signing = {service: new_key() for service in SERVICES}
    told = []
    for service in SERVICES:
        urls = {kind: made_database(postgres_url, f"{service}_{kind}") for kind in ("log", "keys", "intake")}
        settings = Settings(
            origin=ORIGIN,
            service=service,
            database_url=urls["log"],
            reader_database_url=urls["log"],
            keys_url=urls["keys"],
            epochs=directory / "epochs" / service,
            intake_url=urls["intake"] if service == "participation" else None,
            broker_url=broker_url,
            root_key=new_key(),
            signing_key=signing[service],
            service_keys={name: public_of(key) for name, key in signing.items()},
            issuer_public_key=public_of(issuer.seed),
            peers=dict.fromkeys(SERVICES, f"http://{LOOPBACK}:{port}"),
        )
        prepare(settings)
        told.append(written(asdict(settings)))
    (directory / "settings.json").write_text(json.dumps(told), "utf-8")
    server = ["-m", "gunicorn", "--bind", f"{LOOPBACK}:{port}", "--worker-class", "gthread", "--threads", "8",
              "--workers", "1", "--no-control-socket", "--log-level", "debug", "--timeout", "120",
              "tests.journeys.listening:deployed()"]  # fmt: skip
    with listening(server, directory / "output", port, **{TOLD: str(directory / "settings.json")}) as ask:
        yield Asking(ask, issuer), port


def made_database(server_url: str, name: str) -> str:
    made = f"{name}_{uuid4().hex[:8]}"
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{made}" STRATEGY file_copy')
    return f"{server_url.rsplit('/', 1)[0]}/{made}"


def prepare(settings: Settings) -> None:
    """Make the tables, as ``speir migrate`` does."""
    from services.assembly import declared, opened  # noqa: PLC0415 - only the deployment is prepared from outside

    here = declared(settings.service)
    running = opened(here.service, place_of(settings), pool_size=1)
    create(running.log, here.service.read_models)
    running.keyring.create_tables()
    running.log.engine.dispose()
    running.log.store._engine.dispose()  # type: ignore[attr-defined]  # on PostgreSQL it has one of its own
    running.keyring.close()
    counted = allowances_of(settings)
    counted.create_tables()
    counted.close()
    if settings.intake_url:
        engine = open_database(settings.intake_url, pool_size=1)
        Intake(engine, running.keyring).create_tables()
        engine.dispose()
