"""``speir audit verify`` on the machine that has the log: what it says, and how it ends."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine

from services.command import speir
from services.embedded import Embedded
from shared.audit.notes import COSIGNS, cosignature, verifier_of
from shared.edges.access import new_key
from shared.sourcing import tree
from tests.shared.bus_fixtures import until
from tests.shared.log_fixtures import append, appending

WITNESS = new_key()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An embedded instance that was at work: forty events in evidence's log, and what was signed of them."""
    directory = tmp_path_factory.mktemp("audited")
    here = Embedded(directory / "instance", "demo.audited")
    log = here.running["evidence"].log
    for number in range(20):
        append(log, appending(f"jar/{number}", 0, 2))
    with here.working():
        until(lambda: newest(here) is not None and newest(here).size == 40)
    kept = newest(here)
    assert kept is not None
    (directory / "kept").write_text(kept.note, "utf-8")
    text = kept.note.partition("\n\n")[0] + "\n"
    seen = cosignature(text, "witness.example", WITNESS, 1_790_000_000)
    (directory / "witnessed").write_text(kept.note + seen, "utf-8")
    here.close()
    return directory


def newest(here: Embedded) -> tree.Signed | None:
    with here.running["evidence"].log.reading() as tx:
        return tree.last_signed(tx)


def asked(home: Path, *said: str) -> Result:
    given = ["audit", "verify", "evidence", "--directory", str(home / "instance"), "--origin", "demo.audited", *said]
    return CliRunner().invoke(speir, given)


def test_what_nobody_changed_does_not_differ(home: Path) -> None:
    for how in (["--full"], ["--since", "17"], ["--full", "--seen", str(home / "kept")]):
        result = asked(home, *how)
        assert result.exit_code == 0, result.output
        assert result.output.splitlines()[-1] == "nothing differs"
    witness = str(verifier_of("witness.example", WITNESS, COSIGNS))
    assert asked(home, "--full", "--seen", str(home / "witnessed"), "--witness", witness).exit_code == 0


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ([], "--full or --since"),
        (["--full", "--since", "3"], "--full or --since"),
        (["--since", "41"], "does not reach position 41"),
        (["--since", "-1"], "--since"),
        (["--full", "--key", "nonsense"], "key:"),
        (["--full", "--origin", "demo.other"], "demo.audited/evidence"),
        (["--full", "--seen", "KEPT", "--witness", "nonsense"], "key:"),
        (["--full", "--seen", "KEPT", "--witness", "W"], "cosignature: witness.example"),
        (["--full", "--seen", "GARBLED"], "signature:"),
        (["--full", "--seen", "KEPT", "--key", "W1"], "signature:"),
    ],
)
def test_what_cannot_be_is_refused_and_says_which_check_failed(home: Path, said: list[str], named: str) -> None:
    (home / "garbled").write_bytes((home / "kept").read_bytes()[:-9] + b"\xff")
    stands_for = {
        "KEPT": str(home / "kept"),
        "GARBLED": str(home / "garbled"),
        "W": str(verifier_of("witness.example", WITNESS, COSIGNS)),
        "W1": str(verifier_of("demo.audited/evidence", WITNESS)),
    }
    result = asked(home, *[stands_for.get(each, each) for each in said])
    assert result.exit_code != 0
    assert named in result.output
    assert "Traceback" not in result.output


def test_what_was_changed_is_named_and_the_command_fails(home: Path) -> None:
    engine = create_engine(f"sqlite:///{home}/instance/data/evidence.db")
    with engine.begin() as tx:
        laid = tx.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'event'")
        for name in list(laid.scalars()):
            tx.exec_driver_sql(f"DROP TRIGGER {name}")
        tx.exec_driver_sql("UPDATE event SET meta = x'7b7d' WHERE stream = 'jar/11' AND version = 1")
    engine.dispose()
    result = asked(home, "--full")
    assert result.exit_code == 1
    assert "DIFFERS  leaf: position 22, stream jar/11, version 1" in result.output
    assert asked(home, "--since", "24").exit_code == 0, "what lies before is taken as it was signed"
