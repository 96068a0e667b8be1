"""A programme's scope, given, when, then: areas dropped, their number changed, phases continued, and the end."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from services.scheduling.aggregates.inspection import Inspection, inspection
from services.scheduling.aggregates.opening import AreaNotSelected
from services.scheduling.aggregates.programme import (
    AreaCapReached,
    CapAboveEdition,
    CouncilAlreadySelected,
    EarlierProgrammeUnknown,
    NotTheNextPhase,
    Programme,
    ProgrammeIsClosed,
    ReasonMissing,
    programme,
)
from services.scheduling.aggregates.scope import AreaIsInspected, InspectionsStillOpen, ScopeBelowSelected
from services.scheduling.commands import (
    ChangeScope,
    CloseProgramme,
    CommissionProgramme,
    DropArea,
    NoteInspection,
    SelectArea,
)
from services.scheduling.events import AreaDropped, AreaInspected, AreaSelected
from services.scheduling.policies import policies
from shared.contracts.scheduling import ProgrammeClosed, ProgrammeCommissioned, ScopeChanged
from shared.methodologies import editions
from shared.methodologies.shape import Edition
from shared.testing import Given
from shared.vocabulary.areas import area_of
from shared.vocabulary.identity import EditionKey, GssCode, ProgrammeId, ReasonCode
from shared.vocabulary.methods import OutputScope, ReachUnit
from tests.scheduling.facts import (
    AREA,
    FALKIRK,
    FIFE,
    INSPECTION,
    KEY,
    MONDAY,
    NATION,
    PROGRAMME,
    STIRLING,
    closed,
    commissioned,
    opened,
    selected,
)

REQUEST = ReasonCode("request-of-ministers")
EARLIER = ProgrammeId(UUID(int=5))


def some(fits: Any) -> Edition:
    """An edition of some kind, whichever it is."""
    return next(each for each in editions().values() if fits(each))


ASKS_WHY = some(lambda each: each.reach.reason_needed)
OF_ALL = some(
    lambda each: (
        each.reach.every
        and each.reach.unit is not ReachUnit.NATION
        and any(output.per is OutputScope.NATION for output in each.outputs)
    )
)
FIRST_PHASE, SECOND_PHASE = (
    some(lambda each, number=number: each.phase and each.phase.number == number) for number in (1, 2)
)


def of(edition: Edition, at_most: int | None = None, continues: ProgrammeId | None = None) -> ProgrammeCommissioned:
    return ProgrammeCommissioned(
        programme_id=PROGRAMME, edition=edition.name, areas_at_most=at_most, continues=continues
    )


def select(*councils: GssCode, reason: ReasonCode | None = None, risk_based: bool | None = None) -> SelectArea:
    return SelectArea(programme_id=PROGRAMME, councils=councils, reason=reason, risk_based=risk_based)


def in_programme(*councils: GssCode, reason: ReasonCode | None = None, risk_based: bool | None = None) -> AreaSelected:
    return AreaSelected(programme_id=PROGRAMME, area=area_of(councils), reason=reason, risk_based=risk_based)


drop = DropArea(programme_id=PROGRAMME, councils=(FALKIRK,), reason=REQUEST)
dropped = AreaDropped(programme_id=PROGRAMME, area=AREA, reason=REQUEST)
inspected = AreaInspected(programme_id=PROGRAMME, inspection_id=INSPECTION, area=AREA)
close = CloseProgramme(programme_id=PROGRAMME, today=MONDAY)
ended = ProgrammeClosed(programme_id=PROGRAMME, closed_on=MONDAY)


def change(at_most: int | None) -> ChangeScope:
    return ChangeScope(programme_id=PROGRAMME, areas_at_most=at_most, reason=REQUEST)


def changed(at_most: int | None, was: int | None) -> ScopeChanged:
    return ScopeChanged(programme_id=PROGRAMME, areas_at_most=at_most, was=was, reason=REQUEST)


def test_why_an_area_was_chosen_is_kept_where_it_is_said():
    sampled = {"reason": ReasonCode("geography"), "risk_based": False}
    Given(programme, commissioned).when(select(FALKIRK, **sampled)).then(in_programme(FALKIRK, **sampled))
    state = programme.state([commissioned, in_programme(FALKIRK, **sampled)])
    assert (state.choice_of(AREA).reason, state.choice_of(AREA).risk_based) == ("geography", False)


@pytest.mark.parametrize(
    ("given", "missing"),
    [({}, "/reason"), ({"risk_based": False}, "/reason"), ({"reason": REQUEST}, "/risk_based")],
)
def test_an_edition_may_ask_why_an_area_is_chosen_and_whether_for_its_risk(given: dict[str, Any], missing: str):
    refused = Given(programme, of(ASKS_WHY)).when(select(FALKIRK, **given)).refused(ReasonMissing)
    assert refused.details == {"pointer": missing}
    whole = {"reason": REQUEST, "risk_based": False}
    Given(programme, of(ASKS_WHY)).when(select(FALKIRK, **whole)).then(in_programme(FALKIRK, **whole))


def test_the_nation_is_selected_beside_its_areas_where_there_is_an_output_for_it():
    past = of(OF_ALL, 1), in_programme(FALKIRK)
    Given(programme, *past).when(select(NATION)).then(in_programme(NATION))
    Given(programme, *past, in_programme(NATION)).when(select(NATION)).refused(CouncilAlreadySelected)


def test_the_nation_beside_its_areas_counts_towards_no_cap():
    past = of(OF_ALL, 1), in_programme(NATION)
    Given(programme, *past).when(select(FALKIRK)).then(in_programme(FALKIRK))
    Given(programme, *past, in_programme(FALKIRK)).when(select(FIFE)).refused(AreaCapReached)


def test_no_reason_is_asked_for_the_nation_beside_its_areas():
    Given(programme, of(ASKS_WHY)).when(select(NATION)).then(in_programme(NATION))


def test_an_area_is_dropped_as_it_was_selected_and_may_be_selected_again():
    Given(programme, commissioned, selected).when(drop).then(dropped)
    Given(programme, commissioned, selected, dropped).when(select(FALKIRK)).then(selected)


def test_only_an_area_of_the_programme_is_dropped():
    refused = Given(programme, commissioned).when(drop).refused(AreaNotSelected)
    assert refused.details == {"programme_id": PROGRAMME}
    Given(programme, commissioned, in_programme(FALKIRK, FIFE)).when(drop).refused(AreaNotSelected)


def test_an_area_whose_inspection_was_opened_is_not_dropped():
    refused = Given(programme, commissioned, selected, inspected).when(drop).refused(AreaIsInspected)
    assert refused.details == {"programme_id": PROGRAMME}


def test_what_was_opened_as_its_area_was_dropped_is_in_the_programme_all_the_same():
    note = NoteInspection(programme_id=PROGRAMME, inspection_id=INSPECTION, area=AREA)
    Given(programme, commissioned, selected, dropped).when(note).then(inspected)
    assert programme.state([commissioned, selected, dropped, inspected]).areas == (AREA,)
    Given(programme, commissioned, selected, inspected).when(note).then()


def test_an_opened_inspection_is_noted_with_its_programme():
    def asked() -> Iterator[object]:
        for policy in policies[type(opened)]:
            yield from policy(opened)

    assert list(asked()) == [NoteInspection(programme_id=PROGRAMME, inspection_id=INSPECTION, area=AREA)]


def test_a_scope_changes_and_what_was_planned_is_kept():
    Given(programme, of(OF_ALL, 4)).when(change(6)).then(changed(6, 4))
    Given(programme, of(OF_ALL, 4), changed(6, 4)).when(change(None)).then(changed(None, 6))
    Given(programme, commissioned).when(change(2)).then(changed(2, 4))


def test_a_scope_that_is_the_same_changes_nothing():
    Given(programme, commissioned).when(change(4)).then()
    Given(programme, commissioned).when(change(None)).then()


@pytest.mark.parametrize("areas", [5, 0, -1])
def test_a_scope_is_never_more_than_the_methodologys(areas: int):
    refused = Given(programme, commissioned).when(change(areas)).refused(CapAboveEdition)
    assert refused.details == {"areas_at_most": areas, "allowed": 4, "pointer": "/areas_at_most"}


def test_a_scope_is_never_fewer_than_were_selected():
    past = commissioned, selected, in_programme(FIFE)
    Given(programme, *past).when(change(2)).then(changed(2, 4))
    assert Given(programme, *past).when(change(1)).refused(ScopeBelowSelected).details == {"selected": 2}
    Given(programme, of(OF_ALL, 4), in_programme(NATION), selected).when(change(1)).then(changed(1, 4))


def when_closed(*past: Any, opened: tuple[Inspection, ...] = ()) -> Given:
    return Given(programme, commissioned, *past, opened=opened).when(close)


def test_a_programme_ends_with_its_last_inspection():
    when_closed().then(ended)
    when_closed(selected, inspected, opened=(inspection.state([opened, closed]),)).then(ended)
    refused = when_closed(selected, inspected, opened=(inspection.state([opened]),)).refused(InspectionsStillOpen)
    assert refused.details == {"inspections": 1}


def test_every_inspection_of_a_programme_is_looked_at():
    look = programme.decisions[CloseProgramme].looks["opened"]
    state = programme.state([commissioned, selected, inspected])
    assert look.streams(close, state) == [f"inspection/{INSPECTION}"]


@pytest.mark.parametrize("command", [select(STIRLING), drop, change(2)])
def test_nothing_changes_in_a_programme_that_has_ended(command: object):
    Given(programme, commissioned, selected, ended).when(command).refused(ProgrammeIsClosed)


def test_a_programme_ends_once():
    when_closed(ended).refused(ProgrammeIsClosed)


def when_continuing(edition: Edition | EditionKey, *earlier: object) -> Given:
    key = edition if isinstance(edition, str) else edition.name
    command = CommissionProgramme(programme_id=PROGRAMME, edition=key, continues=EARLIER)
    return Given(programme, earlier=(programme.state(earlier),)).when(command)


def test_a_phase_continues_the_one_before():
    expected = of(SECOND_PHASE, SECOND_PHASE.reach.at_most, EARLIER)
    when_continuing(SECOND_PHASE, of(FIRST_PHASE)).then(expected)
    assert programme.state([expected]).continues == EARLIER


def test_which_programme_is_continued_is_looked_at():
    look = programme.decisions[CommissionProgramme].looks["earlier"]
    command = CommissionProgramme(programme_id=PROGRAMME, edition=KEY, continues=EARLIER)
    assert look.streams(command, Programme()) == [f"programme/{EARLIER}"]
    assert look.streams(replace(command, continues=None), Programme()) == []


def test_nothing_continues_a_programme_that_there_is_not():
    assert when_continuing(SECOND_PHASE).refused(EarlierProgrammeUnknown).details == {"pointer": "/continues"}


@pytest.mark.parametrize(
    ("edition", "earlier"),
    [
        (FIRST_PHASE, of(FIRST_PHASE)),
        (FIRST_PHASE, of(SECOND_PHASE)),
        (SECOND_PHASE, of(SECOND_PHASE)),
        (SECOND_PHASE, commissioned),
        (KEY, commissioned),
    ],
)
def test_only_the_next_phase_continues_one(edition: Edition | EditionKey, earlier: ProgrammeCommissioned):
    assert when_continuing(edition, earlier).refused(NotTheNextPhase).details == {"pointer": "/continues"}
