"""Many writers at once, again and again: nothing lost, nothing doubled, nothing out of order, and shown as it is."""

import random
import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.errors import KeyInFlight, Refused, TooManyClashes
from shared.sourcing.event_log import EventLog, Recorded
from shared.sourcing.idempotency import RequestKey
from shared.sourcing.running import Reply
from shared.sourcing.sequencer import Sequencer
from shared.sourcing.service import Service
from tests.shared.log_fixtures import PATIENCE_S, AtWork, at_work, check, ordered, together
from tests.shared.samples import JarAlreadyOpen, JarFull, OpenJar, PutThings, jar, kitchen

unseen = replace(kitchen, read_models=())
"""A kitchen that shows nothing: its appends are statements by themselves."""


class Follower:
    """Whoever follows the log by position from its very beginning, while it grows."""

    def __init__(self, log: EventLog) -> None:
        self.log = log
        self.seen: list[Recorded] = []
        self.failed: list[BaseException] = []
        self._enough: Callable[[], bool] = lambda: False
        self._thread = threading.Thread(target=self._follow)
        self._thread.start()

    def _follow(self) -> None:
        try:
            while not self._enough():
                with self.log.reading() as tx:
                    after = self.seen[-1].position if self.seen else -1
                    self.seen += self.log.ordered(tx, after, 50)  # type: ignore[arg-type]
        except BaseException as failed:
            self.failed.append(failed)
            raise

    def until(self, count: int) -> list[Recorded]:
        """What was seen by the time that so many events have a position."""
        self._enough = lambda: len(self.seen) >= count
        self._thread.join(PATIENCE_S)
        self._enough = lambda: True
        assert not self.failed
        return self.seen


@contextmanager
def sequencing(log: EventLog) -> Iterator[list[BaseException]]:
    """A sequencer at work meanwhile."""
    done, failed = threading.Event(), list[BaseException]()

    def sequence() -> None:
        mine = Sequencer(log)
        try:
            while not done.is_set():
                mine.once()
        except Exception as problem:  # noqa: BLE001 - the test has to see it
            failed.append(problem)
        mine.lease.give_up()

    thread = threading.Thread(target=sequence)
    thread.start()
    try:
        yield failed
    finally:
        done.set()
        thread.join(PATIENCE_S)


class Writer:
    """A caller who asks for this and that, and remembers every answer."""

    def __init__(self, at: AtWork, seed: Any, jars: list[UUID]) -> None:
        self.at = at
        self.name = f"caller {seed}"
        self.chance = random.Random(self.name)
        self.jars = jars
        self.acknowledged: Counter[str] = Counter()
        self.ids: list[str] = []

    def write(self, times: int) -> None:
        for n in range(times):
            asked = self.something()
            key = RequestKey.of(b"s" * 32, self.name, f"key {n}", b"body") if n % 3 == 0 else None
            reply = self.answered(asked, key)
            if reply is None:
                continue
            if key is not None:
                assert self.at.ask(asked, key=key).body == reply.body
            ids = [receipt["event_id"] for receipt in reply.body["receipts"]]
            self.acknowledged[reply.body["stream"]] += len(ids)
            self.ids += ids

    def something(self) -> OpenJar | PutThings:
        one, *others = self.chance.sample(self.jars, min(3, len(self.jars)))
        if self.chance.random() < 0.1:
            return OpenJar(jar_id=one)
        beside = tuple(others) if self.chance.random() < 0.3 else ()
        return PutThings(jar_id=one, count=self.chance.randint(1, 4), beside=beside)

    def answered(self, asked: Any, key: RequestKey | None) -> Reply | None:
        """The answer to a command that is asked until it has one; None for a jar that is open already."""
        while True:
            try:
                return self.at.ask(asked, key=key)
            except (TooManyClashes, KeyInFlight):
                continue
            except JarAlreadyOpen:
                return None


def agree(at: AtWork, writers: list[Writer], service: Service = kitchen, before: int = 0) -> list[Recorded]:
    """What was acknowledged is in the log, once and in its order, and nothing else since; returns those events."""
    events = at.sequenced()[before:]
    acknowledged = sum((writer.acknowledged for writer in writers), Counter[str]())
    assert Counter(recorded.stream for recorded in events) == acknowledged
    ids = [event_id for writer in writers for event_id in writer.ids]
    assert len(ids) == len(set(ids))
    assert {str(recorded.event_id) for recorded in events} == set(ids)
    for writer in writers:
        own = [str(recorded.event_id) for recorded in events if str(recorded.event_id) in set(writer.ids)]
        assert own == writer.ids, "whoever got an answer and then asked again was overtaken by themselves"
    check(at.log, service.read_models)
    return events


