"""A decision not to refer a concern, which counts once somebody else has read it as well."""

from collections.abc import Iterator

from services.participation.aggregates.concern import Concern, concern
from services.participation.aggregates.concern_clocks import UNSTAMPED, ladder
from services.participation.aggregates.safeguarding import inspection_of, refuse_decided
from services.participation.commands import DecideNotToRefer, ReviewNoReferral
from services.participation.events import NoReferralOverturned, NoReferralUpheld, ReferralDeclined
from shared.errors import Refused
from shared.vocabulary.participation import Awaiting, ConcernState


class NothingToReadAgain(Refused):
    """There is no decision not to refer that waits for a second reader."""

    recorded = True


class DecidedByTheReader(Refused):
    """Whoever decided not to refer does not read it a second time; somebody else has to."""

    recorded = True


@concern.decides()
def decide_not_to_refer(command: DecideNotToRefer, state: Concern) -> Iterator[ReferralDeclined]:
    """Not without a reason, and not by one alone: a second reader is waited for as a decision is."""
    refuse_decided(state)
    decided_at = command.now or UNSTAMPED
    yield ReferralDeclined(
        concern_id=command.concern_id,
        inspection_id=inspection_of(state),
        reason=command.reason,
        decided_by=command.actor,
        decided_at=decided_at,
        opening=state.opening,
        ladder=ladder(Awaiting.SECOND_READING, state.urgency, decided_at),
    )


@concern.decides()
def review_no_referral(command: ReviewNoReferral, state: Concern) -> Iterator[NoReferralUpheld | NoReferralOverturned]:
    """Who does not agree refers nothing by that: it waits for a decision again, with its clock running anew."""
    if state.stands is not ConcernState.TO_BE_READ_AGAIN:
        raise NothingToReadAgain
    reader, read_at = command.actor, command.now or UNSTAMPED
    if reader is None or reader == state.decided_by:
        raise DecidedByTheReader
    if command.agrees:
        yield NoReferralUpheld(
            concern_id=command.concern_id,
            inspection_id=inspection_of(state),
            reason=command.reason,
            read_by=reader,
            read_at=read_at,
        )
    else:
        yield NoReferralOverturned(
            concern_id=command.concern_id,
            inspection_id=inspection_of(state),
            reason=command.reason,
            read_by=reader,
            read_at=read_at,
            opening=state.opening + 1,
            ladder=ladder(Awaiting.DECISION, state.urgency, read_at),
        )
