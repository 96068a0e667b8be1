"""Where somebody stands: the inspections that they are assigned to or answer for, from when until when, with whom."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final
from uuid import UUID

from shared.vocabulary.roles import AccessRole, TeamRole


@dataclass(frozen=True, slots=True)
class Period:
    """From a day to a day, both of which belong to it; None where it has no such end."""

    first_day: date | None = None
    last_day: date | None = None

    def holds(self, today: date) -> bool:
        """Say whether a day belongs to it."""
        return (self.first_day or today) <= today <= (self.last_day or today)


@dataclass(frozen=True, slots=True)
class Assignment:
    """A place on an inspection's team, or the partnership's word that somebody answers for it (no team role)."""

    team_role: TeamRole | None
    period: Period = field(default_factory=Period)
    left_on: date | None = None
    paired: Period | None = None
    """While they work together with somebody; None where they never did."""

    def holds(self, today: date) -> bool:
        """Say whether it counts on a day; whoever left is gone from that day on."""
        return self.period.holds(today) and (self.left_on is None or today < self.left_on)


Standing = Mapping[UUID, tuple[Assignment, ...]]
"""Inspection → every assignment that somebody ever had to it."""

NOWHERE: Final[Standing] = MappingProxyType({})

INSPECTS: Final = frozenset(
    {
        TeamRole.LEAD,
        TeamRole.DEPUTE_LEAD,
        TeamRole.INSPECTOR,
        TeamRole.PARTICIPATION_LEAD,
        TeamRole.ASSOCIATE_ASSESSOR,
        TeamRole.LINK_INSPECTOR,
    }
)
"""Places on a team whose work is to inspect."""

WORKS_AS: Final[Mapping[AccessRole, frozenset[TeamRole | None]]] = MappingProxyType(
    {
        AccessRole.LEAD: frozenset({TeamRole.LEAD, TeamRole.DEPUTE_LEAD, TeamRole.SERVICE_MANAGER}),
        AccessRole.INSPECTOR: INSPECTS,
        AccessRole.PARTNER_INSPECTOR: INSPECTS,
        AccessRole.COORDINATOR: frozenset({TeamRole.STRATEGIC_SUPPORT_OFFICER}),
        AccessRole.PARTICIPATION_LEAD: frozenset({TeamRole.PARTICIPATION_LEAD}),
        AccessRole.LOCAL_RECORDS_READER: frozenset({TeamRole.LOCAL_RECORDS_READER}),
        AccessRole.YOUNG_INSPECTION_VOLUNTEER: frozenset({TeamRole.YOUNG_INSPECTION_VOLUNTEER}),
        AccessRole.PARTNERSHIP_CONTACT: frozenset({None}),
        AccessRole.SYSTEM_CLIENT: frozenset({None}),
    }
)
"""What somebody has to be on a team for a token's role to count there: an inspector's place makes nobody its lead."""


def inspections_of(role: AccessRole, standing: Standing, today: date, *, paired: bool = False) -> frozenset[UUID]:
    """The inspections on which somebody works in a role on a day; with ``paired``, only while somebody is with them."""
    fits = WORKS_AS.get(role, frozenset())
    return frozenset(
        inspection_id
        for inspection_id, assignments in standing.items()
        if any(
            each.team_role in fits
            and each.holds(today)
            and (not paired or (each.paired is not None and each.paired.holds(today)))
            for each in assignments
        )
    )
