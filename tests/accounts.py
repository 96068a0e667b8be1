"""A service's database with the five accounts that a deployment gives it, and one that is nobody's."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import psycopg
from sqlalchemy.engine import make_url

ACCOUNTS = ("owner", "app", "projector", "eraser", "reader", "stranger")


@dataclass(frozen=True)
class Roles:
    """A service's database with its five accounts, and one that is nobody's."""

    prefix: str
    urls: dict[str, str] = field(repr=False)


@contextmanager
def roles_on(server_url: str) -> Iterator[Roles]:
    """A new database and accounts as a deployment makes them, until the block ends; nothing is in it yet."""
    prefix = f"test_{uuid4().hex[:12]}"
    passwords = {account: secrets.token_hex(16) for account in ACCOUNTS}
    url = make_url(server_url)
    urls = {
        account: url.set(username=f"{prefix}_{account}", password=password, database=prefix).render_as_string(
            hide_password=False
        )
        for account, password in passwords.items()
    }
    with psycopg.connect(server_url, autocommit=True) as server:
        for account, password in passwords.items():
            server.execute(f"CREATE ROLE {prefix}_{account} LOGIN PASSWORD '{password}'")
        server.execute(f"CREATE DATABASE {prefix} OWNER {prefix}_owner")
        server.execute(f"REVOKE ALL ON DATABASE {prefix} FROM PUBLIC")
        inside = url.set(database=prefix).render_as_string(hide_password=False)
        others = ", ".join(f"{prefix}_{account}" for account in ACCOUNTS[1:])
        with psycopg.connect(inside, autocommit=True) as database:
            database.execute(f"ALTER SCHEMA public OWNER TO {prefix}_owner")
            database.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
            database.execute(f"GRANT USAGE ON SCHEMA public TO {others}")
        server.execute(f"GRANT CONNECT ON DATABASE {prefix} TO {others}")
        server.execute(f"ALTER ROLE {prefix}_reader SET default_transaction_read_only = on")
        try:
            yield Roles(prefix, urls)
        finally:
            server.execute(f"DROP DATABASE {prefix} WITH (FORCE)")
            for account in ACCOUNTS:
                server.execute(f"DROP ROLE {prefix}_{account}")
