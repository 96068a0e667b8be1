"""Attacking a service by its own description: in every phase and with every check that the library has for it."""

import itertools
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import schemathesis
from flask import Flask
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from waitress import create_server

from services.embedded import Embedded
from shared.edges import watch
from shared.edges.access import Issuer
from shared.limits import ATTEMPTS_S, BODY_BYTES
from shared.vocabulary.roles import AccessRole
from tests.journeys.everything import Asking
from tests.journeys.test_hostile_input import after_an_inspection

EXAMPLES = 50
LEFT_OUT = "positive_data_acceptance"
"""What fits its schema may still be refused: a council that there is not, a date before the last, a key sent twice."""
CHECKS = {
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "negative_data_rejection", "missing_required_header", "unsupported_method",
    "allow_header_conformance", "use_after_free", "ensure_resource_availability", "ignored_auth",
    "object_level_authorization",
}  # fmt: skip
CONFIGURED: dict[str, Any] = {
    "workers": 1,
    "continue-on-failure": True,
    "generation": {"max-examples": EXAMPLES, "deterministic": True, "database": "none"},
    "checks": {
        LEFT_OUT: {"enabled": False},
        # That something is too large, or asked by nobody, is a refusal too, which the library's own lists leave out.
        "negative_data_rejection": {"expected-statuses": ["4xx"]},
        "missing_required_header": {"expected-statuses": ["4xx"]},
    },
}


@dataclass
class Described:
    """The four services in the middle of an inspection, on a server of their own, and tokens of every role."""

    form: Embedded
    asking: Asking
    url: str
    _turns: "defaultdict[str, itertools.count[int]]" = field(default_factory=lambda: defaultdict(itertools.count))

    def token(self, service: str, label: str, roles: list[str]) -> str:
        """A token of the next of the roles, as its rightful issuer signs it: a service's own key for a service."""
        role = roles[next(self._turns[label]) % len(roles)]
        if role != AccessRole.SERVICE:
            return self.asking.bearer(role)["Authorization"]
        own = Issuer(service, self.form.identity.services[service].signing)
        return f"Bearer {own.mint(uuid4(), AccessRole.SERVICE, 'speir')}"

    def known(self) -> dict[str, str]:
        """Ids of what exists, for the paths that ask for one."""
        ids = {f"path.{name}": str(value) for name, value in self.asking.ids.items()}
        return ids | {"path.about": ids["path.inspection_id"]}


@dataclass
class Found:
    """What an attack came to."""

    failures: list[str] = field(default_factory=list)
    statuses: "Counter[int]" = field(default_factory=Counter)
    checked: set[str] = field(default_factory=set)
    phases: set[str] = field(default_factory=set)

    def add(self, finished: events.ScenarioFinished) -> None:
        """Take in what one scenario recorded."""
        recorded = finished.recorder
        asked = [each.response.status_code for each in recorded.interactions.values() if each.response is not None]
        self.statuses.update(asked)
        self.phases |= {finished.phase.value} if asked else set()
        for each in itertools.chain.from_iterable(recorded.checks.values()):
            self.checked.add(each.name)
            if each.failure_info is not None:
                self.failures.append(f"{finished.label}: {each.name}: {each.failure_info.failure.message}")


@contextmanager
def described_after(directory: Path) -> Iterator[Described]:
    """The services on a server, with nothing that counts failures: that has its own tests."""
    with after_an_inspection(Embedded(directory, "demo.test")) as made:
        made.app.extensions[watch.EXTENSION] = watch.Attempts(itertools.count(0.0, ATTEMPTS_S).__next__)
        with serving(made.app) as url:
            yield Described(made.form, made.asking, url)


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve an app from a thread, as ``speir up`` does."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4, max_request_body_size=BODY_BYTES)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()
        thread.join(10)


def attack(described: Described, service: str, **configured: Any) -> Found:
    """Send what fits the description and what does not, in turn in each of the roles that an operation names."""
    config = SchemathesisConfig.from_dict(CONFIGURED | configured)
    schema = schemathesis.openapi.from_url(f"{described.url}/{service}/openapi.json", config=config)

    @schema.auth(refresh_interval=None)
    class Role:
        """The right to ask, where an operation says who has it."""

        def get(self, _case: Any, context: Any) -> str | None:
            operation = context.operation
            roles = operation.definition.raw.get("x-roles")
            return described.token(service, operation.label, roles) if roles else None

        def set(self, case: Any, token: str | None, _context: Any) -> None:
            if token is not None:
                case.headers = {**(case.headers or {}), "Authorization": token}

    found = Found()
    for each in from_schema(schema).execute():
        if isinstance(each, events.ScenarioFinished):
            found.add(each)
        elif isinstance(each, events.NonFatalError):
            found.failures.append(f"{each.label}: {each.value!r}")
        elif isinstance(each, events.FatalError):
            raise each.exception
    return found


def holds(described: Described, service: str) -> None:
    """About what exists, then about what does not, and then one thing after the other as the answers suggest."""
    there = attack(described, service, parameters=described.known(), phases={"stateful": {"enabled": False}})
    absent = attack(described, service)
    assert there.failures + absent.failures == []
    assert there.checked | absent.checked == CHECKS
    assert {"coverage", "fuzzing", "stateful"} <= absent.phases
    assert {200, 201, 400, 401, 404, 405, 415, 422} <= (there.statuses + absent.statuses).keys()
