"""Words told in confidence stand nowhere in the clear: not in a file, a log, a message, nor in any refusal."""

import json
import socket
import sqlite3
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args, get_type_hints
from urllib.parse import quote
from uuid import uuid4

import psycopg
import pytest
from kombu.connection import Connection

from docs.declared import api
from services.embedded import LOOPBACK
from services.participation.commands import TakeInAnswers
from services.reporting.commands import Action, GiveEmbargoedCopy
from shared.edges.app import parts_of
from shared.edges.settings import SERVICES
from shared.messages import Words
from tests import backing
from tests.journeys.everything import Asking, publish, up_to_publication
from tests.journeys.listening import deployed_form, embedded_form
from tests.journeys.sweeping import files_in, files_of, forms_of, found, new_marker, said_by

TO_BE_PUBLISHED = {
    "DraftReport.title",
    "DraftReport.content",
    "AttachAccessibleVersion.content",
    "IssueRecommendation.text",
    "IssueRecommendation.owners",
}
PGDATA, BROKER_FILES, BROKER_LOGS = "/var/lib/postgresql/data", "/var/lib/rabbitmq", "/var/log/rabbitmq"


@dataclass
class Planted:
    """Two markers: one in whatever is told in confidence or refused, one in what is to be published."""

    private: str = field(default_factory=new_marker)
    public: str = field(default_factory=new_marker)
    fields: set[str] = field(default_factory=set)

    def words(self, name: str) -> str:
        self.fields.add(name)
        return f"{self.public if name in TO_BE_PUBLISHED else self.private} of {name}"


def confidential_fields() -> set[str]:
    """Every field of words of every command that people may give."""
    commands = {each for service in SERVICES for part in parts_of(api(service)) for each in part.commands.values()}
    return {
        f"{command.__name__}.{name}"
        for command in [*commands, TakeInAnswers, GiveEmbargoedCopy, Action]
        for name, hint in get_type_hints(command).items()
        if hint is Words or Words in get_args(hint)
    }


def refuse_everything(asking: Asking, marker: str, port: int) -> None:
    """Plant the marker wherever a request has room for it, in requests that are refused."""
    said = f"{marker} said"
    coded, path = quote(said), f"/participation/v1/concerns/{uuid4()}"
    bodies: list[object] = [said, [said], {said: 1}, {"words": [said]}, {"kind": said}, {"surprise": said}]
    bodies += [{"words": said}, {"inspection_id": said, "words": said, "can_be_contacted": said}]
    raw = [f'{{"words": "{said}'.encode(), said.encode(), f'{{"{said}": 1, "{said}": 2}}'.encode(),
           f'{{"words": "{said}\\u0000"}}'.encode(), said.encode("utf-16")]  # fmt: skip
    for body in [*bodies, *raw]:
        for where in (path, "/reporting/v1/reports/" + str(uuid4()) + "/drafts", "/scheduling/v1/excluded-weeks"):
            assert asking.post(where, "lead", body).status in (400, 403, 422)
    odd = {"User-Agent": said, "X-Request-ID": said, "Referer": f"https://{marker}.example/", "Cookie": f"a={said}",
           "X-Forwarded-For": said, "Accept-Language": said, "Accept": said, "If-Match": said}  # fmt: skip
    for service in SERVICES:
        for headers in ({**odd}, {**odd, "Authorization": f"Bearer {said}"}, {"Authorization": said}):
            for shown in (f"/{service}/v1/lag", f"/{service}/v1/{coded}", f"/{service}/{coded}?{coded}={coded}"):
                asking.ask("GET", shown, {**asking.bearer("operator"), **headers})
    for question in (f"cursor={coded}", f"limit={coded}", f"inspection_id={coded}", f"{coded}={coded}"):
        asking.get(f"/evidence/v1/returns?{question}", "lead")
    for query in (f"as_of={coded}", f"as_of=version:{coded}"):
        assert asking.get(f"/scheduling/v1/inspections/{asking.id('inspection_id')}?{query}", "lead").status == 400
    asking.post("/scheduling/v1/excluded-weeks", "planner", {}, Idempotency_Key=said, If_Match=said)
    asking.post("/scheduling/v1/excluded-weeks", "planner", said.encode(), Content_Type=f"text/{marker}")
    survey = f"/participation/v1/surveys/{asking.id('survey_id')}/answers"
    for answers in ({"answers": {"q": said}}, {"answers": {said: said * 900}}, {said: said}):
        content = json.dumps(answers).encode()
        assert asking.ask("POST", survey, {"Content-Type": "application/json", **odd}, content).status in (409, 422)
    refuse_domain(asking, said)
    garble(marker, port)


