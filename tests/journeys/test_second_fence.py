"""Behind the policy stands a second fence: a list that forgets whom it is for still shows rows of nobody else's."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Response
from flask.testing import FlaskClient
from sqlalchemy import Connection, Table, Uuid, func, insert, select
from sqlalchemy.exc import DBAPIError

from services.assembly import Place, all_declared, declared, opened
from services.reporting.read_models.published import published
from services.scheduling.read_models.deadlines import deadlines
from shared.edges import requests
from shared.edges.access import Issuer, Verifier, grants, new_key, public_of
from shared.edges.admitting import admitted
from shared.edges.app import create_app
from shared.edges.assignments import assignments
from shared.edges.http import Api, answered, listed
from shared.edges.requests import Serving, serving
from shared.edges.settings import SERVICES
from shared.sourcing.event_log import EventLog
from shared.sourcing.migrating import migrate, migrate_keys
from shared.sourcing.opening import open_log
from shared.sourcing.running import RunningService
from shared.vocabulary.roles import AccessRole
from tests.accounts import Roles, roles_on
from tests.team import put_on_team

ORIGIN = "demo.test"
LOG = f"{ORIGIN}/scheduling"
OURS, THEIRS = uuid4(), uuid4()
MODELS = tuple({model.name: model for each in all_declared().values() for model in each.service.read_models}.values())
FENCED = [model.table for model in MODELS if "inspection_id" in model.table.c]
OF_NO_INSPECTION = {f"{service}_{kept}" for service in SERVICES for kept in ("api_tokens", "revocations")} | {
    "calendar_feeds", "embargoed_copies", "excluded_weeks", "programmes", "publication_pauses",
    "recommendation_history", "scope_changes",
}  # fmt: skip
"""Read models whose rows name no inspection: the policy alone stands before them."""


@pytest.fixture
def roles(postgres_url: str) -> Iterator[Roles]:
    """Every read model of every service in one database, which its owner has migrated."""
    with roles_on(postgres_url) as made:
        migrate(made.urls["owner"], LOG, MODELS)
        yield made


@contextmanager
def logged(roles: Roles, account: str = "app") -> Iterator[EventLog]:
    """The log as an account; people are shown what the reader sees, on one connection, used again and again."""
    log = open_log(roles.urls[account], LOG, pool_size=1, reader_url=roles.urls["reader"])
    try:
        yield log
    finally:
        log.close()


def filled(log: EventLog) -> None:
    """A row of ours and a row of theirs in every fenced table, and one of no inspection where there can be."""
    with log.writing() as tx:
        for table in FENCED:
            for inspection in (OURS, THEIRS, None):
                if inspection is not None or table.c.inspection_id.nullable:
                    tx.execute(insert(table).values(row(table, inspection)))


def row(table: Table, inspection: UUID | None) -> dict[str, Any]:
    """Some value in every column."""
    samples: dict[type, Any] = {str: str(uuid4()), int: 1, bool: False, date: date(2026, 1, 1)}
    values = {
        str(column.name): uuid4() if isinstance(column.type, Uuid) else samples[column.type.python_type]
        for column in table.columns
    }
    return values | {"inspection_id": inspection}


def seen(tx: Connection) -> dict[str, list[Any]]:
    """The inspections whose rows a list without its narrowing sees: table → inspections."""
    return {str(table.name): list(tx.scalars(select(table.c.inspection_id))) for table in FENCED}


def counts(tx: Connection) -> dict[str, int]:
    return {str(table.name): tx.execute(select(func.count()).select_from(table)).scalar_one() for table in FENCED}


WHOLE = {str(table.name): 3 if table.c.inspection_id.nullable else 2 for table in FENCED}
NONE = dict.fromkeys(WHOLE, 0)


def test_every_read_model_that_names_an_inspection_is_fenced() -> None:
    assert {model.name for model in MODELS} - OF_NO_INSPECTION == {table.name.rpartition("_v")[0] for table in FENCED}


def test_who_says_nothing_is_shown_nothing_and_who_says_one_inspection_its_rows(roles: Roles) -> None:
    with logged(roles) as log:
        filled(log)
        with log.shown(frozenset()) as tx:
            assert counts(tx) == NONE
        with log.shown({OURS}) as tx:
            assert seen(tx) == {name: [OURS] for name in WHOLE}
        with log.shown({OURS, THEIRS}) as tx:
            assert counts(tx) == dict.fromkeys(WHOLE, 2)
        with log.shown({uuid4()}) as tx:
            assert counts(tx) == NONE
        with log.shown(None) as tx:
            assert counts(tx) == WHOLE
    with logged(roles, "reader") as log, log.reading() as tx:
        assert counts(tx) == NONE


def test_what_one_transaction_may_be_shown_the_next_on_its_connection_is_not(roles: Roles) -> None:
    with logged(roles) as log:
        filled(log)
        with log.shown(None) as tx:
            assert counts(tx) == WHOLE
            connection = tx.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with pytest.raises(ZeroDivisionError), log.shown({THEIRS}):
            raise ZeroDivisionError
        with log.store._reader.connect() as tx:  # type: ignore[attr-defined]  # the connection, with nothing said on it
            assert tx.exec_driver_sql("SELECT pg_backend_pid()").scalar_one() == connection
            assert not tx.exec_driver_sql("SELECT current_setting('speir.inspections', true)").scalar_one()
            assert counts(tx) == NONE
        with log.shown({OURS}) as tx:
            assert tx.exec_driver_sql("SELECT pg_backend_pid()").scalar_one() == connection
            assert seen(tx) == {name: [OURS] for name in WHOLE}


def test_what_is_shown_cannot_be_changed_on_the_way(roles: Roles) -> None:
    with logged(roles) as log:
        filled(log)
        with pytest.raises(DBAPIError, match="read-only transaction"), log.shown(None) as tx:
            tx.exec_driver_sql(f"DELETE FROM {deadlines.table.name}")  # noqa: S608 - the tests' own statement


def test_whoever_writes_and_rebuilds_is_not_hindered_and_the_owner_sees_no_row(roles: Roles) -> None:
    with logged(roles) as log:
        filled(log)
        with log.reading() as tx:
            assert counts(tx) == WHOLE
    with logged(roles, "projector") as log, log.reading() as tx:
        assert counts(tx) == WHOLE
    with psycopg.connect(roles.urls["owner"]) as owner:
        for name in WHOLE:
            assert owner.execute(f"SELECT count(*) FROM {name}").fetchone() == (0,)  # noqa: S608 - a table's own name


def test_a_fenced_read_model_is_rebuilt_from_the_log(roles: Roles, tmp_path: Path) -> None:
    with served(roles, tmp_path) as here:
        put_on_team(here.running, uuid4(), AccessRole.INSPECTOR, OURS)
        put_on_team(here.running, uuid4(), AccessRole.INSPECTOR, THEIRS)
    with logged(roles, "projector") as log:
        with log.snapshot() as tx:
            events = list(log.appended(tx))
        with log.engine.begin() as tx:
            assert assignments.rebuild(tx, events) == 2
        with log.shown({OURS}) as tx:
            assert [each["inspection_id"] for each in assignments.live(tx)] == [OURS]


def test_migrating_again_closes_every_hole_in_the_fence(roles: Roles) -> None:
    name = deadlines.table.name
    with logged(roles) as log:
        filled(log)
    with psycopg.connect(roles.urls["owner"], autocommit=True) as owner:
        owner.execute(f"CREATE POLICY hole ON {name} FOR SELECT USING (true)")
        owner.execute(f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY")
        assert owner.execute(f"SELECT count(*) FROM {name}").fetchone() == (2,)  # noqa: S608 - a table's own name
    for _ in range(2):
        migrate(roles.urls["owner"], LOG, MODELS)
    with logged(roles, "reader") as log, log.reading() as tx:
        assert counts(tx) == NONE
    with psycopg.connect(roles.urls["owner"]) as owner:
        assert owner.execute(f"SELECT count(*) FROM {name}").fetchone() == (0,)  # noqa: S608 - a table's own name


def test_what_was_said_is_asked_once_a_statement(roles: Roles) -> None:
    with logged(roles) as log, log.shown({OURS}) as tx:
        plan = "\n".join(tx.exec_driver_sql(f"EXPLAIN SELECT * FROM {deadlines.table.name}").scalars())  # noqa: S608 - a table's own name
    filtering = [line for line in plan.splitlines() if "Filter:" in line]
    assert filtering
    assert not [line for line in filtering if "current_setting" in line], plan
    assert "InitPlan" in plan


def forgetful() -> Api:
    """Routes that are gated as scheduling's own of these names are, and forget whose rows they are to show."""
    api = Api("scheduling")

    @api.asks("/forgotten", listed=True)
    def list_deadlines() -> Response:
        """A list without its WHERE."""
        return listed(serving("scheduling").running, deadlines, [], requests.page_wanted())

    @api.asks("/miscounted", listed=True)
    def list_activities() -> Response:
        """Counts without their WHERE."""
        with serving("scheduling").running.log.shown(admitted().allowed.inspections) as tx:
            return answered(counts(tx))

    return api


