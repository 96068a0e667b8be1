"""What one may look up: a word with its meaning, whether it was checked, and the list that it belongs to."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from hashlib import sha256

from shared.vocabulary.tables import rows_of


class Mark(StrEnum):
    """How sure an entry is."""

    VERIFIED = "verified"
    """Read at its source."""
    UNVERIFIED = "unverified"
    """From recall, or inferred: to be checked before it is relied upon."""
    OURS = "ours"
    """No source has such a list: the project's own words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One word of a vocabulary."""

    code: str
    label: str
    meaning: str = ""
    """In our words; empty where the label says it all, or where a source's meaning was not read."""
    mark: Mark = Mark.OURS
    source: str = ""
    group: str = ""
    """What it stands under within its vocabulary: a grade under its scale, an indicator under its domain."""
    number: int | None = None
    """Its place, where its source counts: a grade's from 1 at the bottom."""
    members: tuple[str, ...] = ()
    """The codes of what it is made of: a partnership's councils."""
    aliases: tuple[str, ...] = ()
    """Codes and names that it had before, or that people use beside."""


@dataclass(frozen=True)
class Vocabulary:
    """A list of words, and since when it says what it says."""

    name: str
    title: str
    entries: tuple[Entry, ...]
    since: date

    @cached_property
    def content(self) -> str:
        """The first 16 hexadecimal digits of the SHA-256 of its entries."""
        return sha256(json.dumps([asdict(each) for each in self.entries], sort_keys=True).encode()).hexdigest()[:16]

    @property
    def version(self) -> str:
        """``2026-11-24.0123456789abcdef``: the day, and the content; another list is another version."""
        return f"{self.since.isoformat()}.{self.content}"


def words_of(vocabulary: str, kind: type[StrEnum]) -> Iterator[Entry]:
    """An enumeration's words in its own order, each with what the table of meanings says about it."""
    said = {row["code"]: row for row in rows_of("meanings") if row["vocabulary"] == vocabulary}
    for word in kind:
        row = said.get(word.value, {})
        yield Entry(
            code=word.value,
            label=word.value.replace("_", " "),
            meaning=row.get("meaning", ""),
            mark=Mark(row.get("mark", Mark.UNVERIFIED)),
            source=row.get("source", ""),
        )
