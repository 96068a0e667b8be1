"""A request is answered once: asked again, however often and by however many at once, it gets the same answer."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from shared.aggregates import Aggregate, each
from shared.errors import KeyInFlight, KeyReused, StaleVersion
from shared.messages import command
from shared.sourcing import idempotency
from shared.sourcing.idempotency import KEPT_US, RequestKey, forget
from shared.sourcing.running import Reply
from shared.sourcing.tables import idempotency as answers
from tests.shared.log_fixtures import CAUSE, AtWork, at_work, check, counted, together
from tests.shared.samples import (
    Jar,
    JarAlreadyOpen,
    JarFull,
    OpenJar,
    PutThings,
    ThingPut,
    evolve,
    jar,
    kitchen,
)

SECRET = b"s" * 32
EVENTS = "SELECT count(*) FROM event"


class Gone(BaseException):
    pass


@pytest.fixture
def at(database_url: str, tmp_path: Path) -> Iterator[AtWork]:
    with at_work(database_url, tmp_path) as working:
        yield working


def key(name: str = "a key", body: bytes = b"a body", principal: str = "a caller") -> RequestKey:
    return RequestKey.of(SECRET, principal, name, body)


def answered(at: AtWork, asked: object, under: RequestKey) -> Reply:
    """An answer, asked for again for as long as somebody else is being answered under the same key."""
    while True:
        try:
            return at.ask(asked, key=under)
        except KeyInFlight:
            continue


def test_the_same_request_gets_the_same_answer_and_changes_nothing_more(at: AtWork) -> None:
    one = uuid4()
    first = at.ask(PutThings(jar_id=one, count=3), key=key())
    second = at.ask(PutThings(jar_id=one, count=3), key=key())
    assert second.body == first.body
    assert (first.replayed, second.replayed) == (False, True)
    assert counted(at.log, EVENTS) == 3


@pytest.mark.parametrize("make", [lambda one: PutThings(jar_id=one, count=2), lambda one: OpenJar(jar_id=one)])
def test_twenty_at_once_under_one_key_have_one_effect_and_equal_answers(at: AtWork, make) -> None:
    for n in range(4):
        asked, under = make(uuid4()), key(f"key {n}")
        replies = together([lambda: answered(at, asked, under)] * 20)  # noqa: B023 - called at once
        assert {type(reply) for reply in replies} == {Reply}, replies
        assert all(reply.body == replies[0].body for reply in replies)
        assert sum(not reply.replayed for reply in replies) == 1
        with at.log.reading() as tx:
            assert at.log.head(tx, f"jar/{asked.jar_id}")[0] == replies[0].version
    at.sequencer.drain()
    check(at.log)


def test_many_keys_on_one_stream_have_each_their_effect(at: AtWork) -> None:
    one = uuid4()
    for _ in range(3):
        calls = [lambda n=n: answered(at, PutThings(jar_id=one), key(f"key {n}")) for n in range(4)]
        replies = together(calls * 2)
        assert sorted(reply.version for reply in replies) == [1, 1, 2, 2, 3, 3, 4, 4]
    assert counted(at.log, EVENTS) == 4


def test_another_body_under_the_same_key_is_refused(at: AtWork) -> None:
    at.ask(PutThings(jar_id=uuid4()), key=key())
    with pytest.raises(KeyReused):
        at.ask(PutThings(jar_id=uuid4()), key=key(body=b"another body"))
    assert counted(at.log, EVENTS) == 1


def test_two_bodies_at_once_under_one_key_have_one_effect(at: AtWork) -> None:
    for n in range(5):
        one = uuid4()
        calls = [
            lambda body=body: answered(at, PutThings(jar_id=one), key(f"key {n}", body))  # noqa: B023 - called at once
            for body in (b"a", b"b", b"a", b"b")
        ]
        replies = together(calls)
        assert sorted(type(reply).__name__ for reply in replies) == ["KeyReused"] * 2 + ["Reply"] * 2
    assert counted(at.log, EVENTS) == 5


def test_another_callers_key_is_another_key(at: AtWork) -> None:
    one = uuid4()
    first = at.ask(PutThings(jar_id=one), key=key())
    second = at.ask(PutThings(jar_id=one), key=key(principal="another caller", body=b"another body"))
    assert (first.version, second.version) == (1, 2)


def test_keys_cannot_be_told_from_what_is_kept(at: AtWork) -> None:
    at.ask(PutThings(jar_id=uuid4()), key=key("telling-key", b"telling-body", "telling-caller"))
    with at.log.reading() as tx:
        (row,) = tx.execute(select(answers)).all()
    assert b"telling" not in bytes(row.key_hash) + bytes(row.request_hash) + bytes(row.reply)
    assert RequestKey.of(b"t" * 32, "a caller", "a key", b"a body").key_hash != key().key_hash
    assert key("ab", principal="c").key_hash != key("b", principal="ca").key_hash


def test_an_answer_outlives_what_would_refuse_it_now(at: AtWork) -> None:
    one = uuid4()
    first = at.ask(OpenJar(jar_id=one), key=key())
    assert at.ask(OpenJar(jar_id=one), key=key()).body == first.body
    assert at.ask(OpenJar(jar_id=one), key=key(), expected=0).body == first.body
    with pytest.raises(JarAlreadyOpen):
        at.ask(OpenJar(jar_id=one), key=key("another key"))
    with pytest.raises(StaleVersion):
        at.ask(PutThings(jar_id=one), key=key("a third key"), expected=0)


@command
class PutOnce:
    """Put a thing into an empty jar, while somebody else is faster."""

    jar_id: UUID


@pytest.mark.parametrize("most", [1, 2])
def test_an_answer_given_while_a_decision_is_taken_is_the_answer(database_url: str, tmp_path: Path, most: int) -> None:
    """With room for one the second decision refuses; with room for two it meets a clash; the answer is the first's."""
    faster: list[Reply] = []
    shelf = Aggregate("jar", by="jar_id", about="jar_id", initial=Jar(), evolve=evolve)

    def overtaken(asked: PutOnce, _state: Jar) -> list[UUID]:
        if not faster:
            faster.append(at.ask(PutThings(jar_id=asked.jar_id), key=key()))
        return [asked.jar_id]

    @shelf.decides(creates=True, now=each(shelf, overtaken))
    def put(asked: PutOnce, state: Jar, *, now: tuple[Jar, ...]) -> Iterator[ThingPut]:
        if now[0].things >= most:
            raise JarFull(things=now[0].things)
        yield ThingPut(jar_id=asked.jar_id, count=state.things + 1, note=None)

    shelf.decisions |= jar.decisions
    with at_work(database_url, tmp_path, replace(kitchen, aggregates=(shelf,))) as at:
        reply = at.ask(PutOnce(jar_id=uuid4()), key=key())
        assert (reply.body, reply.replayed) == (faster[0].body, True)
        assert counted(at.log, EVENTS) == 1


