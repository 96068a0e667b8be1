"""Every address of every service is asked by every method: whatever is answered, a browser is told to be careful."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from services.embedded import Embedded
from shared.edges.headers import CLOSED, on_every_answer, page_policy
from shared.limits import BODY_BYTES, HEADER_BYTES, HEADER_FIELDS, URL_BYTES
from shared.vocabulary.roles import AccessRole

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
KEPT = ("/vocabularies", "/editions", "/docs/")
"""What may be kept by whoever asked for it: public facts, and the files of others' that a description is shown with."""
OWN_NAME, FOREIGN_NAME = "speir.example", "attacker.example"
NO_SURVEY = "5f0c7a52-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def app(tmp_path_factory) -> Iterator[Flask]:
    form = Embedded(tmp_path_factory.mktemp("asked"), "demo.test", hosts=(OWN_NAME,))
    made = form.app()
    made.extensions["issuer"] = form.identity.issuer
    made.add_url_rule("/fails", "fails", lambda: 1 / 0)
    yield made
    form.close()


def path_of(rule: Rule) -> str:
    """An address of the rule, about things that there are not."""
    return re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", lambda found: filled(rule, found[1]), rule.rule)


def filled(rule: Rule, name: str) -> str:
    return "swagger-ui.css" if "docs_file" in rule.endpoint else str(uuid4()) if name != "code" else "not-found"


def careful(answer: TestResponse, path: str) -> None:
    for name, value in on_every_answer.items():
        assert answer.headers.getlist(name) == [value], name
    nonces = re.findall(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"])
    policies = [
        CLOSED,
        *(page_policy(nonce, scripts=s, asks=a) for nonce in nonces[:1] for s in (0, 1) for a in (0, 1)),
    ]
    assert answer.headers.getlist("Content-Security-Policy")[0] in policies
    assert len(answer.headers.getlist("Content-Security-Policy")) == 1
    if answer.status_code >= 400 or not any(part in path for part in KEPT):
        assert answer.headers["Cache-Control"] == "no-store", path
    assert "Server" not in answer.headers
    if 300 <= answer.status_code < 400:
        assert re.match(r"/[a-z]", answer.headers["Location"]), "only ever to somewhere here"
    for cookie in answer.headers.getlist("Set-Cookie"):
        assert cookie.startswith(("__Host-", "speir-embedded")), cookie
    assert answer.headers["X-Request-ID"]
    assert not {name for name, _ in answer.headers if name.startswith("Access-Control-")}


def test_every_answer_to_every_method_at_every_address_is_careful(app: Flask):
    client, seen = app.test_client(), set()
    tokens = [
        None,
        *(app.extensions["issuer"].mint(uuid4(), role, "speir", 600) for role in (AccessRole.PLANNER, AccessRole.LEAD)),
    ]
    for rule in app.url_map.iter_rules():
        path = path_of(rule)
        for token in tokens:
            sent = {"Idempotency-Key": str(uuid4())} | ({"Authorization": f"Bearer {token}"} if token else {})
            for method in METHODS:
                answer = client.open(path, method=method, headers=sent)
                careful(answer, path)
                seen.add(answer.status_code)
                answer.close()
    assert {200, 401, 403, 404, 405, 422, 500} <= seen


@pytest.mark.parametrize(
    ("path", "status", "asked"),
    [
        ("/scheduling//v1/programmes", 404, {}),
        ("/scheduling/v1/programmes/", 404, {}),
        ("//attacker.example/scheduling/v1/programmes", 400, {}),
        ("/scheduling/v1/programmes/../programmes", 404, {}),
        ("/scheduling/docs/", 404, {}),
        ("/" + "x" * URL_BYTES, 414, {}),
        ("/scheduling/v1/programmes?" + "x" * URL_BYTES, 414, {}),
        ("/scheduling/docs", 431, {"headers": {"X-Large": "x" * HEADER_BYTES}}),
        ("/scheduling/docs", 431, {"headers": {f"X-{n}": "x" for n in range(HEADER_FIELDS + 1)}}),
        ("/scheduling/docs", 400, {"headers": {"Host": FOREIGN_NAME}}),
        ("/scheduling/docs", 400, {"headers": {"Host": f"localhost@{FOREIGN_NAME}"}}),
        ("/scheduling/docs", 400, {"headers": {"Host": f"localhost.{FOREIGN_NAME}"}}),
        ("/scheduling/docs", 200, {"headers": {"Host": f"{OWN_NAME}:8443"}}),
        ("/scheduling/docs", 200, {"headers": {"X-Forwarded-Host": FOREIGN_NAME}}),
        (f"/participation/v1/surveys/{NO_SURVEY}/answers", 413, {"method": "POST", "data": b" " * (BODY_BYTES + 1),
                                                               "content_type": "application/json"}),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_what_is_turned_away_is_turned_away_carefully_and_never_sent_elsewhere(app, path: str, status: int, asked):
    answer = app.test_client().open(path, **asked)
    careful(answer, path)
    answer.close()
    assert answer.status_code == status
    assert FOREIGN_NAME not in answer.get_data(as_text=True)


def test_no_address_answers_with_what_a_proxy_says_of_itself(app: Flask):
    said = {"X-Forwarded-Host": FOREIGN_NAME, "X-Forwarded-Proto": "gopher", "Forwarded": f"host={FOREIGN_NAME}",
            "X-Forwarded-Prefix": "/elsewhere",
            "X-Original-URL": "/scheduling/docs", "X-Rewrite-URL": "/fails"}  # fmt: skip
    for path in ("/scheduling/v1/editions", "/reporting/v1/reports", "/reporting/v1/reports/page"):
        told, plain = (app.test_client().get(path, headers=headers) for headers in (said, {}))
        strip = re.compile(rb"nonce[-=\"']+[\w-]+")
        assert strip.sub(b"", told.data) == strip.sub(b"", plain.data)
        assert FOREIGN_NAME not in str(told.headers)


def test_a_nonce_is_never_used_twice(app: Flask):
    client = app.test_client()
    asked = [client.get("/reporting/v1/reports/page").headers["Content-Security-Policy"] for _ in range(50)]
    assert len(set(asked)) == len(asked)


KINDS = (
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/plain",
    "text/plain; a=application/json",
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("body", [b"", b"a=b", b"{}", b'{"answers": {"q1": "x"}}'])
def test_what_another_page_could_send_across_is_never_taken_for_json(app: Flask, kind: str, body: bytes):
    """A form, or a text that looks like JSON: what a browser sends to another site without asking it first."""
    client = app.test_client()
    token = app.extensions["issuer"].mint(uuid4(), AccessRole.PLANNER, "speir", 600)
    sent = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())}
    for path in (f"/scheduling/v1/programmes/{uuid4()}", f"/participation/v1/surveys/{uuid4()}/answers"):
        answer = client.post(path, headers=sent, data=body, content_type=kind)
        assert answer.status_code == 415, (path, answer.get_data(as_text=True))
