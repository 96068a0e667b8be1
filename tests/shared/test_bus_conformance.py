"""Whatever carries it, in one process or over a broker, what is told is heard: once, in order, after any failure."""

import random
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4

import orjson
import pytest

from shared.edges.bus import Listener
from shared.edges.local_bus import LocalBus
from shared.edges.loops import Loops
from shared.messages import Words
from shared.sourcing.hearing import Hearing
from shared.sourcing.telling import told
from tests.shared.bus_fixtures import (
    STEPS,
    Breaking,
    Cable,
    Deployed,
    Embedded,
    Pair,
    Stumbled,
    Working,
    cable,
    cabled,
    cause,
    deployed,
    house,
    pair,
    postgres_pair,
    pull_all,
    stumble,
    tray_in,
    until,
)
from tests.shared.sample_contracts import LoafBaked, TryRecipe, loaves, pantry

__all__ = ["cable", "cabled", "deployed", "house", "pair", "postgres_pair"]

SEED = 20_260_101


def _cook(house: Working, trays: int = 24, rounds: int = 3) -> list[UUID]:
    """Four cooks at once bake and slice, each on trays of its own, and write down what stays in the kitchen."""
    ids = [uuid4() for _ in range(trays)]

    def cook(mine: Sequence[UUID]) -> None:
        for _ in range(rounds):
            for tray in mine:
                house.bake(tray, 2)
                house.kitchen.handle(TryRecipe(tray_id=tray, note=Words("a pinch of something")), cause())
                house.slice(tray, 1)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(cook, [ids[n::4] for n in range(4)]))
    return ids


def test_everything_that_is_told_arrives_once_and_in_order(house: Working) -> None:
    house.work()
    trays = _cook(house)
    house.settle()
    house.converged()
    heard = house.heard()
    assert len(heard) == len(trays) * 3 * 3
    assert {told(each.fact.told).type for each in heard} == {"kitchen.LoafBaked", "kitchen.LoafSliced"}
    assert {each.about for each in heard} == {str(tray) for tray in trays}


def test_a_listener_that_starts_late_hears_everything_from_the_first(house: Working) -> None:
    _cook(house, trays=8)
    house.queued()
    house.work()
    house.settle()
    house.converged()


def test_what_was_told_before_anybody_listened_is_asked_for(house: Working) -> None:
    _cook(house, trays=8)
    house.sequencer.drain()
    assert pull_all(house.hearing) == 8 * 3 * 3
    house.work()
    _cook(house, trays=8)
    house.settle()
    house.converged()


def test_what_is_heard_is_acted_on_once_while_it_comes(house: Working) -> None:
    house.work()
    house.react()
    trays = _cook(house, trays=12)
    house.settle()
    until(lambda: sum(row.state == "done" for row in house.due_rows()) == 12 * 6, "not everything was acted on")
    for tray in trays:
        assert house.stored(tray) == [1, 2, 3, 4, 5, 6]
    house.rest()
    house.converged()


@pytest.mark.parametrize("step", [*STEPS, "before ack"])
def test_a_listener_that_stumbles_at_any_step_hears_everything_once(house: Working, step: str) -> None:
    _cook(house, trays=8)
    house.queued()
    broken = Breaking(house.pantry.log.store, step, 3, stumble)
    house.pantry.log.store = broken
    house.before_ack += [stumble] * (step == "before ack")
    house.work()
    _cook(house, trays=4, rounds=1)
    until(lambda: house.before_ack == [] if step == "before ack" else broken.nth <= 0, "the step was not reached")
    house.settle()
    house.converged()


@pytest.mark.parametrize("step", STEPS)
def test_a_listener_killed_at_any_step_leaves_nothing_doubled_and_nothing_lost(house: Working, step: str) -> None:
    for _ in range(3):
        for partition in range(8):
            house.bake(tray_in(partition), 2)
    house.queued()
    with house.elsewhere(step, nth=3) as process:
        assert process.wait(60) == -signal.SIGKILL
    house.shown_rightly()
    house.work()
    house.settle()
    house.converged()
    assert len(house.due_rows()) == 48 + 24


