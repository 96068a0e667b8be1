"""What scheduling tells the other services."""

from datetime import date

from shared.messages import event
from shared.methodologies.shape import Edition
from shared.methodologies.weeks import StepDates
from shared.vocabulary.areas import Area
from shared.vocabulary.bodies import ScrutinyBody
from shared.vocabulary.identity import ContactId, EditionKey, InspectionId, PersonId, ProgrammeId, ReasonCode, StepCode
from shared.vocabulary.methods import ContactRole
from shared.vocabulary.roles import TeamRole


@event
class ProgrammeCommissioned:
    """Ministers asked for a programme of inspections that follow one edition of a methodology."""

    programme_id: ProgrammeId
    edition: EditionKey
    areas_at_most: int | None


@event
class InspectionOpened:
    """An area's inspection began; it follows this edition, as it reads here, to its end."""

    inspection_id: InspectionId
    programme_id: ProgrammeId
    area: Area
    edition: Edition
    partners: tuple[ScrutinyBody, ...]
    opens_on: date


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


@event
class TeamMemberAssigned:
    """Somebody joined an inspection's team."""

    inspection_id: InspectionId
    person_id: PersonId
    team_role: TeamRole


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
