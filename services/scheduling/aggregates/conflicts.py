"""Conflicts of interest: nobody joins a team against their ties, which are looked at again whenever they change."""

from collections.abc import Iterator
from datetime import date

from services.scheduling.aggregates.inspection import Inspection, inspection, refuse_closed
from services.scheduling.aggregates.team_member import NotOfVolunteersAge, TeamMember, team_member
from services.scheduling.commands import AssignToTeam, MitigateConflict, RecheckAssignments
from services.scheduling.events import ConflictFound, ConflictMitigated
from shared.aggregates import each, one
from shared.contracts.scheduling import TeamMemberAssigned
from shared.errors import NotFound, Refused
from shared.vocabulary.identity import ActorId, InspectionId
from shared.vocabulary.roles import LOCAL_ROLES, TeamRole


class ConflictOfInterest(Refused):
    """This person is tied to the area: by home, by employer or by a declared interest."""

    recorded = True


class OwnConflict(Refused):
    """Nobody decides on a conflict of their own; ask another planner."""

    status = 403
    recorded = True


class OwnArea(Refused):
    """Nobody inspects the area that they live or work in: there is nothing that would make it safe."""

    recorded = True


class NothingToMitigate(Refused):
    """Nothing that is known ties this person to the area, or it was mitigated already."""


class BodyNotTakingPart(Refused):
    """The body that this person works for does not take part in the inspection; invite it first."""


class PeriodRunsBackward(Refused):
    """A period ends on the day on which it begins, or later."""

    status = 422


class AlreadyOnTeam(Refused):
    """This person is on the inspection's team already."""


IN_INSPECTION = one(inspection, lambda command, _state: command.inspection_id)


@team_member.decides(inspected=IN_INSPECTION)
def assign_to_team(command: AssignToTeam, state: TeamMember, *, inspected: Inspection) -> Iterator[TeamMemberAssigned]:
    """Nobody inspects the area that they live in, work in or have an interest in; a local reader is local."""
    if inspected.area is None:
        raise NotFound
    refuse_closed(inspected)
    today = command.today or date.max
    if command.team_role not in LOCAL_ROLES and is_tied(state, command.inspection_id, inspected, today):
        raise ConflictOfInterest(person_id=command.person_id, inspection_id=command.inspection_id)
    if state.on_team_from(command.inspection_id, today):
        raise AlreadyOnTeam(person_id=command.person_id)
    if state.body is not None and state.body not in inspected.partners:
        raise BodyNotTakingPart(body=state.body.value)
    if command.team_role is TeamRole.YOUNG_INSPECTION_VOLUNTEER:
        refuse_other_ages(state, today)
    refuse_backward(command.from_day, command.to_day)
    yield TeamMemberAssigned(
        inspection_id=command.inspection_id,
        person_id=command.person_id,
        team_role=command.team_role,
        from_day=command.from_day,
        to_day=command.to_day,
    )


def refuse_backward(first_day: date | None, last_day: date | None) -> None:
    """Raise PeriodRunsBackward where a period would end before it begins."""
    if first_day is not None and last_day is not None and last_day < first_day:
        raise PeriodRunsBackward(pointer="/to_day")


def refuse_other_ages(state: TeamMember, on: date) -> None:
    """Somebody takes part as a young volunteer up to the last day of the age."""
    if state.volunteer_until is None or on > state.volunteer_until:
        raise NotOfVolunteersAge(pointer="/team_role")


def is_in_own_area(state: TeamMember, inspected: Inspection, on: date) -> bool:
    """Whether somebody lives or works, on a day, where an inspection is."""
    own = {state.home_area} | {tie.council for tie in state.ties if tie.is_own(on)}
    return inspected.area is not None and not own.isdisjoint(inspected.area.councils)


def is_tied(state: TeamMember, inspection_id: InspectionId, inspected: Inspection, on: date) -> bool:
    """Whether home, or a tie that counts and was not mitigated, lies where an inspection is."""
    if inspected.area is None or inspected.edition is None:
        return False
    if is_in_own_area(state, inspected, on):
        return True
    mitigated = state.mitigations.get(inspection_id)
    years = inspected.edition.period.looks_back_years
    ties = state.ties[mitigated.ties if mitigated else 0 :]
    return any(tie.council in inspected.area.councils and tie.counts(on, years) for tie in ties)


@team_member.decides(inspected=each(inspection, lambda _command, state: sorted(state.teams, key=str)))
def recheck_assignments(
    command: RecheckAssignments, state: TeamMember, *, inspected: tuple[Inspection, ...]
) -> Iterator[ConflictFound]:
    """Whoever has become tied to an area stays on its team until somebody else decides."""
    today = command.today or date.max
    for inspection_id, team in zip(sorted(state.teams, key=str), inspected, strict=True):
        local = state.teams[inspection_id] in LOCAL_ROLES
        if local or team.closed or inspection_id in state.conflicts:
            continue
        if is_tied(state, inspection_id, team, today):
            yield ConflictFound(person_id=command.person_id, inspection_id=inspection_id, found_on=today)


@team_member.decides(inspected=IN_INSPECTION)
def mitigate_conflict(
    command: MitigateConflict, state: TeamMember, *, inspected: Inspection
) -> Iterator[ConflictMitigated]:
    """What is known by now is mitigated, for this inspection; what comes to be known later is another matter."""
    if inspected.area is None:
        raise NotFound
    if command.actor is None or command.actor == command.person_id:
        raise OwnConflict
    refuse_closed(inspected)
    today = command.today or date.max
    if is_in_own_area(state, inspected, today):
        raise OwnArea(person_id=command.person_id, inspection_id=command.inspection_id)
    if not is_tied(state, command.inspection_id, inspected, today):
        raise NothingToMitigate
    yield ConflictMitigated(
        person_id=command.person_id,
        inspection_id=command.inspection_id,
        mitigated_by=ActorId(command.actor),
        mitigated_on=today,
        reason=command.reason,
    )
