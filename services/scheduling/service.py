"""Scheduling, assembled: read this first."""

import services.scheduling.aggregates.timetable  # noqa: F401 - its decisions belong to the inspection
from services.scheduling.aggregates.calendar import calendar
from services.scheduling.aggregates.inspection import inspection
from services.scheduling.aggregates.programme import programme
from services.scheduling.aggregates.team_member import team_member
from services.scheduling.policies import policies
from services.scheduling.read_models.inspections import inspections
from services.scheduling.read_models.programmes import programmes
from services.scheduling.read_models.published_reports import published_reports
from services.scheduling.read_models.teams import teams
from services.scheduling.read_models.timetable import timetable
from shared.sourcing.service import Service

scheduling = Service(
    name="scheduling",
    aggregates=(programme, inspection, team_member, calendar),
    read_models=(programmes, inspections, timetable, teams, published_reports),
    policies=policies,
    hears=("evidence", "reporting"),
)
