"""Every route, method and role, asked by who is assigned, who is not, and about what is not there: as it was judged."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from werkzeug.routing import Rule

from services.embedded import Embedded
from shared.edges.access import Issuer
from shared.policy.table import Reach, purposes_of, row_of
from shared.sourcing.facts import Refused
from shared.sourcing.tables import event
from shared.vocabulary.roles import AccessRole
from tests.journeys.everything import Answer
from tests.journeys.test_hostile_input import Attacked, after_an_inspection
from tests.policy.expected import Expected, expected
from tests.team import TEAM, put_on_team

RELATIONS = ("own", "other", "nowhere", "absent")
"""Assigned to the inspection; assigned to another one only; assigned to none; asking about what is not there."""
DENIED = {"not-allowed": {403, 404}, "not-assigned": {404}}
OTHER = uuid4()


@dataclass
class World:
    """An inspection after which nothing is missing, and somebody of every role in every relation to it."""

    attacked: Attacked
    people: dict[tuple[AccessRole, str], UUID] = field(default_factory=dict)

    def __post_init__(self) -> None:
        inspection = self.attacked.asking.ids["inspection_id"]
        for role in AccessRole:
            for relation in RELATIONS:
                person = self.people[role, relation] = uuid4()
                where = {"own": inspection, "other": OTHER, "absent": inspection}.get(relation)
                if role in TEAM and where is not None:
                    for running in self.attacked.form.running.values():
                        put_on_team(running, person, role, where)

    def bearer(self, service: str, role: AccessRole, person: UUID) -> str:
        issuer = self.attacked.form.identity.issuer
        if role is AccessRole.SERVICE:
            issuer = Issuer(service, self.attacked.form.identity.services[service].signing)
        return f"Bearer {issuer.mint(person, role, 'speir', 3600, proved=True)}"

    def path(self, rule: Rule, person: UUID, relation: str) -> str:
        """The rule with ids of what is there, or of nothing; whoever asks about people asks about themselves."""
        known: dict[str, Any] = {"about": self.attacked.asking.ids["inspection_id"], "submitter": "S12000014"}
        known |= {} if relation == "absent" else dict(self.attacked.asking.ids)
        if "person_id" in rule.arguments and relation != "other":
            known["person_id"] = person
        return rule_path(rule, {name: str(known.get(name, uuid4())) for name in rule.arguments})

    def refusals(self, service: str, person: UUID) -> list[Refused]:
        with self.attacked.form.running[service].log.reading() as tx:
            log = self.attacked.form.running[service].log
            return [each.fact for each in log.stream(tx, f"refusals/{person}")]


def rule_path(rule: Rule, values: dict[str, str]) -> str:
    built = rule.build(values)
    assert built is not None
    return built[1]


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> Iterator[World]:
    with after_an_inspection(Embedded(tmp_path_factory.mktemp("matrix"), "demo.test")) as made:
        yield World(made)


def rules(world: World) -> dict[tuple[str, str], tuple[Rule, str]]:
    """(service, action) → its rule and method."""
    found = {}
    for rule in world.attacked.app.url_map.iter_rules():
        blueprint, _, action = rule.endpoint.partition(".")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            found[blueprint.partition("-")[0], action] = rule, method
    return found


NOT_THERE = {"show_self_evaluation"}
"""What this inspection, whose edition asks for none, has nothing of: everybody asks about what is not there."""


def answer_expected(each: Expected, role: AccessRole, relation: str, rule: Rule, method: str) -> bool | None:
    """Let in or not, as the table of expected answers has it; None where only the body would tell.

    Lists are everybody's whose role may read them, however empty. A command names its inspection in its body, unless
    its path does, or leads to something that is about one.
    """
    reach = each.cells[role].partition("+")[0]
    row = row_of(each.service, each.action)
    if reach in ("-", "all") or row is None:
        return reach == "all"
    if row.grants[role].reach is Reach.SELF and "person_id" in rule.arguments:
        return relation != "other"
    if "inspection_id" in rule.arguments:
        return relation == "own"
    if method == "POST" and (relation == "absent" or "person_id" in rule.arguments):
        return None
    if "person_id" in rule.arguments or each.action in NOT_THERE or row.grants[role].reach is Reach.SELF:
        return not rule.arguments
    return relation == "own" or not rule.arguments


ASKED = [each for each in expected() if not each.anybody]


@pytest.mark.parametrize("each", ASKED, ids=[f"{each.service}.{each.action}" for each in ASKED])
def test_a_route_answers_every_role_in_every_relation_as_it_was_judged(world: World, each: Expected) -> None:
    rule, method = rules(world)[each.service, each.action]
    for role in AccessRole:
        for relation in RELATIONS:
            person = world.people[role, relation]
            before = world.refusals(each.service, person)
            headers = {"Authorization": world.bearer(each.service, role, person)}
            row = row_of(each.service, each.action)
            fits = [purpose for purpose in purposes_of(role) if row and purpose in row.purposes]
            headers |= {"Speir-Purpose": fits[0].value} if fits else {}
            answer = world.attacked.asking.open(method, world.path(rule, person, relation), headers, None)
            recorded = world.refusals(each.service, person)[len(before) :]
            where = f"{role} {relation}: {answer.status}"
            codes = [told.code for told in recorded if told.code in DENIED]
            wanted = answer_expected(each, role, relation, rule, method)
            if wanted is None:
                assert answer.status in ((404,) if codes else (400, 404, 415, 422)), where
            elif wanted:
                assert codes == [], where
                assert answer.status not in (401, 403), where
            else:
                assert len(codes) == 1, where
                assert answer.status in DENIED[codes[0]], where
                assert recorded[-1].command == f"{each.service}.{each.action}"
                assert row is None or not row.hidden or answer.status == 404, where


def fresh(path: str) -> str:
    """The same path to something that is not there yet: a command that begins a stream would begin it."""
    *before, _, last = path.rpartition("/")
    return "".join([*before, "/", str(uuid4())]) if is_id(last) else path


def is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def begun_elsewhere(world: World) -> list[tuple[str, str, dict[str, Any]]]:
    """(path, role, body) of what was done with the inspection's id in the body, by somebody of its team."""
    inspection = str(world.attacked.asking.ids["inspection_id"])
    found = {}
    for _, path, role, body, _, _ in world.attacked.asking.done:
        if body.get("inspection_id") == inspection and AccessRole(role) in TEAM:
            found[path.split("/")[3], role] = path, role, body
    return list(found.values())


