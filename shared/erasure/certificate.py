"""The certificate of an erasure: who, on which ground, by whom, which keys, and what every service found."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from shared.erasure.carrying import erased
from shared.erasure.facts import ErasureCertified
from shared.erasure.requesting import Erasure, erasure
from shared.messages import event_type_of
from shared.sourcing.running import RunningService
from shared.sourcing.tables import event, ledger
from shared.vocabulary.erasure import CarriedOut


def certified(running: RunningService, erasure_id: UUID) -> dict[str, Any] | None:
    """What is certified, as canonical JSON has it; None until every service has confirmed and it has its position.

    ``record`` names the event that certifies by position, leaf and commitment: a checkpoint that covers the position
    proves it.
    """
    name = erasure.stream_of(erasure_id)
    wanted = select(event.c.event_id, event.c.version, event.c.commitment, ledger.c.position, ledger.c.leaf)
    wanted = wanted.join(ledger, ledger.c.event_pk == event.c.id)
    certifies = event_type_of(ErasureCertified).name
    with running.log.reading() as tx:
        state = running.state_of(tx, erasure, erasure_id)
        row = tx.execute(wanted.where(event.c.stream == name, event.c.type == certifies)).one_or_none()
        if row is None or not state.confirmed:
            return None
        authority = running.state_of(tx, erased, state.confirmed[0].erased_id)
    record = {
        "origin": running.log.origin,
        "event_id": str(row.event_id),
        "stream": name,
        "version": row.version,
        "position": row.position,
        "leaf": bytes(row.leaf).hex(),
        "commitment": bytes(row.commitment).hex(),
    }
    decided = {each: getattr(authority, each) for each in ("kind", "basis", "requested_by", "approved_by")}
    return {
        "erasure_id": str(erasure_id),
        "erased_id": str(state.confirmed[0].erased_id),
        **{each: None if value is None else str(value) for each, value in decided.items()},
        "certified_on": None if state.certified_on is None else state.certified_on.isoformat(),
        "services": _services(state),
        "record": record,
    }


def _services(state: Erasure) -> list[dict[str, Any]]:
    return [_service(each) for each in sorted(state.confirmed, key=lambda each: each.service)]


def _service(done: CarriedOut) -> dict[str, Any]:
    return {
        "service": done.service,
        "keys": sorted(str(each) for each in done.keys),
        "events": done.events,
        "fields": done.fields,
        "readable": done.readable,
        "purged": {each.of: each.count for each in done.purged},
        "confirmed_on": done.confirmed_on.isoformat(),
    }
