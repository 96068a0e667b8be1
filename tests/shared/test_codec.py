"""What is written is read for ever: canonical bytes, versions and old names, and a golden sample of each."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path
from typing import NewType
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.aggregates import Aggregate
from shared.errors import Refused
from shared.messages import (
    Body,
    Confidential,
    Place,
    Sealed,
    Words,
    alias,
    command,
    event,
    event_type_of,
    event_types,
    sealed,
    upcaster,
)
from shared.sourcing import codec
from shared.sourcing.codec import Unreadable
from shared.sourcing.read_models import Put, ReadModel
from shared.sourcing.recording import nothing_to_seal
from shared.sourcing.service import Service
from shared.sourcing.store import Append
from tests.golden import HERE, Sample, add_missing, every_type, missing, samples
from tests.shared.log_fixtures import AtWork, an_entry, append, at_work

Code = NewType("Code", str)
THERE, STREAM = UUID(int=5), "cake/5"


class Icing(StrEnum):
    """How a cake is iced."""

    PLAIN = "plain"
    FONDANT = "fondant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A layer of a cake."""

    code: Code
    height: int
    eaten_on: date | None = None


@event
class CakeBaked:
    """A cake was baked: one field of every kind that may stand in the log."""

    cake_id: UUID
    code: Code
    icing: Icing
    maybe: Icing | None
    count: int
    fresh: bool
    baked_on: date
    eaten_at: datetime
    digest: bytes
    layers: tuple[Layer, ...]
    days: tuple[date, ...]
    bottom: Layer | None
    note: Confidential | None = sealed(under="cake_id")


LAYERS = some.builds(
    Layer, code=some.text(max_size=5), height=some.integers(-9, 9), eaten_on=some.none() | some.dates()
)
INSTANTS = some.datetimes(min_value=datetime(1, 1, 3), max_value=datetime(9999, 12, 29))  # noqa: DTZ001 - zones are added
CAKES = some.builds(
    CakeBaked,
    cake_id=some.uuids(),
    code=some.text(max_size=9),
    icing=some.sampled_from(Icing),
    maybe=some.none() | some.sampled_from(Icing),
    count=some.integers(-(2**53), 2**53),
    fresh=some.booleans(),
    baked_on=some.dates(),
    eaten_at=INSTANTS.map(lambda at: at.replace(tzinfo=UTC)),
    digest=some.binary(max_size=9),
    layers=some.lists(LAYERS, max_size=3).map(tuple),
    days=some.lists(some.dates(), max_size=3).map(tuple),
    bottom=some.none() | LAYERS,
    note=some.none() | some.text(max_size=9).map(Words),
)


def unsealed(text: str, owner: str, path: str) -> Sealed:
    """A seal that everybody can open: what is tested is where seals go."""
    return Sealed(json.dumps([text, owner]), THERE, STREAM, "tests.CakeBaked", path)


def a_cake() -> CakeBaked:
    return CakeBaked(
        cake_id=UUID(int=1),
        code=Code("é"),
        icing=Icing.FONDANT,
        maybe=None,
        count=3,
        fresh=True,
        baked_on=date(2026, 3, 1),
        eaten_at=datetime(2026, 3, 29, 1, 30, 0, 7, tzinfo=UTC),
        digest=b"\0\xff",
        layers=(Layer(code=Code("a"), height=1),),
        days=(date(2026, 3, 1),),
        bottom=None,
        note=Words("a secret"),
    )


# Bytes


@given(CAKES)
def test_what_is_written_is_read_again(cake: CakeBaked) -> None:
    body = codec.encode(cake, unsealed)
    read = codec.decode("tests.CakeBaked", 1, body, THERE, STREAM)
    assert replace(read, note=None) == replace(cake, note=None)
    assert (read.note is None) == (cake.note is None)
    if read.note is not None:
        assert json.loads(read.note.token) == [cake.note.reveal(), f"cake/{cake.cake_id}"]
        assert tuple(read.note.place) == (THERE, STREAM, "tests.CakeBaked", "note")
    assert isinstance(read.layers, tuple)
    assert all(isinstance(layer, Layer) for layer in read.layers)


def test_the_bytes_of_a_body_are_canonical() -> None:
    assert codec.encode(a_cake(), unsealed).decode() == (
        '{"baked_on":"2026-03-01","bottom":null,"cake_id":"00000000-0000-0000-0000-000000000001","code":"é","count":3,'
        '"days":["2026-03-01"],"digest":"AP8=","eaten_at":"2026-03-29T01:30:00.000007Z","fresh":true,"icing":"fondant",'
        '"layers":[{"code":"a","eaten_on":null,"height":1}],"maybe":null,'
        '"note":"[\\"a secret\\", \\"cake/00000000-0000-0000-0000-000000000001\\"]"}'
    )


