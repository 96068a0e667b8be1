"""Scheduling, assembled: read this first."""

import services.scheduling.aggregates.clock
import services.scheduling.aggregates.completing
import services.scheduling.aggregates.conflicts
import services.scheduling.aggregates.deadlines
import services.scheduling.aggregates.opening
import services.scheduling.aggregates.scope
import services.scheduling.aggregates.taking_part
import services.scheduling.aggregates.teams
import services.scheduling.aggregates.timetable  # noqa: F401 - their decisions belong to the aggregates below
from services.scheduling.aggregates.calendar import calendar
from services.scheduling.aggregates.calendar_feed import calendar_feed
from services.scheduling.aggregates.inspection import inspection
from services.scheduling.aggregates.programme import programme
from services.scheduling.aggregates.publication_pause import publication_pause
from services.scheduling.aggregates.revocation import token, token_holder
from services.scheduling.aggregates.team_member import team_member
from services.scheduling.policies import policies
from services.scheduling.read_models.activities import activities
from services.scheduling.read_models.calendar_feeds import calendar_feeds
from services.scheduling.read_models.conflicts import conflicts
from services.scheduling.read_models.deadlines import deadlines
from services.scheduling.read_models.excluded_weeks import excluded_weeks
from services.scheduling.read_models.inspections import inspections
from services.scheduling.read_models.moves import moves
from services.scheduling.read_models.programmes import programmes
from services.scheduling.read_models.publication_pauses import publication_pauses
from services.scheduling.read_models.published_reports import published_reports
from services.scheduling.read_models.scope_changes import scope_changes
from services.scheduling.read_models.teams import teams
from services.scheduling.read_models.timetable import timetable
from shared.contracts.scheduling import ErasureConfirmed
from shared.edges.everywhere import AGGREGATES, POLICIES, READ_MODELS
from shared.erasure.carrying import confirming
from shared.erasure.deeds import deeds
from shared.erasure.policies import carrying_out
from shared.identity.api_token import api_token
from shared.identity.read_models import api_tokens_of, revocations_of
from shared.sourcing.service import Service

scheduling = Service(
    name="scheduling",
    aggregates=(
        *AGGREGATES,
        programme,
        inspection,
        team_member,
        calendar,
        publication_pause,
        calendar_feed,
        api_token,
        token_holder,
        token,
        confirming("scheduling", ErasureConfirmed),
    ),
    read_models=(
        *READ_MODELS,
        programmes,
        scope_changes,
        inspections,
        timetable,
        moves,
        deadlines,
        teams,
        activities,
        conflicts,
        excluded_weeks,
        publication_pauses,
        calendar_feeds,
        published_reports,
        api_tokens_of("scheduling"),
        revocations_of("scheduling"),
    ),
    policies=policies.joined(POLICIES, carrying_out),
    deeds=deeds,
    hears=("evidence", "participation", "reporting"),
)
