"""Read models show what the log adds up to, at once, and a rebuild at any time shows the same."""

import random
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Column, Integer, Text, Uuid, update

from shared.aggregates import Aggregate
from shared.messages import command
from shared.sourcing.checking import compared
from shared.sourcing.event_log import Recorded
from shared.sourcing.read_models import CursorUnknown, Put, ReadModel, Set, fingerprint
from shared.sourcing.service import Service
from tests.shared.log_fixtures import AtWork, at_work, check, together
from tests.shared.samples import Jar, JarOpened, PutThings, ThingPut, evolve, jar, jars

crumbs = ReadModel(
    "crumbs",
    Column("n", Integer, primary_key=True),
    Column("jar_id", Uuid),
    Column("told", Text),
    Column("times", Integer),
)
"""Several rows a stream, put, changed where something holds, and changed all."""
kept = ReadModel("kept", Column("n", Integer, primary_key=True), version=3)
"""Nothing but a key."""
many = ReadModel("many", Column("n", Integer, primary_key=True))
"""Many rows for one event."""


@crumbs.on
def thing_put(fact: ThingPut, recorded: Recorded) -> Iterator[Put | Set]:
    yield crumbs.put(n=fact.count % 5, jar_id=fact.jar_id, times=recorded.version)
    if fact.count % 3 == 0:
        yield crumbs.set({"n": fact.count % 5}, told="three")
        yield crumbs.set({"told": None, "n": 1}, told="one")
    if fact.count % 4 == 0:
        yield crumbs.set({"told": "three"}, told=None, times=-fact.count)


@crumbs.on
def jar_opened(_fact: JarOpened) -> Set:
    return crumbs.set(told="opened")


@kept.on
def thing_kept(fact: ThingPut) -> list[Put]:
    return [kept.put(n=fact.count % 2), kept.put(n=2)]


@many.on
def jar_opened_wide(_fact: JarOpened) -> list[Put]:
    return [many.put(n=n) for n in range(2501)]


@command
class Reopen:
    """Open a jar, however often."""

    jar_id: UUID


shelf = Aggregate("jar", by="jar_id", about="jar_id", initial=Jar(), evolve=evolve)
shelf.decisions |= jar.decisions


@shelf.decides(creates=True)
def reopen(asked: Reopen, _state: Jar) -> Iterator[JarOpened]:
    yield JarOpened(jar_id=asked.jar_id)


MODELS = (jars, crumbs, kept)
messy = Service(name="kitchen", aggregates=(shelf,), read_models=MODELS)


@pytest.fixture
def at(database_url: str, tmp_path: Path) -> Iterator[AtWork]:
    with at_work(database_url, tmp_path, messy) as working:
        yield working


def shown(at: AtWork, model: ReadModel) -> list[dict[str, Any]]:
    with at.log.reading() as tx:
        return sorted(model.live(tx), key=str)


def test_a_row_is_there_as_soon_as_its_event_is(at: AtWork) -> None:
    one = uuid4()
    at.ask(PutThings(jar_id=one, count=2))
    assert shown(at, jars) == [{"stream": f"jar/{one}", "jar_id": one, "things": 2, "told": None}]
    at.ask(PutThings(jar_id=one))
    assert shown(at, jars)[0]["things"] == 3
    assert shown(at, kept) == [{"stream": f"jar/{one}", "n": n} for n in range(3)]


def test_a_change_stays_within_its_stream_and_where_it_holds(at: AtWork) -> None:
    one, other = uuid4(), uuid4()
    for each in (one, other):
        at.ask(PutThings(jar_id=each, count=2))
    at.ask(Reopen(jar_id=one))
    assert {(row["jar_id"], row["told"]) for row in shown(at, crumbs)} == {(one, "opened"), (other, None)}
    at.ask(PutThings(jar_id=other))
    told = {row["n"]: row["told"] for row in shown(at, crumbs) if row["jar_id"] == other}
    assert told == {1: "one", 2: None, 3: "three"}
    assert at.sequencer.drain() == 6
    check(at.log, MODELS)


def test_what_was_put_over_a_row_leaves_nothing_of_it(at: AtWork) -> None:
    one = uuid4()
    for count, left in ((3, (3, "three")), (4, (-4, None)), (1, (8, None))):
        at.ask(PutThings(jar_id=one, count=count))
        (row,) = [row for row in shown(at, crumbs) if row["n"] == 3]
        assert (row["times"], row["told"]) == left


