"""How reviews are done: methodologies are data, one file an edition, and an edition that was used is never edited."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from shared.errors import Refused
from shared.methodologies.reading import DoesNotFit, fit
from shared.methodologies.shape import Edition
from shared.vocabulary.identity import EditionKey

__all__ = ["DoesNotFit", "Edition", "UnknownEdition", "edition", "editions", "load"]


class UnknownEdition(Refused):
    """There is no such edition of a methodology; they are named methodology@edition."""

    status = 422


def load(text: str) -> Edition:
    """An edition from the text of its file; raises DoesNotFit, saying where and why."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise DoesNotFit(path="", wrong=str(wrong)) from None
    return fit(Edition, table)


def edition(key: EditionKey) -> Edition:
    """The edition that an inspection pins by ``methodology@edition``; raises UnknownEdition."""
    try:
        return editions()[key]
    except KeyError:
        raise UnknownEdition from None


@cache
def editions() -> Mapping[EditionKey, Edition]:
    """Every edition there is, by its name, in the order of names; raises DoesNotFit where a file is wrong."""
    found = {}
    for file in sorted(files(__package__).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            one = _named(file.name, file.read_text(encoding="utf-8"))
            found[one.name] = one
    return MappingProxyType(found)


def _named(file: str, text: str) -> Edition:
    try:
        one = load(text)
    except DoesNotFit as wrong:
        wrong.add_note(f"in {file}")
        raise
    if file != f"{one.name}.toml":
        raise DoesNotFit(file, f"holds {one.name}")
    return one
