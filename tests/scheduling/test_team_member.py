"""A team member and what ties them to an area, given, when, then."""

import json
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from services.scheduling.aggregates.conflicts import (
    AlreadyOnTeam,
    BodyNotTakingPart,
    ConflictOfInterest,
    PeriodRunsBackward,
)
from services.scheduling.aggregates.inspection import Inspection, InspectionIsClosed, inspection
from services.scheduling.aggregates.team_member import NotOfVolunteersAge, TeamMemberAlreadyRegistered, team_member
from services.scheduling.commands import AssignToTeam, ChangeEmployment, DeclareInterest, RegisterTeamMember
from services.scheduling.events import EmploymentChanged, InterestDeclared, TeamMemberRegistered
from shared.contracts.scheduling import PartnerInvited, TeamMemberAssigned
from shared.errors import NotFound
from shared.messages import Words
from shared.sourcing import codec
from shared.testing import Given
from shared.vocabulary.areas import UnknownCouncil, area_of
from shared.vocabulary.bodies import ScrutinyBody
from shared.vocabulary.identity import GssCode, ReasonCode
from shared.vocabulary.roles import InterestKind, TeamRole
from tests.scheduling.facts import (
    AYRSHIRE,
    CARE,
    EDITION,
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

register = RegisterTeamMember(person_id=PERSON, name=NAME, body=CARE, home_area=FIFE, today=TODAY)
registered = TeamMemberRegistered(
    person_id=PERSON, body=CARE, employed_in=None, home_area=FIFE, name=NAME, born_on=None
)
assigned = TeamMemberAssigned(inspection_id=INSPECTION, person_id=PERSON, team_role=TeamRole.INSPECTOR)
assign = AssignToTeam(person_id=PERSON, inspection_id=INSPECTION, team_role=TeamRole.INSPECTOR, today=TODAY)
OPEN = inspection.state([opened])
IN_AYRSHIRE = inspection.state([replace(opened, area=area_of(AYRSHIRE))])


FAMILY = InterestKind.FAMILY
LAST_COUNTED = date(2023, 9, 1)
"""An interest that ended then counts for two years, up to today."""


def declare(council: GssCode = FALKIRK, until: date | None = None) -> DeclareInterest:
    return DeclareInterest(person_id=PERSON, council=council, kind=FAMILY, reason=SPOUSE, until=until)


def declared(council: GssCode = FALKIRK, until: date | None = None, kind: InterestKind = FAMILY) -> InterestDeclared:
    return InterestDeclared(person_id=PERSON, council=council, kind=kind, reason=SPOUSE, until=until)


def works(council: GssCode | None, from_day: date = TODAY) -> EmploymentChanged:
    return EmploymentChanged(person_id=PERSON, body=None, employed_in=council, from_day=from_day)


def when_assigned(*past: object, inspected: Inspection = OPEN, command: AssignToTeam = assign) -> Given:
    return Given(team_member, *past, inspected=inspected).when(command)


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
        (registered, declared(), declared(until=date(2023, 8, 31))),
        (registered, declared(until=LAST_COUNTED)),
        (registered, declared(until=date(1999, 1, 1), kind=InterestKind.SERVICE_RECEIVED)),
        (registered, works(FALKIRK)),
        (registered, works(FALKIRK, from_day=date(2026, 1, 5))),
        (replace(registered, employed_in=FALKIRK), works(STIRLING)),
        (registered, works(FALKIRK, date(2020, 1, 1)), works(None, LAST_COUNTED + timedelta(days=1))),
    ],
    ids=[
        "home",
        "employer",
        "interest for ever",
        "interest until today",
        "one of two interests",
        "interest until two years ago",
        "service received, however long ago",
        "new employer",
        "employer to be",
        "employer until now",
        "employer until two years ago",
    ],
)
def test_nobody_inspects_an_area_that_they_are_tied_to(tie: tuple[object, ...]):
    refused = when_assigned(*tie).refused(ConflictOfInterest)
    assert refused.details == {"person_id": PERSON, "inspection_id": INSPECTION}
    assert refused.recorded


