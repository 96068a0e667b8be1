"""What comes of a recommendation: who is to act, by codes that outlive names, and how far they are."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from shared.errors import Refused
from shared.vocabulary.councils import COUNCILS, HEALTH_BOARDS, RETIRED, RETIRED_BOARDS, SCOTLAND
from shared.vocabulary.identity import ContentHash, GssCode, OwnerCode
from shared.vocabulary.text import PublishedText


class UnknownOwner(Refused):
    """This looks like an area's code, and no council or health board has it; other bodies have codes of letters."""

    status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Who is expected to act: a council or health board by its GSS code, or another body by a code, and its title."""

    code: OwnerCode
    title: PublishedText

    @property
    def is_authority(self) -> bool:
        """Whether it is one council, or a partnership of some: what tells one area from another."""
        return GssCode(self.code) in COUNCILS or self.code.startswith("cjp:")


class RecommendationState(StrEnum):
    """How far a recommendation is."""

    ISSUED = "issued"
    ACCEPTED = "accepted"
    """By every owner."""
    REJECTED = "rejected"
    """By one of its owners at least."""
    IN_PROGRESS = "in_progress"
    EVIDENCE_SUBMITTED = "evidence_submitted"
    """By every owner: it can be reviewed."""
    CLOSED = "closed"
    SUPERSEDED = "superseded"

    @property
    def is_over(self) -> bool:
        """Whether nobody has to act on it any more."""
        return self in (RecommendationState.CLOSED, RecommendationState.SUPERSEDED)

    @classmethod
    def shown_by(cls, evidence: Collection[ContentHash]) -> "RecommendationState":
        """How far an owner is that has done something: further with evidence of it than without."""
        return cls.EVIDENCE_SUBMITTED if evidence else cls.IN_PROGRESS

    @classmethod
    def carried(cls, owners: Collection[Owner], accepted: Collection[OwnerCode]) -> "RecommendationState":
        """How far what goes on in a later inspection is there: accepted where all its owners had."""
        return cls.ACCEPTED if len(accepted) == len(owners) else cls.ISSUED


class PlanState(StrEnum):
    """What became of an action plan."""

    AWAITED = "awaited"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"


def owner_code(code: str) -> OwnerCode:
    """The code an owner has now; a retired one of a council or board is read as the current one. Raises UnknownOwner.

    There is no one public list of all bodies that may be asked to act, so what does not look like an area's code
    (a letter and eight digits) is taken as it is.
    """
    current = RETIRED.get(code) or RETIRED_BOARDS.get(code) or code
    looks_like_an_area = re.fullmatch(r"[A-Z]\d{8}", current, re.ASCII) is not None
    if looks_like_an_area and current not in COUNCILS and current not in HEALTH_BOARDS and current != SCOTLAND:
        raise UnknownOwner(code=code)
    return OwnerCode(current)


NATIONAL_BODIES: Final[Mapping[OwnerCode, PublishedText]] = MappingProxyType(
    {
        OwnerCode(code): PublishedText(title)
        for code, title in (
            ("scottish-government", "Scottish Government"),
            ("police-scotland", "Police Scotland"),
            ("crown-office", "Crown Office and Procurator Fiscal Service"),
            ("scottish-prison-service", "Scottish Prison Service"),
            ("courts-and-tribunals", "Scottish Courts and Tribunals Service"),
            ("childrens-reporter", "Scottish Children's Reporter Administration"),
            ("risk-management-authority", "Risk Management Authority"),
            ("community-justice-scotland", "Community Justice Scotland"),
            ("social-work-scotland", "Social Work Scotland"),
            ("fire-and-rescue", "Scottish Fire and Rescue Service"),
            ("skills-development-scotland", "Skills Development Scotland"),
        )
    }
)
"""Bodies that reports on the nation have addressed or that are partners by statute; our codes, and no closed list."""
