"""The small inspection that every contender decides about, so that all of them do the same work."""

from dataclasses import dataclass
from typing import Any

FINDING = (
    "The fire door on the landing was held open by a wedge at both visits; staff said that it sticks, "
    "that it was reported, and that residents are checked on every hour of the night."
)
"""The words of a finding; with them the body of a stored event is about 256 bytes."""
RECORDED = "FindingRecorded"
REASSESSED = "RiskReassessed"


@dataclass(slots=True)
class Standing:
    """What an inspection's events add up to: how many findings, and their risk score."""

    findings: int = 0
    score: int = 0


def evolve(standing: Standing, kind: str, body: dict[str, Any]) -> Standing:
    """Take one event into account."""
    if kind == RECORDED:
        standing.findings += 1
    elif kind == REASSESSED:
        standing.score = body["score"]
    return standing


def severity(findings: int) -> int:
    """How grave the next finding is, from 1 to 5; it depends on the state, so the stream must have been read."""
    return findings % 5 + 1


def decide(standing: Standing) -> list[tuple[str, dict[str, Any]]]:
    """Record one more finding: always exactly two events, as (type, body)."""
    grave = severity(standing.findings)
    return [
        (RECORDED, {"site": "Ward 7", "finding": FINDING, "severity": grave, "by": "inspector-17"}),
        (REASSESSED, {"score": standing.score + grave, "because": FINDING, "by": "inspector-17"}),
    ]
