"""How much one person reads, over HTTP: proof above fifty keys in an hour, another person above two hundred."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from structlog.testing import capture_logs

from shared.edges.accesses import keys_opened
from shared.oversight.limits import KEYS_ALONE, KEYS_UNPROVED
from tests.architecture.tree import SERVICES, api, service
from tests.oversight.watched import accounts, have_opened, proof, refusals, wishes
from tests.participation.area import VIEWS, Area, problem
from tests.serving import serve

READER, OFFICER = uuid4(), uuid4()
ALLOWANCES = "/reading-allowances"


def reads(area: Area, *, of: UUID | None = None, proved_s_ago: int | None = None) -> Any:
    headers = {} if proved_s_ago is None else proof(area.served, READER, "inspector", seconds_ago=proved_s_ago)
    return area.served.call("GET", f"/conversations/{of or area.conversation}", "inspector", actor=READER, **headers)


def allows(area: Area, keys: int = 300, actor: UUID = OFFICER, headers: dict[str, str] | None = None) -> Any:
    role = "data_protection_officer"
    sent = proof(area.served, actor, role) if headers is None else headers
    return area.served.call("POST", f"{ALLOWANCES}/{READER}", role, {"keys": keys}, actor, **sent)


def test_fifty_keys_in_an_hour_need_no_proof_and_one_more_does(heard: Area) -> None:
    have_opened(heard.running, READER, KEYS_UNPROVED - 1)
    assert VIEWS in reads(heard).get_data(as_text=True)
    assert VIEWS in reads(heard).get_data(as_text=True), "the same key again is not another"
    (further,) = wishes(heard, 1)
    before = accounts(heard.running, READER)
    with capture_logs() as said:
        answer = problem(reads(heard, of=further), 403, "proof-needed")
    assert answer["keys"] == KEYS_UNPROVED + 1
    assert accounts(heard.running, READER) == before
    assert refusals(heard.running, READER) == ["proof-needed"]
    assert [(line["event"], line["log_level"], line["code"]) for line in said] == [
        ("reading.stopped", "warning", "proof-needed")
    ]
    assert reads(heard, of=further, proved_s_ago=0).status_code == 200


@pytest.mark.parametrize(("seconds_ago", "status"), [(290, 200), (310, 403)])
def test_proof_counts_for_five_minutes(heard: Area, seconds_ago: int, status: int) -> None:
    have_opened(heard.running, READER, KEYS_UNPROVED)
    assert reads(heard, proved_s_ago=seconds_ago).status_code == status


def test_what_was_opened_more_than_an_hour_ago_counts_no_more(heard: Area) -> None:
    have_opened(heard.running, READER, KEYS_UNPROVED)
    problem(reads(heard), 403, "proof-needed")
    heard.wait(minutes=59)
    problem(reads(heard), 403, "proof-needed")
    heard.wait(minutes=2)
    assert reads(heard).status_code == 200


def test_what_others_opened_counts_for_them(heard: Area) -> None:
    have_opened(heard.running, uuid4(), KEYS_ALONE)
    assert reads(heard).status_code == 200


def test_above_two_hundred_keys_another_person_has_to_allow_it(heard: Area) -> None:
    have_opened(heard.running, READER, KEYS_ALONE)
    answer = problem(reads(heard, proved_s_ago=0), 403, "second-person-needed")
    assert answer["keys"] == KEYS_ALONE + 1
    assert VIEWS not in str(answer)
    assert refusals(heard.running, READER) == ["second-person-needed"]
    assert allows(heard, 201).status_code == 201
    problem(reads(heard), 403, "proof-needed")
    assert VIEWS in reads(heard, proved_s_ago=0).get_data(as_text=True)
    (further,) = wishes(heard, 1)
    problem(reads(heard, of=further, proved_s_ago=0), 403, "second-person-needed")
    assert allows(heard, 202).status_code == 201
    assert reads(heard, of=further, proved_s_ago=0).status_code == 200


def test_an_allowance_is_over_after_an_hour(heard: Area) -> None:
    assert allows(heard, 1_000).status_code == 201
    heard.wait(minutes=59)
    have_opened(heard.running, READER, KEYS_ALONE)
    assert reads(heard, proved_s_ago=0).status_code == 200
    heard.wait(minutes=1)
    problem(reads(heard, proved_s_ago=0), 403, "second-person-needed")


def test_nobody_allows_themselves_and_that_they_tried_is_on_record(heard: Area) -> None:
    problem(allows(heard, actor=READER), 403, "own-allowance")
    assert refusals(heard.running, READER) == ["own-allowance"]
    for keys in (200, 1_001):
        said = problem(allows(heard, keys), 422, "allowance-unfit")
        assert said["errors"][0]["pointer"] == "/keys"


def test_whoever_allows_more_has_just_proved_who_they_are(heard: Area) -> None:
    problem(allows(heard, headers={}), 403, "proof-needed")
    stale = proof(heard.served, OFFICER, "data_protection_officer", seconds_ago=310)
    problem(allows(heard, headers=stale), 403, "proof-needed")
    assert refusals(heard.running, OFFICER) == ["proof-needed"] * 2


@pytest.mark.parametrize("role", ["lead", "inspector", "operator", "auditor", "safeguarding_officer", "planner"])
def test_nobody_but_a_data_protection_officer_allows_more(heard: Area, role: str) -> None:
    actor = uuid4()
    sent = proof(heard.served, actor, role)
    answer = heard.served.call("POST", f"{ALLOWANCES}/{READER}", role, {"keys": 300}, actor, **sent)
    problem(answer, 403, "not-allowed")


def test_whom_it_is_about_and_whoever_watches_see_an_allowance(heard: Area) -> None:
    allows(heard, 250)
    for role, actor in (("inspector", READER), ("data_protection_officer", uuid4()), ("auditor", uuid4())):
        shown = heard.served.call("GET", f"{ALLOWANCES}/{READER}", role, actor=actor)
        assert (shown.json["keys"], shown.json["allowed_by"]) == (250, str(OFFICER))
    assert heard.served.call("GET", f"{ALLOWANCES}/{READER}", "inspector").status_code == 404


def test_requests_at_the_same_moment_open_no_more_keys_together_than_one_after_the_other(heard: Area) -> None:
    below, asked = 4, wishes(heard, 12)
    have_opened(heard.running, READER, KEYS_UNPROVED - below)
    heard.served.call("GET", "/standing", "inspector", actor=READER)
    headers = heard.served.bearer(READER, "inspector") | {"Speir-Purpose": "inspect"}

    def ask(conversation: UUID) -> int:
        client = heard.served.client.application.test_client()
        return int(client.get(f"/participation/v1/conversations/{conversation}", headers=headers).status_code)

    with ThreadPoolExecutor(len(asked)) as threads:
        answers = list(threads.map(ask, asked))
    assert sorted(answers) == [200] * below + [403] * (len(asked) - below)
    with heard.running.log.reading() as tx:
        assert len(keys_opened(tx, READER, 0)) == KEYS_UNPROVED


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_takes_an_allowance(tmp_path, name: str) -> None:
    served = serve(tmp_path, service(name), api(name))
    role = "data_protection_officer"
    path = f"{ALLOWANCES}/{READER}"
    assert served.call("POST", path, role, {"keys": 300}, OFFICER, **proof(served, OFFICER, role)).status_code == 201
    assert served.call("GET", path, "auditor").json["keys"] == 300
