"""Tokens for programmes over HTTP: who may issue which, told once, good for what they name, and revoked."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from werkzeug.test import TestResponse

from services.evidence.api import api
from services.evidence.service import evidence
from shared.edges.access import Issuer, new_key, public_of
from shared.edges.app import create_app
from shared.edges.identity.recognising import served
from shared.vocabulary.roles import WITHHELD_FROM_OPERATORS, AccessRole
from tests.serving import Served, serve

LISTS = ["evidence:list_returns"]


@pytest.fixture
def service(tmp_path) -> Served:
    return serve(tmp_path, evidence, api)


@pytest.fixture(scope="module")
def standing(tmp_path_factory) -> Served:
    return serve(tmp_path_factory.mktemp("evidence"), evidence, api)


def in_days(days: float) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


def ask(service: Served, by: str, actor: UUID, token: UUID | None = None, /, **said: Any) -> TestResponse:
    headers = {name: said.pop(name) for name in ("Idempotency_Key",) if name in said}
    body = {"scopes": LISTS, "expires_at": in_days(30)} | said
    return service.call("POST", f"/api-tokens/{token or uuid4()}", by, body, actor, **headers)


def issued(service: Served, by: str, actor: UUID, token: UUID | None = None, /, **said: Any) -> str:
    answer = ask(service, by, actor, token, **said)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    text: str = answer.json["token"]
    return text


def uses(service: Served, token: str, path: str = "/returns") -> int:
    return service.client.get(f"/evidence/v1{path}", headers={"Authorization": f"Bearer {token}"}).status_code


def test_a_token_is_told_once_and_is_good_for_what_it_names(service: Served) -> None:
    actor, token, key = uuid4(), uuid4(), str(uuid4())
    said = {"expires_at": in_days(30), "Idempotency_Key": key}
    text = issued(service, "inspector", actor, token, **said)
    assert text.startswith("speir_")
    assert uses(service, text) == 200
    assert uses(service, text, "/items") == 403
    assert ask(service, "inspector", actor, token, **said).json["token"] is None, "a repeated request is told no secret"
    again = ask(service, "inspector", actor, token)
    assert (again.status_code, again.json["type"]) == (409, "/problems/api-token-known")


def test_nothing_of_the_secret_is_in_the_log_or_shown(service: Served) -> None:
    actor = uuid4()
    secret = issued(service, "inspector", actor).split("_", 2)[2]
    with service.running.log.reading() as tx:
        bodies = b"".join(event.body for event in service.running.log.appended(tx))
    assert secret.encode() not in bodies
    (row,) = service.call("GET", "/api-tokens", "inspector", actor=actor).json["items"]
    assert {"secret_hash", "pepper"} & row.keys() == set()
    assert (row["owner"], row["role"], row["scopes"], row["revoked"]) == (str(actor), "inspector", LISTS, False)
    assert row["handle"] in bodies.decode()


@pytest.mark.parametrize(
    ("role", "said", "status"),
    [
        ("inspector", {}, 200),
        ("inspector", {"role": "inspector"}, 200),
        ("inspector", {"role": "lead"}, 403),
        ("inspector", {"role": "system_client"}, 403),
        ("inspector", {"owner": str(UUID(int=5))}, 403),
        ("operator", {}, 200),
        ("operator", {"role": "system_client", "owner": str(UUID(int=5))}, 200),
        ("operator", {"role": "inspector", "owner": str(UUID(int=5))}, 403),
        ("operator", {"role": "operator", "owner": str(UUID(int=5))}, 403),
        ("operator", {"role": "service"}, 403),
        ("system_client", {}, 200),
        ("inspector", {"role": "gardener"}, 422),
        ("inspector", {"scopes": []}, 422),
        ("inspector", {"scopes": ["evidence:no_such_thing"]}, 422),
        ("inspector", {"scopes": ["scheduling:list_programmes"]}, 422),
        ("inspector", {"scopes": ["*"]}, 422),
        ("inspector", {"expires_at": "2020-01-01T00:00:00Z"}, 422),
        ("inspector", {"expires_at": "9999-12-31T23:59:59-12:00"}, 422),
        ("inspector", {"expires_at": "0001-01-01T00:00:00+12:00"}, 422),
        ("inspector", {"expires_at": "soon"}, 422),
        ("inspector", {"expires_at": None}, 422),
        ("inspector", {"secret": "mine"}, 422),
    ],
    ids=str,
)
def test_who_may_issue_which(standing: Served, role: str, said: dict[str, Any], status: int) -> None:
    assert ask(standing, role, uuid4(), **said).status_code == status


def test_a_token_ends_within_a_year(service: Served) -> None:
    assert ask(service, "inspector", uuid4(), expires_at=in_days(365)).status_code == 200
    assert ask(service, "inspector", uuid4(), expires_at=in_days(367)).status_code == 422


def test_a_programme_issues_no_tokens_and_a_limited_token_none_that_can_do_more(service: Served) -> None:
    actor = uuid4()
    text = issued(service, "inspector", actor, scopes=[*LISTS, "evidence:issue_api_token", "evidence:list_api_tokens"])
    headers = {"Authorization": f"Bearer {text}", "Idempotency-Key": "k"}
    body = {"scopes": LISTS, "expires_at": in_days(1)}
    assert service.client.post(f"/evidence/v1/api-tokens/{uuid4()}", json=body, headers=headers).status_code == 403
    assert uses(service, text, "/api-tokens") == 200


def test_a_token_is_revoked_by_its_owner_or_an_operator_and_opens_nothing_from_then_on(service: Served) -> None:
    actor = uuid4()
    for role, who in (("inspector", actor), ("operator", uuid4())):
        token = uuid4()
        text = issued(service, "inspector", actor, token)
        stranger = service.call("POST", f"/api-tokens/{token}/revocation", "inspector", {}, uuid4())
        assert stranger.status_code == 404
        assert uses(service, text) == 200
        assert service.call("POST", f"/api-tokens/{token}/revocation", role, {}, who).status_code == 200
        assert uses(service, text) == 401
        again = service.call("POST", f"/api-tokens/{token}/revocation", role, {}, who)
        assert (again.status_code, again.json["type"]) == (409, "/problems/api-token-is-revoked")
    absent = service.call("POST", f"/api-tokens/{uuid4()}/revocation", "operator", {})
    assert absent.status_code == 404


def test_everybody_lists_their_own_and_overseers_all(service: Served) -> None:
    one, other = uuid4(), uuid4()
    issued(service, "inspector", one)
    issued(service, "inspector", other)

    def owners(role: str, actor: UUID) -> set[str]:
        return {row["owner"] for row in service.call("GET", "/api-tokens", role, actor=actor).json["items"]}

    assert owners("inspector", one) == {str(one)}
    assert owners("lead", uuid4()) == set()
    assert owners("operator", uuid4()) == owners("auditor", uuid4()) == {str(one), str(other)}


def test_the_read_model_is_what_the_log_adds_up_to(service: Served) -> None:
    actor, token = uuid4(), uuid4()
    issued(service, "inspector", actor, token)
    issued(service, "inspector", actor)
    service.call("POST", f"/api-tokens/{token}/revocation", "inspector", {}, actor)
    assert [name for name, stands, adds_up in service.rebuilt() if stands != adds_up] == []


def test_in_earnest_no_token_is_for_a_role_that_operators_are_kept_from(tmp_path) -> None:
    """Whoever asks for it: what a token says is known to whoever runs the services too."""
    demonstration = serve(tmp_path, evidence, api)
    log, issuer = demonstration.running.log, Issuer("staff", new_key())
    here = served(demonstration.running, new_key(), {"staff": public_of(issuer.seed)}, {"staff": frozenset(AccessRole)})
    client = create_app([(api, here)]).test_client()
    expected = {role: 200 for role in AccessRole if role is not AccessRole.SERVICE}
    for origin in ("demo.test/evidence", "scrutiny.example/evidence"):
        log.origin = origin
        if origin.startswith("scrutiny"):
            expected |= dict.fromkeys(WITHHELD_FROM_OPERATORS, 403)
        got = {}
        for role in expected:
            headers = {"Authorization": f"Bearer {issuer.mint(uuid4(), role, 'evidence')}", "Idempotency-Key": "k"}
            body = {"scopes": LISTS, "expires_at": in_days(1)}
            answer = client.post(f"/evidence/v1/api-tokens/{uuid4()}", json=body, headers=headers)
            got[role] = answer.status_code
        assert got == expected, origin
