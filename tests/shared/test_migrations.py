"""A database is brought to what a service needs, all or nothing; its roles may do what they are for and no more."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import orjson
import psycopg
import pytest
from alembic import command
from alembic.util import CommandError
from sqlalchemy import Column, Connection, Text, func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from shared.contracts.scheduling import PartnerInvited
from shared.messages import Place, event_type_of
from shared.sealing.databases import WRITING, open_database
from shared.sealing.keyring import Keyring
from shared.sourcing import codec, due, idempotency, telling
from shared.sourcing.event_log import EventLog
from shared.sourcing.hearing import Hearing
from shared.sourcing.idempotency import RequestKey
from shared.sourcing.leases import Lease
from shared.sourcing.migrating import migrate, migrate_keys, on_read_models, on_the_log
from shared.sourcing.migrations import configured
from shared.sourcing.opening import create, open_log
from shared.sourcing.read_models import Put, ReadModel
from shared.sourcing.recording import entry, nothing_to_seal
from shared.sourcing.running import RunningService
from shared.sourcing.sequencer import Sequencer
from shared.sourcing.service import Cause, Policies, Service
from shared.sourcing.session_tables import session_tables
from shared.sourcing.store import Append
from shared.sourcing.tables import event, ledger, log_head, relayed, tables
from shared.vocabulary.bodies import ScrutinyBody
from shared.vocabulary.identity import InspectionId
from tests.accounts import Roles, roles_on
from tests.shared.samples import OpenJar, PutThings, ThingPut, jar, jars

ORIGIN = "test.speir/kitchen"
DENIED, NEVER_CHANGED = "42501", "SP002"
LOG = tuple(tables.tables)
BESIDE = tuple(session_tables.tables)

partners = ReadModel("kitchen_partners", Column("partner", Text, primary_key=True))
policies = Policies()


@partners.on
def partner_invited(fact: PartnerInvited) -> Put:
    """A row a partner."""
    return partners.put(partner=fact.partner.value)


@policies.whenever
def a_thing_is_put(fact: ThingPut) -> Iterator[OpenJar]:
    """A jar that things are put into is opened."""
    yield OpenJar(jar_id=fact.jar_id)


kitchen = Service(
    name="kitchen", aggregates=(jar,), read_models=(jars, partners), policies=policies, hears=("scheduling",)
)
MODELS = kitchen.read_models


def cause() -> Cause:
    return Cause(actor=uuid4(), role="lead", purpose="test", correlation=uuid4())


@contextmanager
def logged(url: str) -> Iterator[EventLog]:
    log = open_log(url, ORIGIN)
    try:
        yield log
    finally:
        log.close()


@contextmanager
def changing(url: str) -> Iterator[Connection]:
    """A transaction on the database, as whoever the URL names."""
    engine = open_database(url, pool_size=1)
    try:
        with engine.connect().execution_options(**{WRITING: True}) as tx, tx.begin():
            yield tx
    finally:
        engine.dispose()


def appended(log: EventLog) -> None:
    """One event, sequenced."""
    fact = ThingPut(jar_id=uuid4(), count=1, note=None)
    made = entry(uuid4(), fact, cause(), None, nothing_to_seal)
    with log.writing() as tx:
        log.append(tx, [Append(f"jar/{fact.jar_id}", str(fact.jar_id), 0, (made,))])
    Sequencer(log).drain()


def catalogue(url: str) -> set[tuple[object, ...]]:
    """Everything that a database says of the log's tables: columns, constraints, indexes, options, triggers."""
    questions = (
        """SELECT c.relname, c.relkind, c.reloptions::text FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
           AND c.relname NOT LIKE 'alembic%'""",
        """SELECT table_name, column_name, ordinal_position, udt_name, is_nullable, column_default, identity_generation
           FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE 'alembic%'""",
        """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
           WHERE connamespace = 'public'::regnamespace AND conname NOT LIKE 'alembic%'""",
        """SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
           AND tablename NOT LIKE 'alembic%'""",
        "SELECT seqrelid::regclass::text, seqstart, seqincrement, seqmax, seqcache, seqcycle FROM pg_sequence",
    )
    in_sqlite = ("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE '%alembic%' AND type <> 'trigger'",)
    with changing(url) as tx:
        asked = in_sqlite if tx.dialect.name == "sqlite" else questions
        return {tuple(row) for question in asked for row in tx.execute(text(question))}


