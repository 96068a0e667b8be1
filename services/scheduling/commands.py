"""What scheduling can be asked to do."""

from datetime import date, datetime

from shared.messages import Words, command, stamped
from shared.vocabulary.areas import Area
from shared.vocabulary.bodies import ScrutinyBody
from shared.vocabulary.identity import (
    ActorId,
    CalendarFeedId,
    ContactId,
    EditionKey,
    GssCode,
    InspectionId,
    KeyedHash,
    PersonId,
    ProgrammeId,
    PublicationPauseId,
    ReasonCode,
    StepCode,
    TokenId,
)
from shared.vocabulary.methods import ContactRole, ReturnKind, StepKind
from shared.vocabulary.roles import InterestKind, TeamRole


@command
class CommissionProgramme:
    """Begin a programme of inspections that Ministers asked for, following one edition of a methodology."""

    programme_id: ProgrammeId
    edition: EditionKey
    areas_at_most: int | None = None
    continues: ProgrammeId | None = None


@command
class SelectArea:
    """Choose an area for a programme: one council, the councils of a partnership, or the nation."""

    programme_id: ProgrammeId
    councils: tuple[GssCode, ...]
    reason: ReasonCode | None = None
    risk_based: bool | None = None


@command
class DropArea:
    """Take an area out of a programme, as long as its inspection is not open."""

    programme_id: ProgrammeId
    councils: tuple[GssCode, ...]
    reason: ReasonCode


@command
class ChangeScope:
    """Let a programme be for another number of areas; none given is as many as its methodology is for."""

    programme_id: ProgrammeId
    areas_at_most: int | None
    reason: ReasonCode


@command
class CloseProgramme:
    """End a programme whose inspections have all ended."""

    programme_id: ProgrammeId
    today: date | None = stamped()


@command
class NoteInspection:
    """Keep with a programme that the inspection of one of its areas was opened."""

    programme_id: ProgrammeId
    inspection_id: InspectionId
    area: Area


@command
class OpenInspection:
    """Begin the inspection of a selected area with the scrutiny bodies that carry it out together."""

    inspection_id: InspectionId
    programme_id: ProgrammeId
    councils: tuple[GssCode, ...]
    partners: tuple[ScrutinyBody, ...]
    opens_on: date
    follows: InspectionId | None = None


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
    today: date | None = stamped()


@command
class PauseClock:
    """Stop waiting for anything, from a day on."""

    inspection_id: InspectionId
    from_day: date
    reason: ReasonCode


@command
class ResumeClock:
    """Let the clock run again from a day on: open steps move by the weeks that counted and were lost."""

    inspection_id: InspectionId
    on_day: date


@command
class RemindOfStep:
    """Say that a step's last day is near, if it still is that day and the step is open."""

    inspection_id: InspectionId
    code: StepCode
    last_day: date
    today: date | None = stamped()


@command
class PassLastDay:
    """Close a window whose last day has passed; say of any other open step that it is overdue."""

    inspection_id: InspectionId
    code: StepCode
    last_day: date


@command
class PassLastDays:
    """Do so for every step whose last day passed while the clock stood still."""

    inspection_id: InspectionId
    today: date | None = stamped()


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
    born_on: date | None = None
    """Of a young inspection volunteer only."""
    today: date | None = stamped()


@command
class ChangeEmployment:
    """Record for which body somebody works, or in which council, from a day on."""

    person_id: PersonId
    body: ScrutinyBody | None = None
    employed_in: GssCode | None = None
    from_day: date


@command
class DeclareInterest:
    """Record that somebody has an interest in a council area, or had one until a day."""

    person_id: PersonId
    council: GssCode
    kind: InterestKind = InterestKind.OTHER
    reason: ReasonCode
    until: date | None = None


@command
class AssignToTeam:
    """Put somebody on an inspection's team, for good or from a day to a day."""

    person_id: PersonId
    inspection_id: InspectionId
    team_role: TeamRole
    from_day: date | None = None
    to_day: date | None = None
    today: date | None = stamped()


@command
class RecheckAssignments:
    """Look again at whether somebody is tied to an area that they inspect."""

    person_id: PersonId
    today: date | None = stamped()


@command
class MitigateConflict:
    """Let somebody inspect an area in spite of the ties that are known, and say how that is made safe."""

    person_id: PersonId
    inspection_id: InspectionId
    reason: Words
    actor: ActorId | None = stamped()
    today: date | None = stamped()


@command
class PairTeamMembers:
    """Let somebody who does not work alone work together with another member of the team, for good or for some days."""

    person_id: PersonId
    inspection_id: InspectionId
    with_person: PersonId
    from_day: date | None = None
    to_day: date | None = None


@command
class PlanActivity:
    """Let a member of the team take part in a step on a day."""

    person_id: PersonId
    inspection_id: InspectionId
    code: StepCode
    on_day: date


@command
class LeaveTeam:
    """Take somebody off an inspection's team."""

    person_id: PersonId
    inspection_id: InspectionId
    today: date | None = stamped()


@command
class GrantCalendarFeed:
    """Let whoever knows a secret read when somebody's inspections take place; only its keyed hash is kept."""

    feed_id: CalendarFeedId
    person_id: PersonId
    secret_hash: KeyedHash
    today: date | None = stamped()


@command
class RevokeCalendarFeed:
    """Let a calendar's secret open nothing any more."""

    feed_id: CalendarFeedId
    today: date | None = stamped()


@command
class ExcludeWeek:
    """Say that a week does not count in timetables of a council, or of all: a school holiday, an election."""

    council: GssCode
    week_of: date
    reason: ReasonCode


@command
class IncludeWeek:
    """Say that a week that was excluded counts after all."""

    council: GssCode
    week_of: date
    reason: ReasonCode


@command
class PausePublication:
    """Publish nothing about some councils, or about any, from the first day to the last: before an election."""

    pause_id: PublicationPauseId
    councils: tuple[GssCode, ...]
    first_day: date
    last_day: date
    reason: ReasonCode


@command
class EndPublicationPause:
    """Call a pause off, before or after it has begun."""

    pause_id: PublicationPauseId
    today: date | None = stamped()


@command
class RevokeTokens:
    """Call back everything by which somebody is recognised that was issued to them before an instant."""

    holder: ActorId
    before: datetime


@command
class RevokeToken:
    """Call one token back, whoever issued it."""

    token_id: TokenId
