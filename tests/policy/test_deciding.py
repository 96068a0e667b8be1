"""The one function that decides: all that it asks has to agree, and whatever is not written down is refused."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from types import MappingProxyType
from uuid import UUID, uuid4

import pytest

from shared.policy.deciding import Allow, Deny, Principal, Reason, Resource, decide
from shared.policy.standing import WORKS_AS, Assignment, Period, Standing, inspections_of
from shared.policy.table import Grant, Obligation, Reach, Row, row_of
from shared.vocabulary.roles import AccessRole, Purpose, TeamRole

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)
MINE, OTHER, ME = uuid4(), uuid4(), uuid4()
INSPECTS = Assignment(TeamRole.INSPECTOR)


def row(reach: Reach, *, words: bool = False, role: AccessRole = AccessRole.INSPECTOR) -> Row:
    grant = Grant(reach, words, frozenset({Obligation.RECORDED}) if words else frozenset())
    return Row("evidence:Anything", frozenset({Purpose.INSPECT}), hidden=False, grants=MappingProxyType({role: grant}))


def asked(
    reach: Reach,
    *inspections: UUID,
    standing: Standing | None = None,
    role: AccessRole = AccessRole.INSPECTOR,
    purpose: Purpose | None = None,
    words: bool = False,
    scopes: frozenset[str] | None = None,
    **of: object,
) -> Allow | Deny:
    who = Principal(ME, role, scopes, {MINE: (INSPECTS,)} if standing is None else standing)
    resource = Resource(frozenset(inspections), **of)  # type: ignore[arg-type]
    return decide(who, row(reach, words=words, role=role), resource, purpose, TODAY)


def test_what_is_not_written_down_is_refused_to_every_role() -> None:
    for role in AccessRole:
        assert decide(Principal(ME, role), None, Resource(), None, TODAY) == Deny(Reason.NO_SUCH_ACTION)
    assert row_of("evidence", "NoSuchThing") is None


def test_a_role_without_a_cell_is_refused() -> None:
    for role in set(AccessRole) - {AccessRole.INSPECTOR}:
        who = Principal(ME, role, standing={MINE: (INSPECTS,)})
        assert decide(who, row(Reach.ALL), Resource(frozenset({MINE})), None, TODAY) == Deny(Reason.ROLE)


@pytest.mark.parametrize("inspections", [(OTHER,), (MINE, OTHER), ()])
def test_nothing_is_reached_but_what_somebody_is_assigned_to(inspections: tuple[UUID, ...]) -> None:
    assert asked(Reach.OWN, *inspections) == Deny(Reason.ASSIGNMENT)
    assert isinstance(asked(Reach.ALL, *inspections), Allow)


def test_all_that_a_request_names_has_to_be_in_reach() -> None:
    mine = frozenset({MINE})
    allowed = Allow(Purpose.INSPECT, words=False, inspections=mine, persons=None, obligations=frozenset())
    assert asked(Reach.OWN, MINE) == allowed


@pytest.mark.parametrize(
    ("assignment", "holds"),
    [
        (Assignment(TeamRole.INSPECTOR, Period(TODAY, TODAY)), True),
        (Assignment(TeamRole.INSPECTOR, Period(TODAY + DAY)), False),
        (Assignment(TeamRole.INSPECTOR, Period(None, TODAY - DAY)), False),
        (Assignment(TeamRole.INSPECTOR, left_on=TODAY), False),
        (Assignment(TeamRole.INSPECTOR, left_on=TODAY + DAY), True),
        (Assignment(TeamRole.LOCAL_RECORDS_READER), False),
        (Assignment(None), False),
    ],
)
def test_an_assignment_counts_in_its_period_until_somebody_leaves_and_for_its_own_work(
    assignment: Assignment, *, holds: bool
) -> None:
    answer = asked(Reach.OWN, MINE, standing={MINE: (assignment,)})
    assert isinstance(answer, Allow) == holds
    if not holds:
        assert answer == Deny(Reason.ASSIGNMENT)


def test_a_place_on_a_team_counts_for_the_roles_that_do_its_work_and_for_no_other() -> None:
    everywhere: dict[AccessRole, set[TeamRole | None]] = {}
    for role, place in product(AccessRole, [*TeamRole, None]):
        if inspections_of(role, {MINE: (Assignment(place),)}, TODAY):
            everywhere.setdefault(role, set()).add(place)
    assert everywhere == {role: set(places) for role, places in WORKS_AS.items()}
    leads = {TeamRole.LEAD, TeamRole.DEPUTE_LEAD, TeamRole.SERVICE_MANAGER}
    assert everywhere[AccessRole.LEAD] == leads
    assert TeamRole.YOUNG_INSPECTION_VOLUNTEER not in everywhere[AccessRole.INSPECTOR]


@pytest.mark.parametrize(
    ("paired", "answer"),
    [
        (None, Deny(Reason.PAIRING)),
        (Period(None, TODAY - DAY), Deny(Reason.PAIRING)),
        (Period(TODAY + DAY), Deny(Reason.PAIRING)),
        (Period(TODAY, TODAY), None),
        (Period(), None),
    ],
)
def test_whoever_does_not_work_alone_is_let_in_only_while_paired(paired: Period | None, answer: Deny | None) -> None:
    reader = AccessRole.LOCAL_RECORDS_READER
    standing = {MINE: (Assignment(TeamRole.LOCAL_RECORDS_READER, paired=paired),)}
    found = asked(Reach.PAIRED, MINE, role=reader, standing=standing)
    assert found == answer if answer else isinstance(found, Allow)
    assert asked(Reach.PAIRED, OTHER, role=reader, standing=standing) == Deny(Reason.ASSIGNMENT)


def test_what_is_about_oneself_is_about_nobody_else() -> None:
    assert isinstance(asked(Reach.SELF, persons=frozenset({ME})), Allow)
    for persons in (frozenset({OTHER}), frozenset({ME, OTHER}), frozenset()):
        assert asked(Reach.SELF, persons=persons) == Deny(Reason.SOMEBODY_ELSE)
    listed = asked(Reach.SELF, partly=True)
    assert isinstance(listed, Allow)
    assert listed.persons == {ME}


def test_a_person_is_reached_through_an_inspection_that_both_work_on() -> None:
    assert isinstance(asked(Reach.OWN, persons=frozenset({OTHER}), through=frozenset({MINE, OTHER})), Allow)
    assert asked(Reach.OWN, persons=frozenset({OTHER}), through=frozenset({OTHER})) == Deny(Reason.ASSIGNMENT)
    assert asked(Reach.OWN, OTHER, persons=frozenset({ME}), through=frozenset({MINE})) == Deny(Reason.ASSIGNMENT)


def test_of_a_list_somebody_sees_their_part_and_naming_anothers_is_refused() -> None:
    answer = asked(Reach.OWN, partly=True)
    assert isinstance(answer, Allow)
    assert answer.inspections == {MINE}
    assert asked(Reach.OWN, OTHER, partly=True) == Deny(Reason.ASSIGNMENT)
    nobody = asked(Reach.OWN, partly=True, standing={})
    assert isinstance(nobody, Allow)
    assert nobody.inspections == frozenset()


def test_words_are_opened_for_a_purpose_that_is_stated_and_that_role_and_action_share() -> None:
    assert asked(Reach.OWN, MINE, words=True) == Deny(Reason.PURPOSE)
    for purpose in set(Purpose) - {Purpose.INSPECT}:
        assert asked(Reach.OWN, MINE, words=True, purpose=purpose) == Deny(Reason.PURPOSE)
        assert asked(Reach.OWN, MINE, purpose=purpose) == Deny(Reason.PURPOSE)
    answer = asked(Reach.OWN, MINE, words=True, purpose=Purpose.INSPECT)
    assert isinstance(answer, Allow)
    assert (answer.words, answer.obligations) == (True, {Obligation.RECORDED})


def test_a_token_that_is_limited_to_some_actions_takes_no_other() -> None:
    assert asked(Reach.ALL, scopes=frozenset({"evidence:SomethingElse"})) == Deny(Reason.SCOPE)
    assert asked(Reach.ALL, scopes=frozenset()) == Deny(Reason.SCOPE)
    assert isinstance(asked(Reach.ALL, scopes=frozenset({"evidence:Anything"})), Allow)


def test_deciding_changes_nothing_and_answers_the_same_again() -> None:
    who, action = Principal(ME, AccessRole.INSPECTOR, standing={MINE: (INSPECTS,)}), row(Reach.OWN)
    kept = replace(who)
    answers = {decide(who, action, Resource(frozenset({MINE})), None, TODAY) for _ in range(5)}
    assert len(answers) == 1
    assert who == kept
