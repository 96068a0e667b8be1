"""Sessions on each kind of database that a service may have."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from shared.edges.access import Caller, new_key
from shared.edges.identity.sessions import SESSIONS_AT_MOST, Sessions
from shared.sourcing.event_log import EventLog
from shared.sourcing.opening import create, open_log
from shared.vocabulary.roles import AccessRole


@pytest.fixture
def log(database_url: str) -> Iterator[EventLog]:
    opened = open_log(database_url, "test.speir/sessions")
    create(opened)
    try:
        yield opened
    finally:
        opened.close()


def test_a_session_is_begun_found_and_ended(log: EventLog) -> None:
    sessions = Sessions(log, new_key())
    caller = Caller(uuid4(), AccessRole.LEAD, "https://id.example", 1_760_000_000)
    secret = sessions.begin(caller)
    found = sessions.of(secret)
    assert found is not None
    assert found.caller == caller
    assert sessions.of(secret + "x") is None
    sessions.end(secret)
    assert sessions.of(secret) is None


def test_of_many_at_once_a_link_lets_in_one(log: EventLog) -> None:
    sessions = Sessions(log, new_key())
    with ThreadPoolExecutor(6) as pool:
        let_in = list(pool.map(lambda _: sessions.spend("a link", 2**40), range(12)))
    assert let_in.count(True) == 1


def test_the_oldest_gives_way(log: EventLog) -> None:
    sessions = Sessions(log, new_key())
    caller = Caller(uuid4(), AccessRole.LEAD, "local")
    secrets = [sessions.begin(caller) for _ in range(SESSIONS_AT_MOST + 3)]
    assert sum(sessions.of(each) is not None for each in secrets) == SESSIONS_AT_MOST
    assert sessions.of(secrets[-1]) is not None