def names(url: str) -> set[str]:
    """The tables that a database has."""
    with changing(url) as tx:
        return set(inspect(tx).get_table_names())


def refused(url: str, statement: str) -> str:
    """How the database refuses a statement: its code, or on SQLite its words."""
    with pytest.raises(DBAPIError) as failed, changing(url) as tx:
        tx.exec_driver_sql(statement)
    return getattr(failed.value.orig, "sqlstate", None) or str(failed.value.orig)


def test_the_revisions_make_what_the_tables_declare(database_url: str) -> None:
    migrate(database_url, ORIGIN, MODELS)
    with changing(database_url) as tx:
        command.check(configured(tx))


def test_a_table_that_no_revision_makes_is_noticed(database_url: str) -> None:
    migrate(database_url, ORIGIN)
    with changing(database_url) as tx:
        tx.exec_driver_sql("DROP INDEX ix_due_state_due_us_ordinal")
    with pytest.raises(CommandError, match="ix_due_state_due_us_ordinal"), changing(database_url) as tx:
        command.check(configured(tx))


def test_a_migrated_log_is_the_declared_one_to_the_last_option(database_url: str) -> None:
    migrate(database_url, ORIGIN)
    migrated = catalogue(database_url)
    with changing(database_url) as tx:
        tables.drop_all(tx)
        tables.create_all(tx)
    assert catalogue(database_url) == migrated
    assert len(migrated) > len(LOG)


def test_opening_and_migrating_come_to_the_same(database_url: str) -> None:
    with logged(database_url) as log:
        create(log, MODELS)
        made = catalogue(database_url)
        appended(log)
        migrate(database_url, ORIGIN, MODELS)
        assert catalogue(database_url) == made
        create(log, MODELS)
        with log.reading() as tx:
            assert log.size(tx) == 1


def test_migrating_again_keeps_what_is_there(database_url: str) -> None:
    migrate(database_url, ORIGIN, MODELS)
    with logged(database_url) as log:
        appended(log)
        with log.reading() as tx:
            before = [tx.execute(select(table)).all() for table in (event, ledger, log_head, relayed)]
        migrate(database_url, ORIGIN, MODELS)
        with log.reading() as tx:
            after = [tx.execute(select(table)).all() for table in (event, ledger, log_head, relayed)]
    assert after == before
    assert [len(rows) for rows in after] == [1, 1, 1, 1]


def test_a_further_read_model_is_made_beside_the_others(database_url: str) -> None:
    migrate(database_url, ORIGIN, (jars,))
    assert partners.table.name not in names(database_url)
    migrate(database_url, ORIGIN, MODELS)
    assert names(database_url) == {*LOG, *BESIDE, "alembic_version", jars.table.name, partners.table.name}


def test_a_read_model_that_comes_later_holds_what_came_before_it(database_url: str) -> None:
    migrate(database_url, ORIGIN)
    with logged(database_url) as log:
        appended(log)
        migrate(database_url, ORIGIN, MODELS)
        with log.reading() as tx:
            (row,) = jars.live(tx)
            assert (row["stream"], row["things"]) == (log.ordered(tx)[0].stream, 1)
        migrate(database_url, ORIGIN, MODELS)
        with log.reading() as tx:
            assert jars.live(tx) == [row]


def test_another_logs_database_is_left_as_it_is(database_url: str) -> None:
    migrate(database_url, ORIGIN)
    with pytest.raises(ValueError, match=r"origin is test\.speir/kitchen"):
        migrate(database_url, "test.speir/other", MODELS)
    assert names(database_url) == {*LOG, *BESIDE, "alembic_version"}


def test_an_interrupted_migration_leaves_nothing(database_url: str) -> None:
    with changing(database_url) as tx:
        tx.exec_driver_sql("CREATE TABLE due (in_the_way int)")
    with pytest.raises(DBAPIError):
        migrate(database_url, ORIGIN, MODELS)
    assert names(database_url) == {"due"}
    with changing(database_url) as tx:
        tx.exec_driver_sql("DROP TABLE due")
    migrate(database_url, ORIGIN, MODELS)
    assert names(database_url) >= {*LOG, "alembic_version"}


def test_several_may_migrate_at_once(database_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(migrate, database_url, ORIGIN, MODELS) for _ in range(4)]:
            done.result()
    with logged(database_url) as log, log.reading() as tx:
        assert tx.execute(select(func.count()).select_from(log_head)).scalar_one() == 1