@pytest.mark.parametrize("seed", range(4))
def test_rows_as_they_grew_equal_rows_as_they_are_rebuilt(at: AtWork, seed: int) -> None:
    chance = random.Random(seed)
    some = [uuid4() for _ in range(5)]
    for _ in range(40):
        one = chance.choice(some)
        at.ask(Reopen(jar_id=one) if chance.random() < 0.2 else PutThings(jar_id=one, count=chance.randint(1, 4)))
    before = {model: shown(at, model) for model in MODELS}
    assert all(before.values())
    with at.log.writing() as tx:
        for model in MODELS:
            assert model.rebuild(tx, at.log.appended(tx)) == len(before[model])
    assert {model: shown(at, model) for model in MODELS} == before
    at.sequencer.drain()
    check(at.log, MODELS)


def test_the_order_of_the_log_shows_the_same_as_the_order_of_appending(at: AtWork) -> None:
    some = [uuid4() for _ in range(4)]
    together([lambda one=one: [at.ask(PutThings(jar_id=one, count=2)) for _ in range(5)] for one in some])
    by_position = crumbs.folded(at.sequenced())
    assert fingerprint(by_position.values()) == fingerprint(shown(at, crumbs))


def test_a_row_that_was_tampered_with_is_found_and_put_right(at: AtWork) -> None:
    for _ in range(3):
        at.ask(PutThings(jar_id=uuid4(), count=2))
    assert [each.equal for each in compared(at.log, MODELS)] == [True, True, True]
    with at.log.writing() as tx:
        tx.execute(update(crumbs.table).where(crumbs.table.c.n == 1).values(times=99))
        tx.execute(jars.table.insert().values(stream="jar/none", jar_id=uuid4(), things=1))
    found = {each.name: each for each in compared(at.log, MODELS)}
    assert {name: each.equal for name, each in found.items()} == {"jars": False, "crumbs": False, "kept": True}
    assert (found["jars"].rows, found["kept"].version) == (4, 3)
    with at.log.writing() as tx:
        for model in MODELS:
            model.rebuild(tx, at.log.appended(tx))
    assert all(each.equal for each in compared(at.log, MODELS))


def test_a_rebuild_of_more_rows_than_one_statement_takes(at: AtWork) -> None:
    at.ask(Reopen(jar_id=uuid4()))
    with at.log.writing() as tx:
        many.table.create(tx)
        for _ in range(2):
            assert many.rebuild(tx, at.log.appended(tx)) == len(many.live(tx)) == 2501
        assert many.rebuild(tx, []) == 0
        assert many.live(tx) == []


def test_a_fingerprint_knows_no_order_and_misses_no_change() -> None:
    rows = [{"a": n, "b": str(n)} for n in range(5)]
    assert fingerprint(rows) == fingerprint(reversed(rows))
    others = [rows[:-1], [*rows, rows[0]], [*rows[:-1], {"a": 4, "b": "5"}], [*rows[:-1], {"a": "4", "b": 4}], []]
    assert len({fingerprint(each) for each in [rows, *others]}) == 6
    assert fingerprint([]) == "0" * 64


# Pages


def test_pages_meet_without_gap_or_overlap(at: AtWork) -> None:
    for _ in range(3):
        at.ask(PutThings(jar_id=uuid4(), count=5))
    with at.log.reading() as tx:
        whole, end = crumbs.page(tx, (), None, 100)
        assert (len(whole), end) == (15, None)
        for limit in (1, 2, 7, 14, 15):
            found, cursor = crumbs.page(tx, (), None, limit)
            while cursor is not None:
                more, cursor = crumbs.page(tx, (), cursor, limit)
                found += more
            assert found == whole
        first, cursor = crumbs.page(tx, (crumbs.table.c.n == 3,), None, 2)
        rest, end = crumbs.page(tx, (crumbs.table.c.n == 3,), cursor, 2)
        assert ([row.n for row in first + rest], end) == ([3, 3, 3], None)


def as_cursor(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "!",
        "é",
        "AAAA",
        as_cursor("7"),
        as_cursor("[]"),
        as_cursor("{}"),
        as_cursor('["jar/1"]'),
        as_cursor('["jar/1", "2"]'),
        as_cursor('["jar/1", null]'),
        as_cursor('["jar/1", 1.5]'),
        as_cursor('["jar/1", 1, 2]'),
        as_cursor("[1, 1]"),
        as_cursor('["jar/\\u0000", 1]'),
        as_cursor('["jar/1", 9223372036854775808]'),
        as_cursor('["jar/1", true]'),
    ],
)
def test_a_cursor_that_was_not_given_out_is_refused(at: AtWork, cursor: str) -> None:
    at.ask(PutThings(jar_id=uuid4(), count=5))
    with at.log.reading() as tx, pytest.raises(CursorUnknown):
        crumbs.page(tx, (), cursor, 2)
