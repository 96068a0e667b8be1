"""Who is assigned to which inspection, as every service knows it from what scheduling tells."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Date, Text, Uuid, select

from shared.contracts.scheduling import ContactNominated, TeamMemberAssigned, TeamMemberLeft, TeamMembersPaired
from shared.policy.standing import Assignment, Period, Standing
from shared.sourcing.read_models import Put, ReadModel, Set
from shared.vocabulary.roles import TeamRole

assignments = ReadModel(
    "assignments",
    Column("inspection_id", Uuid, primary_key=True),
    Column("person_id", Uuid, primary_key=True, index=True),
    Column("team_role", Text),
    Column("first_day", Date),
    Column("last_day", Date),
    Column("left_on", Date),
    Column("with_person", Uuid),
    Column("paired_from", Date),
    Column("paired_to", Date),
)


@assignments.on
def team_member_assigned(fact: TeamMemberAssigned) -> Put:
    """Somebody works on an inspection, for as long as was said."""
    return assignments.put(
        inspection_id=fact.inspection_id,
        person_id=fact.person_id,
        team_role=fact.team_role.value,
        first_day=fact.from_day,
        last_day=fact.to_day,
    )


@assignments.on
def team_members_paired(fact: TeamMembersPaired) -> Set:
    """Somebody who does not work alone works together with another."""
    here = {"inspection_id": fact.inspection_id, "person_id": fact.person_id}
    return assignments.set(here, with_person=fact.with_person, paired_from=fact.from_day, paired_to=fact.to_day)


@assignments.on
def team_member_left(fact: TeamMemberLeft) -> Set:
    """They work on it no longer."""
    here = {"inspection_id": fact.inspection_id, "person_id": fact.person_id}
    return assignments.set(here, left_on=fact.left_on, with_person=None)


@assignments.on
def contact_nominated(fact: ContactNominated) -> Put:
    """The partnership named somebody who answers for it."""
    return assignments.put(inspection_id=fact.inspection_id, person_id=fact.contact_id)


def standing_of(tx: Connection, person_id: UUID) -> Standing:
    """Every assignment that somebody ever had, by its inspection."""
    found: defaultdict[UUID, list[Assignment]] = defaultdict(list)
    for row in tx.execute(select(assignments.table).where(assignments.table.c.person_id == person_id)):
        found[row.inspection_id].append(_assignment(row))
    return {inspection_id: tuple(each) for inspection_id, each in found.items()}


def known_through(tx: Connection, persons: Iterable[UUID]) -> frozenset[UUID]:
    """The inspections whose teams any of these people are, or were, on."""
    here = assignments.table.c
    return frozenset(tx.scalars(select(here.inspection_id).where(here.person_id.in_(list(persons)))))


def _assignment(row: Any) -> Assignment:
    return Assignment(
        team_role=None if row.team_role is None else TeamRole(row.team_role),
        period=Period(row.first_day, row.last_day),
        left_on=row.left_on,
        paired=None if row.with_person is None else Period(row.paired_from, row.paired_to),
    )
