"""The log: appended to in any order, all or nothing, and only where every stream is still as it was read."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError

from shared.aggregates import Aggregate, each
from shared.errors import NotFound, Refused, StaleVersion, TooManyClashes
from shared.messages import command
from shared.sourcing import codec
from shared.sourcing.codec import Unreadable
from shared.sourcing.event_log import ClockIsReal, EventLog
from shared.sourcing.merkle import commitment
from shared.sourcing.opening import create, open_log
from shared.sourcing.running import RunningService
from shared.sourcing.sequencer import Sequencer
from shared.sourcing.service import Service
from shared.sourcing.store import Append, Clash
from shared.sourcing.tables import log_head
from tests.shared.log_fixtures import (
    CAUSE,
    ORIGIN,
    PATIENCE_S,
    AtWork,
    an_entry,
    append,
    appending,
    at_work,
    check,
    counted,
    ordered,
    signed,
    together,
    until,
)
from tests.shared.samples import Jar, JarAlreadyOpen, JarFull, JarOpened, OpenJar, PutThings, evolve, jar, jars, kitchen

EVENTS = "SELECT count(*) FROM event"


@pytest.fixture
def at(database_url: str, tmp_path: Path) -> Iterator[AtWork]:
    with at_work(database_url, tmp_path) as working:
        yield working


class KnockedOver(Refused):
    """The jar was knocked over, and that has to be accounted for."""

    recorded = True


@command
class KnockOver:
    """Knock a jar over."""

    jar_id: UUID
    inspection_id: UUID | None = None


@command
class PutWhileOthersPut:
    """Put a thing into a jar that others keep putting things into."""

    jar_id: UUID


def clumsy(disturb) -> Service:
    """A kitchen where a jar may be knocked over, and where something happens whenever a decision looks around."""
    shelf = Aggregate("jar", by="jar_id", about="jar_id", initial=Jar(), evolve=evolve)
    shelf.decisions |= jar.decisions

    @shelf.decides(creates=True)
    def knock_over(_asked: KnockOver, _state: Jar) -> Iterator[JarOpened]:
        raise KnockedOver

    @shelf.decides(creates=True, beside=each(shelf, lambda asked, _state: disturb(asked.jar_id) or ()))
    def put(asked: PutWhileOthersPut, _state: Jar, *, beside: tuple[Jar, ...]) -> Iterator[JarOpened]:
        assert beside == ()
        yield JarOpened(jar_id=asked.jar_id)

    return Service(name="kitchen", aggregates=(shelf,), read_models=(jars,))


# Appending


def test_an_append_to_several_streams_is_whole(at: AtWork) -> None:
    append(at.log, appending("c", 0, 2), appending("a", 0, 3), appending("b", 0))
    with at.log.reading() as tx:
        assert [at.log.head(tx, name) for name in "abc"] == [(3, "about-a"), (1, "about-b"), (2, "about-c")]
        assert [recorded.version for recorded in at.log.stream(tx, "a")] == [1, 2, 3]
    at.sequencer.drain()
    check(at.log, ())


@pytest.mark.parametrize("expected", [0, 1, 3])
def test_another_version_than_the_streams_own_clashes(at: AtWork, expected: int) -> None:
    append(at.log, appending("a", 0, 2))
    with pytest.raises(Clash):
        append(at.log, appending("a", expected))
    append(at.log, appending("a", 2))
    assert counted(at.log, EVENTS) == 3


def test_one_stale_stream_keeps_the_whole_batch_out(at: AtWork) -> None:
    append(at.log, appending("m", 0))
    with pytest.raises(Clash):
        append(at.log, appending("a", 0), appending("m", 0), appending("z", 0))
    with pytest.raises(Clash):
        append(at.log, appending("a", 0), Append("m", "about-m", 5), appending("z", 0))
    assert counted(at.log, EVENTS) == 1
    assert counted(at.log, "SELECT count(*) FROM stream") == 1


def test_a_clash_draws_no_event_id(at: AtWork) -> None:
    append(at.log, appending("a", 0))
    for _ in range(3):
        with pytest.raises(Clash):
            append(at.log, appending("a", 0))
    append(at.log, appending("a", 1))
    assert counted(at.log, "SELECT max(id) FROM event") == 2


def test_a_stream_that_is_only_looked_at_stays_as_it_is(at: AtWork) -> None:
    append(at.log, appending("a", 0, 2))
    append(at.log, Append("a", "about-a", 2), appending("b", 0))
    with at.log.reading() as tx:
        assert at.log.head(tx, "a") == (2, "about-a")
    with pytest.raises(Clash):
        append(at.log, Append("a", "about-a", 1), appending("b", 1))
    with pytest.raises(Clash):
        append(at.log, Append("a", "about-a", 0), appending("b", 1))
    assert counted(at.log, EVENTS) == 3


def test_a_stream_that_has_not_begun_can_be_looked_at_and_begins_later(at: AtWork) -> None:
    append(at.log, Append("a", "unknown", 0), appending("b", 0))
    append(at.log, Append("a", "unknown", 0), appending("b", 1))
    with pytest.raises(Clash):
        append(at.log, Append("a", "unknown", 1), appending("b", 2))
    append(at.log, appending("a", 0))
    with at.log.reading() as tx:
        assert at.log.head(tx, "a") == (1, "about-a")
    with pytest.raises(Clash):
        append(at.log, Append("a", "unknown", 0), appending("b", 2))
    at.sequencer.drain()
    check(at.log, ())


def test_two_decisions_that_look_at_each_others_streams_do_not_both_win(at: AtWork) -> None:
    for _ in range(6):
        four = [uuid4() for _ in range(4)]
        asked = [PutThings(jar_id=one, beside=tuple(set(four) - {one}), at_most=1) for one in four]
        answers = together([lambda one=one: at.ask(one) for one in asked])
        refused = [answer for answer in answers if isinstance(answer, JarFull | TooManyClashes)]
        assert len(refused) == 3, answers
    assert counted(at.log, EVENTS) == 6
    at.sequencer.drain()
    check(at.log)


@pytest.mark.parametrize("begun", [True, False])
def test_whoever_looks_at_a_stream_holds_it_until_the_end(
    postgres_database: str,
    tmp_path: Path,
    begun: bool,  # noqa: FBT001 - a parameter
) -> None:
    with at_work(postgres_database, tmp_path) as at:
        if begun:
            append(at.log, appending("a", 0), appending("b", 0))
        one, other = (appending(name, int(begun)) for name in "ab")
        looking_at_one, looking_at_other = (Append(name, f"about-{name}", int(begun)) for name in "ab")
        second: list[object] = []
        calls = [lambda: append(at.log, one, looking_at_other)]
        thread = threading.Thread(target=lambda: second.extend(together(calls)))
        of_ours = "FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        with at.log.writing() as tx:
            at.log.append(tx, [looking_at_one])
            thread.start()
            until(lambda: second or counted(at.log, f"SELECT count(*) {of_ours}"))
            at.log.append(tx, [other])
        thread.join(PATIENCE_S)
        assert [type(answer) for answer in second] == [Clash]
        at.sequencer.drain()
        check(at.log, ())


def test_of_fifty_who_saw_the_same_version_one_changes_it(at: AtWork) -> None:
    one = uuid4()
    at.ask(OpenJar(jar_id=one))
    for version in range(1, 4):
        answers = together([lambda: at.ask(PutThings(jar_id=one), expected=version)] * 50)  # noqa: B023 - called at once
        stale = [answer for answer in answers if isinstance(answer, StaleVersion)]
        assert len(stale) == 49, answers
        assert {refusal.details["version"] for refusal in stale} == {version + 1}
    with at.log.reading() as tx:
        assert at.log.head(tx, f"jar/{one}")[0] == 4


def test_those_who_saw_no_version_decide_again_and_all_succeed(at: AtWork) -> None:
    one = uuid4()
    answers = together([lambda: at.ask(PutThings(jar_id=one))] * 4)
    assert sorted(answer.version for answer in answers) == [1, 2, 3, 4]


def test_whoever_saw_an_old_version_is_told_the_new_one(at: AtWork) -> None:
    one = uuid4()
    at.ask(PutThings(jar_id=one, count=3))
    with pytest.raises(StaleVersion) as stale:
        at.ask(PutThings(jar_id=one), expected=2)
    assert stale.value.details == {"version": 3}
    assert at.ask(PutThings(jar_id=one), expected=3).version == 4


def test_after_five_clashes_a_command_gives_up_and_leaves_nothing(database_url: str, tmp_path: Path) -> None:
    tries: list[UUID] = []

    def disturb(one: UUID) -> None:
        tries.append(one)
        append(at.log, Append(f"jar/{one}", str(one), len(tries) - 1, (an_entry(),)))

    with at_work(database_url, tmp_path, clumsy(disturb)) as at:
        with pytest.raises(TooManyClashes):
            at.ask(PutWhileOthersPut(jar_id=uuid4()))
        assert len(tries) == 5
        assert counted(at.log, EVENTS) == 5
        assert counted(at.log, "SELECT count(*) FROM jars_v1") == 0


def test_an_append_by_itself_is_whole_too(at: AtWork) -> None:
    at.log.append_alone([appending("b", 0, 2), appending("a", 0, 3)])
    twice = an_entry()
    for batch in (
        [appending("a", 3), appending("b", 1)],
        [appending("a", 2), appending("c", 0)],
        [appending("a", 3), Append("b", "about-b", 3)],
    ):
        with pytest.raises(Clash):
            at.log.append_alone(batch)
    with pytest.raises(IntegrityError):
        at.log.append_alone([Append("a", "about-a", 3, (twice,)), Append("b", "about-b", 2, (an_entry(), twice))])
    at.log.append_alone([appending("a", 3), Append("b", "about-b", 2)])
    assert [(recorded.stream, recorded.version) for recorded in at.sequenced()] == [
        *[("a", n) for n in (1, 2, 3)],
        *[("b", n) for n in (1, 2)],
        ("a", 4),
    ]
    check(at.log, ())


def test_ten_thousand_events_in_one_command_are_one_append(at: AtWork) -> None:
    one = uuid4()
    reply = at.ask(PutThings(jar_id=one, count=10_000))
    assert reply.version == len(reply.body["receipts"]) == 10_000
    assert [recorded.version for recorded in at.sequenced()] == list(range(1, 10_001))
    check(at.log)


# All, or nothing


def test_what_fails_in_the_transaction_leaves_nothing(at: AtWork) -> None:
    def fails(_tx) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        at.ask(PutThings(jar_id=uuid4(), count=3), alongside=fails)
    for table in ("event", "stream", "jars_v1", "due", "idempotency"):
        assert counted(at.log, f"SELECT count(*) FROM {table}") == 0  # noqa: S608 - names of our own
    at.ask(OpenJar(jar_id=uuid4()))
    assert [recorded.position for recorded in at.sequenced()] == [0]
    check(at.log)


def test_a_commit_that_fails_leaves_nothing(at: AtWork) -> None:
    with at.log.writing() as tx:
        tx.execute(text("CREATE TABLE plate (id integer PRIMARY KEY)"))
        tx.execute(text("CREATE TABLE cake (plate integer REFERENCES plate (id) DEFERRABLE INITIALLY DEFERRED)"))
    with pytest.raises(IntegrityError):
        at.ask(PutThings(jar_id=uuid4()), alongside=lambda tx: tx.execute(text("INSERT INTO cake VALUES (1)")))
    for table in ("event", "stream", "jars_v1", "cake"):
        assert counted(at.log, f"SELECT count(*) FROM {table}") == 0  # noqa: S608 - names of our own
    at.ask(PutThings(jar_id=uuid4()), alongside=lambda tx: tx.execute(text("INSERT INTO plate VALUES (1)")))
    assert len(at.sequenced()) == 1
    check(at.log)


def test_a_savepoint_that_is_rolled_back_takes_only_its_own_events(at: AtWork) -> None:
    with at.log.writing() as tx:
        at.log.append(tx, [appending("a", 0, 2)])
        undone = tx.begin_nested()
        at.log.append(tx, [appending("a", 2, 5), appending("b", 0)])
        undone.rollback()
        with pytest.raises(Clash), tx.begin_nested():
            at.log.append(tx, [appending("b", 0), appending("c", 4)])
        at.log.append(tx, [appending("a", 2), appending("b", 0)])
    assert [(recorded.stream, recorded.version) for recorded in at.sequenced()] == [
        ("a", 1),
        ("a", 2),
        ("a", 3),
        ("b", 1),
    ]
    check(at.log, ())


# Receipts, refusals


def test_a_reply_is_a_signed_receipt_of_every_event(at: AtWork) -> None:
    one = uuid4()
    at.ask(OpenJar(jar_id=one))
    reply = at.ask(PutThings(jar_id=one, count=2))
    with at.log.reading() as tx:
        events = at.log.stream(tx, f"jar/{one}", after=1)
    assert reply.body["receipts"] == [
        {
            "event_id": str(recorded.event_id),
            "version": recorded.version,
            "commitment": commitment(recorded.salt, recorded.body).hex(),
        }
        for recorded in events
    ]
    assert (reply.body["origin"], reply.body["stream"], reply.version) == (ORIGIN, f"jar/{one}", 3)
    claimed = {name: value for name, value in reply.body.items() if name != "signature"}
    assert reply.body["signature"] == signed(codec.canonical(claimed))


def test_every_event_has_a_salt_of_its_own(at: AtWork) -> None:
    at.ask(PutThings(jar_id=uuid4(), count=50))
    events = at.sequenced()
    assert len({recorded.salt for recorded in events}) == 50
    assert {len(recorded.salt) for recorded in events} == {16}


def test_a_refusal_that_counts_stands_in_its_actors_stream(database_url: str, tmp_path: Path) -> None:
    inspection = uuid4()
    with at_work(database_url, tmp_path, clumsy(lambda _: None)) as at:
        with pytest.raises(KnockedOver):
            at.ask(KnockOver(jar_id=uuid4(), inspection_id=inspection))
        with at.log.reading() as tx:
            facts, version = at.log.facts(tx, f"refusals/{CAUSE.actor}")
        assert version == counted(at.log, EVENTS) == 1
        (fact,) = facts
        assert (fact.actor, fact.command, fact.code) == (CAUSE.actor, "tests.KnockOver", "knocked-over")
        assert fact.about == inspection


def test_other_refusals_and_nobodys_leave_no_trace(database_url: str, tmp_path: Path) -> None:
    with at_work(database_url, tmp_path, clumsy(lambda _: None)) as at:
        one = uuid4()
        at.ask(OpenJar(jar_id=one))
        with pytest.raises(JarAlreadyOpen):
            at.ask(OpenJar(jar_id=one))
        with pytest.raises(KnockedOver):
            at.running.handle(KnockOver(jar_id=one), replace(CAUSE, actor=None))
        assert counted(at.log, EVENTS) == 1


def test_no_refusal_of_many_at_once_is_forgotten(database_url: str, tmp_path: Path) -> None:
    with at_work(database_url, tmp_path, clumsy(lambda _: None)) as at:
        answers = together([lambda: at.ask(KnockOver(jar_id=uuid4()))] * 20)
        assert {type(answer) for answer in answers} == {KnockedOver}
        with at.log.reading() as tx:
            assert at.log.head(tx, f"refusals/{CAUSE.actor}") == (20, str(CAUSE.actor))


def test_only_some_commands_begin_a_stream(database_url: str, tmp_path: Path) -> None:
    shelf = Aggregate("jar", by="jar_id", about="jar_id", initial=Jar(), evolve=evolve)

    @shelf.decides()
    def put(asked: PutThings, _state: Jar) -> Iterator[JarOpened]:
        yield JarOpened(jar_id=asked.jar_id)

    with at_work(database_url, tmp_path, replace(kitchen, aggregates=(shelf,))) as at:
        with pytest.raises(NotFound):
            at.ask(PutThings(jar_id=uuid4()))
        assert counted(at.log, EVENTS) == 0


# Reading


@pytest.mark.parametrize(
    "made",
    [{"type": "tests.NeverDeclared"}, {"schema_version": 2}, {"body": b"[1"}, {"body": b"[]"}, {"body": b"{}"}],
)
def test_what_this_code_cannot_read_is_never_passed_over(at: AtWork, made: dict) -> None:
    one = uuid4()
    at.ask(OpenJar(jar_id=one))
    append(at.log, Append(f"jar/{one}", str(one), 1, (replace(an_entry(), **made),)))
    with pytest.raises(Unreadable):
        at.ask(PutThings(jar_id=one))
    with at.log.reading() as tx, pytest.raises(Unreadable):
        at.log.facts(tx, f"jar/{one}")
    assert counted(at.log, EVENTS) == 2
    assert len(at.sequenced()) == 2
    with pytest.raises(Unreadable):
        _ = ordered(at.log)[1].fact
    assert at.ask(PutThings(jar_id=uuid4())).version == 1


def test_a_stream_as_of_a_position_an_instant_and_a_version(at: AtWork) -> None:
    append(at.log, appending("a", 0, 2))
    append(at.log, appending("b", 0))
    at.sequencer.drain()
    append(at.log, appending("a", 2, 2))
    events = at.sequenced()
    with at.log.reading() as tx:
        assert [at.log.version_at(tx, "a", position=position) for position in range(5)] == [1, 2, 2, 3, 4]
        assert at.log.version_at(tx, "b", position=1) == 0
        assert at.log.version_at(tx, "a", instant_us=events[0].sequenced_us) == 2
        assert at.log.version_at(tx, "a", instant_us=events[0].sequenced_us - 1) == 0
        assert at.log.version_at(tx, "a") == 4
        assert at.log.facts(tx, "a", up_to=3)[1] == 3
        assert at.log.facts(tx, "z") == ([], 0)


def test_pages_of_the_log_meet_without_gap_or_overlap(at: AtWork) -> None:
    append(at.log, *[appending(name, 0, 3) for name in "abcde"])
    events = at.sequenced()
    for page in (1, 2, 7, 15, 16):
        assert ordered(at.log, page) == events
    with at.log.reading() as tx:
        about = at.log.about(tx, "about-b")
        assert [recorded.version for recorded in about] == [1, 2, 3]
        assert at.log.about(tx, "about-b", after=about[0].position, limit=1) == about[1:2]
        assert at.log.size(tx) == 15


# Origins and clocks


def test_a_log_keeps_its_origin(at: AtWork) -> None:
    other = open_log(at.url, "demo.test/another")
    with pytest.raises(ValueError, match="origin"):
        create(other)
    create(at.log, kitchen.read_models)
    other.close()


@pytest.mark.parametrize(
    "use",
    [
        lambda other: other.reading().__enter__(),
        lambda other: other.writing().__enter__(),
        lambda other: other.snapshot().__enter__(),
        lambda other: other.store.unordered().__enter__(),
        lambda other: other.append_alone([Append("jar/1", "about", 0, (an_entry(),))]),
        lambda other: Sequencer(other).once(),
        lambda other: other.engine.connect(),
    ],
    ids=["reading", "writing", "a snapshot", "ordering", "appending", "sequencing", "the engine"],
)
def test_a_log_opened_under_another_origin_refuses_whatever_uses_it(at: AtWork, use: Callable[[EventLog], Any]) -> None:
    at.ask(OpenJar(jar_id=uuid4()))
    other = open_log(at.url, "demo.test/another")
    for _ in range(2):
        with pytest.raises(ValueError, match=r"origin is demo\.test/kitchen, not demo\.test/another"):
            use(other)
    other.close()
    assert len(at.sequenced()) == 1


def test_a_log_is_asked_whose_it_is_once_and_not_for_every_connection(at: AtWork) -> None:
    log = open_log(at.url, ORIGIN, pool_size=4)
    with log.reading() as tx:
        assert log.size(tx) == 0
    with at.log.writing() as tx:
        tx.execute(update(log_head).values(origin="demo.test/another"))
    with ExitStack() as many:
        for _ in range(4):
            assert log.size(many.enter_context(log.reading())) == 0
    log.close()


def test_a_log_that_was_begun_after_it_was_opened_is_asked_by_the_next_connection(database_url: str) -> None:
    early, owner = open_log(database_url, "demo.test/another"), open_log(database_url, ORIGIN)
    with early.engine.connect(), early.reading():
        create(owner)
        with pytest.raises(ValueError, match="origin"), early.reading():
            pass
    early.close()
    owner.close()


def test_only_a_demonstrations_clock_can_be_set(database_url: str, tmp_path: Path) -> None:
    with at_work(database_url, tmp_path, origin="test.example/demo.kitchen") as at, at.log.writing() as tx:
        with pytest.raises(ClockIsReal):
            at.log.set_clock(tx, at.log.now_us(tx) + 1_000_000)
        assert at.log.now_us(tx) <= at.log.store.machine_us(tx)


def test_a_demonstrations_clock_starts_anywhere_and_then_only_goes_forward(at: AtWork) -> None:
    day, past = 24 * 3600 * 1_000_000, 946_684_800_000_000
    with at.log.writing() as tx:
        at.log.set_clock(tx, past)
    at.ask(OpenJar(jar_id=uuid4()))
    for to_us in (past - day, past):
        with at.log.writing() as tx, pytest.raises(ClockIsReal):
            at.log.set_clock(tx, to_us)
    with at.log.writing() as tx:
        at.log.set_clock(tx, past + day)
    at.ask(OpenJar(jar_id=uuid4()))
    first, second = at.sequenced()
    assert past <= first.recorded_us < past + day <= second.recorded_us < past + 2 * day
    assert past + day <= first.sequenced_us <= second.sequenced_us < past + 2 * day
    check(at.log)


def test_the_services_of_one_log_share_its_streams(at: AtWork) -> None:
    one = uuid4()
    other = open_log(at.url, ORIGIN)
    second = RunningService(kitchen, other, at.keyring, signed)
    at.ask(OpenJar(jar_id=one))
    second.handle(PutThings(jar_id=one), CAUSE)
    assert at.ask(PutThings(jar_id=one)).version == 3
    other.close()
    assert len(at.sequenced()) == 3
