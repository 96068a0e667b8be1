"""Words are ciphertext in the log, bound to the place where they stand, and gone for good when their key is."""

import pickle
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import func, select

from shared.messages import Place, Words
from shared.sealing.databases import open_database
from shared.sealing.fields import SealBroken, associated_bytes, parts_of, seal, unseal
from shared.sealing.key_tables import keys
from shared.sealing.keyring import ERASED, Keyring
from shared.sealing.unlocking import OwnerErased
from shared.sealing.wrapping import RootKeyWrong
from shared.sourcing.read_models import fingerprint
from shared.sourcing.running import RunningService
from shared.sourcing.store import Append
from tests.erasing import erase
from tests.shared.log_fixtures import CAUSE, AtWork, an_entry, append, at_work, check, counted, signed, together
from tests.shared.samples import JarFull, PutThings, jar, jars, kitchen

ROOT = bytes(range(32))
PLACE = Place(UUID(int=1), "jar/1", "tests.ThingPut", "note")
KEY_ID, CIPHER = UUID(int=2), AESGCM(b"k" * 32)


@pytest.fixture
def keyring(database_url: str, tmp_path: Path) -> Iterator[Keyring]:
    ring = Keyring(open_database(database_url, by_hand=True), ROOT, tmp_path / "epochs")
    ring.create_tables()
    yield ring
    ring.close()


@pytest.fixture
def at(database_url: str, tmp_path: Path) -> Iterator[AtWork]:
    with at_work(database_url, tmp_path) as working:
        yield working


def another(ring: Keyring, root: bytes = ROOT) -> Keyring:
    """The same keys as another worker sees them."""
    return Keyring(ring.engine, root, ring._unlocking.epochs.directory)


# One field


@given(some.text(alphabet=some.characters(exclude_characters="\0", exclude_categories=("Cs",))))
def test_what_is_sealed_is_opened_again(text: str) -> None:
    assert unseal(seal(text, KEY_ID, CIPHER, PLACE), CIPHER, PLACE) == text


@pytest.mark.parametrize(
    "moved",
    [
        PLACE._replace(event_id=UUID(int=2)),
        PLACE._replace(stream="jar/2"),
        PLACE._replace(type="tests.JarOpened"),
        PLACE._replace(path="remark"),
        PLACE._replace(stream="jar/1t", type="ests.ThingPut"),
    ],
)
def test_a_token_opens_in_its_own_place_only(moved: Place) -> None:
    token = seal("a secret", KEY_ID, CIPHER, PLACE)
    with pytest.raises(SealBroken):
        unseal(token, CIPHER, moved)
    assert unseal(token, CIPHER, PLACE._replace(event_id=UUID(int=1).bytes)) == "a secret"


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(some.integers(min_value=0), some.integers(min_value=1, max_value=255))
def test_a_changed_token_does_not_open(at: int, by: int) -> None:
    _, raw = parts_of(seal("a secret", KEY_ID, CIPHER, PLACE))
    changed = bytearray(raw)
    changed[at % len(raw)] ^= by
    with pytest.raises(SealBroken):
        unseal(f"s1.{KEY_ID.hex}.{urlsafe_b64encode(bytes(changed)).decode()}", CIPHER, PLACE)


def test_a_token_under_another_keys_name_does_not_open() -> None:
    token = seal("a secret", KEY_ID, CIPHER, PLACE).replace(KEY_ID.hex, UUID(int=3).hex)
    with pytest.raises(SealBroken):
        unseal(token, CIPHER, PLACE)


@pytest.mark.parametrize(
    "token", ["", "s1", "s1..", "s2.{key}.{text}", "s1.{key}.AAAA", "s1.{key}.é", "s1.x.{text}", "a.b.c.d"]
)
def test_what_is_no_token_does_not_open(token: str) -> None:
    _, key, text = seal("a secret", KEY_ID, CIPHER, PLACE).split(".")
    with pytest.raises(SealBroken):
        unseal(token.format(key=key, text=text), CIPHER, PLACE)


def test_tokens_tell_neither_length_nor_sameness() -> None:
    tokens = {seal("x" * length, KEY_ID, CIPHER, PLACE) for length in range(1, 33)}
    assert len({len(token) for token in tokens}) == 1
    assert len({seal("the same", KEY_ID, CIPHER, PLACE) for _ in range(50)}) == 50
    assert len(seal("x" * 33, KEY_ID, CIPHER, PLACE)) > len(tokens.pop())


def test_what_a_token_is_bound_to_is_frozen() -> None:
    place = Place(UUID(int=0x0102), "jar/é", "tests.ThingPut", "note")
    assert associated_bytes(place, UUID(int=0x0304)).hex() == (
        "0000001000000000000000000000000000000102"
        "00000006" + "6a61722fc3a9"
        "0000000e" + "74657374732e5468696e67507574"
        "00000004" + "6e6f7465"
        "0000001000000000000000000000000000000304"
    )


def test_words_show_themselves_to_nobody_by_accident() -> None:
    words = Words("a secret")
    shown = [repr(words), str(words), f"{words}", repr(PutThings(jar_id=uuid4(), note=words))]
    assert not any("secret" in text for text in shown)
    with pytest.raises(TypeError):
        pickle.dumps(words)


# The keyring


