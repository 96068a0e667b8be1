"""Facts of an erasure that a service keeps to itself."""

from datetime import date, datetime
from uuid import UUID

from shared.messages import Confidential, event, sealed
from shared.vocabulary.erasure import (
    CarriedOut,
    ErasedId,
    ErasedKind,
    ErasureBasis,
    ErasureId,
    KeyOwner,
    Purged,
)
from shared.vocabulary.identity import ActorId, ReasonCode


@event
class ErasureRequested:
    """The data-protection officer asks that somebody be erased; why is sealed under the request's own key."""

    erasure_id: ErasureId
    subject_id: ErasedId
    basis: ErasureBasis
    requested_by: ActorId
    requested_at: datetime
    reason: Confidential = sealed(under="erasure_id")


@event
class SubjectHeld:
    """What is known of somebody is kept, whoever asks, for a reason."""

    subject_id: ErasedId
    reason: ReasonCode
    held_by: ActorId | None
    held_on: date


@event
class SubjectHoldLifted:
    """Nothing keeps it any more but what the law says."""

    subject_id: ErasedId
    lifted_by: ActorId | None
    lifted_on: date


@event
class SubjectErased:
    """From here on nothing is sealed for them, and these keys are to be destroyed."""

    erased_id: ErasedId
    kind: ErasedKind
    erasure_id: ErasureId
    basis: ErasureBasis
    requested_by: ActorId
    approved_by: ActorId
    owners: tuple[KeyOwner, ...]
    keys: tuple[UUID, ...]
    events: int
    fields: int


@event
class KeysDestroyed:
    """The keys are gone from the key store, and what was made from the words with them."""

    erased_id: ErasedId
    erasure_id: ErasureId
    destroyed_at: datetime
    purged: tuple[Purged, ...]


@event
class ErasureNoted:
    """A service has confirmed."""

    erasure_id: ErasureId
    erased_id: ErasedId
    done: CarriedOut


@event
class ErasureCertified:
    """Every service has confirmed: the words are gone."""

    erasure_id: ErasureId
    erased_id: ErasedId
    certified_on: date
    keys: int
    fields: int