def test_an_instant_is_written_the_same_whatever_its_zone() -> None:
    summer = timezone(timedelta(hours=1))
    told = replace(a_cake(), eaten_at=a_cake().eaten_at.astimezone(summer))
    assert told.eaten_at.utcoffset() == timedelta(hours=1)
    assert codec.encode(told, unsealed) == codec.encode(a_cake(), unsealed)


def test_an_instant_without_a_zone_is_not_written() -> None:
    with pytest.raises((TypeError, ValueError)):
        codec.encode(replace(a_cake(), eaten_at=datetime(2026, 3, 29, 1, 30)), unsealed)  # noqa: DTZ001 - what is refused


def test_words_are_written_nowhere_but_sealed() -> None:
    assert b"a secret" not in codec.encode(a_cake(), lambda _t, _o, path: Sealed("token", THERE, "", "", path))
    with pytest.raises(ValueError, match="note"):
        codec.encode(a_cake(), nothing_to_seal)
    with pytest.raises(TypeError):
        codec.canonical({"note": Words("a secret")})


@pytest.mark.parametrize("value", [1.5j, object(), {1, 2}, Path()])
def test_what_has_no_place_in_the_log_is_not_written(value: object) -> None:
    with pytest.raises(TypeError):
        codec.canonical({"value": value})


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("cake_id", "no id"),
        ("cake_id", None),
        ("cake_id", 7),
        ("icing", "marzipan"),
        ("icing", None),
        ("icing", ["plain"]),
        ("baked_on", "2026-02-30"),
        ("eaten_at", 3),
        ("layers", None),
        ("layers", [{"code": "a"}]),
        ("layers", [None]),
        ("bottom", 4),
    ],
)
def test_a_body_that_does_not_fit_is_unreadable(member: str, value: object) -> None:
    body = json.loads(codec.encode(a_cake(), unsealed)) | {member: value}
    with pytest.raises(Unreadable):
        codec.decode("tests.CakeBaked", 1, json.dumps(body).encode(), THERE, STREAM)


def test_a_member_that_is_missing_is_unreadable_unless_it_has_a_default() -> None:
    body = json.loads(codec.encode(a_cake(), unsealed))
    del body["layers"][0]["eaten_on"]
    assert codec.decode("tests.CakeBaked", 1, json.dumps(body).encode(), THERE, STREAM).layers == a_cake().layers
    for member in body:
        less = {name: value for name, value in body.items() if name != member}
        with pytest.raises(Unreadable):
            codec.decode("tests.CakeBaked", 1, json.dumps(less).encode(), THERE, STREAM)


def test_members_that_this_code_does_not_know_are_passed_over() -> None:
    body = json.loads(codec.encode(a_cake(), unsealed)) | {"later": 1}
    read = codec.decode("tests.CakeBaked", 1, json.dumps(body).encode(), THERE, STREAM)
    assert replace(read, note=None) == replace(a_cake(), note=None)


