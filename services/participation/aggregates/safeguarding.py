"""What is decided about a concern: anybody of the team may raise it, and it never waits unnoticed."""

from collections.abc import Iterator
from datetime import date
from uuid import uuid5

from services.participation.aggregates.concern import Concern, concern
from services.participation.aggregates.concern_clocks import UNSTAMPED, ladder
from services.participation.commands import (
    CloseConcern,
    DecideToRefer,
    EscalateConcern,
    RaiseConcern,
    ReopenConcern,
)
from services.participation.events import (
    ConcernClosed,
    ConcernEscalated,
    ConcernRaised,
    ConcernReopened,
    ReferralDecided,
)
from shared.errors import NotFound, Refused
from shared.vocabulary.identity import ConcernId, InspectionId
from shared.vocabulary.participation import Awaiting, ConcernState, ConsentToShare, LawfulBasis, SubjectId


class ConcernAlreadyRaised(Refused):
    """This concern has been raised already; raise another under an id of its own."""

    recorded = True


class ConcernUndecided(Refused):
    """Nobody has decided yet whether this concern is referred; decide first."""

    recorded = True


class ConcernAlreadyDecided(Refused):
    """It has been decided already what is done about this concern."""

    recorded = True


class ConcernIsClosed(Refused):
    """This concern is closed; reopen it first."""

    recorded = True


class ConcernNotClosed(Refused):
    """This concern is not closed, so there is nothing to reopen."""

    recorded = True


class NoReferralUnread(Refused):
    """Somebody other than whoever decided not to refer has to read that first."""

    recorded = True


class ReferralStillOpen(Refused):
    """A concern that is referred closes with its outcome; record that first."""

    recorded = True


class ConsentReasonMissing(Refused):
    """Say why consent was overridden or not sought."""

    status = 422
    recorded = True


class ToldReasonMissing(Refused):
    """Say why whoever it is about was not told."""

    status = 422
    recorded = True


class BasisIsNotConsent(Refused):
    """Consent is no basis where it was not given; name the basis that holds without it."""

    status = 422
    recorded = True


@concern.decides(creates=True)
def raise_concern(command: RaiseConcern, state: Concern) -> Iterator[ConcernRaised]:
    """What people tell us is confidential; that somebody may not be safe has to be passed on.

    Nothing else is looked at: not whether the inspection is known, open or closed, nor whether anybody consented.
    """
    if state.stands is not None:
        raise ConcernAlreadyRaised(concern_id=command.concern_id)
    raised_at = command.now or UNSTAMPED
    yield ConcernRaised(
        concern_id=command.concern_id,
        inspection_id=command.inspection_id,
        subject_id=subject_of(command.concern_id),
        kind=command.kind,
        urgency=command.urgency,
        raised_by=command.actor,
        raised_at=raised_at,
        can_be_contacted=command.can_be_contacted,
        conversation_id=command.conversation_id,
        about_contact=command.about_contact,
        opening=1,
        ladder=ladder(Awaiting.DECISION, command.urgency, raised_at),
        words=command.words,
        known_location=command.known_location,
        identity=command.identity,
    )


def subject_of(concern_id: ConcernId) -> SubjectId:
    """Under whose key the identity of whoever a concern is about is sealed: one key a concern."""
    return SubjectId(uuid5(concern_id, "identity"))


def inspection_of(state: Concern) -> InspectionId:
    """The inspection in which it was raised; raises NotFound where it was not."""
    if state.inspection_id is None:
        raise NotFound
    return state.inspection_id


@concern.decides()
def decide_to_refer(command: DecideToRefer, state: Concern) -> Iterator[ReferralDecided]:
    """Safety goes before consent; what was asked and what was said is recorded with the reasons."""
    refuse_decided(state)
    without_consent = command.consent is not ConsentToShare.GIVEN
    if without_consent and command.consent_reason is None:
        raise ConsentReasonMissing(pointer="/consent_reason")
    if without_consent and command.lawful_basis is LawfulBasis.CONSENT:
        raise BasisIsNotConsent(pointer="/lawful_basis")
    if not command.told and command.told_reason is None:
        raise ToldReasonMissing(pointer="/told_reason")
    decided_at = command.now or UNSTAMPED
    yield ReferralDecided(
        concern_id=command.concern_id,
        inspection_id=inspection_of(state),
        reason=command.reason,
        consent=command.consent,
        consent_reason=command.consent_reason,
        told=command.told,
        told_reason=command.told_reason,
        lawful_basis=command.lawful_basis,
        decided_by=command.actor,
        decided_at=decided_at,
        opening=state.opening,
        ladder=ladder(Awaiting.DISPATCH, state.urgency, decided_at),
    )


def refuse_decided(state: Concern) -> None:
    """A concern is decided once, as long as nobody reopens it."""
    if state.stands is ConcernState.CLOSED:
        raise ConcernIsClosed
    if state.stands is not ConcernState.RAISED:
        raise ConcernAlreadyDecided


@concern.decides()
def escalate_concern(command: EscalateConcern, state: Concern) -> Iterator[ConcernEscalated]:
    """Whatever happened in time is not escalated, and nothing is escalated to a level twice."""
    waits = command.opening == state.opening and command.awaiting is state.awaits
    if waits and (command.opening, command.awaiting, command.level) not in state.escalated:
        yield ConcernEscalated(
            concern_id=command.concern_id,
            inspection_id=inspection_of(state),
            awaiting=command.awaiting,
            opening=command.opening,
            level=command.level,
        )


@concern.decides()
def close_concern(command: CloseConcern, state: Concern) -> Iterator[ConcernClosed]:
    """It closes once two have found that it is not referred, or once it is known what came of the referral."""
    if state.stands is ConcernState.CLOSED:
        raise ConcernIsClosed
    if state.stands is ConcernState.RAISED:
        raise ConcernUndecided
    if state.stands is ConcernState.TO_BE_READ_AGAIN:
        raise NoReferralUnread
    if state.stands not in (ConcernState.NOT_REFERRED, ConcernState.OUTCOME_KNOWN):
        raise ReferralStillOpen
    yield ConcernClosed(
        concern_id=command.concern_id,
        inspection_id=inspection_of(state),
        reason=command.reason,
        closed_on=command.today or date.max,
    )


@concern.decides()
def reopen_concern(command: ReopenConcern, state: Concern) -> Iterator[ConcernReopened]:
    """It is as urgent as it was, and waits for a new decision."""
    if state.stands is not ConcernState.CLOSED:
        raise ConcernNotClosed
    reopened_at = command.now or UNSTAMPED
    yield ConcernReopened(
        concern_id=command.concern_id,
        inspection_id=inspection_of(state),
        reason=command.reason,
        reopened_at=reopened_at,
        opening=state.opening + 1,
        ladder=ladder(Awaiting.DECISION, state.urgency, reopened_at),
    )
