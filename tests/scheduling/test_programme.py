"""A programme of inspections, given, when, then."""

import pytest

from services.scheduling.aggregates.programme import (
    AreaCapReached,
    CapAboveEdition,
    CouncilAlreadySelected,
    CouncilTwice,
    ProgrammeAlreadyCommissioned,
    programme,
)
from services.scheduling.commands import CommissionProgramme, SelectArea
from services.scheduling.events import AreaSelected
from shared.contracts.scheduling import ProgrammeCommissioned
from shared.methodologies import UnknownEdition
from shared.testing import Given
from shared.vocabulary.areas import NotAnArea, UnknownCouncil, area_of
from shared.vocabulary.identity import EditionKey, GssCode
from tests.scheduling.facts import (
    AYRSHIRE,
    FALKIRK,
    FIFE,
    FIFE_BEFORE_2018,
    KEY,
    NATION,
    PROGRAMME,
    STIRLING,
    commissioned,
    selected,
)


def commission(at_most: int | None = None, edition: str = KEY) -> CommissionProgramme:
    return CommissionProgramme(programme_id=PROGRAMME, edition=EditionKey(edition), areas_at_most=at_most)


def select(*councils: GssCode) -> SelectArea:
    return SelectArea(programme_id=PROGRAMME, councils=councils)


def in_programme(*councils: GssCode) -> AreaSelected:
    return AreaSelected(programme_id=PROGRAMME, area=area_of(councils))


def for_at_most(areas: int) -> ProgrammeCommissioned:
    return ProgrammeCommissioned(programme_id=PROGRAMME, edition=KEY, areas_at_most=areas)


def test_a_programme_is_commissioned_for_as_many_areas_as_its_methodology_is_for():
    Given(programme).when(commission()).then(commissioned)


@pytest.mark.parametrize("areas", [1, 4])
def test_a_programme_may_be_commissioned_for_fewer_areas(areas: int):
    Given(programme).when(commission(areas)).then(for_at_most(areas))


def test_an_earlier_edition_was_for_more_areas():
    earlier = EditionKey("supervision-at-home@2025-1")
    six = ProgrammeCommissioned(programme_id=PROGRAMME, edition=earlier, areas_at_most=6)
    Given(programme).when(commission(6, earlier)).then(six)


@pytest.mark.parametrize("areas", [5, 0, -1])
def test_a_programme_is_never_for_more_areas_than_its_methodology_nor_for_none(areas: int):
    refused = Given(programme).when(commission(areas)).refused(CapAboveEdition)
    assert refused.details == {"areas_at_most": areas, "allowed": 4, "pointer": "/areas_at_most"}


def test_a_programme_is_commissioned_once():
    refused = Given(programme, commissioned).when(commission()).refused(ProgrammeAlreadyCommissioned)
    assert refused.details == {"programme_id": PROGRAMME}


def test_a_programme_follows_an_edition_that_there_is():
    Given(programme).when(commission(edition="supervision-at-home@1999-1")).refused(UnknownEdition)


def test_an_area_is_selected():
    Given(programme, commissioned).when(select(FALKIRK)).then(selected)


def test_a_partnership_of_three_councils_is_one_area_in_whatever_order_it_is_named():
    last, *others = AYRSHIRE
    Given(programme, commissioned).when(select(*others, last)).then(in_programme(*AYRSHIRE))


def test_a_retired_code_is_read_as_the_current_one():
    (fact,) = programme.decide(select(FIFE_BEFORE_2018), programme.state([commissioned]))
    assert fact.area.councils == (FIFE,)


def test_a_council_is_named_once():
    Given(programme, commissioned).when(select(FALKIRK, FALKIRK)).refused(CouncilTwice)
    refused = Given(programme, commissioned).when(select(FIFE, FIFE_BEFORE_2018)).refused(CouncilTwice)
    assert refused.details == {"pointer": "/councils"}


def test_a_council_is_in_a_programme_once():
    refused = Given(programme, commissioned, selected).when(select(STIRLING, FALKIRK)).refused(CouncilAlreadySelected)
    assert refused.details == {"councils": [FALKIRK]}
    Given(programme, commissioned, in_programme(FIFE)).when(select(FIFE_BEFORE_2018)).refused(CouncilAlreadySelected)


def test_every_council_is_in_a_programme_that_is_about_the_nation():
    nation = in_programme(NATION)
    Given(programme, commissioned).when(select(NATION)).then(nation)
    Given(programme, commissioned, nation).when(select(FALKIRK)).refused(CouncilAlreadySelected)
    Given(programme, commissioned, selected).when(select(NATION)).refused(CouncilAlreadySelected)


def test_a_programme_has_as_many_areas_as_it_was_commissioned_for():
    two = for_at_most(2)
    Given(programme, two, selected).when(select(FIFE)).then(in_programme(FIFE))
    refused = Given(programme, two, selected, in_programme(FIFE)).when(select(STIRLING)).refused(AreaCapReached)
    assert refused.details == {"areas_at_most": 2}


def test_a_partnership_counts_as_one_area():
    two = for_at_most(2)
    Given(programme, two, in_programme(*AYRSHIRE)).when(select(FIFE)).then(in_programme(FIFE))


def test_no_area_at_all_is_refused():
    Given(programme, commissioned).when(select()).refused(NotAnArea)
    Given(programme, commissioned).when(select(NATION, FALKIRK)).refused(NotAnArea)


def test_what_is_no_council_is_refused():
    refused = Given(programme, commissioned).when(select(GssCode("S12000099"))).refused(UnknownCouncil)
    assert refused.details == {"code": "S12000099"}
