"""Subject access: everything that a service holds on one person, as they can read it themselves."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import ColumnElement, Connection, or_, select

from shared.edges import disclosing
from shared.edges.accesses import readers_of
from shared.edges.asking_purpose import pages
from shared.edges.http import Api, answered
from shared.edges.requests import Serving, serving
from shared.edges.settings import SERVICES
from shared.erasure.deeds import keys_of, owners_of
from shared.erasure.purging import holds
from shared.messages import event_type_of
from shared.sealing.fields import FORMAT
from shared.sourcing.event_log import Recorded
from shared.sourcing.read_models import fact_told_by
from shared.sourcing.tables import event, stream
from shared.sourcing.telling import instant
from shared.vocabulary.erasure import ErasedId, ErasedKind

ONE_PERSONS = frozenset({"conversation", "concern"})
"""Kinds of stream that are all about whoever they name once."""
APART = frozenset({"concern"})
"""Kinds of stream that nobody outside safeguarding knows of: they are a bundle of their own."""
ACCOUNTS = frozenset({"accesses", "refusals"})
"""What somebody did in here is in the bundle of whoever did it, by their own number."""


def subject_api(service: str) -> Api:
    """What every service gives out of what it holds on somebody, to the data-protection officer who hands it over."""
    api = Api(service, part="subject")

    @api.asks("/subjects/<uuid:person_id>/bundle")
    def subject_bundle(person_id: UUID) -> Response:
        """Everything that this service holds on a person, with who read it; concerns are a bundle of their own."""
        return answered(bundle(serving(service), person_id, apart=False))

    @api.asks("/subjects/<uuid:person_id>/bundle/page", html=True)
    def subject_bundle_page(person_id: UUID) -> Response:
        """The same, to be read or printed."""
        held = bundle(serving(service), person_id, apart=False)
        return pages.rendered("bundle.html", service=service, others=[n for n in SERVICES if n != service], **held)

    return api


def apart(api: Api) -> None:
    """The bundle of a service that keeps concerns, for safeguarding to judge before anybody is told."""

    @api.asks("/subjects/<uuid:person_id>/safeguarding-bundle")
    def safeguarding_bundle(person_id: UUID) -> Response:
        """What is held on a person in concerns about or from them."""
        return answered(bundle(serving(api.service), person_id, apart=True))


def bundle(here: Serving, person_id: UUID, *, apart: bool) -> dict[str, Any]:
    """Every event that names a person or holds words under their keys, in order, and who had such words opened."""
    running = here.running
    keys = keys_of(running.keyring, owners_of(running, ErasedKind.PERSON, ErasedId(person_id)))
    with running.log.snapshot() as tx:
        events = [each for each in _held(here, tx, person_id, keys) if (_kind(each.stream) in APART) == apart]
        readers = readers_of(tx, keys)
    facts = [fact_told_by(each) for each in events]
    shown = disclosing.shown(here, facts)
    items = [_item(each, fact, words) for each, fact, words in zip(events, facts, shown, strict=True)]
    return {"person_id": person_id, "items": items, "readers": [] if apart else readers}


def _held(here: Serving, tx: Connection, person_id: UUID, keys: list[UUID]) -> Iterator[Recorded]:
    log = here.running.log
    named = [holds(tx, event.c.body, name) for name in (str(person_id), *(f"{FORMAT}.{key.hex}." for key in keys))]
    own = event.c.stream.in_(select(stream.c.stream).where(stream.c.about == str(person_id)))
    found = list(log.events_where(tx, or_(own, *named)))
    whole = {each.stream for each in found if _kind(each.stream) in ONE_PERSONS}
    rest: ColumnElement[bool] = event.c.stream.in_(list(whole))
    seen = {each.event_id: each for each in (*found, *(log.events_where(tx, rest) if whole else ()))}
    kept = [each for each in seen.values() if _kind(each.stream) not in ACCOUNTS]
    yield from sorted(kept, key=lambda each: (each.recorded_us, each.stream, each.version))


def _item(recorded: Recorded, fact: Any, shown: Any) -> dict[str, Any]:
    kind = event_type_of(fact)
    says = (kind.cls.__doc__ or "").strip().split("\n\n")[0]
    return {
        "recorded_at": instant(recorded.recorded_us),
        "from": _kind(recorded.stream),
        "what": kind.name,
        "says": " ".join(says.split()),
        "held": shown,
    }


def _kind(name: str) -> str:
    return name.partition("/")[0]
