"""Health: whether the process lives, and whether it can do its work now."""

from uuid import uuid4

from flask import Flask, Response
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from shared.edges.http import answered
from shared.edges.requests import serving
from shared.errors import Refused, Unavailable
from shared.messages import Place
from shared.sourcing.tables import log_head


def add_to(app: Flask, service: str) -> None:
    """``/<service>/health/live`` and ``/<service>/health/ready``, open to all and telling nothing else."""

    def live() -> Response:
        return answered({"status": "live"})

    def ready() -> Response:
        here = serving(service).running
        try:
            with here.log.reading() as tx:
                tx.execute(select(log_head.c.size)).scalar_one()
            place = Place(uuid4(), "health", "health", "health")
            here.keyring.seal("", "health/keyring", place)
        except (SQLAlchemyError, Refused) as failed:
            raise Unavailable from failed
        return answered({"status": "ready"})

    app.add_url_rule(f"/{service}/health/live", f"{service}.live", live)
    app.add_url_rule(f"/{service}/health/ready", f"{service}.ready", ready)
