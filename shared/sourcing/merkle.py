"""The log as an RFC 6962 Merkle tree: leaves, the frontier that grows with them, and the root."""

from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from struct import Struct
from typing import NamedTuple

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
TILE_HEIGHT = 8
"""Levels of nodes that one tile spans: 256 hashes wide, as C2SP tlog-tiles has it."""
ENTRY_FORMAT = b"\x01"
_length = Struct(">I").pack
_integer = Struct(">IQ").pack


def leaf_hash(entry: bytes) -> bytes:
    """SHA256(0x00 ‖ entry), as RFC 6962 section 2.1 has it."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


def commitment(salt: bytes, body: bytes) -> bytes:
    """What a leaf holds of a body: SHA256(salt ‖ body), still true when body and salt are destroyed."""
    return sha256(salt + body).digest()


def entry_bytes(  # noqa: PLR0913 - the frozen order of a leaf's members
    origin: str,
    stream: str,
    version: int,
    about: str,
    event_id: bytes,
    type_: str,
    schema_version: int,
    recorded_us: int,
    sequenced_us: int,
    body_commitment: bytes,
    meta: bytes,
) -> bytes:
    """Format 1 of what a leaf says, frozen for ever: every member after its length in four bytes, integers in eight."""
    here, subject, kind = stream.encode(), about.encode(), type_.encode()
    return b"".join(
        (
            _begun(origin),
            _length(len(here)),
            here,
            _integer(8, version),
            _length(len(subject)),
            subject,
            _length(len(event_id)),
            event_id,
            _length(len(kind)),
            kind,
            _integer(8, schema_version),
            _integer(8, recorded_us),
            _integer(8, sequenced_us),
            _length(len(body_commitment)),
            body_commitment,
            _length(HASH_BYTES),
            sha256(meta).digest(),
        )
    )


@lru_cache(maxsize=16)
def _begun(origin: str) -> bytes:
    name = origin.encode()
    return _length(len(ENTRY_FORMAT)) + ENTRY_FORMAT + _length(len(name)) + name


class Subtree(NamedTuple):
    """A complete subtree of 256**level leaves: which one from the left, and its root."""

    level: int
    number: int
    root: bytes


class Frontier:
    """The roots of the complete subtrees of a growing tree, largest first: all that is needed to go on."""

    def __init__(self, size: int = 0, packed: bytes = b"") -> None:
        """Take up a tree of ``size`` leaves; ``packed`` holds one hash for each bit that is set in the size."""
        if len(packed) != size.bit_count() * HASH_BYTES:
            message = f"a tree of {size} leaves has {size.bit_count()} subtrees, not {len(packed) / HASH_BYTES:g}"
            raise ValueError(message)
        self.size = size
        self._roots = [packed[at : at + HASH_BYTES] for at in range(0, len(packed), HASH_BYTES)]
        self.completed: list[Subtree] = []
        """The subtrees of 256, 65,536 … leaves that were completed since it was taken up."""

    def add(self, leaf: bytes) -> None:
        """Grow by one leaf; a lone node is carried up and never doubled."""
        carried, below, height = leaf, self.size, 0
        while below & 1:
            carried = node_hash(self._roots.pop(), carried)
            below >>= 1
            height += 1
            if height % TILE_HEIGHT == 0:
                self.completed.append(Subtree(height // TILE_HEIGHT, self.size >> height, carried))
        self._roots.append(carried)
        self.size += 1

    def packed(self) -> bytes:
        """The hashes as stored beside the size."""
        return b"".join(self._roots)

    def root(self) -> bytes:
        """The tree's root hash at this size."""
        if not self._roots:
            return EMPTY_ROOT
        *rest, root = self._roots
        for left in reversed(rest):
            root = node_hash(left, root)
        return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over leaves from the first one on."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.add(leaf)
    return frontier.root()
