"""Whenever an erasure is ordered, or goes one step further, every service does this."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from shared.contracts.evidence import RecordsDisposedOf
from shared.contracts.participation import ErasureOrdered
from shared.erasure.carrying import CONFIRMATIONS, Confirmed
from shared.erasure.commands import ConfirmErasure, DestroyKeys, EraseSubject, NoteErasure
from shared.erasure.facts import KeysDestroyed, SubjectErased
from shared.sealing.unlocking import CACHED_S
from shared.sourcing.service import Later, Policies
from shared.vocabulary.erasure import ErasedId, ErasedKind, ErasureBasis, ErasureId

FORGOTTEN = timedelta(seconds=CACHED_S)
"""After so long no process of a service has a destroyed key in memory any more."""

carrying_out = Policies()


@carrying_out.whenever
def an_erasure_is_ordered(fact: ErasureOrdered) -> Iterator[EraseSubject]:
    """Two people have decided: it is carried out everywhere."""
    yield EraseSubject(
        erased_id=fact.subject_id,
        kind=ErasedKind.PERSON,
        erasure_id=fact.erasure_id,
        basis=fact.basis,
        requested_by=fact.requested_by,
        approved_by=fact.approved_by,
    )


@carrying_out.whenever
def records_are_disposed_of(fact: RecordsDisposedOf) -> Iterator[EraseSubject]:
    """So is a disposal that two people decided; what was recorded before two were asked for destroys nothing."""
    if fact.proposed_by is not None and fact.disposed_by is not None:
        yield EraseSubject(
            erased_id=ErasedId(fact.inspection_id),
            kind=ErasedKind.INSPECTION,
            erasure_id=ErasureId(fact.inspection_id),
            basis=ErasureBasis.STATUTORY_DISPOSAL,
            requested_by=fact.proposed_by,
            approved_by=fact.disposed_by,
        )


@carrying_out.whenever
def somebody_is_erased(fact: SubjectErased) -> Iterator[DestroyKeys]:
    """The log says so first; then the keys go."""
    yield DestroyKeys(erased_id=fact.erased_id, erasure_id=fact.erasure_id, now=None)


@carrying_out.whenever
def keys_are_destroyed(fact: KeysDestroyed) -> Iterator[Later]:
    """Once no memory holds a key any more, somebody looks whether anything still opens."""
    look = ConfirmErasure(erased_id=fact.erased_id, erasure_id=fact.erasure_id, today=None)
    yield Later(look, at=fact.destroyed_at + FORGOTTEN)


def certifying(kind: ErasedKind) -> Policies:
    """What the service does besides that certifies erasures of a kind: it counts who has confirmed."""
    policies = Policies()
    for confirmed in CONFIRMATIONS:
        policies[confirmed] = [_noting(kind)]
    return policies


def _noting(kind: ErasedKind) -> Callable[[Confirmed], Iterator[NoteErasure]]:
    def a_service_confirms(fact: Confirmed) -> Iterator[NoteErasure]:
        """Who has confirmed is kept until all have."""
        done = fact.done
        if done.kind is kind:
            yield NoteErasure(erasure_id=done.erasure_id, erased_id=done.erased_id, done=done, today=None)

    return a_service_confirms
