"""Keys lie under the key of an epoch: what is destroyed stays destroyed, whatever copy of the key store comes back."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.keywrap import aes_key_wrap
from sqlalchemy import delete, func, insert, select, text, update

from shared.errors import Unavailable
from shared.messages import Place, Sealed
from shared.sealing.databases import WRITING, open_database
from shared.sealing.fields import parts_of
from shared.sealing.key_files import KeysNotSafe
from shared.sealing.key_tables import destroyed, epoch, keys, metadata
from shared.sealing.keyring import ERASED, Keyring
from shared.sealing.unlocking import KeyLost, OwnerErased
from shared.sealing.wrapping import KeyBroken, RootKeyWrong
from shared.sourcing.migrating import migrate_keys

ROOT = bytes(range(32))
PLACE = Place(UUID(int=1), "jar/1", "tests.ThingPut", "note")


@pytest.fixture
def keyring(database_url: str, tmp_path: Path) -> Iterator[Keyring]:
    ring = opened(database_url, tmp_path)
    ring.create_tables()
    yield ring
    ring.close()


def opened(url: str, place: Path, root: bytes = ROOT) -> Keyring:
    return Keyring(open_database(url, by_hand=True), root, place / "epochs")


def another(ring: Keyring, root: bytes = ROOT) -> Keyring:
    """The same keys as another worker sees them."""
    return Keyring(ring.engine, root, ring._unlocking.epochs.directory)


def key_of(field: Sealed) -> UUID:
    return parts_of(field.token)[0]


def copied(ring: Keyring) -> dict[str, list[dict[str, object]]]:
    """Every row of the key store: what a backup of it holds."""
    with ring.engine.connect() as tx:
        return {
            table.name: [dict(row._mapping) for row in tx.execute(select(table))] for table in metadata.sorted_tables
        }


def brought_back(ring: Keyring, copy: dict[str, list[dict[str, object]]]) -> None:
    with ring._store._transaction() as tx:
        for table in metadata.sorted_tables:
            tx.execute(delete(table))
            if copy[table.name]:
                tx.execute(insert(table), copy[table.name])


def changed(ring: Keyring, statement: object) -> None:
    with ring._store._transaction() as tx:
        tx.execute(statement)  # type: ignore[call-overload]  # any statement


# Destroying


def test_a_destroyed_owner_gets_no_other_key(keyring: Keyring) -> None:
    keyring.seal("a secret", "person/1", PLACE)
    keyring.destroy(["person/1", "person/2"])
    for ring in (keyring, another(keyring)):
        for owner in ("person/1", "person/2", "inspection/9/person/1"):
            with pytest.raises(OwnerErased):
                ring.seal("more", owner, PLACE)
    assert keyring.seal("others go on", "person/3", PLACE)


def test_destroying_again_says_the_same_and_changes_nothing(keyring: Keyring) -> None:
    one, other = (keyring.seal("a secret", owner, PLACE) for owner in ("person/1", "person/2"))
    assert keyring.keys_of("person/1") == [key_of(one)]
    assert keyring.destroy(["person/1"]) == [key_of(one)]
    before = copied(keyring)
    assert keyring.destroy(["person/1"]) == [key_of(one)]
    assert copied(keyring) == before
    assert keyring.keys_of("person/1") == []
    assert keyring.destroy(["person/1", "person/2", "person/3"]) == sorted([key_of(one), key_of(other)])
    assert keyring.destroy([]) == []


def test_many_owners_are_destroyed_at_once(keyring: Keyring) -> None:
    fields = {f"person/{n}": keyring.seal("a secret", f"person/{n}", PLACE) for n in range(900)}
    assert len(keyring.destroy(fields)) == 900
    assert {another(keyring).open(field) for field in fields.values()} == {ERASED}


def test_an_inspections_key_takes_its_subjects_along_and_nobody_else(keyring: Keyring) -> None:
    within, subject, staff = (keyring.seal("a secret", owner, PLACE)
                              for owner in ("inspection/1", "inspection/1/person/1", "person/2"))  # fmt: skip
    other = keyring.seal("a secret", "inspection/2/person/3", PLACE)
    assert keyring.keys_of("inspection/1") == sorted([key_of(within), key_of(subject)])
    assert keyring.keys_of("person/1") == [key_of(subject)]
    assert keyring.destroy(["inspection/1"]) == sorted([key_of(within), key_of(subject)])
    for ring in (keyring, another(keyring)):
        assert [ring.open(each) for each in (within, subject)] == [ERASED, ERASED]
        assert [ring.open(each) for each in (staff, other)] == ["a secret"] * 2
        for owner in ("inspection/1", "inspection/1/person/1", "person/1", "inspection/1/person/4"):
            with pytest.raises(OwnerErased):
                ring.seal("more", owner, PLACE)


def test_a_subject_is_destroyed_without_its_inspection(keyring: Keyring) -> None:
    within, subject = (keyring.seal("a secret", owner, PLACE) for owner in ("inspection/1", "inspection/1/person/1"))
    assert keyring.destroy(["inspection/1/person/1"]) == [key_of(subject)]
    assert (keyring.open(within), keyring.open(subject)) == ("a secret", ERASED)
    assert keyring.destroy(["inspection/1"]) == sorted([key_of(within), key_of(subject)])


def test_a_subjects_key_needs_the_inspections(keyring: Keyring) -> None:
    field = keyring.seal("a secret", "inspection/1/person/1", PLACE)
    changed(keyring, delete(keys).where(keys.c.owner == "inspection/1"))
    with pytest.raises(KeyBroken):
        another(keyring).open(field)


def test_forgetting_drops_what_is_in_memory_at_once(keyring: Keyring) -> None:
    fields = [keyring.seal("a secret", owner, PLACE) for owner in ("inspection/1/person/1", "person/2")]
    another(keyring).destroy(["inspection/1", "person/2"])
    assert [keyring.open(field) for field in fields] == ["a secret"] * 2
    keyring.forget(["inspection/1"])
    assert [keyring.open(field) for field in fields] == [ERASED, "a secret"]
    with pytest.raises(OwnerErased):
        keyring.seal("more", "inspection/1/person/1", PLACE)
    keyring.forget(["person/2"])
    assert keyring.open(fields[1]) is ERASED


def test_what_is_in_memory_is_sealed_and_opened_without_asking_the_store(
    keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    field = keyring.seal("a secret", "person/1", PLACE)
    with monkeypatch.context() as without:
        without.setattr(keyring, "engine", None)
        without.setattr(keyring._store, "engine", None)
        assert keyring.open(keyring.seal("more", "person/1", PLACE)) == "more"
        assert keyring.open(field) == "a secret"


def test_owners_that_are_destroyed_while_they_get_their_keys_are_destroyed(keyring: Keyring) -> None:
    def seal(number: int) -> Sealed | None:
        try:
            return another(keyring).seal("a secret", f"person/{number % 8}", PLACE)
        except OwnerErased:
            return None

    with ThreadPoolExecutor(4) as pool:
        sealing = pool.map(seal, range(64))
        another(keyring).destroy([f"person/{n}" for n in range(8)])
        fields = [field for field in sealing if field is not None]
    assert {another(keyring).open(field) for field in fields} <= {ERASED}
    assert not copied(keyring)["key"]


# Losing is not destroying


def test_a_key_that_nobody_destroyed_is_lost_and_not_erased(keyring: Keyring) -> None:
    field = keyring.seal("a secret", "person/1", PLACE)
    changed(keyring, delete(keys))
    with pytest.raises(KeyLost):
        another(keyring).open(field)


def test_nothing_opens_and_nothing_is_made_without_the_key_of_the_epoch(keyring: Keyring) -> None:
    field = keyring.seal("a secret", "person/1", PLACE)
    shutil.rmtree(keyring._unlocking.epochs.directory)
    ring = another(keyring)
    for refused in (ring.answers, lambda: ring.open(field), lambda: ring.seal("more", "person/2", PLACE), ring.rotate):
        with pytest.raises(KeyLost):
            refused()


def test_a_row_that_was_given_another_owner_does_not_open(keyring: Keyring) -> None:
    keyring.seal("a secret", "person/1", PLACE)
    changed(keyring, update(keys).values(owner="person/2"))
    with pytest.raises(KeyBroken):
        another(keyring).seal("more", "person/2", PLACE)
    with pytest.raises(KeyBroken):
        keyring.rotate()


def test_the_key_of_an_epoch_belongs_to_one_key_store_and_one_root(keyring: Keyring) -> None:
    field = keyring.seal("a secret", "person/1", PLACE)
    keyring.answers()
    with pytest.raises(RootKeyWrong):
        another(keyring, b"x" * 32).answers()
    changed(keyring, update(epoch).values(store=uuid4()))
    with pytest.raises(RootKeyWrong):
        another(keyring).open(field)


@pytest.mark.parametrize("text_", ["", "speir-epoch-1", "speir-epoch-2 AAAA", "speir-epoch-1 é", "speir-epoch-1 A A"])
def test_a_file_that_holds_no_epochs_key_is_not_believed(keyring: Keyring, text_: str) -> None:
    keyring.seal("a secret", "person/1", PLACE)
    (keyring._unlocking.epochs.directory / "epoch-1.key").write_text(text_)
    with pytest.raises(KeysNotSafe):
        another(keyring).answers()


@pytest.mark.parametrize("text_", ["speir-epoch-1 AAAA", f"speir-epoch-1 {'A' * 80}"])
def test_a_changed_key_of_an_epoch_opens_nothing(keyring: Keyring, text_: str) -> None:
    keyring.seal("a secret", "person/1", PLACE)
    (keyring._unlocking.epochs.directory / "epoch-1.key").write_text(text_)
    with pytest.raises(RootKeyWrong):
        another(keyring).answers()


def test_the_key_of_an_epoch_is_its_owners_only(keyring: Keyring) -> None:
    keyring.seal("a secret", "person/1", PLACE)
    directory = keyring._unlocking.epochs.directory
    assert [(path.name, path.stat().st_mode & 0o777) for path in directory.iterdir()] == [("epoch-1.key", 0o600)]
    (directory / "epoch-1.key").chmod(0o640)
    with pytest.raises(KeysNotSafe, match="0600"):
        another(keyring).answers()


# An old key store and today's root


def test_an_old_key_store_opens_nothing_with_all_that_may_exist_today(keyring: Keyring, tmp_path: Path) -> None:
    owners = ("inspection/1", "inspection/1/person/1", "person/2")
    fields = [keyring.seal("a secret", owner, PLACE) for owner in owners]
    old_store, old_epochs = copied(keyring), tmp_path / "kept against the rules"
    shutil.copytree(keyring._unlocking.epochs.directory, old_epochs)
    keyring.destroy(["inspection/1", "person/2"])
    today = [keyring.seal("still there", "person/3", PLACE)]
    keyring.rotate()
    new_store = copied(keyring)

    brought_back(keyring, old_store)
    for field in fields:
        with pytest.raises(KeyLost):
            another(keyring).open(field)
    for number in (1, 2):  # not even as rows of today's store, or said to be of today's epoch
        brought_back(
            keyring, {**new_store, "key": [row | {"epoch": number} for row in old_store["key"]], "destroyed": []}
        )
        for field in fields:
            with pytest.raises((KeyLost, KeyBroken)):
                another(keyring).open(field)

    brought_back(keyring, old_store)  # it is the overwritten key that is missing: with a copy of it all would open
    assert [Keyring(keyring.engine, ROOT, old_epochs).open(field) for field in fields] == ["a secret"] * 3
    brought_back(keyring, new_store)
    assert [another(keyring).open(field) for field in today] == ["still there"]


def test_a_copy_of_the_same_epoch_still_opens_and_a_later_destruction_is_repeated(keyring: Keyring) -> None:
    field = keyring.seal("a secret", "person/1", PLACE)
    copy = copied(keyring)
    gone = keyring.destroy(["person/1"])
    brought_back(keyring, copy)
    assert another(keyring).open(field) == "a secret"
    assert another(keyring).destroy(["person/1"]) == gone
    assert another(keyring).open(field) is ERASED


def test_destroyed_bytes_leave_the_files_of_sqlite(tmp_path: Path) -> None:
    ring = opened(f"sqlite:///{tmp_path}/keys.db", tmp_path)
    ring.create_tables()
    for n in range(200):
        ring.seal("a secret", f"person/{n}", PLACE)
    before = {row["owner"]: row["wrapped"] for row in copied(ring)["key"]}
    gone = [before[f"person/{n}"] for n in range(50)]

    def found(searched: list[object]) -> int:
        stored = b"".join(path.read_bytes() for path in tmp_path.glob("keys.db*"))
        return sum(each in stored for each in searched if isinstance(each, bytes))

    assert found(gone) == 50
    ring.destroy([f"person/{n}" for n in range(50)])
    assert found(gone) == 0
    assert found(list(before.values())) == 150
    ring.rotate()
    assert found(list(before.values())) == 0
    ring.close()


def test_bytes_that_a_reader_keeps_are_not_said_to_be_gone(tmp_path: Path) -> None:
    ring = opened(f"sqlite:///{tmp_path}/keys.db", tmp_path)
    ring.create_tables()
    field = ring.seal("a secret", "person/1", PLACE)
    with ring.engine.connect() as reader, ring.engine.connect() as impatient:
        reader.execute(select(func.count()).select_from(keys)).scalar_one()
        impatient.exec_driver_sql("PRAGMA busy_timeout=1")
        impatient.close()
        with pytest.raises(Unavailable):
            ring.destroy(["person/1"])
        assert ring.open(field) is ERASED
    assert ring.destroy(["person/1"]) == [key_of(field)]
    ring.close()


# The first version


def flat(url: str, owners: list[str]) -> dict[str, bytes]:
    """A key store as the first version made it: no epoch, and every key under the root itself."""
    columns = (
        "key_id {uuid} PRIMARY KEY, owner TEXT NOT NULL UNIQUE, wrapped {bytes} NOT NULL, created_us BIGINT NOT NULL"
    )
    kinds = {"uuid": "CHAR(32)", "bytes": "BLOB"} if url.startswith("sqlite") else {"uuid": "UUID", "bytes": "BYTEA"}
    engine = open_database(url)
    made = {owner: uuid4().bytes * 2 for owner in owners}
    with engine.connect().execution_options(**{WRITING: True}) as tx, tx.begin():
        tx.execute(text(f'CREATE TABLE "key" ({columns.format(**kinds)})'))
        for owner, key in made.items():
            key_id = uuid4()
            row = {"i": key_id.hex if url.startswith("sqlite") else key_id, "o": owner, "w": aes_key_wrap(ROOT, key)}
            tx.execute(text('INSERT INTO "key" VALUES (:i, :o, :w, 1)'), row)
    engine.dispose()
    return made


@pytest.mark.parametrize("migrated", [True, False])
def test_a_key_store_of_the_first_version_loses_no_key(database_url: str, tmp_path: Path, migrated: bool) -> None:  # noqa: FBT001
    made = flat(database_url, ["inspection/1", "person/1", "health/keyring"])
    ring = opened(database_url, tmp_path)
    if migrated:
        migrate_keys(database_url)
        migrate_keys(database_url)
    else:
        ring.create_tables()
        ring.create_tables()
    with ring.engine.connect() as tx:
        ids = {row.owner: row.key_id for row in tx.execute(select(keys))}
    assert {owner: ring._unlocking.raw(ring._store.by_id(key_id)) for owner, key_id in ids.items()} == made
    field = ring.seal("more", "inspection/1", PLACE)
    assert ring.rotate() == 1
    again = another(ring)
    assert again.open(field) == "more"
    assert {owner: again._unlocking.raw(again._store.by_id(key_id)) for owner, key_id in ids.items()} == made
    assert {row["epoch"] for row in copied(ring)["key"]} == {1}
    assert again.seal("more", "inspection/1/subject/2", PLACE)
    ring.close()


def test_the_first_version_is_upgraded_by_the_first_new_key(database_url: str, tmp_path: Path) -> None:
    flat(database_url, ["person/1"])
    ring = opened(database_url, tmp_path)
    ring.create_tables()
    ring.seal("a secret", "person/2", PLACE)
    assert {row["epoch"] for row in copied(ring)["key"]} == {1}
    assert destroyed.name not in {name for name, rows in copied(ring).items() if rows}
    ring.close()


def test_a_key_store_of_the_first_version_needs_its_root(database_url: str, tmp_path: Path) -> None:
    flat(database_url, ["person/1"])
    ring = opened(database_url, tmp_path, root=b"x" * 32)
    ring.create_tables()
    for _ in range(2):
        with pytest.raises(RootKeyWrong):
            ring.seal("a secret", "person/2", PLACE)
    assert {row["epoch"] for row in copied(ring)["key"]} == {0}
    ring.close()