def test_every_owner_has_one_key_and_opens_with_it(keyring: Keyring) -> None:
    mine, mine_too, yours = (keyring.seal("a secret", owner, PLACE) for owner in ("a/1", "a/1", "b/1"))
    assert parts_of(mine.token)[0] == parts_of(mine_too.token)[0] != parts_of(yours.token)[0]
    assert [another(keyring).open(field) for field in (mine, mine_too, yours)] == ["a secret"] * 3


def test_a_key_that_many_need_at_once_is_made_once(keyring: Keyring) -> None:
    rings = [another(keyring) for _ in range(10)]
    fields = together([lambda ring=ring: ring.seal("a secret", "a/1", PLACE) for ring in rings])
    assert [keyring.open(field) for field in fields] == ["a secret"] * 10
    with keyring.engine.connect() as tx:
        assert tx.execute(select(func.count()).select_from(keys)).scalar_one() == 1


def test_keys_are_useless_without_the_root_key(keyring: Keyring) -> None:
    field = keyring.seal("a secret", "a/1", PLACE)
    with pytest.raises(RootKeyWrong):
        another(keyring, b"x" * 32).open(field)
    with pytest.raises(RootKeyWrong):
        another(keyring, b"x" * 32).seal("a secret", "a/1", PLACE)
    with keyring.engine.connect() as tx:
        assert len(bytes(tx.execute(select(keys.c.wrapped)).scalar_one())) == 60


def test_words_whose_key_is_destroyed_are_erased_and_others_are_not(keyring: Keyring) -> None:
    gone, kept = (keyring.seal("a secret", owner, PLACE) for owner in ("a/1", "a/2"))
    keyring.destroy(["a/1"])
    for ring in (keyring, another(keyring)):
        assert ring.open(gone) is ERASED
        assert ring.open(kept) == "a secret"
        assert ring.open(gone) is ERASED


def test_a_worker_forgets_a_destroyed_key_when_its_memory_runs_out(
    keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.sealing.keyring.CACHED_S", 0.0)
    field = keyring.seal("a secret", "a/1", PLACE)
    another(keyring).destroy(["a/1"])
    assert keyring.open(field) is ERASED
    with pytest.raises(OwnerErased):
        keyring.seal("later", "a/1", PLACE)


# In the log


def test_words_are_nowhere_in_the_database(at: AtWork, tmp_path: Path) -> None:
    mark = "Sgoil-àraich-4711"
    one = uuid4()
    at.ask(PutThings(jar_id=one, count=3, note=Words(mark)))
    events = at.sequenced()
    assert {at.keyring.open(recorded.fact.note) for recorded in events} == {mark}
    if at.url.startswith("sqlite"):
        stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    else:
        with psycopg.connect(at.url) as tx:
            tables = [row[0] for row in tx.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
            texts = [str(row[0]) for name in tables for row in tx.execute(f'SELECT t::text FROM "{name}" t')]  # noqa: S608 - our own names
        stored = "\n".join(texts).encode() + b"".join(recorded.body + recorded.meta for recorded in events)
        stored += b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert str(one).encode() in stored
    assert mark.encode() not in stored
    assert mark.encode().hex().encode() not in stored


def test_a_key_is_there_before_the_first_event_that_needs_it(at: AtWork) -> None:
    seen: list[str | object] = []

    def look(_tx: object) -> None:
        with at.keyring.engine.connect() as tx:
            seen.extend(tx.execute(select(keys.c.owner)).scalars())
        raise ZeroDivisionError

    one = uuid4()
    with pytest.raises(ZeroDivisionError):
        at.ask(PutThings(jar_id=one, note=Words("a secret")), alongside=look)
    assert seen == [f"jar/{one}"]
    assert counted(at.log, "SELECT count(*) FROM event") == 0


def test_a_token_that_was_moved_within_the_log_is_found_out(at: AtWork) -> None:
    one, other = uuid4(), uuid4()
    at.ask(PutThings(jar_id=one, count=2, note=Words("a secret")))
    with at.log.reading() as tx:
        first, second = at.log.stream(tx, f"jar/{one}")
    append(at.log, Append(f"jar/{other}", str(other), 0, (replace(an_entry(), type=first.type, body=first.body),)))
    append(at.log, Append(f"jar/{one}", str(one), 2, (replace(an_entry(), type=first.type, body=second.body),)))
    moved = at.sequenced()
    assert [at.keyring.open(recorded.fact.note) for recorded in moved[:2]] == ["a secret"] * 2
    for recorded in moved[2:]:
        with pytest.raises(SealBroken):
            at.keyring.open(recorded.fact.note)


def test_everything_goes_on_when_every_key_is_gone(at: AtWork) -> None:
    one = uuid4()
    at.ask(PutThings(jar_id=one, count=3, note=Words("a secret")))
    before = at.sequenced()
    state = jar.state(recorded.fact for recorded in before)
    shown = fingerprint(jars.folded(before).values())
    erase(at.keyring)
    ring = another(at.keyring)
    running = RunningService(kitchen, at.log, ring, signed)
    after = at.sequenced()
    assert after == before
    assert {ring.open(recorded.fact.note) for recorded in after} == {ERASED}
    assert jar.state(recorded.fact for recorded in after) == state
    assert fingerprint(jars.folded(after).values()) == shown
    with pytest.raises(JarFull):
        running.handle(PutThings(jar_id=one, at_most=3), CAUSE)
    with pytest.raises(OwnerErased):
        running.handle(PutThings(jar_id=one, note=Words("again")), CAUSE)
    assert running.handle(PutThings(jar_id=one), CAUSE).version == 4
    at.sequenced()
    check(at.log)