@dataclass
class Served:
    """A service as deployed, with the app's and the reader's accounts."""

    running: RunningService
    client: FlaskClient
    issuer: Issuer

    def get(self, path: str, role: AccessRole | None = None, who: UUID | None = None) -> Any:
        token = role and self.issuer.mint(who or uuid4(), role, self.running.name)
        return self.client.get(path, headers={"Authorization": f"Bearer {token}"} if token else {})


@contextmanager
def served(roles: Roles, directory: Path, *, service: str = "scheduling", api: Api | None = None) -> Iterator[Served]:
    issuer, signing, keys_url = Issuer("operator", new_key()), new_key(), f"sqlite:///{directory}/keys.db"
    place = Place(
        origin=ORIGIN,
        database_url=roles.urls["app"],
        reader_database_url=roles.urls["reader"],
        keys_url=keys_url,
        epochs=directory,
        root_key=new_key(),
        signing_key=signing,
    )
    migrate_keys(keys_url)
    here = declared(service)
    running = opened(here.service, place, pool_size=2)
    verifier = Verifier(
        {"operator": public_of(issuer.seed)}, service, roles_by_issuer=grants("operator", [], real=False)
    )
    app = create_app([(api or here.api, Serving(running, verifier, signing))])
    try:
        yield Served(running, app.test_client(), issuer)
    finally:
        running.close()


