"""Each service's OpenAPI description is valid, is what is checked in, and is what the service serves."""

import json
from typing import Any

import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from docs.declared import api
from docs.generate import openapi, written
from shared.edges.app import parts_of
from shared.edges.settings import SERVICES

stands = written()


def operations(described: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    methods = ("get", "post", "put", "patch", "delete")
    return [
        (path, method, item[method])
        for path, item in described["paths"].items()
        for method in methods
        if method in item
    ]


@pytest.mark.parametrize("name", SERVICES)
def test_what_is_checked_in_is_what_is_served(name: str) -> None:
    assert json.loads(stands.get(f"openapi/{name}.json", "{}")) == openapi(name), "run: make docs"


@pytest.mark.parametrize("name", SERVICES)
def test_the_description_is_valid_openapi_3_1(name: str) -> None:
    described = openapi(name)
    assert described["openapi"].startswith("3.1.")
    assert [error.message for error in OPENAPI_31_VALIDATOR.iter_errors(described)] == []


def test_what_is_not_openapi_is_told_apart() -> None:
    described = openapi("scheduling")
    described["info"] = {"title": "no version"}
    assert list(OPENAPI_31_VALIDATOR.iter_errors(described))


@pytest.mark.parametrize("name", SERVICES)
def test_every_reference_leads_somewhere(name: str) -> None:
    described = openapi(name)

    def references(value: Any) -> list[str]:
        if isinstance(value, dict):
            own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
            return own + [each for below in value.values() for each in references(below)]
        return [each for below in value for each in references(below)] if isinstance(value, list) else []

    for reference in references(described):
        found: Any = described
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]


@pytest.mark.parametrize("name", SERVICES)
def test_every_command_is_described_with_its_roles_and_its_key(name: str) -> None:
    posts = [each for _, method, each in operations(openapi(name)) if method == "post"]
    commands = [command for part in parts_of(api(name)) for command in part.commands]
    described = [each for each in posts if any(p.get("name") == "Idempotency-Key" for p in each.get("parameters", ()))]
    assert len(described) == len(commands)
    for each in described:
        assert each["x-roles"], each["summary"]
        assert each["security"] == [{"bearer": []}]
        assert {"201", "409", "412", "422"} <= set(each["responses"])


@pytest.mark.parametrize("name", SERVICES)
def test_every_operation_says_what_it_does_and_answers_in_problems(name: str) -> None:
    for path, method, operation in operations(openapi(name)):
        assert operation.get("summary"), f"{method} {path}"
        assert "application/problem+json" in operation["responses"]["404"]["content"], f"{method} {path}"
