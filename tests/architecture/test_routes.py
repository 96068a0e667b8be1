"""Every route says who may use it; the few that are open to everybody are on one list."""

import re

import pytest
from flask import Flask
from werkzeug.routing import Rule

from shared.edges.app import create_app
from shared.vocabulary.roles import AccessRole
from tests.architecture.tree import SERVICES, api, service

OPEN = {
    "GET /problems/<code>",
    "GET /<service>/openapi.json",
    "GET /<service>/docs",
    "GET /<service>/docs/start.js",
    "GET /<service>/docs/<name>",
    "GET /<service>/health/live",
    "GET /<service>/v1/log/key",
    "GET /<service>/v1/log/checkpoint",
    "GET /<service>/v1/log/tile/<level>/<place>",
    "GET /<service>/v1/log/consistency",
    "GET /<service>/health/ready",
    "GET /<service>/login",
    "GET /<service>/login/back",
    "GET /<service>/login/once/<link>",
    "GET /<service>/session",
    "POST /<service>/logout",
    "POST /participation/v1/surveys/<survey>/answers",
    "GET /scheduling/v1/calendar-feeds/<secret>.ics",
    "GET /scheduling/v1/vocabularies",
    "GET /scheduling/v1/vocabularies/<name>",
    "GET /scheduling/v1/editions",
    "GET /scheduling/v1/editions/<name>",
    "GET /reporting/v1/embargoed/<secret>",
    "GET /reporting/v1/reports",
    "GET /reporting/v1/reports/page",
    "GET /reporting/v1/reports/<report>",
    "GET /reporting/v1/reports/<report>/page",
    "GET /reporting/v1/reports/<report>/page/accessible",
}
"""What anybody may ask without a token: health, descriptions, what was published, and answering a survey.

What a log signed of itself, and the hashes under that, have to be open to whoever watches it; entries are not.
Vocabularies and editions are public facts: whoever reads a report or builds on the services needs their words.
A calendar feed's address is itself the secret: programmes that read calendars send no token.
So is the address of an embargoed copy: whoever it was given to is nobody's staff.
Whoever signs in to pages has no token yet, and signs out by a form that only a page of their session can send.
"""


@pytest.fixture(scope="module")
def app() -> Flask:
    """All four services' routes; nothing is asked of them here."""
    return create_app([(api(name), None) for name in SERVICES])  # type: ignore[misc]


def roles_of(app: Flask, endpoint: str) -> frozenset[AccessRole] | None:
    blueprint, _, name = endpoint.rpartition(".")
    gate = getattr(app.blueprints.get(blueprint), "gates", {}).get(name)
    return None if gate is None else frozenset(map(AccessRole, gate.roles))


def shape(rule: Rule) -> set[str]:
    """A rule's methods and path, without its converters."""
    path = re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+?)(?:_id)?>", r"<\1>", rule.rule)
    return {f"{method} {path}" for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}


def test_every_route_stands_behind_the_policy_or_is_on_the_open_list(app: Flask) -> None:
    everybodys = {each for rule in app.url_map.iter_rules() if not roles_of(app, rule.endpoint) for each in shape(rule)}
    assert everybodys == {each.replace("<service>", name) for each in OPEN for name in SERVICES}


def test_a_route_asks_for_a_command_that_its_service_decides_and_no_command_has_two_routes() -> None:
    for name in SERVICES:
        decided = {command for aggregate in service(name).aggregates for command in aggregate.decisions}
        reached = list(api(name).commands.values())
        assert set(reached) <= decided
        assert len(reached) == len(set(reached))


def test_no_person_has_every_role(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        roles = roles_of(app, rule.endpoint) or frozenset()
        if roles and "POST" in (rule.methods or ()):
            assert len(roles) < len(AccessRole), rule
