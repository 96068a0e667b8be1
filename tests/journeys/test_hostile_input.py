"""Whatever is sent to any route of any service, the answer says what is wrong, and nothing is changed by half."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy import func, select

from services.embedded import Embedded
from shared.edges import ceilings
from shared.edges.access import Issuer
from shared.errors import refusals
from shared.sourcing.checking import compared
from shared.sourcing.tables import event
from shared.vocabulary.roles import AccessRole
from tests.journeys.everything import (
    EDITION,
    FALKIRK,
    FIFE,
    FIFE_BEFORE_2018,
    Answer,
    Asking,
    in_process,
    publish,
    purpose_of,
    up_to_publication,
)

LONG = "x" * 200_001
MEBIBYTE = 1024 * 1024
NO_COUNCIL = "S12000099"
BY_NAME: dict[str, Any] = {
    "council": FALKIRK,
    "home_area": FALKIRK,
    "employed_in": FALKIRK,
    "councils": [FALKIRK],
    "edition": EDITION,
    "answers": {"q1": "words"},
    "scores": [],
    "owners": [{"code": FALKIRK, "title": "words"}],
    "actions": [
        {
            "recommendation_id": str(uuid4()),
            "owner": FALKIRK,
            "done_by": "2030-01-01",
            "specific": "words",
            "measurable": "words",
        }
    ],
}
WRONG: dict[str, tuple[Any, ...]] = {
    "string": ([], {}, 7, 3.5, True, "", LONG, [["deep"]]),
    "integer": ([], {}, "7", "", 3.5, True, 2**53 + 1, 10**4999, LONG),
    "boolean": ([], {}, 0, 1, "true", "", LONG),
    "array": ({}, 7, True, "", LONG, [{}], [[]], [None], [True], ["x"] * 1001, [3] * 1_001),
    "object": ([], 7, True, "", LONG, {"q": 7}, {"": "x"}, {"q": {}}, {str(n): "x" for n in range(51)}),
}
NOT_OBJECTS = (b"[]", b'"words"', b"null", b"7", b"true", b"[{}]")
DEEP = 100_000
BROKEN: dict[str, bytes] = {
    "lists 100,000 deep": b"[" * DEEP + b"]" * DEEP,
    "objects 100,000 deep": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "deep and never closed": b"[" * DEEP,
    "NaN": b'{"a": NaN}',
    "Infinity": b'{"a": -Infinity}',
    "a key twice": b'{"a": 1, "a": 2}',
    "half a surrogate pair": b'{"a": "\\ud800"}',
    "half a surrogate pair as a key": b'{"\\udfff": 1}',
    "a surrogate in UTF-8": b'{"a": "\xed\xa0\x80"}',
    "a NUL": b'{"a": "\\u0000"}',
    "a raw NUL": b'{"a": "\0"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "cut short": b'{"a": ',
    "two values": b"{} {}",
    "gzip that is none": b"\x1f\x8b\x08\x00garbage",
    "5,000 digits": b'{"a": ' + b"9" * 5000 + b"}",
    "a number beyond doubles": b'{"a": 1e999}',
    "50 MB": b'{"a": "' + b"x" * (50 * MEBIBYTE) + b'"}',
    "10^6 keys": b"{" + b",".join(b'"%d":1' % n for n in range(10**6)) + b"}",
    "10^5 keys": b"{" + b",".join(b'"%d":1' % n for n in range(10**5 - 1)) + b"}",
}
KINDS_OF_BODY = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/xml", "")
KEYS = ("", "x" * 256, "with space", "tab\there", "caf\xe9", "\x7f")
VERSIONS = ("3", 'W/"3"', '"three"', '"3", "4"', '"-1"', '"9999999999999999999"', '""', "\xe9", '"٣"')


class OnPostgres(Embedded):
    """The embedded form with its logs on PostgreSQL, which is stricter about text and numbers."""

    def __init__(self, directory: Path, origin: str, urls: Callable[[str], str]) -> None:
        self._urls = urls
        super().__init__(directory, origin)

    def _file(self, kind: str, name: str) -> str:
        return self._urls(name) if kind == "data" else super()._file(kind, name)


@dataclass
class Post:
    """A route that changes something, as its service's OpenAPI describes it."""

    rule: str
    path: str
    role: str | None
    schema: dict[str, Any]
    keyed: bool
    inspection: str

    @property
    def fields(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = self.schema.get("properties", {})
        return found

    @cached_property
    def body(self) -> dict[str, Any]:
        """A body in which every field is right."""
        made = {name: right(name, schema) for name, schema in self.fields.items()}
        return made | ({"inspection_id": self.inspection} if "inspection_id" in made else {})


def kinds(schema: dict[str, Any]) -> list[str]:
    given = schema.get("type", "string")
    return given if isinstance(given, list) else [given]


def right(name: str, schema: dict[str, Any]) -> Any:
    """A value that the schema allows."""
    if name == "answers" and kinds(schema)[0] == "array":
        return []
    if name in BY_NAME:
        return BY_NAME[name]
    if "enum" in schema:
        return schema["enum"][0]
    if kinds(schema)[0] == "array":
        return [right("", schema["items"])]
    written = {"uuid": str(uuid4()), "date": "2026-01-05", "date-time": "2026-01-05T09:00:00Z"}
    if "format" in schema:
        return written[schema["format"]]
    if "{64}" in schema.get("pattern", ""):
        return "ab" * 32
    return {"integer": 1, "boolean": True, "string": "a-code"}[kinds(schema)[0]]


class Known(dict[str, Any]):
    """The ids of what was made; whatever was not has one that nothing has."""

    def __missing__(self, _name: str) -> str:
        return str(uuid4())


@dataclass
class Attacked:
    """The four services after a whole inspection, and every route that they have."""

    form: Embedded
    app: Flask
    asking: Asking

    def __post_init__(self) -> None:
        self.described = {name: json.loads(self.asking.open("GET", f"/{name}/openapi.json", {}, None).content)
                          for name in self.form.running}  # fmt: skip

    def operations(self, method: str) -> Iterator[tuple[dict[str, Any], str, str, dict[str, Any]]]:
        """(description, rule, path with ids that exist, operation)."""
        for described in self.described.values():
            for rule, item in described["paths"].items():
                if method in item:
                    path = rule.replace("{about}", str(self.asking.ids["inspection_id"]))
                    yield described, rule, path.format_map(Known(self.asking.ids)), item[method]

    def posts(self) -> list[Post]:
        found = []
        for described, rule, path, operation in self.operations("post"):
            content = operation["requestBody"]["content"]
            if "application/json" not in content:
                continue  # a file: its own tests send what is none
            schema = content["application/json"]["schema"]
            if "$ref" in schema:
                schema = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
            keyed = any(each.get("name") == "Idempotency-Key" for each in operation["parameters"])
            inspection = str(self.asking.ids["inspection_id"])
            found.append(Post(rule, path, somebody(operation), schema, keyed, inspection))
        return found

    def send(self, post: Post, body: Any, **headers: str) -> Answer:
        sent = {"Content-Type": "application/json"}
        sent |= self.asking.bearer(post.role) if post.role else {}
        sent |= {"Idempotency-Key": str(uuid4())} if post.keyed else {}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        content = body if isinstance(body, bytes) else raw(body)
        return self.asking.open("POST", post.path, sent, content)

    def stands(self) -> dict[str, tuple[int, list[tuple[str, str]]]]:
        """How many events each log has, and the fingerprint of each read model, which must be that of its rebuild."""
        found = {}
        for name, running in self.form.running.items():
            models = compared(running.log, running.service.read_models)
            assert all(each.equal for each in models)
            with running.log.reading() as tx:
                count = tx.execute(select(func.count()).select_from(event)).scalar_one()
            found[name] = count, [(each.name, each.live) for each in models]
        return found


def somebody(operation: dict[str, Any]) -> str | None:
    """A role that may: the planner's, who made most of it, else the auditor's, who sees all, if it is one."""
    return min(
        operation.get("x-roles", ()), key=lambda role: (role != "planner", role != "auditor", role), default=None
    )


def raw(body: Any) -> bytes:
    """JSON, also of numbers that are too long for Python to print."""
    text = json.dumps(body, default=str) if not huge(body) else json.dumps({**body, huge(body): "HUGE"})
    return text.replace('"HUGE"', "1" + "0" * 4999).encode()


def huge(body: Any) -> str | None:
    values = body.items() if isinstance(body, dict) else ()
    return next((name for name, value in values if type(value) is int and value > 10**4000), None)


@contextmanager
def after_an_inspection(form: Embedded) -> Iterator[Attacked]:
    """Carry out a whole inspection and let it come to rest."""
    app = form.app()
    asking = Asking(in_process(app), form.identity.issuer)
    with form.working():
        up_to_publication(asking)
        publish(asking)
        asking.settles()
    del app.extensions[ceilings.EXTENSION]  # more is sent in a minute than any caller may: that has its own tests
    yield Attacked(form, app, asking)
    for running in form.running.values():
        running.log.engine.dispose()
        running.log.store._engine.dispose()  # type: ignore[attr-defined]  # on PostgreSQL it has one of its own
        running.keyring.engine.dispose()
    form.intake._engine.dispose()


@pytest.fixture(scope="module")
def attacked(tmp_path_factory) -> Iterator[Attacked]:
    with after_an_inspection(Embedded(tmp_path_factory.mktemp("attacked"), "demo.test")) as made:
        yield made


@pytest.fixture(scope="module")
def attacked_on_postgres(postgres_url: str, tmp_path_factory) -> Iterator[Attacked]:
    names: list[str] = []
    directory = tmp_path_factory.mktemp("attacked_on_postgres")
    form = OnPostgres(directory, "demo.test", lambda name: made_database(postgres_url, name, names))
    with after_an_inspection(form) as made:
        yield made
    with psycopg.connect(postgres_url, autocommit=True) as server:
        for name in names:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=["attacked", "attacked_on_postgres"])
