"""The vocabularies are complete, marked and versioned, and anybody may look them up."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.scheduling.api import api
from services.scheduling.service import scheduling
from shared.methodologies import editions
from shared.vocabulary.catalogue import Mark, vocabularies, vocabulary
from tests.serving import Served, serve


@pytest.fixture
def served(tmp_path: Path) -> Served:
    return serve(tmp_path, scheduling, api)


SIZES = {
    "councils": 32, "health-boards": 14, "partnerships": 30, "indicators": 22, "foundations": 5, "wellbeing": 8,
    "articles": 54, "licences": 7, "diversion-stages": 8, "proportions": 7, "tenets": 3,
}  # fmt: skip


@pytest.mark.parametrize(("name", "size"), SIZES.items())
def test_a_vocabulary_is_complete(name: str, size: int) -> None:
    found = vocabulary(name)
    assert found is not None
    assert len(found.entries) == size
    assert len({each.code for each in found.entries}) == size
    assert all(each.label for each in found.entries)


def test_what_was_not_checked_is_marked() -> None:
    marks = {each.code: each.mark for each in vocabularies()["indicators"].entries}
    assert [code for code, mark in marks.items() if mark is Mark.VERIFIED] == ["2.1", "5.3", "5.4", "6.4", "9.2"]
    assert {each.mark for each in vocabularies()["partnerships"].entries} == {Mark.UNVERIFIED}
    assert [each.code for each in vocabularies()["licences"].entries if each.mark is Mark.UNVERIFIED] == ["olr"]


def test_every_scale_is_there_with_what_it_means() -> None:
    codes = {each.code.partition("/")[0] for each in vocabularies()["scales"].entries}
    assert codes == {"ci-six-point", "six-point-satisfactory", "hmips", "cqc", "ofsted", "not_evaluated"}


def test_another_content_is_another_version() -> None:
    one = vocabularies()["foundations"]
    assert replace(one, entries=one.entries[1:]).version != one.version
    assert replace(one, title="Something else").version == one.version


def test_anybody_may_look_them_up_and_keep_them(served: Served) -> None:
    listed = served.client.get("/scheduling/v1/vocabularies")
    names = {each["name"]: each for each in listed.json["items"]}
    assert set(names) == set(vocabularies())
    for name, each in names.items():
        shown = served.client.get(f"/scheduling/v1/vocabularies/{name}")
        assert (shown.status_code, shown.json["version"]) == (200, each["version"])
        assert len(shown.json["entries"]) == each["entries"]
        again = served.client.get(
            f"/scheduling/v1/vocabularies/{name}", headers={"If-None-Match": shown.headers["ETag"]}
        )
        assert (again.status_code, again.data) == (304, b"")
    assert "max-age" in listed.headers["Cache-Control"]


def test_editions_are_shown_whole(served: Served) -> None:
    items = served.client.get("/scheduling/v1/editions").json["items"]
    assert {each["edition"] for each in items} == set(editions())
    shown = served.client.get("/scheduling/v1/editions/throughcare@2021-1").json
    assert [each["code"] for each in shown["samples"][0]["strata"]][:2] == ["sro", "stso"]


@pytest.mark.parametrize("path", ["vocabularies/colours", "editions/none@1999-1", "vocabularies/%00"])
def test_what_there_is_not_is_not_found(served: Served, path: str) -> None:
    answer = served.client.get(f"/scheduling/v1/{path}")
    assert (answer.status_code, answer.json["type"]) == (404, "/problems/not-found")
