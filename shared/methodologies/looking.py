"""How far an edition looks: which records, which stages of a process, which phase, and whose self-evaluations."""

from dataclasses import dataclass

from shared.methodologies.parts import AskedIndicator, insist, twice
from shared.vocabulary.identity import StageCode, StepCode, StratumCode, TopicCode
from shared.vocabulary.text import PublishedText


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """A kind of record of which some are read, however few there are."""

    code: StratumCode
    title: PublishedText


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """How many records are read, and how: enough for this confidence and margin of error, where they were published."""

    step: StepCode
    confidence_percent: int | None = None
    margin_percent: int | None = None
    local_readers: int | None = None
    reading_days: int | None = None
    strata: tuple[Stratum, ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError where a stratum is named twice."""
        insist(not twice([stratum.code for stratum in self.strata]), f"a stratum of {self.step} is named twice")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage of the process that is looked at; stages may run across one another."""

    code: StageCode
    title: PublishedText
    agencies: tuple[PublishedText, ...] = ()
    """Who is responsible for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """Which part of a longer review this is: what it covers, and what it leaves to a later phase."""

    number: int
    covers: tuple[TopicCode, ...]
    leaves: tuple[TopicCode, ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError where a topic is both covered and left."""
        insist(self.number, "phases count from 1")
        insist(not twice([*self.covers, *self.leaves]), "a topic is covered or left, once")


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """How many self-evaluations were planned to be validated, and by whom they may be."""

    planned: int
    indicators: tuple[AskedIndicator, ...] = ()
    """What is scored by whoever is evaluated, on the edition's scale."""
    supporter_may_validate: bool = False
    """Whether whoever helped to write one may be the only one to validate it."""
