"""A service does not start on keys that are lost, or that lie where copies of them are kept."""

import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import Engine

from services.assembly import Place, declared, opened
from services.embedded import Embedded
from shared.edges.access import new_key
from shared.edges.placement import refuse_unsafe, start_safely
from shared.edges.settings import NotConfigured
from shared.errors import Unavailable
from shared.messages import Words
from shared.sealing.databases import open_database
from shared.sealing.key_files import KeysNotSafe
from shared.sealing.unlocking import KeyLost
from shared.sealing.wrapping import RootKeyWrong
from tests.backing import _container, _engine_answers, _wait_for, _without
from tests.shared.log_fixtures import AtWork, at_work
from tests.shared.samples import PutThings

COMPOSE = Path(__file__).parents[2] / "docker-compose.yml"


@pytest.fixture
def at(database_url: str, tmp_path: Path) -> Iterator[AtWork]:
    with at_work(database_url, tmp_path) as working:
        yield working


@pytest.fixture
def engines() -> Iterator[partial[Engine]]:
    with ExitStack() as stack:

        def open_(url: str) -> Engine:
            engine = open_database(url, pool_size=1)
            stack.callback(engine.dispose)
            return engine

        yield partial(open_)


@pytest.fixture(scope="module")
def keys_server() -> Iterator[str]:
    """A PostgreSQL that is told what the one for keys is told in compose."""
    if not _engine_answers():
        _without("PostgreSQL of its own for keys")
    said = COMPOSE.read_text().partition("  postgres-keys:\n")[2].partition("    environment:")[0]
    told = ["postgres", *re.findall(r"^      - (-c\S+)$", said, re.MULTILINE)]
    assert "-carchive_mode=off" in told
    secret = uuid4().hex
    with _container("postgres:17", 5432, {"POSTGRES_USER": "speir", "POSTGRES_PASSWORD": secret}).with_command(
        told
    ) as server:
        url = f"postgresql://speir:{secret}@127.0.0.1:{server.get_exposed_port(5432)}/speir"
        _wait_for(lambda: psycopg.connect(url, connect_timeout=2).close())
        with psycopg.connect(url, autocommit=True) as tx:
            tx.execute(f"CREATE ROLE app LOGIN PASSWORD '{secret}'")
        yield url.replace("//speir:", "//app:")


# Lost


def lose_store(place: Path) -> None:
    for path in place.glob("keys.db*"):
        path.unlink()


def lose_epochs(place: Path) -> None:
    shutil.rmtree(place / "epochs")


def lose_both(place: Path) -> None:
    lose_store(place)
    lose_epochs(place)


@pytest.mark.parametrize("lose", [lose_store, lose_epochs, lose_both])
def test_keys_that_are_lost_are_not_made_again(database_url: str, tmp_path: Path, lose) -> None:
    with at_work(database_url, tmp_path) as before:
        before.keyring.start(before.log.holds_words)
        before.ask(PutThings(jar_id=uuid4(), note=Words("a secret")))
    lose(tmp_path)
    with at_work(database_url, tmp_path, laid=True) as after:
        after.keyring.create_tables()
        for _ in range(2):
            with pytest.raises(KeyLost):
                after.keyring.start(after.log.holds_words)


def test_a_log_without_words_needs_no_keys_yet(database_url: str, tmp_path: Path) -> None:
    with at_work(database_url, tmp_path) as before:
        before.ask(PutThings(jar_id=uuid4()))
        assert not before.log.holds_words()
        before.keyring.start(before.log.holds_words)
        before.ask(PutThings(jar_id=uuid4(), note=Words("a secret")))
        assert before.log.holds_words()
        before.keyring.start(before.log.holds_words)


def test_a_first_start_that_died_is_begun_again(at: AtWork) -> None:
    store = at.keyring._store.epoch().store
    at.keyring._unlocking.epochs.begin(store, 1)
    at.keyring.start(at.log.holds_words)
    assert at.keyring._store.epoch().number == 1


