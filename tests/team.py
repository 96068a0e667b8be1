"""Putting somebody on a team as a service comes to know of it: it hears so from scheduling, once, in an event."""

from types import SimpleNamespace
from uuid import UUID, uuid4

from sqlalchemy import select

from shared.contracts.scheduling import ContactNominated, TeamMemberAssigned, TeamMembersPaired
from shared.messages import event_type_of
from shared.policy.standing import WORKS_AS
from shared.sourcing import codec
from shared.sourcing.facts import Heard, ServiceName
from shared.sourcing.recording import entry, nothing_to_seal, recorded
from shared.sourcing.running import RunningService
from shared.sourcing.service import Cause
from shared.sourcing.store import Append
from shared.sourcing.tables import stream
from shared.sourcing.telling import envelope, partition_of, told
from shared.vocabulary.identity import ContactId, InspectionId, PersonId
from shared.vocabulary.methods import ContactRole
from shared.vocabulary.roles import AccessRole, TeamRole

TEAM = frozenset(WORKS_AS)
AS = {
    AccessRole.LEAD: TeamRole.LEAD,
    AccessRole.COORDINATOR: TeamRole.STRATEGIC_SUPPORT_OFFICER,
    AccessRole.PARTICIPATION_LEAD: TeamRole.PARTICIPATION_LEAD,
    AccessRole.LOCAL_RECORDS_READER: TeamRole.LOCAL_RECORDS_READER,
    AccessRole.YOUNG_INSPECTION_VOLUNTEER: TeamRole.YOUNG_INSPECTION_VOLUNTEER,
}


def hears(running: RunningService, about: str, fact: object) -> None:
    """Take a fact of scheduling's into a service's log, beside whatever numbers scheduling itself has given out."""
    kind, event_id = event_type_of(fact), uuid4()
    name = f"heard/scheduling/{about}"
    cause = Cause(None, "service", "hear", event_id)
    row = SimpleNamespace(
        event_id=event_id,
        type=kind.name,
        about=about,
        recorded_us=0,
        schema_version=kind.version,
        partition=partition_of(about),
        number=10**9,
        body=codec.encode(fact, nothing_to_seal),
    )
    raw = envelope("scheduling", row)
    heard = Heard(
        producer=ServiceName("scheduling"), event_id=event_id, partition=partition_of(about), number=10**9, told=raw
    )
    made = entry(uuid4(), heard, cause, None, nothing_to_seal)
    with running.log.writing() as tx:
        version, _ = running.log.head(tx, name)
        us = running.log.append(tx, [Append(name, about, version, (made,))])
        running.taken_in(tx, recorded(made, name, about, version + 1, us), told(raw).fact, cause)


def put_on_team(running: RunningService, person: UUID, role: AccessRole, inspection: UUID) -> None:
    """Let somebody stand where a role needs them to, on one inspection, and be paired where it takes two."""
    inspection_id = InspectionId(inspection)
    if role in (AccessRole.PARTNERSHIP_CONTACT, AccessRole.SYSTEM_CLIENT):
        named = ContactNominated(
            inspection_id=inspection_id, contact_id=ContactId(person), contact_role=ContactRole.INSPECTION_CO_ORDINATOR
        )
        hears(running, str(inspection), named)
        return
    team_role = AS.get(role, TeamRole.INSPECTOR)
    person_id = PersonId(person)
    hears(
        running, str(person), TeamMemberAssigned(inspection_id=inspection_id, person_id=person_id, team_role=team_role)
    )
    if team_role in (TeamRole.LOCAL_RECORDS_READER, TeamRole.YOUNG_INSPECTION_VOLUNTEER):
        paired = TeamMembersPaired(person_id=person_id, inspection_id=inspection_id, with_person=PersonId(uuid4()))
        hears(running, str(person), paired)


def inspections_in(running: RunningService) -> set[UUID]:
    """What the streams of a service are about, where it is an id."""
    with running.log.reading() as tx:
        abouts = set(tx.scalars(select(stream.c.about).where(stream.c.version > 0)))
    return {found for about in abouts if (found := id_in(about)) is not None}


def id_in(text: object) -> UUID | None:
    """An id, where a text is one."""
    try:
        return UUID(str(text))
    except ValueError:
        return None
