"""A referral on its way to a protection agency: sent is not received, received is not acknowledged by a person."""

from collections.abc import Iterator

from services.participation.aggregates.concern import Concern, Dispatch, concern
from services.participation.aggregates.concern_clocks import FIRST_LEVEL, UNSTAMPED, WITHOUT_CONTACT, ladder
from services.participation.aggregates.routing import refuse_conflicted
from services.participation.aggregates.safeguarding import ConcernIsClosed, ConcernUndecided, inspection_of
from services.participation.commands import AcknowledgeReferral, DispatchReferral, RecordOutcome, RecordReceipt
from services.participation.events import OutcomeRecorded, ReceiptRecorded, ReferralAcknowledged, ReferralDispatched
from shared.errors import Refused
from shared.vocabulary.participation import Awaiting, ConcernState, DispatchChannel, DispatchId

GIVES_NO_RECEIPT = frozenset({DispatchChannel.PHONE, DispatchChannel.PRINTED_FORM})
"""Where nothing but a person says that it arrived; elsewhere nobody acknowledges what was not delivered."""


class ConcernNotReferred(Refused):
    """It was decided not to refer this concern; a second reader, or reopening it, lets it be decided again."""

    recorded = True


class ReferralNotDispatched(Refused):
    """This referral has not been sent; record its dispatch first."""

    recorded = True


class DispatchUnknown(Refused):
    """This referral has no such dispatch: what answers another one proves nothing here."""

    recorded = True


class DispatchAlreadyRecorded(Refused):
    """This dispatch has been recorded already; another attempt has an id of its own."""

    recorded = True


class ReceiptAlreadyRecorded(Refused):
    """This dispatch has its receipt already."""

    recorded = True


class ReferralNotReceived(Refused):
    """On this channel a receipt comes before a person's acknowledgement; record it, or a dispatch by phone."""

    recorded = True


class ReferralAlreadyAcknowledged(Refused):
    """A person at the agency has acknowledged this referral already."""

    recorded = True


class ReferralNotAcknowledged(Refused):
    """No person at the agency has acknowledged this referral yet; an outcome comes after that."""

    recorded = True


class OutcomeAlreadyRecorded(Refused):
    """This referral has its outcome already."""

    recorded = True


@concern.decides()
def dispatch_referral(command: DispatchReferral, state: Concern) -> Iterator[ReferralDispatched]:
    """Until a person acknowledges it, it may be sent again, on another channel."""
    _refuse_unreferred(state)
    _refuse_acknowledged(state)
    refuse_conflicted(state, command.contact_id)
    if any(sent.dispatch_id == command.dispatch_id for sent in state.dispatches):
        raise DispatchAlreadyRecorded(dispatch_id=command.dispatch_id)
    dispatched_at = command.now or UNSTAMPED
    begins = WITHOUT_CONTACT if command.contact_id is None else FIRST_LEVEL
    yield ReferralDispatched(
        concern_id=command.concern_id,
        inspection_id=inspection_of(state),
        dispatch_id=command.dispatch_id,
        channel=command.channel,
        contact_id=command.contact_id,
        dispatched_at=dispatched_at,
        opening=state.opening,
        ladder=ladder(Awaiting.ACKNOWLEDGEMENT, state.urgency, dispatched_at, begins=begins),
    )


@concern.decides()
def record_receipt(command: RecordReceipt, state: Concern) -> Iterator[ReceiptRecorded]:
    """A receipt may come after the person's acknowledgement, and then moves nothing back."""
    _refuse_unreferred(state)
    sent = _dispatch(state, command.dispatch_id)
    if sent.receipt is not None:
        raise ReceiptAlreadyRecorded(dispatch_id=sent.dispatch_id)
    yield ReceiptRecorded(
        concern_id=command.concern_id,
        inspection_id=inspection_of(state),
        dispatch_id=sent.dispatch_id,
        receipt=command.receipt,
    )


@concern.decides()
def acknowledge_referral(command: AcknowledgeReferral, state: Concern) -> Iterator[ReferralAcknowledged]:
    """Only a person at the agency ends the waiting, and once."""
    _refuse_unreferred(state)
    _refuse_acknowledged(state)
    sent = _dispatch(state, command.dispatch_id)
    refuse_conflicted(state, sent.contact_id)
    if sent.receipt is None and sent.channel not in GIVES_NO_RECEIPT:
        raise ReferralNotReceived(dispatch_id=sent.dispatch_id)
    acknowledged_at = command.now or UNSTAMPED
    yield ReferralAcknowledged(
        concern_id=command.concern_id,
        inspection_id=inspection_of(state),
        dispatch_id=sent.dispatch_id,
        acknowledged_at=acknowledged_at,
        opening=state.opening,
        ladder=ladder(Awaiting.OUTCOME, state.urgency, acknowledged_at),
        reference=command.reference,
        acknowledged_by=command.acknowledged_by,
    )


@concern.decides()
def record_outcome(command: RecordOutcome, state: Concern) -> Iterator[OutcomeRecorded]:
    """It is recorded once; what comes of it later reopens the concern."""
    _refuse_unreferred(state)
    if state.stands is ConcernState.OUTCOME_KNOWN:
        raise OutcomeAlreadyRecorded
    if state.stands is not ConcernState.ACKNOWLEDGED:
        raise ReferralNotAcknowledged
    yield OutcomeRecorded(concern_id=command.concern_id, inspection_id=inspection_of(state), outcome=command.outcome)


def _refuse_unreferred(state: Concern) -> None:
    if state.stands is ConcernState.CLOSED:
        raise ConcernIsClosed
    if state.stands is ConcernState.RAISED:
        raise ConcernUndecided
    if state.stands in (ConcernState.TO_BE_READ_AGAIN, ConcernState.NOT_REFERRED):
        raise ConcernNotReferred


def _refuse_acknowledged(state: Concern) -> None:
    if state.stands in (ConcernState.ACKNOWLEDGED, ConcernState.OUTCOME_KNOWN):
        raise ReferralAlreadyAcknowledged


def _dispatch(state: Concern, wanted: DispatchId | None) -> Dispatch:
    """The dispatch that is meant, among those since the concern was last opened; the latest where none is named."""
    sent = [each for each in state.dispatches if each.opening == state.opening]
    if not sent:
        raise ReferralNotDispatched
    found = [each for each in sent if wanted in (None, each.dispatch_id)]
    if not found:
        raise DispatchUnknown
    return found[-1]
