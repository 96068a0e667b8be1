"""Proofs over the tree: made as the book says, believed only as they stand, and made of tiles at any size."""

from collections.abc import Callable
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from shared.sourcing.merkle import Frontier, leaf_hash
from shared.sourcing.proofs import Nodes, consistency, inclusion, is_consistent, is_included
from tests.shared.log_fixtures import root_by_the_book

LEAVES = [leaf_hash(str(number).encode()) for number in range(300)]
OTHER = sha256(b"another").digest()
SIZES = some.integers(min_value=1, max_value=300)


def tiles_of(leaves: list[bytes]) -> Callable[[int, int], list[bytes]]:
    """The tiles that a log of these leaves has."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.add(leaf)
    roots = {(each.level, each.number): each.root for each in frontier.completed}

    def tile(level: int, number: int) -> list[bytes]:
        if level == 0:
            return leaves[number * 256 : number * 256 + 256]
        here = range(number * 256, number * 256 + 256)
        return [roots[level, each] for each in here if (level, each) in roots]

    return tile


NODES = Nodes(tiles_of(LEAVES))


def book(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH(m, D[n]) as RFC 6962 section 2.1.1 defines it."""
    if len(leaves) == 1:
        return []
    left = 1
    while left * 2 < len(leaves):
        left *= 2
    if index < left:
        return [*book(index, leaves[:left]), root_by_the_book(leaves[left:])]
    return [*book(index - left, leaves[left:]), root_by_the_book(leaves[:left])]


def book_of_two(old: int, leaves: list[bytes], *, whole: bool = True) -> list[bytes]:
    """SUBPROOF(m, D[n], b) as RFC 6962 section 2.1.2 defines it."""
    if old == len(leaves):
        return [] if whole else [root_by_the_book(leaves)]
    left = 1
    while left * 2 < len(leaves):
        left *= 2
    if old <= left:
        return [*book_of_two(old, leaves[:left], whole=whole), root_by_the_book(leaves[left:])]
    return [*book_of_two(old - left, leaves[left:], whole=False), root_by_the_book(leaves[:left])]


@settings(max_examples=200)
@given(SIZES, some.data())
def test_a_path_is_the_one_of_the_book_and_is_believed(size: int, data: some.DataObject) -> None:
    index = data.draw(some.integers(min_value=0, max_value=size - 1))
    path, root = inclusion(NODES, index, size), root_by_the_book(LEAVES[:size])
    assert path == book(index, LEAVES[:size])
    assert is_included(LEAVES[index], index, size, path, root)
    assert not is_included(OTHER, index, size, path, root)
    assert not is_included(LEAVES[index], index, size, [*path, OTHER], root)
    assert not is_included(LEAVES[index], index, size, path[:-1] if path else [OTHER], root)
    for at in range(len(path)):
        assert not is_included(LEAVES[index], index, size, [*path[:at], OTHER, *path[at + 1 :]], root)
    for other in {0, index - 1, index + 1, size - 1} - {index}:
        assert not is_included(LEAVES[index], other, size, path, root)


@settings(max_examples=200)
@given(SIZES, some.data())
def test_growth_is_shown_as_the_book_says_and_nothing_else_is_believed(new: int, data: some.DataObject) -> None:
    old = data.draw(some.integers(min_value=1, max_value=new))
    proof = consistency(NODES, old, new)
    roots = [root_by_the_book(LEAVES[:size]) for size in (old, new)]
    assert proof == book_of_two(old, LEAVES[:new])
    assert is_consistent(old, roots[0], new, roots[1], proof)
    assert not is_consistent(old, OTHER, new, roots[1], proof)
    assert not is_consistent(old, roots[0], new, OTHER, proof)
    assert not is_consistent(old, roots[0], new, roots[1], [*proof, OTHER])
    if old < new:
        assert not is_consistent(new, roots[1], old, roots[0], proof)
        assert not is_consistent(old, roots[0], new, roots[1], proof[:-1])
    for at in range(len(proof)):
        assert not is_consistent(old, roots[0], new, roots[1], [*proof[:at], OTHER, *proof[at + 1 :]])


@pytest.mark.parametrize("size", [65_536, 65_537, 131_071, 66_000])
def test_tiles_of_higher_levels_come_to_the_same_root(size: int) -> None:
    leaves = [sha256(number.to_bytes(4, "big")).digest() for number in range(size)]
    frontier = Frontier()
    for leaf in leaves:
        frontier.add(leaf)
    node = Nodes(tiles_of(leaves))
    assert node(0, size) == frontier.root()
    for index in (0, 255, 256, 65_535, size - 1):
        assert is_included(leaves[index], index, size, inclusion(node, index, size), frontier.root())
    for old in (1, 256, 300, 65_535, 65_536):
        assert is_consistent(old, node(0, old), size, frontier.root(), consistency(node, old, size))


def test_what_is_not_in_the_tree_has_no_proof() -> None:
    for index, size in ((0, 0), (5, 5), (-1, 5)):
        with pytest.raises(IndexError):
            inclusion(NODES, index, size)
    for old, new in ((6, 5), (-1, 5)):
        with pytest.raises(IndexError):
            consistency(NODES, old, new)
    with pytest.raises(IndexError):
        NODES(0, 301)
    with pytest.raises(ValueError, match="no leaves"):
        NODES(4, 4)
    assert not is_included(LEAVES[0], 0, 0, [], LEAVES[0])
    assert not is_included(LEAVES[0], -1, 1, [], LEAVES[0])
    assert is_consistent(0, OTHER, 5, OTHER, []), "the empty log is consistent with any"
    assert not is_consistent(0, OTHER, 5, OTHER, [OTHER])
