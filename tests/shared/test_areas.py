"""Areas: councils by code and by name, sets of them, partnerships and the nation."""

import pytest
from marshmallow import ValidationError

from shared.schemas import schema_of
from shared.vocabulary.areas import (
    NATION,
    PARTNERSHIPS,
    Area,
    NotAnArea,
    UnknownCouncil,
    UnknownPartnership,
    area_of,
    council,
    council_named,
    health_board_of,
    name_of,
    names_in,
    partnership,
)
from shared.vocabulary.councils import ALIASES, COUNCILS, HEALTH_BOARDS, RETIRED, RETIRED_BOARDS, SCOTLAND

FIFE, OLD_FIFE = "S12000047", "S12000015"


def test_there_are_32_councils_and_14_health_boards() -> None:
    assert (len(COUNCILS), len({one.name for one in COUNCILS.values()}), len(HEALTH_BOARDS)) == (32, 32, 14)


def test_every_council_has_a_health_board_and_every_board_a_council() -> None:
    assert {one.health_board for one in COUNCILS.values()} == set(HEALTH_BOARDS)


def test_no_code_is_both_retired_and_current() -> None:
    assert not set(RETIRED) & set(COUNCILS)
    assert set(RETIRED.values()) | set(ALIASES.values()) <= set(COUNCILS)
    assert not set(RETIRED_BOARDS) & set(HEALTH_BOARDS)
    assert set(RETIRED_BOARDS.values()) <= set(HEALTH_BOARDS)


def test_dundee_is_not_east_ayrshire() -> None:
    assert name_of("S12000042") == "Dundee City"
    assert name_of("S12000008") == "East Ayrshire"


@pytest.mark.parametrize(("old", "now"), list(RETIRED.items()))
def test_a_retired_code_becomes_the_current_one(old: str, now: str) -> None:
    assert council(old) == now


@pytest.mark.parametrize("wrong", ["S12000099", "E06000001", "Fyfe", "", "s12000047", " S12000047", SCOTLAND])
def test_what_is_not_a_council_is_refused(wrong: str) -> None:
    with pytest.raises(UnknownCouncil) as refused:
        council(wrong)
    assert refused.value.status == 422


def test_a_refusal_repeats_a_code_but_never_words() -> None:
    with pytest.raises(UnknownCouncil) as of_a_code:
        council("S12000099")
    with pytest.raises(UnknownCouncil) as of_words:
        council("the flat above the shop")
    assert of_a_code.value.details == {"code": "S12000099"}
    assert of_words.value.details == {}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Edinburgh", "S12000036"),
        ("city of  EDINBURGH", "S12000036"),
        ("Western Isles", "S12000013"),
        ("Comhairle nan Eilean Siar", "S12000013"),
        ("Orkney", "S12000023"),
        ("Shetland", "S12000027"),
        ("borders", "S12000026"),
        ("Perth & Kinross", "S12000048"),
    ],
)
def test_a_council_is_found_by_any_of_its_names(name: str, code: str) -> None:
    assert council_named(name) == code


def test_a_name_that_nobody_uses_is_refused() -> None:
    with pytest.raises(UnknownCouncil):
        council_named("Fyfe")


def test_a_council_is_covered_by_its_health_board() -> None:
    assert HEALTH_BOARDS[health_board_of(OLD_FIFE)] == "Fife"


def test_an_area_is_a_set_in_one_order_of_current_codes() -> None:
    assert area_of([FIFE, "S12000005", OLD_FIFE]).councils == ("S12000005", FIFE)
    assert len({area_of([FIFE]), area_of([OLD_FIFE]), area_of([FIFE, FIFE])}) == 1


def test_an_area_from_a_request_is_held_to_the_same() -> None:
    schema = schema_of(Area)()
    assert schema.load({"councils": [OLD_FIFE]}) == area_of([FIFE])
    with pytest.raises(ValidationError):
        schema.load({"councils": ["S12000099"]})
    with pytest.raises(NotAnArea):
        schema.load({"councils": []})


def test_an_area_is_never_empty_nor_the_nation_and_a_council() -> None:
    for codes in ([], [SCOTLAND, FIFE]):
        with pytest.raises(NotAnArea):
            area_of(codes)


def test_the_nation_is_an_area_that_holds_every_council() -> None:
    assert area_of([SCOTLAND]) == NATION
    assert (NATION.is_nation, NATION.name) == (True, "Scotland")
    assert all(code in NATION for code in COUNCILS)
    with pytest.raises(UnknownCouncil):
        assert "nowhere" in NATION


def test_an_area_says_whether_it_holds_a_council_or_overlaps() -> None:
    ayrshire = partnership("cjp:ayrshire")
    assert "S12000028" in ayrshire
    assert FIFE not in ayrshire
    assert ayrshire.overlaps(area_of(["S12000028", FIFE]))
    assert ayrshire.overlaps(NATION)
    assert not ayrshire.overlaps(area_of([FIFE]))


def test_ayrshire_is_one_partnership_of_three_councils() -> None:
    assert partnership("cjp:ayrshire").name == "East Ayrshire, North Ayrshire and South Ayrshire"
    assert "cjp:east-ayrshire" not in PARTNERSHIPS


def test_thirty_partnerships_cover_every_council_once() -> None:
    assert len(PARTNERSHIPS) == 30
    assert sorted(code for area in PARTNERSHIPS.values() for code in area.councils) == sorted(COUNCILS)


def test_the_five_partnerships_that_were_validated_are_seven_councils() -> None:
    places = ("north-lanarkshire", "clackmannanshire", "ayrshire", "shetland-islands", "east-lothian")
    assert sum(len(partnership(f"cjp:{place}").councils) for place in places) == 7


def test_a_partnership_that_is_not_there_is_refused() -> None:
    with pytest.raises(UnknownPartnership):
        partnership("cjp:fyfe")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Glasgow did well.", {"S12000049"}),
        ("In Fife, and in Perth & Kinross", {"S12000047", "S12000048"}),
        ("the BORDERS; Eilean Siar", {"S12000026", "S12000013"}),
        ("Edinburgh, Aberdeen", {"S12000036", "S12000033"}),
        ("fifeshire, a moraying clackmannan", set()),
        ("", set()),
    ],
)
def test_councils_that_a_text_names_are_found_by_any_of_their_names(text: str, named: set[str]) -> None:
    assert names_in(text) == named
