"""Proof files (C2SP tlog-proof): that one entry is in the log that a checkpoint speaks of, to be checked anywhere."""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Final

from shared.audit.checkpoints import believed
from shared.audit.notes import NoteUnfit, Verifier
from shared.errors import Refused
from shared.sourcing.merkle import HASH_BYTES, leaf_hash
from shared.sourcing.proofs import is_included

HEAD: Final = "c2sp.org/tlog-proof@v1"
form: Final = re.compile(
    r"c2sp\.org/tlog-proof@v1\nindex (0|[1-9][0-9]{0,18})\n((?:[A-Za-z0-9+/]{43}=\n){0,63})\n(.+)", re.DOTALL
)


class ProofUnfit(Refused):
    """This is no proof file, or it does not show that the entry is in the log; its member says which check failed."""


@dataclass(frozen=True, slots=True)
class ProofFile:
    """Where an entry lies, the hashes that lead from it to the root, and the checkpoint that the root is in."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str

    def __str__(self) -> str:
        """The file's text."""
        hashes = "".join(f"{b64encode(each).decode()}\n" for each in self.path)
        return f"{HEAD}\nindex {self.index}\n{hashes}\n{self.checkpoint}"


def proof_read(text: str) -> ProofFile:
    """A proof file's parts; raises ProofUnfit for whatever is none."""
    found = form.fullmatch(text)
    if found is None:
        raise ProofUnfit(check="form")
    path = tuple(b64decode(each) for each in found[2].split())
    if any(len(each) != HASH_BYTES for each in path):
        raise ProofUnfit(check="form")
    return ProofFile(int(found[1]), path, found[3])


def check(text: str, entry: bytes, verifier: Verifier) -> int:
    """The position at which a proof file shows an entry to be; raises ProofUnfit, which names what does not hold."""
    proof = proof_read(text)
    try:
        said, _ = believed(proof.checkpoint, verifier)
    except NoteUnfit as unfit:
        raise ProofUnfit(check="checkpoint") from unfit
    if proof.index >= said.size:
        raise ProofUnfit(check="index", index=proof.index, size=said.size)
    if not is_included(leaf_hash(entry), proof.index, said.size, proof.path, said.root):
        raise ProofUnfit(check="inclusion", index=proof.index, size=said.size)
    return proof.index