def on_each(request: pytest.FixtureRequest) -> Attacked:
    made: Attacked = request.getfixturevalue(request.param)
    return made


def made_database(server: str, name: str, made: list[str]) -> str:
    made.append(f"hostile_{name}_{uuid4().hex}")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{made[-1]}"')
    return f"{server.rsplit('/', 1)[0]}/{made[-1]}"


def refused(got: Answer, what: object, *statuses: int) -> Any:
    """A problem of one of these statuses, of a declared type."""
    said = (what, got.status, got.content[:500])
    assert got.status in (statuses or (400, 413, 415, 422)), said
    assert got.headers["content-type"] == "application/problem+json", said
    assert got.json["type"].removeprefix("/problems/") in refusals, said
    assert got.json["status"] == got.status, said
    return got.json


def blames(said: Any, name: str, what: object) -> None:
    pointers = [each["pointer"] for each in said.get("errors", ())]
    assert pointers, (what, said)
    assert all(each == f"/{name}" or each.startswith(f"/{name}/") for each in pointers), (what, said)


def test_every_route_refuses_what_is_not_one_clear_json_object_and_nothing_changes(attacked: Attacked):
    before = attacked.stands()
    posts = attacked.posts()
    assert len(posts) > 55
    for post in posts:
        for what, body in BROKEN.items():
            refused(attacked.send(post, body), (post.rule, what), 400, 413)
        for body in NOT_OBJECTS:
            refused(attacked.send(post, body), (post.rule, body), 400, 422)
        for kind in KINDS_OF_BODY:
            refused(attacked.send(post, post.body, Content_Type=kind), (post.rule, kind), 415)
        for name in ("surprise", "__proto__", "actor", "today", "now"):
            if name not in post.fields:
                said = refused(attacked.send(post, {**post.body, name: 1}), (post.rule, name), 422)
                blames(said, name, post.rule)
    assert attacked.stands() == before


