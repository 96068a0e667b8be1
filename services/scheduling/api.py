"""Scheduling over HTTP: one line a command, one line a list."""

from services.scheduling.aggregates.inspection import inspection
from services.scheduling.aggregates.programme import programme
from services.scheduling.aggregates.team_member import team_member
from services.scheduling.commands import (
    AssignToTeam,
    CloseInspection,
    CommissionProgramme,
    CompleteStep,
    DeclareInterest,
    ExcludeWeek,
    InvitePartner,
    LayTimetable,
    MoveStep,
    NominateContact,
    OpenInspection,
    RegisterTeamMember,
    SelectArea,
)
from services.scheduling.read_models.inspections import inspections
from services.scheduling.read_models.programmes import programmes
from services.scheduling.read_models.published_reports import published_reports
from services.scheduling.read_models.teams import teams
from services.scheduling.read_models.timetable import timetable
from shared.edges.http import Api
from shared.vocabulary.roles import AccessRole as Role

PLANNERS = (Role.PLANNER,)
ORGANISERS = (Role.PLANNER, Role.COORDINATOR, Role.LEAD)
TEAM = (
    *ORGANISERS,
    Role.INSPECTOR,
    Role.PARTNER_INSPECTOR,
    Role.PARTICIPATION_LEAD,
    Role.QUALITY_PANEL,
    Role.APPROVER,
    Role.SAFEGUARDING_OFFICER,
)
READERS = (*TEAM, Role.PARTNERSHIP_CONTACT, Role.AUDITOR)

api = Api("scheduling")

api.accepts(CommissionProgramme, "/programmes/<uuid:programme_id>", roles=PLANNERS)
api.accepts(SelectArea, "/programmes/<uuid:programme_id>/areas", roles=PLANNERS)
api.accepts(ExcludeWeek, "/excluded-weeks", roles=PLANNERS)
api.accepts(OpenInspection, "/inspections/<uuid:inspection_id>", roles=PLANNERS)
api.accepts(InvitePartner, "/inspections/<uuid:inspection_id>/partners", roles=PLANNERS)
api.accepts(NominateContact, "/inspections/<uuid:inspection_id>/contacts", roles=ORGANISERS)
api.accepts(LayTimetable, "/inspections/<uuid:inspection_id>/timetable", roles=PLANNERS)
api.accepts(MoveStep, "/inspections/<uuid:inspection_id>/timetable/moves", roles=ORGANISERS)
api.accepts(CompleteStep, "/inspections/<uuid:inspection_id>/timetable/completions", roles=ORGANISERS)
api.accepts(CloseInspection, "/inspections/<uuid:inspection_id>/closure", roles=(Role.PLANNER, Role.LEAD))
api.accepts(RegisterTeamMember, "/team-members/<uuid:person_id>", roles=(Role.PLANNER, Role.COORDINATOR))
api.accepts(DeclareInterest, "/team-members/<uuid:person_id>/interests", roles=(Role.PLANNER, Role.COORDINATOR))
api.accepts(AssignToTeam, "/team-members/<uuid:person_id>/assignments", roles=PLANNERS)

api.lists("/programmes", programmes, roles=TEAM)
api.lists("/inspections", inspections, roles=READERS, filters=("council", "programme_id", "inspection_id"))
api.lists("/inspections/<uuid:inspection_id>/timetable", timetable, roles=READERS)
api.lists("/inspections/<uuid:inspection_id>/team", teams, roles=TEAM)
api.lists("/published-reports", published_reports, roles=READERS, filters=("inspection_id",))

api.shows("/programmes/<uuid:programme_id>", programme, roles=TEAM)
api.shows("/inspections/<uuid:inspection_id>", inspection, roles=READERS)
api.shows("/team-members/<uuid:person_id>", team_member, roles=ORGANISERS, opens=(Role.PLANNER, Role.COORDINATOR))
