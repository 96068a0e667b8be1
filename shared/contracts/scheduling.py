"""What scheduling tells the other services."""

from datetime import date, datetime

from shared.messages import Body, event, upcaster
from shared.methodologies.shape import Edition
from shared.methodologies.weeks import StepDates
from shared.vocabulary.areas import Area
from shared.vocabulary.bodies import ScrutinyBody
from shared.vocabulary.erasure import CarriedOut
from shared.vocabulary.identity import (
    ActorId,
    ContactId,
    EditionKey,
    InspectionId,
    PersonId,
    ProgrammeId,
    PublicationPauseId,
    ReasonCode,
    StepCode,
    TokenId,
)
from shared.vocabulary.methods import ContactRole
from shared.vocabulary.roles import TeamRole


@event
class ProgrammeCommissioned:
    """Ministers asked for a programme of inspections that follow one edition of a methodology."""

    programme_id: ProgrammeId
    edition: EditionKey
    areas_at_most: int | None
    continues: ProgrammeId | None = None
    """The programme of the phase before."""


@event
class ScopeChanged:
    """A programme is for another number of areas than before."""

    programme_id: ProgrammeId
    areas_at_most: int | None
    was: int | None
    reason: ReasonCode


@event
class ProgrammeClosed:
    """A programme has ended: no area is added, no inspection opened any more."""

    programme_id: ProgrammeId
    closed_on: date


@event
class InspectionOpened:
    """An area's inspection began; it follows this edition, as it reads here, to its end."""

    inspection_id: InspectionId
    programme_id: ProgrammeId
    area: Area
    edition: Edition
    partners: tuple[ScrutinyBody, ...]
    opens_on: date
    follows: InspectionId | None = None
    """The earlier inspection whose progress it reviews."""
    chosen_for: ReasonCode | None = None
    risk_based: bool | None = None


@event
class PartnerInvited:
    """Another scrutiny body takes part."""

    inspection_id: InspectionId
    partner: ScrutinyBody


@event
class ContactNominated:
    """The partnership named somebody for a purpose; who it is stays with scheduling."""

    inspection_id: InspectionId
    contact_id: ContactId
    contact_role: ContactRole


@event(version=2)
class TeamMemberAssigned:
    """Somebody joined an inspection's team, for good or from a day to a day, both of which belong to it."""

    inspection_id: InspectionId
    person_id: PersonId
    team_role: TeamRole
    from_day: date | None = None
    to_day: date | None = None


@upcaster(TeamMemberAssigned, written_as=1)
def _(body: Body) -> Body:
    """Version 1 knew no end."""
    return body | {"from_day": None, "to_day": None}


@event(version=2)
class TeamMembersPaired:
    """Somebody who does not work alone works together with another member of the team."""

    person_id: PersonId
    inspection_id: InspectionId
    with_person: PersonId
    from_day: date | None = None
    to_day: date | None = None


@upcaster(TeamMembersPaired, written_as=1)
def _(body: Body) -> Body:
    """Version 1 knew no end."""
    return body | {"from_day": None, "to_day": None}


@event
class TeamMemberLeft:
    """Somebody is on an inspection's team no longer."""

    inspection_id: InspectionId
    person_id: PersonId
    left_on: date


@event
class TimetableLaid:
    """Every step of the inspection has its dates."""

    inspection_id: InspectionId
    steps: tuple[StepDates, ...]
    excluded_weeks: tuple[date, ...]


@event
class StepMoved:
    """A step has other dates than before; those that it had are kept."""

    inspection_id: InspectionId
    code: StepCode
    starts_on: date
    ends_on: date
    was_from: date
    was_to: date
    reason: ReasonCode


@event
class ClockPaused:
    """From this day on nothing is waited for; steps get their new dates when the clock runs again."""

    inspection_id: InspectionId
    from_day: date
    reason: ReasonCode


@event
class ClockResumed:
    """The clock runs again; what was open has moved by the weeks that counted and were lost."""

    inspection_id: InspectionId
    on_day: date
    weeks: int


@event
class StepCompleted:
    """A step is done."""

    inspection_id: InspectionId
    code: StepCode
    completed_on: date


@event
class InspectionClosed:
    """The inspection has ended: nothing more is gathered for it."""

    inspection_id: InspectionId
    closed_on: date


@event
class PublicationPaused:
    """Nothing about these councils (or the nation) is published from the first day to the last; both belong to it."""

    pause_id: PublicationPauseId
    area: Area
    first_day: date
    last_day: date
    reason: ReasonCode


@event
class PublicationPauseEnded:
    """A pause was called off: from this day on it holds nothing back any more."""

    pause_id: PublicationPauseId
    area: Area
    ended_on: date


@event
class TokensRevoked:
    """Whatever says who somebody is, and was issued to them before an instant, counts nowhere any more."""

    holder: ActorId
    before: datetime


@event
class TokenRevoked:
    """One token counts nowhere any more, whoever issued it."""

    token_id: TokenId


@event
class ErasureConfirmed:
    """Scheduling has erased; nothing of it opens any more."""

    done: CarriedOut
