"""Erasing over HTTP: what is asked of one service, what every service shows of it, and the certificate."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, request
from sqlalchemy import Connection

from shared.edges.access import sign
from shared.edges.http import Api, answered
from shared.edges.requests import Serving, serving
from shared.edges.views import plain
from shared.erasure.carrying import erased
from shared.erasure.certificate import certified
from shared.erasure.commands import ApproveErasure, HoldSubject, LiftSubjectHold, RequestErasure
from shared.erasure.counting import counted
from shared.erasure.requesting import erasure, subject_hold
from shared.errors import NotFound
from shared.sourcing import clock, codec
from shared.vocabulary.erasure import ErasedId, ErasedKind, Stop

CONTEXT = "erasure-certificate"

Stops = Callable[[Connection, UUID, date], tuple[Stop, ...]]


def accept(api: Api, stops: Stops) -> None:
    """The routes of the service that is asked for erasures; ``stops`` says what keeps somebody's words on a day."""

    def looked(here: Serving, members: dict[str, Any], _caller: object) -> dict[str, Any]:
        running = here.running
        with running.log.reading() as tx:
            whom = members.get("subject_id") or running.state_of(tx, erasure, members["erasure_id"]).subject_id
            today = clock.today(running.log, tx)
            return members | {"stops": stops(tx, whom, today) if whom else ()}

    one = "/erasures/<uuid:erasure_id>"
    api.accepts(RequestErasure, one, prepare=looked, without=("stops",))
    api.accepts(ApproveErasure, f"{one}/approval", prepare=looked, without=("stops",))
    api.accepts(HoldSubject, "/subjects/<uuid:subject_id>/hold")
    api.accepts(LiftSubjectHold, "/subjects/<uuid:subject_id>/hold/end")
    api.shows(one, erasure)

    @api.asks("/subjects/<uuid:subject_id>/retention")
    def show_retention(subject_id: UUID) -> Response:
        """What keeps somebody's words today, and until when: what an erasure would be refused for."""
        here = serving(api.service)
        running, kept = here.running, looked(here, {"subject_id": subject_id}, None)["stops"]
        with running.log.reading() as tx:
            held = running.state_of(tx, subject_hold, subject_id).held
        return answered({"subject_id": subject_id, "held": held, "stops": plain(kept)})


def certify(api: Api) -> None:
    """The route of a service that certifies: the certificate, once everybody has confirmed."""

    @api.asks("/erasures/<uuid:erasure_id>/certificate")
    def erasure_certificate(erasure_id: UUID) -> Response:
        """Who was erased, on which ground, who decided, and what each service found and destroyed; signed."""
        here = serving(api.service)
        found = certified(here.running, erasure_id)
        if found is None:
            raise NotFound
        return answered(found | {"signature": _signed(here, found)})


def _signed(here: Serving, said: Mapping[str, Any]) -> str:
    return sign(here.signing_key, codec.canonical(said), context=CONTEXT)


def erasing_api(service: str) -> Api:
    """What every service shows of erasing: how far one is here, and what one would destroy."""
    api = Api(service, part="erasing")

    @api.asks("/erased/<uuid:erased_id>")
    def show_erased(erased_id: UUID) -> Response:
        """How far the erasure of somebody, or the disposal of an inspection's records, is in this service."""
        running = serving(service).running
        with running.log.reading() as tx:
            state = running.state_of(tx, erased, erased_id)
        if state.erasure_id is None:
            raise NotFound
        return answered({"erased_id": erased_id, **plain(state)})

    @api.asks("/erased/<uuid:erased_id>/rehearsal", query=("kind",))
    def rehearse(erased_id: UUID) -> Response:
        """What would be destroyed here, counted by stream and key; nothing is changed."""
        kind = ErasedKind.INSPECTION if request.args.get("kind") == "inspection" else ErasedKind.PERSON
        found = counted(serving(service).running, kind, ErasedId(erased_id))
        return answered({"erased_id": erased_id, "kind": kind.value, **plain(found)})

    return api
