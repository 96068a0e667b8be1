"""A team member and what ties them to an area, given, when, then."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.scheduling.aggregates.inspection import Inspection, InspectionIsClosed, inspection
from services.scheduling.aggregates.team_member import (
    AlreadyOnTeam,
    ConflictOfInterest,
    TeamMemberAlreadyRegistered,
    team_member,
)
from services.scheduling.commands import AssignToTeam, DeclareInterest, RegisterTeamMember
from services.scheduling.events import InterestDeclared, TeamMemberRegistered
from shared.contracts.scheduling import TeamMemberAssigned
from shared.errors import NotFound
from shared.messages import Words
from shared.testing import Given
from shared.vocabulary.areas import UnknownCouncil, area_of
from shared.vocabulary.identity import GssCode, ReasonCode
from shared.vocabulary.roles import TeamRole
from tests.scheduling.facts import (
    AYRSHIRE,
    CARE,
    FALKIRK,
    FIFE,
    FIFE_BEFORE_2018,
    INSPECTION,
    NATION,
    PERSON,
    STIRLING,
    closed,
    opened,
)

NAME = Words("Mairi Sample")
TODAY = date(2025, 9, 1)
SPOUSE = ReasonCode("spouse-works-there")

register = RegisterTeamMember(person_id=PERSON, name=NAME, body=CARE, home_area=FIFE)
registered = TeamMemberRegistered(person_id=PERSON, body=CARE, employed_in=None, home_area=FIFE, name=NAME)
assigned = TeamMemberAssigned(inspection_id=INSPECTION, person_id=PERSON, team_role=TeamRole.INSPECTOR)
assign = AssignToTeam(person_id=PERSON, inspection_id=INSPECTION, team_role=TeamRole.INSPECTOR, today=TODAY)
OPEN = inspection.state([opened])
IN_AYRSHIRE = inspection.state([replace(opened, area=area_of(AYRSHIRE))])


def declare(council: GssCode = FALKIRK, until: date | None = None) -> DeclareInterest:
    return DeclareInterest(person_id=PERSON, council=council, reason=SPOUSE, until=until)


def declared(council: GssCode = FALKIRK, until: date | None = None) -> InterestDeclared:
    return InterestDeclared(person_id=PERSON, council=council, reason=SPOUSE, until=until)


def when_assigned(*past: object, inspected: Inspection = OPEN) -> Given:
    return Given(team_member, *past, inspected=inspected).when(assign)


def test_somebody_is_registered():
    Given(team_member).when(register).then(registered)


def test_somebody_is_registered_once():
    refused = Given(team_member, registered).when(register).refused(TeamMemberAlreadyRegistered)
    assert refused.details == {"person_id": PERSON}


def test_retired_codes_are_kept_as_current_ones():
    before = replace(register, home_area=FIFE_BEFORE_2018, employed_in=FIFE_BEFORE_2018)
    Given(team_member).when(before).then(replace(registered, employed_in=FIFE))
    Given(team_member, registered).when(declare(FIFE_BEFORE_2018)).then(declared(FIFE))


@pytest.mark.parametrize(
    "command", [replace(register, home_area=NATION), replace(register, employed_in=NATION), declare(NATION)]
)
def test_nobody_is_tied_to_the_nation_but_to_a_council(command: object):
    Given(team_member).when(command).refused(UnknownCouncil)


def test_an_interest_is_declared_as_often_as_somebody_says_so():
    until = date(2026, 1, 1)
    Given(team_member, registered).when(declare(until=until)).then(declared(until=until))
    Given(team_member, registered, declared(until=until)).when(declare(until=until)).then(declared(until=until))


def test_somebody_without_ties_joins_a_team():
    when_assigned(registered).then(assigned)
    when_assigned(registered, declared(STIRLING)).then(assigned)


@pytest.mark.parametrize(
    "tie",
    [
        (replace(registered, home_area=FALKIRK),),
        (replace(registered, employed_in=FALKIRK),),
        (registered, declared()),
        (registered, declared(until=TODAY)),
        (registered, declared(), declared(until=TODAY - timedelta(days=1))),
    ],
    ids=["home", "employer", "interest for ever", "interest until today", "one of two interests"],
)
def test_nobody_inspects_an_area_that_they_are_tied_to(tie: tuple[object, ...]):
    refused = when_assigned(*tie).refused(ConflictOfInterest)
    assert refused.details == {"person_id": PERSON, "inspection_id": INSPECTION}
    assert refused.recorded


def test_an_interest_that_is_over_ties_nobody():
    when_assigned(registered, declared(until=TODAY - timedelta(days=1))).then(assigned)


@pytest.mark.parametrize("council", AYRSHIRE)
def test_a_tie_to_any_council_of_a_partnership_counts(council: GssCode):
    when_assigned(replace(registered, home_area=council), inspected=IN_AYRSHIRE).refused(ConflictOfInterest)
    when_assigned(replace(registered, home_area=council)).then(assigned)


def test_somebody_joins_a_team_once():
    refused = when_assigned(registered, assigned).refused(AlreadyOnTeam)
    assert refused.details == {"person_id": PERSON}


def test_an_interest_declared_later_keeps_somebody_from_joining_again():
    when_assigned(registered, assigned, declared()).refused(ConflictOfInterest)


def test_nobody_joins_the_team_of_an_inspection_that_is_not_there():
    when_assigned(registered, inspected=inspection.initial).refused(NotFound)


def test_nobody_joins_the_team_of_an_inspection_that_has_ended():
    when_assigned(registered, inspected=inspection.state([opened, closed])).refused(InspectionIsClosed)


def test_only_somebody_who_is_registered_can_be_asked_about():
    for command in (declare(), assign):
        assert not team_member.decisions[type(command)].creates
    assert team_member.decisions[RegisterTeamMember].creates