def test_all_services_of_one_process_may_migrate_at_once(tmp_path: Path) -> None:
    urls = [f"sqlite:///{tmp_path}/{number}.db" for number in range(12)]
    with ThreadPoolExecutor(len(urls)) as pool:
        list(pool.map(lambda url: migrate(url, ORIGIN, MODELS), urls))
    assert all(names(url) > set(LOG) for url in urls)


def test_history_is_never_migrated_away(database_url: str) -> None:
    migrate(database_url, ORIGIN)
    with pytest.raises(NotImplementedError, match="never dropped"), changing(database_url) as tx:
        command.downgrade(configured(tx), "base")
    assert names(database_url) == {*LOG, *BESIDE, "alembic_version"}


@pytest.mark.parametrize("table", ["event", "ledger"])
@pytest.mark.parametrize("change", ["UPDATE {} SET partition = 1", "DELETE FROM {}"])
def test_history_is_never_changed_not_even_by_its_owner(database_url: str, table: str, change: str) -> None:
    migrate(database_url, ORIGIN)
    with logged(database_url) as log:
        appended(log)
        said = refused(database_url, change.format(table))
        assert said in (NEVER_CHANGED, f"{table} is history and is never changed")
        with log.reading() as tx:
            assert log.size(tx) == len(log.ordered(tx)) == 1


@pytest.mark.parametrize("table", ["event", "ledger"])
@pytest.mark.parametrize("change", ["TRUNCATE {}", "SET session_replication_role = replica; DELETE FROM {}"])
def test_the_tripwire_has_no_way_round_it(postgres_database: str, table: str, change: str) -> None:
    migrate(postgres_database, ORIGIN)
    assert refused(postgres_database, change.format(table)) == NEVER_CHANGED


def test_ids_come_from_the_sequence_that_the_barrier_asks(postgres_database: str) -> None:
    migrate(postgres_database, ORIGIN)
    with logged(postgres_database) as log:
        assert log.store.settled() == 0
        appended(log)
        assert log.store.settled() == 1
        with log.reading() as tx:
            owned = tx.exec_driver_sql("SELECT pg_get_serial_sequence('event', 'id')").scalar_one()
            assert owned == "public.event_id_seq"
            asked = "SELECT cache_size FROM pg_sequences WHERE sequencename = 'event_id_seq'"
            assert tx.exec_driver_sql(asked).scalar_one() == 1


def test_the_key_tables_are_made_once_in_a_database_of_their_own(database_url: str, tmp_path: Path) -> None:
    migrate_keys(database_url)
    engine = open_database(database_url)
    keyring = Keyring(engine, os.urandom(32), tmp_path / "epochs")
    place = Place(uuid4(), "jar/1", "kitchen.ThingPut", "note")
    kept = keyring.seal("words", "person/1", place)
    migrate_keys(database_url)
    assert keyring.open(kept) == "words"
    engine.dispose()
    assert names(database_url) == {"key", "epoch", "destroyed"}


@pytest.fixture
def roles(postgres_url: str) -> Iterator[Roles]:
    """A database and accounts as a deployment makes them, migrated by the owner."""
    with roles_on(postgres_url) as made:
        migrate(made.urls["owner"], ORIGIN, MODELS)
        yield made


def held(url: str, role: str) -> dict[str, set[str]]:
    """What a role was granted on whole tables: table → privileges."""
    with changing(url) as tx:
        rows = tx.exec_driver_sql(
            "SELECT c.relname, a.privilege_type FROM pg_class c, aclexplode(c.relacl) a"
            " JOIN pg_roles r ON r.oid = a.grantee WHERE r.rolname = %s",
            (role,),
        ).all()
    found: dict[str, set[str]] = {}
    for table, privilege in rows:
        found.setdefault(table, set()).add(privilege)
    return found


@contextmanager
def at_work(url: str, keys_url: str) -> Iterator[RunningService]:
    """The kitchen on its log, as whoever the URL names."""
    migrate_keys(keys_url)
    engine = open_database(keys_url)
    with logged(url) as log:
        yield RunningService(kitchen, log, Keyring(engine, os.urandom(32), Path(mkdtemp())), lambda _bytes: "signed")
    engine.dispose()


def invited(number: int, about: str) -> bytes:
    """What scheduling tells of a partner."""
    fact = PartnerInvited(inspection_id=InspectionId(uuid4()), partner=next(iter(ScrutinyBody)))
    kind = event_type_of(fact)
    row: Any = SimpleNamespace(
        event_id=uuid4(), type=kind.name, about=about, recorded_us=1_000_000, schema_version=kind.version,
        partition=telling.partition_of(about), number=number, body=codec.encode(fact, nothing_to_seal),
    )  # fmt: skip
    return telling.envelope("scheduling", row)


