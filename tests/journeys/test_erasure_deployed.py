"""Somebody is erased on PostgreSQL and over RabbitMQ, by four services that share nothing but the bus."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from click.testing import CliRunner, Result

from services.command import speir
from services.embedded import LOOPBACK
from shared.edges.access import as_text
from shared.edges.local_identity import LocalIdentity
from shared.edges.settings import SERVICES
from shared.sealing.epochs import Epochs
from shared.sealing.wrapping import EpochKey, KeyBroken, KeyRow, unwrapped
from tests.backing import _wait_for
from tests.journeys.everything import AT_TEN, Asking, over_http
from tests.journeys.listening import ROOT, a_free_port, deployed_form, read, ready

DPO = "data_protection_officer"


def at(asking: Asking, moment: datetime) -> None:
    for service in SERVICES:
        assert asking.post(f"/{service}/v1/clock", "operator", {"to": moment.isoformat()}).status == 200


def asked_of(service: str, directory: Path, what: str) -> Result:
    """What the command line says to whoever runs a service of this deployment."""
    told = told_to(service, directory)
    env = {f"SPEIR_{name.upper()}": as_told(value) for name, value in told.items() if value}
    # Nothing that people are shown is asked for here, so that the reader's account is named and never used.
    env["SPEIR_READER_DATABASE_URL"] = re.sub("//[^:]+:", "//its_reader:", told["database_url"])
    result = CliRunner().invoke(speir, ["erase", what, service], env=env)
    assert result.exit_code == 0, (result.output, result.exception)
    return result


def as_told(value: object) -> str:
    """A setting as its variable has it."""
    if isinstance(value, dict):
        return ",".join(f"{name}={as_told(each)}" for name, each in value.items())
    if isinstance(value, list | tuple):
        return ",".join(map(as_told, value))
    return as_text(value) if isinstance(value, bytes) else str(value)


def told_to(service: str, directory: Path) -> dict[str, Any]:
    """The settings of a service of this deployment."""
    every = json.loads((directory / "settings.json").read_text("utf-8"))
    return next({name: read(value) for name, value in each.items()} for each in every if each["service"] == service)


def kept_keys(told: dict[str, Any]) -> tuple[UUID, list[KeyRow]]:
    """Which key store it is, and every wrapped key in it, as a copy of its database takes them along."""
    with psycopg.connect(told["keys_url"]) as keys:
        rows = keys.execute("SELECT key_id, owner, wrapped, epoch, within FROM key").fetchall()
        ((store,),) = keys.execute("SELECT store FROM epoch").fetchall()
    return store, [KeyRow(*row) for row in rows]


def opens_with_what_is_left(told: dict[str, Any], store: UUID, row: KeyRow) -> list[int]:
    """The epochs whose key still lies somewhere and opens a wrapped key, whatever epoch it says that it is from."""
    epochs = Epochs(Path(told["epochs"]), told["root_key"])
    left = [key for number in epochs.kept() if (key := epochs.key(store, number)) is not None]
    opened = []
    for key in [*left, EpochKey(-1, told["root_key"])]:
        with suppress(KeyBroken):
            unwrapped(row, key, key.cipher(None))
            opened.append(key.number)
    return opened


def test_somebody_is_erased_in_every_service_of_a_deployment(
    tmp_path: Path, postgres_url: str, broker_url: str
) -> None:
    with deployed_form(tmp_path, postgres_url, broker_url) as (asking, _port):
        at(asking, AT_TEN)
        person, erasure = uuid4(), uuid4()
        member = f"/scheduling/v1/team-members/{person}"
        asking.does(member, "planner", name="Morag of the canal", home_area="S12000047")
        told = told_to("scheduling", tmp_path)
        store, copied = kept_keys(told)
        (theirs,) = [row for row in copied if row.owner == f"person/{person}"]
        assert opens_with_what_is_left(told, store, theirs), "so far the copy is of use"
        counted = asking.get(f"/scheduling/v1/erased/{person}/rehearsal", DPO).json
        assert (counted["keys"], counted["fields"]) == (1, 1)
        asked = {"subject_id": str(person), "basis": "consent_withdrawn", "reason": "They asked us"}
        asking.does(f"/participation/v1/erasures/{erasure}", DPO, "one", **asked)
        assert asking.post(f"/participation/v1/erasures/{erasure}/approval", DPO, {}, "one").status == 403
        asking.does(f"/participation/v1/erasures/{erasure}/approval", DPO, "another")
        for service in SERVICES:
            asking.sees(f"/{service}/v1/erased/{person}", DPO, lambda shown: shown["destroyed_at"])
        at(asking, AT_TEN + timedelta(hours=1))
        shown = asking.sees(f"/participation/v1/erasures/{erasure}/certificate", DPO)
        found = {each["service"]: (each["fields"], each["readable"]) for each in shown["services"]}
        assert found == {each: (1 if each == "scheduling" else 0, 0) for each in SERVICES}
        assert datetime.fromisoformat(shown["certified_on"]).date() == AT_TEN.astimezone(UTC).date()
        assert asking.post(member, "planner", {"name": "Morag", "home_area": "S12000047"}).status == 409
        assert theirs.key_id not in {row.key_id for row in kept_keys(told)[1]}
        for row in copied:
            assert not opens_with_what_is_left(told, store, row), "the older copy opens nothing of anybody"
        for row in kept_keys(told)[1]:
            assert opens_with_what_is_left(told, store, row), "and those who stay can be read"
        said = asked_of("scheduling", tmp_path, "status")
        assert said.output.split() == [str(person), "person", "consent_withdrawn", "1", "keys", "confirmed"]
        assert asked_of("scheduling", tmp_path, "apply").output == "0 erased again\n"
        asking.settles()
        for service in SERVICES:
            models = asking.get(f"/{service}/v1/read-models", "operator").json["items"]
            assert all(each["equal"] for each in models), service


@contextmanager
def killed_afterwards(directory: Path) -> Iterator[Asking]:
    """The embedded form in a process that is killed, not ended, when somebody has seen enough."""
    port = a_free_port()
    command = "import sys; from tests.journeys import listening; listening.serve_embedded(*sys.argv[1:])"
    with (directory / "output").open("ab") as words:
        process = subprocess.Popen(
            [sys.executable, "-c", command, str(directory / "home"), str(port)], cwd=ROOT, stdout=words, stderr=words
        )
    try:
        with over_http(f"http://{LOOPBACK}:{port}") as ask:
            for service in SERVICES:
                _wait_for(lambda service=service: ready(ask, service, process), 60)
            home = directory / "home"
            yield Asking(ask, LocalIdentity.at(home / "identity", keys_dir=home / "keys").issuer)
    finally:
        process.kill()
        process.wait(30)


def test_whoever_is_killed_while_somebody_is_erased_finishes_when_started_again(tmp_path: Path) -> None:
    person, erasure = uuid4(), uuid4()
    shown = f"/scheduling/v1/erased/{person}"
    with killed_afterwards(tmp_path) as asking:
        at(asking, AT_TEN)
        member = f"/scheduling/v1/team-members/{person}"
        asking.does(member, "planner", name="Morag of the canal", home_area="S12000047")
        asked = {"subject_id": str(person), "basis": "consent_withdrawn", "reason": "They asked us"}
        asking.does(f"/participation/v1/erasures/{erasure}", DPO, "one", **asked)
        asking.does(f"/participation/v1/erasures/{erasure}/approval", DPO, "another")
    for _ in range(2):
        with killed_afterwards(tmp_path) as asking:
            asking.sees(shown, DPO, lambda state: state["erasure_id"])
    with killed_afterwards(tmp_path) as asking:
        asking.sees(shown, DPO, lambda state: state["destroyed_at"])
        at(asking, AT_TEN + timedelta(hours=1))
        certified = asking.sees(f"/participation/v1/erasures/{erasure}/certificate", DPO)
        found = {each["service"]: (each["fields"], each["readable"]) for each in certified["services"]}
        assert found["scheduling"] == (1, 0)
