"""How good it is, in each inspectorate's own words: scales of evaluation, and words for proportions."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NewType

from shared.errors import Refused
from shared.vocabulary.identity import ScaleCode

Grade = NewType("Grade", str)
"""A place on a scale, by the word for it: ``very_good``. It means nothing without its scale."""

NOT_EVALUATED: Final = Grade("not_evaluated")
"""Beside every scale and on none: no evaluation was made, and a reason has to say why."""


class UnknownScale(Refused):
    """There is no such scale of evaluation; see the vocabulary for those that there are."""

    status = 422


@dataclass(frozen=True, slots=True)
class Descriptor:
    """One place on a scale; ``number`` counts from 1 at the bottom, and is None for a grade outside its order."""

    grade: Grade
    number: int | None
    says: str = ""
    """What the inspectorate says it means, in short; empty where that was not read."""
    means: str = ""
    """What that comes to, in our words."""
    read: bool = True
    """Whether a source was read for it."""

    @property
    def label(self) -> str:
        """``very good``."""
        return self.grade.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale of evaluation, best first."""

    code: ScaleCode
    title: str
    descriptors: tuple[Descriptor, ...]


def _six_points(code: str, title: str, third: str, *, read: bool = True) -> Scale:
    """Six points; where they were not ``read``, only the third one's label was: the others are taken to be alike."""
    placed = (
        Descriptor(Grade(grade), 6 - place, says, means, read or grade == third)
        for place, (grade, says, means) in enumerate(
            (
                ("excellent", "outstanding or sector leading", "sustained and innovative; others can learn from it"),
                ("very_good", "major strengths", "few areas to improve, with little adverse effect"),
                ("good", "important strengths, with some areas for improvement", "strengths clearly outweigh the rest"),
                (
                    third,
                    "strengths just outweigh weaknesses",
                    "good results are less likely; strengths must be built on",
                ),
                ("weak", "important weaknesses \u2013 priority action required", "welfare or progress is compromised"),
                ("unsatisfactory", "major weaknesses \u2013 urgent remedial action required", "critical weaknesses"),
            )
        )
    )
    return Scale(ScaleCode(code), title, tuple(placed))


def _prisons() -> Scale:
    # The key's own order; the numbers 5 to 1 are ours, and its descriptors were not read.
    words = ("good", "satisfactory", "generally_acceptable", "poor", "unacceptable")
    placed = tuple(Descriptor(Grade(grade), 5 - place) for place, grade in enumerate(words))
    title = "Inspectorate of Prisons, five levels"
    return Scale(ScaleCode("hmips"), title, (*placed, Descriptor(Grade("not_applicable"), None)))


def _four_points(code: str, title: str, third: str) -> Scale:
    words = ("outstanding", "good", third, "inadequate")
    placed = (Descriptor(Grade(grade), 4 - place) for place, grade in enumerate(words))
    return Scale(ScaleCode(code), title, tuple(placed))


SCALES: Final[Mapping[ScaleCode, Scale]] = MappingProxyType(
    {
        scale.code: scale
        for scale in (
            _six_points("ci-six-point", "Care Inspectorate, six points", "adequate"),
            _six_points("six-point-satisfactory", "Education Scotland, six points", "satisfactory", read=False),
            _prisons(),
            # Of other countries' inspectorates, for comparison; their descriptors were not read.
            _four_points("cqc", "Care Quality Commission, four ratings", "requires_improvement"),
            _four_points("ofsted", "Ofsted, four grades", "requires_improvement_to_be_good"),
        )
    }
)


def scale(code: str) -> Scale:
    """A scale by its code; raises UnknownScale."""
    try:
        return SCALES[ScaleCode(code)]
    except KeyError:
        raise UnknownScale from None


def is_on(scale: Scale, grade: str) -> bool:
    """Whether the scale has this grade; ``not_evaluated`` is on none."""
    return any(one.grade == grade for one in scale.descriptors)


def number_of(scale: Scale, grade: str) -> int | None:
    """A grade's place, 1 at the bottom; None where it is not on the scale or has no place in its order."""
    return next((one.number for one in scale.descriptors if one.grade == grade), None)


def needs_reason(grade: str) -> bool:
    """Whether this may be said only with a reason."""
    return grade == NOT_EVALUATED


class Proportion(StrEnum):
    """How many, in the words that Education Scotland uses; ``all`` and ``none`` are kept apart."""

    ALL = "all"
    ALMOST_ALL = "almost_all"
    MOST = "most"
    MAJORITY = "majority"
    LESS_THAN_HALF = "less_than_half"
    FEW = "few"
    NONE = "none"


_FLOORS: Final = (
    (91, Proportion.ALMOST_ALL),
    (75, Proportion.MOST),
    (50, Proportion.MAJORITY),
    (16, Proportion.LESS_THAN_HALF),
)


def proportion(count: int, total: int) -> Proportion:
    """The word for ``count`` of ``total``; raises ValueError unless 0 ≤ count ≤ total and total ≥ 1.

    The published bands leave gaps (49.5 %) and overlap (15 %). So: none and all only where exact; else the percentage
    is rounded to a whole number, a half upwards, and then banded, with 15 % among the few.
    """
    if not 0 <= count <= total or total < 1:
        message = "a proportion is of at least one, and no more than all"
        raise ValueError(message)
    if count in (0, total):
        return Proportion.ALL if count else Proportion.NONE
    percent = (200 * count + total) // (2 * total)
    return next((word for floor, word in _FLOORS if percent >= floor), Proportion.FEW)
