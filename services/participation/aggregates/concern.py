"""A concern for somebody's safety: what its facts add up to, where it stands and what it waits for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from services.participation.events import (
    ConcernClosed,
    ConcernEscalated,
    ConcernRaised,
    ConcernReopened,
    ConcernsLinked,
    ContactRuledOut,
    NoReferralOverturned,
    NoReferralUpheld,
    OutcomeRecorded,
    ReceiptRecorded,
    ReferralAcknowledged,
    ReferralDecided,
    ReferralDeclined,
    ReferralDispatched,
    ReferralTurnedBack,
)
from shared.aggregates import Aggregate
from shared.messages import Sealed, Words
from shared.vocabulary.identity import ActorId, ConcernId, ContactId, ConversationId, InspectionId, ReasonCode
from shared.vocabulary.participation import (
    Awaiting,
    ConcernKind,
    ConcernState,
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

    stands: ConcernState | None = None
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
    about_contacts: frozenset[ContactId] = frozenset()
    decided_by: ActorId | None = None
    reason: ReasonCode | None = None
    consent: ConsentToShare | None = None
    told: bool | None = None
    lawful_basis: LawfulBasis | None = None
    dispatches: tuple[Dispatch, ...] = ()
    reference: Words | Sealed | None = None
    acknowledged_by: Words | Sealed | None = None
    acknowledged_through: DispatchId | None = None
    outcome: OutcomeCode | None = None
    linked: frozenset[ConcernId] = frozenset()
    escalated: frozenset[tuple[int, Awaiting, int]] = frozenset()
    """(opening, what it waited for, level)"""

    @property
    def awaits(self) -> Awaiting | None:
        """What it waits for."""
        return None if self.stands is None else _AWAITS.get(self.stands)


_AWAITS = {
    ConcernState.RAISED: Awaiting.DECISION,
    ConcernState.TO_BE_READ_AGAIN: Awaiting.SECOND_READING,
    ConcernState.TO_BE_REFERRED: Awaiting.DISPATCH,
    ConcernState.DISPATCHED: Awaiting.ACKNOWLEDGEMENT,
    ConcernState.RECEIVED: Awaiting.ACKNOWLEDGEMENT,
    ConcernState.ACKNOWLEDGED: Awaiting.OUTCOME,
}


def _raised(state: Concern, fact: ConcernRaised) -> Concern:
    return replace(
        state,
        stands=ConcernState.RAISED,
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
        about_contacts=frozenset() if fact.about_contact is None else frozenset({fact.about_contact}),
    )


def _decided(state: Concern, fact: ReferralDecided) -> Concern:
    return replace(
        state,
        stands=ConcernState.TO_BE_REFERRED,
        decided_by=fact.decided_by,
        reason=fact.reason,
        consent=fact.consent,
        told=fact.told,
        lawful_basis=fact.lawful_basis,
    )


def _declined(state: Concern, fact: ReferralDeclined) -> Concern:
    return replace(state, stands=ConcernState.TO_BE_READ_AGAIN, decided_by=fact.decided_by, reason=fact.reason)


def _dispatched(state: Concern, fact: ReferralDispatched) -> Concern:
    sent = Dispatch(fact.dispatch_id, fact.channel, fact.contact_id, fact.opening)
    return replace(state, stands=ConcernState.DISPATCHED, dispatches=(*state.dispatches, sent))


def _received(state: Concern, fact: ReceiptRecorded) -> Concern:
    dispatches = tuple(
        replace(each, receipt=fact.receipt) if each.dispatch_id == fact.dispatch_id else each
        for each in state.dispatches
    )
    stands = ConcernState.RECEIVED if state.stands is ConcernState.DISPATCHED else state.stands
    return replace(state, stands=stands, dispatches=dispatches)


def _acknowledged(state: Concern, fact: ReferralAcknowledged) -> Concern:
    return replace(
        state,
        stands=ConcernState.ACKNOWLEDGED,
        reference=fact.reference,
        acknowledged_by=fact.acknowledged_by,
        acknowledged_through=fact.dispatch_id,
    )


def _turned_back(state: Concern, fact: ConcernReopened | NoReferralOverturned | ReferralTurnedBack) -> Concern:
    again = replace(state, stands=ConcernState.TO_BE_REFERRED, opening=fact.opening, outcome=None)
    return replace(again, reference=None, acknowledged_by=None, acknowledged_through=None)


def _reopened(state: Concern, fact: ConcernReopened | NoReferralOverturned) -> Concern:
    again = replace(_turned_back(state, fact), stands=ConcernState.RAISED, decided_by=None, reason=None)
    return replace(again, consent=None, told=None, lawful_basis=None)


_ADDED: Mapping[type, Callable[[Concern, Any], Concern]] = {
    ConcernRaised: _raised,
    ReferralDecided: _decided,
    ReferralDeclined: _declined,
    NoReferralUpheld: lambda state, _fact: replace(state, stands=ConcernState.NOT_REFERRED),
    NoReferralOverturned: _reopened,
    ReferralDispatched: _dispatched,
    ReceiptRecorded: _received,
    ReferralAcknowledged: _acknowledged,
    OutcomeRecorded: lambda state, fact: replace(state, stands=ConcernState.OUTCOME_KNOWN, outcome=fact.outcome),
    ConcernEscalated: lambda state, fact: replace(
        state, escalated=state.escalated | {(fact.opening, fact.awaiting, fact.level)}
    ),
    ConcernsLinked: lambda state, fact: replace(state, linked=state.linked | {fact.other}),
    ContactRuledOut: lambda state, fact: replace(state, about_contacts=state.about_contacts | {fact.contact_id}),
    ReferralTurnedBack: _turned_back,
    ConcernClosed: lambda state, _fact: replace(state, stands=ConcernState.CLOSED),
    ConcernReopened: _reopened,
}


def evolve(state: Concern, fact: Any) -> Concern:
    """Add a fact up."""
    add = _ADDED.get(type(fact))
    return state if add is None else add(state, fact)


concern = Aggregate("concern", by="concern_id", about="inspection_id", initial=Concern(), evolve=evolve)