def test_a_list_that_forgot_its_where_shows_no_row_of_anybody_elses_inspection(roles: Roles, tmp_path: Path) -> None:
    lead, stranger = uuid4(), uuid4()
    with served(roles, tmp_path, api=forgetful()) as here:
        filled(here.running.log)
        put_on_team(here.running, lead, AccessRole.LEAD, OURS)
        found = {
            who: {each["inspection_id"] for each in here.get("/scheduling/v1/forgotten", role, who).json["items"]}
            for who, role in ((lead, AccessRole.LEAD), (stranger, AccessRole.LEAD), (uuid4(), AccessRole.PLANNER))
        }
        assert list(found.values()) == [{str(OURS)}, set(), {str(OURS), str(THEIRS)}]
        counted = here.get("/scheduling/v1/miscounted", AccessRole.LEAD, lead).json
        assert counted == dict.fromkeys(WHOLE, 1) | {"assignments_v1": 2, "teams_v2": 2}
        assert here.get("/scheduling/v1/miscounted", AccessRole.LEAD, stranger).json == NONE


def test_what_was_just_done_is_in_the_list(roles: Roles, tmp_path: Path) -> None:
    lead, member = uuid4(), uuid4()
    with served(roles, tmp_path) as here:
        put_on_team(here.running, lead, AccessRole.LEAD, OURS)
        put_on_team(here.running, member, AccessRole.INSPECTOR, THEIRS)
        got = here.get(f"/scheduling/v1/inspections/{OURS}/team", AccessRole.LEAD, lead)
        assert [each["person_id"] for each in got.json["items"]] == [str(lead)]
        assert here.get(f"/scheduling/v1/inspections/{THEIRS}/team", AccessRole.LEAD, lead).status_code == 404


def test_what_is_published_is_shown_to_everybody(postgres_url: str, tmp_path: Path) -> None:
    with roles_on(postgres_url) as roles:
        migrate(roles.urls["owner"], f"{ORIGIN}/reporting", declared("reporting").service.read_models)
        with served(roles, tmp_path, service="reporting") as here:
            with here.running.log.writing() as tx:
                table = published.table
                tx.execute(insert(table).values(row(table, THEIRS) | {"councils": "S12000014", "form": "report"}))
            got = here.get("/reporting/v1/reports")
            assert [each["inspection_id"] for each in got.json["items"]] == [str(THEIRS)]
            assert here.get("/reporting/v1/reports/page").status_code == 200


def test_a_service_whose_reader_is_not_let_in_is_not_ready(roles: Roles, postgres_url: str, tmp_path: Path) -> None:
    name = f"{roles.prefix}_reader"
    with served(roles, tmp_path) as here, psycopg.connect(postgres_url, autocommit=True) as server:
        assert here.get("/scheduling/health/ready").status_code == 200
        server.execute(f"ALTER ROLE {name} NOLOGIN")
        server.execute("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE usename = %s", (name,))
        assert here.get("/scheduling/health/ready").status_code == 503
        assert here.get("/scheduling/v1/deadlines", AccessRole.PLANNER).status_code == 503
        server.execute(f"ALTER ROLE {name} LOGIN")
        assert here.get("/scheduling/health/ready").status_code == 200
