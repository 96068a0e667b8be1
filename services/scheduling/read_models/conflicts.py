"""Conflicts of interest on teams, for those who decide on them; nobody is shown their own."""

from sqlalchemy import Column, Date, Text, Uuid

from services.scheduling.events import ConflictFound, ConflictMitigated
from shared.contracts.scheduling import TeamMemberLeft
from shared.sourcing.read_models import Put, ReadModel, Set

conflicts = ReadModel(
    "conflicts",
    Column("inspection_id", Uuid, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("state", Text, nullable=False),
    Column("found_on", Date),
    Column("mitigated_on", Date),
)


@conflicts.on
def conflict_found(fact: ConflictFound) -> Put:
    """A row a person and an inspection; found again, it is undecided again."""
    return conflicts.put(
        inspection_id=fact.inspection_id, person_id=fact.person_id, state="undecided", found_on=fact.found_on
    )


@conflicts.on
def conflict_mitigated(fact: ConflictMitigated) -> Put:
    """Somebody else decided, before the person joined the team or after."""
    return conflicts.put(
        inspection_id=fact.inspection_id,
        person_id=fact.person_id,
        state="mitigated",
        mitigated_on=fact.mitigated_on,
    )


@conflicts.on
def team_member_left(fact: TeamMemberLeft) -> Set:
    """There is nothing left to decide."""
    return conflicts.set({"inspection_id": fact.inspection_id, "state": "undecided"}, state="left")
