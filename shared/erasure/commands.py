"""What can be asked about an erasure: by people over HTTP, and by what has happened."""

from datetime import date, datetime
from uuid import UUID

from shared.messages import Words, command, stamped
from shared.vocabulary.erasure import (
    CarriedOut,
    ErasedId,
    ErasedKind,
    ErasureBasis,
    ErasureId,
    KeyOwner,
    Purged,
    Stop,
)
from shared.vocabulary.identity import ActorId, ReasonCode


@command
class RequestErasure:
    """Ask that everything known of somebody be erased."""

    erasure_id: ErasureId
    subject_id: ErasedId
    basis: ErasureBasis
    reason: Words
    stops: tuple[Stop, ...] = ()
    actor: ActorId | None = stamped()
    now: datetime | None = stamped()


@command
class ApproveErasure:
    """Approve, as another person, that somebody be erased: what follows cannot be undone."""

    erasure_id: ErasureId
    stops: tuple[Stop, ...] = ()
    actor: ActorId | None = stamped()
    today: date | None = stamped()


@command
class HoldSubject:
    """Keep what is known of somebody until the hold is lifted."""

    subject_id: ErasedId
    reason: ReasonCode
    actor: ActorId | None = stamped()
    today: date | None = stamped()


@command
class LiftSubjectHold:
    """Keep it no longer than the law says."""

    subject_id: ErasedId
    actor: ActorId | None = stamped()
    today: date | None = stamped()


@command
class EraseSubject:
    """Seal nothing more for somebody, and name the keys that are to be destroyed."""

    erased_id: ErasedId
    kind: ErasedKind
    erasure_id: ErasureId
    basis: ErasureBasis
    requested_by: ActorId
    approved_by: ActorId
    owners: tuple[KeyOwner, ...] = ()
    keys: tuple[UUID, ...] = ()
    events: int = 0
    fields: int = 0


@command
class DestroyKeys:
    """Destroy the keys that were named, and what was made from the words."""

    erased_id: ErasedId
    erasure_id: ErasureId
    purged: tuple[Purged, ...] = ()
    now: datetime | None = stamped()


@command
class ConfirmErasure:
    """Look for anything that still opens, and say that nothing does."""

    erased_id: ErasedId
    erasure_id: ErasureId
    events: int = 0
    fields: int = 0
    readable: int = 0
    today: date | None = stamped()


@command
class NoteErasure:
    """Take note of what a service has confirmed."""

    erasure_id: ErasureId
    erased_id: ErasedId
    done: CarriedOut
    today: date | None = stamped()
