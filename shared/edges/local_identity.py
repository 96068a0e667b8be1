"""Whose word the embedded default takes: keys that it makes for itself at its first start and never shows."""

import os
import secrets
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from shared.edges.access import Issuer, as_text, from_text, new_key, public_of
from shared.edges.settings import KEY_BYTES, SERVICES

LOCAL: Final = "local"
"""The name of the issuer that ``speir token`` speaks for."""
OWNER_ONLY: Final = 0o600
KEY_FILE_BYTES: Final = 64


class KeysNotSafe(Exception):  # noqa: N818 - named for the situation, as refusals are
    """A key file cannot be trusted, so nothing was started."""

    def __init__(self, path: Path, what_to_do: str) -> None:
        """Name the file and what to do about it."""
        super().__init__(f"{path}: {what_to_do}")


@dataclass(frozen=True, slots=True)
class ServiceKeys:
    """What one service signs with (an Ed25519 seed) and seals under (its root key), 32 bytes each."""

    signing: bytes = field(repr=False)
    root: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class LocalIdentity:
    """The issuer of this machine's tokens, and the keys of the four services."""

    issuer: Issuer
    services: Mapping[str, ServiceKeys]

    @classmethod
    def at(cls, directory: Path, *, keys_dir: Path) -> Self:
        """Return the identity kept here, made at the first start; root keys lie in ``keys_dir``, apart from the data.

        KeysNotSafe if the two are not apart, if others may read a file, or if one is missing after the first start.
        """
        signing, sealing = directory.resolve(), keys_dir.resolve()
        if signing.is_relative_to(sealing) or sealing.is_relative_to(signing):
            raise KeysNotSafe(sealing, "choose a directory that no backup of the data takes along.")
        for place in (signing, sealing):
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
        last = signing / "issuer.key"
        first_start = not last.exists()
        services = {
            service: ServiceKeys(
                root=kept(sealing / f"{service}.root.key", make=first_start),
                signing=kept(signing / f"{service}.signing.key", make=first_start),
            )
            for service in SERVICES
        }
        return cls(Issuer(LOCAL, kept(last, make=first_start)), services)

    @property
    def public_keys(self) -> dict[str, bytes]:
        """What tokens are verified with, by issuer: this one and the services."""
        keys = {name: public_of(own.signing) for name, own in self.services.items()}
        return keys | {LOCAL: public_of(self.issuer.seed)}


def kept(path: Path, *, make: bool) -> bytes:
    """Return the key in a file, making it if it is not there and may be made."""
    if make:
        with suppress(FileExistsError):
            put(path, as_text(new_key()))
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        raise KeysNotSafe(
            path, "it was there once; bring it back, as what was sealed cannot be read without it."
        ) from None
    except OSError:
        raise KeysNotSafe(path, "it must be a file of its own that this account can read, and no link.") from None
    try:
        refuse_readable(path, os.fstat(opened))
        text = os.read(opened, KEY_FILE_BYTES).decode("ascii", errors="replace")
    finally:
        os.close(opened)
    return key_in(text.strip(), path)


def put(path: Path, text: str) -> None:
    """Write a new file that is whole from the moment it has its name, for its owner only; FileExistsError if taken."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, OWNER_ONLY)
    try:
        with os.fdopen(opened, "w", encoding="ascii") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(opened)
        os.link(draft, path)
    finally:
        draft.unlink()
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def refuse_readable(path: Path, found: os.stat_result) -> None:
    """Refuse a file that is somebody else's, or that anybody but its owner may open."""
    if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
        raise KeysNotSafe(path, "it must be a file of the account that starts the services.")
    if stat.S_IMODE(found.st_mode) & ~OWNER_ONLY:
        raise KeysNotSafe(path, "others may open it: make it 0600, and think about new keys.")


def key_in(text: str, path: Path) -> bytes:
    """Return the 32 bytes written in a key file."""
    with suppress(ValueError):
        if len(key := from_text(text)) == KEY_BYTES:
            return key
    raise KeysNotSafe(path, "it does not hold a key; bring the right one back.")
