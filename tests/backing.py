"""The real databases and broker that tests run on: from the environment's URLs, else from containers, else left out."""

import os
import re
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

POSTGRES, BROKER = "SPEIR_TEST_POSTGRES_URL", "SPEIR_TEST_BROKER_URL"
LEFT_OUT = re.compile(r"no (\w+): neither a URL")
"""Finds what a run had to do without among the reasons for skipping; the closing line names it."""


def _engine_answers() -> bool:
    found = subprocess.run(["docker", "info"], capture_output=True, check=False) if _has_docker() else None  # noqa: S607
    return found is not None and found.returncode == 0


def _has_docker() -> bool:
    return any((Path(part) / "docker").exists() for part in os.environ["PATH"].split(os.pathsep))


def _without(what: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI runs everything, and there is no {what}")
    pytest.skip(f"no {what}: neither a URL in the environment nor a Docker engine")


def _container(image: str, port: int, environment: dict[str, str]):
    os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")
    os.environ.setdefault("TESTCONTAINERS_CONNECTION_MODE", "docker_host")
    from testcontainers.core.container import DockerContainer  # noqa: PLC0415 - only where an engine answers

    container = DockerContainer(image)
    container.ports[f"{port}/tcp"] = ("127.0.0.1", None)  # nobody else's business on a shared machine
    for name, value in environment.items():
        container = container.with_env(name, value)
    return container


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server on which databases may be made: ``postgresql://user:password@host:port/database``."""
    if url := os.environ.get(POSTGRES):
        yield url
        return
    if not _engine_answers():
        _without("PostgreSQL")
    secret = uuid.uuid4().hex
    with _container("postgres:17", 5432, {"POSTGRES_USER": "speir", "POSTGRES_PASSWORD": secret}) as server:
        url = f"postgresql://speir:{secret}@127.0.0.1:{server.get_exposed_port(5432)}/speir"
        _wait_for(lambda: psycopg.connect(url, connect_timeout=2).close())
        yield url


@pytest.fixture(scope="session")
def broker_url() -> Iterator[str]:
    """A RabbitMQ with the right to declare anything: ``amqp://user:password@host:port//``."""
    if url := os.environ.get(BROKER):
        yield url
        return
    if not _engine_answers():
        _without("RabbitMQ")
    secret = uuid.uuid4().hex
    environment = {"RABBITMQ_DEFAULT_USER": "speir", "RABBITMQ_DEFAULT_PASS": secret}
    with _container("rabbitmq:4-management", 5672, environment) as server:
        url = f"amqp://speir:{secret}@127.0.0.1:{server.get_exposed_port(5672)}//"
        _wait_for(lambda: _connects(url))
        yield url


def _connects(url: str) -> None:
    from kombu.connection import Connection  # noqa: PLC0415 - only where a broker is used

    with Connection(url, connect_timeout=2) as connection:
        connection.connect()


def _wait_for(ready, within_s: float = 90) -> None:
    until = time.monotonic() + within_s
    while True:
        try:
            ready()
        except Exception:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[str]:
    """The URL of a new, empty database."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        yield f"{postgres_url.rsplit('/', 1)[0]}/{name}"
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new database of each kind that a log may live in."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/log.db"
    url: str = request.getfixturevalue("postgres_database")
    return url
