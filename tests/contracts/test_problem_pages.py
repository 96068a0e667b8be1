"""Whatever the edge says no with, its type is an address at which somebody explains it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug import exceptions
from werkzeug.test import TestResponse

from docs.generate import written
from services.scheduling.api import api
from services.scheduling.service import scheduling
from shared.edges import problems, requests
from shared.errors import refusals
from shared.limits import FORM_PARTS, MEBIBYTE
from shared.vocabulary.roles import AccessRole
from tests.architecture.tree import RINGS, ROOT, ours, parsed, sources
from tests.serving import Served, serve

stands = written()
PREFIX = "/problems/"
OF_THE_FRAMEWORK = sorted(exceptions.default_exceptions.items())


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    made = serve(tmp_path, scheduling, api)
    yield made
    made.running.close()


def explained(answer: TestResponse, client: FlaskClient) -> str:
    """The code of a problem that is explained where its type says, in the words and with the status it came with."""
    assert answer.content_type == problems.PROBLEM, answer.data
    said = answer.json
    assert said["status"] == answer.status_code
    code: str = said["type"].removeprefix(PREFIX)
    page = stands.get(f"problems/{code}.md", "")
    assert said["title"] in page, code
    assert f"HTTP status: {answer.status_code}\n" in page
    there = client.get(said["type"])
    assert (there.status_code, there.json) == (200, {key: said[key] for key in ("type", "title", "status")})
    return code


def test_what_the_framework_refuses_by_itself_is_explained(served: Served) -> None:
    asking, large = served.client, b"[" + b" " * MEBIBYTE + b"]"
    assert explained(asking.get("/nowhere"), asking) == "not-found"
    assert explained(asking.get("/scheduling/v1/programmes/no-id"), asking) == "not-found"
    assert explained(asking.put("/scheduling/v1/programmes"), asking) == "method-not-allowed"
    assert asking.put("/scheduling/v1/programmes").headers["Allow"]
    token = served.issuer.mint(uuid4(), AccessRole.PLANNER, "speir")
    sent = {"Authorization": f"Bearer {token}", "Idempotency-Key": "1"}
    path = f"/scheduling/v1/programmes/{uuid4()}"
    assert explained(asking.post(path, headers=sent, data={"a": "b"}), asking) == "media-type-unknown"
    answer = asking.post(path, headers=sent, data=large, content_type="application/json")
    assert explained(answer, asking) == "body-too-large"


@pytest.mark.parametrize(("status", "kind"), OF_THE_FRAMEWORK, ids=[kind.__name__ for _, kind in OF_THE_FRAMEWORK])
def test_whatever_the_framework_could_raise_is_explained(status: int, kind: type[exceptions.HTTPException]) -> None:
    app = Flask("speir")
    app.before_request(requests.begin)
    problems.register(app)
    app.add_url_rule("/", view_func=lambda: raises(kind(f"words of {status}")))
    answer = app.test_client().get("/")
    code = answer.json["type"].removeprefix(PREFIX)
    assert refusals[code].sentence() in stands[f"problems/{code}.md"]
    assert (answer.json["title"], answer.status_code) == (refusals[code].sentence(), refusals[code].status)
    assert answer.status_code // 100 == status // 100
    assert str(status) not in answer.json["title"]
    assert b"words" not in answer.data


def raises(failure: Exception) -> None:
    raise failure


def test_a_failure_of_ours_is_explained(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    app = served.client.application
    monkeypatch.setitem(app.view_functions, "scheduling.live", lambda: 1 // 0)
    answer = served.client.get("/scheduling/health/live")
    assert explained(answer, served.client) == "internal-server-error"
    assert b"division" not in answer.data


def test_a_form_of_too_many_parts_is_explained() -> None:
    app = Flask("speir")
    app.config.update(MAX_FORM_PARTS=FORM_PARTS)
    app.before_request(requests.begin)
    problems.register(app)
    app.add_url_rule("/", methods=["POST"], view_func=lambda: str(len(problems.request.form)))
    answer = app.test_client().post(
        "/", data={f"f{n}": "x" for n in range(FORM_PARTS + 1)}, content_type="multipart/form-data"
    )
    assert answer.json["type"] == f"{PREFIX}body-too-large"


def test_every_problem_that_the_edge_can_make_is_made_of_a_refusal() -> None:
    """The media type and the types' prefix stand in one function, which takes a refusal: no other way leads out."""
    makers = {
        (path.as_posix(), function.name)
        for path in sources(*RINGS)
        for function in ast.walk(parsed(path))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if (isinstance(node, ast.Constant) and node.value == PREFIX)
        or (isinstance(node, ast.keyword) and node.arg == "content_type" and ast.unparse(node.value) == "PROBLEM")
    }
    assert {name for path, name in makers if path == "shared/edges/problems.py"} == {"refused"}
    assert {path for path, _ in makers} <= {"shared/edges/problems.py", "shared/edges/app.py", "services/demo/stage.py"}
    assert [code for code, refusal in refusals.items() if ours(refusal) and f"problems/{code}.md" not in stands] == []


def test_what_the_gateway_refuses_before_any_service_is_asked_is_explained() -> None:
    gateway = (ROOT / "deploy/nginx/nginx.conf").read_text("utf-8")
    codes = re.findall(rf'"type":"{PREFIX}([^"]+)"', gateway)
    assert len(codes) == gateway.count("application/problem+json") > 0
    assert [code for code in codes if f"problems/{code}.md" not in stands] == []
