"""What arrives is taken in once and in order whatever the bus does; what cannot be taken in waits in the open."""

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest

from shared.messages import event_types
from shared.sourcing import codec
from shared.sourcing.hearing import Hearing
from shared.sourcing.telling import partition_of, told
from tests.shared.bus_fixtures import STEPS, Breaking, Interrupted, Pair, pair, postgres_pair, pull_all, tray_in
from tests.shared.sample_contracts import LoafBaked, LoafSliced, loaves, pantry, policies

__all__ = ["pair", "postgres_pair"]

SEED = 20_260_101


def _in_batches(messages: Sequence[bytes], chance: random.Random) -> Iterator[Sequence[bytes]]:
    start = 0
    while start < len(messages):
        size = chance.randint(1, 100)
        yield messages[start : start + size]
        start += size


def _shuffled(messages: Sequence[bytes], chance: random.Random, window: int = 1000) -> list[bytes]:
    places = {place: place + chance.uniform(0, window) for place in range(len(messages))}
    return [messages[place] for place in sorted(places, key=places.__getitem__)]


def _cooked(pair: Pair, trays: int = 40, each: int = 12) -> list[bytes]:
    """Bake and slice; give what was told in the order of the log, as a relay would bring it."""
    chance = random.Random(SEED)
    ids = [uuid4() for _ in range(trays)]
    for _ in range(3):
        for tray in chance.sample(ids, trays):
            pair.bake(tray, each // 3)
            pair.slice(tray, 1)
    raws = pair.told()
    with pair.kitchen.log.reading() as tx:
        order = {each.event_id: each.position for each in pair.kitchen.log.ordered(tx, limit=10_000)}
    return sorted(raws, key=lambda raw: order[told(raw).event_id] or 0)


def test_what_is_heard_stands_in_the_listeners_own_log_in_order_in_the_same_bytes(pair: Pair) -> None:
    messages = _cooked(pair, trays=16)
    batches = [messages[start : start + 100] for start in range(0, len(messages), 100)]
    assert sum(map(pair.hearing.hear, batches)) == len(messages)
    pair.converged()
    event = pair.heard()[0]
    said = told(event.fact.told)
    assert event.stream == f"heard/kitchen/{said.about}"
    assert event.partition is None, "what was heard is not told on"
    assert (event.about, event.fact.event_id, event.fact.number) == (said.about, said.event_id, said.number)


def test_messages_doubled_and_shuffled_are_taken_in_once(pair: Pair) -> None:
    chance = random.Random(SEED)
    messages = [raw for raw in _cooked(pair) for _ in range(chance.randint(1, 5))]
    new = [pair.hearing.hear(batch) for batch in _in_batches(_shuffled(messages, chance), chance)]
    assert sum(new) == len(pair.told())
    pair.converged()


def _garbled(raw: bytes, chance: random.Random) -> bytes:
    said = orjson.loads(raw)
    ways: list[Callable[[], bytes]] = [
        lambda: chance.randbytes(len(raw)),
        lambda: raw[: chance.randrange(len(raw))],
        lambda: orjson.dumps(said | {"partition": (said["partition"] + 1) % 8}),
        lambda: orjson.dumps(said | {"number": -said["number"]}),
        lambda: orjson.dumps(said | {"number": said["number"] + 5_000}),
        lambda: orjson.dumps(said | {"number": float(said["number"])}),
        lambda: orjson.dumps(said | {"type": "kitchen.LoafBurnt"}),
        lambda: orjson.dumps(said | {"schemaversion": 99}),
        lambda: orjson.dumps(said | {"data": {"tray_id": "no id", "loaf": 1}}),
        lambda: orjson.dumps(said | {"data": said["data"] | {"loaf": 2**63}}),
        lambda: raw.replace(b'"loaf":', b'"loaf":NaN,"was":'),
        lambda: raw.replace(b'"number":', b'"numbers":'),
        lambda: orjson.dumps(said | {"source": "/speir/somebody"}),
        lambda: b"",
    ]
    return chance.choice(ways)()


def test_garbled_messages_are_made_good_from_the_feed_and_nothing_is_parked(pair: Pair) -> None:
    chance = random.Random(SEED)
    messages = [_garbled(raw, chance) if chance.random() < 0.4 else raw for raw in _cooked(pair)]
    messages.insert(50, b"x" * 10_000_000)
    messages.insert(60, orjson.dumps(orjson.loads(messages[0]) | {"number": 1, "data": {"x": "y" * 10_000_000}}))
    for batch in _in_batches(messages, chance):
        pair.hearing.hear(batch)
    pull_all(pair.hearing)
    pair.converged()


def test_a_message_that_claims_the_number_after_its_own_does_not_take_its_place(pair: Pair) -> None:
    pair.bake(tray_in(3), 3)
    first, second, third = pair.told()
    pair.hearing.hear([first])
    assert pair.hearing.hear([orjson.dumps(orjson.loads(first) | {"number": 2})]) == 2
    assert pair.hearing.hear([second, third]) == 0
    pair.converged()


def test_nobody_is_heard_whom_the_service_does_not_listen_to(pair: Pair) -> None:
    pair.bake(uuid4())
    (raw,) = pair.told()
    assert pair.hearing.hear([orjson.dumps(orjson.loads(raw) | {"source": "/speir/cellar"})]) == 0
    assert pair.heard() == []


def test_a_gap_is_repaired_from_the_feed(pair: Pair) -> None:
    pair.bake(tray_in(1), 250)
    messages = pair.told()
    assert pair.hearing.hear(messages[:10]) == 10
    assert pair.hearing.hear(messages[-1:]) == 240, "more than one page"
    pair.converged()


def test_where_the_feed_does_not_answer_a_gap_stays_open_and_the_message_comes_again(pair: Pair) -> None:
    def silent(*_: object) -> Sequence[bytes]:
        raise ConnectionError

    waiting, flowing = tray_in(1), tray_in(2)
    pair.bake(waiting, 5)
    pair.bake(flowing, 5)
    messages = pair.told()
    cut_off = Hearing(pair.pantry, silent)
    assert cut_off.hear(messages[:1]) == 1
    with pytest.raises(ConnectionError):
        cut_off.hear([messages[3], *messages[5:]])
    assert (cut_off.heard_up_to("kitchen", 1), cut_off.heard_up_to("kitchen", 2)) == (1, 5)
    assert cut_off.hear(messages[1:5]) == 4, "no feed is needed once there is no gap"
    pair.converged()


def test_silence_is_made_up_for_by_asking_for_everything(pair: Pair) -> None:
    messages = _cooked(pair, trays=16)
    assert pull_all(pair.hearing) == len(messages)
    assert pull_all(pair.hearing) == 0
    pair.converged()


def test_a_partition_whose_feed_fails_does_not_keep_the_others_from_being_asked(pair: Pair) -> None:
    for partition in range(8):
        pair.bake(tray_in(partition), 2)
    pair.told()

    def mostly(producer: str, partition: int, after: int) -> Sequence[bytes]:
        if partition == 0:
            raise ConnectionError
        return pair.local.feed(producer, partition, after)

    with pytest.raises(ConnectionError):
        pull_all(Hearing(pair.pantry, mostly))
    assert pair.cursors() == (0, 2, 2, 2, 2, 2, 2, 2)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("how", ["bus", "feed"])
def test_a_listener_that_ends_at_any_step_takes_nothing_in_twice(pair: Pair, step: str, how: str) -> None:
    for partition in range(3):
        pair.bake(tray_in(partition), 4)
    messages = pair.told()
    store, ended = pair.pantry.log.store, 0
    for nth in (1, 2, 3):
        pair.pantry.log.store = Breaking(store, step, nth)
        try:
            pair.hearing.hear(messages) if how == "bus" else pull_all(pair.hearing)
        except Interrupted:
            ended += 1
        pair.pantry.log.store = store
        pair.shown_rightly()
    assert ended, "the step was reached"
    pair.hearing.hear(messages)
    pair.converged()
    assert len(pair.due_rows()) == 12 + 3


def test_two_workers_of_one_listener_take_everything_in_once(pair: Pair) -> None:
    messages = _cooked(pair)
    _, other = pair.another_pantry()
    started = threading.Barrier(2)

    def listen(hearing: Hearing, seed: int) -> int:
        chance = random.Random(seed)
        started.wait()
        return sum(hearing.hear(batch) for batch in _in_batches(_shuffled(messages, chance, 50), chance))

    with ThreadPoolExecutor(2) as pool:
        new = list(pool.map(listen, (pair.hearing, other), (1, 2)))
    assert sum(new) == len(messages)
    pair.converged()


def test_two_workers_that_pull_at_once_take_everything_in_once(pair: Pair) -> None:
    pair.bake(tray_in(4), 700)
    pair.told()
    _, other = pair.another_pantry()
    with ThreadPoolExecutor(2) as pool:
        new = list(pool.map(pull_all, (pair.hearing, other)))
    assert sum(new) == 700
    pair.converged()


# What cannot be taken in.


class Wrong:
    """Ways in which this version of the listener cannot take a sliced loaf in, and how each is called."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.patch = patch

    def unknown_type(self) -> str:
        self.patch.delitem(event_types, "kitchen.LoafSliced")
        codec.reader.cache_clear()  # an older version would have started without it
        return "unreadable"

    def newer_version(self) -> str:
        older = replace(event_types["kitchen.LoafSliced"], version=0)
        self.patch.setitem(event_types, "kitchen.LoafSliced", older)
        codec.reader.cache_clear()
        return "unreadable"

    def projection_raises(self) -> str:
        return self._projects(lambda _fact: 1 / 0)

    def projection_the_database_refuses(self) -> str:
        return self._projects(lambda fact: loaves.put(loaf=fact.loaf, tray_id=None, version=1))

    def projection_too_large(self) -> str:
        return self._projects(lambda _fact: loaves.put(loaf=2**64, tray_id=uuid4(), version=1))

    def projection_of_another_kind(self) -> str:
        return self._projects(lambda _fact: loaves.put(loaf=1, tray_id="no id", version=1))

    def projection_of_no_column(self) -> str:
        return self._projects(lambda fact: loaves.put(loaf=fact.loaf, tray_id=fact.tray_id, version=1, colour=7))

    def policy_raises(self) -> str:
        self.patch.setitem(policies, LoafSliced, [lambda _fact: 1 / 0])
        return "projection-failed"

    def _projects(self, wrongly: Callable[[Any], Any]) -> str:
        self.patch.setitem(loaves.projections, LoafSliced, lambda fact, _recorded: wrongly(fact))
        return "projection-failed"


WRONG = [name for name in vars(Wrong) if not name.startswith("_")]


def _two_trays(pair: Pair) -> tuple[UUID, UUID]:
    """A tray that will be stuck at its second event, and a neighbour in the same partition."""
    stuck, neighbour = tray_in(6), tray_in(6)
    pair.bake(stuck)
    pair.bake(neighbour)
    pair.slice(stuck, 1)
    pair.bake(stuck)
    pair.bake(neighbour)
    pair.slice(stuck, 2)
    pair.bake(neighbour)
    return stuck, neighbour


@pytest.mark.parametrize(("how", "by"), [*((how, "bus") for how in WRONG), ("unknown_type", "feed")])
def test_what_cannot_be_taken_in_is_parked_with_all_behind_it_and_neighbours_flow(
    pair: Pair, how: str, by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck, neighbour = _two_trays(pair)

    def hear() -> str:
        messages = pair.told()
        with monkeypatch.context() as patch:
            problem: str = getattr(Wrong(patch), how)()
            pair.hearing.hear(messages) if by == "bus" else pull_all(pair.hearing)
            assert pair.hearing.redrive("kitchen", str(stuck)) == 0
            pair.shown_rightly()
        return problem

    problem = hear()
    parked = pair.hearing.parked()
    assert [(each.number, each.about) for each in parked] == [(n, str(stuck)) for n in (3, 4, 6)]
    assert [each.problem for each in parked] == [problem, "behind-another", "behind-another"]
    assert {each.partition for each in parked} == {6}
    assert _heard_about(pair, neighbour) == [2, 5, 7]
    assert _heard_about(pair, stuck) == [1]
    assert pair.cursors() == pair.numbers(), "the partition did not wait"

    pair.bake(stuck)
    pair.bake(neighbour)
    hear()
    parked = pair.hearing.parked()
    assert [each.number for each in parked] == [3, 4, 6, 8], "the parked stream goes on behind"
    assert [each.attempts for each in parked] == [3, 1, 1, 1]
    assert _heard_about(pair, neighbour) == [2, 5, 7, 9]

    assert pair.hearing.redrive("kitchen", str(neighbour)) == 0
    assert pair.hearing.redrive("kitchen", str(stuck)) == 4
    assert pair.hearing.redrive("kitchen", str(stuck)) == 0
    pair.converged()
    assert _heard_about(pair, stuck) == [1, 3, 4, 6, 8]
    assert len(pair.due_rows()) == 9 - 2 + 2, "a loaf baked is stored, and each tray thrown away, once"


def _heard_about(pair: Pair, about: UUID) -> list[int]:
    return [event.fact.number for event in pair.heard() if event.about == str(about)]


def test_redriving_stops_at_the_first_that_still_fails(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    tray = tray_in(0)
    pair.bake(tray, 5)
    messages = pair.told()

    def fails_for(*unwanted: int) -> Callable[[Any, Any], Any]:
        sound = loaves.projections[LoafBaked]
        return lambda fact, recorded: 1 / 0 if fact.loaf in unwanted else sound(fact, recorded)

    with monkeypatch.context() as patch:
        patch.setitem(loaves.projections, LoafBaked, fails_for(1, 4))
        pair.hearing.hear(messages)
        assert len(pair.hearing.parked()) == 5
    with monkeypatch.context() as patch:
        patch.setitem(loaves.projections, LoafBaked, fails_for(4))
        assert pair.hearing.redrive("kitchen", str(tray)) == 3
        assert [(each.number, each.problem) for each in pair.hearing.parked()] == [
            (4, "projection-failed"),
            (5, "behind-another"),
        ]
        pair.shown_rightly()
    pair.bake(tray)
    pair.hearing.hear(pair.told())
    assert [each.number for each in pair.hearing.parked()] == [4, 5, 6], "in order, though the reason is gone"
    assert pair.hearing.redrive("kitchen", str(tray)) == 3
    pair.converged()


def test_two_workers_that_redrive_at_once_take_everything_in_once(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    tray = tray_in(0)
    pair.bake(tray, 60)
    with monkeypatch.context() as patch:
        patch.setitem(loaves.projections, LoafBaked, lambda _fact, _recorded: 1 / 0)
        pair.hearing.hear(pair.told())
    _, other = pair.another_pantry()
    started = threading.Barrier(2)

    def redrive(hearing: Hearing) -> int:
        started.wait()
        return hearing.redrive("kitchen", str(tray))

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(redrive, (pair.hearing, other))) == 60
    pair.converged()


@pytest.mark.parametrize("step", STEPS)
def test_redriving_that_ends_at_any_step_takes_nothing_in_twice(
    pair: Pair, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tray = tray_in(0)
    pair.bake(tray, 3)
    with monkeypatch.context() as patch:
        patch.setitem(loaves.projections, LoafBaked, lambda _fact, _recorded: 1 / 0)
        pair.hearing.hear(pair.told())
    store = pair.pantry.log.store
    pair.pantry.log.store = Breaking(store, step, 2)
    with pytest.raises(Interrupted):
        pair.hearing.redrive("kitchen", str(tray))
    pair.pantry.log.store = store
    pair.shown_rightly()
    left = len(pair.hearing.parked())
    assert left == (1 if step == "after commit" else 2)
    assert pair.hearing.redrive("kitchen", str(tray)) == left
    pair.converged()


def test_a_rebuild_makes_the_same_rows_and_nothing_due(pair: Pair) -> None:
    pair.hearing.hear(_cooked(pair, trays=8))
    rows = pair.due_rows()
    with pair.pantry.log.writing() as tx:
        events = list(pair.pantry.log.appended(tx))
        assert loaves.rebuild(tx, events) == 8 * 12
    pair.converged()
    assert pair.due_rows() == rows
    assert pantry.hears == ("kitchen",)
    assert partition_of(pair.heard()[0].about) == pair.heard()[0].fact.partition
