"""The parts of a methodology's edition: its reach, its weeks, what it asks, evaluates and gives."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from shared.vocabulary.bodies import ScrutinyBody
from shared.vocabulary.framework import INDICATORS, QIF
from shared.vocabulary.identity import (
    FrameworkCode,
    IndicatorCode,
    ScaleCode,
    StepCode,
)
from shared.vocabulary.methods import Closing, EvidenceMethod, OutputForm, OutputScope, ReachUnit, ReturnKind, StepKind
from shared.vocabulary.participation import ContributorKind, ParticipationChannel, ParticipationMode
from shared.vocabulary.scales import SCALES
from shared.vocabulary.text import PublishedText


def insist(true: object, otherwise: str) -> None:
    """Raise ValueError, saying otherwise what, unless it is true."""
    if not true:
        raise ValueError(otherwise)


def twice(values: Iterable[str]) -> list[str]:
    """What stands there more than once."""
    return [value for value, times in Counter(values).items() if times > 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What it is carried out on: some of the units, at most so many, or every one of them."""

    unit: ReachUnit
    at_most: int | None = None
    every: bool = False
    reason_needed: bool = False
    """Whether it is recorded why an area was chosen, and whether for its risk."""

    def __post_init__(self) -> None:
        """Raise ValueError for a cap on every one, or a cap of none."""
        insist(self.at_most is None or (self.at_most and not self.every), "at_most is 1 or more, and not with every")


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """How long it takes, and how far back it looks."""

    weeks: int
    """From the first step to the end of the one named by ``counts_to``, holiday weeks not counted."""
    counts_to: StepCode
    looks_back_years: int
    skips_school_holidays: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedIndicator:
    """A quality indicator that this edition evaluates."""

    code: IndicatorCode
    title: PublishedText


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerScale:
    """A partner's own scale, where it differs from the others'."""

    partner: ScrutinyBody
    scale: ScaleCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What is evaluated, and on which scale; without indicators nothing is."""

    framework: FrameworkCode
    scale: ScaleCode
    indicators: tuple[AskedIndicator, ...] = ()
    partner_scales: tuple[PartnerScale, ...] = ()
    published: bool = True
    """Whether grades appear in what is published."""

    def __post_init__(self) -> None:
        """Raise ValueError for an unknown scale, an indicator twice, or one that the framework does not have."""
        codes = [indicator.code for indicator in self.indicators]
        for scale in (self.scale, *(own.scale for own in self.partner_scales)):
            insist(scale in SCALES, f"there is no scale {scale}")
        insist(not twice([own.partner for own in self.partner_scales]), "a partner has one scale")
        insist(not twice(codes), f"indicator {', '.join(twice(codes))} is named twice")
        if self.framework == QIF:
            for indicator in self.indicators:
                known = INDICATORS.get(indicator.code)
                insist(known and known.title == indicator.title, f"indicator {indicator.code} is not so called")


@dataclass(frozen=True, slots=True, kw_only=True)
class Participation:
    """The ways to take part that are offered."""

    modes: tuple[ParticipationMode, ...]
    channels: tuple[ParticipationChannel, ...] = ()
    volunteer_on_request: bool = False
    """Whether a young person may ask to speak to a young inspection volunteer."""
    supporter_welcome: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of the week template; weeks count from 1 and both belong to it."""

    code: StepCode
    title: PublishedText
    kind: StepKind
    week_from: int
    week_to: int
    method: EvidenceMethod | None = None
    hears: tuple[ContributorKind, ...] = ()
    on_site: bool = False
    """Whether somebody has to be there."""
    anywhere: bool = False
    """Whether people are heard wherever they are from, not only from where it is carried out."""
    closes_with: Closing = Closing.BY_HAND

    def __post_init__(self) -> None:
        """Raise ValueError where it ends before it begins, or hears nobody from anywhere."""
        insist(1 <= self.week_from <= self.week_to, f"step {self.code} ends before it begins")
        insist(self.hears or not self.anywhere, f"step {self.code} hears nobody, from anywhere")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Something that a partnership is asked to send, by the end of a week, in at most so many words."""

    kind: ReturnKind
    step: StepCode
    due_week: int
    max_words: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """Something it gives back, one for each area or one for the nation."""

    form: OutputForm
    per: OutputScope
    after: tuple[OutputForm, ...] = ()
    """What has to be out before: feedback to an area before a report on the nation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Responses:
    """How long others have to answer: comments on a draft, and an action plan after publication."""

    comment_working_days: int
    action_plan_weeks: int
