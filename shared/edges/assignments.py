"""Who is assigned to which inspection, as every service knows it from what scheduling tells."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Column, Connection, Date, Text, Uuid, bindparam, select

from shared.contracts.scheduling import ContactNominated, TeamMemberAssigned, TeamMemberLeft, TeamMembersPaired
from shared.policy.standing import Assignment, Period, Standing
from shared.sourcing.clock import day_of
from shared.sourcing.questions import NOW_US, Question
from shared.sourcing.read_models import Put, ReadModel, Set
from shared.sourcing.tables import log_head, stream
from shared.sourcing.telling import instant
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


_here = assignments.table.c
_ASSIGNED = (
    *(_here.team_role, _here.first_day, _here.last_day, _here.left_on),
    *(_here.with_person, _here.paired_from, _here.paired_to),
)
_STOOD = Question(
    select(
        NOW_US,
        select(stream.c.about).where(stream.c.stream == bindparam("leads_to")).scalar_subquery(),
        _here.inspection_id,
        *_ASSIGNED,
    ).select_from(log_head.outerjoin(assignments.table, _here.person_id == bindparam("person_id")))
)


class Stood(NamedTuple):
    """Where somebody stands at a moment, and what the stream that they ask for is about (empty: it has not begun)."""

    today: date
    standing: Standing
    about: str


def where_they_stand(tx: Connection, person_id: UUID, leads_to: str = "") -> Stood:
    """Every assignment that somebody ever had, by its inspection; asked in one question with all a gate has to know."""
    rows = _STOOD.rows(tx, person_id=person_id, leads_to=leads_to)
    assigned = [(row[2], _assignment(*row[3:])) for row in rows if row[2] is not None]
    standing: dict[UUID, tuple[Assignment, ...]] = {inspection_id: (each,) for inspection_id, each in assigned}
    if len(standing) < len(assigned):  # somebody has two places on one inspection, which is rare
        standing = {each: tuple(place for where, place in assigned if where == each) for each in standing}
    return Stood(day_of(instant(rows[0][0])), standing, rows[0][1] or "")


def known_through(tx: Connection, persons: Iterable[UUID]) -> frozenset[UUID]:
    """The inspections whose teams any of these people are, or were, on."""
    return frozenset(tx.scalars(select(_here.inspection_id).where(_here.person_id.in_(list(persons)))))


@lru_cache(maxsize=4096)
def _assignment(
    team_role: str | None,
    first_day: date | None,
    last_day: date | None,
    left_on: date | None,
    with_person: UUID | None,
    paired_from: date | None,
    paired_to: date | None,
) -> Assignment:
    return Assignment(
        team_role=None if team_role is None else TeamRole(team_role),
        period=Period(first_day, last_day),
        left_on=left_on,
        paired=None if with_person is None else Period(paired_from, paired_to),
    )
