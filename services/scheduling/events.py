"""Facts that scheduling keeps to itself."""

from datetime import date

from shared.messages import Confidential, event, sealed
from shared.vocabulary.areas import Area
from shared.vocabulary.bodies import ScrutinyBody
from shared.vocabulary.identity import (
    ActorId,
    CalendarFeedId,
    ContactId,
    GssCode,
    InspectionId,
    KeyedHash,
    PersonId,
    ProgrammeId,
    ReasonCode,
    StepCode,
)
from shared.vocabulary.methods import ContactRole, ReturnKind
from shared.vocabulary.roles import InterestKind


@event
class AreaSelected:
    """An area was chosen for a programme."""

    programme_id: ProgrammeId
    area: Area
    reason: ReasonCode | None = None
    risk_based: bool | None = None


@event
class AreaDropped:
    """An area was taken out of a programme before anything was opened there."""

    programme_id: ProgrammeId
    area: Area
    reason: ReasonCode


@event
class AreaInspected:
    """The inspection of one of a programme's areas was opened."""

    programme_id: ProgrammeId
    inspection_id: InspectionId
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
class StepDueSoon:
    """The last day of a step that is still open is near."""

    inspection_id: InspectionId
    code: StepCode
    last_day: date


@event
class StepOverdue:
    """The last day of a step has passed, and it is not done."""

    inspection_id: InspectionId
    code: StepCode
    last_day: date


@event
class TeamMemberRegistered:
    """Somebody who may join teams is known by a pseudonym.

    Of a young inspection volunteer's birth date it says in the clear the last day only on which they may take part.
    """

    person_id: PersonId
    body: ScrutinyBody | None
    employed_in: GssCode | None
    home_area: GssCode
    name: Confidential = sealed(under="person_id")
    volunteer_until: date | None = None
    born_on: Confidential | None = sealed(under="person_id")


@event
class EmploymentChanged:
    """Somebody works for another body, in another council, or for neither, from a day on."""

    person_id: PersonId
    body: ScrutinyBody | None
    employed_in: GssCode | None
    from_day: date


@event
class InterestDeclared:
    """Somebody has, or had, an interest in an area."""

    person_id: PersonId
    council: GssCode
    kind: InterestKind
    reason: ReasonCode
    until: date | None


@event
class ConflictFound:
    """Somebody who is on a team has come to be tied to its area."""

    person_id: PersonId
    inspection_id: InspectionId
    found_on: date


@event
class ConflictMitigated:
    """Another person decided that somebody may inspect an area in spite of what was known of their ties by then."""

    person_id: PersonId
    inspection_id: InspectionId
    mitigated_by: ActorId
    mitigated_on: date
    reason: Confidential = sealed(under="person_id")


@event
class ActivityPlanned:
    """Somebody of the team takes part in a step on a day."""

    person_id: PersonId
    inspection_id: InspectionId
    code: StepCode
    on_day: date


@event
class CalendarFeedGranted:
    """Somebody's calendar may be read by whoever knows a secret, of which this is the keyed hash."""

    feed_id: CalendarFeedId
    person_id: PersonId
    secret_hash: KeyedHash
    granted_on: date


@event
class CalendarFeedRevoked:
    """A calendar's secret opens nothing any more."""

    feed_id: CalendarFeedId
    revoked_on: date


@event
class WeekExcluded:
    """A week does not count in a council's timetables, or in anybody's; it is named by its Monday."""

    council: GssCode
    monday: date
    reason: ReasonCode


@event
class WeekIncluded:
    """A week that was excluded counts again in timetables that are laid or moved from now on."""

    council: GssCode
    monday: date
    reason: ReasonCode
