"""Every vocabulary, as one may look it up: codes, labels and meanings, whether each was checked, and its source."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import StrEnum
from functools import cache, partial
from types import MappingProxyType
from typing import Final

from shared.vocabulary import (
    contacts,
    erasure,
    follow_up,
    framework,
    methods,
    oversight,
    participation,
    particulars,
    roles,
    scales,
)
from shared.vocabulary.areas import PARTNERSHIPS, PARTNERSHIPS_READ
from shared.vocabulary.bodies import ScrutinyBody
from shared.vocabulary.councils import ALIASES, COUNCILS, HEALTH_BOARDS, RETIRED, RETIRED_BOARDS
from shared.vocabulary.entries import Entry, Mark, Vocabulary, words_of
from shared.vocabulary.justice import DIVERSION_STAGES, LICENCES
from shared.vocabulary.tables import rows_of

__all__ = ["ENUMERATIONS", "Entry", "Mark", "Vocabulary", "vocabularies", "vocabulary"]


def vocabulary(name: str) -> Vocabulary | None:
    """A vocabulary by its name; None where there is none."""
    return vocabularies().get(name)


@cache
def vocabularies() -> Mapping[str, Vocabulary]:
    """All of them, by name, in the order of names."""
    listed: dict[str, tuple[str, Callable[[], Iterable[Entry]]]] = {
        name: (title, partial(words_of, name, kind)) for name, (title, kind) in ENUMERATIONS.items()
    }
    since = {row["vocabulary"]: date.fromisoformat(row["since"]) for row in rows_of("versions")}
    made = {
        name: Vocabulary(name, title, tuple(entries()), since.get(name, date.max))
        for name, (title, entries) in sorted((listed | dict(_LISTS)).items())
    }
    return MappingProxyType(made)


ENUMERATIONS: Final[Mapping[str, tuple[str, type[StrEnum]]]] = MappingProxyType(
    {
        "access-roles": ("What a token is for", roles.AccessRole),
        "access-purposes": ("What something is asked for", roles.Purpose),
        "attributions": ("Whether findings may be tied to an authority", methods.Attribution),
        "concern-awaits": ("What a concern waits for", participation.Awaiting),
        "concern-kinds": ("Whom a concern is about", participation.ConcernKind),
        "concern-states": ("Where a concern stands", participation.ConcernState),
        "consents-to-share": ("What whoever spoke says to its being passed on", participation.ConsentToShare),
        "contact-roles": ("What a partnership nominates somebody for", methods.ContactRole),
        "contributors": ("Who is heard", participation.ContributorKind),
        "deliveries": ("Where the work happens", methods.Delivery),
        "dispatch-channels": ("How a referral reaches an agency", participation.DispatchChannel),
        "erased-kinds": ("What is erased", erasure.ErasedKind),
        "erasure-bases": ("Why somebody is erased", erasure.ErasureBasis),
        "evidence-methods": ("How evidence is gathered", methods.EvidenceMethod),
        "foundations": ("The foundations of The Promise", framework.Foundation),
        "glass-outcomes": ("Whether somebody was right to break the glass", oversight.GlassOutcome),
        "glass-reasons": ("Why somebody reads what they are not assigned to", oversight.GlassReason),
        "inaccuracy-kinds": ("What is said to be wrong with a draft", methods.InaccuracyKind),
        "interests": ("What ties somebody to services", roles.InterestKind),
        "output-forms": ("What a review gives back", methods.OutputForm),
        "output-scopes": ("What an output is about", methods.OutputScope),
        "participation-channels": ("Where somebody is heard", participation.ParticipationChannel),
        "participation-modes": ("Ways to take part", participation.ParticipationMode),
        "personal-columns": ("What no return may hold", particulars.PersonalColumn),
        "plan-states": ("What became of an action plan", follow_up.PlanState),
        "proportions": ("Words for how many", scales.Proportion),
        "protection-services": ("What a number to call is for", contacts.ProtectionService),
        "reach-units": ("What a review is carried out on", methods.ReachUnit),
        "recommendation-states": ("How far a recommendation is", follow_up.RecommendationState),
        "retentions": ("Why records about somebody are kept for now", erasure.Retention),
        "return-kinds": ("What a partnership is asked to send", methods.ReturnKind),
        "scope-states": ("How sure the team is", methods.ScopeState),
        "scrutiny-forms": ("Kinds of scrutiny", methods.ScrutinyForm),
        "step-endings": ("What completes a step", methods.Closing),
        "step-kinds": ("What a step is for", methods.StepKind),
        "strengths": ("How much a piece of evidence bears", methods.Strength),
        "team-roles": ("What somebody does on an inspection", roles.TeamRole),
        "urgencies": ("How soon somebody has to act", participation.Urgency),
        "validation-outcomes": ("What came of a validation", methods.ValidationOutcome),
        "wellbeing": ("Indicators of wellbeing", framework.Wellbeing),
    }
)
"""Those that are enumerations: their words are the code's, what they mean is in the table of meanings."""

