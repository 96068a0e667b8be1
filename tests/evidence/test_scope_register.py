"""The scope register: uncertainties raised and resolved, findings recorded or parked, strata accounted for."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from services.evidence.aggregates.evidence_item import (
    EvidenceItem,
    IndicatorOutsideEdition,
    StageOutsideEdition,
    evidence_item,
)
from services.evidence.aggregates.gathering import GatheringIsClosed, StratumOutsideEdition, gathering
from services.evidence.aggregates.scope_register import (
    EvidenceNotRegistered,
    FindingAlreadyRecorded,
    NotAResolution,
    TopicUnknown,
    UncertaintyAlreadyRaised,
    UncertaintyAlreadyResolved,
    UncertaintyUnknown,
    scope_register,
)
from services.evidence.commands import (
    RaiseUncertainty,
    RecordEmptyStratum,
    RecordFinding,
    RegisterEvidence,
    ResolveUncertainty,
)
from services.evidence.events import FindingParked, FindingRecorded, UncertaintyRaised, UncertaintyResolved
from shared.contracts.evidence import EvidenceRegistered, EvidenceWithdrawn, StratumFoundEmpty
from shared.messages import Words
from shared.testing import Given
from shared.vocabulary.identity import (
    EvidenceId,
    FindingId,
    IndicatorCode,
    ReasonCode,
    StageCode,
    StratumCode,
    TopicCode,
    UncertaintyId,
)
from shared.vocabulary.methods import EvidenceMethod, ScopeState
from tests.evidence.facts import CLOSED, DIGEST, INSPECTION, OPEN, OPENS_ON, closed, gathered_by

UNCERTAIN = UncertaintyId(uuid4())
FINDING = FindingId(uuid4())
ITEM = EvidenceId(uuid4())
WORDS = Words("Are plans reviewed in time?")
REASON = Words("Three sources agree.")

registered = EvidenceRegistered(
    evidence_id=ITEM,
    inspection_id=INSPECTION,
    method=EvidenceMethod.DOCUMENT,
    digest=DIGEST,
    occurred_on=OPENS_ON,
    in_window=True,
)
withdrawn = EvidenceWithdrawn(
    evidence_id=ITEM, inspection_id=INSPECTION, reason=ReasonCode("mistaken"), withdrawn_on=OPENS_ON
)
GOOD: tuple[EvidenceItem, ...] = (evidence_item.state([registered]),)
WITHDRAWN: tuple[EvidenceItem, ...] = (evidence_item.state([registered, withdrawn]),)
UNKNOWN: tuple[EvidenceItem, ...] = (evidence_item.state([]),)
FIRST_PHASE = gathering.state([gathered_by("prison-based-social-work@2023-1")])
DIVERSION = gathering.state([gathered_by("diversion-from-prosecution@2023-1")])


def raise_it(indicator: str | None = "2.1") -> RaiseUncertainty:
    code = None if indicator is None else IndicatorCode(indicator)
    return RaiseUncertainty(inspection_id=INSPECTION, uncertainty_id=UNCERTAIN, indicator=code, words=WORDS)


raised = UncertaintyRaised(
    inspection_id=INSPECTION, uncertainty_id=UNCERTAIN, indicator=IndicatorCode("2.1"), topic=None, words=WORDS
)


def resolve(becomes: ScopeState = ScopeState.STRENGTH) -> ResolveUncertainty:
    return ResolveUncertainty(
        inspection_id=INSPECTION, uncertainty_id=UNCERTAIN, becomes=becomes, evidence=(ITEM,), reason=REASON
    )


resolved = UncertaintyResolved(
    inspection_id=INSPECTION, uncertainty_id=UNCERTAIN, becomes=ScopeState.STRENGTH, evidence=(ITEM,), reason=REASON
)


def find(topic: str = "leadership") -> RecordFinding:
    return RecordFinding(
        inspection_id=INSPECTION, finding_id=FINDING, topic=TopicCode(topic), evidence=(ITEM,), words=WORDS
    )


def found(kind: type[FindingRecorded | FindingParked], topic: str) -> FindingRecorded | FindingParked:
    return kind(inspection_id=INSPECTION, finding_id=FINDING, topic=TopicCode(topic), evidence=(ITEM,), words=WORDS)


# Uncertainties


def test_what_the_team_is_not_sure_of_is_noted():
    Given(scope_register, gathered=OPEN).when(raise_it()).then(raised)
    Given(scope_register, raised, gathered=OPEN).when(raise_it()).refused(UncertaintyAlreadyRaised)


def test_an_uncertainty_is_about_an_indicator_of_the_edition_or_none():
    Given(scope_register, gathered=OPEN).when(raise_it("1.1")).refused(IndicatorOutsideEdition)
    (fact,) = Given(scope_register, gathered=OPEN).when(raise_it(None))._decide()
    assert fact.indicator is None


def test_an_uncertainty_is_about_a_topic_of_the_phase_or_none():
    about = replace(raise_it(None), topic=TopicCode("leadership"))
    (fact,) = Given(scope_register, gathered=FIRST_PHASE).when(about)._decide()
    assert fact.topic == "leadership"
    Given(scope_register, gathered=OPEN).when(about).refused(TopicUnknown)
    Given(scope_register, gathered=FIRST_PHASE).when(replace(about, topic=TopicCode("weather"))).refused(TopicUnknown)


def test_an_uncertainty_becomes_something_on_evidence():
    Given(scope_register, raised, gathered=OPEN, evidence=GOOD).when(resolve()).then(resolved)


def test_what_is_not_in_the_register_is_not_resolved_and_nothing_is_twice():
    Given(scope_register, gathered=OPEN, evidence=GOOD).when(resolve()).refused(UncertaintyUnknown)
    Given(scope_register, raised, resolved, gathered=OPEN, evidence=GOOD).when(resolve()).refused(
        UncertaintyAlreadyResolved
    )


def test_an_uncertainty_does_not_become_an_uncertainty():
    Given(scope_register, raised, gathered=OPEN, evidence=GOOD).when(resolve(ScopeState.UNCERTAINTY)).refused(
        NotAResolution
    )


@pytest.mark.parametrize("evidence", [(), UNKNOWN, WITHDRAWN, (*GOOD, *UNKNOWN)])
def test_evidence_that_is_named_is_there(evidence: tuple[EvidenceItem, ...]):
    Given(scope_register, raised, gathered=OPEN, evidence=evidence).when(resolve()).refused(EvidenceNotRegistered)
    Given(scope_register, gathered=FIRST_PHASE, evidence=evidence).when(find()).refused(EvidenceNotRegistered)


def test_after_the_inspection_nothing_is_added():
    for command in (raise_it(), resolve(), find()):
        looked = {} if isinstance(command, RaiseUncertainty) else {"evidence": GOOD}
        Given(scope_register, raised, gathered=CLOSED, **looked).when(command).refused(GatheringIsClosed)


# Findings of a phase


def test_what_the_phase_covers_is_recorded():
    Given(scope_register, gathered=FIRST_PHASE, evidence=GOOD).when(find()).then(found(FindingRecorded, "leadership"))


def test_what_the_phase_leaves_is_parked():
    asked = find("quality-of-practice")
    Given(scope_register, gathered=FIRST_PHASE, evidence=GOOD).when(asked).then(
        found(FindingParked, "quality-of-practice")
    )


def test_a_topic_belongs_to_the_phase():
    Given(scope_register, gathered=FIRST_PHASE, evidence=GOOD).when(find("weather")).refused(TopicUnknown)
    Given(scope_register, gathered=OPEN, evidence=GOOD).when(find()).refused(TopicUnknown)


@pytest.mark.parametrize("kind", [FindingRecorded, FindingParked])
def test_a_finding_is_recorded_once(kind: type[FindingRecorded | FindingParked]):
    given = Given(scope_register, found(kind, "leadership"), gathered=FIRST_PHASE, evidence=GOOD)
    given.when(find()).refused(FindingAlreadyRecorded)


# Strata and stages


def register(stratum: str | None = None, *stages: str) -> RegisterEvidence:
    return RegisterEvidence(
        evidence_id=ITEM,
        inspection_id=INSPECTION,
        method=EvidenceMethod.RECORD_READING,
        occurred_on=OPENS_ON,
        received_on=OPENS_ON,
        digest=DIGEST,
        source_designation=Words("Reader"),
        title=Words("Cases"),
        stratum=None if stratum is None else StratumCode(stratum),
        stages=tuple(map(StageCode, stages)),
        today=date(2025, 9, 2),
    )


def test_evidence_says_which_part_of_a_sample_it_is_and_which_stages_it_is_about():
    asked = register("not-considered", "decision", "spr")
    fact, _ = Given(evidence_item, gathered=DIVERSION).when(asked)._decide()
    assert (fact.stratum, fact.stages) == ("not-considered", ("spr", "decision"))


def test_a_stratum_and_a_stage_are_the_editions():
    Given(evidence_item, gathered=DIVERSION).when(register("marked-again")).refused(StratumOutsideEdition)
    Given(evidence_item, gathered=DIVERSION).when(register(None, "appeal")).refused(StageOutsideEdition)


def test_that_there_is_none_of_a_kind_is_recorded_once():
    opened = gathered_by("throughcare@2021-1", "S12000049")
    empty = RecordEmptyStratum(inspection_id=INSPECTION, stratum=StratumCode("olr"))
    fact = StratumFoundEmpty(inspection_id=INSPECTION, stratum=StratumCode("olr"))
    Given(gathering, opened).when(empty).then(fact)
    Given(gathering, opened, fact).when(empty).then()
    Given(gathering, opened, closed).when(empty).refused(GatheringIsClosed)
    unknown = RecordEmptyStratum(inspection_id=INSPECTION, stratum=StratumCode("bail"))
    Given(gathering, opened).when(unknown).refused(StratumOutsideEdition)
