"""A bare Flask application: the same token check, one row by a pool, 201; the least that a write over HTTP costs."""

import os
from uuid import UUID

import orjson
import psycopg
from flask import Flask, Response, abort, request
from psycopg_pool import ConnectionPool

from bench import tokens
from bench.contender import enters
from bench.http_load import OverHttp
from bench.inspection import FINDING
from shared.errors import NotRecognised

TABLE = """
create table findings (
    id bigserial primary key, stream uuid not null, recorded_at timestamptz not null default now(), body bytea not null
)
"""
INSERT = "insert into findings (stream, body) values (%s, %s) returning id"
DATABASE = "BENCH_DATABASE_URL"
CONNECTIONS = 8
"""The ceiling of each server process's pool: as many as there are clients, so that no thread waits for one."""
OPTIONS = {"autocommit": True, "prepare_threshold": 0}


def application() -> Flask:
    """Make it from the environment, in the process that serves it."""
    app = Flask(__name__)
    pool = ConnectionPool(os.environ[DATABASE], min_size=4, max_size=CONNECTIONS, kwargs=OPTIONS, open=True)
    caller_of = tokens.check()

    @app.post("/findings/<uuid:stream>")
    def record(stream: UUID) -> Response:
        """Let in who has a valid token, and write one row."""
        try:
            caller_of(request.headers.get("Authorization"))
        except NotRecognised:
            abort(401)
        body = orjson.dumps(orjson.loads(request.get_data()))
        with pool.connection() as connection:
            row = connection.execute(INSERT, (stream, body)).fetchone()
        return Response(orjson.dumps({"id": row[0] if row else None}), status=201, mimetype="application/json")

    return app


@enters("http")
class FlaskInsert(OverHttp):
    """Its side of the comparison."""

    name = "flask"
    libraries = ("flask", "gunicorn", "waitress", "psycopg", "psycopg-pool", "joserfc", "cryptography")
    application = "bench.peer_flask:application"

    def prepare(self, url: str, /) -> None:
        """Make the table."""
        with psycopg.connect(url) as connection:
            connection.execute(TABLE)

    def environment(self, url: str) -> dict[str, str]:
        """Name the database and the key."""
        return {DATABASE: url} | tokens.environment()

    def mint(self) -> str:
        """Sign a token with this run's key."""
        return tokens.mint()

    def request(self, stream: UUID) -> tuple[str, bytes, dict[str, str]]:
        """Post a finding about this inspection."""
        body = {"site": "Ward 7", "finding": FINDING, "severity": 3, "by": "inspector-17"}
        return f"/findings/{stream}", orjson.dumps(body), {}