def refuse_domain(asking: Asking, said: str) -> None:
    """Words that are understood, and refused by what is decided."""
    returned = f"/evidence/v1/returns/{asking.id('return_id')}/submissions"
    personal = {"columns": [f"surname {said}", "date of birth"], "rows": 1, "digest": "ab" * 32, "words": 1}
    assert asking.post(returned, "partnership_contact", personal).status in (409, 422)
    raised = {"inspection_id": str(asking.id("inspection_id")), "kind": "child", "urgency": "welfare", "words": said,
              "identity": said, "can_be_contacted": True}  # fmt: skip
    again = f"/participation/v1/concerns/{asking.id('concern_id')}"
    assert asking.post(again, "inspector", raised).status == 409
    assert asking.post(again, "planner", raised).status == 404
    who = {"name": said, "home_area": "S12000014"}
    assert asking.post(f"/scheduling/v1/team-members/{asking.id('person_id')}", "planner", who).status == 409
    views = {"views": said, "designation": said}
    assert asking.post(f"/participation/v1/conversations/{uuid4()}/views", "inspector", views).status == 404
    key = str(uuid4())
    talk = {"inspection_id": str(asking.id("inspection_id")), "mode": "one_to_one", "channel": "video",
            "contributor": "young_person"}  # fmt: skip
    path = f"/participation/v1/conversations/{uuid4()}"
    assert asking.post(path, "inspector", talk, Idempotency_Key=key).status == 201
    assert asking.post(path, "inspector", {**talk, "supporter": said}, Idempotency_Key=key).status == 422


def garble(marker: str, port: int) -> None:
    """Send what is not even HTTP."""
    for garbled in (
        f"{marker} / HTTP/1.1\r\n\r\n",
        f"GET /{marker} {marker}\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: x\r\n{marker} no colon\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: {marker}\r\nContent-Length: {marker}\r\n\r\n",
        f"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: {marker}\r\n\r\n{marker}",
        f"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{marker}\r\n",
        f"GET /scheduling/v1/lag HTTP/1.1\r\nHost: x\r\nX-A: {marker * 4000}\r\n\r\n",
    ):
        with socket.create_connection((LOOPBACK, port), timeout=5) as line, suppress(OSError):
            line.sendall(garbled.encode())
            line.shutdown(socket.SHUT_WR)
            while line.recv(65_536):
                pass


def keep_refusals(asking: Asking, into: Path) -> None:
    """Write down what came back with every refusal."""
    with into.open("wb") as file:
        for got in asking.refused:
            file.write(json.dumps([got.status, *dict(got.headers).items()]).encode() + got.content + b"\n")


def sweep_files(directory: Path, marker: str) -> list[str]:
    return found(marker, files_in(directory))


@pytest.fixture
def planted() -> Planted:
    return Planted()


def test_every_field_that_is_confidential_is_known():
    named = confidential_fields()
    assert len(named) > 20
    assert {"RaiseConcern.identity", "SubmitReturn.columns", "TakeInAnswers.answers"} <= named


def journey(asking: Asking, port: int, planted: Planted, directory: Path, look: Callable[[str], list[str]]) -> None:
    """Everything that can happen, and a look before and after a report is published."""
    up_to_publication(asking, planted.words)
    refuse_everything(asking, planted.private, port)
    keep_refusals(asking, directory / "refusals")
    assert len(asking.refused) > 50
    assert look(planted.public) == []
    publish(asking, planted.words)
    assert confidential_fields() <= planted.fields
    asking.settles()
    assert look(planted.private) == []


def test_the_embedded_form_keeps_and_says_no_words_in_the_clear(tmp_path: Path, planted: Planted):
    with embedded_form(tmp_path) as (asking, port):
        journey(asking, port, planted, tmp_path, lambda marker: sweep_files(tmp_path, marker))
        told = sweep_files(tmp_path, planted.public)
        assert any(hit.startswith("home/data/reporting.db") for hit in told)
        assert any(hit.startswith("home/data/scheduling.db") for hit in told), "scheduling heard of the report"
        assert not any(hit.startswith(("home/keys", "home/identity", "output", "refusals")) for hit in told)
    assert sweep_files(tmp_path, planted.private) == [], "nor once everything was closed"
    lines = [json.loads(line) for line in (tmp_path / "output").read_bytes().splitlines()]
    assert any(line["logger"].startswith("sqlalchemy.engine") for line in lines), "nobody said anything"


@dataclass
class Containers:
    """A database server and a broker of this test's own, whose files can be looked at."""

    postgres: str
    broker: str
    postgres_url: str
    broker_url: str


@pytest.fixture(scope="module")
def containers() -> Iterator[Containers]:
    if not backing._engine_answers():
        backing._without("Docker engine whose files can be swept")
    secret = uuid4().hex
    database = {"POSTGRES_USER": "speir", "POSTGRES_PASSWORD": secret}
    bus = {"RABBITMQ_DEFAULT_USER": "speir", "RABBITMQ_DEFAULT_PASS": secret}
    with (
        backing._container("postgres:17", 5432, database) as postgres,
        backing._container("rabbitmq:4-management", 5672, bus) as broker,
    ):
        made = Containers(
            postgres.get_wrapped_container().id,
            broker.get_wrapped_container().id,
            f"postgresql://speir:{secret}@127.0.0.1:{postgres.get_exposed_port(5432)}/speir",
            f"amqp://speir:{secret}@127.0.0.1:{broker.get_exposed_port(5672)}//",
        )
        backing._wait_for(lambda: psycopg.connect(made.postgres_url, connect_timeout=2).close())
        backing._wait_for(lambda: backing._connects(made.broker_url))
        yield made


