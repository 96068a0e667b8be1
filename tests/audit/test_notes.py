"""Notes, checkpoints, tiles' addresses and proof files: read strictly, and believed only from whom they say."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.audit.checkpoints import Checkpoint, believed, checkpoint_read
from shared.audit.notes import (
    COSIGNS,
    NoteUnfit,
    cosignature,
    note_read,
    signed,
    verifier_of,
    verifier_read,
)
from shared.audit.proof_files import ProofFile, ProofUnfit, check, proof_read
from shared.audit.tiles import Place, bundled, path_of, place_read, there_is
from shared.errors import NotFound
from shared.sourcing.merkle import Frontier, leaf_hash
from shared.sourcing.proofs import Nodes, inclusion
from tests.shared.test_proofs import tiles_of

SEED, OTHER = bytes(range(32)), bytes(range(1, 33))
ORIGIN = "speir.example/evidence"
KEY = verifier_of(ORIGIN, SEED)
ROOT = bytes(range(32))
SAID = Checkpoint(ORIGIN, 12, ROOT)
PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
"""The example that the format's first implementation is documented with."""


def test_a_published_note_is_believed_by_its_published_key() -> None:
    verifier = verifier_read(PUBLISHED_KEY)
    assert str(verifier) == PUBLISHED_KEY
    note = note_read(PUBLISHED_NOTE)
    assert note.is_signed_by(verifier)
    assert not note_read(PUBLISHED_NOTE.replace("your problem is", "your problem was")).is_signed_by(verifier)


def test_a_checkpoint_is_believed_from_its_own_log_alone() -> None:
    raw = SAID.signed(SEED)
    assert believed(raw, KEY)[0] == SAID
    assert raw.startswith(f"{ORIGIN}\n12\n")
    for wrong in (verifier_of(ORIGIN, OTHER), verifier_of("speir.example/reporting", SEED)):
        with pytest.raises(NoteUnfit):
            believed(raw, wrong)
    foreign = signed(Checkpoint("speir.example/reporting", 12, ROOT).text, ORIGIN, SEED)
    with pytest.raises(NoteUnfit):
        believed(foreign, KEY)


@given(some.integers(min_value=0), some.integers(min_value=1, max_value=255))
def test_a_byte_changed_anywhere_is_not_believed(at: int, by: int) -> None:
    raw = bytearray(SAID.signed(SEED).encode())
    raw[at % len(raw)] ^= by
    with pytest.raises((NoteUnfit, UnicodeDecodeError)):
        believed(raw.decode(), KEY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "one line\n",
        f"{ORIGIN}\n012\n{'A' * 43}=\n",
        f"{ORIGIN}\n-1\n{'A' * 43}=\n",
        f"{ORIGIN}\n1\nAAAA\n",
        f"{ORIGIN}\n1\n{'A' * 42}B=\n",
        f"{ORIGIN}\n1\n{'A' * 43}=\nand more\n",
        f"{ORIGIN}\n1\n{'A' * 43}=",
        f"{ORIGIN}\n{10**19}\n{'A' * 43}=\n",
        f"\n1\n{'A' * 43}=\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteUnfit):
        checkpoint_read(text)


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "text\n",
        "text\n\n",
        "text\n\nno signature\n",
        "text\n\n\u2014 name notbase64!\n",
        "text\n\n\u2014 name AAAAAAAA",
        "te\x00xt\n\n\u2014 name AAAAAAAA\n",
        "text\n\n" + "\u2014 name AAAAAAAA\n" * 65,
        "x" * 70_000 + "\n\n\u2014 name AAAAAAAA\n",
        "text\r\n\n\u2014 name AAAAAAAA\n",
    ],
)
def test_what_is_no_note_is_refused(raw: str) -> None:
    with pytest.raises(NoteUnfit):
        note_read(raw)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        PUBLISHED_KEY[:-1],
        PUBLISHED_KEY.replace("c74f20a3", "c74f20a4"),
        PUBLISHED_KEY.replace("PeterNeumann", "PeterNewmann"),
        PUBLISHED_KEY.replace("+ARpc", "+BRpc"),
    ],
)
def test_a_key_whose_parts_do_not_fit_is_refused(text: str) -> None:
    with pytest.raises(NoteUnfit):
        verifier_read(text)
    with pytest.raises(ValueError, match="plus"):
        verifier_of("a+b", SEED)