@pytest.mark.parametrize(
    "past",
    [
        (declared(until=LAST_COUNTED - timedelta(days=1)),),
        (works(FALKIRK, date(2020, 1, 1)), works(None, LAST_COUNTED)),
        (works(FALKIRK, date(2020, 1, 1)), works(STIRLING, LAST_COUNTED)),
    ],
)
def test_what_ended_longer_ago_than_the_edition_looks_back_ties_nobody(past: tuple[object, ...]):
    when_assigned(registered, *past).then(assigned)


def test_how_far_back_ties_count_is_said_by_the_edition():
    period = replace(EDITION.period, looks_back_years=5)
    longer = inspection.state([replace(opened, edition=replace(EDITION, period=period))])
    past = declared(until=date(2020, 9, 1))
    when_assigned(registered, past).then(assigned)
    when_assigned(registered, past, inspected=longer).refused(ConflictOfInterest)


def test_an_employment_changes_from_a_day_on():
    change = ChangeEmployment(person_id=PERSON, body=ScrutinyBody.PRISONS, employed_in=FIFE_BEFORE_2018, from_day=TODAY)
    changed = EmploymentChanged(person_id=PERSON, body=ScrutinyBody.PRISONS, employed_in=FIFE, from_day=TODAY)
    Given(team_member, registered).when(change).then(changed)
    state = team_member.state([registered, changed])
    assert (state.body, state.employed_in) == (ScrutinyBody.PRISONS, FIFE)
    Given(team_member, registered).when(replace(change, employed_in=NATION)).refused(UnknownCouncil)


def test_an_employment_that_changed_on_the_calendars_first_day_is_one_all_the_same():
    state = team_member.state([replace(registered, employed_in=FALKIRK), works(None, date.min)])
    assert [tie.until for tie in state.ties] == [date.min]


def test_who_works_for_a_body_that_does_not_take_part_joins_once_it_was_invited():
    prisons = replace(registered, body=ScrutinyBody.PRISONS)
    refused = when_assigned(prisons).refused(BodyNotTakingPart)
    assert refused.details == {"body": "inspectorate-of-prisons"}
    joined = PartnerInvited(inspection_id=INSPECTION, partner=ScrutinyBody.PRISONS)
    when_assigned(prisons, inspected=inspection.state([opened, joined])).then(assigned)
    when_assigned(replace(registered, body=None)).then(assigned)


def test_a_local_records_reader_is_local():
    reader = replace(assign, team_role=TeamRole.LOCAL_RECORDS_READER)
    joined = replace(assigned, team_role=TeamRole.LOCAL_RECORDS_READER)
    local = replace(registered, home_area=FALKIRK, employed_in=FALKIRK, body=None)
    Given(team_member, local, inspected=OPEN).when(reader).then(joined)


EIGHTEEN, BEFORE_27 = date(2007, 9, 1), date(1998, 9, 2)
"""Born so, somebody is 18 today for the first day, or 26 for the last."""


@pytest.mark.parametrize(
    ("born_on", "until"),
    [(EIGHTEEN, date(2034, 8, 31)), (BEFORE_27, TODAY), (date(2004, 2, 29), date(2031, 2, 28))],
)
def test_a_volunteers_birth_date_is_sealed_and_their_last_day_is_not(born_on: date, until: date):
    fact = replace(registered, volunteer_until=until, born_on=Words(born_on.isoformat()))
    Given(team_member).when(replace(register, born_on=born_on)).then(fact)


@pytest.mark.parametrize(
    "born_on", [EIGHTEEN + timedelta(days=1), BEFORE_27 - timedelta(days=1), date.max, date(9973, 1, 1), date.min]
)
def test_who_is_too_young_or_too_old_is_not_registered_as_a_volunteer(born_on: date):
    refused = Given(team_member).when(replace(register, born_on=born_on)).refused(NotOfVolunteersAge)
    assert refused.details == {"pointer": "/born_on"}


