"""Where a run's databases come from: one PostgreSQL for all, an empty database for each, dropped at the end."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote
from uuid import uuid4

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

TOLD = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "wal_level", "shared_buffers")
"""The server's settings that are told with every result."""


@contextmanager
def postgres(url: str | None) -> Iterator[str]:
    """Give the URL of a PostgreSQL: the one named, else SPEIR_TEST_POSTGRES_URL's, else a container for this run."""
    if url := url or os.environ.get("SPEIR_TEST_POSTGRES_URL"):
        yield url
        return
    os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")
    os.environ.setdefault("TESTCONTAINERS_CONNECTION_MODE", "docker_host")
    from testcontainers.postgres import PostgresContainer  # noqa: PLC0415 - only who has no server needs it

    with PostgresContainer("postgres:17", driver=None) as container:
        yield container.get_connection_url()


@contextmanager
def database(server: str, name: str) -> Iterator[str]:
    """Make an empty database with that word in its name, give its URL, and drop it whatever happens."""
    full = f"bench_{name}_{uuid4().hex[:8]}".replace("-", "_")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(full)))
    try:
        yield _with_database(server, full)
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(full)))


def settings(url: str) -> dict[str, str]:
    """Ask the server about itself, as a session in that database sees it."""
    asking = "select name, setting from pg_settings where name = any(%s)"
    with psycopg.connect(url) as connection:
        return dict(connection.execute(asking, (list(TOLD),)).fetchall())


def _with_database(server: str, name: str) -> str:
    """Give the server's URL with another database (a URL, as the clients of both peers and ours take one)."""
    parts = conninfo_to_dict(server)
    user, password = quote(str(parts["user"]), safe=""), quote(str(parts.get("password") or ""), safe="")
    return f"postgresql://{user}:{password}@{parts.get('host', '127.0.0.1')}:{parts.get('port', 5432)}/{name}"
