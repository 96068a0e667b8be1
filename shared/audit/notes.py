"""Signed notes (C2SP signed-note): a text, and lines by which those who hold a key put their name to it."""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from shared.edges.access import private, public_of
from shared.errors import Refused
from shared.limits import NOTE_BYTES, NOTE_SIGNATURES

SIGNS: Final = 1
"""The kind of key that signs a note's text by itself (Ed25519)."""
COSIGNS: Final = 4
"""The kind of key that says when it saw a checkpoint, and signs that with it (C2SP tlog-cosignature)."""
ID_BYTES: Final = 4
TIME_BYTES: Final = 8

key_name: Final = re.compile(r"[^\s+\x00-\x1f\x7f]{1,256}")
verifier_form: Final = re.compile(r"([^\s+]{1,256})\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44}={0,2})")
signature_form: Final = re.compile(r"\u2014 (\S{1,256}) ([A-Za-z0-9+/]{8,8192}={0,2})")


class NoteUnfit(Refused):
    """This is no signed note as C2SP has it, or not signed by whom it has to be."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """Whose signature counts: their name, the kind of their key, and its 32 public bytes."""

    name: str
    kind: int
    key: bytes

    @property
    def key_id(self) -> bytes:
        """Four bytes that stand before each of its signatures."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.key).digest()[:ID_BYTES]

    def __str__(self) -> str:
        """The verifier key as text: ``name+id+key``, as Go's ``note.NewVerifier`` reads it."""
        return f"{self.name}+{self.key_id.hex()}+{b64encode(bytes([self.kind]) + self.key).decode()}"

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Whether the key's holder signed these very bytes."""
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signature:
    """One line of a note: whose it says to be, and what follows the key's id."""

    name: str
    key_id: bytes
    raw: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it was read: its text, with the line's end at its end, and the signatures under it."""

    text: str
    signatures: tuple[Signature, ...]

    def by(self, verifier: Verifier) -> list[bytes]:
        """What stands after the key's id in the lines that say to be this verifier's, right or not."""
        return [each.raw for each in self.signatures if (each.name, each.key_id) == (verifier.name, verifier.key_id)]

    def is_signed_by(self, verifier: Verifier) -> bool:
        """Whether they put their name to the text; a line of theirs that is wrong counts against the note."""
        found = self.by(verifier)
        return bool(found) and all(verifier.verifies(self.text.encode(), each) for each in found)

    def cosigned_at(self, verifier: Verifier) -> int | None:
        """When a witness saw it, in seconds since 1970; None where none did, or a line of theirs is wrong."""
        times = []
        for each in self.by(verifier):
            seconds, signature = int.from_bytes(each[:TIME_BYTES], "big"), each[TIME_BYTES:]
            if not verifier.verifies(cosigned(self.text, seconds), signature):
                return None
            times.append(seconds)
        return max(times, default=None)


def verifier_of(name: str, seed: bytes, kind: int = SIGNS) -> Verifier:
    """How a key's signatures are checked; ValueError for a name that no note can bear."""
    if not key_name.fullmatch(name):
        message = "the name of a key has neither spaces nor plus signs"
        raise ValueError(message)
    return Verifier(name, kind, public_of(seed))


def verifier_read(text: str) -> Verifier:
    """A verifier key as text; raises NoteUnfit where its parts do not fit one another."""
    found = verifier_form.fullmatch(text.strip())
    raw = b64decode(found[3]) if found else b""
    if found is None or len(raw) != 1 + 32 or raw[0] not in (SIGNS, COSIGNS):
        raise NoteUnfit
    verifier = Verifier(found[1], raw[0], raw[1:])
    if verifier.key_id.hex() != found[2]:
        raise NoteUnfit
    return verifier


def signed(text: str, name: str, seed: bytes) -> str:
    """A note of this text under one signature."""
    return f"{text}\n{_line(verifier_of(name, seed), private(seed).sign(text.encode()))}"


def cosignature(text: str, name: str, seed: bytes, seconds: int) -> str:
    """The line by which a witness says that it saw a checkpoint's text at a second since 1970."""
    raw = seconds.to_bytes(TIME_BYTES, "big") + private(seed).sign(cosigned(text, seconds))
    return _line(verifier_of(name, seed, COSIGNS), raw)


def cosigned(text: str, seconds: int) -> bytes:
    """What a witness signs."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _line(verifier: Verifier, raw: bytes) -> str:
    return f"\u2014 {verifier.name} {b64encode(verifier.key_id + raw).decode()}\n"


def note_read(raw: str) -> Note:
    """A note's parts; raises NoteUnfit for whatever is no note."""
    text, between, lines = raw.rpartition("\n\n")
    plain = len(raw) <= NOTE_BYTES and not any(each < " " and each != "\n" for each in raw)
    if not plain or not between or not text or not lines.endswith("\n"):
        raise NoteUnfit
    found = [signature_form.fullmatch(line) for line in lines.removesuffix("\n").split("\n")]
    if len(found) > NOTE_SIGNATURES:
        raise NoteUnfit
    signatures = []
    for each in found:
        if each is None:
            raise NoteUnfit
        try:
            packed = b64decode(each[2], validate=True)
        except ValueError as wrong:
            raise NoteUnfit from wrong
        signatures.append(Signature(each[1], packed[:ID_BYTES], packed[ID_BYTES:]))
    return Note(text + "\n", tuple(signatures))
