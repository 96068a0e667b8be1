"""A witness signs what adds to what it saw, keeps it before it says so, and is not talked out of it."""

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from services.command import speir
from services.evidence.api import api
from services.evidence.service import evidence
from shared.audit.checkpoints import Checkpoint, believed
from shared.audit.following import AnswerUnfit, Followed
from shared.audit.notes import COSIGNS, NoteUnfit, cosignature, signed, verifier_of
from shared.audit.witnessing import AlreadyFurther, LogDiffers, Witness
from shared.errors import Unavailable
from shared.sealing.key_files import KeysNotSafe
from shared.sourcing.merkle import leaf_hash, root_of
from shared.sourcing.proofs import Nodes, consistency
from tests.audit.test_log_over_http import Log
from tests.serving import serve
from tests.shared.log_fixtures import together
from tests.shared.test_proofs import tiles_of

SEED, OTHER = bytes(range(32)), bytes(range(1, 33))
LOG = verifier_of("speir.example/evidence", SEED)
LEAVES = [leaf_hash(str(number).encode()) for number in range(40)]
ANOTHER = [*LEAVES[:9], leaf_hash(b"something else"), *LEAVES[10:]]
NOW = 1_790_000_000


def a_note(size: int, leaves: list[bytes] = LEAVES, seed: bytes = SEED) -> str:
    return Checkpoint(LOG.name, size, root_of(leaves[:size])).signed(seed)


def a_proof(old: int, new: int, leaves: list[bytes] = LEAVES) -> list[bytes]:
    return consistency(Nodes(tiles_of(leaves)), old, new)


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    return Witness(tmp_path / "witness", "witness.example")


def test_what_adds_to_what_was_seen_is_signed_with_when_and_kept(witness: Witness, tmp_path: Path) -> None:
    assert witness.last(LOG) is None
    for size, before in ((5, 0), (12, 5), (40, 12)):
        said, note = believed(witness.saw(a_note(size), LOG, a_proof(before, size), NOW + size), LOG)
        assert said.size == size
        assert note.cosigned_at(witness.verifier) == NOW + size
    again = Witness(tmp_path / "witness", "witness.example")
    last = again.last(LOG)
    assert last is not None
    assert last.size == 40
    assert again.verifier == witness.verifier
    assert again.saw(a_note(40), LOG, [], NOW + 99) == witness.saw(a_note(40), LOG, a_proof(12, 40), NOW)


@pytest.mark.parametrize(
    ("size", "leaves", "proof", "refusal"),
    [
        (12, LEAVES, a_proof(5, 12), LogDiffers),
        (12, ANOTHER, a_proof(10, 12, ANOTHER), LogDiffers),
        (12, LEAVES, [], LogDiffers),
        (12, LEAVES, [*a_proof(10, 12), bytes(32)], LogDiffers),
        (10, ANOTHER, [], LogDiffers),
        (9, LEAVES, [], AlreadyFurther),
        (0, LEAVES, [], AlreadyFurther),
    ],
)
def test_whatever_does_not_add_to_it_is_refused_and_kept_as_evidence(
    witness: Witness, tmp_path: Path, size: int, leaves: list[bytes], proof: list[bytes], refusal: Any
) -> None:
    witness.saw(a_note(10), LOG, [], NOW)
    with pytest.raises(refusal):
        witness.saw(a_note(size, leaves), LOG, proof, NOW)
    last = witness.last(LOG)
    assert last is not None
    assert last.root == root_of(LEAVES[:10])
    (evidence_kept,) = (tmp_path / "witness").glob("*/*.differs.txt")
    assert believed(evidence_kept.read_text("utf-8"), LOG)[0].root == root_of(leaves[:size])


@pytest.mark.parametrize(
    "raw", [a_note(12, seed=OTHER), "nonsense", signed(f"speir.example/other\n1\n{'A' * 43}=\n", LOG.name, SEED)]
)
def test_what_the_log_did_not_sign_is_no_word_of_its(witness: Witness, tmp_path: Path, raw: str) -> None:
    with pytest.raises(NoteUnfit):
        witness.saw(raw, LOG, [], NOW)
    assert not list((tmp_path / "witness").glob("*/*"))


