"""The vocabularies are complete, marked and versioned, and anybody may look them up."""

import inspect
from collections import Counter
from dataclasses import replace
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, Final

import pytest

import shared.vocabulary
from services.scheduling.api import api
from services.scheduling.service import scheduling
from shared.methodologies import edition, editions
from shared.vocabulary.catalogue import ENUMERATIONS, Entry, Mark, Vocabulary, vocabularies, vocabulary
from shared.vocabulary.contacts import Checked
from shared.vocabulary.framework import NameStatus
from shared.vocabulary.holidays import Basis, ClosureKind
from shared.vocabulary.identity import EditionKey
from shared.vocabulary.justice import STATUTORY
from shared.vocabulary.participation import LawfulBasis
from shared.vocabulary.tables import rows_of
from tests.serving import Served, serve

PAGES: Final = "/scheduling/v1"


@pytest.fixture
def served(tmp_path: Path) -> Served:
    return serve(tmp_path, scheduling, api)


SIZES = {
    "councils": 32, "health-boards": 14, "partnerships": 30, "indicators": 22, "foundations": 5, "wellbeing": 8,
    "articles": 54, "licences": 9, "diversion-stages": 8, "proportions": 7, "tenets": 3, "scales": 27,
}  # fmt: skip
"""Lists that others closed; those that services may add to are held complete against their enumerations."""

ABOUT_OUR_OWN_TABLES: Final = {Basis, ClosureKind, Checked, NameStatus, Mark}
"""How a row of a table, or an entry, came to be there: words about words, looked up by nobody."""
SERVED_BY_THEMSELVES: Final = {LawfulBasis}
"""Enumerations whose entries say more than the table of meanings holds; bodies have codes of their own."""


def entries(name: str) -> dict[str, Entry]:
    found = vocabulary(name)
    assert found is not None
    return {each.code: each for each in found.entries}


@pytest.mark.parametrize(("name", "size"), SIZES.items())
def test_a_vocabulary_is_complete(name: str, size: int) -> None:
    assert len(entries(name)) == size


@pytest.mark.parametrize("one", vocabularies().values(), ids=lambda one: one.name)
def test_a_code_stands_once_and_every_entry_says_what_it_is_and_where_it_is_from(one: Vocabulary) -> None:
    assert len({each.code for each in one.entries}) == len(one.entries)
    assert all(each.label and (each.source or each.mark is Mark.OURS) for each in one.entries)


def test_every_enumeration_of_the_vocabulary_can_be_looked_up() -> None:
    modules = [import_module(f"shared.vocabulary.{module.name}") for module in iter_modules(shared.vocabulary.__path__)]
    defined = {
        each
        for module in modules
        for _, each in inspect.getmembers(module, inspect.isclass)
        if issubclass(each, StrEnum) and each is not StrEnum
    }
    served = {kind for _, kind in ENUMERATIONS.values()} | SERVED_BY_THEMSELVES
    assert {each.__name__ for each in defined - served - ABOUT_OUR_OWN_TABLES} == {"ScrutinyBody"}
    assert set(entries("scrutiny-bodies")) == {*next(each for each in defined if each.__name__ == "ScrutinyBody")}


@pytest.mark.parametrize("name", list(ENUMERATIONS))
def test_every_word_of_an_enumeration_and_no_other_has_a_meaning(name: str) -> None:
    rows = [row["code"] for row in rows_of("meanings") if row["vocabulary"] == name]
    assert Counter(rows) == Counter(word.value for word in ENUMERATIONS[name][1]), "see meanings.csv"
    assert all(each.meaning for each in entries(name).values())


def test_no_meaning_belongs_to_nothing() -> None:
    assert {row["vocabulary"] for row in rows_of("meanings")} == set(ENUMERATIONS)


def unsure(name: str) -> list[str]:
    return [code for code, each in entries(name).items() if each.mark is Mark.UNVERIFIED]


def test_what_was_not_checked_is_marked() -> None:
    assert sorted(set(entries("indicators")) - set(unsure("indicators"))) == ["2.1", "5.3", "5.4", "6.4", "9.2"]
    assert sorted(set(entries("partnerships")) - set(unsure("partnerships"))) == [
        "cjp:ayrshire", "cjp:clackmannanshire", "cjp:east-lothian", "cjp:north-lanarkshire", "cjp:shetland-islands"
    ]  # fmt: skip
    assert unsure("licences") == ["olr", "hdc", "voluntary"]
    assert unsure("wellbeing") == ["included"]
    assert set(unsure("lawful-bases")) == set(LawfulBasis)
    assert unsure("articles") == ["5", "9", "16", "18", "19", "20", "25", "27", "28", "36", "39", "40", "42"]


def test_general_principles_are_four_articles() -> None:
    said = [code for code, each in entries("articles").items() if each.meaning == "a general principle"]
    assert said == ["2", "3", "6", "12"]


