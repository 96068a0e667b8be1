"""The small inspection as ours has it: the same decision, its words sealed as every service here seals them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NewType
from uuid import UUID

from bench.inspection import FINDING, severity
from shared.aggregates import Aggregate
from shared.edges.assignments import assignments
from shared.messages import Confidential, Words, command, event, sealed
from shared.sourcing.service import Service

Site = NewType("Site", str)
By = NewType("By", str)

WARD, BY = Site("ward-7"), By("inspector-17")


@event
class FindingRecorded:
    """Something was found."""

    inspection_id: UUID
    site: Site
    severity: int
    by: By
    finding: Confidential = sealed(under="inspection_id")


@event
class RiskReassessed:
    """The risk is seen differently."""

    inspection_id: UUID
    score: int
    by: By
    because: Confidential = sealed(under="inspection_id")


@command
class RecordFinding:
    """Record one more finding."""

    inspection_id: UUID
    finding: Words


@dataclass(frozen=True, slots=True)
class Standing:
    """What an inspection's events add up to."""

    findings: int = 0
    score: int = 0


def evolve(state: Standing, fact: FindingRecorded | RiskReassessed) -> Standing:
    """Take one event into account."""
    match fact:
        case FindingRecorded():
            return Standing(state.findings + 1, state.score)
        case RiskReassessed():
            return Standing(state.findings, fact.score)


inspection = Aggregate("inspection", by="inspection_id", about="inspection_id", initial=Standing(), evolve=evolve)


@inspection.decides(creates=True)
def record_finding(asked: RecordFinding, state: Standing) -> Iterator[FindingRecorded | RiskReassessed]:
    """Two events, always."""
    grave = severity(state.findings)
    yield FindingRecorded(inspection_id=asked.inspection_id, site=WARD, severity=grave, by=BY, finding=asked.finding)
    yield RiskReassessed(inspection_id=asked.inspection_id, score=state.score + grave, by=BY, because=asked.finding)


benched = Service(name="bench", aggregates=(inspection,), read_models=(assignments,))


def finding(stream: UUID) -> RecordFinding:
    """The command that everyone's comparison is about."""
    return RecordFinding(inspection_id=stream, finding=Words(FINDING))