def unknown(raw: bytes) -> bytes:
    """An envelope, as of an event that no version of this service knows."""
    return orjson.dumps({**orjson.loads(raw), "type": "scheduling.Unknown"})


def everything(table: str) -> str:
    return f'SELECT * FROM "{table}"'  # noqa: S608 - the log's own tables


def test_the_app_does_all_of_a_services_work(roles: Roles, tmp_path: Path) -> None:
    with at_work(roles.urls["app"], f"sqlite:///{tmp_path}/keys.db") as running:
        log = running.log
        jar_id, key = uuid4(), RequestKey(os.urandom(32), os.urandom(32))
        done = running.handle(PutThings(jar_id=jar_id, beside=(uuid4(),)), cause(), key=key)
        assert running.handle(PutThings(jar_id=jar_id), cause(), key=key).body == done.body
        assert idempotency.forget(log) == 0
        ready = due.ready(log)
        due.put_off(log, ready[0], "failed")
        with log.writing() as tx:
            due.finish(tx, ready[0].key, due.DONE)
        about = str(uuid4())
        told = [invited(1, about), unknown(invited(2, about))]
        hearing = Hearing(running, lambda _producer, _partition, after: told[after:])
        assert hearing.hear(told) == 2
        assert [each.number for each in hearing.parked()] == [2]
        assert hearing.redrive("scheduling", about) == 0
        assert Sequencer(log).drain() == 2
        relay = Lease(log, "relay")
        assert telling.confirm(log, relay.held() or 0, 1)
        relay.give_up()
        with log.snapshot() as tx:
            progress = telling.progress(tx, log.now_us(tx))
            assert (len(jars.live(tx)), len(partners.live(tx))) == (1, 1)
        assert progress == {"size": 2, "unsequenced": 0, "untold": 0, "due": 0, "parked": 1}


def test_the_app_redrives_what_was_parked(roles: Roles, tmp_path: Path) -> None:
    with at_work(roles.urls["app"], f"sqlite:///{tmp_path}/keys.db") as running:
        about = str(uuid4())
        told = [unknown(invited(1, about)), invited(2, about)]
        hearing = Hearing(running, lambda _producer, _partition, after: told[after:])
        assert hearing.hear(told) == 2
        assert [each.problem for each in hearing.parked()] == ["unreadable", "behind-another"]
        with running.log.writing() as tx:
            tx.exec_driver_sql("UPDATE parked SET told = %s WHERE number = 1", (invited(1, about),))
        assert hearing.redrive("scheduling", about) == 2
        assert hearing.parked() == []


def test_the_apps_barrier_waits_for_whoever_is_still_writing(roles: Roles) -> None:
    with logged(roles.urls["app"]) as log:
        appended(log)
        fact = ThingPut(jar_id=uuid4(), count=1, note=None)
        made = entry(uuid4(), fact, cause(), None, nothing_to_seal)
        with ThreadPoolExecutor(1) as pool:
            with log.writing() as tx:
                log.append(tx, [Append(f"jar/{fact.jar_id}", str(fact.jar_id), 0, (made,))])
                waiting = pool.submit(log.store.settled)
                with log.reading() as look:
                    while not look.exec_driver_sql(
                        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%%'"
                        " AND datname = current_database()"
                    ).scalar_one():
                        assert not waiting.done()
            assert waiting.result() == 2


CHANGES = (
    "UPDATE {} SET partition = 1",
    "DELETE FROM {}",
    "TRUNCATE {}",
    "ALTER TABLE {} DISABLE TRIGGER ALL",
    "DROP TABLE {} CASCADE",
)


@pytest.mark.parametrize("role", ["app", "projector", "eraser", "reader", "stranger"])
def test_no_role_changes_history(roles: Roles, role: str) -> None:
    for table in ("event", "ledger"):
        for change in CHANGES:
            statement = f"SET TRANSACTION READ WRITE; {change.format(table)}"
            assert refused(roles.urls[role], statement) == DENIED, statement


def test_only_the_app_appends(roles: Roles) -> None:
    for role in ("projector", "eraser", "reader", "stranger"):
        writable = "SET TRANSACTION READ WRITE; "
        call = "SELECT speir_move('{}','{}','{}','{}')"
        assert refused(roles.urls[role], writable + call) == DENIED
        for table in ("event", "ledger", "stream", "due", "cursor"):
            assert refused(roles.urls[role], f"{writable}INSERT INTO {table} DEFAULT VALUES") == DENIED


