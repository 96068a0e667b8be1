"""A database that is away is known to be within about two seconds, wherever the way to it ends."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

from shared.limits import CONNECT_S, POOL_S
from shared.sealing.databases import SERVING, WORKING, open_database

LONG_S = 30.0


@pytest.fixture(params=[False, True], ids=["transactions", "by hand"])
def engine(request: pytest.FixtureRequest, postgres_database: str) -> Iterator[Engine]:
    opened = open_database(postgres_database, pool_size=1, by_hand=request.param)
    yield opened
    opened.dispose()


def test_two_seconds_are_the_longest_that_any_step_on_the_way_to_a_database_may_take(engine: Engine) -> None:
    assert CONNECT_S == 2
    with engine.connect() as tx:
        raw: psycopg.Connection[Any] = tx.connection.driver_connection  # type: ignore[assignment]
        told = raw.info.get_parameters()
        assert told["connect_timeout"] == str(CONNECT_S)
        with socket.socket(fileno=socket.dup(raw.fileno())) as wire:
            assert wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == CONNECT_S * 1000
            assert wire.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
            assert wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 5
        assert tx.execute(text("SHOW statement_timeout")).scalar_one() == "1min"


def test_somebody_who_waits_for_others_to_be_done_waits_longer_than_a_server_is_looked_for(engine: Engine) -> None:
    assert isinstance(engine.pool, QueuePool)
    assert engine.pool.timeout() == POOL_S > CONNECT_S


def test_a_server_that_takes_the_call_and_says_nothing_is_asked_once_and_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        engine = open_database(f"postgresql://somebody:secret@127.0.0.1:{mute.getsockname()[1]}/log")
        with pytest.raises(OperationalError) as away:
            engine.connect()
        assert isinstance(away.value.orig, psycopg.errors.ConnectionTimeout)
        assert "secret" not in str(away.value)
        mute.settimeout(0)
        mute.accept()[0].close()
        with pytest.raises(BlockingIOError):
            mute.accept()


def test_a_name_service_that_says_nothing_is_not_waited_for(
    postgres_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, asked, silent = threading.Event(), [], threading.Event()
    sound = socket.getaddrinfo

    def silence(host: str, *args: Any, **options: Any) -> Any:
        asked.append(host)
        silent.wait(LONG_S)
        answers.set()
        return sound(host, *args, **options)

    url = postgres_database.replace("127.0.0.1", "localhost")
    engine = open_database(url)
    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", silence)
        with pytest.raises(OperationalError, match="name service"):
            engine.connect()
        assert asked == ["localhost"]
        assert not answers.is_set(), "it was given up before the name service answered"
        silent.set()
        assert answers.wait(LONG_S)
    with engine.connect() as tx:
        assert tx.execute(text("SELECT 1")).scalar_one() == 1
    engine.dispose()


def test_a_name_that_nobody_knows_is_an_absent_database_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    engine = open_database("postgresql://somebody:secret@nowhere.invalid:5432/log")
    with pytest.raises(OperationalError, match="not known to the name service") as away:
        engine.connect()
    assert "secret" not in str(away.value)


def test_a_name_of_several_addresses_is_tried_at_each(postgres_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    port, nobody = urlsplit(postgres_database).port, "127.255.255.255"
    at = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in (nobody, "127.0.0.1")]
    engine = open_database(postgres_database.replace("127.0.0.1", "database.invalid"))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: at)
    with engine.connect() as tx:
        raw: psycopg.Connection[Any] = tx.connection.driver_connection  # type: ignore[assignment]
        assert (raw.info.host, raw.info.hostaddr) == ("database.invalid", "127.0.0.1")
    engine.dispose()


def test_whoever_finds_every_connection_taken_is_told_so(engine: Engine) -> None:
    with ExitStack() as taken:
        for _ in range(2):
            taken.enter_context(engine.connect())
        with pytest.raises(PoolTimeout):
            engine.connect()
    with engine.connect() as tx:
        assert tx.execute(text("SELECT 1")).scalar_one() == 1


def test_where_a_request_waits_nothing_is_waited_for_as_long_as_a_worker_would(postgres_database: str) -> None:
    told = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    for patience, expected in ((SERVING, ["5s", "2s", "10s"]), (WORKING, ["1min", "1min", "1min"])):
        engine = open_database(postgres_database, patience=patience)
        with engine.connect() as tx:
            assert [tx.execute(text(f"SHOW {each}")).scalar_one() for each in told] == expected
        engine.dispose()


def test_a_request_that_waits_for_a_lock_gives_up_before_its_client_does(postgres_database: str) -> None:
    engine = open_database(postgres_database, patience=SERVING)
    with engine.connect() as holder, engine.connect() as waiting:
        holder.execute(text("SELECT pg_advisory_xact_lock(1)"))
        with pytest.raises(OperationalError, match="lock timeout"):
            waiting.execute(text("SELECT pg_advisory_xact_lock(1)"))
    engine.dispose()