def test_every_field_refuses_what_is_not_of_its_kind_with_a_pointer_and_nothing_changes(on_each: Attacked):
    before = on_each.stands()
    for post in on_each.posts():
        for name, schema in post.fields.items():
            here = (post.rule, name)
            wrong = [*WRONG[kinds(schema)[0]]]
            wrong += [] if "null" in kinds(schema) or None in schema.get("enum", ()) else [None]
            wrong += (
                ["2026-02-31", "2026-13-01", "yesterday", "20260105x"] if "date" in schema.get("format", "") else []
            )
            wrong += ["S12000099", "falkirk"] if name in BY_NAME and BY_NAME[name] == FALKIRK else []
            for value in wrong:
                body = raw({**post.body, name: value})
                what = (*here, body[:300])
                blames(refused(on_each.send(post, body), what, 400, 413, 422), name, what)
            if name in post.schema.get("required", ()):
                without = {other: value for other, value in post.body.items() if other != name}
                blames(refused(on_each.send(post, without), (*here, "missing"), 422), name, here)
    assert on_each.stands() == before


def test_a_key_that_is_none_and_a_version_that_is_stale_or_none_change_nothing(attacked: Attacked):
    before = attacked.stands()
    for post in (each for each in attacked.posts() if each.keyed):
        for key in KEYS:
            said = refused(attacked.send(post, post.body, Idempotency_Key=key), (post.rule, key), 400)
            assert said["type"] == "/problems/key-missing"
        for version in VERSIONS:
            said = refused(attacked.send(post, post.body, If_Match=version), (post.rule, version), 422)
            assert [each["pointer"] for each in said["errors"]] == ["If-Match"], post.rule
        said = refused(attacked.send(post, post.body, If_Match='"999999"'), (post.rule, "stale"), 412)
        assert said["type"] == "/problems/stale-version"
        assert said["version"] < 999999
    assert attacked.stands() == before


