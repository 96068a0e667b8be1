"""A piece of evidence: what it is, when it came about, and which indicators it bears on."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from services.evidence.aggregates.gathering import (
    NAMED_INSPECTION,
    OWN_INSPECTION,
    Gathering,
    StratumOutsideEdition,
    refuse_unless_open,
)
from services.evidence.commands import LinkToIndicator, RegisterEvidence, WithdrawEvidence
from services.evidence.events import EvidenceDescribed
from shared.aggregates import Aggregate
from shared.contracts.evidence import EvidenceLinked, EvidenceRegistered, EvidenceWithdrawn
from shared.errors import Refused
from shared.messages import Sealed, Words
from shared.vocabulary.framework import LAST_ARTICLE, Article, Foundation, UnknownArticle, Wellbeing
from shared.vocabulary.identity import ContentHash, IndicatorCode, InspectionId, StageCode, StratumCode
from shared.vocabulary.methods import EvidenceMethod, Strength


class EvidenceAlreadyRegistered(Refused):
    """This piece of evidence is registered already."""


class ReceivedBeforeItOccurred(Refused):
    """Nothing is received before it comes about."""

    status = 422


class NotYetReceived(Refused):
    """What is received later is registered later."""

    status = 422


class IndicatorOutsideEdition(Refused):
    """The inspection's edition does not evaluate this indicator."""

    status = 422


class StageOutsideEdition(Refused):
    """The inspection's edition looks at no stage of this name."""

    status = 422


class EvidenceOutsideWindow(Refused):
    """This came about before the time that the inspection looks at; link it with accepted_outside_window, or not."""


class EvidenceIsWithdrawn(Refused):
    """This piece of evidence was withdrawn."""


@dataclass(frozen=True, slots=True)
class Link:
    """How a piece of evidence bears on an indicator."""

    strength: Strength
    articles: tuple[Article, ...]
    foundations: tuple[Foundation, ...]
    wellbeing: tuple[Wellbeing, ...]


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """What a piece of evidence's facts add up to."""

    inspection_id: InspectionId | None = None
    method: EvidenceMethod | None = None
    digest: ContentHash | None = None
    occurred_on: date | None = None
    received_on: date | None = None
    in_window: bool = False
    stratum: StratumCode | None = None
    stages: tuple[StageCode, ...] = ()
    source_designation: Words | Sealed | None = None
    title: Words | Sealed | None = None
    links: MappingProxyType[IndicatorCode, Link] = field(default_factory=lambda: MappingProxyType({}))
    withdrawn_on: date | None = None


def evolve(state: EvidenceItem, fact: Any) -> EvidenceItem:
    """Add a fact up."""
    match fact:
        case EvidenceRegistered():
            return replace(
                state,
                inspection_id=fact.inspection_id,
                method=fact.method,
                digest=fact.digest,
                occurred_on=fact.occurred_on,
                in_window=fact.in_window,
                stratum=fact.stratum,
                stages=fact.stages,
            )
        case EvidenceDescribed():
            return replace(
                state,
                received_on=fact.received_on,
                source_designation=fact.source_designation,
                title=fact.title,
            )
        case EvidenceLinked():
            link = Link(fact.strength, fact.articles, fact.foundations, fact.wellbeing)
            return replace(state, links=MappingProxyType({**state.links, fact.indicator: link}))
        case EvidenceWithdrawn():
            return replace(state, withdrawn_on=fact.withdrawn_on)
    return state


evidence_item = Aggregate(
    "evidence_item", by="evidence_id", about="inspection_id", initial=EvidenceItem(), evolve=evolve
)


@evidence_item.decides(creates=True, gathered=NAMED_INSPECTION)
def register_evidence(
    command: RegisterEvidence, state: EvidenceItem, *, gathered: Gathering
) -> Iterator[EvidenceRegistered | EvidenceDescribed]:
    """What came about before the time looked at is registered too, and marked."""
    refuse_unless_open(gathered)
    if state.inspection_id is not None:
        raise EvidenceAlreadyRegistered(evidence_id=command.evidence_id)
    if command.received_on < command.occurred_on:
        raise ReceivedBeforeItOccurred(pointer="/received_on")
    if command.received_on > (command.today or date.max):
        raise NotYetReceived(pointer="/received_on")
    _refuse_strange(command, gathered)
    yield EvidenceRegistered(
        evidence_id=command.evidence_id,
        inspection_id=command.inspection_id,
        method=command.method,
        digest=command.digest,
        occurred_on=command.occurred_on,
        in_window=gathered.looks_at(command.occurred_on),
        stratum=command.stratum,
        stages=tuple(stage for stage in gathered.stages if stage in command.stages),
    )
    yield EvidenceDescribed(
        evidence_id=command.evidence_id,
        inspection_id=command.inspection_id,
        received_on=command.received_on,
        source_designation=command.source_designation,
        title=command.title,
    )


def _refuse_strange(command: RegisterEvidence, gathered: Gathering) -> None:
    if command.stratum is not None and command.stratum not in gathered.strata:
        raise StratumOutsideEdition(pointer="/stratum")
    if not set(command.stages) <= set(gathered.stages):
        raise StageOutsideEdition(pointer="/stages")


@evidence_item.decides(gathered=OWN_INSPECTION)
def link_to_indicator(
    command: LinkToIndicator, state: EvidenceItem, *, gathered: Gathering
) -> Iterator[EvidenceLinked]:
    """Old evidence is never used silently; the same link again changes nothing."""
    refuse_unless_open(gathered)
    _refuse_withdrawn(command, state)
    if command.indicator not in gathered.indicators:
        raise IndicatorOutsideEdition(pointer="/indicator")
    if not state.in_window and not command.accepted_outside_window:
        raise EvidenceOutsideWindow(occurred_on=state.occurred_on, looks_back_to=gathered.looks_back_to)
    link = _link(command)
    if state.inspection_id is None or state.method is None or state.links.get(command.indicator) == link:
        return
    yield EvidenceLinked(
        evidence_id=command.evidence_id,
        inspection_id=state.inspection_id,
        indicator=command.indicator,
        strength=link.strength,
        method=state.method,
        articles=link.articles,
        foundations=link.foundations,
        wellbeing=link.wellbeing,
        outside_window=not state.in_window,
    )


def _link(command: LinkToIndicator) -> Link:
    for place, number in enumerate(command.articles):
        if not 1 <= number <= LAST_ARTICLE:
            raise UnknownArticle(number=number, pointer=f"/articles/{place}")
    return Link(
        command.strength,
        tuple(sorted(set(command.articles))),
        tuple(sorted(set(command.foundations))),
        tuple(sorted(set(command.wellbeing))),
    )


@evidence_item.decides()
def withdraw_evidence(command: WithdrawEvidence, state: EvidenceItem) -> Iterator[EvidenceWithdrawn]:
    """It is withdrawn once, even after the inspection has ended; what it was linked to stays in the history."""
    _refuse_withdrawn(command, state)
    if state.inspection_id is not None:
        yield EvidenceWithdrawn(
            evidence_id=command.evidence_id,
            inspection_id=state.inspection_id,
            reason=command.reason,
            withdrawn_on=command.today or date.max,
        )


def _refuse_withdrawn(command: LinkToIndicator | WithdrawEvidence, state: EvidenceItem) -> None:
    if state.withdrawn_on is not None:
        raise EvidenceIsWithdrawn(evidence_id=command.evidence_id)