def test_a_key_store_that_is_older_than_its_epoch_is_not_started_on(at: AtWork) -> None:
    at.keyring.start(at.log.holds_words)
    epochs = at.keyring._unlocking.epochs
    at.keyring.rotate()
    with at.keyring._store.changing() as (tx, _):
        at.keyring._store.begin(tx, 1)
    assert epochs.kept() == [2]
    at.keyring._unlocking.drop()
    with pytest.raises(KeyLost):
        at.keyring.start(at.log.holds_words)


def test_what_a_rotation_left_is_ended_at_the_next_start(at: AtWork, tmp_path: Path) -> None:
    at.keyring.start(at.log.holds_words)
    old = (tmp_path / "epochs" / "epoch-1.key").read_text()
    at.keyring.rotate()
    (tmp_path / "epochs" / "epoch-1.key").write_text(old)
    at.keyring.start(at.log.holds_words)
    assert at.keyring._unlocking.epochs.kept() == [2]


def test_a_database_that_does_not_answer_is_said_to_be_unavailable(tmp_path: Path) -> None:
    away = "postgresql://nobody@127.0.0.1:1/nothing"
    place = Place(origin="demo.test", database_url=away, keys_url=away, epochs=tmp_path, root_key=new_key(),
                  signing_key=new_key())  # fmt: skip
    running = opened(declared("evidence").service, place, pool_size=1)
    with pytest.raises(Unavailable):
        start_safely(running, "speir.local", {"keys_url": running.keyring.engine})
    running.close()


# The embedded form


def test_the_embedded_form_does_not_start_without_the_keys_it_had(tmp_path: Path) -> None:
    Embedded(tmp_path, "demo.test").close()
    Embedded(tmp_path, "demo.test").close()
    (tmp_path / "epochs" / "evidence" / "epoch-1.key").rename(tmp_path / "elsewhere")
    with pytest.raises(KeyLost):
        Embedded(tmp_path, "demo.test")
    (tmp_path / "elsewhere").rename(tmp_path / "epochs" / "evidence" / "epoch-1.key")
    (tmp_path / "keys" / "reporting.root.key").write_text((tmp_path / "keys" / "evidence.root.key").read_text())
    with pytest.raises(RootKeyWrong):
        Embedded(tmp_path, "demo.test")


@pytest.mark.parametrize("epochs", ["data", "data/epochs", "keys/epochs", "identity", "."])
def test_the_keys_of_epochs_lie_with_nothing_that_is_copied(tmp_path: Path, epochs: str) -> None:
    with pytest.raises(KeysNotSafe, match="apart"):
        Embedded(tmp_path, "demo.test", tmp_path / epochs)
    assert not list(tmp_path.iterdir())


def test_the_keys_of_epochs_may_lie_on_another_volume(tmp_path: Path) -> None:
    Embedded(tmp_path / "home", "demo.test", tmp_path / "volume").close()
    assert {path.name for path in (tmp_path / "volume").iterdir()} == {
        "scheduling", "evidence", "participation", "reporting"}  # fmt: skip
    assert not (tmp_path / "home" / "epochs").exists()


# Servers


def test_a_key_store_on_the_logs_server_is_refused_unless_it_is_a_demonstration(postgres_url: str, engines) -> None:
    here, there = engines(postgres_url), engines(postgres_url)
    with pytest.raises(NotConfigured) as refused:
        refuse_unsafe("speir.local", here, {"keys_url": there, "intake_url": there})
    assert refused.value.problems.keys() == {"SPEIR_KEYS_URL", "SPEIR_INTAKE_URL"}
    said = " ".join(refused.value.problems["SPEIR_KEYS_URL"])
    assert "the log's own server" in said
    assert "wal_level" in said
    refuse_unsafe("demo.speir.local", here, {"keys_url": there})


def test_the_key_store_of_compose_is_safe_enough(postgres_url: str, keys_server: str, engines) -> None:
    refuse_unsafe("speir.local", engines(postgres_url), {"keys_url": engines(keys_server)})
    with pytest.raises(NotConfigured, match="wal_level to minimal"):
        refuse_unsafe("speir.local", engines(keys_server), {"keys_url": engines(postgres_url)})
    with pytest.raises(NotConfigured, match="own server"):
        refuse_unsafe("speir.local", engines(keys_server), {"keys_url": engines(keys_server)})