@pytest.mark.parametrize(("service", "streams"), [(kitchen, 40), (unseen, 12)], ids=["shown", "unseen"])
def test_sixty_four_writers_lose_double_and_disorder_nothing(
    database_url: str, tmp_path: Path, service: Service, streams: int
) -> None:
    with at_work(database_url, tmp_path, service) as at:
        jars = [uuid4() for _ in range(streams)]
        writers = [Writer(at, n, jars) for n in range(64)]
        follower = Follower(at.log)
        with sequencing(at.log) as failed:
            answers = together([lambda writer=writer: writer.write(5) for writer in writers])
        assert answers == [None] * 64
        assert failed == []
        events = agree(at, writers, service)
        assert len(events) > 64 * 5
        assert follower.until(len(events)) == events


def test_readers_that_follow_the_log_skip_and_repeat_nothing(database_url: str, tmp_path: Path) -> None:
    with at_work(database_url, tmp_path, unseen) as at:
        followers = [Follower(at.log) for _ in range(6)]
        writers = [Writer(at, n, [uuid4() for _ in range(5)]) for n in range(6)]
        with sequencing(at.log) as failed:
            answers = together([lambda writer=writer: writer.write(20) for writer in writers])
        assert (answers, failed) == ([None] * 6, [])
        events = agree(at, writers, unseen)
        assert all(follower.until(len(events)) == events for follower in followers)


def test_no_jar_is_overfilled_by_those_who_look_at_other_jars(database_url: str, tmp_path: Path) -> None:
    with at_work(database_url, tmp_path) as at:
        jars = [uuid4() for _ in range(4)]

        def fill(seed: int) -> None:
            chance = random.Random(seed)
            for _ in range(12):
                one, *others = chance.sample(jars, 4)
                with_room = PutThings(jar_id=one, beside=tuple(others), at_most=30)
                try:
                    at.ask(with_room)
                except (TooManyClashes, JarFull):
                    continue

        assert together([lambda seed=seed: fill(seed) for seed in range(12)]) == [None] * 12
        assert 20 < len(at.sequenced()) <= 30
        check(at.log)


# The same scenario, again and again


def one_run(at: AtWork, seed: int) -> None:
    """A few writers, a sequencer that comes and goes, and at the end everything has to agree."""
    chance, before = random.Random(seed), len(ordered(at.log))
    jars = [UUID(int=chance.getrandbits(128)) for _ in range(chance.randint(1, 6))]
    writers = [Writer(at, f"{seed}/{n}", jars) for n in range(chance.randint(2, 4))]
    calls: list[Callable[[], Any]] = [lambda writer=writer: writer.write(4) for writer in writers]  # type: ignore[misc]
    answers = together([*calls, lambda: [at.sequencer.once() for _ in range(chance.randint(0, 6))]])
    assert answers[:-1] == [None] * len(writers)
    assert not isinstance(answers[-1], Exception)
    events = agree(at, writers, before=before)
    for one in jars:
        facts = [recorded.fact for recorded in events if recorded.stream == f"jar/{one}"]
        assert jar.state(facts).things == sum(type(fact).__name__ == "ThingPut" for fact in facts)
    assert ordered(at.log, 7)[before:] == events


def disagreeing(seeds: range, run: Callable[[int], None]) -> list[tuple[int, str]]:
    """The seeds whose runs did not agree, and how."""
    found = []
    for seed in seeds:
        try:
            run(seed)
        except (AssertionError, Refused) as problem:
            found.append((seed, repr(problem)))
    return found


def test_a_hundred_and_fifty_runs_of_one_hundred_and_fifty_agree_on_sqlite(tmp_path: Path) -> None:
    with at_work(f"sqlite:///{tmp_path}/model.db", tmp_path):
        pass

    def run(seed: int) -> None:
        shutil.copy(tmp_path / "model.db", tmp_path / f"{seed}.db")
        with at_work(f"sqlite:///{tmp_path}/{seed}.db", tmp_path, laid=True) as at:
            one_run(at, seed)

    assert disagreeing(range(150), run) == []


def test_fifty_runs_of_fifty_agree_on_postgres(postgres_database: str, tmp_path: Path) -> None:
    with at_work(postgres_database, tmp_path) as at:
        assert disagreeing(range(1000, 1050), lambda seed: one_run(at, seed)) == []