def test_a_volunteer_is_of_the_age_on_the_day_of_joining():
    volunteer = replace(assign, team_role=TeamRole.YOUNG_INSPECTION_VOLUNTEER)
    joined = replace(assigned, team_role=TeamRole.YOUNG_INSPECTION_VOLUNTEER)
    known = replace(registered, volunteer_until=TODAY)
    Given(team_member, known, inspected=OPEN).when(volunteer).then(joined)
    too_late = replace(volunteer, today=TODAY + timedelta(days=1))
    refused = Given(team_member, known, inspected=OPEN).when(too_late).refused(NotOfVolunteersAge)
    assert refused.details == {"pointer": "/team_role"}
    Given(team_member, registered, inspected=OPEN).when(volunteer).refused(NotOfVolunteersAge)


@pytest.mark.parametrize("council", AYRSHIRE)
def test_a_tie_to_any_council_of_a_partnership_counts(council: GssCode):
    when_assigned(replace(registered, home_area=council), inspected=IN_AYRSHIRE).refused(ConflictOfInterest)
    when_assigned(replace(registered, home_area=council)).then(assigned)


def test_somebody_joins_a_team_once():
    refused = when_assigned(registered, assigned).refused(AlreadyOnTeam)
    assert refused.details == {"person_id": PERSON}


@pytest.mark.parametrize(("last_day", "again"), [(-1, True), (0, False), (1, False)])
def test_whose_assignment_has_ended_may_be_assigned_again(last_day: int, *, again: bool):
    ended = replace(assigned, to_day=TODAY + timedelta(days=last_day))
    asked = when_assigned(registered, ended)
    if again:
        asked.then(assigned)
    else:
        asked.refused(AlreadyOnTeam)
    when_assigned(registered, assigned, ended, command=replace(assign, today=TODAY + timedelta(days=2))).then(assigned)


PERIODS: list[dict[str, date]] = [
    {"from_day": TODAY},
    {"to_day": TODAY},
    {"from_day": TODAY, "to_day": TODAY},
    {"from_day": TODAY, "to_day": TODAY + timedelta(days=1)},
]
"""From a day on, until a day, for one day, from a day to a later one."""
BACKWARD = {"from_day": TODAY, "to_day": TODAY - timedelta(days=1)}


@pytest.mark.parametrize("period", PERIODS)
def test_somebody_joins_for_a_period(period: dict[str, date]):
    when_assigned(registered, command=replace(assign, **period)).then(replace(assigned, **period))


def test_a_period_on_a_team_does_not_run_backward():
    refused = when_assigned(registered, command=replace(assign, **BACKWARD)).refused(PeriodRunsBackward)
    assert refused.details == {"pointer": "/to_day"}


def test_an_assignment_as_it_was_first_written_has_no_end():
    body = {"inspection_id": str(INSPECTION), "person_id": str(PERSON), "team_role": "inspector"}
    read = codec.decode("scheduling.TeamMemberAssigned", 1, json.dumps(body).encode(), UUID(int=1), "team_member/x")
    assert read == assigned
    assert (read.from_day, read.to_day) == (None, None)


def test_an_interest_declared_later_keeps_somebody_from_joining_again():
    when_assigned(registered, assigned, declared()).refused(ConflictOfInterest)


def test_nobody_joins_the_team_of_an_inspection_that_is_not_there():
    when_assigned(registered, inspected=inspection.initial).refused(NotFound)


def test_nobody_joins_the_team_of_an_inspection_that_has_ended():
    when_assigned(registered, inspected=inspection.state([opened, closed])).refused(InspectionIsClosed)


def test_only_somebody_who_is_registered_can_be_asked_about():
    for command in (declare(), assign, ChangeEmployment(person_id=PERSON, from_day=TODAY)):
        assert not team_member.decisions[type(command)].creates
    assert team_member.decisions[RegisterTeamMember].creates
