"""Checkpoints (C2SP tlog-checkpoint): a log's name, how many leaves its tree has, and the root over them, as text."""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Final

from shared.audit.notes import Note, NoteUnfit, Verifier, note_read, signed
from shared.sourcing.merkle import HASH_BYTES

form: Final = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself at a size."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """Its three lines."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    def signed(self, seed: bytes) -> str:
        """As a note under the log's own signature, in the log's name."""
        return signed(self.text, self.origin, seed)


def checkpoint_read(text: str) -> Checkpoint:
    """A checkpoint's text as it was signed; raises NoteUnfit for any other, and for one that says more."""
    found = form.fullmatch(text)
    root = b64decode(found[3]) if found else b""
    if found is None or len(root) != HASH_BYTES or b64encode(root).decode() != found[3]:
        raise NoteUnfit
    return Checkpoint(found[1], int(found[2]), root)


def believed(raw: str, verifier: Verifier) -> tuple[Checkpoint, Note]:
    """The checkpoint that a note says, if the log whose key this is signed it; raises NoteUnfit."""
    note = note_read(raw)
    said = checkpoint_read(note.text)
    if said.origin != verifier.name or not note.is_signed_by(verifier):
        raise NoteUnfit
    return said, note
