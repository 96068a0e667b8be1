"""Every vocabulary, as one may look it up: codes, labels and meanings, whether each was checked, and its source."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import Enum, StrEnum
from functools import cache
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final

from shared.vocabulary import framework, methods, participation, roles
from shared.vocabulary.areas import PARTNERSHIPS
from shared.vocabulary.bodies import ScrutinyBody
from shared.vocabulary.councils import COUNCILS, HEALTH_BOARDS, RETIRED
from shared.vocabulary.follow_up import RecommendationState
from shared.vocabulary.justice import DIVERSION_STAGES, LICENCES
from shared.vocabulary.scales import NOT_EVALUATED, SCALES, Proportion


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
    mark: Mark = Mark.OURS
    source: str = ""
    members: tuple[str, ...] = ()
    """What it is made of: a partnership's councils, say."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A list of words, and what changes when a word does."""

    name: str
    title: str
    entries: tuple[Entry, ...]

    @property
    def version(self) -> str:
        """The first 16 hexadecimal digits of the SHA-256 of its entries: another list is another version."""
        return sha256(json.dumps([asdict(each) for each in self.entries], sort_keys=True).encode()).hexdigest()[:16]


def vocabulary(name: str) -> Vocabulary | None:
    """A vocabulary by its name; None where there is none."""
    return vocabularies().get(name)


@cache
def vocabularies() -> Mapping[str, Vocabulary]:
    """All of them, by name, in the order of names."""
    made = [Vocabulary(name, title, tuple(entries())) for name, (title, entries) in sorted(_LISTS.items())]
    return MappingProxyType({each.name: each for each in made})


def _words(kind: type[Enum], mark: Mark = Mark.OURS, source: str = "") -> Callable[[], Iterable[Entry]]:
    def entries() -> Iterable[Entry]:
        for each in kind:
            yield Entry(code=each.value, label=str(each.value).replace("_", " "), mark=mark, source=source)

    return entries


def _councils() -> Iterable[Entry]:
    for one in COUNCILS.values():
        former = tuple(old for old, current in RETIRED.items() if current == one.code)
        yield Entry(
            code=one.code,
            label=one.name,
            meaning=f"health board {one.health_board} (unverified)",
            mark=Mark.VERIFIED,
            source="GSS codes, public code lists",
            members=former,
        )


def _boards() -> Iterable[Entry]:
    for code, name in HEALTH_BOARDS.items():
        yield Entry(code=code, label=name, mark=Mark.VERIFIED, source="GSS codes, public code lists")


def _partnerships() -> Iterable[Entry]:
    for code, area in PARTNERSHIPS.items():
        yield Entry(code=code, label=area.name, mark=Mark.UNVERIFIED, members=area.councils)


def _bodies() -> Iterable[Entry]:
    act = "Public Services Reform (Scotland) Act 2010, section 115(6), as far as it was read"
    for body in ScrutinyBody:
        yield Entry(code=body.value, label=body.title, meaning=body.short, mark=Mark.VERIFIED, source=act)


def _scales() -> Iterable[Entry]:
    for scale in SCALES.values():
        for one in scale.descriptors:
            place = "" if one.number is None else f" ({one.number})"
            says = one.says or "its meaning was not read"
            read = Mark.VERIFIED if one.says else Mark.UNVERIFIED
            yield Entry(code=f"{scale.code}/{one.grade}", label=one.label + place, meaning=says, mark=read)
    yield Entry(code=NOT_EVALUATED, label="not evaluated", meaning="beside every scale; needs a reason")


def _indicators() -> Iterable[Entry]:
    for one in framework.INDICATORS.values():
        yield Entry(
            code=one.code,
            label=one.title,
            meaning=one.domain,
            mark=Mark(one.name_status.value),
            source=framework.QIF_TITLE,
        )


