"""Who is to act on a recommendation, and how far it is."""

import pytest

from shared.vocabulary.follow_up import NATIONAL_BODIES, Owner, RecommendationState, UnknownOwner, owner_code
from shared.vocabulary.identity import OwnerCode
from shared.vocabulary.text import PublishedText


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("S12000014", "S12000014"),
        ("S12000015", "S12000047"),
        ("S08000018", "S08000029"),
        ("S92000003", "S92000003"),
        ("cjp:ayrshire", "cjp:ayrshire"),
        ("police-scotland", "police-scotland"),
    ],
)
def test_an_owner_is_read_by_the_code_that_it_has_now(given: str, read: str):
    assert owner_code(given) == read


@pytest.mark.parametrize("code", ["S12000099", "S08000099", "E06000001"])
def test_what_looks_like_an_areas_code_is_one(code: str):
    with pytest.raises(UnknownOwner) as refused:
        owner_code(code)
    assert refused.value.details == {"code": code}


def test_an_authority_tells_one_area_from_another_and_a_national_body_does_not():
    def owner(code: str) -> Owner:
        return Owner(code=OwnerCode(code), title=PublishedText("Somebody"))

    assert owner("S12000014").is_authority
    assert owner("cjp:ayrshire").is_authority
    assert not any(owner(code).is_authority for code in NATIONAL_BODIES)


def test_only_what_is_closed_or_superseded_is_over():
    assert {state for state in RecommendationState if state.is_over} == {
        RecommendationState.CLOSED,
        RecommendationState.SUPERSEDED,
    }
