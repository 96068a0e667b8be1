"""Who inspects: the scrutiny bodies that may be asked to do it jointly."""

from enum import StrEnum
from typing import Final


class ScrutinyBody(StrEnum):
    """A body that scrutinises public services, by a code that outlives its name."""

    CARE_INSPECTORATE = "care-inspectorate"
    HEALTHCARE = "healthcare-improvement-scotland"
    EDUCATION = "inspectorate-of-education"
    CONSTABULARY = "inspectorate-of-constabulary"
    PRISONS = "inspectorate-of-prisons"
    PROSECUTION = "inspectorate-of-prosecution"
    MENTAL_WELFARE_COMMISSION = "mental-welfare-commission"
    HOUSING_REGULATOR = "housing-regulator"
    SPECIAL_HEALTH_BOARD = "special-health-board"

    @property
    def title(self) -> str:  # type: ignore[override]  # a title here is a name, not str's change of case
        """The name in full."""
        return _NAMES[self][0]

    @property
    def short(self) -> str:
        """What people call it in passing."""
        return _NAMES[self][1]


_NAMES: Final = {
    ScrutinyBody.CARE_INSPECTORATE: ("Care Inspectorate", "Care Inspectorate"),
    ScrutinyBody.HEALTHCARE: ("Healthcare Improvement Scotland", "HIS"),
    ScrutinyBody.EDUCATION: ("His Majesty's Inspectorate of Education", "HMIE"),
    ScrutinyBody.CONSTABULARY: ("His Majesty's Inspectorate of Constabulary in Scotland", "HMICS"),
    ScrutinyBody.PRISONS: ("His Majesty's Inspectorate of Prisons for Scotland", "HMIPS"),
    ScrutinyBody.PROSECUTION: ("His Majesty's Inspectorate of Prosecution in Scotland", "IPS"),
    ScrutinyBody.MENTAL_WELFARE_COMMISSION: ("Mental Welfare Commission for Scotland", "MWC"),
    ScrutinyBody.HOUSING_REGULATOR: ("Scottish Housing Regulator", "SHR"),
    ScrutinyBody.SPECIAL_HEALTH_BOARD: ("Special health board", "Special health board"),
}

LISTED_BODIES: Final = frozenset(ScrutinyBody)
"""Listed in the Public Services Reform (Scotland) Act 2010, s.115(6), as far as its list was read: so far, all we know.

A body that is added without being listed there must be left out here.
"""