def test_a_key_answers_the_same_request_again_and_refuses_another(on_each: Attacked):
    before = on_each.stands()
    for key, path, role, body, actor, first in on_each.asking.done:
        who = next(name for name, value in on_each.asking.ids.items() if value == actor).rpartition("/")[2]
        again = on_each.asking.post(path, role, body, who, Idempotency_Key=key)
        assert (again.status, again.content) == (201, first.content), path
        assert again.headers["idempotency-replayed"] == "true"
        content = json.dumps(body).encode() + b" "
        said = refused(on_each.asking.post(path, role, content, who, Idempotency_Key=key), path, 422)
        assert said["type"] == "/problems/key-reused"
    assert on_each.stands() == before


GARBLED: dict[str, tuple[str, ...]] = {
    "cursor": (
        "", "x", "====", "\xe9", "bnVsbA", "W10", "eyJhIjoxfQ", "WyJcdTAwMDAiXQ", "WyJcdTAwMDAiLCJcdTAwMDAiXQ",
        "WyJhIiw5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTld", "W1tdXQ", "WzFd", "\0", "x" * 3_000, "-1", "9" * 17,
    ),
    "limit": ("", "0", "-1", "\u0663", "201", "1e3", "ten", "99999", "\0", "1 "),
    "as_of": (
        "", "version:", "version:-1", "version:x", "version:9999999999999999", "position:1.5", "yesterday", "\0",
        "2026-01-05", "2026-01-05T10:00", "2026-02-31T00:00:00Z",
        "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59",
    ),
    "partition": ("8", "-1", "x", "", "1.0", "\0", "9" * 17),
    "after": ("-1", "\u0663", "x", "", "9" * 17, "\0"),
    "inspection_id": ("x", "", "\0", "7" * 32 + "x", "9" * 3_000),
    "council": ("falkirk", "S12000099", "\0", "x" * 3_000, "\ud800"),
}  # fmt: skip
"""What a query may not say, by the parameter."""
NEVER_FIT = {"cursor", "limit", "as_of", "partition", "after"}
"""Parameters for which each of those is refused; what is compared with a column may also simply match nothing."""


