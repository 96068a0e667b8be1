"""Who is on which inspection's team, by pseudonym."""

from sqlalchemy import Column, Text, Uuid

from shared.contracts.scheduling import TeamMemberAssigned
from shared.sourcing.read_models import Put, ReadModel

teams = ReadModel(
    "teams",
    Column("inspection_id", Uuid, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("team_role", Text, nullable=False),
)


@teams.on
def team_member_assigned(fact: TeamMemberAssigned) -> Put:
    """A row a membership."""
    return teams.put(inspection_id=fact.inspection_id, person_id=fact.person_id, team_role=fact.team_role.value)
