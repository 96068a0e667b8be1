"""Whose word the embedded default takes: keys that it makes for itself at its first start and never shows."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from shared.edges.access import Issuer, as_text, from_text, new_key, public_of
from shared.edges.settings import KEY_BYTES, SERVICES
from shared.sealing.key_files import KeysNotSafe, put, read, refuse_together

LOCAL: Final = "local"
"""The name of the issuer that ``speir token`` speaks for."""


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
        refuse_together(keys_dir, directory)
        signing, sealing = directory.resolve(), keys_dir.resolve()
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
        text = read(path)
    except FileNotFoundError:
        raise KeysNotSafe(
            path, "it was there once; bring it back, as what was sealed cannot be read without it."
        ) from None
    return key_in(text, path)


def key_in(text: str, path: Path) -> bytes:
    """Return the 32 bytes written in a key file."""
    with suppress(ValueError):
        if len(key := from_text(text)) == KEY_BYTES:
            return key
    raise KeysNotSafe(path, "it does not hold a key; bring the right one back.")
