"""The log over HTTP: checkpoint, key, tiles and proofs for everybody, as far as it is signed; entries for auditors."""

from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from services.evidence.api import api
from services.evidence.service import evidence
from services.participation.api import api as participation_api
from services.participation.service import participation
from shared.audit.api import key_of
from shared.audit.checkpointing import Checkpointer
from shared.audit.checkpoints import Checkpoint, believed
from shared.audit.notes import Verifier, verifier_read
from shared.audit.proof_files import check, proof_read
from shared.sourcing import tree
from shared.sourcing.merkle import leaf_hash, root_of
from shared.sourcing.proofs import is_consistent
from tests.audit.foreign import believed_by_go
from tests.serving import Served, serve
from tests.shared.log_fixtures import append, appending

SIGNED = (300, 520, 700)


class Log:
    """A service whose log was signed at three sizes, and has grown since."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.serving = served.client.application.extensions["speir"][served.running.name]
        self.signs = Checkpointer(served.running.log, self.serving.signing_key)
        size = 0
        for reached in SIGNED:
            self.grows(size, reached)
            size = reached
            assert self.signs.once() is not None
        self.grows(size, size + 30)

    def grows(self, size: int, to: int) -> None:
        for at in range(size, to, 10):
            append(self.served.running.log, appending(f"jar/{at}", 0, 10))
        self.served.sequencer.drain()

    def get(self, path: str, role: str | None = None) -> bytes:
        answer = self.asked(path, role)
        assert answer.status_code == 200, (path, answer.status_code, answer.get_data(as_text=True))
        return answer.get_data()

    def asked(self, path: str, role: str | None = None):
        if role is not None:
            return self.served.call("GET", f"/log{path}", role)
        return self.served.client.get(f"/{self.served.running.name}/v1/log{path}")

    def key(self) -> Verifier:
        return verifier_read(self.get("/key").decode())

    def checkpoint(self) -> Checkpoint:
        return believed(self.get("/checkpoint").decode(), self.key())[0]

    def event_ids(self) -> list[str]:
        with self.served.running.log.reading() as tx:
            return [str(each.event_id) for each in self.served.running.log.ordered(tx, limit=1000)]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Log]:
    made = Log(serve(tmp_path_factory.mktemp("log"), evidence, api))
    yield made
    made.served.running.close()


def test_the_checkpoint_is_the_newest_that_was_signed_by_the_key_that_is_told(log: Log) -> None:
    said = log.checkpoint()
    assert (said.origin, said.size) == ("demo.test/evidence", 700)
    assert log.key() == key_of(log.serving)


def test_tiles_hold_the_hashes_and_entries_that_the_checkpoint_is_about(log: Log) -> None:
    raw = b"".join(log.get(f"/tile/0/{place}") for place in ("000", "001", "002.p/188"))
    leaves = [raw[at : at + 32] for at in range(0, len(raw), 32)]
    assert root_of(leaves) == log.checkpoint().root
    upper = log.get("/tile/1/000.p/2")
    assert upper == b"".join(root_of(leaves[at : at + 256]) for at in (0, 256))
    bundle = log.get("/tile/entries/002.p/188", "auditor")
    entries = []
    while bundle:
        length = int.from_bytes(bundle[:2], "big")
        entries.append(bundle[2 : 2 + length])
        bundle = bundle[2 + length :]
    assert [leaf_hash(each) for each in entries] == leaves[512:]


@pytest.mark.parametrize(
    "path", ["/tile/0/002", "/tile/0/002.p/189", "/tile/0/003.p/1", "/tile/1/000", "/tile/1/000.p/3", "/tile/2/000.p/1",
             "/tile/7/000", "/tile/0/2", "/tile/0/x000/000", "/tile/0/002.p/0", "/tile/-1/000", "/tile/0/%00",
             "/tile/0/../0"]
)  # fmt: skip
def test_what_is_not_signed_yet_or_no_tile_is_not_there(log: Log, path: str) -> None:
    assert log.asked(path).status_code == 404


def test_a_tile_is_kept_by_caches_and_entries_are_by_none(log: Log) -> None:
    assert "immutable" in log.asked("/tile/0/000").headers["Cache-Control"]
    assert log.asked("/tile/entries/000", "auditor").headers["Cache-Control"] == "no-store"
    assert log.asked("/checkpoint").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/tile/entries/000", f"/proofs/{uuid4()}"])
def test_entries_and_proofs_are_for_auditors(log: Log, path: str) -> None:
    assert log.asked(path).status_code == 401
    for role in ("lead", "operator", "planner", "data_protection_officer"):
        assert log.asked(path, role).status_code == 403
    assert log.asked(path, "auditor").status_code in (200, 404)


def test_an_event_is_proven_to_be_where_it_is_against_the_first_checkpoint_that_covers_it(log: Log) -> None:
    ids = log.event_ids()
    entries = log.get("/tile/entries/001", "auditor")
    for position, covered in ((0, 300), (299, 300), (300, 520), (699, 700)):
        text = log.get(f"/proofs/{ids[position]}", "auditor").decode()
        proof = proof_read(text)
        assert (proof.index, believed(proof.checkpoint, log.key())[0].size) == (position, covered)
    first = entries[2 : 2 + int.from_bytes(entries[:2], "big")]
    assert check(log.get(f"/proofs/{ids[256]}", "auditor").decode(), first, log.key()) == 256


def test_what_is_not_signed_yet_has_no_proof(log: Log) -> None:
    assert log.asked(f"/proofs/{log.event_ids()[700]}", "auditor").status_code == 404
    assert log.asked(f"/proofs/{uuid4()}", "auditor").status_code == 404


@pytest.mark.parametrize("old", [0, 1, 256, 300, 520, 699, 700])
def test_growth_is_shown_between_any_two_signed_sizes(log: Log, old: int) -> None:
    raw = log.get("/tile/0/000") + log.get("/tile/0/001") + log.get("/tile/0/002.p/188")
    leaves = [raw[at : at + 32] for at in range(0, len(raw), 32)]
    answer = log.asked(f"/consistency?old={old}&new=700").json
    hashes = [b64decode(each) for each in answer["hashes"]]
    assert is_consistent(old, root_of(leaves[:old]), 700, log.checkpoint().root, hashes)


@pytest.mark.parametrize(
    ("query", "status"),
    [("", 422), ("old=1", 422), ("old=-1&new=5", 422), ("old=1&new=x", 422), ("old=5&new=4", 422),
     ("old=1&new=701", 404), ("old=701&new=5", 404), ("old=1&new=%D9%A1", 422), (f"old=1&new={'9' * 40}", 422),
     ("old=1&new=", 422)],
)  # fmt: skip
def test_a_proof_of_growth_that_cannot_be_is_refused(log: Log, query: str, status: int) -> None:
    assert log.asked(f"/consistency?{query}").status_code == status


def test_an_empty_log_has_no_checkpoint_and_no_tile(tmp_path: Path) -> None:
    served = serve(tmp_path, participation, participation_api)
    for path in ("/checkpoint", "/tile/0/000.p/1", "/consistency?old=0&new=0"):
        assert served.client.get(f"/participation/v1/log{path}").status_code == 404
    served.running.close()


def laid_out(log: Log, directory: Path, position: int, older: int) -> None:
    """What the log answers, in the files that the other implementation reads."""
    newest = log.get("/checkpoint").decode()
    (directory / "checkpoint").write_text(newest, "utf-8")
    with log.served.running.log.reading() as tx:
        (directory / "older").write_text(tree.first_signed(tx, older).note, "utf-8")
    hashes = log.asked(f"/consistency?old={older}&new=700").json["hashes"]
    (directory / "consistency").write_text("\n".join(hashes), "utf-8")
    for level, place in ((0, "000"), (0, "001"), (0, "002.p/188"), (1, "000.p/2")):
        path = directory / "tile/8" / str(level) / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(log.get(f"/tile/{level}/{place}"))
    (directory / "index").write_text(str(position), "utf-8")
    bundle = log.get("/tile/entries/002.p/188", "auditor")
    for _ in range(position - 512):
        bundle = bundle[2 + int.from_bytes(bundle[:2], "big") :]
    (directory / "entry").write_bytes(bundle[2 : 2 + int.from_bytes(bundle[:2], "big")])
    text = log.get(f"/proofs/{log.event_ids()[position]}", "auditor").decode()
    (directory / "proof").write_text("\n".join(text.partition("\n\n")[0].splitlines()[2:]), "utf-8")


def test_gos_module_log_believes_what_this_log_says(log: Log, tmp_path: Path) -> None:
    laid_out(log, tmp_path, 650, 520)
    assert believed_by_go(str(log.key()), tmp_path) == "BELIEVED 700 leaves, consistent with 520"


@pytest.mark.parametrize(
    ("name", "refused"),
    [("checkpoint", "note"), ("older", "note"), ("consistency", "consistency"), ("entry", "inclusion"),
     ("proof", "inclusion"), ("tile/8/0/001", "tile of leaf"), ("tile/8/1/000.p/2", "tile of leaf")],
)  # fmt: skip
def test_gos_module_log_refuses_whatever_was_changed(log: Log, tmp_path: Path, name: str, refused: str) -> None:
    laid_out(log, tmp_path, 650, 520)
    raw = bytearray((tmp_path / name).read_bytes())
    raw[8] ^= 1
    (tmp_path / name).write_bytes(raw)
    said = believed_by_go(str(log.key()), tmp_path)
    assert said.startswith(("REFUSED " + refused, "REFUSED hash")), said
