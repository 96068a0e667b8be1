"""Who is known to which inspection, by pseudonym only, and what of theirs is still going on: what an erasure asks."""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Column, Connection, Date, Text, Uuid, exists, select

from services.participation.events import (
    ConcernClosed,
    ConcernRaised,
    ConcernReopened,
    SpeakingAskedFor,
    VolunteeringAskedFor,
)
from services.participation.read_models.concern_states import concern_states
from services.participation.read_models.ways import ways
from shared.contracts.scheduling import TeamMemberAssigned, TeamMemberLeft
from shared.sourcing.read_models import Put, ReadModel, Set
from shared.vocabulary.erasure import Retention, Stop
from shared.vocabulary.participation import ConcernState

known_people = ReadModel(
    "known_people",
    Column("person_id", Uuid, primary_key=True),
    Column("inspection_id", Uuid, nullable=False),
    Column("known_as", Text, nullable=False),
    Column("concern_closed_on", Date),
    Column("left_on", Date),
)
CONTRIBUTOR, VOLUNTEER, SUBJECT, MEMBER = "contributor", "volunteer", "subject", "team-member"
KEPT: Final = timedelta(days=90)
"""How long it stays known whom a closed concern was about: our own, for the records manager to confirm."""


@known_people.on
def speaking_asked_for(fact: SpeakingAskedFor) -> Put:
    """Somebody asks to be heard."""
    return known_people.put(person_id=fact.person_id, inspection_id=fact.inspection_id, known_as=CONTRIBUTOR)


@known_people.on
def volunteering_asked_for(fact: VolunteeringAskedFor) -> Put:
    """Somebody would like to be a volunteer."""
    return known_people.put(person_id=fact.volunteer_id, inspection_id=fact.inspection_id, known_as=VOLUNTEER)


@known_people.on
def concern_raised(fact: ConcernRaised) -> Put:
    """Somebody may not be safe."""
    return known_people.put(person_id=fact.subject_id, inspection_id=fact.inspection_id, known_as=SUBJECT)


@known_people.on
def concern_closed(fact: ConcernClosed) -> Set:
    """From here their identity is kept for a while."""
    return known_people.set(concern_closed_on=fact.closed_on)


@known_people.on
def concern_reopened(_fact: ConcernReopened) -> Set:
    """It is going on again."""
    return known_people.set(concern_closed_on=None)


@known_people.on
def team_member_assigned(fact: TeamMemberAssigned) -> Put:
    """Somebody inspects."""
    return known_people.put(person_id=fact.person_id, inspection_id=fact.inspection_id, known_as=MEMBER)


@known_people.on
def team_member_left(fact: TeamMemberLeft) -> Set:
    """They do no longer."""
    return known_people.set({"person_id": fact.person_id}, left_on=fact.left_on)


def stops(tx: Connection, person_id: UUID, today: date) -> tuple[Stop, ...]:
    """What keeps what is known of somebody: a concern first, then an inspection that is not over."""
    rows = tx.execute(select(known_people.table).where(known_people.table.c.person_id == person_id)).all()
    found: list[Stop] = []
    if any(concern_is_open(tx, row.inspection_id) for row in rows):
        found.append(Stop(reason=Retention.OPEN_CONCERN))
    ends = [row.concern_closed_on + KEPT for row in rows if row.concern_closed_on is not None]
    if ends and max(ends) > today:
        found.append(Stop(reason=Retention.CONCERN_KEPT, until=max(ends)))
    if any(row.left_on is None and _is_open(tx, row.inspection_id) for row in rows):
        found.append(Stop(reason=Retention.INSPECTION_UNDER_WAY))
    return tuple(found)


def concern_is_open(tx: Connection, inspection_id: UUID) -> bool:
    """Whether anything about somebody's safety is still going on in an inspection."""
    states = concern_states.table.c
    waits = exists().where(states.inspection_id == inspection_id, states.state != ConcernState.CLOSED.value)
    return bool(tx.execute(select(waits)).scalar_one())


def keeps_open(tx: Connection, erased_id: UUID) -> bool:
    """Whether a concern needs the words of a person, or of an inspection, that is to be erased."""
    of_person = select(known_people.table.c.inspection_id).where(known_people.table.c.person_id == erased_id)
    return any(concern_is_open(tx, each) for each in (erased_id, *tx.scalars(of_person)))


def _is_open(tx: Connection, inspection_id: UUID) -> bool:
    goes_on = exists().where(ways.table.c.inspection_id == inspection_id, ways.table.c.closed_on.is_(None))
    return bool(tx.execute(select(goes_on)).scalar_one())
