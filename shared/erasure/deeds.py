"""What is done for an erasure beside the log: keys are named, destroyed and looked for; each may be done twice."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from shared.erasure.carrying import Erased, erased
from shared.erasure.commands import ConfirmErasure, DestroyKeys, EraseSubject
from shared.erasure.finding import SealedField, only_about, under_keys
from shared.erasure.purging import purge
from shared.errors import Refused
from shared.sealing.keyring import Keyring
from shared.sealing.unlocking import KeyLost
from shared.sourcing.due import WAITING, NotYet, command_name
from shared.sourcing.running import RunningService
from shared.sourcing.service import Cause
from shared.sourcing.tables import due
from shared.vocabulary.erasure import OF_PERSONS, ErasedId, ErasedKind, KeyOwner


class StillReadable(Refused):
    """Words that are to be erased still open: the keys are destroyed once more, and nothing is confirmed until then."""

    status = 503


DESTROY_KEYS = command_name(DestroyKeys)


def owners_of(running: RunningService, kind: ErasedKind, erased_id: ErasedId) -> list[KeyOwner]:
    """Whose keys go: a person's whatever they were here, or an inspection's with those of people of no other."""
    if kind is ErasedKind.PERSON:
        return [KeyOwner(f"{each}/{erased_id}") for each in OF_PERSONS]
    return sorted({KeyOwner(f"inspection/{erased_id}"), *only_about(running.log, str(erased_id))})


def keys_of(keyring: Keyring, owners: Iterable[KeyOwner]) -> list[UUID]:
    """The keys that these owners still have."""
    return [key for owner in owners for key in keyring.keys_of(owner)]


def name_keys(running: RunningService, command: EraseSubject) -> EraseSubject:
    """Which keys there are, and how much lies under them."""
    owners = owners_of(running, command.kind, command.erased_id)
    keys = keys_of(running.keyring, owners)
    fields = under_keys(running.log, keys)
    events = len({each.event_id for each in fields})
    return replace(command, owners=tuple(owners), keys=tuple(keys), events=events, fields=len(fields))


def destroy(running: RunningService, command: DestroyKeys) -> DestroyKeys:
    """Destroy every key of theirs, the named and any that was made just before; rotate, so that no copy opens one."""
    state = _named_all(running, command.erased_id)
    running.keyring.destroy(state.owners)
    if _is_last(running):
        running.keyring.rotate()
    return replace(command, purged=purge(running.log, str(command.erased_id)))


def _is_last(running: RunningService) -> bool:
    """Whether no further keys are about to be destroyed: one rotation then does for all of them."""
    waiting = select(func.count()).select_from(due).where(due.c.state == WAITING, due.c.command == DESTROY_KEYS)
    with running.log.reading() as tx:
        return tx.execute(waiting).scalar_one() <= 1


def _named_all(running: RunningService, erased_id: ErasedId) -> Erased:
    """What the log says, once it names the keys too that were made while the first were being named."""
    state = _state(running, erased_id)
    owners = owners_of(running, state.kind, erased_id)
    keys = [key for key in keys_of(running.keyring, owners) if key not in state.keys]
    if keys and state.erasure_id and state.requested_by and state.approved_by:
        fields = under_keys(running.log, keys)
        more = EraseSubject(
            erased_id=erased_id,
            kind=state.kind,
            erasure_id=state.erasure_id,
            basis=state.basis,
            requested_by=state.requested_by,
            approved_by=state.approved_by,
            owners=tuple(owners),
            keys=tuple(keys),
            events=len({each.event_id for each in fields}),
            fields=len(fields),
        )
        running.handle(more, Cause(None, "service", "erase", correlation=state.erasure_id))
        state = _state(running, erased_id)
    return state


def look_again(running: RunningService, command: ConfirmErasure) -> ConfirmErasure:
    """Count what lies under the destroyed keys, and what of it still opens: nothing, or it is done once more."""
    state = _state(running, command.erased_id)
    running.keyring.destroy(state.owners)
    fields = under_keys(running.log, state.keys)
    if opens := readable(running.keyring, fields):
        raise StillReadable(readable=opens)
    return replace(command, events=len({each.event_id for each in fields}), fields=len(fields), readable=0)


def readable(keyring: Keyring, fields: Iterable[SealedField]) -> int:
    """How many of these fields still open."""
    return sum(_opens(keyring, each) for each in fields)


def _opens(keyring: Keyring, each: SealedField) -> bool:
    try:
        return isinstance(keyring.open(each.field), str)
    except KeyLost:
        return False


def _state(running: RunningService, erased_id: ErasedId) -> Erased:
    with running.log.reading() as tx:
        return running.state_of(tx, erased, erased_id)


def unless(waits: Callable[[Connection, EraseSubject], bool]) -> Callable[[RunningService, EraseSubject], EraseSubject]:
    """Name the keys, unless something that only this service knows of needs the words still: then try again later."""

    def named(running: RunningService, command: EraseSubject) -> EraseSubject:
        with running.log.reading() as tx:
            if waits(tx, command):
                raise NotYet
        return name_keys(running, command)

    return named


deeds: dict[type, Callable[[RunningService, Any], Any]] = {
    EraseSubject: name_keys,
    DestroyKeys: destroy,
    ConfirmErasure: look_again,
}
"""What every service does before it decides these."""
