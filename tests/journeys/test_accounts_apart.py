"""No account of a service gets into another's database, nor into any that holds keys, as a deployment makes them."""

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from shared.edges.settings import SERVICES

SCRIPTS = Path(__file__).parents[2] / "deploy" / "postgres"
ACCOUNTS = ("owner", "app", "projector", "eraser", "reader")
APART = (*(f"{service}_keys" for service in SERVICES), "participation_intake")
SERVERS_OWN = "sql -c 'REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC'\n"
"""What a script does to the server's own databases, which a server that others test on is spared."""
SHUT_OUT = "permission denied for database"


@dataclass(frozen=True)
class Deployment:
    """A server on which both scripts have run, all names beginning alike so that others may test there as well."""

    server: str
    prefix: str
    passwords: dict[str, str] = field(repr=False)

    def enters(self, account: str, database: str) -> str:
        """What an account is told at the door of a database; nothing where it is let in."""
        url = make_url(self.server).set(
            username=f"{self.prefix}{account}",
            password=self.passwords[account],
            database=f"{self.prefix}{database}",
        )
        try:
            psycopg.connect(url.render_as_string(hide_password=False), connect_timeout=20).close()
        except psycopg.OperationalError as refused:
            return str(refused)
        return ""


def run(script: str, names: str, prefix: str, server: str, environment: dict[str, str]) -> None:
    """What the image runs at its first start, with other names."""
    text = (SCRIPTS / script).read_text("utf-8")
    assert names in text
    assert text.endswith(SERVERS_OWN)
    text = text.removesuffix(SERVERS_OWN).replace(names, " ".join(prefix + name for name in names.split()))
    url = make_url(server)
    where = {
        "PGHOST": str(url.host), "PGPORT": str(url.port or 5432), "PGPASSWORD": str(url.password),
        "POSTGRES_USER": str(url.username), "PATH": os.environ["PATH"],
    }  # fmt: skip
    subprocess.run(["bash"], input=text, text=True, check=True, env=where | environment)  # noqa: S607 - the image's shell


@pytest.fixture(scope="module")
def deployment(postgres_url: str) -> Iterator[Deployment]:
    if shutil.which("psql") is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("the scripts need psql, and there is none")
    accounts = [*(f"{service}_{account}" for service in SERVICES for account in ACCOUNTS), *APART]
    passwords, prefix = {account: secrets.token_hex(16) for account in accounts}, f"t{uuid4().hex[:10]}_"
    told = {f"SPEIR_{(prefix + account).upper()}_PASSWORD": password for account, password in passwords.items()}
    try:
        run("accounts.sh", " ".join(SERVICES), prefix, postgres_url, told)
        run("keys.sh", " ".join(APART), prefix, postgres_url, told)
        yield Deployment(postgres_url, prefix, passwords)
    finally:
        with psycopg.connect(postgres_url, autocommit=True) as server:
            for database in (*SERVICES, *APART):
                name = sql.Identifier(prefix + database)
                server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
            for account in accounts:
                server.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(prefix + account)))


@pytest.mark.parametrize("service", SERVICES)
def test_a_services_accounts_get_into_its_own_database_and_no_other(deployment: Deployment, service: str) -> None:
    others = [*(each for each in SERVICES if each != service), *APART]
    for account in ACCOUNTS:
        assert deployment.enters(f"{service}_{account}", service) == ""
        for other in others:
            assert SHUT_OUT in deployment.enters(f"{service}_{account}", other), (account, other)


@pytest.mark.parametrize("name", APART)
def test_an_account_for_keys_or_waiting_answers_gets_into_its_own_database_and_no_other(
    deployment: Deployment, name: str
) -> None:
    assert deployment.enters(name, name) == ""
    for other in (*SERVICES, *(each for each in APART if each != name)):
        assert SHUT_OUT in deployment.enters(name, other), other


def test_no_account_is_above_the_rules(deployment: Deployment) -> None:
    asked = (
        "SELECT rolname FROM pg_roles WHERE rolname LIKE %s"
        " AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)"
    )
    belonging = "SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname LIKE %s"
    with psycopg.connect(deployment.server) as server:
        like = (f"{deployment.prefix}%",)
        assert server.execute(asked, like).fetchall() == []
        assert server.execute(belonging, like).fetchone() == (0,)
        assert server.execute("SELECT count(*) FROM pg_roles WHERE rolname LIKE %s", like).fetchone() == (25,)
