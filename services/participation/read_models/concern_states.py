"""Where every concern stands; only safeguarding roles may know that there is one."""

from sqlalchemy import Column, Integer, Text, Uuid

from services.participation.events import (
    ConcernClosed,
    ConcernEscalated,
    ConcernRaised,
    ConcernReopened,
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
from shared.sourcing.read_models import Put, ReadModel, Set
from shared.vocabulary.participation import ConcernState

concern_states = ReadModel(
    "concern_states",
    Column("concern_id", Uuid, nullable=False),
    Column("inspection_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("urgency", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("level", Integer, nullable=False),
)


@concern_states.on
def concern_raised(fact: ConcernRaised) -> Put:
    """A row a concern."""
    return concern_states.put(
        concern_id=fact.concern_id,
        inspection_id=fact.inspection_id,
        kind=fact.kind.value,
        urgency=fact.urgency.value,
        state=ConcernState.RAISED.value,
        level=0,
    )


def _stands(state: ConcernState) -> Set:
    """Whatever it waited for has happened, so no level of escalation holds any more."""
    return concern_states.set(state=state.value, level=0)


@concern_states.on
def referral_decided(_fact: ReferralDecided) -> Set:
    """It will be passed on."""
    return _stands(ConcernState.TO_BE_REFERRED)


@concern_states.on
def referral_declined(_fact: ReferralDeclined) -> Set:
    """A second reader is waited for."""
    return _stands(ConcernState.TO_BE_READ_AGAIN)


@concern_states.on
def no_referral_upheld(_fact: NoReferralUpheld) -> Set:
    """It is not passed on."""
    return _stands(ConcernState.NOT_REFERRED)


@concern_states.on
def no_referral_overturned(_fact: NoReferralOverturned) -> Set:
    """It waits for a decision again."""
    return _stands(ConcernState.RAISED)


@concern_states.on
def referral_turned_back(_fact: ReferralTurnedBack) -> Set:
    """It waits to be sent to somebody else."""
    return _stands(ConcernState.TO_BE_REFERRED)


@concern_states.on
def referral_dispatched(_fact: ReferralDispatched) -> Set:
    """It was sent; sent again, it keeps the level that it has reached."""
    return concern_states.set(state=ConcernState.DISPATCHED.value)


@concern_states.on
def receipt_recorded(_fact: ReceiptRecorded) -> Set:
    """It was delivered, if nobody has acknowledged it yet; a level it has reached stays."""
    return concern_states.set({"state": ConcernState.DISPATCHED.value}, state=ConcernState.RECEIVED.value)


@concern_states.on
def referral_acknowledged(_fact: ReferralAcknowledged) -> Set:
    """A person has it."""
    return _stands(ConcernState.ACKNOWLEDGED)


@concern_states.on
def outcome_recorded(_fact: OutcomeRecorded) -> Set:
    """It is known what came of it."""
    return _stands(ConcernState.OUTCOME_KNOWN)


@concern_states.on
def concern_escalated(fact: ConcernEscalated) -> Set:
    """The next level has to act."""
    return concern_states.set(level=fact.level)


@concern_states.on
def concern_closed(_fact: ConcernClosed) -> Set:
    """Nothing more is to be done."""
    return _stands(ConcernState.CLOSED)


@concern_states.on
def concern_reopened(_fact: ConcernReopened) -> Set:
    """It waits for a decision again."""
    return _stands(ConcernState.RAISED)
