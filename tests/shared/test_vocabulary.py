"""The words of the field: bodies, scales, proportions, indicators, rights, methods, roles and numbers to call."""

import inspect
import re
from enum import StrEnum
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType, ModuleType

import pytest

import shared.vocabulary
from shared.vocabulary.areas import UnknownCouncil
from shared.vocabulary.bodies import LISTED_BODIES, ScrutinyBody
from shared.vocabulary.contacts import CHILDLINE, NATIONAL_CONTACTS, Checked, contacts, contacts_of
from shared.vocabulary.framework import (
    GENERAL_PRINCIPLES,
    INDICATORS,
    NameStatus,
    UnknownArticle,
    UnknownIndicator,
    Wellbeing,
    article,
    indicator,
)
from shared.vocabulary.participation import LawfulBasis
from shared.vocabulary.roles import SAFEGUARDING_ROLES, VOLUNTEER_AGES, AccessRole
from shared.vocabulary.scales import (
    NOT_EVALUATED,
    SCALES,
    Proportion,
    UnknownScale,
    is_on,
    needs_reason,
    number_of,
    proportion,
    scale,
)

MODULES = [import_module(f"shared.vocabulary.{module.name}") for module in iter_modules(shared.vocabulary.__path__)]
ENUMERATIONS = sorted(
    {one for module in MODULES for _, one in inspect.getmembers(module, inspect.isclass) if issubclass(one, StrEnum)}
    - {StrEnum},
    key=lambda one: one.__name__,
)


@pytest.mark.parametrize("enumeration", ENUMERATIONS)
def test_every_value_is_a_stable_code(enumeration: type[StrEnum]) -> None:
    assert all(re.fullmatch(r"[a-z]+([_-][a-z]+)*", one.value) for one in enumeration)


@pytest.mark.parametrize("module", MODULES)
def test_nothing_in_the_vocabulary_can_be_changed(module: ModuleType) -> None:
    constants = {name: value for name, value in vars(module).items() if name.isupper() and not name.startswith("_")}
    assert all(isinstance(value, MappingProxyType) or hash(value) is not None for value in constants.values())


def test_every_body_has_a_title_and_a_short_name() -> None:
    assert len({body.title for body in ScrutinyBody}) == len(ScrutinyBody)
    assert ScrutinyBody("healthcare-improvement-scotland").short == "HIS"
    assert ScrutinyBody.PROSECUTION.title == "His Majesty's Inspectorate of Prosecution in Scotland"
    assert ScrutinyBody.CARE_INSPECTORATE in LISTED_BODIES


def test_the_care_inspectorates_scale_has_six_points_with_adequate_third() -> None:
    six = scale("ci-six-point")
    assert [(one.number, one.label) for one in six.descriptors] == [
        (6, "excellent"),
        (5, "very good"),
        (4, "good"),
        (3, "adequate"),
        (2, "weak"),
        (1, "unsatisfactory"),
    ]
    assert all(one.says for one in six.descriptors)


@pytest.mark.parametrize("wrong", ["satisfactory", "0", "7", "3.5", "very good", "", "not_evaluated"])
def test_a_grade_of_another_scale_is_not_on_the_care_inspectorates(wrong: str) -> None:
    assert not is_on(scale("ci-six-point"), wrong)


def test_the_same_place_has_another_word_on_another_scale() -> None:
    education, prisons = scale("six-point-satisfactory"), scale("hmips")
    assert number_of(education, "satisfactory") == 3
    assert not is_on(education, "adequate")
    assert number_of(prisons, "satisfactory") == 4
    assert is_on(prisons, "not_applicable")
    assert number_of(prisons, "not_applicable") is None


def test_not_evaluated_is_on_no_scale_and_needs_a_reason() -> None:
    assert not any(is_on(one, NOT_EVALUATED) for one in SCALES.values())
    assert needs_reason(NOT_EVALUATED)
    assert not any(needs_reason(grade.grade) for one in SCALES.values() for grade in one.descriptors)


def test_a_scale_that_is_not_there_is_refused() -> None:
    with pytest.raises(UnknownScale):
        scale("five-stars")