_CODE_LISTS: Final = "public lists of GSS codes"


def _councils() -> Iterable[Entry]:
    for one in COUNCILS.values():
        aliases = (known for names in (RETIRED, ALIASES) for known, code in names.items() if code == one.code)
        yield Entry(
            code=one.code,
            label=one.name,
            meaning=f"in the health board of {HEALTH_BOARDS[one.health_board]} (which board: recall)",
            mark=Mark.VERIFIED,
            source=_CODE_LISTS,
            aliases=tuple(aliases),
        )


def _boards() -> Iterable[Entry]:
    for code, name in HEALTH_BOARDS.items():
        aliases = tuple(old for old, current in RETIRED_BOARDS.items() if current == code)
        yield Entry(code=code, label=name, mark=Mark.VERIFIED, source=_CODE_LISTS, aliases=aliases)


def _partnerships() -> Iterable[Entry]:
    for code, area in PARTNERSHIPS.items():
        read = code in PARTNERSHIPS_READ
        mark = Mark.VERIFIED if read else Mark.UNVERIFIED
        source = "announcement of their self-evaluations" if read else "inferred: one for each other council"
        yield Entry(code=code, label=area.name, mark=mark, source=source, members=area.councils)


def _bodies() -> Iterable[Entry]:
    act = "Public Services Reform (Scotland) Act 2010, section 115(6), as far as it was read"
    for body in ScrutinyBody:
        aliases = (body.short,) if body.short != body.title else ()
        yield Entry(code=body.value, label=body.title, mark=Mark.VERIFIED, source=act, aliases=aliases)


def _scales() -> Iterable[Entry]:
    for scale in scales.SCALES.values():
        for one in scale.descriptors:
            yield Entry(
                code=f"{scale.code}/{one.grade}",
                label=one.label,
                meaning="; ".join(filter(None, (one.says, one.means))),
                mark=Mark.VERIFIED if one.read else Mark.UNVERIFIED,
                source=scale.title,
                group=scale.code,
                number=one.number,
            )
    yield Entry(code=scales.NOT_EVALUATED, label="not evaluated", meaning="beside every scale; a reason says why")


def _indicators() -> Iterable[Entry]:
    for one in framework.INDICATORS.values():
        mark = Mark(one.name_status.value)
        yield Entry(code=one.code, label=one.title, mark=mark, source=framework.QIF_TITLE, group=one.domain)


def _articles() -> Iterable[Entry]:
    convention = "United Nations Convention on the Rights of the Child"
    for number in range(1, framework.LAST_ARTICLE + 1):
        often = number in framework.OFTEN_RELEVANT
        meaning = "a general principle" if number in framework.GENERAL_PRINCIPLES else ""
        yield Entry(
            code=str(number),
            label=f"article {number}",
            meaning="often relevant to what is inspected (recall)" if often else meaning,
            mark=Mark.UNVERIFIED if often else Mark.VERIFIED,
            source=convention,
            number=number,
        )


def _tenets() -> Iterable[Entry]:
    said = {
        "direction": "where it wants to go, and who leads there",
        "execution": "how it does the work",
        "results": "what comes of it",
    }
    for code, meaning in said.items():
        yield Entry(code=code, label=code, meaning=meaning, mark=Mark.VERIFIED, source="EFQM model")


def _owners() -> Iterable[Entry]:
    for code, title in follow_up.NATIONAL_BODIES.items():
        yield Entry(code=code, label=title, source="reports on the nation, and partners by statute; no closed list")


def _lawful_grounds() -> Iterable[Entry]:
    for one in participation.LawfulBasis:
        label, source = one.value.replace("_", " "), "recall; which of them holds is for the controller"
        yield Entry(code=one.value, label=label, meaning=one.reference, mark=Mark.UNVERIFIED, source=source)


_LISTS: Final[Mapping[str, tuple[str, Callable[[], Iterable[Entry]]]]] = MappingProxyType(
    {
        "articles": ("Rights of the child", _articles),
        "councils": ("Local authorities", _councils),
        "diversion-stages": ("Stages of diversion from prosecution", lambda: DIVERSION_STAGES),
        "health-boards": ("Health boards", _boards),
        "indicators": ("Quality indicators", _indicators),
        "lawful-bases": ("What allows personal particulars to be used", _lawful_grounds),
        "licences": ("Licences and orders after release", lambda: LICENCES),
        "national-bodies": ("National bodies that may be asked to act", _owners),
        "partnerships": ("Community justice partnerships", _partnerships),
        "scales": ("Scales of evaluation", _scales),
        "scrutiny-bodies": ("Who inspects", _bodies),
        "tenets": ("The tenets of the model of excellence", _tenets),
    }
)