def test_a_refused_request_keeps_nothing_and_may_succeed_later(at: AtWork) -> None:
    one = uuid4()
    at.ask(PutThings(jar_id=one))
    with pytest.raises(JarFull):
        at.ask(PutThings(jar_id=one, at_most=1), key=key())
    assert counted(at.log, "SELECT count(*) FROM idempotency") == 0
    assert not at.ask(PutThings(jar_id=one, at_most=2), key=key()).replayed


def test_a_failure_before_the_commit_leaves_the_key_unused(at: AtWork) -> None:
    def fails(_tx: object) -> None:
        raise ZeroDivisionError

    one = uuid4()
    with pytest.raises(ZeroDivisionError):
        at.ask(PutThings(jar_id=one), key=key(), alongside=fails)
    assert at.ask(PutThings(jar_id=one), key=key()).version == 1
    assert counted(at.log, EVENTS) == 1


def test_a_caller_who_never_got_the_answer_gets_it_when_asking_again(at: AtWork) -> None:
    one = uuid4()
    made: list[Reply] = []

    def ask_and_go() -> None:
        made.append(at.ask(PutThings(jar_id=one), key=key()))
        raise Gone

    with pytest.raises(Gone):
        ask_and_go()
    assert at.ask(PutThings(jar_id=one), key=key()).body == made[0].body


def test_a_key_that_is_being_answered_is_in_flight(postgres_database: str, tmp_path: Path) -> None:
    one = uuid4()
    with at_work(postgres_database, tmp_path) as at:
        with pytest.raises(Gone), at.log.writing() as tx:  # noqa: PT012 - the one who is answering goes in the end
            assert idempotency.claim(at.log, tx, key(), b"{}") is None
            with pytest.raises(KeyInFlight):
                at.ask(PutThings(jar_id=one), key=key())
            assert at.ask(PutThings(jar_id=one), key=key("another key")).version == 1
            raise Gone
        assert at.ask(PutThings(jar_id=one), key=key()).version == 2


def test_an_answer_is_kept_for_thirty_days_and_then_forgotten(at: AtWork) -> None:
    one = uuid4()
    first = at.ask(PutThings(jar_id=one), key=key())
    with at.log.writing() as tx:
        at.log.set_clock(tx, at.log.now_us(tx) + KEPT_US - 60_000_000)
    assert forget(at.log) == 0
    assert at.ask(PutThings(jar_id=one), key=key()).body == first.body
    with at.log.writing() as tx:
        at.log.set_clock(tx, at.log.now_us(tx) + 120_000_000)
    assert forget(at.log) == 1
    assert counted(at.log, "SELECT count(*) FROM idempotency") == 0


def test_a_key_that_was_forgotten_is_used_up_and_has_no_second_effect(at: AtWork) -> None:
    one = uuid4()
    at.ask(PutThings(jar_id=one), key=key())
    with at.log.writing() as tx:
        at.log.set_clock(tx, at.log.now_us(tx) + KEPT_US + 60_000_000)
    assert forget(at.log) == 1
    with pytest.raises(KeyReused):
        at.ask(PutThings(jar_id=one), key=key())
    assert counted(at.log, EVENTS) == 1
    assert at.ask(PutThings(jar_id=one), key=key("another key")).version == 2


def test_a_command_with_an_id_makes_the_same_event_ids(at: AtWork, tmp_path: Path) -> None:
    one = uuid4()
    first = at.ask(PutThings(jar_id=one, count=2), command_id="event/policy/0")
    with at_work(f"sqlite:///{tmp_path}/other.db", tmp_path) as other:
        second = other.ask(PutThings(jar_id=one, count=2), command_id="event/policy/0")
        third = other.ask(PutThings(jar_id=one, count=2), command_id="event/policy/1")
    ids = [[each["event_id"] for each in reply.body["receipts"]] for reply in (first, second, third)]
    assert ids[0] == ids[1]
    assert len({*ids[0], *ids[2]}) == 4
    assert {UUID(each).version for each in ids[0]} == {8}


def test_a_reply_holds_ids_and_versions_only(at: AtWork) -> None:
    reply = at.ask(PutThings(jar_id=uuid4()), key=key())
    assert set(reply.body) == {"origin", "stream", "version", "receipts", "signature"}
    assert set(reply.body["receipts"][0]) == {"event_id", "version", "commitment"}
    assert str(CAUSE.actor) not in str(reply.body)
