"""Words of criminal justice: licences and orders after release, and the stages of diversion from prosecution."""

from typing import Final

from shared.vocabulary.entries import Entry, Mark

_PAGES: Final = "councils' pages about supervision after release"
_RECALL: Final = "recall"
STATUTORY: Final = "statutory"
NOT_STATUTORY: Final = "not statutory"


def _licence(code: str, label: str, meaning: str, *, read: bool = True, statutory: bool = True) -> Entry:
    return Entry(
        code=code,
        label=label,
        meaning=meaning,
        mark=Mark.VERIFIED if read else Mark.UNVERIFIED,
        source=_PAGES if read else _RECALL,
        group=STATUTORY if statutory else NOT_STATUTORY,
    )


LICENCES: Final = (
    _licence(
        "sro",
        "Supervised release order",
        "sentences under four years, not for a sexual offence; up to 12 months after release",
    ),
    _licence(
        "stso",
        "Short-term sex offender licence",
        "sentences from six months to under four years for a sexual offence",
    ),
    _licence(
        "extended",
        "Extended sentence",
        "custody, then an extension on licence: at most five years from a sheriff court, ten from the High Court",
    ),
    _licence("parole", "Parole licence", "sentences of four years or more; by decision, from half-way on"),
    _licence(
        "non_parole",
        "Non-parole licence",
        "sentences of four years or more; at two thirds, though the rule for later sentences differs (recall)",
    ),
    _licence("life", "Life licence", "after the punishment part of a life sentence, for life"),
    _licence("olr", "Order for lifelong restriction", "a plan for managing risk, for life", read=False),
    _licence("hdc", "Home detention curfew", "early release with a curfew at home", read=False, statutory=False),
    _licence("voluntary", "Voluntary assistance", "help after release, asked for", read=False, statutory=False),
)
"""Throughcare; whether the last two are outside of it by statute is from recall, as they are."""

_REVIEW: Final = "joint review of diversion from prosecution, 2023; who is responsible is inferred"
_ACROSS: Final = "by the prosecutor; it runs across the other stages"


def _stages() -> tuple[Entry, ...]:
    rows = (
        ("spr", "Standard Prosecution Report", "from the police to the prosecutor"),
        ("decision", "Decision", "by the prosecutor: to divert, or not"),
        ("referral", "Referral", "from the prosecutor to justice social work"),
        ("suitability", "Suitability assessment", "by justice social work, and the prosecutor's response to it"),
        ("intervention", "Intervention", "by justice social work or another provider"),
        ("completion", "Completion report", "by justice social work, and the prosecutor's response to it"),
        ("comm_accused", "Communication with the accused", _ACROSS),
        ("comm_complainer", "Communication with the complainer", _ACROSS),
    )
    return tuple(
        Entry(code=code, label=label, meaning=meaning, mark=Mark.VERIFIED, source=_REVIEW, number=number)
        for number, (code, label, meaning) in enumerate(rows, start=1)
    )


DIVERSION_STAGES: Final = _stages()
