"""Who shuts somebody out, or calls a token back, and how the four services hear of it."""

import threading
from pathlib import Path
from time import monotonic, time
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from services.embedded import Embedded
from services.evidence.api import api as evidence_api
from services.evidence.service import evidence
from services.scheduling.api import api
from services.scheduling.service import scheduling
from shared.edges.access import Caller, Issuer
from shared.edges.identity import calling_back
from shared.edges.identity.links import link_for
from shared.edges.settings import SERVICES
from shared.errors import NotRecognised
from shared.vocabulary.roles import AccessRole
from tests.identity.test_api_tokens_over_http import in_days
from tests.serving import Served, serve

ASKED = {
    "scheduling": "/scheduling/v1/inspections",
    "evidence": "/evidence/v1/returns",
    "participation": "/participation/v1/surveys",
    "reporting": "/reporting/v1/benchmarks",
}
WITHIN_S = 5.0


@pytest.fixture(autouse=True)
def nothing_is_remembered(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "remembered" not in request.node.name:
        monkeypatch.setattr(calling_back, "REMEMBERED_S", 0.0)


@pytest.fixture
def planned(tmp_path) -> Served:
    (tmp_path / "scheduling").mkdir()
    return serve(tmp_path / "scheduling", scheduling, api)


def revoke(served: Served, role: str, kind: str, subject: object) -> int:
    return served.call("POST", f"/revocations/{kind}/{subject}", role, {}).status_code


def test_an_operator_shuts_anybody_out_and_others_only_themselves(planned: Served) -> None:
    actor = uuid4()
    token = planned.issuer.mint(actor, AccessRole.INSPECTOR, "speir")
    for role in ("inspector", "lead", "safeguarding_officer", "planner"):
        assert revoke(planned, role, "people", uuid4()) == 403
        assert revoke(planned, role, "tokens", uuid4()) == 403
    assert revoke(planned, "operator", "people", uuid4()) == 201
    assert asked_of(planned, token)
    assert own(planned, token) == 200
    assert not asked_of(planned, token)
    said = planned.call("POST", f"/revocations/people/{actor}", "operator", {"before": "2030-01-01T00:00:00Z"})
    assert said.status_code == 422, "nobody says when: it is now"


def own(served: Served, token: str, path: str = "/revocations/own") -> int:
    return served.call("POST", path, "inspector", {}, Authorization=f"Bearer {token}").status_code


def asked(served: Served, token: str) -> int:
    path = ASKED[served.running.name]
    return served.client.get(path, headers={"Authorization": f"Bearer {token}"}).status_code


def test_what_was_issued_before_counts_no_more_and_what_is_issued_later_does(
    planned: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = uuid4()
    token = planned.issuer.mint(actor, AccessRole.PLANNER, "speir")
    assert asked(planned, token) == 200
    assert revoke(planned, "operator", "people", actor) == 201
    assert asked(planned, token) == 401
    assert asked(planned, planned.issuer.mint(uuid4(), AccessRole.PLANNER, "speir")) == 200
    later = time() + 5
    monkeypatch.setattr("shared.edges.access.time.time", lambda: later)
    assert asked(planned, planned.issuer.mint(actor, AccessRole.PLANNER, "speir")) == 200


def token_id_of(planned: Served, token: str) -> UUID:
    verifier = planned.client.application.extensions["speir"][planned.running.name].verifier
    found: UUID = verifier.caller(f"Bearer {token}").token_id
    return found


def test_a_token_is_called_back_by_an_operator_or_by_itself(planned: Served) -> None:
    actor = uuid4()
    first, second, third = (planned.issuer.mint(actor, AccessRole.INSPECTOR, "speir") for _ in range(3))
    second_id = token_id_of(planned, second)
    assert own(planned, first, "/revocations/own/token") == 200
    assert revoke(planned, "operator", "tokens", second_id) == 201
    assert revoke(planned, "operator", "tokens", second_id) == 201, "again changes nothing"
    assert [asked_of(planned, each) for each in (first, second, third)] == [False, False, True]


def asked_of(served: Served, token: str) -> bool:
    try:
        return bool(served.client.application.extensions["speir"]["scheduling"].verifier.caller(f"Bearer {token}"))
    except NotRecognised:
        return False


def test_the_others_hear_of_it_and_rebuild_it(planned: Served, tmp_path) -> None:
    (tmp_path / "evidence").mkdir()
    listening = serve(tmp_path / "evidence", evidence, evidence_api)
    actor = uuid4()
    token = listening.issuer.mint(actor, AccessRole.INSPECTOR, "speir")
    other = listening.issuer.mint(uuid4(), AccessRole.INSPECTOR, "speir")
    assert asked(listening, token) == asked(listening, other) == 200
    assert revoke(planned, "operator", "people", actor) == 201
    assert revoke(planned, "operator", "tokens", token_id_of(listening, other)) == 201
    listening.hear(planned)
    assert asked(listening, token) == asked(listening, other) == 401
    for each in (planned, listening):
        assert [name for name, stands, adds_up in each.rebuilt() if stands != adds_up] == []


def test_what_is_remembered_is_remembered_for_less_than_five_seconds(planned: Served) -> None:
    assert 0 < calling_back.REMEMBERED_S < WITHIN_S / 2
    actor = uuid4()
    token = planned.issuer.mint(actor, AccessRole.PLANNER, "speir")
    assert asked(planned, token) == 200
    assert revoke(planned, "operator", "people", actor) == 201
    waits_until(lambda: asked(planned, token) == 401)


def waits_until(holds: Any) -> None:
    end, pause = monotonic() + 30, threading.Event()
    while not holds():
        assert monotonic() < end
        pause.wait(0.05)


def test_all_four_refuse_a_token_a_session_and_a_programme_of_whoever_was_shut_out(tmp_path: Path) -> None:
    here = Embedded(tmp_path, "demo.speir")
    try:
        client, actor = here.app().test_client(), uuid4()
        token = here.identity.issuer.mint(actor, AccessRole.INSPECTOR, "speir", 3600)
        page = f"/evidence/v1/inspections/{uuid4()}/matrix/page"
        link = link_for(here.identity.services["evidence"].signing, caller_of(here.identity.issuer, actor))
        assert client.get(f"/evidence/login/once/{link}").status_code == 303
        programme = programmes_token(client, token)
        with here.working():
            before = {name: seen(client, path, token) for name, path in ASKED.items()}
            assert set(before.values()) == {200}
            assert seen(client, ASKED["evidence"], programme) == 200
            assert client.get(page).status_code == 404
            shut_out(client, here.identity.issuer, actor)
            for name in SERVICES:
                waits_until(lambda path=ASKED[name]: seen(client, path, token) == 401)
            waits_until(lambda: seen(client, ASKED["evidence"], programme) == 401)
            waits_until(lambda: client.get(page).status_code == 401)
    finally:
        here.close()


def caller_of(issuer: Issuer, actor: UUID) -> Caller:
    return Caller(actor, AccessRole.INSPECTOR, issuer.name)


def programmes_token(client: FlaskClient, token: str) -> str:
    body = {"scopes": ["evidence:list_returns"], "expires_at": "2099-01-01T00:00:00Z"}
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "one"}
    refused = client.post(f"/evidence/v1/api-tokens/{uuid4()}", json=body, headers=headers)
    assert refused.status_code == 422
    answer = client.post(f"/evidence/v1/api-tokens/{uuid4()}", json=body | {"expires_at": in_days(1)}, headers=headers)
    text: str = answer.json["token"]
    return text


def seen(client: FlaskClient, path: str, token: str) -> int:
    return client.get(path, headers={"Authorization": f"Bearer {token}"}).status_code


def shut_out(client: FlaskClient, issuer: Issuer, actor: UUID) -> None:
    operator = issuer.mint(uuid4(), AccessRole.OPERATOR, "scheduling")
    headers = {"Authorization": f"Bearer {operator}", "Idempotency-Key": "shut"}
    assert client.post(f"/scheduling/v1/revocations/people/{actor}", json={}, headers=headers).status_code == 201
