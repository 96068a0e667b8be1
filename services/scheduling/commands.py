"""What scheduling can be asked to do."""

from datetime import date

from shared.messages import Words, command, stamped
from shared.vocabulary.bodies import ScrutinyBody
from shared.vocabulary.identity import (
    ContactId,
    EditionKey,
    GssCode,
    InspectionId,
    PersonId,
    ProgrammeId,
    ReasonCode,
    StepCode,
)
from shared.vocabulary.methods import ContactRole, ReturnKind, StepKind
from shared.vocabulary.roles import TeamRole


@command
class CommissionProgramme:
    """Begin a programme of inspections that Ministers asked for, following one edition of a methodology."""

    programme_id: ProgrammeId
    edition: EditionKey
    areas_at_most: int | None = None


@command
class SelectArea:
    """Choose an area for a programme: one council, or the councils of a partnership."""

    programme_id: ProgrammeId
    councils: tuple[GssCode, ...]


@command
class OpenInspection:
    """Begin the inspection of a selected area with the scrutiny bodies that carry it out together."""

    inspection_id: InspectionId
    programme_id: ProgrammeId
    councils: tuple[GssCode, ...]
    partners: tuple[ScrutinyBody, ...]
    opens_on: date


@command
class InvitePartner:
    """Let another scrutiny body take part."""

    inspection_id: InspectionId
    partner: ScrutinyBody


@command
class NominateContact:
    """Record whom the partnership named for a purpose, by designation and a way to reach them."""

    inspection_id: InspectionId
    contact_id: ContactId
    contact_role: ContactRole
    designation: Words
    reached_by: Words


@command
class LayTimetable:
    """Give every step its dates, from the edition's week template and the weeks that do not count."""

    inspection_id: InspectionId
    begins_on: date


@command
class MoveStep:
    """Move an open step by whole weeks that count, and every later open step with it."""

    inspection_id: InspectionId
    code: StepCode
    weeks: int
    reason: ReasonCode


@command
class CompleteStep:
    """Record that a step is done."""

    inspection_id: InspectionId
    code: StepCode
    today: date | None = stamped()


@command
class CompleteReturnStep:
    """Complete the step that a return of this kind closes, if it is open."""

    inspection_id: InspectionId
    kind: ReturnKind
    completed_on: date


@command
class CompleteOutputStep:
    """Complete the open steps of a kind that an output closes, if there are any."""

    inspection_id: InspectionId
    kind: StepKind
    completed_on: date


@command
class CloseInspection:
    """End an inspection."""

    inspection_id: InspectionId
    today: date | None = stamped()


@command
class RegisterTeamMember:
    """Make somebody known by a pseudonym, with the body they work for and the council area they live in."""

    person_id: PersonId
    name: Words
    body: ScrutinyBody | None = None
    employed_in: GssCode | None = None
    home_area: GssCode


@command
class DeclareInterest:
    """Record that somebody has an interest in a council area until a day (for ever where none is given)."""

    person_id: PersonId
    council: GssCode
    reason: ReasonCode
    until: date | None = None


@command
class AssignToTeam:
    """Put somebody on an inspection's team."""

    person_id: PersonId
    inspection_id: InspectionId
    team_role: TeamRole
    today: date | None = stamped()


@command
class ExcludeWeek:
    """Say that a week does not count in a council's timetables: a school holiday, an election."""

    council: GssCode
    week_of: date
    reason: ReasonCode