_FOUNDATIONS: Final = {
    framework.Foundation.VOICE: "children are listened to and take part in decisions about them",
    framework.Foundation.FAMILY: "children stay where they are safe and loved, and their families get support",
    framework.Foundation.CARE: "who cannot stay at home has a loving home while it is needed, with siblings where safe",
    framework.Foundation.PEOPLE: "relationships matter, and those who work with children are supported to be kind",
    framework.Foundation.SCAFFOLDING: "help, support and accountability are there when they are needed",
}


def _foundations() -> Iterable[Entry]:
    for one, meaning in _FOUNDATIONS.items():
        yield Entry(code=one.value, label=one.value, meaning=meaning, mark=Mark.VERIFIED, source="The Promise")


_OFTEN: Final = frozenset({5, 9, 16, 18, 19, 20, 25, 27, 28, 36, 39, 40, 42})


def _articles() -> Iterable[Entry]:
    for number in range(1, framework.LAST_ARTICLE + 1):
        principle = number in framework.GENERAL_PRINCIPLES
        meaning = "general principle" if principle else "often relevant here" if number in _OFTEN else ""
        mark = Mark.UNVERIFIED if number in _OFTEN else Mark.VERIFIED
        source = "United Nations Convention on the Rights of the Child"
        yield Entry(code=str(number), label=f"article {number}", meaning=meaning, mark=mark, source=source)


def _justice(rows: Iterable[Any]) -> Callable[[], Iterable[Entry]]:
    def entries() -> Iterable[Entry]:
        for one in rows:
            mark = Mark.VERIFIED if one.verified else Mark.UNVERIFIED
            yield Entry(code=one.code, label=one.title, meaning=one.meaning, mark=mark, source=one.source)

    return entries


_TENETS: Final = ("direction", "execution", "results")

_LISTS: Final[dict[str, tuple[str, Callable[[], Iterable[Entry]]]]] = {
    "access-roles": ("What a token is for", _words(roles.AccessRole)),
    "articles": ("Rights of the child", _articles),
    "concern-states": ("Where a concern stands", _words(participation.ConcernState)),
    "contributors": ("Who is heard", _words(participation.ContributorKind)),
    "councils": ("Local authorities", _councils),
    "diversion-stages": ("Stages of diversion from prosecution", _justice(DIVERSION_STAGES)),
    "evidence-methods": ("How evidence is gathered", _words(methods.EvidenceMethod)),
    "foundations": ("The foundations of The Promise", _foundations),
    "health-boards": ("Health boards", _boards),
    "indicators": ("Quality indicators", _indicators),
    "licences": ("Statutory throughcare licences and orders", _justice(LICENCES)),
    "output-forms": ("What a review gives back", _words(methods.OutputForm)),
    "participation-channels": ("Where somebody is heard", _words(participation.ParticipationChannel)),
    "participation-modes": ("Ways to take part", _words(participation.ParticipationMode)),
    "partnerships": ("Community justice partnerships", _partnerships),
    "proportions": ("Words for how many", _words(Proportion, Mark.VERIFIED, "Education Scotland")),
    "recommendation-states": ("How far a recommendation is", _words(RecommendationState)),
    "scales": ("Scales of evaluation", _scales),
    "scope-states": ("How sure the team is", _words(methods.ScopeState)),
    "scrutiny-bodies": ("Who inspects", _bodies),
    "scrutiny-forms": ("Kinds of scrutiny", _words(methods.ScrutinyForm)),
    "team-roles": ("What somebody does on an inspection", _words(roles.TeamRole)),
    "tenets": (
        "The model's tenets",
        lambda: (Entry(code=one, label=one, mark=Mark.VERIFIED, source="EFQM") for one in _TENETS),
    ),
    "validation-outcomes": ("What came of a validation", _words(methods.ValidationOutcome)),
    "wellbeing": ("Indicators of wellbeing", _words(framework.Wellbeing, Mark.VERIFIED, "SHANARRI; included: recall")),
}
