"""Ours over HTTP: the whole edge of a real service, from the token to the signed reply, and the sequencer beside."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from uuid import UUID, uuid4

import orjson
from flask import Flask

from bench import tokens
from bench.contender import Settings, enters
from bench.http_load import OverHttp
from bench.inspection import FINDING
from bench.ours import ORIGIN, ROOT_KEY, Ours, epochs_of
from bench.ours_inspection import RecordFinding, benched
from shared.edges.access import new_key, sign
from shared.edges.app import create_app
from shared.edges.http import Api
from shared.edges.requests import Serving
from shared.sealing.databases import open_database
from shared.sealing.keyring import Keyring
from shared.sourcing.opening import open_log
from shared.sourcing.running import RunningService

DATABASE, SIGNING_KEY = "BENCH_DATABASE_URL", "BENCH_SIGNING_KEY"
CONNECTIONS = 4
"""Of each server process, to the log and to the keys: as many as it has threads."""

api = Api("scheduling")
api.accepts(RecordFinding, "/inspections/<uuid:inspection_id>/findings", action="MoveStep")
"""Judged as what a planner may do for every inspection: their row of the table, and where they stand, are looked up."""


def application() -> Flask:
    """Make it from the environment, in the process that serves it."""
    url, signing_key = os.environ[DATABASE], bytes.fromhex(os.environ[SIGNING_KEY])
    running = RunningService(
        benched,
        open_log(url, ORIGIN, pool_size=CONNECTIONS),
        Keyring(open_database(url, pool_size=CONNECTIONS, by_hand=True), ROOT_KEY, epochs_of(url)),
        partial(sign, signing_key, context="receipt"),
    )
    return create_app([(api, Serving(running, tokens.verifier(), signing_key))])


@enters("http")
class HttpCommands(OverHttp):
    """A command as any other system sends it: each with a key of its own, so that it would be done once."""

    name = "ours"
    libraries = ("flask", "flask-smorest", "marshmallow", "gunicorn", "waitress", "joserfc", *Ours.libraries)
    application = "bench.ours_http:application"

    def prepare(self, url: str, /) -> None:
        """Make the tables."""
        Ours().prepare(url)

    @contextmanager
    def beside(self, url: str, settings: Settings, /) -> Iterator[str]:
        """The sequencer, and the application."""
        with Ours().beside(url, settings), super().beside(url, settings) as address:
            yield address

    def environment(self, url: str) -> dict[str, str]:
        """Name the database, the key to verify with, and the one to sign receipts with."""
        return {DATABASE: url, SIGNING_KEY: new_key().hex()} | tokens.environment()

    def mint(self) -> str:
        """Sign a token with this run's key."""
        return tokens.mint()

    def request(self, stream: UUID) -> tuple[str, bytes, dict[str, str]]:
        """Post a finding about this inspection."""
        body = orjson.dumps({"finding": FINDING})
        return f"/scheduling/v1/inspections/{stream}/findings", body, {"Idempotency-Key": str(uuid4())}
