"""The embedded default makes its own keys once, keeps them to itself, and notices when it cannot."""

import multiprocessing
import os
import stat
from pathlib import Path
from uuid import uuid4

import pytest

from shared.edges.access import Caller, Issuer, Verifier, as_text, grants, new_key
from shared.edges.local_identity import LOCAL, LocalIdentity
from shared.edges.settings import SERVICES
from shared.errors import NotRecognised
from shared.sealing.key_files import KeysNotSafe
from shared.vocabulary.roles import AccessRole


def started(place: Path) -> LocalIdentity:
    return LocalIdentity.at(place / "data", keys_dir=place / "keys")


def believing(identity: LocalIdentity, *, real: bool) -> Verifier:
    granted = grants(LOCAL, identity.services, real=real)
    return Verifier(identity.public_keys, "reporting", roles_by_issuer=granted)


def every_key(identity: LocalIdentity) -> list[bytes]:
    return [identity.issuer.seed, *(key for own in identity.services.values() for key in (own.signing, own.root))]


def test_the_first_start_makes_a_key_for_each_purpose(tmp_path: Path) -> None:
    identity = started(tmp_path)
    assert identity.services.keys() == set(SERVICES)
    assert len(set(every_key(identity))) == 1 + 2 * len(SERVICES)
    assert {len(key) for key in every_key(identity)} == {32}


def test_later_starts_find_the_same_keys(tmp_path: Path) -> None:
    assert started(tmp_path) == started(tmp_path)


def test_root_keys_lie_apart_from_the_data(tmp_path: Path) -> None:
    identity = started(tmp_path)
    texts = {path.read_text().strip() for path in (tmp_path / "data").iterdir()}
    assert not texts & {as_text(own.root) for own in identity.services.values()}
    assert {path.name for path in (tmp_path / "keys").iterdir()} == {f"{service}.root.key" for service in SERVICES}


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_only_the_owner_may_open_what_is_made(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        started(tmp_path)
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*.key")}
    assert len(modes) == 1 + 2 * len(SERVICES)
    assert set(modes.values()) == {0o600}
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("data", "keys")} == {0o700}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o602, 0o620, 0o700])
@pytest.mark.parametrize("name", ["data/issuer.key", "data/evidence.signing.key", "keys/reporting.root.key"])
def test_a_key_that_others_may_open_stops_the_start(tmp_path: Path, name: str, mode: int) -> None:
    started(tmp_path)
    (tmp_path / name).chmod(mode)
    with pytest.raises(KeysNotSafe, match=Path(name).name):
        started(tmp_path)


def test_a_link_is_no_key(tmp_path: Path) -> None:
    started(tmp_path)
    key = tmp_path / "data/issuer.key"
    key.rename(tmp_path / "elsewhere.key")
    key.symlink_to(tmp_path / "elsewhere.key")
    with pytest.raises(KeysNotSafe, match="link"):
        started(tmp_path)


def test_a_directory_or_a_pipe_is_no_key(tmp_path: Path) -> None:
    started(tmp_path)
    for name, make in (("data/issuer.key", os.mkdir), ("keys/evidence.root.key", os.mkfifo)):
        (tmp_path / name).unlink()
        make(tmp_path / name, 0o600)
    with pytest.raises(KeysNotSafe, match=r"evidence\.root\.key"):
        started(tmp_path)
    (tmp_path / "keys/evidence.root.key").unlink()
    with pytest.raises(KeysNotSafe, match=r"evidence\.root\.key"):
        started(tmp_path)


@pytest.mark.parametrize("name", ["data/evidence.signing.key", "keys/evidence.root.key"])
def test_a_lost_key_is_not_quietly_replaced(tmp_path: Path, name: str) -> None:
    started(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(KeysNotSafe, match="bring it back"):
        started(tmp_path)
    assert not (tmp_path / name).exists()


def test_a_first_start_cut_short_is_taken_up_where_it_was(tmp_path: Path) -> None:
    before = started(tmp_path)
    for name in ("data/issuer.key", "data/reporting.signing.key"):
        (tmp_path / name).unlink()
    after = started(tmp_path)
    assert after.services["evidence"] == before.services["evidence"]
    assert after.services["reporting"].root == before.services["reporting"].root
    assert after.issuer != before.issuer


@pytest.mark.parametrize(
    "text", ["", "changeme", as_text(new_key())[:-1], as_text(new_key()) + "A", "é" * 43, "A" * 10_000]
)
def test_a_file_without_a_key_stops_the_start(tmp_path: Path, text: str) -> None:
    started(tmp_path)
    (tmp_path / "keys/evidence.root.key").write_text(text)
    with pytest.raises(KeysNotSafe, match="does not hold a key"):
        started(tmp_path)


@pytest.mark.parametrize(
    ("data", "keys"), [("a", "a"), ("a", "a/keys"), ("a/data", "a"), ("a", "b/../a"), ("a", "link")]
)
def test_root_keys_never_lie_with_the_data(tmp_path: Path, data: str, keys: str) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    with pytest.raises(KeysNotSafe, match="backup"):
        LocalIdentity.at(tmp_path / data, keys_dir=tmp_path / keys)
    assert not list(tmp_path.rglob("*.key"))


def keys_after_start(place: Path) -> list[bytes]:
    return every_key(started(place))


def test_processes_that_start_together_agree(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        found = pool.map(keys_after_start, [tmp_path] * 8, chunksize=1)
    assert all(keys == found[0] for keys in found)
    assert not list(tmp_path.rglob(".*"))


def test_nothing_shows_a_key(tmp_path: Path) -> None:
    identity = started(tmp_path)
    assert not [key for key in every_key(identity) if repr(key) in repr(identity) or as_text(key) in repr(identity)]


def test_its_tokens_and_its_services_are_believed_and_strangers_are_not(tmp_path: Path) -> None:
    identity, actor = started(tmp_path), uuid4()
    believer = believing(identity, real=True)
    planner = identity.issuer.mint(actor, AccessRole.PLANNER, "speir")
    assert believer.caller(f"Bearer {planner}") == Caller(actor, AccessRole.PLANNER, "local")
    evidence = Issuer("evidence", identity.services["evidence"].signing).mint(actor, AccessRole.SERVICE, "reporting")
    assert believer.caller(f"Bearer {evidence}").issuer == "evidence"
    for refused in (
        identity.issuer.mint(actor, AccessRole.LEAD, "speir"),
        Issuer("local", new_key()).mint(actor, AccessRole.PLANNER, "speir"),
    ):
        with pytest.raises(NotRecognised):
            believer.caller(f"Bearer {refused}")
    assert believing(identity, real=False).caller(f"Bearer {identity.issuer.mint(actor, AccessRole.LEAD, 'speir')}")
