"""Key files: whole from the moment they have a name, for their owner only, and overwritten before they go."""

import os
import secrets
import stat
from itertools import combinations
from pathlib import Path
from typing import Final

OWNER_ONLY: Final = 0o600
KEY_FILE_BYTES: Final = 512


class KeysNotSafe(Exception):  # noqa: N818 - named for the situation, as refusals are
    """A key file cannot be trusted, so nothing was started."""

    def __init__(self, path: Path, what_to_do: str) -> None:
        """Name the file and what to do about it."""
        super().__init__(f"{path}: {what_to_do}")


def put(path: Path, text: str) -> None:
    """Write a line as a new file that is whole from the moment it has its name, for its owner only.

    Raises FileExistsError where the name is taken.
    """
    put_bytes(path, (text + "\n").encode("ascii"))


def put_bytes(path: Path, content: bytes) -> None:
    """Write bytes as ``put`` does."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, OWNER_ONLY)
    try:
        with os.fdopen(opened, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(opened)
        os.link(draft, path)
    finally:
        draft.unlink()
    _sync(path.parent)


def read(path: Path) -> str:
    """The text of a key file; FileNotFoundError, or KeysNotSafe for a link, another's file or one others may open."""
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        raise
    except OSError:
        raise KeysNotSafe(path, "it must be a file of its own that this account can read, and no link.") from None
    try:
        refuse_readable(path, os.fstat(opened))
        return os.read(opened, KEY_FILE_BYTES).decode("ascii", errors="replace").strip()
    finally:
        os.close(opened)


def overwrite(path: Path) -> None:
    """Write zeros over a file and remove it; nothing happens where it is gone. Flash may keep what was there before."""
    try:
        opened = os.open(path, os.O_WRONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return
    try:
        os.write(opened, bytes(os.fstat(opened).st_size))
        os.fsync(opened)
    finally:
        os.close(opened)
    path.unlink(missing_ok=True)
    _sync(path.parent)


def refuse_together(*directories: Path) -> None:
    """Refuse directories of which one lies in another: a copy of one must never take another along."""
    for one, other in combinations([each.resolve() for each in directories], 2):
        if one.is_relative_to(other) or other.is_relative_to(one):
            raise KeysNotSafe(one, f"choose a directory apart from {other}, that no backup of it takes along.")


def refuse_readable(path: Path, found: os.stat_result) -> None:
    """Refuse a file that is somebody else's, or that anybody but its owner may open."""
    if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
        raise KeysNotSafe(path, "it must be a file of the account that starts the services.")
    if stat.S_IMODE(found.st_mode) & ~OWNER_ONLY:
        raise KeysNotSafe(path, "others may open it: make it 0600, and think about new keys.")


def _sync(directory: Path) -> None:
    opened = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
