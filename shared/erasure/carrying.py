"""Carrying an erasure out: every service on its own log, in three steps that may each be taken twice."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, get_args
from uuid import UUID

from shared.aggregates import Aggregate
from shared.contracts import evidence, participation, reporting, scheduling
from shared.erasure.commands import ConfirmErasure, DestroyKeys, EraseSubject
from shared.erasure.facts import KeysDestroyed, SubjectErased
from shared.sourcing.running import ERASED_STREAMS
from shared.vocabulary.erasure import CarriedOut, CarrierName, ErasedKind, ErasureBasis, ErasureId, KeyOwner, Purged
from shared.vocabulary.identity import ActorId

Confirmed = (
    scheduling.ErasureConfirmed
    | evidence.ErasureConfirmed
    | participation.ErasureConfirmed
    | reporting.ErasureConfirmed
)
CONFIRMATIONS: tuple[type[Confirmed], ...] = get_args(Confirmed)
"""How each service says that it has erased."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What the facts about somebody's erasure add up to in one service."""

    erasure_id: ErasureId | None = None
    kind: ErasedKind = ErasedKind.PERSON
    basis: ErasureBasis = ErasureBasis.STATUTORY_DISPOSAL
    requested_by: ActorId | None = None
    approved_by: ActorId | None = None
    owners: tuple[KeyOwner, ...] = ()
    keys: tuple[UUID, ...] = ()
    events: int = 0
    fields: int = 0
    destroyed_at: datetime | None = None
    purged: tuple[Purged, ...] = ()
    confirmed: bool = False


def evolve(state: Erased, fact: Any) -> Erased:
    """Add a fact up."""
    match fact:
        case SubjectErased():
            return replace(
                state,
                erasure_id=state.erasure_id or fact.erasure_id,
                kind=fact.kind,
                basis=fact.basis,
                requested_by=fact.requested_by,
                approved_by=fact.approved_by,
                owners=(*state.owners, *(each for each in fact.owners if each not in state.owners)),
                keys=(*state.keys, *fact.keys),
                events=state.events + fact.events,
                fields=state.fields + fact.fields,
            )
        case KeysDestroyed():
            return replace(state, destroyed_at=fact.destroyed_at, purged=fact.purged)
        case scheduling.ErasureConfirmed() | evidence.ErasureConfirmed():
            return replace(state, confirmed=True)
        case participation.ErasureConfirmed() | reporting.ErasureConfirmed():
            return replace(state, confirmed=True)
    return state


erased = Aggregate(ERASED_STREAMS, by="erased_id", about="erased_id", initial=Erased(), evolve=evolve)
"""The stream that everything sealed for somebody is checked against: once it has begun, nothing is."""


@erased.decides(creates=True)
def erase_subject(command: EraseSubject, state: Erased) -> Iterator[SubjectErased]:
    """Said once; and again for a key that somebody made just before."""
    new = tuple(key for key in command.keys if key not in state.keys)
    if state.erasure_id is None or new:
        yield SubjectErased(
            erased_id=command.erased_id,
            kind=command.kind,
            erasure_id=command.erasure_id,
            basis=command.basis,
            requested_by=command.requested_by,
            approved_by=command.approved_by,
            owners=command.owners,
            keys=new,
            events=command.events,
            fields=command.fields,
        )


@erased.decides()
def destroy_keys(command: DestroyKeys, state: Erased) -> Iterator[KeysDestroyed]:
    """They are gone by now: this says so, once."""
    if state.destroyed_at is None:
        yield KeysDestroyed(
            erased_id=command.erased_id,
            erasure_id=command.erasure_id,
            destroyed_at=command.now or datetime.max.replace(tzinfo=UTC),
            purged=command.purged,
        )


def confirming(service: str, confirmed: type[Confirmed]) -> Aggregate[Erased]:
    """The same for one service, which confirms in its own words."""
    own = Aggregate(ERASED_STREAMS, by="erased_id", about="erased_id", initial=Erased(), evolve=evolve)
    own.decisions.update(erased.decisions)

    @own.decides()
    def confirm_erasure(command: ConfirmErasure, state: Erased) -> Iterator[Confirmed]:
        """Once: whoever looked found nothing that still opens."""
        if not state.confirmed:
            done = CarriedOut(
                erasure_id=command.erasure_id,
                erased_id=command.erased_id,
                kind=state.kind,
                service=CarrierName(service),
                keys=state.keys,
                events=command.events,
                fields=command.fields,
                readable=command.readable,
                purged=state.purged,
                confirmed_on=command.today or date.max,
            )
            yield confirmed(done=done)

    return own