@pytest.mark.parametrize(
    ("count", "total", "word"),
    [
        (0, 7, "none"),
        (7, 7, "all"),
        (999, 1000, "almost_all"),
        (905, 1000, "almost_all"),
        (904, 1000, "most"),
        (90, 100, "most"),
        (75, 100, "most"),
        (745, 1000, "most"),
        (744, 1000, "majority"),
        (50, 100, "majority"),
        (495, 1000, "majority"),
        (494, 1000, "less_than_half"),
        (16, 100, "less_than_half"),
        (155, 1000, "less_than_half"),
        (154, 1000, "few"),
        (15, 100, "few"),
        (1, 1000, "few"),
    ],
)
def test_a_proportion_has_one_word_also_between_the_published_bands(count: int, total: int, word: str) -> None:
    assert proportion(count, total) == word


def test_every_proportion_has_a_word_and_more_is_never_less() -> None:
    order = list(reversed(Proportion))
    for total in range(1, 120):
        places = [order.index(proportion(count, total)) for count in range(total + 1)]
        assert places == sorted(places)


@pytest.mark.parametrize(("count", "total"), [(1, 0), (0, 0), (-1, 5), (6, 5)])
def test_more_than_all_and_a_share_of_nothing_are_no_proportions(count: int, total: int) -> None:
    with pytest.raises(ValueError, match="proportion"):
        proportion(count, total)


def test_the_framework_has_22_indicators_in_nine_areas_and_five_checked_names() -> None:
    assert len(INDICATORS) == 22
    assert {code[0] for code in INDICATORS} == set("123456789")
    assert len({one.domain for one in INDICATORS.values()}) == 5
    checked = {one.code for one in INDICATORS.values() if one.name_status is NameStatus.VERIFIED}
    assert checked == {"2.1", "5.3", "5.4", "6.4", "9.2"}


def test_an_indicator_is_found_by_its_code_or_refused() -> None:
    assert indicator("5.3").title == "Care planning, managing risk and effective intervention"
    with pytest.raises(UnknownIndicator):
        indicator("10.1")


@pytest.mark.parametrize("number", [0, 55, -1])
def test_the_convention_has_articles_1_to_54(number: int) -> None:
    assert [article(n) for n in range(1, 55)] == list(range(1, 55))
    assert set(GENERAL_PRINCIPLES) == {2, 3, 6, 12}
    with pytest.raises(UnknownArticle):
        article(number)


def test_wellbeing_spells_shanarri() -> None:
    assert "".join(one.value[0] for one in Wellbeing) == "shanarri"


def test_a_volunteer_is_18_to_26() -> None:
    assert [age in VOLUNTEER_AGES for age in (17, 18, 26, 27)] == [False, True, True, False]


def test_only_a_lead_and_the_safeguarding_officer_may_read_a_concern() -> None:
    assert {"lead", "safeguarding_officer"} == SAFEGUARDING_ROLES
    assert AccessRole.OPERATOR not in SAFEGUARDING_ROLES


def test_every_lawful_basis_says_where_the_law_does() -> None:
    assert all(re.search(r"article|Schedule", basis.reference) for basis in LawfulBasis)


def test_no_number_that_comes_with_the_project_has_been_checked() -> None:
    assert len(contacts()) == 67
    assert len({contact.council for contact in contacts()}) == 26
    assert {contact.status for contact in contacts()} == {Checked.UNCHECKED}


def test_every_number_can_be_dialled_and_says_where_it_was_read() -> None:
    for contact in contacts():
        assert re.fullmatch(r"0\d{9,10}", contact.telephone.replace(" ", ""))
        assert contact.source.startswith("http")


def test_pages_that_disagree_both_stand() -> None:
    numbers = {one.telephone for one in contacts_of("S12000028") if one.service == "child_protection"}
    assert numbers == {"01292 267675", "01292 288645"}


def test_where_nothing_was_read_the_national_numbers_remain() -> None:
    assert contacts_of("S12000036") == ()
    assert CHILDLINE.telephone == "0800 1111"
    assert {contact.telephone for contact in NATIONAL_CONTACTS} == {"999", "0800 1111", "101"}
    with pytest.raises(UnknownCouncil):
        contacts_of("S12000099")
