"""The scope register: what the team is not sure of yet, what becomes of it, and what waits for a later phase."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from services.evidence.aggregates.evidence_item import EvidenceItem, IndicatorOutsideEdition, evidence_item
from services.evidence.aggregates.gathering import NAMED_INSPECTION, Gathering, refuse_unless_open
from services.evidence.commands import RaiseUncertainty, RecordFinding, ResolveUncertainty
from services.evidence.events import FindingParked, FindingRecorded, UncertaintyRaised, UncertaintyResolved
from shared.aggregates import Aggregate, each
from shared.errors import Refused
from shared.methodologies.looking import Phase
from shared.vocabulary.identity import FindingId, InspectionId, TopicCode, UncertaintyId
from shared.vocabulary.methods import ScopeState


class UncertaintyAlreadyRaised(Refused):
    """This uncertainty is in the register already."""


class UncertaintyUnknown(Refused):
    """The register has no such uncertainty."""


class UncertaintyAlreadyResolved(Refused):
    """What this uncertainty became is on record."""


class NotAResolution(Refused):
    """An uncertainty becomes a strength, an area for improvement, a concern, or nothing significant."""

    status = 422


class EvidenceNotRegistered(Refused):
    """A piece of evidence that is named here is not part of the inspection's evidence, or was withdrawn."""

    status = 422


class TopicUnknown(Refused):
    """The edition's phase neither covers nor leaves this topic."""

    status = 422


class FindingAlreadyRecorded(Refused):
    """This finding is on record already."""


@dataclass(frozen=True, slots=True)
class ScopeRegister:
    """What a register's facts add up to."""

    uncertainties: MappingProxyType[UncertaintyId, ScopeState] = field(default_factory=lambda: MappingProxyType({}))
    findings: frozenset[FindingId] = frozenset()
    parked: frozenset[FindingId] = frozenset()


def evolve(state: ScopeRegister, fact: Any) -> ScopeRegister:
    """Add a fact up."""
    match fact:
        case UncertaintyRaised():
            now = {**state.uncertainties, fact.uncertainty_id: ScopeState.UNCERTAINTY}
            return replace(state, uncertainties=MappingProxyType(now))
        case UncertaintyResolved():
            return replace(
                state, uncertainties=MappingProxyType({**state.uncertainties, fact.uncertainty_id: fact.becomes})
            )
        case FindingRecorded():
            return replace(state, findings=state.findings | {fact.finding_id})
        case FindingParked():
            return replace(state, parked=state.parked | {fact.finding_id})
    return state


scope_register = Aggregate(
    "scope_register", by="inspection_id", about="inspection_id", initial=ScopeRegister(), evolve=evolve
)
named_evidence = each(evidence_item, lambda command, _state: command.evidence)


@scope_register.decides(creates=True, gathered=NAMED_INSPECTION)
def raise_uncertainty(
    command: RaiseUncertainty, state: ScopeRegister, *, gathered: Gathering
) -> Iterator[UncertaintyRaised]:
    """From the start the team notes what it is not sure of, so that later work can settle it."""
    refuse_unless_open(gathered)
    if command.uncertainty_id in state.uncertainties:
        raise UncertaintyAlreadyRaised
    if command.indicator is not None and command.indicator not in gathered.indicators:
        raise IndicatorOutsideEdition(pointer="/indicator")
    if command.topic is not None:
        _refuse_strange(command.topic, gathered)
    yield UncertaintyRaised(
        inspection_id=command.inspection_id,
        uncertainty_id=command.uncertainty_id,
        indicator=command.indicator,
        topic=command.topic,
        words=command.words,
    )


@scope_register.decides(gathered=NAMED_INSPECTION, evidence=named_evidence)
def resolve_uncertainty(
    command: ResolveUncertainty, state: ScopeRegister, *, gathered: Gathering, evidence: tuple[EvidenceItem, ...]
) -> Iterator[UncertaintyResolved]:
    """It becomes something else, on evidence, and with a reason."""
    refuse_unless_open(gathered)
    known = state.uncertainties.get(command.uncertainty_id)
    if known is None:
        raise UncertaintyUnknown
    if known is not ScopeState.UNCERTAINTY:
        raise UncertaintyAlreadyResolved(became=known.value)
    if command.becomes is ScopeState.UNCERTAINTY:
        raise NotAResolution(pointer="/becomes")
    _refuse_missing(command.inspection_id, evidence)
    yield UncertaintyResolved(
        inspection_id=command.inspection_id,
        uncertainty_id=command.uncertainty_id,
        becomes=command.becomes,
        evidence=command.evidence,
        reason=command.reason,
    )


def _refuse_missing(inspection_id: InspectionId, evidence: tuple[EvidenceItem, ...]) -> None:
    good = [one for one in evidence if one.inspection_id == inspection_id and one.withdrawn_on is None]
    if not evidence or len(good) < len(evidence):
        raise EvidenceNotRegistered(missing=len(evidence) - len(good), pointer="/evidence")


@scope_register.decides(creates=True, gathered=NAMED_INSPECTION, evidence=named_evidence)
def record_finding(
    command: RecordFinding, state: ScopeRegister, *, gathered: Gathering, evidence: tuple[EvidenceItem, ...]
) -> Iterator[FindingRecorded | FindingParked]:
    """What this phase does not cover is kept for a later one, and is published by none before."""
    refuse_unless_open(gathered)
    if command.finding_id in state.findings | state.parked:
        raise FindingAlreadyRecorded
    _refuse_missing(command.inspection_id, evidence)
    phase = _refuse_strange(command.topic, gathered)
    recorded = FindingRecorded if command.topic in phase.covers else FindingParked
    yield recorded(
        inspection_id=command.inspection_id,
        finding_id=command.finding_id,
        topic=command.topic,
        evidence=command.evidence,
        words=command.words,
    )


def _refuse_strange(topic: TopicCode, gathered: Gathering) -> Phase:
    phase = gathered.phase
    if phase is None or topic not in {*phase.covers, *phase.leaves}:
        raise TopicUnknown(pointer="/topic")
    return phase