def test_a_listener_killed_again_and_again_hears_everything_once(house: Working) -> None:
    with ThreadPoolExecutor(1) as pool:
        stop = threading.Event()

        def serve() -> None:
            while not stop.wait(0.05):  # at a pace, however long a process takes to begin
                house.bake(random.choice(trays), 3)
                house.queued()

        trays = [uuid4() for _ in range(20)]
        serving = pool.submit(serve)
        try:
            for _ in range(3):
                with house.elsewhere() as process:
                    before = sum(house.cursors())
                    until(lambda before=before: sum(house.cursors()) > before + 20, "the worker heard nothing")
                    assert process.poll() is None
                    process.kill()
                house.shown_rightly()
        finally:
            stop.set()
        serving.result()
    house.work()
    house.settle()
    house.converged()


def test_two_listeners_at_once_hear_everything_once(house: Working) -> None:
    house.work()
    with house.elsewhere() as process:
        _cook(house)
        house.settle()
        assert process.poll() is None
        process.kill()
    house.converged()


def test_messages_doubled_shuffled_and_garbled_on_the_way_do_no_harm(house: Working) -> None:
    chance = random.Random(SEED)
    _cook(house, trays=12)
    messages = [raw for raw in house.told() for _ in range(chance.randint(1, 5))]
    chance.shuffle(messages)
    garbled: list[Callable[[bytes], bytes]] = [
        lambda raw: chance.randbytes(len(raw)),
        lambda raw: raw[: len(raw) // 2],
        lambda raw: orjson.dumps(orjson.loads(raw) | {"schemaversion": 99}),
        lambda raw: orjson.dumps(orjson.loads(raw) | {"data": {}}),
        lambda raw: raw.replace(b'"loaf":', b'"loaf":NaN,"was":'),
        lambda _raw: b"\x00" * 1_000_000,
        lambda raw: raw,
        lambda raw: raw,
    ]
    house.work()
    house.bring([chance.choice(garbled)(raw) for raw in messages])
    pull_all(house.hearing)
    house.settle()
    house.converged()


def test_what_cannot_be_taken_in_is_parked_while_the_rest_flows_and_redriven_in_order(
    house: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = tray_in(2)
    sound = loaves.projections[LoafBaked]

    def wrong(fact: LoafBaked, recorded: object) -> object:
        return 1 / 0 if (fact.tray_id, fact.loaf) == (stuck, 2) else sound(fact, recorded)

    with monkeypatch.context() as patch:
        patch.setitem(loaves.projections, LoafBaked, wrong)
        house.work()
        house.bake(stuck, 3)
        neighbours = _cook(house, trays=16)
        house.slice(stuck, 1)
        house.settle()
        assert [each.problem for each in house.hearing.parked()] == ["projection-failed", *["behind-another"] * 2]
        assert {each.about for each in house.heard()} == {str(tray) for tray in [stuck, *neighbours]}
        assert house.hearing.redrive("kitchen", str(stuck)) == 0
    assert house.hearing.redrive("kitchen", str(stuck)) == 3
    house.bake(stuck)
    house.settle()
    house.converged()


def test_work_that_was_stopped_has_stopped_and_goes_on_when_it_is_begun_again(house: Working) -> None:
    house.work()
    _cook(house, trays=8)
    house.rest()
    before = house.cursors()
    _cook(house, trays=8)
    assert house.cursors() == before
    house.work()
    house.settle()
    house.converged()


# What only a broker can do.


def test_without_a_broker_commands_go_on_and_everything_is_told_once_it_is_back(cabled: Deployed, cable: Cable) -> None:
    _cook(cabled, trays=8)
    cabled.settle()
    cable.unplug()
    mark = cabled.mark()
    _cook(cabled, trays=8)
    until(lambda: cabled.relay.failures > 1, "the relay did not notice")
    assert cabled.mark() == mark
    cable.plug_in()
    cabled.settle()
    cabled.converged()


def test_a_line_that_is_cut_again_and_again_loses_and_doubles_nothing(cabled: Deployed, cable: Cable) -> None:
    for _ in range(5):
        _cook(cabled, trays=8, rounds=1)
        cable.unplug()
        cable.plug_in()
    cabled.settle()
    cabled.converged()


def test_what_a_wiped_broker_has_lost_is_made_good_by_the_next_message_or_by_asking(deployed: Deployed) -> None:
    deployed.laid_out()
    quiet, loud = tray_in(1), tray_in(2)
    for tray in (quiet, loud):
        deployed.bake(tray, 5)
    deployed.queued()
    assert deployed.mark() == 9, "the relay has told everything and will not tell it again"
    deployed.wipe()
    deployed.work()
    deployed.bake(loud)
    until(lambda: deployed.cursors()[2] == 6, "the gap was not repaired")
    assert deployed.cursors()[1] == 0, "nothing said that there was more"
    assert pull_all(deployed.hearing) == 5
    deployed.settle()
    deployed.converged()


def test_a_broker_that_is_wiped_in_the_middle_of_everything_is_laid_out_again(deployed: Deployed) -> None:
    deployed.laid_out()
    deployed.work()
    for _ in range(3):
        _cook(deployed, trays=8, rounds=1)
        deployed.wipe()
    last = [tray_in(partition) for partition in range(8)]
    for tray in last:
        deployed.bake(tray)
    deployed.settle()
    deployed.converged()


def test_another_worker_takes_over_the_queues(deployed: Deployed) -> None:
    deployed.laid_out()
    deployed.work()
    _, other = deployed.another_pantry()
    stop, taken = threading.Event(), list[int]()
    ear = Listener(deployed.url, deployed.listener, [deployed.producer], lambda raws: taken.append(other.hear(raws)))
    thread = threading.Thread(target=ear.run, args=(stop,))
    thread.start()
    _cook(deployed, trays=8)
    deployed.settle()
    deployed.rest()
    deployed.loops.run("sequence", deployed.sequencer.once)
    deployed.loops.run("relay", deployed.relay.once)
    _cook(deployed, trays=8)
    deployed.settle()
    stop.set()
    thread.join(60)
    assert not thread.is_alive()
    assert sum(taken) >= 8 * 9
    deployed.converged()


# What only the local bus can do.


@pytest.fixture
def embedded(tmp_path: Path) -> Embedded:
    return Embedded((f"sqlite:///{tmp_path}/kitchen.db", f"sqlite:///{tmp_path}/pantry.db"), tmp_path)


def test_the_local_bus_asks_only_where_there_is_something_new(embedded: Embedded) -> None:
    asked: list[tuple[str, int, int]] = []

    def feed(producer: str, partition: int, after: int) -> Sequence[bytes]:
        asked.append((producer, partition, after))
        return embedded.local.feed(producer, partition, after)

    hearing = Hearing(embedded.pantry, feed)
    embedded.bake(tray_in(5), 3)
    embedded.sequencer.drain()
    assert embedded.local.deliver(hearing, pantry.hears) == 3
    assert embedded.local.deliver(hearing, pantry.hears) == 0
    assert {partition for _, partition, _ in asked} == {5}
    assert asked[0] == ("kitchen", 5, 0)
    embedded.close()


def test_the_local_bus_delivers_again_what_could_not_be_taken_in(embedded: Embedded) -> None:
    embedded.bake(tray_in(5), 3)
    embedded.sequencer.drain()
    store = embedded.pantry.log.store
    embedded.pantry.log.store = Breaking(store, "before commit", 1, stumble)
    with pytest.raises(Stumbled):
        embedded.local.deliver(embedded.hearing, pantry.hears)
    assert embedded.local.deliver(embedded.hearing, pantry.hears) == 3
    embedded.converged()
    embedded.close()


def test_the_local_bus_takes_no_listener_for_one_that_is_gone(pair: Pair) -> None:
    bus = LocalBus({"kitchen": pair.kitchen.log})
    pair.bake(uuid4())
    pair.told()
    for _ in range(50):
        with pair.pantry.log.writing() as tx:
            tx.exec_driver_sql("DELETE FROM cursor")
        asked: list[int] = []
        listening = Hearing(
            pair.pantry, lambda _producer, partition, _after, asked=asked: asked.append(partition) or []
        )
        bus.deliver(listening, pantry.hears)
        assert len(asked) == 1, "a new listener knows nothing yet"
        del listening


# Loops.


def test_a_loop_goes_on_after_failures_and_stops_at_once_in_a_pause() -> None:
    loops, calls, reached = Loops(), list[int](), threading.Event()

    def once() -> int:
        calls.append(len(calls))
        if len(calls) <= 3:
            raise Stumbled
        if len(calls) < 10:
            return 1
        reached.set()
        return 0

    loops.run("counting", once, pause_s=0.001)
    assert reached.wait(60)
    resting = threading.Event()
    loops.run("resting", lambda: resting.set() or 0, pause_s=1_000)
    loops.start("listening", lambda stop: None if stop.wait(60) else pytest.fail("it was never told to stop"))
    assert resting.wait(60)
    loops.stop()
    assert {thread.name for thread in threading.enumerate()}.isdisjoint({"counting", "resting", "listening"})
    after = len(calls)
    assert after >= 10
    assert loops.stopping.is_set()
    assert len(calls) == after
