"""A concern for somebody's safety: what its facts add up to, where it stands and what it waits for."""

from dataclasses import dataclass, replace
from typing import Any

from services.participation.events import (
    ConcernClosed,
    ConcernEscalated,
    ConcernRaised,
    ConcernReopened,
    OutcomeRecorded,
    ReceiptRecorded,
    ReferralAcknowledged,
    ReferralDecided,
    ReferralDeclined,
    ReferralDispatched,
)
from shared.aggregates import Aggregate
from shared.messages import Sealed, Words
from shared.vocabulary.identity import ActorId, ContactId, ConversationId, InspectionId, ReasonCode
from shared.vocabulary.participation import (
    Awaiting,
    ConcernKind,
    ConcernState as Stands,
    ConsentToShare,
    DispatchChannel,
    DispatchId,
    LawfulBasis,
    OutcomeCode,
    ReceiptCode,
    SubjectId,
    Urgency,
)


@dataclass(frozen=True, slots=True)
class Dispatch:
    """One attempt to reach the agency."""

    dispatch_id: DispatchId
    channel: DispatchChannel
    contact_id: ContactId | None
    opening: int
    receipt: ReceiptCode | None = None


@dataclass(frozen=True, slots=True)
class Concern:
    """What a concern's facts add up to; ``opening`` counts how often it was raised or reopened."""

    stands: Stands | None = None
    opening: int = 0
    inspection_id: InspectionId | None = None
    subject_id: SubjectId | None = None
    kind: ConcernKind | None = None
    urgency: Urgency = Urgency.IMMEDIATE
    words: Words | Sealed | None = None
    known_location: Words | Sealed | None = None
    identity: Words | Sealed | None = None
    raised_by: ActorId | None = None
    can_be_contacted: bool = False
    conversation_id: ConversationId | None = None
    reason: ReasonCode | None = None
    consent: ConsentToShare | None = None
    told: bool | None = None
    lawful_basis: LawfulBasis | None = None
    dispatches: tuple[Dispatch, ...] = ()
    reference: Words | Sealed | None = None
    acknowledged_by: Words | Sealed | None = None
    outcome: OutcomeCode | None = None
    escalated: frozenset[tuple[int, Awaiting, int]] = frozenset()
    """(opening, what it waited for, level)"""

    @property
    def awaits(self) -> Awaiting | None:
        """What it waits for."""
        return None if self.stands is None else _AWAITS.get(self.stands)


_AWAITS = {
    Stands.RAISED: Awaiting.DECISION,
    Stands.TO_BE_REFERRED: Awaiting.DISPATCH,
    Stands.DISPATCHED: Awaiting.ACKNOWLEDGEMENT,
    Stands.RECEIVED: Awaiting.ACKNOWLEDGEMENT,
    Stands.ACKNOWLEDGED: Awaiting.OUTCOME,
}


def evolve(state: Concern, fact: Any) -> Concern:
    """Add a fact up."""
    match fact:
        case ConcernRaised():
            return _raised(state, fact)
        case ReferralDecided():
            return replace(
                state,
                stands=Stands.TO_BE_REFERRED,
                reason=fact.reason,
                consent=fact.consent,
                told=fact.told,
                lawful_basis=fact.lawful_basis,
            )
        case ReferralDeclined():
            return replace(state, stands=Stands.NOT_REFERRED, reason=fact.reason)
        case ReferralDispatched():
            sent = Dispatch(fact.dispatch_id, fact.channel, fact.contact_id, fact.opening)
            return replace(state, stands=Stands.DISPATCHED, dispatches=(*state.dispatches, sent))
        case ReceiptRecorded():
            return _received(state, fact)
        case ReferralAcknowledged():
            return replace(
                state, stands=Stands.ACKNOWLEDGED, reference=fact.reference, acknowledged_by=fact.acknowledged_by
            )
        case OutcomeRecorded():
            return replace(state, stands=Stands.OUTCOME_KNOWN, outcome=fact.outcome)
        case ConcernEscalated():
            return replace(state, escalated=state.escalated | {(fact.opening, fact.awaiting, fact.level)})
        case ConcernClosed():
            return replace(state, stands=Stands.CLOSED)
        case ConcernReopened():
            return _reopened(state, fact)
    return state


def _raised(state: Concern, fact: ConcernRaised) -> Concern:
    return replace(
        state,
        stands=Stands.RAISED,
        opening=fact.opening,
        inspection_id=fact.inspection_id,
        subject_id=fact.subject_id,
        kind=fact.kind,
        urgency=fact.urgency,
        words=fact.words,
        known_location=fact.known_location,
        identity=fact.identity,
        raised_by=fact.raised_by,
        can_be_contacted=fact.can_be_contacted,
        conversation_id=fact.conversation_id,
    )


def _received(state: Concern, fact: ReceiptRecorded) -> Concern:
    dispatches = tuple(
        replace(each, receipt=fact.receipt) if each.dispatch_id == fact.dispatch_id else each
        for each in state.dispatches
    )
    stands = Stands.RECEIVED if state.stands is Stands.DISPATCHED else state.stands
    return replace(state, stands=stands, dispatches=dispatches)


def _reopened(state: Concern, fact: ConcernReopened) -> Concern:
    again = replace(state, stands=Stands.RAISED, opening=fact.opening, reason=None, consent=None, told=None)
    return replace(again, lawful_basis=None, reference=None, acknowledged_by=None, outcome=None)


concern = Aggregate("concern", by="concern_id", about="inspection_id", initial=Concern(), evolve=evolve)
