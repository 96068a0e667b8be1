"""Each service answers as its OpenAPI description says, whether what is sent fits the description or does not."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
)

from services.embedded import Embedded
from shared.edges.access import Issuer
from shared.edges.settings import SERVICES
from shared.vocabulary.roles import AccessRole
from tests.journeys.everything import Asking
from tests.journeys.test_hostile_input import after_an_inspection

EXAMPLES = 20
CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
bounded = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@dataclass
class Described:
    """The four services in the middle of an inspection, and tokens of every role."""

    form: Embedded
    app: Flask
    asking: Asking

    def schema(self, service: str) -> Any:
        return schemathesis.openapi.from_wsgi(f"/{service}/openapi.json", self.app)

    def token(self, service: str, role: str) -> dict[str, str]:
        """A token as its rightful issuer signs it: a service's own key for a service."""
        if role != AccessRole.SERVICE:
            return self.asking.bearer(role)
        own = Issuer(service, self.form.identity.services[service].signing)
        return {"Authorization": f"Bearer {own.mint(uuid4(), AccessRole.SERVICE, 'speir')}"}

    def ids(self, operation: Any) -> dict[str, str]:
        """Ids of what exists, for the operation's path; what was not made has one that nothing has."""
        known = {name: str(value) for name, value in self.asking.ids.items()}
        known["about"] = known["inspection_id"]
        return {each.name: known.get(each.name, str(uuid4())) for each in operation.path_parameters}


@pytest.fixture(scope="module")
def described(tmp_path_factory) -> Iterator[Described]:
    with after_an_inspection(Embedded(tmp_path_factory.mktemp("described"), "demo.test")) as made:
        yield Described(made.form, made.app, made.asking)


def documented(operation: Any) -> set[int]:
    """The statuses that the description names one by one; its default stands for the unforeseen."""
    return {int(status) for status in operation.definition.raw["responses"] if status != "default"}


@pytest.mark.parametrize("service", SERVICES)
def test_no_request_makes_a_service_fail_or_answer_in_a_way_it_does_not_describe(described: Described, service: str):
    operations = [each.ok() for each in described.schema(service).get_all_operations()]
    assert len(operations) > 15
    statuses: Counter[int] = Counter()
    for operation in operations:
        statuses += attack(described, service, operation)
    assert {200, 404, 422} <= statuses.keys()


def attack(described: Described, service: str, operation: Any) -> "Counter[int]":
    """Send what fits and what does not fit, about what exists and what does not, in each of the roles."""
    statuses: Counter[int] = Counter()
    roles = operation.definition.raw.get("x-roles", [None])
    there = described.ids(operation)
    cases = st.one_of(
        *(operation.as_strategy(generation_mode=mode, path_parameters=path) for mode in MODES for path in (None, there))
    )

    @seed(0)
    @bounded
    @given(case=cases, role=st.sampled_from(roles))
    def answers_as_described(case: Case, role: str | None) -> None:
        got = case.call(headers=described.token(service, role) if role else None)
        # That something is too large is a refusal as well, which the library's own list leaves out; what a question
        # has beside its parameters is passed over, as query strings pass through many hands.
        strict = got.status_code < 400 and case.method == "POST"
        case.validate_response(got, checks=[*CHECKS, *([negative_data_rejection] if strict else [])])
        assert got.status_code in documented(operation), (operation.label, got.status_code, got.text)
        statuses[got.status_code] += 1

    answers_as_described()
    return statuses
