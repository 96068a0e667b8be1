"""Somebody is given what is held on them: all of it in words they can read, and nothing that safeguarding keeps."""

from typing import Any
from uuid import uuid4

import pytest

from tests.participation.area import ARRANGED, UNCLE, VIEWS, problem

REACHED = "by telephone after school"


@pytest.fixture
def somebody(area):
    """Somebody who asked to speak, was heard, and told of a danger; an inspector read their words."""
    area.somebody = uuid4()
    wish = {**ARRANGED, "inspection_id": str(area.id), "person_id": str(area.somebody), "reached_by": REACHED}
    area.signposted().done(f"/conversations/{area.conversation}/request", **wish)
    area.done(f"/conversations/{area.conversation}", "inspector", **ARRANGED, inspection_id=str(area.id))
    area.done(f"/conversations/{area.conversation}/consent", confidentiality_explained=True)
    area.done(f"/conversations/{area.conversation}/meeting")
    area.done(f"/conversations/{area.conversation}/views", "inspector", views=VIEWS, designation="young person")
    area.get(f"/conversations/{area.conversation}", "inspector")
    assert area.raising().status_code == 201
    with area.running.log.reading() as tx:
        area.subject = area.running.log.facts(tx, f"concern/{area.concern}")[0][0].subject_id
    return area


def bundle(area, whom: Any, role: str = "data_protection_officer", rest: str = "bundle", **more: Any) -> Any:
    return area.served.call("GET", f"/subjects/{whom}/{rest}", role, **more)


def test_the_officer_gets_everything_in_words_with_who_read_it(somebody):
    shown = bundle(somebody, somebody.somebody).json
    said = str(shown["items"])
    assert REACHED in said
    assert VIEWS in said
    assert all(each["says"].endswith(".") and each["recorded_at"] for each in shown["items"])
    assert {each["from"] for each in shown["items"]} == {"conversation"}
    (reader,) = [each for each in shown["readers"] if each["role"] == "inspector"]
    assert (reader["purpose"], reader["action"]) == ("inspect", "participation.show_conversation")


def test_what_safeguarding_keeps_is_in_a_bundle_of_its_own(somebody):
    for whom in (somebody.somebody, somebody.subject):
        answer = bundle(somebody, whom)
        assert answer.status_code == 200
        assert UNCLE not in answer.get_data(as_text=True)
        assert "concern" not in answer.get_data(as_text=True)
    apart = bundle(somebody, somebody.subject, "safeguarding_officer", "safeguarding-bundle").json
    assert UNCLE in str(apart["items"])
    problem(bundle(somebody, somebody.subject, rest="safeguarding-bundle"), 404, "not-found")


def test_that_it_was_given_out_is_on_record_and_nobody_else_gets_it(somebody):
    officer = uuid4()
    assert bundle(somebody, somebody.somebody, actor=officer).status_code == 200
    with somebody.running.log.reading() as tx:
        accounts = [each.fact for each in somebody.running.log.stream(tx, f"accesses/{officer}")]
    assert {each.stream for each in accounts} == {f"conversation/{somebody.conversation}"}
    problem(bundle(somebody, somebody.somebody, Speir_Purpose="inspect"), 403, "purpose-unfit")
    for role in ("lead", "inspector", "safeguarding_officer", "auditor", "operator", "planner"):
        problem(bundle(somebody, somebody.somebody, role), 403, "not-allowed")


def test_of_whom_nothing_is_held_the_bundle_is_empty(somebody):
    shown = bundle(somebody, uuid4()).json
    assert (shown["items"], shown["readers"]) == ([], [])


def test_it_can_be_read_and_printed_as_a_page_that_fetches_nothing(somebody):
    answer = bundle(somebody, somebody.somebody, rest="bundle/page")
    text = answer.get_data(as_text=True)
    assert answer.content_type.startswith("text/html")
    assert VIEWS in text
    assert REACHED in text
    assert "http" not in text.replace("http-equiv", "")
    assert "{" not in text.partition("</style>")[2], "no value is shown as a program writes it"
    for other in ("scheduling", "evidence", "reporting"):
        assert f'href="/{other}/v1/subjects/{somebody.somebody}/bundle/page"' in text


def page_without_a_purpose(area, role: str, query: str = "") -> Any:
    headers = area.served.bearer(uuid4(), role)
    path = f"/participation/v1/subjects/{area.somebody}/bundle/page{query}"
    return area.served.client.get(path, headers=headers)


def test_the_page_asks_first_what_it_is_opened_for_and_records_nothing(somebody):
    somebody.served.sequencer.drain()
    with somebody.running.log.reading() as tx:
        before = somebody.running.log.size(tx)
    answer = page_without_a_purpose(somebody, "data_protection_officer", "?from=letter")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert VIEWS not in text
    assert 'name="purpose" value="erase"' in text
    assert text.count('type="radio"') == 1
    assert '<input type="hidden" name="from" value="letter">' in text
    assert "form-action 'self'" in answer.headers["Content-Security-Policy"]
    somebody.served.sequencer.drain()
    with somebody.running.log.reading() as tx:
        assert somebody.running.log.size(tx) == before


def test_whoever_may_not_is_not_even_asked(somebody):
    problem(page_without_a_purpose(somebody, "inspector"), 403, "not-allowed")
    problem(page_without_a_purpose(somebody, "data_protection_officer", "?purpose=inspect"), 403, "purpose-unfit")
    problem(page_without_a_purpose(somebody, "data_protection_officer", "?purpose=%00"), 403, "purpose-unfit")
