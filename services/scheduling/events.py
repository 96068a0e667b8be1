"""Facts that scheduling keeps to itself."""

from datetime import date

from shared.messages import Confidential, event, sealed
from shared.vocabulary.areas import Area
from shared.vocabulary.bodies import ScrutinyBody
from shared.vocabulary.identity import ContactId, GssCode, InspectionId, PersonId, ProgrammeId, ReasonCode
from shared.vocabulary.methods import ContactRole, ReturnKind


@event
class AreaSelected:
    """An area was chosen for a programme."""

    programme_id: ProgrammeId
    area: Area


@event
class ContactDetailsGiven:
    """How to reach somebody whom the partnership nominated."""

    inspection_id: InspectionId
    contact_id: ContactId
    contact_role: ContactRole
    designation: Confidential = sealed(under="inspection_id")
    reached_by: Confidential = sealed(under="inspection_id")


@event
class ReturnReceived:
    """A kind of return that a step waits for has come in, for the first time."""

    inspection_id: InspectionId
    kind: ReturnKind
    received_on: date


@event
class TeamMemberRegistered:
    """Somebody who may join teams is known by a pseudonym."""

    person_id: PersonId
    body: ScrutinyBody | None
    employed_in: GssCode | None
    home_area: GssCode
    name: Confidential = sealed(under="person_id")


@event
class InterestDeclared:
    """Somebody has an interest in an area."""

    person_id: PersonId
    council: GssCode
    reason: ReasonCode
    until: date | None


@event
class WeekExcluded:
    """A week does not count in a council's timetables; it is named by its Monday."""

    council: GssCode
    monday: date
    reason: ReasonCode
