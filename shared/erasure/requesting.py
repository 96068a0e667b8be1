"""Asking for an erasure: one person asks, the law and the holds are looked at, another person approves."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from shared.aggregates import Aggregate, one
from shared.contracts.participation import ErasureOrdered
from shared.erasure.carrying import Erased, erased
from shared.erasure.commands import ApproveErasure, HoldSubject, LiftSubjectHold, RequestErasure
from shared.erasure.facts import ErasureCertified, ErasureNoted, ErasureRequested, SubjectHeld, SubjectHoldLifted
from shared.errors import NotAllowed, Refused
from shared.messages import Confidential
from shared.vocabulary.erasure import CarriedOut, ErasedId, ErasureBasis, Retention, Stop
from shared.vocabulary.identity import ActorId


class ErasureStopped(Refused):
    """What is known of them is kept for now: see the reason, and until when, where there is a day."""

    recorded = True


class ErasureAlreadyRequested(Refused):
    """This erasure was asked for already."""


class ErasureNeedsAnother(Refused):
    """Whoever asked for an erasure cannot approve it: another person has to."""

    status = 403
    recorded = True


class ErasureAlreadyApproved(Refused):
    """This erasure was approved already."""


class SubjectAlreadyErased(Refused):
    """Nothing is left of them to erase."""


class SubjectNotHeld(Refused):
    """Nothing is held for them."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """What the facts about an erasure add up to."""

    subject_id: ErasedId | None = None
    basis: ErasureBasis | None = None
    reason: Confidential | None = None
    requested_by: ActorId | None = None
    requested_at: datetime | None = None
    approved_by: ActorId | None = None
    ordered_on: date | None = None
    confirmed: tuple[CarriedOut, ...] = ()
    certified_on: date | None = None


def evolve(state: Erasure, fact: Any) -> Erasure:
    """Add a fact up."""
    match fact:
        case ErasureRequested():
            return replace(
                state,
                subject_id=fact.subject_id,
                basis=fact.basis,
                reason=fact.reason,
                requested_by=fact.requested_by,
                requested_at=fact.requested_at,
            )
        case ErasureOrdered():
            return replace(state, approved_by=fact.approved_by, ordered_on=fact.ordered_on)
        case ErasureNoted():
            return replace(state, confirmed=(*state.confirmed, fact.done))
        case ErasureCertified():
            return replace(state, certified_on=fact.certified_on)
    return state


erasure = Aggregate("erasure", by="erasure_id", about="subject_id", initial=Erasure(), evolve=evolve)


@dataclass(frozen=True, slots=True)
class Hold:
    """Whether what is known of somebody is kept."""

    held: bool = False


def held(state: Hold, fact: Any) -> Hold:
    """Add a fact up."""
    match fact:
        case SubjectHeld():
            return Hold(held=True)
        case SubjectHoldLifted():
            return Hold(held=False)
    return state


subject_hold = Aggregate("subject_hold", by="subject_id", about="subject_id", initial=Hold(), evolve=held)
NAMED_HOLD = one(subject_hold, lambda command, state: getattr(command, "subject_id", None) or _subject_of(state))
NAMED_ERASED = one(erased, lambda command, state: getattr(command, "subject_id", None) or _subject_of(state))


def _subject_of(state: Erasure) -> ErasedId:
    """Nobody, while nothing was asked."""
    return state.subject_id or ErasedId(UUID(int=0))


def refuse_kept(stops: tuple[Stop, ...], hold: Hold) -> None:
    """Refuse while anything keeps it, with the first reason and its day; raises ErasureStopped."""
    every = ((Stop(reason=Retention.LEGAL_HOLD),) if hold.held else ()) + stops
    if every:
        raise ErasureStopped(reason=every[0].reason.value, until=every[0].until, reasons=len(every))


@erasure.decides(creates=True, hold=NAMED_HOLD, gone=NAMED_ERASED)
def request_erasure(command: RequestErasure, state: Erasure, *, hold: Hold, gone: Erased) -> Iterator[ErasureRequested]:
    """Not while the law or a hold keeps it."""
    if state.subject_id is not None:
        raise ErasureAlreadyRequested
    if gone.erasure_id is not None:
        raise SubjectAlreadyErased(erasure_id=gone.erasure_id)
    refuse_kept(command.stops, hold)
    if command.actor is None:
        raise NotAllowed
    yield ErasureRequested(
        erasure_id=command.erasure_id,
        subject_id=command.subject_id,
        basis=command.basis,
        requested_by=command.actor,
        requested_at=command.now or datetime.max.replace(tzinfo=UTC),
        reason=command.reason,
    )


@erasure.decides(hold=NAMED_HOLD, gone=NAMED_ERASED)
def approve_erasure(command: ApproveErasure, state: Erasure, *, hold: Hold, gone: Erased) -> Iterator[ErasureOrdered]:
    """By another person, and only if nothing has come to keep it since it was asked for."""
    if state.subject_id is None or state.basis is None or state.requested_by is None:
        return
    if state.approved_by is not None:
        raise ErasureAlreadyApproved
    if command.actor is None or command.actor == state.requested_by:
        raise ErasureNeedsAnother
    if gone.erasure_id is not None:
        raise SubjectAlreadyErased(erasure_id=gone.erasure_id)
    refuse_kept(command.stops, hold)
    yield ErasureOrdered(
        erasure_id=command.erasure_id,
        subject_id=state.subject_id,
        basis=state.basis,
        requested_by=state.requested_by,
        approved_by=command.actor,
        ordered_on=command.today or date.max,
    )


@subject_hold.decides(creates=True)
def hold_subject(command: HoldSubject, state: Hold) -> Iterator[SubjectHeld]:
    """Holding twice is holding."""
    if not state.held:
        yield SubjectHeld(
            subject_id=command.subject_id,
            reason=command.reason,
            held_by=command.actor,
            held_on=command.today or date.max,
        )


@subject_hold.decides()
def lift_subject_hold(command: LiftSubjectHold, state: Hold) -> Iterator[SubjectHoldLifted]:
    """Once nothing is to be kept for it any more."""
    if not state.held:
        raise SubjectNotHeld
    yield SubjectHoldLifted(subject_id=command.subject_id, lifted_by=command.actor, lifted_on=command.today or date.max)
