"""A database that is away makes a service say so, lose nothing, and go on by itself once it is back."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import psycopg
import pytest

from services.assembly import Place, declared, opened
from services.participation.commands import OfferWaysToTakePart
from shared.edges.access import Issuer, Verifier, grants, new_key, public_of
from shared.edges.app import create_app
from shared.edges.intake import Intake
from shared.edges.requests import Serving
from shared.sealing.databases import open_database
from shared.sourcing.opening import create
from shared.sourcing.running import RunningService
from shared.sourcing.service import Cause
from shared.vocabulary.areas import area_of
from shared.vocabulary.identity import InspectionId
from shared.vocabulary.participation import ParticipationMode
from shared.vocabulary.roles import AccessRole
from tests.journeys.everything import Answer, Asking, in_process
from tests.team import put_on_team


@dataclass
class Away:
    """Scheduling and participation as deployed, on databases that can be taken away and brought back."""

    server: str
    names: dict[str, str]
    asking: Asking
    running: RunningService

    def joins(self, inspection: UUID) -> None:
        """An inspector and its lead work on an inspection, and participation has heard so."""
        for role in (AccessRole.INSPECTOR, AccessRole.LEAD):
            put_on_team(self.running, self.asking.id(f"person/{role}/"), role, inspection)

    def take(self, which: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as server:
            server.execute(f'ALTER DATABASE "{self.names[which]}" ALLOW_CONNECTIONS false')
            end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            server.execute(end, (self.names[which],))

    def bring_back(self, which: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as server:
            server.execute(f'ALTER DATABASE "{self.names[which]}" ALLOW_CONNECTIONS true')


@pytest.fixture(scope="module")
def away(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Away]:
    names = {which: f"away_{which}_{uuid4().hex}" for which in ("log", "keys", "intake")}
    urls = {which: f"{postgres_url.rsplit('/', 1)[0]}/{name}" for which, name in names.items()}
    with psycopg.connect(postgres_url, autocommit=True) as server:
        for name in names.values():
            server.execute(f'CREATE DATABASE "{name}"')
    issuer, signing = Issuer("operator", new_key()), new_key()
    here = declared("participation")
    place = Place(origin="demo.test", database_url=urls["log"], keys_url=urls["keys"], root_key=new_key(),
                  epochs=tmp_path_factory.mktemp("epochs"), signing_key=signing)  # fmt: skip
    running = opened(here.service, place, pool_size=2)
    create(running.log, here.service.read_models)
    running.keyring.create_tables()
    intake = Intake(open_database(urls["intake"], pool_size=2), running.keyring)
    intake.create_tables()
    verifier = Verifier({"operator": public_of(issuer.seed)}, "participation",
                        roles_by_issuer=grants("operator", [], real=False))  # fmt: skip
    app = create_app([(here.api, Serving(running, verifier, signing))])
    app.extensions["speir.intake"] = intake
    yield Away(postgres_url, names, Asking(in_process(app), issuer), running)
    for engine in (running.log.engine, running.log.store._engine, running.keyring.engine, intake._engine):  # type: ignore[attr-defined]
        engine.dispose()
    with psycopg.connect(postgres_url, autocommit=True) as server:
        for name in names.values():
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def talk(away: Away, conversation: object, key: str) -> Answer:
    how = {"mode": "one_to_one", "channel": "video", "contributor": "young_person"}
    body = {"inspection_id": str(away.asking.id("inspection_id")), **how}
    return away.asking.post(f"/participation/v1/conversations/{conversation}", "inspector", body, Idempotency_Key=key)


def raised(away: Away, concern: object, key: str) -> Answer:
    body = {"inspection_id": str(away.asking.id("inspection_id")), "kind": "child", "urgency": "welfare",
            "words": "words", "can_be_contacted": False}  # fmt: skip
    return away.asking.post(f"/participation/v1/concerns/{concern}", "inspector", body, Idempotency_Key=key)


def unavailable(got: Answer) -> None:
    assert (got.status, got.headers["content-type"]) == (503, "application/problem+json"), got.content
    said = got.json
    assert said["type"] == "/problems/unavailable"
    assert "same Idempotency-Key" in said["title"]
    assert int(got.headers["retry-after"]) > 0


@pytest.mark.parametrize("which", ["log", "keys"])
def test_a_database_that_is_away_is_said_to_be_and_the_same_request_is_answered_once_it_is_back(away: Away, which: str):
    concern, key, ready = uuid4(), str(uuid4()), "/participation/health/ready"
    away.joins(away.asking.id("inspection_id"))
    assert raised(away, uuid4(), str(uuid4())).status == 201
    away.asking.ids["inspection_id"] = uuid4()  # whose key no process has in memory
    away.joins(away.asking.ids["inspection_id"])
    before = len(away.asking.get("/participation/v1/concerns?limit=200", "lead").json["items"])
    assert away.asking.open("GET", ready, {}, None).status == 200  # and the key that this takes is in memory now
    away.take(which)
    try:
        for _ in range(4):
            unavailable(raised(away, concern, key))
        assert away.asking.open("GET", "/participation/health/live", {}, None).status == 200
        unavailable(away.asking.open("GET", ready, {}, None))
        if which == "log":
            unavailable(away.asking.get("/participation/v1/concerns", "lead"))
            unavailable(away.asking.get(f"/participation/v1/concerns/{concern}", "lead"))
            unavailable(away.asking.get("/participation/v1/concerns", "planner"))
            unavailable(talk(away, uuid4(), str(uuid4())))
    finally:
        away.bring_back(which)
    assert away.asking.open("GET", ready, {}, None).status == 200
    assert raised(away, concern, key).status == 201
    again = raised(away, concern, key)
    assert (again.status, again.headers["idempotency-replayed"]) == (201, "true")
    assert len(away.asking.get("/participation/v1/concerns?limit=200", "lead").json["items"]) == before + 1


@pytest.mark.parametrize(("which", "table"), [("log", "log_head"), ("keys", "key")])
def test_a_database_that_keeps_silent_is_noticed_while_it_does(away: Away, which: str, table: str):
    ready, name = "/participation/health/ready", away.names[which]
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"
    assert away.asking.open("GET", ready, {}, None).status == 200
    with psycopg.connect(f"{away.server.rsplit('/', 1)[0]}/{name}") as other:
        other.execute(f"LOCK TABLE {table}")
        for _ in range(5):
            unavailable(away.asking.open("GET", ready, {}, None))
        assert away.asking.open("GET", "/participation/health/live", {}, None).status == 200
        with psycopg.connect(away.server) as server:
            (count,) = server.execute(waiting, (name,)).fetchone()
    assert 1 <= count <= 3, "the answer came before the database's, and whoever asks again does not wait as well"
    assert away.asking.open("GET", ready, {}, None).status == 200


def test_an_answer_that_cannot_be_kept_is_not_said_to_be_received(away: Away):
    inspection, survey = uuid4(), uuid4()
    offered = OfferWaysToTakePart(
        inspection_id=InspectionId(inspection),
        area=area_of(["S12000014"]),
        modes=(ParticipationMode.SURVEY,),
        channels=(),
        volunteer_on_request=False,
        supporter_welcome=True,
    )
    away.running.handle(offered, Cause(None, "service", "inspect", uuid4()))
    away.joins(inspection)
    away.asking.does(f"/participation/v1/inspections/{inspection}/signposting", "operator", numbers=2)
    asked = {"inspection_id": str(inspection), "asks": "child", "questions": "children-1"}
    away.asking.does(f"/participation/v1/surveys/{survey}", "lead", **asked)
    path, said = f"/participation/v1/surveys/{survey}/answers", b'{"answers": {"q1": "words"}}'
    away.take("intake")
    try:
        unavailable(away.asking.open("POST", path, {"Content-Type": "application/json"}, said))
    finally:
        away.bring_back("intake")
    assert away.asking.open("POST", path, {"Content-Type": "application/json"}, said).status == 202
