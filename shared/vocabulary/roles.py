"""Who does what: roles within an inspection's team, and the roles that a token may carry."""

from enum import StrEnum
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
    AUDITOR = "auditor"
    OPERATOR = "operator"
    SERVICE = "service"


SAFEGUARDING_ROLES: Final = frozenset({AccessRole.LEAD, AccessRole.SAFEGUARDING_OFFICER})
"""Who may read a concern: the lead those of their own inspections, the officer all."""

VOLUNTEER_AGES: Final = range(18, 27)
"""A young inspection volunteer is 18 to 26 years old."""
