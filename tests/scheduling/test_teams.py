"""Working in a team, given, when, then: pairs, activities, and leaving."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.scheduling.aggregates.conflicts import PeriodRunsBackward
from services.scheduling.aggregates.inspection import Inspection, InspectionIsClosed, inspection
from services.scheduling.aggregates.team_member import NotOfVolunteersAge, TeamMember, team_member
from services.scheduling.aggregates.teams import (
    ConflictUndecided,
    NotOnTeam,
    PairedWithOneself,
    RolesDoNotPair,
    VolunteerIsAlone,
)
from services.scheduling.aggregates.timetable import StepUnknown
from services.scheduling.commands import LeaveTeam, PairTeamMembers, PlanActivity
from services.scheduling.events import ActivityPlanned
from shared.contracts.scheduling import TeamMemberLeft, TeamMembersPaired
from shared.sourcing import codec
from shared.testing import Given
from shared.vocabulary.identity import PersonId, StepCode
from shared.vocabulary.roles import PAIRED_WITH, TeamRole
from tests.scheduling.facts import INSPECTION, PERSON, closed, opened
from tests.scheduling.test_conflicts import found
from tests.scheduling.test_team_member import BACKWARD, OPEN, PERIODS, TODAY, assigned, declared, registered

OTHER, THIRD = PersonId(UUID(int=8)), PersonId(UUID(int=9))
READER, VOLUNTEER = TeamRole.LOCAL_RECORDS_READER, TeamRole.YOUNG_INSPECTION_VOLUNTEER
ON_SITE = StepCode("on-site")

pair = PairTeamMembers(person_id=PERSON, inspection_id=INSPECTION, with_person=OTHER)
paired = TeamMembersPaired(person_id=PERSON, inspection_id=INSPECTION, with_person=OTHER)
plan = PlanActivity(person_id=PERSON, inspection_id=INSPECTION, code=ON_SITE, on_day=TODAY)
planned = ActivityPlanned(person_id=PERSON, inspection_id=INSPECTION, code=ON_SITE, on_day=TODAY)
leave = LeaveTeam(person_id=PERSON, inspection_id=INSPECTION, today=TODAY)
left = TeamMemberLeft(inspection_id=INSPECTION, person_id=PERSON, left_on=TODAY)
of_age = replace(registered, volunteer_until=TODAY)


def in_role(role: TeamRole) -> Any:
    return replace(assigned, team_role=role)


def member(role: TeamRole = TeamRole.INSPECTOR) -> TeamMember:
    return team_member.state([registered, in_role(role)])


def when_paired(role: TeamRole, other: TeamMember, *past: Any, command: PairTeamMembers = pair) -> Given:
    return Given(team_member, registered, in_role(role), *past, other=other).when(command)


def when_planned(
    *past: Any,
    companions: tuple[TeamMember, ...] = (),
    inspected: Inspection = OPEN,
    command: PlanActivity = plan,
) -> Given:
    return Given(team_member, *past, inspected=inspected, companions=companions).when(command)


@pytest.mark.parametrize(
    ("role", "other"), [(role, other) for role in TeamRole for other in TeamRole if other in PAIRED_WITH.get(role, ())]
)
def test_who_does_not_work_alone_works_with_somebody_who_may(role: TeamRole, other: TeamRole):
    when_paired(role, member(other)).then(paired)


@pytest.mark.parametrize(
    ("role", "other"),
    [
        (READER, READER),
        (READER, VOLUNTEER),
        (READER, TeamRole.SERVICE_MANAGER),
        (VOLUNTEER, VOLUNTEER),
        (VOLUNTEER, READER),
        (TeamRole.INSPECTOR, TeamRole.INSPECTOR),
        (TeamRole.INSPECTOR, VOLUNTEER),
    ],
)
def test_other_roles_do_not_pair(role: TeamRole, other: TeamRole):
    refused = when_paired(role, member(other)).refused(RolesDoNotPair)
    assert refused.details == {"roles": [role.value, other.value]}


def test_nobody_is_paired_with_themselves():
    alone = replace(pair, with_person=PERSON)
    refused = when_paired(VOLUNTEER, member(), command=alone).refused(PairedWithOneself)
    assert refused.details == {"pointer": "/with_person"}


@pytest.mark.parametrize("period", PERIODS)
def test_two_are_paired_for_a_period(period: dict[str, date]):
    for_days = replace(pair, **period)
    when_paired(READER, member(), command=for_days).then(replace(paired, **period))
    when_paired(READER, member(), paired, command=for_days).then(replace(paired, **period))


def test_a_period_together_does_not_run_backward():
    refused = when_paired(READER, member(), command=replace(pair, **BACKWARD)).refused(PeriodRunsBackward)
    assert refused.details == {"pointer": "/to_day"}


def test_a_pairing_as_it_was_first_written_has_no_end():
    body = {"person_id": str(PERSON), "inspection_id": str(INSPECTION), "with_person": str(OTHER)}
    read = codec.decode("scheduling.TeamMembersPaired", 1, json.dumps(body).encode(), UUID(int=1), "team_member/x")
    assert read == paired
    assert (read.from_day, read.to_day) == (None, None)


def test_both_are_on_the_team():
    Given(team_member, registered, other=member()).when(pair).refused(NotOnTeam)
    refused = when_paired(VOLUNTEER, team_member.state([registered])).refused(NotOnTeam)
    assert refused.details == {"inspection_id": INSPECTION}
    when_paired(VOLUNTEER, team_member.initial).refused(NotOnTeam)


def test_who_is_paired_again_works_with_somebody_else():
    when_paired(READER, member(), paired).then()
    third = replace(pair, with_person=THIRD)
    when_paired(READER, member(), paired, command=third).then(replace(paired, with_person=THIRD))


def test_somebody_of_the_team_takes_part_in_a_step():
    when_planned(registered, assigned).then(planned)


def test_who_is_not_on_the_team_takes_no_part():
    when_planned(registered).refused(NotOnTeam)


def test_a_step_is_one_of_the_editions():
    picnic = replace(plan, code=StepCode("picnic"))
    refused = when_planned(registered, assigned, command=picnic).refused(StepUnknown)
    assert refused.details == {"pointer": "/code"}


def test_nobody_takes_part_while_their_conflict_is_undecided():
    refused = when_planned(registered, assigned, declared(), found).refused(ConflictUndecided)
    assert refused.recorded


def test_nobody_takes_part_in_an_inspection_that_has_ended():
    over = inspection.state([opened, closed])
    when_planned(registered, assigned, inspected=over).refused(InspectionIsClosed)


def test_a_volunteer_takes_part_together_with_an_adult():
    past = (of_age, in_role(VOLUNTEER))
    when_planned(*past).refused(VolunteerIsAlone)
    when_planned(*past, paired, companions=(member(),)).then(planned)


def test_a_volunteer_whose_companion_has_left_is_alone():
    gone = team_member.state([registered, assigned, left])
    when_planned(of_age, in_role(VOLUNTEER), paired, companions=(gone,)).refused(VolunteerIsAlone)


def test_whom_a_volunteer_is_with_is_looked_at():
    look = team_member.decisions[PlanActivity].looks["companions"]
    assert look.streams(plan, team_member.state([of_age, in_role(VOLUNTEER), paired])) == [f"team_member/{OTHER}"]
    assert look.streams(plan, team_member.state([of_age, in_role(VOLUNTEER)])) == []


def test_a_volunteer_is_of_the_age_on_the_day_of_the_activity():
    day_after: date = TODAY + timedelta(days=1)
    past = (of_age, in_role(VOLUNTEER), paired)
    late = replace(plan, on_day=day_after)
    when_planned(*past, companions=(member(),), command=late).refused(NotOfVolunteersAge)
    when_planned(of_age, assigned, command=late).then(replace(planned, on_day=day_after))


@pytest.mark.parametrize(
    ("days", "refused"), [((None, -1), True), ((1, None), True), ((0, 0), False), ((-1, 1), False)]
)
def test_somebody_takes_part_within_their_time_on_the_team(days: tuple[int | None, int | None], *, refused: bool):
    first, last = (None if each is None else plan.on_day + timedelta(days=each) for each in days)
    for_a_time = replace(assigned, from_day=first, to_day=last)
    asked = when_planned(registered, for_a_time)
    if refused:
        asked.refused(NotOnTeam)
    else:
        asked.then(planned)


def test_somebody_leaves_and_may_come_back():
    Given(team_member, registered, assigned).when(leave).then(left)
    state = team_member.state([registered, in_role(READER), paired, left])
    assert (dict(state.teams), dict(state.pairs)) == ({}, {})
    Given(team_member, registered, assigned, left).when(leave).refused(NotOnTeam)
    assert INSPECTION in team_member.state([registered, assigned, left, assigned]).teams


def test_who_is_not_on_the_team_cannot_leave_it():
    Given(team_member, registered).when(leave).refused(NotOnTeam)


@pytest.mark.parametrize(("days", "alone"), [((None, -1), True), ((1, None), True), ((0, 0), False), ((-1, 1), False)])
def test_a_volunteer_is_alone_on_a_day_outside_their_pairing(days: tuple[int | None, int | None], *, alone: bool):
    first, last = (None if each is None else TODAY + timedelta(days=each) for each in days)
    together = replace(paired, from_day=first, to_day=last)
    given = when_planned(of_age, in_role(VOLUNTEER), together, companions=(member(),))
    if alone:
        given.refused(VolunteerIsAlone)
    else:
        given.then(planned)


def test_a_pairing_for_some_days_is_made_one_for_good_and_nothing_is_said_twice():
    for_a_day = replace(paired, from_day=TODAY, to_day=TODAY)
    when_paired(VOLUNTEER, member(), for_a_day).then(paired)
    when_paired(VOLUNTEER, member(), for_a_day, command=replace(pair, from_day=TODAY, to_day=TODAY)).then()
