"""Proofs over the log's tree, as RFC 6962 section 2.1 has them: how they are made of tiles, and how checked."""

from collections.abc import Callable, Iterator, Sequence

from shared.sourcing.merkle import TILE_HEIGHT, Frontier, node_hash

Tile = Callable[[int, int], Sequence[bytes]]
"""(level, number) → the hashes of a tile from the left: leaves at level 0, else roots of 256**level leaves each."""
Node = Callable[[int, int], bytes]
"""(first, beyond) → the hash over the leaves from the first one to the one before ``beyond``."""


class Nodes:
    """The hashes of any run of leaves that a proof needs; each tile is asked for once."""

    def __init__(self, tile: Tile) -> None:
        """Read tiles by this."""
        self._tile = tile
        self._known: dict[tuple[int, int], Sequence[bytes]] = {}

    def __call__(self, first: int, beyond: int) -> bytes:
        """The hash over leaves; raises IndexError where the tree does not reach so far, ValueError for none."""
        if not 0 <= first < beyond:
            message = f"no leaves lie between {first} and {beyond}"
            raise ValueError(message)
        roots = [self._complete(height, number) for height, number in complete_runs(first, beyond)]
        whole = roots.pop()
        while roots:
            whole = node_hash(roots.pop(), whole)
        return whole

    def _complete(self, height: int, number: int) -> bytes:
        """The root of the ``number``-th subtree of 2**height leaves."""
        level, above = divmod(height, TILE_HEIGHT)
        first = number << above
        frontier = Frontier()
        for at in range(first, first + (1 << above)):
            tile, place = divmod(at, 1 << TILE_HEIGHT)
            if (level, tile) not in self._known:
                self._known[level, tile] = self._tile(level, tile)
            frontier.add(self._known[level, tile][place])
        return frontier.root()


def complete_runs(first: int, beyond: int) -> Iterator[tuple[int, int]]:
    """The complete subtrees in a run of leaves that begins at the edge of the largest: (height, number) of each."""
    while first < beyond:
        height = (beyond - first).bit_length() - 1
        yield height, first >> height
        first += 1 << height


def inclusion(node: Node, index: int, size: int) -> list[bytes]:
    """The path from a leaf to the root at a size; raises IndexError for a leaf that is not within it."""
    if not 0 <= index < size:
        message = f"a tree of {size} leaves has none at {index}"
        raise IndexError(message)
    return _path(node, index, 0, size)


def _path(node: Node, index: int, first: int, beyond: int) -> list[bytes]:
    if beyond - first == 1:
        return []
    middle = first + _left_part(beyond - first)
    if index < middle:
        return [*_path(node, index, first, middle), node(middle, beyond)]
    return [*_path(node, index, middle, beyond), node(first, middle)]


def consistency(node: Node, old: int, new: int) -> list[bytes]:
    """What shows that the tree of the new size only adds to that of the old; raises IndexError where it is older."""
    if not 0 <= old <= new:
        message = f"a tree of {new} leaves has no older one of {old}"
        raise IndexError(message)
    return [] if old in (0, new) else _subproof(node, old, 0, new, whole=True)


def _subproof(node: Node, old: int, first: int, beyond: int, *, whole: bool) -> list[bytes]:
    if old == beyond:
        return [] if whole else [node(first, beyond)]
    middle = first + _left_part(beyond - first)
    if old <= middle:
        return [*_subproof(node, old, first, middle, whole=whole), node(middle, beyond)]
    return [*_subproof(node, old, middle, beyond, whole=False), node(first, middle)]


def _left_part(leaves: int) -> int:
    """The largest power of two below a number of leaves: how many lie in the left part."""
    return 1 << (leaves - 1).bit_length() - 1


def is_included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether a path shows that a leaf is at an index of the tree of that size and root (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for each in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(each, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, each)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that one tree only adds to another (RFC 9162 section 2.1.4.2); the empty one, to any."""
    if old == 0:
        return not proof
    if old == new:
        return not proof and old_root == new_root
    if not 0 < old < new or not proof:
        return False
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    older = newer = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            older, newer = node_hash(each, older), node_hash(each, newer)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            newer = node_hash(newer, each)
        at, last = at >> 1, last >> 1
    return last == 0 and older == old_root and newer == new_root