def test_the_projector_rebuilds_what_is_shown_and_nothing_else(roles: Roles) -> None:
    with logged(roles.urls["app"]) as log:
        appended(log)
    with logged(roles.urls["projector"]) as log:
        assert log.store.settled() == 1
        with log.snapshot() as tx:
            history = list(log.appended(tx))
        with log.engine.begin() as tx:
            assert jars.rebuild(tx, history) == 1
        with log.reading() as tx:
            assert len(jars.live(tx)) == 1
    assert refused(roles.urls["projector"], everything("idempotency")) == DENIED
    assert refused(roles.urls["projector"], "UPDATE log_head SET size = 0") == DENIED


def test_the_reader_reads_everything_but_answers(roles: Roles) -> None:
    with logged(roles.urls["app"]) as log:
        appended(log)
    with logged(roles.urls["reader"]) as log, log.snapshot() as tx:
        assert [each.position for each in log.ordered(tx)] == [0]
        assert telling.progress(tx, log.now_us(tx))["size"] == 1
        assert jars.live(tx) == []
        for table in set(LOG) - {"idempotency"}:
            tx.exec_driver_sql(everything(table)).all()
    assert refused(roles.urls["reader"], everything("idempotency")) == DENIED
    assert refused(roles.urls["reader"], "SET TRANSACTION READ WRITE; DELETE FROM jars_v1") == DENIED


def test_the_eraser_reaches_bodies_and_salts_alone(roles: Roles) -> None:
    url = roles.urls["eraser"]
    assert refused(url, "UPDATE event SET body = '', salt = ''") == NEVER_CHANGED
    assert refused(url, "UPDATE event SET meta = ''") == DENIED
    for table in (*(set(LOG) - {"event"}), jars.table.name):
        assert refused(url, everything(table)) == DENIED


def test_a_stranger_sees_nothing(roles: Roles) -> None:
    for table in (*LOG, jars.table.name, "alembic_version", "event_id_seq"):
        assert refused(roles.urls["stranger"], everything(table)) == DENIED


def test_migrating_again_takes_back_what_was_never_meant(roles: Roles) -> None:
    role = f"{roles.prefix}_app"
    meant = held(roles.urls["owner"], role)
    with changing(roles.urls["owner"]) as tx:
        tx.exec_driver_sql(f"GRANT ALL ON event, ledger, {jars.table.name} TO {role}")
        tx.exec_driver_sql(f"GRANT UPDATE (body) ON event TO {role}")
    assert held(roles.urls["owner"], role) != meant
    migrate(roles.urls["owner"], ORIGIN, MODELS)
    assert held(roles.urls["owner"], role) == meant
    assert meant["event"] == meant["ledger"] == {"SELECT", "INSERT"}
    assert refused(roles.urls["app"], "UPDATE event SET body = ''") == DENIED


def test_roles_that_are_not_there_are_passed_over(roles: Roles, postgres_url: str) -> None:
    name = f"{roles.prefix}_reader"
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(f"ALTER ROLE {name} RENAME TO {name}_away")
        try:
            migrate(roles.urls["owner"], ORIGIN, MODELS)
        finally:
            server.execute(f"ALTER ROLE {name}_away RENAME TO {name}")
    assert held(roles.urls["owner"], f"{roles.prefix}_projector")["event"] == {"SELECT"}


def test_every_table_of_the_log_was_thought_of() -> None:
    assert set(on_the_log["app"]) == {*LOG, *BESIDE, "alembic_version", "event_id_seq"}
    assert set(on_read_models) <= set(on_the_log)


def test_who_owns_no_service_grants_nothing(postgres_database: str) -> None:
    migrate(postgres_database, ORIGIN, MODELS)
    with changing(postgres_database) as tx:
        granted = tx.exec_driver_sql(
            "SELECT relname FROM pg_class WHERE relacl IS NOT NULL AND relnamespace = 'public'::regnamespace"
        ).all()
        public = tx.exec_driver_sql(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            " AND EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee = 0)"
        ).all()
        owned = tx.exec_driver_sql("SELECT count(*) FROM pg_proc WHERE proname LIKE 'speir%%' AND proacl IS NOT NULL")
        assert owned.scalar_one() == 2
    assert granted == public == []
