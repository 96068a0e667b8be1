"""A concern about one of the area's own contacts: it goes round them, and what had reached only them goes again."""

from collections.abc import Iterator

from services.participation.aggregates.concern import Concern, concern
from services.participation.aggregates.concern_clocks import UNSTAMPED, ladder
from services.participation.aggregates.safeguarding import ConcernIsClosed, inspection_of
from services.participation.commands import RuleOutContact
from services.participation.events import ContactRuledOut, ReferralTurnedBack
from shared.errors import Refused
from shared.vocabulary.identity import ContactId
from shared.vocabulary.participation import Awaiting, ConcernState


class ContactIsConflicted(Refused):
    """The concern is about this contact; refer it to another, or name none and ring the officer on duty."""

    recorded = True


class ContactAlreadyRuledOut(Refused):
    """It is known already that the concern is about this contact."""

    recorded = True


def refuse_conflicted(state: Concern, contact_id: ContactId | None) -> None:
    """Nobody is told of a concern about themselves, and nobody answers for one."""
    if contact_id in state.about_contacts:
        raise ContactIsConflicted(contact_id=contact_id)


@concern.decides()
def rule_out_contact(command: RuleOutContact, state: Concern) -> Iterator[ContactRuledOut | ReferralTurnedBack]:
    """Found out late, it is as if nothing had been sent to them, and publication waits again."""
    if state.stands is ConcernState.CLOSED:
        raise ConcernIsClosed
    if command.contact_id in state.about_contacts:
        raise ContactAlreadyRuledOut(contact_id=command.contact_id)
    yield ContactRuledOut(
        concern_id=command.concern_id,
        inspection_id=inspection_of(state),
        contact_id=command.contact_id,
        reason=command.reason,
    )
    if _rests_on(state, command.contact_id):
        turned_back_at = command.now or UNSTAMPED
        yield ReferralTurnedBack(
            concern_id=command.concern_id,
            inspection_id=inspection_of(state),
            turned_back_at=turned_back_at,
            opening=state.opening + 1,
            ladder=ladder(Awaiting.DISPATCH, state.urgency, turned_back_at),
        )


def _rests_on(state: Concern, contact_id: ContactId) -> bool:
    """Whether nobody whom it is not about has it, once this contact counts as nobody."""
    sent = [each for each in state.dispatches if each.opening == state.opening]
    if state.acknowledged_through is not None:
        sent = [each for each in sent if each.dispatch_id == state.acknowledged_through]
    return bool(sent) and all(each.contact_id in state.about_contacts | {contact_id} for each in sent)