def test_another_inspections_id_in_a_body_is_refused_as_if_there_were_none_and_nothing_is_begun(world: World) -> None:
    asked = begun_elsewhere(world)
    assert len({path.split("/")[1] for path, _, _ in asked}) >= 2
    for path, role, body in asked:
        service, target = path.split("/")[1], fresh(path)
        for inspection in (body["inspection_id"], str(uuid4())):
            person = world.people[AccessRole(role), "other"]
            headers = {"Authorization": world.bearer(service, AccessRole(role), person)}
            headers |= {"Idempotency-Key": str(uuid4()), "Content-Type": "application/json"}
            before = len(world.refusals(service, person))
            content = json.dumps({**body, "inspection_id": inspection}).encode()
            answer = world.attacked.asking.open("POST", target, headers, content)
            assert answer.status == 404, (target, role, answer.content)
            assert [each.code for each in world.refusals(service, person)[before:]] == ["not-assigned"], target
        with world.attacked.form.running[service].log.reading() as tx:
            begun = select(event.c.id).where(event.c.stream.endswith(target.rpartition("/")[2]))
            assert tx.execute(begun).first() is None, target


LISTS = ["/evidence/v1/items", "/evidence/v1/links", "/participation/v1/surveys", "/reporting/v1/recommendations"]


@pytest.mark.parametrize("path", LISTS)
def test_a_list_shows_nobody_else_s_rows_whatever_its_filter_or_cursor_says(world: World, path: str) -> None:
    inspection, service = world.attacked.asking.ids["inspection_id"], path.split("/")[1]

    def seen(relation: str, query: str) -> Answer:
        person = world.people[AccessRole.LEAD, relation]
        headers = {"Authorization": world.bearer(service, AccessRole.LEAD, person)}
        return world.attacked.asking.open("GET", f"{path}?{query}", headers, None)

    own = seen("own", "limit=1").json
    assert own["items"]
    assert seen("other", "limit=200").json == {"items": [], "next": None}
    absent, foreign = (seen("other", f"inspection_id={each}") for each in (uuid4(), inspection))
    assert (absent.status, foreign.status) == (404, 404)
    assert {**absent.json, "request_id": None} == {**foreign.json, "request_id": None}
    if own["next"]:
        assert seen("other", f"cursor={own['next']}").json == {"items": [], "next": None}
