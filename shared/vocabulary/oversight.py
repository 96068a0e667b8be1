"""Looking over each other's shoulder: why a glass was broken, and what another person found when they looked at it."""

from enum import StrEnum
from typing import NewType
from uuid import UUID

GlassId = NewType("GlassId", UUID)
"""One breaking of the glass: somebody, one thing, half an hour."""
StreamKind = NewType("StreamKind", str)
"""What kind of thing it is: ``conversation``, ``concern``, ``evidence_item``."""


class GlassReason(StrEnum):
    """Why somebody reads what they are not assigned to."""

    SOMEBODY_AT_RISK = "somebody_at_risk"
    TEAM_OUT_OF_REACH = "team_out_of_reach"
    ASSIGNMENT_LATE = "assignment_late"
    AUTHORITY_ASKS = "authority_asks"


class GlassOutcome(StrEnum):
    """What another person found when they looked at it."""

    JUSTIFIED = "justified"
    NOT_JUSTIFIED = "not_justified"
    UNCLEAR = "unclear"
