"""A deployed web process is called by its own names, counts who asks beside its keys, and waits for nothing long."""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from services.deployed import web
from shared.edges.access import Issuer, new_key, public_of
from shared.edges.ceilings import EXTENSION
from shared.edges.settings import SERVICES, Settings
from shared.vocabulary.roles import AccessRole
from tests.journeys.listening import made_database, prepare

OPERATOR = Issuer("operator", new_key())
OUTSIDE, INSIDE, PUBLIC = "speir.example", "scheduling-web", "scrutiny.example"


@pytest.fixture(scope="module")
def settings(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    signing = {service: new_key() for service in SERVICES}
    urls = {kind: made_database(postgres_url, f"web_{kind}") for kind in ("log", "keys")}
    told = Settings(
        origin="demo.test",
        service="scheduling",
        database_url=urls["log"],
        reader_database_url=urls["log"],
        keys_url=urls["keys"],
        epochs=tmp_path_factory.mktemp("epochs"),
        intake_url=None,
        broker_url="amqp://nobody@nowhere.invalid/speir",
        root_key=new_key(),
        signing_key=signing["scheduling"],
        service_keys={name: public_of(key) for name, key in signing.items()},
        issuer_public_key=public_of(OPERATOR.seed),
        peers={service: f"http://{service}-web:8000" for service in SERVICES},
        hosts=(OUTSIDE,),
        public_url=f"https://{PUBLIC}",
    )
    prepare(told)
    yield told
    with psycopg.connect(postgres_url, autocommit=True) as server:
        for url in urls.values():
            server.execute(f'DROP DATABASE "{url.rsplit("/", 1)[1]}" WITH (FORCE)')


@pytest.fixture(scope="module")
def app(settings: Settings) -> Iterator[Flask]:
    made = web(settings)
    yield made
    close(made)


def close(app: Flask) -> None:
    app.extensions["speir"]["scheduling"].running.close()
    app.extensions[EXTENSION]["scheduling"].close()


@pytest.mark.parametrize(
    ("host", "status"),
    [
        (OUTSIDE, 200),
        (PUBLIC, 200),
        (f"{INSIDE}:8000", 200),
        ("127.0.0.1:8000", 200),
        ("evidence-web:8000", 400),
        ("10.0.0.7", 400),
    ],
)
def test_it_answers_to_its_own_names_alone(app: Flask, host: str, status: int):
    answer = app.test_client().get("/scheduling/v1/editions", headers={"Host": host})
    assert answer.status_code == status
    if status == 400:
        assert answer.json["type"] == "/problems/host-unknown"


def test_two_web_processes_count_the_same_callers_requests_together(app: Flask, settings: Settings):
    token = OPERATOR.mint(uuid4(), AccessRole.PLANNER, "scheduling")
    other = web(settings)
    for each in (app, other):
        sent = {"Authorization": f"Bearer {token}"}
        assert each.test_client().get("/scheduling/v1/programmes", headers=sent).status_code == 200
    close(other)
    with psycopg.connect(settings.keys_url) as keys:
        rows = keys.execute("SELECT count(*) FROM allowance").fetchone()
    assert rows == (1,)
    with psycopg.connect(settings.database_url) as log:
        assert log.execute("SELECT to_regclass('allowance')").fetchone() == (None,), "never where backups are kept"


def test_it_waits_for_a_statement_and_a_lock_as_long_as_a_request_may(app: Flask):
    running = app.extensions["speir"]["scheduling"].running
    engines = (running.log.engine, running.log.store._engine, running.keyring.engine,
               app.extensions[EXTENSION]["scheduling"]._engine)  # fmt: skip
    for engine in engines:
        with engine.connect() as tx:
            told = [tx.execute(text(f"SHOW {each}")).scalar_one() for each in ("statement_timeout", "lock_timeout")]
        assert told == ["5s", "2s"]
