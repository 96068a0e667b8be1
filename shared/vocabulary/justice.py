"""Words of criminal justice: the licences and orders of statutory throughcare, and the stages of diversion."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class JusticeTerm:
    """A term, what it means in short, and whether a source was read for it."""

    code: str
    title: str
    meaning: str
    source: str
    verified: bool = True


_COUNCILS = "council pages about throughcare"
_REVIEW = "joint review of diversion from prosecution, 2023"

LICENCES: Final = (
    JusticeTerm("sro", "Supervised release order", "under four years, for up to 12 months after release", _COUNCILS),
    JusticeTerm("stso", "Short-term sex offender licence", "six months to under four years", _COUNCILS),
    JusticeTerm("extended", "Extended sentence", "custody, and a longer time on licence after it", _COUNCILS),
    JusticeTerm("parole", "Parole licence", "four years or more, released by decision from half-way on", _COUNCILS),
    JusticeTerm("non_parole", "Non-parole licence", "four years or more, released at two thirds", _COUNCILS),
    JusticeTerm("life", "Life licence", "after a life sentence's punishment part", _COUNCILS),
    JusticeTerm("olr", "Order for lifelong restriction", "supervision for life", "recall", verified=False),
)

DIVERSION_STAGES: Final = (
    JusticeTerm("spr", "Standard Prosecution Report", "by the police", _REVIEW),
    JusticeTerm("decision", "Decision", "by the prosecutor", _REVIEW),
    JusticeTerm("referral", "Referral", "from the prosecutor to justice social work", _REVIEW),
    JusticeTerm("suitability", "Suitability assessment", "by justice social work, and the response to it", _REVIEW),
    JusticeTerm("intervention", "Intervention", "by justice social work or another provider", _REVIEW),
    JusticeTerm("completion", "Completion report", "by justice social work, and the response to it", _REVIEW),
    JusticeTerm("comm_accused", "Communication with the accused", "runs across the others", _REVIEW),
    JusticeTerm("comm_complainer", "Communication with the complainer", "runs across the others", _REVIEW),
)
