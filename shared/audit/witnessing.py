"""A witness: somebody elsewhere who keeps what a log says of itself, and signs only what adds to what they saw."""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from shared.audit.checkpoints import Checkpoint, believed
from shared.audit.notes import COSIGNS, Verifier, cosignature, note_read, verifier_of
from shared.edges.access import as_text, from_text, new_key
from shared.errors import Refused
from shared.sealing.key_files import put, put_bytes, read
from shared.sourcing.merkle import EMPTY_ROOT
from shared.sourcing.proofs import is_consistent

KEPT: Final = ".txt"
DIFFERS: Final = ".differs.txt"


class LogDiffers(Refused):
    """A log signed something that does not add to what this witness saw of it before; both are kept as evidence."""


class AlreadyFurther(Refused):
    """This witness has seen more of the log than this checkpoint says; both are kept as evidence."""


class Witness:
    """A witness's key and memory, in a directory of its own; several processes may share it."""

    def __init__(self, directory: Path, name: str) -> None:
        """Take up what was kept there, or begin: a key is drawn once. Raises KeysNotSafe where others may read it."""
        self._directory = directory
        self.name = name
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = directory / "witness.key"
        if not path.exists():
            put(path, as_text(new_key()))
        self._seed = from_text(read(path))

    @property
    def verifier(self) -> Verifier:
        """The key by which others check that this witness saw something."""
        return verifier_of(self.name, self._seed, COSIGNS)

    def last(self, log: Verifier) -> Checkpoint | None:
        """The newest checkpoint of a log that this witness signed."""
        found = self._kept(log)
        return None if not found else believed(found[max(found)].read_text("utf-8"), log)[0]

    def saw(self, raw: str, log: Verifier, proof: Sequence[bytes], seconds: int) -> str:
        """Keep a checkpoint that adds to the last one, and return it with this witness's name under it.

        ``seconds`` is when, since 1970. It is kept before anybody is told. Raises NoteUnfit where the log did not sign
        it, AlreadyFurther where it is older, and LogDiffers where it is another history: both are kept.
        """
        said, _ = believed(raw, log)
        with self._alone():
            before = self.last(log)
            if said == before:
                return self._kept(log)[said.size].read_text("utf-8")
            size, root = (0, EMPTY_ROOT) if before is None else (before.size, before.root)
            if not is_consistent(size, root, said.size, said.root, proof):
                self._keep(log, f"{said.size}-{said.root.hex()[:16]}{DIFFERS}", raw)
                refusal = AlreadyFurther if said.size < size else LogDiffers
                raise refusal(size=said.size, seen=size)
            note = note_read(raw)
            own = "".join(f"{line}\n" for line in raw.removeprefix(f"{note.text}\n").splitlines() if _is_of(line, log))
            whole = f"{note.text}\n{own}{cosignature(note.text, self.name, self._seed, seconds)}"
            self._keep(log, f"{said.size}{KEPT}", whole)
            return whole

    def _place(self, log: Verifier) -> Path:
        return self._directory / log.name.replace("/", "_")

    def _kept(self, log: Verifier) -> dict[int, Path]:
        here = self._place(log)
        there = here.iterdir() if here.is_dir() else ()
        sizes = {path: path.name.removesuffix(KEPT) for path in there if path.name.endswith(KEPT)}
        return {int(size): path for path, size in sizes.items() if size.isdecimal()}

    def _keep(self, log: Verifier, name: str, text: str) -> None:
        here = self._place(log)
        here.mkdir(mode=0o700, exist_ok=True)
        if not (here / name).exists():
            put_bytes(here / name, text.encode())

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else keeps anything meanwhile: what is compared is what it is stored beside."""
        opened = os.open(self._directory, os.O_RDONLY)
        try:
            fcntl.flock(opened, fcntl.LOCK_EX)
            yield
        finally:
            os.close(opened)


def _is_of(line: str, log: Verifier) -> bool:
    """Whether a signature's line is the log's own: what others put beside it is not this witness's to pass on."""
    return line.split(" ")[1:2] == [log.name]
