"""What every service shows of its record: its feed, its history, its read models beside the log, what is parked."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from flask import Response, request
from marshmallow import Schema, fields

from shared.edges import requests, strict_json
from shared.edges.accesses import accesses
from shared.edges.admitting import admitted
from shared.edges.http import Api, answered, page
from shared.edges.requests import serving
from shared.edges.views import plain
from shared.errors import NotFound, NotUnderstood
from shared.policy.standing import inspections_of
from shared.policy.table import purposes_of
from shared.sourcing import telling
from shared.sourcing.checking import compared
from shared.sourcing.event_log import Recorded
from shared.sourcing.facts import Heard
from shared.sourcing.hearing import Hearing, Parked
from shared.sourcing.sequencer import PARTITIONS, last_numbers
from shared.sourcing.telling import instant, microseconds, told

FEED_PAGE = 200


class ClockSchema(Schema):
    """Where a demonstration's clock is set to."""

    to = fields.AwareDateTime(required=True)


def record_api(service: str) -> Api:
    """A service's record, under the same address as its own routes."""
    api = Api(service, part="record")

    @api.asks("/feed", query=("partition", "after"))
    def feed() -> Response:
        """What was told in a partition after a number, in order, and the last number that each partition has."""
        partition, after = _number("partition", PARTITIONS - 1), _number("after", 2**53)
        with serving(service).running.log.reading() as tx:
            raw, numbers = telling.feed(tx, service, partition, after, FEED_PAGE), last_numbers(tx)
        return answered({"items": [orjson.Fragment(each) for each in raw], "numbers": numbers})

    @api.asks("/history/<about>", query=("cursor", "limit"))
    def history(about: str) -> Response:
        """Everything that this log holds about one programme, inspection or person, in its order."""
        if strict_json.flaw_in_text(about):
            raise NotFound
        cursor, limit = requests.page_wanted()
        after = -1 if cursor is None else _number("cursor", 2**53)
        with serving(service).running.log.reading() as tx:
            events = serving(service).running.log.about(tx, about, after, limit)
        further = str(events[-1].position) if len(events) == limit else None
        return page([shown(event) for event in events], further)

    @api.asks("/standing", listed=True)
    def standing() -> Response:
        """Who the caller is here: their role, what it may be used for, and the inspections that they work on today."""
        who, today = admitted().principal, admitted().today
        inspections = sorted(inspections_of(who.role, who.standing, today))
        shown = {"actor": who.actor, "role": who.role, "purposes": purposes_of(who.role), "inspections": inspections}
        return answered(plain(shown))

    api.lists("/accesses", accesses, filters=("person_id", "inspection_id", "key_id"))

    @api.asks("/read-models")
    def read_models() -> Response:
        """Each read model as it stands, beside a rebuild of the same moment."""
        running = serving(service).running
        found = compared(running.log, running.service.read_models)
        return answered({"items": [{**plain(each), "equal": each.equal} for each in found]})

    @api.asks("/parked")
    def parked() -> Response:
        """What could not be taken in, and why."""
        return answered({"items": [_parked(each) for each in Hearing(serving(service).running, _no_feed).parked()]})

    @api.asks("/lag")
    def lag() -> Response:
        """How far the order, the telling, the hearing and the reactions have come."""
        return answered(progress(service))

    @api.changes("/clock", ClockSchema)
    def set_clock(loaded: Mapping[str, datetime]) -> Response:
        """Set a demonstration's clock forward; refused for anything that is real."""
        log = serving(service).running.log
        with log.writing() as tx:
            log.set_clock(tx, microseconds(loaded["to"]))
            return answered({"now": instant(log.now_us(tx))})

    return api


def shown(event: Recorded) -> dict[str, Any]:
    """An event as an auditor sees it: what is sealed stays sealed."""
    fact = event.fact
    heard = told(fact.told) if isinstance(fact, Heard) else None
    return {
        "position": event.position,
        "event_id": event.event_id,
        "stream": event.stream,
        "version": event.version,
        "about": event.about,
        "type": event.type,
        "heard": heard.type if heard else None,
        "recorded_at": instant(event.recorded_us),
        "sequenced_at": instant(event.sequenced_us or 0),
        "commitment": event.commitment.hex(),
        **orjson.loads(event.meta),
        "fact": plain(heard.fact if heard else fact),
    }


def progress(service: str) -> dict[str, int]:
    """Counts that are all nought when nothing is under way, but for ``size``."""
    running = serving(service).running
    with running.log.reading() as tx:
        return telling.progress(tx, running.log.now_us(tx))


def _parked(each: Parked) -> dict[str, Any]:
    members = plain(each)
    return {**members, "parked_at": instant(members.pop("parked_us"))}


def _no_feed(_producer: str, _partition: int, _after: int) -> list[bytes]:
    return []


def _number(name: str, most: int) -> int:
    given = request.args.get(name, "0")
    if not re.fullmatch(r"[0-9]{1,16}", given) or int(given) > most:
        raise NotUnderstood((name, f"A whole number up to {most}."))
    return int(given)
