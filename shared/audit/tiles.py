"""Tiles (C2SP tlog-tiles): a log's hashes and entries in pieces that never change, each under an address of its own."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from shared.errors import NotFound
from shared.sourcing.merkle import TILE_HEIGHT
from shared.sourcing.tree import WIDTH

LEVELS: Final = 7
"""Levels of tiles that a log of 2**56 leaves has."""
ENTRY_BYTES: Final = 65_535

path_form: Final = re.compile(r"((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


@dataclass(frozen=True, slots=True)
class Place:
    """Which tile of a level, from the left, and how many of its hashes: 256 where it is full."""

    number: int
    width: int = WIDTH


def place_read(path: str) -> Place:
    """``x001/x234/067`` or ``x001/x234/067.p/8`` as a place; raises NotFound for any other way to write it."""
    found = path_form.fullmatch(path)
    if found is None:
        raise NotFound
    place = Place(int(found[1].replace("x", "").replace("/", "")), int(found[2] or WIDTH))
    if path_of(place) != path:
        raise NotFound
    return place


def path_of(place: Place) -> str:
    """The address of a place: its number in groups of three digits, all but the last marked with an x."""
    groups = list[str]()
    left = place.number
    while left or not groups:
        left, group = divmod(left, 1000)
        groups.append(f"{group:03}")
    path = "/".join(f"x{each}" for each in groups[:0:-1]) + ("/" if len(groups) > 1 else "") + groups[0]
    return path if place.width == WIDTH else f"{path}.p/{place.width}"


def there_is(place: Place, level: int, size: int) -> bool:
    """Whether a log of a size has so much of a tile, complete, or as its rightmost."""
    hashes = size >> (TILE_HEIGHT * level)
    first = place.number * WIDTH
    return first + place.width <= hashes


def bundled(entries: Sequence[bytes]) -> bytes:
    """Entries one after another, each after its length in two bytes; raises ValueError for one that is too long."""
    if any(len(each) > ENTRY_BYTES for each in entries):
        message = "an entry does not fit into a bundle"
        raise ValueError(message)
    return b"".join(len(each).to_bytes(2, "big") + each for each in entries)
