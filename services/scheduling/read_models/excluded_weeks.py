"""The weeks that do not count, by council or for the nation."""

from sqlalchemy import Boolean, Column, Date, Text

from services.scheduling.events import WeekExcluded, WeekIncluded
from shared.sourcing.read_models import Put, ReadModel

excluded_weeks = ReadModel(
    "excluded_weeks",
    Column("monday", Date, primary_key=True),
    Column("council", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("excluded", Boolean, nullable=False),
)


def _week(fact: WeekExcluded | WeekIncluded, *, excluded: bool) -> Put:
    return excluded_weeks.put(monday=fact.monday, council=fact.council, reason=fact.reason, excluded=excluded)


@excluded_weeks.on
def week_excluded(fact: WeekExcluded) -> Put:
    """It does not count."""
    return _week(fact, excluded=True)


@excluded_weeks.on
def week_included(fact: WeekIncluded) -> Put:
    """It counts again, and why."""
    return _week(fact, excluded=False)