def test_every_scale_is_there_with_what_was_read_of_it() -> None:
    grades = entries("scales")
    assert {each.group or code for code, each in grades.items()} == {
        "ci-six-point", "six-point-satisfactory", "hmips", "cqc", "ofsted", "not_evaluated"
    }  # fmt: skip
    assert grades["ci-six-point/adequate"].number == 3
    assert grades["ci-six-point/weak"].meaning.endswith("; welfare or progress is compromised")
    assert (grades["hmips/good"].mark, grades["hmips/good"].meaning) == (Mark.VERIFIED, "")
    assert unsure("scales") == [
        f"six-point-satisfactory/{grade}" for grade in ("excellent", "very_good", "good", "weak", "unsatisfactory")
    ]


def test_what_editions_take_samples_of_is_what_the_vocabulary_says() -> None:
    licences = tuple(code for code, each in entries("licences").items() if each.group == STATUTORY)
    assert licences == edition(EditionKey("throughcare@2021-1")).strata
    stages = edition(EditionKey("diversion-from-prosecution@2023-1")).stages
    assert tuple(entries("diversion-stages")) == tuple(stage.code for stage in stages)


def test_a_former_code_and_another_name_lead_to_the_council() -> None:
    aliases = {alias: code for code, each in entries("councils").items() for alias in each.aliases}
    assert aliases["S12000015"] == "S12000047"
    assert aliases["Western Isles"] == "S12000013"
    assert entries("partnerships")["cjp:ayrshire"].members == ("S12000008", "S12000021", "S12000028")


def test_another_content_is_another_version_and_the_same_is_the_same() -> None:
    one = vocabularies()["foundations"]
    first = one.entries[0]
    for changed in (one.entries[1:], one.entries[::-1], (replace(first, meaning="else"), *one.entries[1:])):
        assert replace(one, entries=changed).version != one.version
    assert replace(one, title="Something else").version == one.version


def test_the_day_of_every_content_is_on_record() -> None:
    """Whoever changes a word writes the day and the new content into versions.csv."""
    recorded = {row["vocabulary"]: (row["content"], row["since"]) for row in rows_of("versions")}
    now = {name: (one.content, one.since.isoformat()) for name, one in vocabularies().items()}
    assert {name: line for name, line in now.items() if recorded.get(name) != line} == {}
    assert set(recorded) == set(now)


def get(served: Served, path: str, **headers: str) -> Any:
    return served.client.get(PAGES + path, headers={name.replace("_", "-"): value for name, value in headers.items()})


def test_anybody_may_look_them_up_and_keep_them(served: Served) -> None:
    listed = get(served, "/vocabularies")
    names = {each["name"]: each for each in listed.json["items"]}
    assert set(names) == set(vocabularies())
    for name, each in names.items():
        shown = get(served, f"/vocabularies/{name}")
        assert (shown.status_code, shown.json["version"]) == (200, each["version"])
        assert shown.json["version"].startswith(shown.json["since"])
        assert len(shown.json["entries"]) == each["entries"]
        again = get(served, f"/vocabularies/{name}", If_None_Match=shown.headers["ETag"])
        assert (again.status_code, again.data) == (304, b"")
    assert listed.headers["Cache-Control"] == "public, max-age=86400"


def test_an_entry_is_shown_with_its_mark_and_its_source(served: Served) -> None:
    shown = {each["code"]: each for each in get(served, "/vocabularies/wellbeing").json["entries"]}
    assert (shown["safe"]["mark"], shown["included"]["mark"]) == ("verified", "unverified")
    assert set(shown["safe"]) == {
        "code", "label", "meaning", "mark", "source", "group", "number", "members", "aliases"
    }  # fmt: skip


@pytest.mark.parametrize("path", ["/vocabularies", "/vocabularies/scales", "/editions", "/editions/throughcare@2021-1"])
def test_what_was_kept_is_not_sent_again_and_what_is_another_is(served: Served, path: str) -> None:
    known = get(served, path).headers["ETag"]
    again = get(served, path, If_None_Match=f'"another", {known}')
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", known)
    assert get(served, path, If_None_Match='"another"').status_code == 200


def test_editions_are_shown_whole(served: Served) -> None:
    assert [each["edition"] for each in get(served, "/editions").json["items"]] == list(editions())
    for name, each in editions().items():
        shown = get(served, f"/editions/{name}").json
        assert (shown["name"], shown["key"], shown["edition"]) == (name, each.key, each.edition)
        assert [step["code"] for step in shown["steps"]] == [step.code for step in each.steps]
        assert shown["reach"]["unit"] == each.reach.unit
        assert shown["evaluation"]["scale"] == each.evaluation.scale


@pytest.mark.parametrize(
    "path",
    ["/vocabularies/colours", "/vocabularies/%00", "/vocabularies/Scales", "/editions/none@1999-1", "/editions/"],
)
def test_what_there_is_not_is_not_found(served: Served, path: str) -> None:
    answer = get(served, path)
    assert (answer.status_code, answer.json["type"]) == (404, "/problems/not-found")
    assert answer.content_type == "application/problem+json"