@pytest.mark.parametrize("raw", [b"", b"[]", b"null", b"7", b"{", b"\xff", b'{"a":NaN}'])
def test_bytes_that_are_no_body_are_unreadable(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        codec.decode("tests.CakeBaked", 1, raw, THERE, STREAM)


@pytest.mark.parametrize(("name", "version"), [("tests.NeverDeclared", 1), ("tests.CakeBaked", 2)])
def test_unknown_types_and_newer_versions_are_unreadable(name: str, version: int) -> None:
    with pytest.raises(Unreadable) as unreadable:
        codec.decode(name, version, b"{}", THERE, STREAM)
    assert unreadable.value.details == {"type": name, "schema_version": version}


# Versions and names


@event(version=3)
class CakeCut:
    """A cake was cut into pieces: first only cut, then into two, then into any number."""

    cake_id: UUID
    pieces: int
    by: Code
    why: Confidential | None = sealed(under="cake_id")


alias(CakeCut, "tests.CakeSliced")


@upcaster(CakeCut, written_as=1)
def _(body: Body) -> Body:
    """Version 1 did not say who."""
    return body | {"by": "somebody"}


@upcaster(CakeCut, written_as=2)
def _(body: Body) -> Body:
    """Version 2 only said whether it was halved."""
    return {name: value for name, value in body.items() if name != "halved"} | {"pieces": 2 if body["halved"] else 1}


@event(version=2)
class CakeDropped:
    """A cake fell, and nobody remembers how that was told at first."""

    cake_id: UUID


CUT = {
    1: {"cake_id": str(UUID(int=1)), "halved": True, "why": None},
    2: {"cake_id": str(UUID(int=1)), "halved": False, "by": "a", "why": "token"},
    3: {"cake_id": str(UUID(int=1)), "pieces": 8, "by": "b", "why": "token"},
}
READ = {1: (2, "somebody"), 2: (1, "a"), 3: (8, "b")}


@pytest.mark.parametrize("name", ["tests.CakeCut", "tests.CakeSliced"])
@pytest.mark.parametrize("version", [1, 2, 3])
def test_every_version_under_every_name_reads_as_the_current_one(name: str, version: int) -> None:
    fact = codec.decode(name, version, json.dumps(CUT[version]).encode(), THERE, STREAM)
    assert type(fact) is CakeCut
    assert (fact.pieces, fact.by) == READ[version]
    if fact.why is not None:
        assert tuple(fact.why.place) == (THERE, STREAM, name, "why"), "a seal is bound to the name it was written under"


def test_a_step_that_is_missing_on_the_way_up_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        codec.decode("tests.CakeDropped", 1, b'{"cake_id":"%s"}' % str(UUID(int=1)).encode(), THERE, STREAM)


@pytest.mark.parametrize("version", [0, -1])
def test_a_version_that_never_was_is_unreadable(version: int) -> None:
    with pytest.raises(Unreadable):
        codec.decode("tests.CakeCut", version, json.dumps(CUT[1]).encode(), THERE, STREAM)


def test_what_is_written_now_bears_the_current_name_and_version() -> None:
    kind = event_type_of(CakeCut(cake_id=UUID(int=1), pieces=2, by=Code("a"), why=None))
    assert (kind.name, kind.version) == ("tests.CakeCut", 3)
    with pytest.raises(TypeError, match="twice"):
        alias(CakeCut, "tests.CakeBaked")


cuts = ReadModel("cuts", *ReadModel("shape").table.c[0:0])


@cuts.on
def cake_cut(_fact: CakeCut) -> Put:
    return cuts.put()


@command
class CutCake:
    """Cut a cake."""

    cake_id: UUID
    why: Words | None = None


cake = Aggregate("cake", by="cake_id", about="cake_id", initial=(), evolve=lambda state, fact: (*state, fact))


@cake.decides(creates=True)
def cut_cake(asked: CutCake, state: tuple[CakeCut, ...]) -> Iterator[CakeCut]:
    yield CakeCut(cake_id=asked.cake_id, pieces=sum(fact.pieces for fact in state) + 1, by=Code("me"), why=asked.why)


bakery = Service(name="bakery", aggregates=(cake,), read_models=(cuts,))


@pytest.fixture
def at(database_url: str, tmp_path: Path) -> Iterator[AtWork]:
    with at_work(database_url, tmp_path, bakery, "demo.test/bakery") as working:
        yield working


def old(version: int, name: str = "tests.CakeCut"):
    body = json.dumps(CUT[version] | {"why": None}).encode()
    return replace(an_entry(), type=name, schema_version=version, body=body)


def test_decisions_and_read_models_see_old_events_as_current_ones(at: AtWork) -> None:
    one = UUID(int=1)
    append(at.log, Append(f"cake/{one}", str(one), 0, (old(1), old(2, "tests.CakeSliced"), old(3, "tests.CakeSliced"))))
    assert at.ask(CutCake(cake_id=one)).version == 4
    events = at.sequenced()
    assert [recorded.fact.pieces for recorded in events] == [2, 1, 8, 12]
    assert [(recorded.type, recorded.schema_version) for recorded in events][1:] == [
        ("tests.CakeSliced", 2),
        ("tests.CakeSliced", 3),
        ("tests.CakeCut", 3),
    ], "what is stored stays as it was written"
    assert list(cuts.folded(events[:1])) == [(f"cake/{one}",)]


def test_words_sealed_under_a_former_name_are_still_opened(at: AtWork) -> None:
    place = Place(uuid4(), f"cake/{UUID(int=1)}", "tests.CakeSliced", "why")
    token = at.keyring.seal("because", f"cake/{UUID(int=1)}", place).token
    body = json.dumps(CUT[3] | {"why": token}).encode()
    written = replace(an_entry(), event_id=place.event_id, type=place.type, schema_version=3, body=body)
    append(at.log, Append(place.stream, "cake", 0, (written,)))
    with at.log.reading() as tx:
        (fact,), _ = at.log.facts(tx, place.stream)
    (recorded,) = at.sequenced()
    assert at.keyring.open(fact.why) == at.keyring.open(recorded.fact.why) == "because"


@event(version=3)
class CakeLabelled:
    """A cake got a label, which was called its sign at first and its note after that."""

    cake_id: UUID
    label: Confidential = sealed(under="cake_id", formerly={2: "note", 1: "sign"})


@upcaster(CakeLabelled, written_as=1)
def _(body: Body) -> Body:
    return {"cake_id": body["cake_id"], "note": body["sign"]}


@upcaster(CakeLabelled, written_as=2)
def _(body: Body) -> Body:
    return {"cake_id": body["cake_id"], "label": body["note"]}


@pytest.mark.parametrize(("version", "called"), [(1, "sign"), (2, "note"), (3, "label")])
def test_words_are_opened_whatever_their_field_was_called(at: AtWork, version: int, called: str) -> None:
    place = Place(uuid4(), f"cake/{UUID(int=1)}", "tests.CakeLabelled", called)
    token = at.keyring.seal("best before noon", f"cake/{UUID(int=1)}", place).token
    body = json.dumps({"cake_id": str(UUID(int=1)), called: token}).encode()
    fact = codec.decode(place.type, version, body, place.event_id, place.stream)
    assert at.keyring.open(fact.label) == "best before noon"


class TooFlat(Refused):
    """A cake is at least one layer high."""


@event
class CakeStacked:
    """A cake's layers, of which it has had one at least since some later day."""

    cake_id: UUID
    layers: int

    def __post_init__(self) -> None:
        """Refuse what is no cake."""
        if self.layers < 1:
            raise TooFlat


def test_what_a_class_has_come_to_refuse_is_unreadable_and_not_the_callers_fault() -> None:
    with pytest.raises(Unreadable):
        codec.decode("tests.CakeStacked", 1, b'{"cake_id":"%s","layers":0}' % str(UUID(int=1)).encode(), THERE, STREAM)


def test_a_tuple_of_mixed_members_has_no_place_in_a_fact() -> None:
    with pytest.raises(TypeError, match="pair"):

        @event
        class CakesPaired:
            pair: tuple[UUID, int]


# Golden samples


def test_every_event_at_every_version_has_a_golden_sample() -> None:
    assert every_type()
    assert missing() == [], "run python -m tests.golden"


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: f"{sample.type}@{sample.schema_version}")
def test_a_golden_sample_reads_as_it_was_written(sample: Sample) -> None:
    kinds = every_type()
    assert sample.type in kinds, "a type that was ever written is readable for ever: declare an alias"
    kind = kinds[sample.type]
    fact = sample.fact
    assert type(fact) is kind.cls
    again = sample.stored_again()
    if sample.schema_version == kind.version:
        assert again == sample.body, "what is written has changed: that is a new version"