def test_a_witness_says_when_it_saw_a_checkpoint_and_counts_for_no_other() -> None:
    witness = verifier_of("witness.example", OTHER, COSIGNS)
    raw = SAID.signed(SEED) + cosignature(SAID.text, "witness.example", OTHER, 1_790_000_000)
    said, note = believed(raw, KEY)
    assert said == SAID
    assert note.cosigned_at(witness) == 1_790_000_000
    assert note.cosigned_at(verifier_of("another.example", OTHER, COSIGNS)) is None
    assert note.cosigned_at(verifier_of("witness.example", SEED, COSIGNS)) is None
    moved = Checkpoint(ORIGIN, 13, ROOT).signed(SEED) + raw.splitlines(keepends=True)[-1]
    assert note_read(moved).cosigned_at(witness) is None
    assert not note.is_signed_by(verifier_of("witness.example", OTHER)), "a cosignature is no signature"


@pytest.mark.parametrize(
    ("place", "path"),
    [
        (Place(0), "000"),
        (Place(0, 1), "000.p/1"),
        (Place(67, 255), "067.p/255"),
        (Place(1_234_067), "x001/x234/067"),
        (Place(1_000), "x001/000"),
        (Place(999_999_999), "x999/x999/999"),
    ],
)
def test_a_tile_has_the_address_that_the_format_gives_it(place: Place, path: str) -> None:
    assert path_of(place) == path
    assert place_read(path) == place


@pytest.mark.parametrize(
    "path",
    [
        "",
        "0",
        "00",
        "0000",
        "x000/000",
        "000.p/0",
        "000.p/256",
        "000.p/01",
        "x1/000",
        "000/000",
        "000.p/",
        "-01",
        "x001",
    ],
)
def test_an_address_that_is_written_otherwise_is_not_there(path: str) -> None:
    with pytest.raises(NotFound):
        place_read(path)


@pytest.mark.parametrize(
    ("place", "level", "size", "there"),
    [
        (Place(0), 0, 255, False),
        (Place(0), 0, 256, True),
        (Place(0, 255), 0, 256, True),
        (Place(1, 1), 0, 256, False),
        (Place(0, 1), 1, 255, False),
        (Place(0, 1), 1, 256, True),
        (Place(0, 1), 0, 0, False),
    ],
)
def test_a_tile_is_there_as_far_as_the_log_reaches(place: Place, level: int, size: int, *, there: bool) -> None:
    assert there_is(place, level, size) is there


def test_a_bundle_says_how_long_each_entry_is() -> None:
    assert bundled([b"ab", b""]) == b"\x00\x02ab\x00\x00"
    with pytest.raises(ValueError, match="fit"):
        bundled([b"a" * 65_536])


ENTRIES = [f"entry {number}".encode() for number in range(12)]


def a_proof(index: int = 5, size: int = 12) -> str:
    leaves = [leaf_hash(each) for each in ENTRIES]
    frontier = Frontier()
    for leaf in leaves[:size]:
        frontier.add(leaf)
    path = inclusion(Nodes(tiles_of(leaves)), index, size)
    return str(ProofFile(index, tuple(path), Checkpoint(ORIGIN, size, frontier.root()).signed(SEED)))


def test_a_proof_file_shows_where_an_entry_is_and_of_no_other_that_it_is_there() -> None:
    text = a_proof()
    assert text.startswith("c2sp.org/tlog-proof@v1\nindex 5\n")
    assert check(text, ENTRIES[5], KEY) == 5
    assert str(proof_read(text)) == text
    with pytest.raises(ProofUnfit) as refused:
        check(text, ENTRIES[6], KEY)
    assert refused.value.details == {"check": "inclusion", "index": 5, "size": 12}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda text: text.replace("index 5", "index 6"), "inclusion"),
        (lambda text: text.replace("index 5", "index 12"), "index"),
        (lambda text: text.replace("index 5", "index 05"), "form"),
        (lambda text: text.replace("proof@v1", "proof@v2"), "form"),
        (lambda text: text.replace(f"\n\n{ORIGIN}\n12\n", f"\n\n{ORIGIN}\n13\n"), "checkpoint"),
        (lambda text: text.partition("\n\n")[0] + "\n\n" + Checkpoint(ORIGIN, 12, ROOT).signed(SEED), "inclusion"),
        (lambda text: text.partition("\n\n")[0] + "\n\n" + Checkpoint(ORIGIN, 12, ROOT).signed(OTHER), "checkpoint"),
        (lambda text: text.partition("\n\n")[0] + "\n\n" + a_proof(5, 7).partition("\n\n")[2], "inclusion"),
        (lambda text: "\n".join(text.split("\n")[:2] + text.split("\n")[3:]), "inclusion"),
        (lambda _text: "", "form"),
    ],
)
def test_a_proof_that_was_changed_is_refused_by_the_check_that_fails(change, named: str) -> None:
    with pytest.raises(ProofUnfit) as refused:
        check(change(a_proof()), ENTRIES[5], KEY)
    assert refused.value.details["check"] == named
