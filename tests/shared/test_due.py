"""What is due is done once, oldest first about each thing; what fails waits, and holds back nothing else."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from sqlalchemy.exc import IntegrityError
from structlog.testing import capture_logs

from shared.edges.logs import Lines
from shared.errors import Unavailable
from shared.messages import command_types
from shared.sourcing.due import AlreadyDone, finish, ready
from shared.sourcing.event_log import ClockIsReal
from shared.sourcing.reacting import PATIENCE, react
from shared.sourcing.recording import derived_id
from shared.sourcing.running import RunningService
from shared.sourcing.telling import EPOCH, instant, microseconds, told
from tests.shared.bus_fixtures import STEPS, Breaking, Interrupted, Pair, cause, pair, postgres_pair, pull_all
from tests.shared.sample_contracts import (
    FAR,
    LoafBaked,
    LoafSliced,
    LoafStored,
    LoavesThrownAway,
    StoreLoaf,
    ThrowAway,
    loaves,
    policies,
    shelf,
    stored,
)

__all__ = ["pair", "postgres_pair"]


def _now(pair: Pair) -> datetime:
    with pair.pantry.log.reading() as tx:
        return instant(pair.pantry.log.now_us(tx))


def _set_clock(pair: Pair, to: datetime) -> None:
    with pair.pantry.log.writing() as tx:
        pair.pantry.log.set_clock(tx, microseconds(to))


def _heard(pair: Pair, *baked: tuple[UUID, int], best_before: datetime = FAR) -> None:
    for tray, count in baked:
        pair.bake(tray, count, best_before)
    pair.told()
    pull_all(pair.hearing)


def _until_idle(running: RunningService) -> int:
    done = 0
    while some := react(running):
        done += some
    return done


def _states(pair: Pair, command: str = "tests.StoreLoaf") -> list[str]:
    return [row.state for row in pair.due_rows() if row.command == command]


def _decides(patch: pytest.MonkeyPatch, command: type, decision: Callable[..., Iterator[Any]]) -> None:
    """Have the pantry decide a command otherwise, with the sound decision at hand."""
    sound = shelf.decisions[command]
    wrong = type(sound)(lambda asked, state: decision(asked, state, sound.decide), sound.looks, sound.creates)
    patch.setitem(shelf.decisions, command, wrong)


def test_what_is_heard_makes_due_what_the_policies_say_and_it_is_done_once(pair: Pair) -> None:
    trays = [uuid4() for _ in range(4)]
    _heard(pair, *((tray, 12) for tray in trays))
    assert len(pair.due_rows()) == 4 * 12 + 4
    assert _until_idle(pair.pantry) == 4 * 12
    assert _until_idle(pair.pantry) == 0
    for tray in trays:
        assert pair.stored(tray) == list(range(1, 13)), "oldest first"
    assert _states(pair) == ["done"] * 48
    assert _states(pair, "tests.ThrowAway") == ["waiting"] * 4
    pair.converged()


def test_what_one_command_made_due_is_done_in_the_order_of_its_events(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    tray = uuid4()

    def many(asked: StoreLoaf, _state: Any, _sound: Callable[..., Iterator[Any]]) -> Iterator[Any]:
        return (LoafStored(tray_id=asked.tray_id, loaf=loaf) for loaf in range(1, 31))

    monkeypatch.setitem(
        policies, LoafStored, [lambda fact: iter([StoreLoaf(tray_id=fact.tray_id, loaf=100 + fact.loaf)])]
    )
    with monkeypatch.context() as patch:
        _decides(patch, StoreLoaf, many)
        pair.pantry.handle(StoreLoaf(tray_id=tray, loaf=1), cause())
    assert [row.command.loaf for row in ready(pair.pantry.log)] == list(range(101, 131))
    monkeypatch.setitem(policies, LoafStored, [])
    assert _until_idle(pair.pantry) == 30
    assert pair.stored(tray) == [*range(1, 31), *range(101, 131)]


def test_what_one_event_made_due_is_done_in_the_order_in_which_its_policies_say_it(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    def twelve(fact: LoafBaked) -> Iterator[Any]:
        return (StoreLoaf(tray_id=fact.tray_id, loaf=loaf) for loaf in range(1, 13))

    def and_another(fact: LoafBaked) -> Iterator[Any]:
        yield StoreLoaf(tray_id=fact.tray_id, loaf=99)

    monkeypatch.setitem(policies, LoafBaked, [twelve, and_another])
    tray = uuid4()
    _heard(pair, (tray, 1))
    assert _until_idle(pair.pantry) == 13
    assert pair.stored(tray) == [*range(1, 13), 99]


def test_a_reaction_names_no_actor_and_what_led_to_it(pair: Pair) -> None:
    because = cause()
    tray = uuid4()
    _heard(pair, (tray, 1))
    react(pair.pantry)
    (heard,) = pair.heard()
    with pair.pantry.log.reading() as tx:
        (event,) = pair.pantry.log.stream(tx, f"shelf/{tray}")
    meta = orjson.loads(event.meta)
    assert meta["actor"] is None
    assert meta["causation"] == str(heard.event_id)
    assert meta["correlation"] == str(told(heard.fact.told).event_id)
    assert str(because.actor).encode() not in event.meta


def test_a_rows_key_is_its_command_and_makes_the_same_events_whoever_carries_it_out(pair: Pair) -> None:
    tray = uuid4()
    _heard(pair, (tray, 1))
    (heard,) = pair.heard()
    keys = {row.key for row in pair.due_rows()}
    assert keys == {f"{heard.event_id}/a_loaf_is_baked/{n}" for n in (0, 1)}
    react(pair.pantry)
    with pair.pantry.log.reading() as tx:
        (event,) = pair.pantry.log.stream(tx, f"shelf/{tray}")
    seed = sha256(f"{heard.event_id}/a_loaf_is_baked/0".encode()).digest()
    assert event.event_id == derived_id(seed + bytes(4))


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_that_ends_at_any_step_leaves_every_reaction_done_once(pair: Pair, step: str) -> None:
    tray = uuid4()
    _heard(pair, (tray, 6))
    store = pair.pantry.log.store
    for nth in (1, 2, 3):
        pair.pantry.log.store = Breaking(store, step, nth)
        with pytest.raises(Interrupted):
            react(pair.pantry)
        pair.pantry.log.store = store
        pair.shown_rightly()
        assert _states(pair).count("done") == len(pair.stored(tray))
    _until_idle(pair.pantry)
    assert pair.stored(tray) == [1, 2, 3, 4, 5, 6]
    assert _states(pair) == ["done"] * 6
    assert {row.attempts for row in pair.due_rows()} == {0}, "an end is nobody's failure"
    pair.converged()


def test_two_workers_at_once_do_everything_once_and_in_order(pair: Pair) -> None:
    trays = [uuid4() for _ in range(5)]
    _heard(pair, *((tray, 4) for tray in trays), *((tray, 4) for tray in trays))
    other, _ = pair.another_pantry()
    started = threading.Barrier(2)

    def work(running: RunningService) -> int:
        started.wait()
        done = 0
        while "waiting" in _states(pair):
            done += react(running)
        return done

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(work, (pair.pantry, other))) == 40
    for tray in trays:
        assert pair.stored(tray) == list(range(1, 9))
    pair.converged()


def test_a_row_is_finished_once(pair: Pair) -> None:
    _heard(pair, (uuid4(), 1))
    key = pair.due_rows()[0].key
    with pair.pantry.log.writing() as tx:
        finish(tx, key, "done")
    with pytest.raises(AlreadyDone), pair.pantry.log.writing() as tx:
        finish(tx, key, "refused")
    assert pair.due_rows()[0].state == "done"


@pytest.mark.parametrize("behind", [2, 120], ids=["few-behind", "more-behind-than-one-round-looks-at"])
def test_a_row_that_fails_holds_back_only_what_is_about_the_same_thing(
    pair: Pair, behind: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck, neighbour = uuid4(), uuid4()
    _heard(pair, (stuck, behind + 1))
    _heard(pair, (neighbour, 3))

    def fails(asked: StoreLoaf, state: Any, sound: Callable[..., Iterator[Any]]) -> Iterator[Any]:
        if (asked.tray_id, asked.loaf) == (stuck, 1):
            raise ZeroDivisionError
        return sound(asked, state)

    with monkeypatch.context() as patch:
        _decides(patch, StoreLoaf, fails)
        for _ in range(3):
            react(pair.pantry)
        assert pair.stored(stuck) == []
        assert pair.stored(neighbour) == [1, 2, 3]
        (failed,) = (row for row in pair.due_rows() if row.attempts)
        assert (failed.state, failed.problem, failed.attempts) == ("waiting", "failed", 1), "waits to be tried"
        assert "ZeroDivision" not in str(failed)
        _set_clock(pair, _now(pair) + timedelta(seconds=61))
        react(pair.pantry)
        assert max(row.attempts for row in pair.due_rows()) == 2
    _set_clock(pair, _now(pair) + timedelta(seconds=61))
    _until_idle(pair.pantry)
    assert [loaf for loaf in range(1, behind + 2) if loaf != 13] == pair.stored(stuck), "in order, once it goes on"
    pair.converged()


def test_a_row_that_fails_says_which_it_is_and_nothing_of_what_it_asks(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    tray = uuid4()
    _heard(pair, (tray, 1))

    def fails(*_: Any) -> Iterator[Any]:
        raise ZeroDivisionError(tray)

    _decides(monkeypatch, StoreLoaf, fails)
    with capture_logs() as said:
        react(pair.pantry)
    (line,) = (orjson.loads(Lines("pantry", 0).line(each["log_level"], EPOCH, each)) for each in said)
    (heard,) = pair.heard()
    assert (
        line.items()
        >= {
            "level": "error",
            "event": "due.failed",
            "event_id": str(heard.event_id),
            "policy": "a_loaf_is_baked",
            "command": "tests.StoreLoaf",
            "error_type": "ZeroDivisionError",
            "attempt": 1,
        }.items()
    )
    assert str(tray) not in str(line)


def test_a_row_that_this_version_cannot_read_waits_and_holds_back_nothing_else(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    unread, neighbour = uuid4(), uuid4()
    _heard(pair, (unread, 2))
    pair.pantry.handle(StoreLoaf(tray_id=neighbour, loaf=1), cause())
    with monkeypatch.context() as patch:
        patch.setitem(policies, LoafBaked, [lambda fact: iter([ThrowAway(tray_id=fact.tray_id)])])
        _heard(pair, (neighbour, 1))
    with monkeypatch.context() as patch:
        patch.delitem(command_types, "tests.StoreLoaf")
        assert react(pair.pantry) == 1
        assert _states(pair, "tests.ThrowAway").count("done") == 1
    assert pair.stored(unread) == []
    _set_clock(pair, _now(pair) + timedelta(seconds=61))
    _until_idle(pair.pantry)
    assert pair.stored(unread) == [1, 2]
    pair.converged()


def test_what_is_refused_is_refused_for_good_and_the_next_is_done(pair: Pair) -> None:
    tray = uuid4()
    _heard(pair, (tray, 14))
    assert _until_idle(pair.pantry) == 14
    assert pair.stored(tray) == [*range(1, 13), 14]
    (refused,) = (row for row in pair.due_rows() if row.state == "refused")
    assert (refused.problem, refused.attempts) == ("loaf-unlucky", 0)
    assert _until_idle(pair.pantry) == 0
    pair.converged()


def _thrown_away_when_sliced(pair: Pair, patch: pytest.MonkeyPatch) -> UUID:
    """A tray of which nothing is stored, and a row that asks to throw it away."""
    tray = uuid4()
    patch.setitem(policies, LoafBaked, [])
    patch.setitem(policies, LoafSliced, [lambda fact: iter([ThrowAway(tray_id=fact.tray_id)])])
    pair.bake(tray)
    pair.slice(tray, 1)
    _heard(pair)
    return tray


def test_what_is_not_there_yet_is_put_off_and_done_once_it_is(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    tray = _thrown_away_when_sliced(pair, monkeypatch)
    assert react(pair.pantry) == 0
    (row,) = pair.due_rows()
    assert (row.state, row.problem, row.attempts) == ("waiting", "not-found", 1)
    pair.pantry.handle(StoreLoaf(tray_id=tray, loaf=1), cause())
    _set_clock(pair, _now(pair) + timedelta(seconds=2))
    assert react(pair.pantry) == 1
    with pair.pantry.log.reading() as tx:
        history, _ = pair.pantry.log.facts(tx, f"shelf/{tray}")
    assert history[-1] == LoavesThrownAway(tray_id=tray)
    pair.converged()


def test_what_is_never_there_is_refused_in_the_end(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    _thrown_away_when_sliced(pair, monkeypatch)
    rounds = 0
    while pair.due_rows()[0].state == "waiting":
        assert rounds <= PATIENCE
        react(pair.pantry)
        _set_clock(pair, _now(pair) + timedelta(seconds=61))
        rounds += 1
    assert rounds == PATIENCE + 1
    assert (pair.due_rows()[0].state, pair.due_rows()[0].problem) == ("refused", "not-found")


def test_what_somebody_else_does_not_answer_waits_however_long(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    tray = uuid4()
    _heard(pair, (tray, 1))

    def unavailable(*_: Any) -> Iterator[Any]:
        raise Unavailable

    with monkeypatch.context() as patch:
        _decides(patch, StoreLoaf, unavailable)
        for _ in range(PATIENCE + 5):
            react(pair.pantry)
            _set_clock(pair, _now(pair) + timedelta(seconds=61))
    row = next(row for row in pair.due_rows() if row.command == "tests.StoreLoaf")
    assert (row.state, row.problem, row.attempts) == ("waiting", "unavailable", PATIENCE + 5)
    assert react(pair.pantry) == 1
    assert pair.stored(tray) == [1]


def test_a_deadline_is_kept_only_when_the_logs_clock_has_passed_it(pair: Pair) -> None:
    tray = uuid4()
    deadline = (_now(pair) + timedelta(days=30)).replace(microsecond=0)
    _heard(pair, (tray, 1), best_before=deadline)
    assert _until_idle(pair.pantry) == 1
    _set_clock(pair, deadline - timedelta(hours=1))
    assert _until_idle(pair.pantry) == 0
    assert _states(pair, "tests.ThrowAway") == ["waiting"]
    _set_clock(pair, deadline)
    assert _until_idle(pair.pantry) == 1
    with pair.pantry.log.reading() as tx:
        *_, last = pair.pantry.log.stream(tx, f"shelf/{tray}")
    assert last.fact == LoavesThrownAway(tray_id=tray)
    assert instant(last.recorded_us) >= deadline
    pair.converged()


def test_a_deadline_that_had_passed_when_it_was_heard_of_is_kept_after_what_is_older(pair: Pair) -> None:
    tray = uuid4()
    _heard(pair, (tray, 1), best_before=datetime(2001, 1, 1, tzinfo=UTC))
    assert _until_idle(pair.pantry) == 2
    with pair.pantry.log.reading() as tx:
        history, _ = pair.pantry.log.facts(tx, f"shelf/{tray}")
    assert history == [LoafStored(tray_id=tray, loaf=1), LoavesThrownAway(tray_id=tray)]


def test_what_finds_nothing_does_not_hold_back_the_younger_one_that_it_waits_for(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    tray = _thrown_away_when_sliced(pair, monkeypatch)
    assert react(pair.pantry) == 0
    monkeypatch.setitem(policies, LoafBaked, [lambda fact: iter([StoreLoaf(tray_id=fact.tray_id, loaf=fact.loaf)])])
    _heard(pair, (tray, 1))
    assert react(pair.pantry) == 1
    assert pair.stored(tray) == [2]
    _set_clock(pair, _now(pair) + timedelta(seconds=2))
    assert react(pair.pantry) == 1
    assert _states(pair, "tests.ThrowAway") == ["done"]
    pair.converged()


def test_no_clock_is_moved_where_work_is_real(pair: Pair) -> None:
    pair.pantry.log.origin = "speir.test/pantry"
    with pytest.raises(ClockIsReal):
        _set_clock(pair, FAR)


def test_an_event_that_comes_again_makes_nothing_due_again(pair: Pair) -> None:
    _heard(pair, (uuid4(), 3), (uuid4(), 2))
    rows = pair.due_rows()
    pair.hearing.hear(pair.told() * 2)
    pull_all(pair.hearing)
    assert pair.due_rows() == rows
    event = pair.heard()[0]
    with pytest.raises(IntegrityError), pair.pantry.log.writing() as tx:
        pair.pantry.taken_in(tx, event, told(event.fact.told).fact, cause())
    assert pair.due_rows() == rows


def test_a_rebuild_runs_no_reaction(pair: Pair) -> None:
    _heard(pair, (uuid4(), 5))
    _until_idle(pair.pantry)
    before = pair.due_rows()
    for model in (loaves, stored):
        with pair.pantry.log.writing() as tx:
            assert model.rebuild(tx, list(pair.pantry.log.appended(tx))) == 5
    assert pair.due_rows() == before
    assert _until_idle(pair.pantry) == 0
    pair.converged()
