"""An epoch passes while others seal and open, and whatever moment the process that turns it dies in."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, event, insert, select, update

from shared.messages import Place, Sealed
from shared.sealing import key_files
from shared.sealing.databases import open_database
from shared.sealing.key_tables import destroyed, epoch, keys
from shared.sealing.keyring import ERASED, Keyring
from shared.sealing.unlocking import KeyLost
from shared.sealing.wrapping import wrapped

ROOT = bytes(range(32))
PLACE = Place(UUID(int=1), "jar/1", "tests.ThingPut", "note")
OWNERS = ("inspection/1", "programme/1", "inspection/1/person/1", "person/2")
DIED = 9


def opened(url: str, place: Path) -> Keyring:
    return Keyring(open_database(url, by_hand=True), ROOT, place / "epochs")


@pytest.fixture
def keyring(database_url: str, tmp_path: Path) -> Iterator[Keyring]:
    ring = opened(database_url, tmp_path)
    ring.create_tables()
    yield ring
    ring.close()


def kept(ring: Keyring) -> list[int]:
    return ring._unlocking.epochs.kept()


def sealed_for_all(ring: Keyring) -> list[Sealed]:
    return [ring.seal("a secret", owner, PLACE) for owner in OWNERS]


def test_every_key_outlives_its_epoch_and_the_epochs_key_does_not(keyring: Keyring, database_url, tmp_path) -> None:
    fields = sealed_for_all(keyring)
    assert kept(keyring) == [1]
    for number in (2, 3, 4):
        assert keyring.rotate() == number
        assert kept(keyring) == [number]
        fresh = opened(database_url, tmp_path)
        assert [fresh.open(field) for field in fields] == ["a secret"] * 4
        fields += sealed_for_all(fresh)[:1]
        del fields[4:]
        fresh.close()


def test_no_byte_of_a_wrapped_key_stays_the_same(keyring: Keyring) -> None:
    sealed_for_all(keyring)

    def wraps() -> dict[str, bytes]:
        with keyring.engine.connect() as tx:
            return {row.owner: bytes(row.wrapped) for row in tx.execute(select(keys))}

    before = wraps()
    keyring.rotate()
    assert before.keys() == wraps().keys()
    assert not set(before.values()) & set(wraps().values())


def test_others_seal_open_and_make_keys_while_epochs_pass(database_url: str, tmp_path: Path) -> None:
    first = opened(database_url, tmp_path)
    first.create_tables()
    fields = sealed_for_all(first)
    ended = threading.Event()

    def work(number: int) -> list[Sealed]:
        made: list[Sealed] = []
        while not ended.is_set():
            ring = opened(database_url, tmp_path)  # as a process that has just started: nothing is in its memory
            assert [ring.open(field) for field in fields] == ["a secret"] * 4
            made.append(ring.seal("a secret", f"inspection/{uuid4()}/person/{number}-{len(made)}", PLACE))
            ring.close()
        return made

    with ThreadPoolExecutor(4) as pool:
        working = [pool.submit(work, number) for number in range(3)]
        try:
            turned = [first.rotate() for _ in range(10)]
        finally:
            ended.set()
        made = [field for each in working for field in each.result()]
    assert turned == list(range(2, 12))
    assert made
    ring = opened(database_url, tmp_path)
    assert {ring.open(field) for field in [*fields, *made]} == {"a secret"}
    assert kept(ring) == [11]
    ring.close()
    first.close()


def test_two_that_turn_at_once_begin_two_epochs(database_url: str, tmp_path: Path) -> None:
    rings = [opened(database_url, tmp_path) for _ in range(4)]
    rings[0].create_tables()
    fields = sealed_for_all(rings[0])
    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(Keyring.rotate, rings)) == [2, 3, 4, 5]
    assert kept(rings[0]) == [5]
    assert {ring.open(field) for ring in rings for field in fields} == {"a secret"}
    for ring in rings:
        ring.close()


def test_many_keys_are_wrapped_anew_batch_by_batch(keyring: Keyring) -> None:
    field = keyring.seal("a secret", "inspection/1/person/1", PLACE)
    under = keyring._unlocking.needed(keyring._store.epoch())
    inspection = keyring._store.of_owner("inspection/1")
    assert inspection is not None
    ciphers = under.cipher(None), under.cipher(keyring._unlocking.raw(inspection))
    rows = []
    for n in range(25_000):
        key_id, owner, within = uuid4(), f"person/x{n}", inspection.key_id if n % 2 else None
        kept_as = wrapped(ciphers[n % 2], os.urandom(32), key_id, owner, within)
        row = {"key_id": key_id, "owner": owner, "wrapped": kept_as, "created_us": n, "epoch": 1, "within": within}
        rows.append(row)
    with keyring._store._transaction() as tx:
        for at in range(0, len(rows), 10_000):
            tx.execute(insert(keys), rows[at : at + 10_000])
    before = [keyring._unlocking.raw(row) for row in (keyring._store.by_id(each["key_id"]) for each in rows[::999])]
    assert keyring.rotate() == 2
    after = [keyring._unlocking.raw(row) for row in (keyring._store.by_id(each["key_id"]) for each in rows[::999])]
    assert after == before
    assert keyring.open(field) == "a secret"


# Dying


def die_at(url: str, place: str, what: str, nth: str) -> None:
    """Do something in this process, and end it as a power cut would, before its n-th statement or change of a file."""
    ring = opened(url, Path(place))
    left = [int(nth)]

    def step(*_: object) -> None:
        left[0] -= 1
        if left[0] < 0:
            os._exit(DIED)

    event.listen(ring.engine, "before_cursor_execute", step)
    event.listen(ring.engine, "commit", step)
    for name in ("link", "unlink", "fsync"):
        done = getattr(os, name)
        setattr(os, name, lambda *a, done=done, **k: (step(), done(*a, **k))[1])
    if what == "destroy":
        ring.destroy(["inspection/1", "person/2"])
    else:
        ring.rotate()


def died(url: str, place: Path, what: str, nth: int) -> bool:
    asked = "import sys; from tests.shared.test_rotation import die_at; die_at(*sys.argv[1:])"
    ran = subprocess.run([sys.executable, "-c", asked, url, str(place), what, str(nth)], check=False)
    assert ran.returncode in (0, DIED)
    return ran.returncode == DIED


def test_a_rotation_that_dies_has_happened_or_not_and_the_next_one_ends_it(database_url: str, tmp_path: Path) -> None:
    ring = opened(database_url, tmp_path)
    ring.create_tables()
    fields = sealed_for_all(ring)
    nth = 0
    while died(database_url, tmp_path, "rotate", nth):
        fresh = opened(database_url, tmp_path)
        at = fresh._store.epoch().number
        assert at in kept(fresh), f"the epoch's key is missing after step {nth}"
        assert [fresh.open(field) for field in fields] == ["a secret"] * 4
        assert fresh.rotate() == at + 1
        assert kept(fresh) == [at + 1]
        assert not list((tmp_path / "epochs").glob(".*")), f"a draft is left after step {nth}"
        fresh.close()
        assert [fresh.open(field) for field in fields] == ["a secret"] * 4
        fresh.close()
        nth += 1
    assert nth > 8
    ring.close()


def test_a_destruction_that_dies_is_whole_or_has_not_begun(database_url: str, tmp_path: Path) -> None:
    nth, more = 0, True
    while more:
        ring = opened(database_url, tmp_path / str(nth))
        ring.create_tables()
        with ring._store._transaction() as tx:
            tx.execute(delete(keys))
            tx.execute(delete(destroyed))
            tx.execute(update(epoch).values(number=0))
        fields = sealed_for_all(ring)
        ids = sorted(ring.keys_of("inspection/1") + ring.keys_of("person/2"))
        more = died(database_url, tmp_path / str(nth), "destroy", nth)
        fresh = opened(database_url, tmp_path / str(nth))
        found = [fresh.open(field) for field in fields]
        assert found in (["a secret"] * 4, [ERASED, "a secret", ERASED, ERASED])
        assert more or found[0] is ERASED
        assert fresh.destroy(["inspection/1", "person/2"]) == ids
        assert [fresh.open(field) for field in fields] == [ERASED, "a secret", ERASED, ERASED]
        fresh.close()
        ring.close()
        nth += 1
    assert nth > 4


def test_a_key_drawn_for_an_epoch_that_never_began_is_never_used(keyring: Keyring, monkeypatch) -> None:
    field = keyring.seal("a secret", "person/1", PLACE)

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as failing:
        failing.setattr(keyring._store, "begin", fail)
        with pytest.raises(ZeroDivisionError):
            keyring.rotate()
    never = key_files.read(keyring._unlocking.epochs.directory / "epoch-2.key")
    assert keyring.open(field) == "a secret"
    keyring.rotate()
    assert key_files.read(keyring._unlocking.epochs.directory / "epoch-2.key") != never
    assert keyring.open(field) == "a secret"


def test_a_process_that_knows_the_epoch_before_learns_of_the_next(
    database_url: str, tmp_path: Path, monkeypatch
) -> None:
    mine, yours = opened(database_url, tmp_path), opened(database_url, tmp_path)
    mine.create_tables()
    field = mine.seal("a secret", "person/1", PLACE)
    assert yours.open(field) == "a secret"
    mine.rotate()
    assert yours.open(yours.seal("more", "person/2", PLACE)) == "more"
    assert mine.seal("more", "person/2", PLACE)
    seen = []
    by_id = mine._store.by_id

    def passing(key_id: UUID):
        row = by_id(key_id)
        if not seen:  # the epoch passes just after the row was read
            seen.append(yours.rotate())
        return row

    monkeypatch.setattr(mine._store, "by_id", passing)
    mine.forget(["person/1"])
    mine._unlocking.drop()
    assert mine.open(field) == "a secret"
    assert seen == [3]
    (tmp_path / "epochs" / "epoch-3.key").unlink()
    mine.forget(["person/1"])
    mine._unlocking.drop()
    with pytest.raises(KeyLost):
        mine.open(field)
    mine.close()
    yours.close()
