"""What every methodology's edition must say, whatever it is a methodology of: the form its file has to fit."""

from dataclasses import dataclass

from shared.methodologies.looking import Phase, Sample, Stage, Validation
from shared.methodologies.parts import (
    Evaluation,
    Output,
    Participation,
    Period,
    Reach,
    Request,
    Responses,
    Step,
    insist,
    twice,
)
from shared.vocabulary.bodies import ScrutinyBody
from shared.vocabulary.identity import (
    EditionKey,
    EditionName,
    IndicatorCode,
    MethodologyKey,
    ScaleCode,
    StepCode,
    StratumCode,
)
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
    stages: tuple[Stage, ...] = ()
    phase: Phase | None = None
    validation: Validation | None = None

    def __post_init__(self) -> None:
        """Raise ValueError where the parts of an edition contradict one another."""
        least = JOINT_NEEDS if self.form is ScrutinyForm.JOINT_INSPECTION else 1
        insist(least <= self.partners_at_least <= len(set(self.partners)), "too few partners")
        insist(self.outputs, "it gives nothing back")
        codes = [step.code for step in self.steps]
        insist(not twice(codes), f"step {', '.join(twice(codes))} is named twice")
        self._insist_on_parts()
        self._insist_on_weeks({step.code: step.week_to for step in self.steps})

    def _insist_on_parts(self) -> None:
        insist(not twice([stage.code for stage in self.stages]), "a stage is named twice")
        there = [step.code for step in self.steps if step.on_site]
        insist(self.delivery is not Delivery.REMOTE or not there, "what is delivered remotely has no step on site")
        strangers = {own.partner for own in self.evaluation.partner_scales} - set(self.partners)
        insist(not strangers, "a scale is given for a body that is no partner")
        forms = {output.form for output in self.outputs}
        insist(all(set(output.after) <= forms for output in self.outputs), "an output waits for one that there is not")

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

    def scale_of(self, partner: ScrutinyBody | None) -> ScaleCode:
        """The scale that a partner evaluates on: its own where it has one."""
        own = {each.partner: each.scale for each in self.evaluation.partner_scales}
        return self.evaluation.scale if partner is None else own.get(partner, self.evaluation.scale)

    @property
    def strata(self) -> tuple[StratumCode, ...]:
        """The codes of all strata of its samples."""
        return tuple(stratum.code for sample in self.samples for stratum in sample.strata)

    @property
    def name(self) -> EditionKey:
        """``methodology@edition``: what an inspection pins."""
        return EditionKey(f"{self.key}@{self.edition}")

    @property
    def indicators(self) -> tuple[IndicatorCode, ...]:
        """The codes of the indicators it evaluates."""
        return tuple(indicator.code for indicator in self.evaluation.indicators)