def test_missing_samples_are_added_and_no_other_is_touched(tmp_path: Path) -> None:
    names = [path.name for path in add_missing(tmp_path)]
    assert names == sorted(names)
    assert {f"{name}@{kind.version}.json" for name, kind in every_type().items()} == set(names)
    kept, gone = tmp_path / names[0], tmp_path / names[1]
    before = gone.read_bytes()
    kept.write_bytes(kept.read_bytes().replace(b"golden/", b"silver/"))
    gone.unlink()
    assert add_missing(tmp_path) == [gone]
    assert gone.read_bytes() == before, "the same each time"
    assert b"silver/" in kept.read_bytes()
    assert add_missing(tmp_path) == []


def test_the_generator_can_be_run_by_itself_and_adds_what_is_there_already(tmp_path: Path) -> None:
    newest = {kind.cls: f"{name}@{kind.version}.json" for name, kind in event_types.items()}
    older = [path for path in HERE.glob("*.json") if path.name not in newest.values()]
    for path in older:  # which only the code of their time could make
        shutil.copy(path, tmp_path)
    command = [sys.executable, "-m", "tests.golden", str(tmp_path)]
    ran = subprocess.run(command, cwd=HERE.parents[1], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("added ") == len(list(tmp_path.iterdir())) - len(older) > 0
    assert {path.name for path in tmp_path.iterdir()} <= {path.name for path in HERE.glob("*.json")}
