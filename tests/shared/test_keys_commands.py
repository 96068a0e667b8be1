"""Operators turn the epoch, see how keys stand, and give shares of a root key to its holders."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from click.testing import CliRunner, Result

from services.command import speir
from services.embedded import Embedded
from shared.edges.access import as_text, new_key
from shared.messages import Place, Sealed
from shared.sealing.databases import open_database
from shared.sealing.key_files import KeysNotSafe
from shared.sealing.keyring import Keyring
from shared.sourcing.migrating import migrate_keys
from tests.shared.test_settings import right

PLACE = Place(b"\1" * 16, "jar/1", "tests.ThingPut", "note")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    here = Embedded(tmp_path / "home", "demo.test")
    here.running["evidence"].keyring.seal("a secret", "inspection/1/person/1", PLACE)
    here.close()
    return tmp_path / "home"


def typed(*words: str | Path) -> Result:
    return CliRunner().invoke(speir, ["keys", *map(str, words)])


def done(*words: str | Path) -> str:
    result = typed(*words)
    assert result.exit_code == 0, result.output
    return result.output


def refused(*words: str | Path) -> str:
    result = typed(*words)
    assert result.exit_code == 1, result.output
    assert result.output.startswith("Error: ")
    return result.output


def root_in(home: Path, service: str = "evidence") -> str:
    return (home / "keys" / f"{service}.root.key").read_text().strip()


def test_an_epoch_is_turned_and_shown(home: Path) -> None:
    assert "epoch      1, since 20" in done("status", "evidence", "--directory", home)
    assert "epoch 2 begins" in done("rotate", "evidence", "--directory", home)
    shown = done("status", "evidence", "--directory", home)
    assert [line.split()[:2] for line in shown.splitlines()] == [
        ["epoch", "2,"], ["keys", "2"], ["within", "1"], ["destroyed", "0"]]  # fmt: skip
    assert [path.name for path in (home / "epochs" / "evidence").iterdir()] == ["epoch-2.key"]
    again = Embedded(home, "demo.test")
    assert again.running["evidence"].keyring.seal("more", "person/1", PLACE)
    again.close()


def test_three_shares_are_written_and_two_of_them_rebuild_the_root(home: Path, tmp_path: Path) -> None:
    done("split", "--service", "evidence", "-o", tmp_path / "shares", "--directory", home)
    shares = sorted((tmp_path / "shares").iterdir())
    assert [path.name for path in shares] == [f"evidence-share-{n}.txt" for n in (1, 2, 3)]
    assert {path.stat().st_mode & 0o777 for path in shares} == {0o600}
    assert not any(root_in(home) in path.read_text() for path in shares)
    assert done("rebuild", shares[0], shares[2]).strip() == root_in(home)
    done("rebuild", shares[2], shares[1], "-o", tmp_path / "evidence.root.key")
    assert (tmp_path / "evidence.root.key").read_text().strip() == root_in(home)
    assert (tmp_path / "evidence.root.key").stat().st_mode & 0o777 == 0o600


def test_shares_that_make_no_key_are_refused_with_what_to_do(home: Path, tmp_path: Path) -> None:
    for into in ("one", "other"):
        done("split", "--service", "evidence", "-o", tmp_path / into, "--directory", home)
    one, other = (tmp_path / into / f"evidence-share-{n}.txt" for into, n in (("one", 1), ("other", 2)))
    assert "take two that were split together" in refused("rebuild", one, other)
    assert "take two that were split together" in refused("rebuild", one)
    text = one.read_text()
    one.write_text(text[:-3] + ("0" if text[-3] != "0" else "1") + text[-2:])
    assert "ask another holder" in refused("rebuild", one, tmp_path / "one" / "evidence-share-2.txt")
    assert "name another place" in refused(
        "split", "--service", "evidence", "-o", tmp_path / "one", "--directory", home
    )
    assert "name another place" in refused(
        "rebuild", *(tmp_path / "other" / f"evidence-share-{n}.txt" for n in (1, 2)), "-o", other)  # fmt: skip


def test_a_store_that_is_not_there_is_not_made(home: Path, tmp_path: Path) -> None:
    (home / "keys" / "evidence.keys.db").rename(tmp_path / "elsewhere.db")
    assert "no key store" in refused("status", "evidence", "--directory", home)
    assert "no key store" in refused("rotate", "evidence", "--directory", home)
    assert not (home / "keys" / "evidence.keys.db").exists()
    assert "bring it back" in refused("rotate", "evidence", "--directory", tmp_path / "nowhere")


def test_lost_epochs_are_said_and_not_made_again(home: Path) -> None:
    (home / "epochs" / "evidence" / "epoch-1.key").unlink()
    assert "nobody destroyed" in refused("rotate", "evidence", "--directory", home)
    assert not list((home / "epochs" / "evidence").iterdir())


def test_lost_keys_come_back_from_a_sealed_copy_and_two_shares(home: Path, tmp_path: Path) -> None:
    field = sealed_at(home)
    done("split", "--service", "evidence", "-o", tmp_path / "shares", "--directory", home)
    done("copy", "evidence", "-o", tmp_path / "copy", "--directory", home)
    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o600
    assert "keys already" in refused("restore", "evidence", tmp_path / "copy", "--directory", home)
    root = home / "keys" / "evidence.root.key"
    for lost in [root, *(home / "keys").glob("evidence.keys.db*")]:
        lost.unlink()
    shutil.rmtree(home / "epochs" / "evidence")
    with pytest.raises(KeysNotSafe):
        Embedded(home, "demo.test")
    shares = sorted((tmp_path / "shares").iterdir())
    done("rebuild", shares[1], shares[2], "-o", root)
    assert "epoch 2 begins" in done("restore", "evidence", tmp_path / "copy", "--directory", home)
    again = Embedded(home, "demo.test")
    assert again.running["evidence"].keyring.open(field) == "a secret"
    again.close()


def sealed_at(home: Path) -> Sealed:
    here = Embedded(home, "demo.test")
    field = here.running["evidence"].keyring.seal("a secret", "inspection/1/person/1", PLACE)
    here.close()
    return field


def test_a_copy_is_of_use_for_seven_days_to_one_root_and_unchanged(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done("copy", "evidence", "-o", tmp_path / "copy", "--directory", home)
    other = tmp_path / "other"
    Embedded(other, "demo.test").close()
    (other / "keys" / "evidence.keys.db").unlink()
    shutil.rmtree(other / "epochs")
    assert "root key" in refused("restore", "evidence", tmp_path / "copy", "--directory", other)
    (other / "keys" / "evidence.root.key").write_text(root_in(home))
    copy = (tmp_path / "copy").read_bytes()
    (tmp_path / "changed").write_bytes(copy[:-1] + bytes([copy[-1] ^ 1]))
    assert "root key" in refused("restore", "evidence", tmp_path / "changed", "--directory", other)
    with monkeypatch.context() as later:
        later.setattr("shared.sealing.copies.OLDEST_S", -1)
        assert "older than seven days" in refused("restore", "evidence", tmp_path / "copy", "--directory", other)
    assert "epoch 2 begins" in done("restore", "evidence", tmp_path / "copy", "--directory", other)


@pytest.fixture
def keys_account(postgres_database: str) -> Iterator[str]:
    """A database that its own account owns, with a password that is nobody's default."""
    name, secret = f"keys_{uuid4().hex}", uuid4().hex
    with psycopg.connect(postgres_database, autocommit=True) as server:
        server.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{secret}'")
        server.execute(f"ALTER SCHEMA public OWNER TO {name}")
        yield f"postgresql://{name}:{secret}@{postgres_database.rpartition('@')[2]}"
        server.execute("ALTER SCHEMA public OWNER TO CURRENT_USER")
        server.execute(f"DROP OWNED BY {name}")
        server.execute(f"DROP ROLE {name}")


def test_a_deployed_service_is_told_by_its_variables(
    keys_account: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = new_key()
    told = {"SPEIR_KEYS_URL": keys_account, "SPEIR_ROOT_KEY": as_text(root), "SPEIR_EPOCHS": str(tmp_path / "e")}
    for name, value in (right | told).items():
        monkeypatch.setenv(name, value)
    migrate_keys(keys_account)
    keyring = Keyring(open_database(keys_account), root, tmp_path / "e")
    keyring.seal("a secret", "person/1", PLACE)
    keyring.close()
    done("copy", "participation", "-o", tmp_path / "copy")
    assert "epoch 2 begins" in done("rotate", "participation")
    assert "destroyed  0" in done("status", "participation")
    assert "ask one of evidence" in refused("rotate", "evidence")
    monkeypatch.delenv("SPEIR_ROOT_KEY")
    assert "SPEIR_ROOT_KEY" in refused("status", "participation")
    monkeypatch.setenv("SPEIR_ROOT_KEY", as_text(root))
    done("split", "--service", "participation", "-o", tmp_path / "shares")
    shares = sorted((tmp_path / "shares").iterdir())
    assert done("rebuild", *shares[:2]).strip() == os.environ["SPEIR_ROOT_KEY"]
