"""Where an inspection happens: an area is a set of local authorities, or the nation."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from shared.errors import Refused
from shared.vocabulary.councils import ALIASES, COUNCILS, HEALTH_BOARDS, RETIRED, SCOTLAND
from shared.vocabulary.identity import GssCode, PartnershipCode


class UnknownCouncil(Refused):
    """No Scottish council has this code; use one of the 32 current GSS codes (S12…) or one that was retired."""

    status = 422

    @classmethod
    def called(cls, code: str) -> "UnknownCouncil":
        """Refuse a code, repeating it only where it looks like one: it may be anybody's words."""
        return cls(code=code) if re.fullmatch(r"[A-Z]\d{8}", code, re.ASCII) else cls()


class NotAnArea(Refused):
    """An area is at least one council, or the nation by itself."""

    status = 422


class UnknownPartnership(Refused):
    """No community justice partnership has this code; they look like cjp:ayrshire."""

    status = 422


def council(code_or_retired: str) -> GssCode:
    """The code a council has now, from that or one it had before; raises UnknownCouncil."""
    code = RETIRED.get(code_or_retired, GssCode(code_or_retired))
    if code not in COUNCILS:
        raise UnknownCouncil.called(code_or_retired)
    return code


def council_named(name: str) -> GssCode:
    """The code of a council by one of its names, whatever the case; raises UnknownCouncil."""
    try:
        return _BY_NAME[_plain(name)]
    except KeyError:
        raise UnknownCouncil from None


def name_of(code: str) -> str:
    """The name of a council or of Scotland, from a current or a retired code; raises UnknownCouncil."""
    return "Scotland" if code == SCOTLAND else COUNCILS[council(code)].name


def health_board_of(code: str) -> GssCode:
    """The health board of a council (from recall, to be checked); raises UnknownCouncil."""
    return COUNCILS[council(code)].health_board


@dataclass(frozen=True, slots=True)
class Area:
    """A set of local authorities, or the nation.

    Whatever order it is given, and whichever codes: it holds current ones, each once, sorted.
    Raises NotAnArea and UnknownCouncil.
    """

    councils: tuple[GssCode, ...]

    def __post_init__(self) -> None:
        """Put the codes in their one order, so that equal areas are equal."""
        given = set(self.councils)
        if not given or (SCOTLAND in given and len(given) > 1):
            raise NotAnArea
        current = self.councils[:1] if SCOTLAND in given else sorted({council(code) for code in given})
        object.__setattr__(self, "councils", tuple(current))

    @property
    def is_nation(self) -> bool:
        """Whether this is all of Scotland rather than certain councils."""
        return self.councils == (SCOTLAND,)

    @property
    def name(self) -> str:
        """``East Ayrshire, North Ayrshire and South Ayrshire``."""
        *others, last = sorted(map(name_of, self.councils))
        return f"{', '.join(others)} and {last}" if others else last

    def __contains__(self, code: str) -> bool:
        """Whether a council (current or retired code) belongs to it; every council belongs to the nation."""
        current = council(code)
        return self.is_nation or current in self.councils

    def overlaps(self, other: "Area") -> bool:
        """Whether the two have a council in common."""
        return self.is_nation or other.is_nation or not set(self.councils).isdisjoint(other.councils)


def area_of(codes: Iterable[str]) -> Area:
    """The area made of these councils (current or retired codes), or of Scotland's code alone."""
    return Area(tuple(map(GssCode, codes)))


def names_in(text: str) -> frozenset[str]:
    """The councils, health boards and partnerships that a text names, by whole words, whatever the case.

    A name within a longer one (Lanarkshire in North Lanarkshire) is no name of its own.
    """
    words, found = f" {_words(text)} ", set[str]()
    for called, code in _CALLED:
        while f" {called} " in words:
            words = words.replace(f" {called} ", " / ")
            found.add(code)
    return frozenset(found)


def _words(text: str) -> str:
    return _plain(re.sub(r"[^\w&]+", " ", text))


NATION: Final = Area((SCOTLAND,))


def _plain(name: str) -> str:
    return " ".join(name.replace("&", " and ").casefold().split())


_BY_NAME: Final = {_plain(one.name): one.code for one in COUNCILS.values()} | {
    _plain(alias): code for alias, code in ALIASES.items()
}


def _partnerships() -> dict[PartnershipCode, Area]:
    ayrshire = area_of(("S12000008", "S12000021", "S12000028"))
    found = {PartnershipCode("cjp:ayrshire"): ayrshire}
    for one in COUNCILS.values():
        if one.code not in ayrshire:
            found[PartnershipCode(f"cjp:{_plain(one.name).replace(' ', '-')}")] = area_of((one.code,))
    return found


PARTNERSHIPS: Final[Mapping[PartnershipCode, Area]] = MappingProxyType(_partnerships())
"""Community justice partnerships: one a council, but one for the three of Ayrshire; the total of 30 is inferred."""
PARTNERSHIPS_READ: Final = frozenset(
    PartnershipCode(f"cjp:{name}")
    for name in ("north-lanarkshire", "clackmannanshire", "ayrshire", "shetland-islands", "east-lothian")
)
"""Those that a source was read for: the five that evaluated themselves from 2018 to 2020."""


def partnership(code: str) -> Area:
    """The councils of a community justice partnership; raises UnknownPartnership."""
    try:
        return PARTNERSHIPS[PartnershipCode(code)]
    except KeyError:
        raise UnknownPartnership from None


def _called() -> tuple[tuple[str, str], ...]:
    """Every name that an area goes by, the longest first; where a council shares its name with another, it is meant."""
    partnerships = {code.partition(":")[2].replace("-", " "): str(code) for code in PARTNERSHIPS}
    known = partnerships | {_words(name): str(code) for code, name in HEALTH_BOARDS.items()}
    for name, code in _BY_NAME.items():
        for called in (_words(name), _words(name).removesuffix(" city").removeprefix("city of ")):
            known[called] = str(code)
    return tuple(sorted(known.items(), key=lambda each: -len(each[0])))


_CALLED: Final = _called()