def test_other_names_under_a_checkpoint_are_not_passed_on(witness: Witness) -> None:
    raw = a_note(5) + cosignature(Checkpoint(LOG.name, 5, root_of(LEAVES[:5])).text, "other.example", OTHER, NOW)
    seen = witness.saw(raw, LOG, [], NOW)
    assert "other.example" not in seen
    assert believed(seen, LOG)[1].cosigned_at(witness.verifier) == NOW


def test_of_two_histories_at_the_same_moment_one_is_signed(witness: Witness, tmp_path: Path) -> None:
    witness.saw(a_note(5), LOG, [], NOW)

    def seen(leaves: list[bytes]) -> Callable[[], str]:
        each = Witness(tmp_path / "witness", "witness.example")
        return lambda: each.saw(a_note(12, leaves), LOG, a_proof(5, 12, leaves), NOW)

    answers = together([seen(LEAVES), seen(ANOTHER)] * 4)
    roots = {believed(each, LOG)[0].root for each in answers if isinstance(each, str)}
    assert len(roots) == 1
    assert sum(isinstance(each, LogDiffers) for each in answers) == 4


def test_its_key_is_its_own(tmp_path: Path) -> None:
    key = Witness(tmp_path, "witness.example").verifier
    path = tmp_path / "witness.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert key.kind == COSIGNS
    path.chmod(0o644)
    with pytest.raises(KeysNotSafe):
        Witness(tmp_path, "witness.example")


def followed(log: Log) -> Followed:
    transport = httpx.WSGITransport(app=log.served.client.application.wsgi_app)
    return Followed("http://localhost/evidence/v1", log.key(), httpx.Client(transport=transport))


def test_a_log_is_followed_over_http_and_a_history_rewritten_with_its_key_is_refused(
    witness: Witness, tmp_path: Path
) -> None:
    (tmp_path / "log").mkdir()
    log = Log(serve(tmp_path / "log", evidence, api))
    follow = followed(log)
    first = follow.look(witness)
    assert first is not None
    assert believed(first, log.key())[0].size == 700
    assert follow.look(witness) is None
    log.signs.once()
    second = follow.look(witness)
    assert second is not None
    assert believed(second, log.key())[0].size == 730
    forged = Checkpoint("demo.test/evidence", 730, bytes(32)).signed(log.serving.signing_key)
    answers = {"/evidence/v1/log/checkpoint": forged}
    lying = httpx.Client(transport=httpx.MockTransport(lambda asked: httpx.Response(200, text=answers[asked.url.path])))
    with pytest.raises(LogDiffers):
        Followed("http://localhost/evidence/v1", log.key(), lying).look(witness)
    log.served.running.close()


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        (httpx.Response(503), Unavailable),
        (httpx.Response(302, headers={"Location": "http://10.0.0.1/"}), AnswerUnfit),
        (httpx.Response(404), AnswerUnfit),
        (httpx.Response(200, content=b"\xff"), AnswerUnfit),
        (httpx.Response(200, content=b"x" * 100_000), AnswerUnfit),
        (httpx.Response(200, text="no note"), NoteUnfit),
    ],
)
def test_what_is_no_answer_of_a_log_is_passed_over(witness: Witness, answer: httpx.Response, refusal: Any) -> None:
    witness.saw(a_note(5), LOG, [], NOW)
    http = httpx.Client(transport=httpx.MockTransport(lambda _: answer))
    with pytest.raises(refusal):
        Followed("http://localhost/evidence/v1", LOG, http).look(witness)


def test_the_command_says_its_key_and_what_is_wrong_with_what_it_is_told(tmp_path: Path) -> None:
    def asked(*said: str) -> Any:
        given = ["audit", "witness", "--directory", str(tmp_path / "w"), "--name", "witness.example", "--once", *said]
        return CliRunner().invoke(speir, given)

    nobody = asked(f"http://127.0.0.1:9/evidence/v1={LOG}")
    assert nobody.exit_code == 0
    assert f"witness key: {Witness(tmp_path / 'w', 'witness.example').verifier}" in nobody.output
    assert "speir.example/evidence: unavailable" in nobody.output
    assert "key:" in asked("http://127.0.0.1:9/evidence/v1=nonsense").output
    assert "an address is https" in asked(f"http://example.org/evidence/v1={LOG}").output
    assert asked().exit_code == 2
