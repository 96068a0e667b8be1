"""What every methodology's edition must say, whatever it is a methodology of: the form its file has to fit."""

from dataclasses import dataclass

from shared.methodologies.parts import (
    Evaluation,
    Output,
    Participation,
    Period,
    Reach,
    Request,
    Responses,
    Sample,
    Step,
    insist,
    twice,
)
from shared.vocabulary.bodies import ScrutinyBody
from shared.vocabulary.identity import EditionKey, EditionName, IndicatorCode, MethodologyKey, StepCode
from shared.vocabulary.methods import Attribution, Delivery, EvidenceMethod, ScrutinyForm
from shared.vocabulary.roles import TeamRole
from shared.vocabulary.text import PublishedText

JOINT_NEEDS = 2
"""Listed bodies that a joint inspection needs at least (2010 Act, s.115)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One edition of a methodology: all that services need to know about how a review is done."""

    key: MethodologyKey
    edition: EditionName
    title: PublishedText
    form: ScrutinyForm
    basis: PublishedText
    asked_by: PublishedText
    partners: tuple[ScrutinyBody, ...]
    """Who may take part; the first leads."""
    partners_at_least: int
    alongside: tuple[TeamRole, ...] = ()
    delivery: Delivery
    attribution: Attribution
    cohort: PublishedText
    """Whom it is about."""
    notifies: tuple[PublishedText, ...] = ()
    """Who is told that it begins, by office."""
    methods: tuple[EvidenceMethod, ...]
    reach: Reach
    period: Period
    evaluation: Evaluation
    participation: Participation
    responses: Responses
    steps: tuple[Step, ...]
    requests: tuple[Request, ...] = ()
    samples: tuple[Sample, ...] = ()
    outputs: tuple[Output, ...]

    def __post_init__(self) -> None:
        """Raise ValueError where the parts of an edition contradict one another."""
        least = JOINT_NEEDS if self.form is ScrutinyForm.JOINT_INSPECTION else 1
        insist(least <= self.partners_at_least <= len(set(self.partners)), "too few partners")
        insist(self.outputs, "it gives nothing back")
        codes = [step.code for step in self.steps]
        insist(not twice(codes), f"step {', '.join(twice(codes))} is named twice")
        self._insist_on_weeks({step.code: step.week_to for step in self.steps})

    def _insist_on_weeks(self, ends: dict[StepCode, int]) -> None:
        starts = [step.week_from for step in self.steps]
        insist(starts == sorted(starts), "the steps are not in the order of their weeks")
        insist(ends.get(self.period.counts_to) == self.period.weeks, "period.weeks is not where counts_to ends")
        for request in self.requests:
            insist(ends.get(request.step) == request.due_week, f"request {request.kind} is not due as its step ends")
        for sample in self.samples:
            insist(sample.step in ends, f"sample {sample.step} has no step")
        for step in self.steps:
            insist(step.method is None or step.method in self.methods, f"the method of {step.code} is not in methods")

    @property
    def name(self) -> EditionKey:
        """``methodology@edition``: what an inspection pins."""
        return EditionKey(f"{self.key}@{self.edition}")

    @property
    def indicators(self) -> tuple[IndicatorCode, ...]:
        """The codes of the indicators it evaluates."""
        return tuple(indicator.code for indicator in self.evaluation.indicators)