def sweep_all(containers: Containers, directory: Path, marker: str) -> list[str]:
    """Look in the servers' own files, in what they say, and in what the services say."""
    with psycopg.connect(containers.postgres_url, autocommit=True) as server:
        server.execute("CHECKPOINT")
    for name, container in (("postgres.said", containers.postgres), ("broker.said", containers.broker)):
        said_by(container, directory / name)
    return [
        *(f"postgres {hit}" for hit in found(marker, files_of(containers.postgres, PGDATA))),
        *(f"broker {hit}" for hit in found(marker, files_of(containers.broker, BROKER_FILES))),
        *(f"broker logs {hit}" for hit in found(marker, files_of(containers.broker, BROKER_LOGS))),
        *sweep_files(directory, marker),
    ]


def test_the_deployed_form_keeps_and_says_no_words_in_the_clear(
    tmp_path: Path, planted: Planted, containers: Containers
):
    with deployed_form(tmp_path, containers.postgres_url, containers.broker_url) as (asking, port):
        journey(asking, port, planted, tmp_path, lambda marker: sweep_all(containers, tmp_path, marker))
        told = sweep_all(containers, tmp_path, planted.public)
        for where in ("postgres data/base/", "postgres data/pg_wal/", "broker rabbitmq/"):
            assert any(hit.startswith(where) for hit in told), (where, told)
        apart = [
            hit for hit in told if not hit.startswith(("postgres data/base/", "postgres data/pg_wal/", "broker r"))
        ]
        assert apart == []
    assert sweep_files(tmp_path, planted.private) == [], "nor in what was said at the end"
    said = (tmp_path / "output").read_bytes()
    assert all(f'"logger":"{each}'.encode() in said for each in ("sqlalchemy.engine", "gunicorn.error", "amqp")), said[
        :999
    ]


def test_a_marker_is_found_in_each_kind_of_place(tmp_path: Path, containers: Containers):
    marker = new_marker()
    with psycopg.connect(containers.postgres_url, autocommit=True) as server:
        server.execute("CREATE TABLE IF NOT EXISTS control (said text)")
        server.execute("INSERT INTO control VALUES (%s)", (marker,))
        with suppress(psycopg.Error):
            server.execute(f"SELECT '{marker}' FROM nowhere")  # noqa: S608 - the marker is our own, and the table does not exist
    with Connection(containers.broker_url) as broker:
        channel = broker.channel()
        channel.queue_declare("control", durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
        channel.basic_publish(channel.prepare_message(marker.encode(), properties={"delivery_mode": 2}), "", "control")
        channel.queue_declare("control", passive=True)
    with suppress(OSError, Exception), Connection(containers.broker_url.replace("speir:", f"{marker}:")) as stranger:
        stranger.connect()
    hits = sweep_all(containers, tmp_path, marker)
    for where in ("postgres data/base/", "postgres data/pg_wal/", "broker rabbitmq/", "broker logs ", "postgres.said"):
        assert any(hit.startswith(where) for hit in hits), (where, hits)


def test_a_marker_is_found_in_each_form_and_across_the_parts_of_a_file(tmp_path: Path):
    marker = new_marker()
    plain = f"before {marker} after".encode()
    for name, looks in forms_of(marker).items():
        for size in (0, 1024 * 1024 - 7):
            (tmp_path / "planted").write_bytes(b"\0" * size + looks + b"\0")
            assert f"planted: {name}" in sweep_files(tmp_path, marker)
    for before in range(6):
        (tmp_path / "planted").write_bytes(b64encode(b"x" * before + plain))
        assert [hit for hit in sweep_files(tmp_path, marker) if "base64" in hit]
    (tmp_path / "planted").write_bytes(plain.replace(b"7", b"8").replace(b"a", b"b"))
    assert sweep_files(tmp_path, marker) == []


def test_a_marker_is_found_in_a_sqlite_file_and_in_its_log(tmp_path: Path):
    marker = new_marker()
    with closing(sqlite3.connect(tmp_path / "control.db")) as file:
        file.execute("PRAGMA journal_mode=WAL")
        file.execute("CREATE TABLE control (said TEXT)")
        file.execute("INSERT INTO control VALUES (?)", (marker,))
        file.commit()
        assert sweep_files(tmp_path, marker) == ["control.db-wal: UTF-8"]
    assert sweep_files(tmp_path, marker) == ["control.db: UTF-8"]
