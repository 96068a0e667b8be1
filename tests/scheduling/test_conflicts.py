"""Conflicts of interest that come to be known later, and what is decided on them, given, when, then."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.scheduling.aggregates.conflicts import (
    ConflictOfInterest,
    NothingToMitigate,
    OwnArea,
    OwnConflict,
)
from services.scheduling.aggregates.inspection import Inspection, InspectionIsClosed, inspection
from services.scheduling.aggregates.team_member import team_member
from services.scheduling.commands import MitigateConflict, RecheckAssignments
from services.scheduling.events import ConflictFound, ConflictMitigated, EmploymentChanged, InterestDeclared
from services.scheduling.policies import policies
from shared.contracts.scheduling import TeamMemberLeft
from shared.errors import NotFound
from shared.messages import Words
from shared.testing import Given
from shared.vocabulary.areas import area_of
from shared.vocabulary.identity import ActorId, InspectionId
from shared.vocabulary.roles import TeamRole
from tests.scheduling.facts import FALKIRK, FIFE, INSPECTION, PERSON, STIRLING, closed, opened
from tests.scheduling.test_team_member import OPEN, TODAY, assign, assigned, declared, registered, works

SOMEBODY = ActorId(uuid4())
HOW = Words("Somebody else reads what concerns the spouse's team.")
OTHER = InspectionId(UUID(int=7))
recheck = RecheckAssignments(person_id=PERSON, today=TODAY)
found = ConflictFound(person_id=PERSON, inspection_id=INSPECTION, found_on=TODAY)
mitigate = MitigateConflict(person_id=PERSON, inspection_id=INSPECTION, reason=HOW, actor=SOMEBODY, today=TODAY)
mitigated = ConflictMitigated(
    person_id=PERSON, inspection_id=INSPECTION, mitigated_by=SOMEBODY, mitigated_on=TODAY, reason=HOW
)
left = TeamMemberLeft(inspection_id=INSPECTION, person_id=PERSON, left_on=TODAY)


def when_rechecked(*past: Any, inspected: tuple[Inspection, ...] = (OPEN,)) -> Given:
    return Given(team_member, registered, *past, inspected=inspected).when(recheck)


def when_mitigated(*past: Any, inspected: Inspection = OPEN, command: MitigateConflict = mitigate) -> Given:
    return Given(team_member, registered, *past, inspected=inspected).when(command)


@pytest.mark.parametrize("tie", [declared(), works(FALKIRK)])
def test_whoever_becomes_tied_to_an_area_that_they_inspect_is_found(tie: object):
    when_rechecked(assigned, tie).then(found)


def test_ties_elsewhere_are_nothing_to_find():
    when_rechecked(assigned, declared(STIRLING), works(STIRLING)).then()


def test_a_conflict_is_found_once_until_it_is_decided_on():
    when_rechecked(assigned, declared(), found).then()
    when_rechecked(assigned, declared(), found, mitigated).then()


def test_a_tie_that_comes_to_be_known_after_the_mitigation_is_another_conflict():
    when_rechecked(assigned, declared(), found, mitigated, declared()).then(found)
    when_rechecked(assigned, declared(), found, mitigated, works(FALKIRK)).then(found)


def test_who_has_left_is_not_looked_at():
    when_rechecked(assigned, left, declared(), inspected=()).then()
    assert team_member.state([registered, assigned, declared(), found, left]).conflicts == set()


def test_an_inspection_that_has_ended_is_not_looked_at():
    when_rechecked(assigned, declared(), inspected=(inspection.state([opened, closed]),)).then()


def test_a_local_records_reader_is_local_and_stays_so():
    when_rechecked(replace(assigned, team_role=TeamRole.LOCAL_RECORDS_READER), works(FALKIRK)).then()


def test_each_of_several_teams_is_looked_at_by_itself():
    other = replace(assigned, inspection_id=OTHER)
    in_fife = inspection.state([replace(opened, inspection_id=OTHER, area=area_of([FIFE]))])
    state = team_member.state([replace(registered, home_area=STIRLING), assigned, other, declared()])
    look = team_member.decisions[RecheckAssignments].looks["inspected"]
    streams = look.streams(recheck, state)
    assert sorted(streams) == sorted([f"inspection/{INSPECTION}", f"inspection/{OTHER}"])
    inspected = tuple(OPEN if name.endswith(str(INSPECTION)) else in_fife for name in streams)
    assert team_member.decide(recheck, state, inspected=inspected) == [found]


@pytest.mark.parametrize("fact", [declared(), works(FALKIRK)])
def test_whatever_changes_somebodys_ties_lets_their_teams_be_looked_at(fact: InterestDeclared | EmploymentChanged):
    def asked() -> Iterator[object]:
        for policy in policies[type(fact)]:
            yield from policy(fact)

    assert list(asked()) == [replace(recheck, today=None)]


def test_another_person_mitigates_before_somebody_joins():
    Given(team_member, registered, declared(), inspected=OPEN).when(assign).refused(ConflictOfInterest)
    when_mitigated(declared()).then(mitigated)
    Given(team_member, registered, declared(), mitigated, inspected=OPEN).when(assign).then(assigned)


def test_what_is_mitigated_for_one_inspection_is_not_for_another():
    there = replace(mitigated, inspection_id=OTHER)
    Given(team_member, registered, declared(), there, inspected=OPEN).when(assign).refused(ConflictOfInterest)


def test_what_comes_to_be_known_after_the_mitigation_keeps_somebody_from_joining():
    past = (registered, declared(), mitigated, declared())
    Given(team_member, *past, inspected=OPEN).when(assign).refused(ConflictOfInterest)
    when_mitigated(declared(), mitigated, declared()).then(mitigated)


def test_another_person_mitigates_what_was_found_on_a_team():
    when_mitigated(assigned, declared(), found).then(mitigated)
    assert team_member.state([registered, assigned, declared(), found, mitigated]).conflicts == set()


@pytest.mark.parametrize("actor", [ActorId(PERSON), None])
def test_nobody_mitigates_a_conflict_of_their_own(actor: ActorId | None):
    refused = when_mitigated(declared(), command=replace(mitigate, actor=actor)).refused(OwnConflict)
    assert refused.recorded


def test_a_conflict_of_ones_own_looks_the_same_whether_there_is_one_or_not():
    when_mitigated(command=replace(mitigate, actor=ActorId(PERSON))).refused(OwnConflict)


@pytest.mark.parametrize(
    "past", [(replace(registered, home_area=FALKIRK),), (registered, works(FALKIRK, TODAY + timedelta(days=90)))]
)
def test_nothing_makes_it_safe_to_inspect_ones_own_area(past: tuple[object, ...]):
    refused = Given(team_member, *past, inspected=OPEN).when(mitigate).refused(OwnArea)
    assert refused.recorded


def test_a_former_employer_may_be_mitigated():
    past = (works(FALKIRK, date(2020, 1, 1)), works(None))
    when_mitigated(*past).then(mitigated)


def test_where_there_is_no_conflict_there_is_nothing_to_mitigate():
    when_mitigated().refused(NothingToMitigate)
    when_mitigated(declared(), mitigated).refused(NothingToMitigate)


def test_nothing_is_mitigated_where_there_is_no_inspection_or_none_any_more():
    when_mitigated(declared(), inspected=inspection.initial).refused(NotFound)
    when_mitigated(declared(), inspected=inspection.state([opened, closed])).refused(InspectionIsClosed)
