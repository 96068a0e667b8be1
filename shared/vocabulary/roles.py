"""Who does what: roles within an inspection's team, and the roles that a token may carry."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class TeamRole(StrEnum):
    """What somebody does on an inspection."""

    LEAD = "lead"
    DEPUTE_LEAD = "depute_lead"
    STRATEGIC_SUPPORT_OFFICER = "strategic_support_officer"
    PARTICIPATION_LEAD = "participation_lead"
    INSPECTOR = "inspector"
    YOUNG_INSPECTION_VOLUNTEER = "young_inspection_volunteer"
    ASSOCIATE_ASSESSOR = "associate_assessor"
    LOCAL_RECORDS_READER = "local_records_reader"
    SERVICE_MANAGER = "service_manager"
    LINK_INSPECTOR = "link_inspector"


class InterestKind(StrEnum):
    """What ties somebody to a council's services."""

    EMPLOYMENT = "employment"
    FAMILY = "family"
    SERVICE_RECEIVED = "service_received"
    SERVICE_GIVEN = "service_given"
    OTHER = "other"


class AccessRole(StrEnum):
    """What kind of work a token is for; which inspection is a matter of assignment, not of role."""

    PLANNER = "planner"
    LEAD = "lead"
    INSPECTOR = "inspector"
    PARTNER_INSPECTOR = "partner_inspector"
    COORDINATOR = "coordinator"
    PARTICIPATION_LEAD = "participation_lead"
    SAFEGUARDING_OFFICER = "safeguarding_officer"
    QUALITY_PANEL = "quality_panel"
    APPROVER = "approver"
    PARTNERSHIP_CONTACT = "partnership_contact"
    LOCAL_RECORDS_READER = "local_records_reader"
    YOUNG_INSPECTION_VOLUNTEER = "young_inspection_volunteer"
    DATA_PROTECTION_OFFICER = "data_protection_officer"
    AUDITOR = "auditor"
    SYSTEM_CLIENT = "system_client"
    OPERATOR = "operator"
    SERVICE = "service"


class Purpose(StrEnum):
    """What something is asked for: stated with every request that opens words, and kept with it."""

    INSPECT = "inspect"
    MODERATE = "moderate"
    PUBLISH = "publish"
    SAFEGUARD = "safeguard"
    AUDIT = "audit"
    ERASE = "erase"
    OPERATE = "operate"


SAFEGUARDING_ROLES: Final = frozenset({AccessRole.LEAD, AccessRole.SAFEGUARDING_OFFICER})
"""Who may read a concern: the lead those of their own inspections, the officer all."""

WITHHELD_FROM_OPERATORS: Final = SAFEGUARDING_ROLES | {AccessRole.DATA_PROTECTION_OFFICER}
"""What whoever runs a real deployment cannot make themselves: who reads concerns, and who erases."""

VOLUNTEER_AGES: Final = range(18, 27)
"""A young inspection volunteer is 18 to 26 years old."""

LOCAL_ROLES: Final = frozenset({TeamRole.LOCAL_RECORDS_READER})
"""Who does this belongs to the inspected services: living or working there is what the role asks for."""

NEVER_LAPSES: Final = frozenset({InterestKind.SERVICE_RECEIVED})
"""Interests that count however long ago they ended: nobody inspects services that they once received (inferred)."""

_ADULTS: Final = frozenset(TeamRole) - LOCAL_ROLES - {TeamRole.YOUNG_INSPECTION_VOLUNTEER}

PAIRED_WITH: Final[Mapping[TeamRole, frozenset[TeamRole]]] = MappingProxyType(
    {
        TeamRole.LOCAL_RECORDS_READER: frozenset({TeamRole.INSPECTOR, TeamRole.LEAD, TeamRole.DEPUTE_LEAD}),
        TeamRole.YOUNG_INSPECTION_VOLUNTEER: _ADULTS,
    }
)
"""Who does not work alone, and with whom: a local reader with an inspector, a volunteer with an adult of the team.

That a local reader does not count as the adult is ours: they belong to the services that are inspected.
"""


def birthday(born_on: date, age: int) -> date:
    """The day on which somebody becomes so old; born on 29 February, on 1 March of a year that has none.

    So the Age of Legal Capacity (Scotland) Act 1991, section 6 (from recall).
    """
    try:
        return born_on.replace(year=born_on.year + age)
    except ValueError:
        return date(born_on.year + age, 3, 1)


def last_day_as_volunteer(born_on: date) -> date:
    """The day before somebody is too old to be a young inspection volunteer."""
    return birthday(born_on, VOLUNTEER_AGES.stop) - timedelta(days=1)
