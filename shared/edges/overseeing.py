"""Oversight over HTTP, in every service alike: allowing somebody more, breaking the glass, and looking at who did."""

from typing import Any

import structlog
from flask import Response, request
from sqlalchemy import ColumnElement, or_

from shared.edges import requests
from shared.edges.access import Caller
from shared.edges.admitting import admitted
from shared.edges.broken_glass import broken_before, broken_glass, withheld_from
from shared.edges.http import Api, filtered, page
from shared.edges.requests import Serving, serving
from shared.oversight.allowing import reading_allowance
from shared.oversight.breaking import glass
from shared.oversight.commands import AllowReading, BreakGlass, ExtendGlass, ReviewGlass
from shared.oversight.limits import OFTEN
from shared.sourcing import clock
from shared.sourcing.telling import instant

FOUND = ("inspection_id", "role", "withheld", "earlier")
"""What of a broken glass the edge finds out by itself."""
FILTERS = ("inspection_id", "person_id")
INSTANTS = {"broken_us": "broken_at", "until_us": "until", "reviewed_us": "reviewed_at"}

log = structlog.get_logger()


def oversight_api(service: str) -> Api:
    """A service's oversight, under the same address as its own routes."""
    api = Api(service, part="oversight")
    allowance, one = "/reading-allowances/<uuid:person_id>", "/broken-glass/<uuid:glass_id>"
    api.accepts(AllowReading, allowance)
    api.shows(allowance, reading_allowance)
    api.accepts(BreakGlass, one, prepare=found_out, without=FOUND, then=alert)
    api.accepts(ExtendGlass, f"{one}/extension")
    api.accepts(ReviewGlass, f"{one}/review")
    api.shows(one, glass)

    @api.asks("/broken-glass", listed=True, query=("cursor", "limit", *FILTERS))
    def list_broken_glass() -> Response:
        """Who broke the glass, before what and until when, and what came of looking at it."""
        wanted = {name: request.args[name] for name in FILTERS if name in request.args}
        where = [*filtered(broken_glass, wanted), *in_view()]
        with serving(service).running.log.reading() as tx:
            rows, further = broken_glass.page(tx, where, *requests.page_wanted())
        return page([told(dict(row._mapping)) for row in rows], further)  # noqa: SLF001 - SQLAlchemy's public name

    return api


def found_out(here: Serving, members: dict[str, Any], caller: Caller) -> dict[str, Any]:
    """Add which inspection the thing belongs to, in which role it is asked for, and what else they broke."""
    kind = here.running.service.of_inspections.get(members["subject"])
    with here.running.log.reading() as tx:
        now = clock.now(here.running.log, tx)
        named = here.running.log.abouts(tx, [] if kind is None else [kind.stream_of(members["subject_id"])])
        return members | {
            "inspection_id": min(named, default=None),
            "role": caller.role,
            "withheld": withheld_from(tx, caller.actor, clock.day_of(now)),
            "earlier": broken_before(tx, caller.actor, now),
        }


def alert(command: BreakGlass) -> None:
    """Say once, to whoever watches what services say, that somebody broke the glass: which, and before what kind."""
    log.warning("glass.broken", glass_id=command.glass_id, stream_kind=command.subject, code=command.code.value)


def in_view() -> list[ColumnElement[bool]]:
    """What narrows the list to one's own, and to what was broken on the inspections that one answers for."""
    allowed, columns = admitted().allowed, broken_glass.table.c
    mine = columns.person_id == admitted().caller.actor
    if allowed.persons is not None:
        return [mine]
    return [] if allowed.inspections is None else [or_(mine, columns.inspection_id.in_(list(allowed.inspections)))]


def told(row: dict[str, Any]) -> dict[str, Any]:
    """A row as it is shown: instants as such, and whether they do it often."""
    del row["stream"]
    for counted, said in INSTANTS.items():
        us = row.pop(counted)
        row[said] = None if us is None else instant(us)
    return row | {"often": row["earlier"] >= OFTEN}