def test_every_question_refuses_garbled_queries(on_each: Attacked):
    before = on_each.stands()
    unfit = []
    for _, rule, path, operation in on_each.operations("get"):
        roles = operation.get("x-roles", ())
        sent = as_service(on_each, rule.split("/")[1]) if "service" in roles else {}
        if not sent and (role := somebody(operation)) is not None:
            sent = on_each.asking.bearer(role) | {"Speir-Purpose": purpose_of(role, path)}
        for name in (each["name"] for each in operation["parameters"] if each["in"] == "query"):
            for value in GARBLED.get(name, ("", "\0", "x" * 3_000, "\ud800", "9" * 30, "[]")):
                query = quote(value, errors="surrogatepass")
                got = on_each.asking.open("GET", f"{path}?{name}={query}", sent, None)
                is_problem = got.headers["content-type"] == "application/problem+json"
                expected = (400, 422) if name in NEVER_FIT else (200, 400, 404, 409, 422)
                if got.status not in expected or (got.status >= 400) != is_problem:
                    unfit.append((rule, name, value[:50], got.status))
    for service in on_each.form.running:
        got = on_each.asking.get(f"/{service}/v1/history/%00", "auditor")
        unfit += [] if got.status == 404 else [(service, "about", got.status)]
    assert not unfit, "\n".join(map(str, unfit))
    assert on_each.stands() == before


def as_service(attacked: Attacked, service: str) -> dict[str, str]:
    peer = Issuer(service, attacked.form.identity.services[service].signing)
    return {"Authorization": f"Bearer {peer.mint(uuid4(), AccessRole.SERVICE, 'speir')}"}


@pytest.mark.parametrize(
    "path",
    ["/x", "/%00", "/%ED%A0%80", "/scheduling/v1/programmes/x", "/scheduling/v1//programmes", "//scheduling/v1/lag",
     "/scheduling/v1/programmes/", "/evidence/v1/history/%00", "/problems/%00", "/scheduling/v1/..%2f..%2fetc/passwd",
     "/participation/v1/surveys/00000000-0000-4000-8000-000000000001/answers", "/scheduling/v1/" + "x" * 100_000],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW"])
def test_no_address_and_no_method_makes_a_service_fail(attacked: Attacked, path: str, method: str):
    headers = attacked.asking.bearer("auditor") | {"Content-Type": "application/json"}
    got = attacked.asking.open(method, path, headers, b'{"answers": {"q": "a"}}' if method == "POST" else None)
    assert got.status < 500, got.content
    assert not 300 <= got.status < 400, "a redirection would repeat what was asked"
    if got.status >= 400 and method != "HEAD":
        assert got.headers["content-type"] == "application/problem+json"


def test_a_retired_council_is_taken_as_the_one_of_today_and_an_unknown_one_is_refused(on_each: Attacked):
    asking = on_each.asking
    programme = f"/scheduling/v1/programmes/{uuid4()}"
    asking.does(programme, "planner", edition=EDITION)
    before = on_each.stands()
    said = refused(asking.post(f"{programme}/areas", "planner", {"councils": [NO_COUNCIL]}), "unknown", 422)
    blames(said, "councils", "unknown")
    assert on_each.stands() == before
    asking.does(f"{programme}/areas", "planner", councils=[FIFE_BEFORE_2018])
    shown = asking.get(programme, "planner").json
    assert shown["areas"] == [{"councils": [FIFE]}]
    with on_each.form.running["scheduling"].log.reading() as tx:
        stored = [bytes(body) for body in tx.scalars(select(event.c.body).order_by(event.c.id.desc()).limit(1))]
    assert FIFE.encode() in stored[0]
    assert FIFE_BEFORE_2018.encode() not in stored[0]
    person = f"/scheduling/v1/team-members/{asking.ids['person_id']}"
    assert asking.get(person, "planner").json["home_area"] == FIFE
