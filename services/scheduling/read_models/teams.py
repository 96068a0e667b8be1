"""Who is on which inspection's team, by pseudonym, with whom, and until when."""

from datetime import date
from uuid import UUID

from sqlalchemy import Column, Connection, Date, Text, Uuid, or_, select

from shared.contracts.scheduling import TeamMemberAssigned, TeamMemberLeft, TeamMembersPaired
from shared.sourcing.read_models import Put, ReadModel, Set

teams = ReadModel(
    "teams",
    Column("inspection_id", Uuid, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("team_role", Text, nullable=False),
    Column("with_person", Uuid),
    Column("left_on", Date),
    Column("first_day", Date),
    Column("last_day", Date),
    version=2,
)


@teams.on
def team_member_assigned(fact: TeamMemberAssigned) -> Put:
    """A row a membership."""
    days = {"first_day": fact.from_day, "last_day": fact.to_day}
    who = {"inspection_id": fact.inspection_id, "person_id": fact.person_id}
    return teams.put(**who, team_role=fact.team_role.value, **days)


@teams.on
def team_members_paired(fact: TeamMembersPaired) -> Set:
    """With whom somebody works who does not work alone."""
    return teams.set({"inspection_id": fact.inspection_id}, with_person=fact.with_person)


@teams.on
def team_member_left(fact: TeamMemberLeft) -> Set:
    """They are on it no longer."""
    return teams.set({"inspection_id": fact.inspection_id}, left_on=fact.left_on, with_person=None)


def inspections_of(tx: Connection, person_id: UUID, today: date) -> list[UUID]:
    """The inspections whose team somebody is on, or will be."""
    here = teams.table.c
    goes_on = or_(here.last_day.is_(None), here.last_day >= today)
    on_team = select(here.inspection_id).where(here.person_id == person_id, here.left_on.is_(None), goes_on)
    return list(tx.scalars(on_team.order_by(here.inspection_id)))
