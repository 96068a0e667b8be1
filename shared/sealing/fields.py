"""Sealed fields: AES-256-GCM, bound to the very place in the log where they stand."""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.errors import Refused
from shared.messages import Place

FORMAT = "s1"
NONCE_BYTES = 12


class SealBroken(Refused):
    """A sealed field does not open in the place where it stands: it was moved or changed."""

    status = 500
    recorded = True


def event_id_bytes(place: Place) -> bytes:
    """The event's id in its 16 bytes: folds carry it as the database gave it."""
    return place.event_id if isinstance(place.event_id, bytes) else place.event_id.bytes


def associated_bytes(place: Place, key_id: UUID) -> bytes:
    """Frozen for ever: event id ‖ stream ‖ type ‖ field path ‖ key id, each with its length in four bytes."""
    parts = (event_id_bytes(place), place.stream.encode(), place.type.encode(), place.path.encode(), key_id.bytes)
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def seal(text: str, key_id: UUID, cipher: AESGCM, place: Place) -> str:
    """``s1.<key id>.<base64url of nonce ‖ ciphertext ‖ tag>``, padded so that length tells little."""
    nonce = os.urandom(NONCE_BYTES)
    ciphertext = cipher.encrypt(nonce, _padded(text.encode()), associated_bytes(place, key_id))
    return f"{FORMAT}.{key_id.hex}.{urlsafe_b64encode(nonce + ciphertext).decode().rstrip('=')}"


def unseal(token: str, cipher: AESGCM, place: Place) -> str:
    """The text of a token that stands in this place; raises SealBroken for any other."""
    key_id, raw = parts_of(token)
    try:
        padded = cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], associated_bytes(place, key_id))
    except InvalidTag as broken:
        raise SealBroken(event_id=UUID(bytes=event_id_bytes(place)), path=place.path) from broken
    return padded.rstrip(b"\0").decode()


def parts_of(token: str) -> tuple[UUID, bytes]:
    """A token's key id, and its nonce and ciphertext; raises SealBroken where it is no token."""
    try:
        form, key_id, text = token.split(".")
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        known = form == FORMAT and len(raw) > NONCE_BYTES
        key = UUID(hex=key_id)
    except ValueError as broken:
        raise SealBroken from broken
    if not known:
        raise SealBroken
    return key, raw


def _padded(text: bytes) -> bytes:
    """To the next multiple of 32 bytes with NULs, which no accepted text contains."""
    return text + b"\0" * (-len(text) % 32)
