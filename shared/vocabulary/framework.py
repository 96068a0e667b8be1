"""What is looked at: quality indicators, the foundations of The Promise, wellbeing and children's rights."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NewType

from shared.errors import Refused
from shared.vocabulary.identity import FrameworkCode, IndicatorCode
from shared.vocabulary.text import PublishedText

QIF: Final = FrameworkCode("care-and-protection-2022-11")
QIF_TITLE: Final = PublishedText(
    "Quality framework for children and young people in need of care and protection (November 2022)"
)


class UnknownIndicator(Refused):
    """The framework has no indicator with this code; its codes run from 1.1 to 9.4."""

    status = 422


class UnknownArticle(Refused):
    """The rights of the child that can be reported on are articles 1 to 54 of the Convention."""

    status = 422


class NameStatus(StrEnum):
    """How sure we are of an indicator's name."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Indicator:
    """A quality indicator of the framework, in its domain."""

    code: IndicatorCode
    title: PublishedText
    domain: str
    name_status: NameStatus


_DOMAINS: Final = {
    "1": "Key outcomes",
    "2": "Stakeholders' needs",
    "3": "Stakeholders' needs",
    "4": "Stakeholders' needs",
    "5": "Delivery of services",
    "6": "Management",
    "7": "Management",
    "8": "Management",
    "9": "Leadership",
}

# The structure (6 domains, 10 areas, 22 indicators; area 10 is a judgement without one) was checked. So were the names
# marked with an asterisk, from the inspections' own pages; the others are from recall.
_ROWS: Final = """
1.1 Improvements in the safety, wellbeing and life chances of vulnerable children and young people
2.1 *Impact on children and young people
2.2 Impact on families
3.1 Impact on staff
4.1 Impact on communities
5.1 Recognition and response to initial concerns
5.2 Assessing risk and need
5.3 *Care planning, managing risk and effective intervention
5.4 *Involving individual children, young people and families
6.1 Policies, procedures and legal measures
6.2 Planning and improving services
6.3 Participation of children, young people, families and other stakeholders
6.4 *Performance management and quality assurance
6.5 Securing improvement through self-evaluation
7.1 Recruitment, deployment and joint working
7.2 Staff training, development and support
8.1 Management of resources
8.2 Commissioning arrangements
9.1 Vision, values and aims
9.2 *Leadership of strategy and direction
9.3 Leadership of people
9.4 Leadership of improvement and change
"""


def _indicator(row: str) -> Indicator:
    code, name = row.split(maxsplit=1)
    status = NameStatus.VERIFIED if name.startswith("*") else NameStatus.UNVERIFIED
    return Indicator(IndicatorCode(code), PublishedText(name.lstrip("*")), _DOMAINS[code[0]], status)


INDICATORS: Final[Mapping[IndicatorCode, Indicator]] = MappingProxyType(
    {one.code: one for one in map(_indicator, _ROWS.strip().splitlines())}
)


def indicator(code: str) -> Indicator:
    """An indicator of the framework of November 2022 by its code; raises UnknownIndicator."""
    try:
        return INDICATORS[IndicatorCode(code)]
    except KeyError:
        raise UnknownIndicator from None


class Foundation(StrEnum):
    """The five foundations of The Promise."""

    VOICE = "voice"
    FAMILY = "family"
    CARE = "care"
    PEOPLE = "people"
    SCAFFOLDING = "scaffolding"


class Wellbeing(StrEnum):
    """The eight indicators of wellbeing, SHANARRI ("included" is from recall)."""

    SAFE = "safe"
    HEALTHY = "healthy"
    ACHIEVING = "achieving"
    NURTURED = "nurtured"
    ACTIVE = "active"
    RESPECTED = "respected"
    RESPONSIBLE = "responsible"
    INCLUDED = "included"


Article = NewType("Article", int)
"""A numbered article of the United Nations Convention on the Rights of the Child."""

LAST_ARTICLE: Final = 54
GENERAL_PRINCIPLES: Final = (Article(2), Article(3), Article(6), Article(12))
OFTEN_RELEVANT: Final = tuple(map(Article, (5, 9, 16, 18, 19, 20, 25, 27, 28, 36, 39, 40, 42)))
"""Articles that inspections of this kind are often about; from recall, as no public list was found."""


def article(number: int) -> Article:
    """An article of the Convention by its number, 1 to 54; raises UnknownArticle."""
    if not 1 <= number <= LAST_ARTICLE:
        raise UnknownArticle(number=number)
    return Article(number)
