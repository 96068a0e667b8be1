"""The bare cipher: as many bytes under AES-256-GCM, with a random nonce; no key is looked up and no place is bound."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench.contender import Done, Settings, enters
from bench.workloads import FIELDS, WORDS

PADDED = WORDS.encode() + bytes(-len(WORDS.encode()) % 32)
BOUND = bytes(96)


@enters("sealing-seal")
class Encrypts:
    """A nonce and a ciphertext."""

    name = "aesgcm"
    libraries = ("cryptography",)
    cipher: AESGCM
    sealed: bytes

    def prepare(self, _url: str, /) -> None:
        """It needs no database."""

    @contextmanager
    def beside(self, url: str, _settings: Settings, /) -> Iterator[str]:
        """Nothing runs beside it."""
        yield url

    def connect(self, _address: str, /) -> None:
        """Draw a key, and encrypt what is to be decrypted."""
        self.cipher = AESGCM(AESGCM.generate_key(256))
        nonce = os.urandom(12)
        self.sealed = nonce + self.cipher.encrypt(nonce, PADDED, BOUND)

    def command(self, _stream: UUID, /) -> Done:
        """Encrypt."""
        for _ in range(FIELDS):
            nonce = os.urandom(12)
            nonce + self.cipher.encrypt(nonce, PADDED, BOUND)
        return Done(FIELDS)

    def close(self) -> None:
        """There is nothing to close."""


@enters("sealing-open")
class Decrypts(Encrypts):
    """The other way."""

    def command(self, _stream: UUID, /) -> Done:
        """Decrypt."""
        for _ in range(FIELDS):
            self.cipher.decrypt(self.sealed[:12], self.sealed[12:], BOUND)
        return Done(FIELDS)
