"""The tree: RFC 6962 to the byte, and leaves whose bytes never change."""

from hashlib import sha256
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.sourcing.merkle import (
    EMPTY_ROOT,
    Frontier,
    commitment,
    entry_bytes,
    leaf_hash,
    node_hash,
    root_of,
)
from tests.shared.log_fixtures import root_by_the_book

INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
"""The leaves with which implementations of RFC 6962 are tested."""

ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Their roots, for trees of 0 to 8 leaves."""

ENTRY = {
    "origin": "speir.example/evidence",
    "stream": "evidence_item/0f0e",
    "version": 3,
    "about": "Àrd",
    "event_id": UUID(int=0x0102030405060708090A0B0C0D0E0F10).bytes,
    "type_": "evidence.EvidenceRegistered",
    "schema_version": 2,
    "recorded_us": 1_790_000_000_000_001,
    "sequenced_us": 1_790_000_000_020_002,
    "body_commitment": sha256(b"body").digest(),
    "meta": b'{"actor":null}',
}
LEAF = "4c8a000bad76384b4fa4bc9a75f937df17ab10a599e20e58b633d4fb11f1eba9"
HASHES = some.lists(some.binary(min_size=32, max_size=32), max_size=70)


def test_the_empty_tree_has_the_root_of_nothing() -> None:
    assert root_of([]) == EMPTY_ROOT == Frontier().root() == bytes.fromhex(ROOTS[0])


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_published_vectors(size: int) -> None:
    leaves = [leaf_hash(entry) for entry in INPUTS[:size]]
    assert root_of(leaves).hex() == ROOTS[size]
    assert root_by_the_book(leaves).hex() == ROOTS[size]


@given(HASHES)
def test_a_frontier_is_the_tree_as_the_book_has_it(leaves: list[bytes]) -> None:
    frontier = Frontier()
    for size, leaf in enumerate(leaves, start=1):
        frontier.add(leaf)
        assert frontier.root() == root_by_the_book(leaves[:size])
        assert len(frontier.packed()) == 32 * size.bit_count()


@given(HASHES, some.integers(min_value=0, max_value=70))
def test_a_frontier_goes_on_from_what_was_stored(leaves: list[bytes], stopped_at: int) -> None:
    first = Frontier()
    for leaf in leaves[:stopped_at]:
        first.add(leaf)
    second = Frontier(first.size, first.packed())
    for leaf in leaves[stopped_at:]:
        second.add(leaf)
    assert (second.size, second.root()) == (len(leaves), root_by_the_book(leaves))


@pytest.mark.parametrize(("size", "hashes"), [(1, 0), (0, 1), (3, 1), (4, 2), (7, 4), (8, 2)])
def test_a_frontier_of_another_size_is_not_taken_up(size: int, hashes: int) -> None:
    with pytest.raises(ValueError, match="subtrees"):
        Frontier(size, b"\1" * 32 * hashes)


def test_a_repeated_last_leaf_makes_another_tree() -> None:
    leaves = [leaf_hash(bytes([n])) for n in range(3)]
    assert root_of(leaves) != root_of([*leaves, leaves[-1]])


def test_a_node_is_never_taken_for_a_leaf() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert node_hash(left, right) != leaf_hash(left + right)
    assert leaf_hash(b"") == sha256(b"\0").digest()


def test_a_leafs_bytes_are_frozen() -> None:
    members = [
        b"\x01",
        b"speir.example/evidence",
        b"evidence_item/0f0e",
        bytes.fromhex("0000000000000003"),
        bytes.fromhex("c3807264"),
        bytes.fromhex("0102030405060708090a0b0c0d0e0f10"),
        b"evidence.EvidenceRegistered",
        bytes.fromhex("0000000000000002"),
        bytes.fromhex("00065bfeda25e001"),
        bytes.fromhex("00065bfeda262e22"),
        bytes.fromhex("230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5"),
        sha256(b'{"actor":null}').digest(),
    ]
    lengths = [1, 22, 18, 8, 4, 16, 27, 8, 8, 8, 32, 32]
    assert [len(member) for member in members] == lengths
    expected = b"".join(bytes([0, 0, 0, length]) + member for length, member in zip(lengths, members, strict=True))
    assert entry_bytes(**ENTRY) == expected
    assert leaf_hash(entry_bytes(**ENTRY)).hex() == LEAF


@pytest.mark.parametrize("member", sorted(ENTRY))
def test_no_member_of_a_leaf_can_change_unnoticed(member: str) -> None:
    value = ENTRY[member]
    other = value + 1 if isinstance(value, int) else value[:-1]
    assert entry_bytes(**(ENTRY | {member: other})) != entry_bytes(**ENTRY)


def test_members_do_not_run_into_one_another() -> None:
    moved = ENTRY | {"origin": ENTRY["origin"] + "e", "stream": ENTRY["stream"][1:]}
    assert entry_bytes(**moved) != entry_bytes(**ENTRY)


def test_a_commitment_is_the_hash_of_salt_and_body() -> None:
    assert commitment(b"salt", b"body") == sha256(b"saltbody").digest()
