"""Custody: three holders have a share of a root key each; any two can rebuild it, and one alone knows nothing."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, Self

from shared.errors import Refused
from shared.sealing.wrapping import KEY_BYTES

HOLDERS: Final = 3
NEEDED: Final = 2
FORM: Final = "speir-share-1"
CHECKSUM_BYTES: Final = 4
SET_BYTES: Final = 8

_share = re.compile(rf"{FORM} (?P<service>[a-z]+) (?P<set>[0-9a-f]{{16}}) (?P<number>[1-3]) (?P<words>[0-9a-f ]+)")


class ShareDamaged(Refused):
    """This is no share, or a letter of it is wrong; compare it with the holder's paper, or ask another holder."""


class SharesDoNotMatch(Refused):
    """These shares belong to different sets or services, or are the same one; take two that were split together."""


@dataclass(frozen=True, slots=True)
class Share:
    """One holder's part of a service's root key; ``set_id`` says which were split together."""

    service: str
    set_id: str
    number: int
    part: bytes = field(repr=False)

    def written(self) -> str:
        """In groups of four digits, with a checksum at the end."""
        head = f"{FORM} {self.service} {self.set_id} {self.number}"
        digits = (self.part + _checksum(head, self.part)).hex()
        return f"{head} {' '.join(digits[at : at + 4] for at in range(0, len(digits), 4))}"

    @classmethod
    def read(cls, text: str) -> Self:
        """A share as it was written, however its lines are broken; lines that begin with # are passed over.

        Raises ShareDamaged.
        """
        lines = (line for line in text.lower().splitlines() if not line.lstrip().startswith("#"))
        found = _share.fullmatch(" ".join(" ".join(lines).split()))
        try:
            raw = bytes.fromhex(found["words"]) if found else b""
        except ValueError:
            raw = b""
        if found is None or len(raw) != KEY_BYTES + SET_BYTES + CHECKSUM_BYTES:
            raise ShareDamaged
        share = cls(found["service"], found["set"], int(found["number"]), raw[:-CHECKSUM_BYTES])
        head = f"{FORM} {share.service} {share.set_id} {share.number}"
        if raw[-CHECKSUM_BYTES:] != _checksum(head, share.part):
            raise ShareDamaged
        return share


def split(service: str, root_key: bytes) -> list[Share]:
    """Three shares of a root key of 32 bytes, of which any two make it again: each byte lies on a line of its own."""
    secret = root_key + sha256(root_key).digest()[:SET_BYTES]
    slopes = secrets.token_bytes(len(secret))
    set_id = secrets.token_hex(SET_BYTES)
    parts = (bytes(byte ^ _times(slope, x) for byte, slope in zip(secret, slopes, strict=True)) for x in (1, 2, 3))
    return [Share(service, set_id, x, part) for x, part in enumerate(parts, start=1)]


def rebuilt(shares: Sequence[Share]) -> bytes:
    """The root key of 32 bytes that two shares or more make; raises SharesDoNotMatch."""
    first, *others = shares
    numbers = {share.number for share in shares}
    if (
        not others
        or len(numbers) != len(shares)
        or {(each.service, each.set_id) for each in shares} != {(first.service, first.set_id)}
    ):
        raise SharesDoNotMatch
    secrets_found = {_met(first, other) for other in others}
    secret = secrets_found.pop()
    if secrets_found or secret[KEY_BYTES:] != sha256(secret[:KEY_BYTES]).digest()[:SET_BYTES]:
        raise SharesDoNotMatch
    return secret[:KEY_BYTES]


def _met(one: Share, other: Share) -> bytes:
    """Where the lines through two points meet zero, byte by byte (Lagrange)."""
    apart = _inverse(one.number ^ other.number)
    mine, yours = _times(other.number, apart), _times(one.number, apart)
    return bytes(_times(a, mine) ^ _times(b, yours) for a, b in zip(one.part, other.part, strict=True))


def _times(a: int, b: int) -> int:
    """Multiply in GF(256), modulo x^8 + x^4 + x^3 + x + 1."""
    product = 0
    for bit in range(8):
        product ^= (a << bit) * (b >> bit & 1)
    for bit in range(14, 7, -1):
        product ^= (0x11B << (bit - 8)) * (product >> bit & 1)
    return product


def _inverse(a: int) -> int:
    """What ``a`` is multiplied by to give 1: a to the power of 254."""
    inverse = 1
    for _ in range(254):
        inverse = _times(inverse, a)
    return inverse


def _checksum(head: str, part: bytes) -> bytes:
    return sha256(head.encode() + part).digest()[:CHECKSUM_BYTES]
