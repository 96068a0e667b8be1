"""Work in a team: who works together with whom, takes part in what on which day, and leaves."""

from collections.abc import Iterator
from datetime import date

from services.scheduling.aggregates.conflicts import IN_INSPECTION, refuse_backward, refuse_other_ages
from services.scheduling.aggregates.inspection import Inspection, refuse_closed
from services.scheduling.aggregates.team_member import Days, TeamMember, team_member
from services.scheduling.aggregates.timetable import StepUnknown, steps_of
from services.scheduling.commands import LeaveTeam, PairTeamMembers, PlanActivity
from services.scheduling.events import ActivityPlanned
from shared.aggregates import each, one
from shared.contracts.scheduling import TeamMemberLeft, TeamMembersPaired
from shared.errors import Refused
from shared.vocabulary.identity import InspectionId, PersonId
from shared.vocabulary.roles import PAIRED_WITH, TeamRole


class NotOnTeam(Refused):
    """This person is not on the inspection's team; assign them first."""


class PairedWithOneself(Refused):
    """Two people work together, not one."""

    status = 422


class RolesDoNotPair(Refused):
    """A local records reader works with an inspector, a young volunteer with an adult of the team."""


class VolunteerIsAlone(Refused):
    """A young volunteer takes part together with an adult of the team; pair them first."""


class ConflictUndecided(Refused):
    """Nobody takes part in anything while a conflict of theirs waits for a decision."""

    recorded = True


@team_member.decides(other=one(team_member, lambda command, _state: command.with_person))
def pair_team_members(command: PairTeamMembers, state: TeamMember, *, other: TeamMember) -> Iterator[TeamMembersPaired]:
    """Who is paired again works with somebody else from then on."""
    if command.with_person == command.person_id:
        raise PairedWithOneself(pointer="/with_person")
    roles = [_role(one_of, command.inspection_id) for one_of in (state, other)]
    if roles[1] not in PAIRED_WITH.get(roles[0], ()):
        raise RolesDoNotPair(roles=[role.value for role in roles])
    refuse_backward(command.from_day, command.to_day)
    days, known = (command.from_day, command.to_day), state.pair_days.get(command.inspection_id)
    if days != known or state.pairs.get(command.inspection_id) != command.with_person:
        yield TeamMembersPaired(
            person_id=command.person_id,
            inspection_id=command.inspection_id,
            with_person=command.with_person,
            from_day=command.from_day,
            to_day=command.to_day,
        )


def _role(state: TeamMember, inspection_id: InspectionId) -> TeamRole:
    if inspection_id not in state.teams:
        raise NotOnTeam(inspection_id=inspection_id)
    return state.teams[inspection_id]


def _within(days: Days | None, day: date) -> bool:
    """Whether a day is within a period; one that has no first or no last day is open there."""
    first_day, last_day = days or (None, None)
    return (first_day or day) <= day <= (last_day or day)


def _companion(command: PlanActivity, state: TeamMember) -> tuple[PersonId, ...]:
    with_person = state.pairs.get(command.inspection_id)
    return () if with_person is None else (with_person,)


@team_member.decides(inspected=IN_INSPECTION, companions=each(team_member, _companion))
def plan_activity(
    command: PlanActivity, state: TeamMember, *, inspected: Inspection, companions: tuple[TeamMember, ...] = ()
) -> Iterator[ActivityPlanned]:
    """A young volunteer is of the age on the very day, and not alone."""
    refuse_closed(inspected)
    role = _role(state, command.inspection_id)
    if not _within(state.team_days.get(command.inspection_id), command.on_day):
        raise NotOnTeam(inspection_id=command.inspection_id)
    if command.code not in {step.code for step in steps_of(inspected)}:
        raise StepUnknown(pointer="/code")
    if command.inspection_id in state.conflicts:
        raise ConflictUndecided(person_id=command.person_id, inspection_id=command.inspection_id)
    if role is TeamRole.YOUNG_INSPECTION_VOLUNTEER:
        refuse_other_ages(state, command.on_day)
        together = _within(state.pair_days.get(command.inspection_id), command.on_day)
        if not together or not any(command.inspection_id in companion.teams for companion in companions):
            raise VolunteerIsAlone(person_id=command.person_id)
    yield ActivityPlanned(
        person_id=command.person_id, inspection_id=command.inspection_id, code=command.code, on_day=command.on_day
    )


@team_member.decides()
def leave_team(command: LeaveTeam, state: TeamMember) -> Iterator[TeamMemberLeft]:
    """Whoever leaves may be assigned again, if nothing ties them by then."""
    _role(state, command.inspection_id)
    yield TeamMemberLeft(
        inspection_id=command.inspection_id, person_id=command.person_id, left_on=command.today or date.max
    )
