"""Who works on an inspection of the demonstration: registered once, put on its team, and known by every service."""

from typing import Final

from services.demo.stage import Body, Stage
from shared.edges.settings import SERVICES
from shared.vocabulary.roles import TeamRole

SHETLAND: Final = "S12000027"
"""Where they all live: no story inspects there."""
TEAM: Final = {
    "lead": TeamRole.LEAD,
    "inspector": TeamRole.INSPECTOR,
    "coordinator": TeamRole.STRATEGIC_SUPPORT_OFFICER,
    "participation_lead": TeamRole.PARTICIPATION_LEAD,
}


def gathers(stage: Stage, inspection: str) -> None:
    """Put everybody on the team of an inspection by its name on the stage, with a contact of the partnership's.

    Whoever is not on it sees nothing of it: so this waits until every service has heard.
    """
    for who, team_role in TEAM.items():
        joins(stage, inspection, who, team_role)
    contact = {
        "contact_id": str(stage.actor("partnership_contact")),
        "contact_role": "inspection_co_ordinator",
        "designation": "Co-ordinator for the partnership (demonstration)",
        "reached_by": "a telephone number of the demonstration",
    }
    stage.does("planner", f"/scheduling/v1/inspections/{stage.id(inspection)}/contacts", contact)
    is_known(stage, inspection, "partnership_contact")


def joins(stage: Stage, inspection: str, who: str, team_role: TeamRole) -> None:
    """Register somebody, if they are not yet, and put them on a team; every service comes to know."""
    member = f"/scheduling/v1/team-members/{stage.actor(who)}"
    if f"registered/{who}" not in stage.made:
        stage.id(f"registered/{who}")
        stage.does("planner", member, {"name": f"The {who} of the demonstration", "home_area": SHETLAND})
    place = {"inspection_id": str(stage.id(inspection)), "team_role": team_role.value}
    stage.does("planner", f"{member}/assignments", place)
    is_known(stage, inspection, who)


def is_known(stage: Stage, inspection: str, who: str) -> None:
    """Wait until every service knows that somebody works on an inspection."""

    def works_there(shown: Body) -> bool:
        return str(stage.id(inspection)) in shown["inspections"]

    for service in SERVICES:
        stage.sees(who, f"/{service}/v1/standing", works_there)
