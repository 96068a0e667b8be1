"""What participation's tests begin with: the ways to take part in an inspection of Falkirk, and a concern there."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from services.participation.aggregates.concern_clocks import ladder
from services.participation.aggregates.safeguarding import subject_of
from services.participation.aggregates.ways_to_take_part import WaysToTakePart, ways_to_take_part
from services.participation.commands import DecideToRefer, RaiseConcern
from services.participation.events import (
    ConcernClosed,
    ConcernRaised,
    NoReferralOverturned,
    NoReferralUpheld,
    OutcomeRecorded,
    ReceiptRecorded,
    ReferralAcknowledged,
    ReferralDecided,
    ReferralDeclined,
    ReferralDispatched,
    SignpostingConfirmed,
    WaysToTakePartClosed,
)
from shared.contracts.participation import WaysToTakePartOffered
from shared.messages import Words
from shared.methodologies import edition
from shared.vocabulary.areas import area_of
from shared.vocabulary.identity import ActorId, ConcernId, ContactId, EditionKey, InspectionId, ReasonCode, SurveyId
from shared.vocabulary.participation import (
    Awaiting,
    ConcernKind,
    ConsentToShare,
    DispatchChannel,
    DispatchId,
    LawfulBasis,
    OutcomeCode,
    ReceiptCode,
    Urgency,
)

EDITION = edition(EditionKey("supervision-at-home@2025-2"))
OFFERED = EDITION.participation
INSPECTION = InspectionId(uuid5(UUID(int=0), "inspection"))
CONCERN = ConcernId(uuid5(UUID(int=0), "concern"))
ACTOR, READER = ActorId(uuid4()), ActorId(uuid4())
CONTACT = ContactId(uuid4())
SURVEY = SurveyId(uuid4())
MAIL, CALL = DispatchId(uuid4()), DispatchId(uuid4())
FALKIRK = area_of(["S12000014"])
AYRSHIRE = area_of(["S12000008", "S12000021", "S12000028"])
TODAY = date(2025, 9, 2)
NOW = datetime(2025, 9, 2, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
REASON = ReasonCode("not-safe-at-home")

offered = WaysToTakePartOffered(
    inspection_id=INSPECTION,
    area=FALKIRK,
    modes=OFFERED.modes,
    channels=OFFERED.channels,
    volunteer_on_request=True,
    supporter_welcome=True,
)
confirmed = SignpostingConfirmed(inspection_id=INSPECTION, numbers=2, confirmed_on=TODAY)
ways_closed = WaysToTakePartClosed(inspection_id=INSPECTION, surveys=(), closed_on=TODAY)

UNKNOWN: WaysToTakePart = ways_to_take_part.state([])
UNCONFIRMED: WaysToTakePart = ways_to_take_part.state([offered])
READY: WaysToTakePart = ways_to_take_part.state([offered, confirmed])
CLOSED: WaysToTakePart = ways_to_take_part.state([offered, confirmed, ways_closed])

SAID, PLACE, NAME = Words("my uncle hurts me"), Words("the school at the canal"), Words("Morag")

raise_it = RaiseConcern(
    concern_id=CONCERN,
    inspection_id=INSPECTION,
    kind=ConcernKind.CHILD,
    urgency=Urgency.SIGNIFICANT_HARM,
    words=SAID,
    known_location=PLACE,
    identity=NAME,
    can_be_contacted=True,
    actor=ACTOR,
    now=NOW,
)
raised = ConcernRaised(
    concern_id=CONCERN,
    inspection_id=INSPECTION,
    subject_id=subject_of(CONCERN),
    kind=ConcernKind.CHILD,
    urgency=Urgency.SIGNIFICANT_HARM,
    raised_by=ACTOR,
    raised_at=NOW,
    can_be_contacted=True,
    conversation_id=None,
    about_contact=None,
    opening=1,
    ladder=ladder(Awaiting.DECISION, Urgency.SIGNIFICANT_HARM, NOW),
    words=SAID,
    known_location=PLACE,
    identity=NAME,
)
overridden: dict[str, Any] = {
    "concern_id": CONCERN,
    "reason": REASON,
    "consent": ConsentToShare.OVERRIDDEN,
    "consent_reason": ReasonCode("immediate-risk"),
    "told": False,
    "told_reason": ReasonCode("would-add-risk"),
    "lawful_basis": LawfulBasis.SAFEGUARDING,
}
refer_it = DecideToRefer(**overridden, actor=ACTOR, now=NOW)
decided = ReferralDecided(
    **overridden,
    inspection_id=INSPECTION,
    decided_by=ACTOR,
    decided_at=NOW,
    opening=1,
    ladder=ladder(Awaiting.DISPATCH, Urgency.SIGNIFICANT_HARM, NOW),
)
declined = ReferralDeclined(
    concern_id=CONCERN,
    inspection_id=INSPECTION,
    reason=REASON,
    decided_by=ACTOR,
    decided_at=NOW,
    opening=1,
    ladder=ladder(Awaiting.SECOND_READING, Urgency.SIGNIFICANT_HARM, NOW),
)
upheld = NoReferralUpheld(concern_id=CONCERN, inspection_id=INSPECTION, reason=REASON, read_by=READER, read_at=LATER)
overturned = NoReferralOverturned(
    concern_id=CONCERN,
    inspection_id=INSPECTION,
    reason=REASON,
    read_by=READER,
    read_at=LATER,
    opening=2,
    ladder=ladder(Awaiting.DECISION, Urgency.SIGNIFICANT_HARM, LATER),
)


def sent(
    dispatch_id: DispatchId = MAIL,
    channel: DispatchChannel = DispatchChannel.SECURE_MAIL,
    contact_id: ContactId | None = CONTACT,
) -> ReferralDispatched:
    """A dispatch that happened now; without a contact it begins at the second level."""
    begins = 1 if contact_id else 2
    return ReferralDispatched(
        concern_id=CONCERN,
        inspection_id=INSPECTION,
        dispatch_id=dispatch_id,
        channel=channel,
        contact_id=contact_id,
        dispatched_at=NOW,
        opening=1,
        ladder=ladder(Awaiting.ACKNOWLEDGEMENT, Urgency.SIGNIFICANT_HARM, NOW, begins=begins),
    )


mailed = sent()
called = sent(CALL, DispatchChannel.PHONE)
received = ReceiptRecorded(
    concern_id=CONCERN, inspection_id=INSPECTION, dispatch_id=MAIL, receipt=ReceiptCode("delivered:250")
)
REFERENCE, DESIGNATION = Words("SW/2025/118"), Words("Senior social worker")
acknowledged = ReferralAcknowledged(
    concern_id=CONCERN,
    inspection_id=INSPECTION,
    dispatch_id=MAIL,
    acknowledged_at=NOW,
    opening=1,
    ladder=ladder(Awaiting.OUTCOME, Urgency.SIGNIFICANT_HARM, NOW),
    reference=REFERENCE,
    acknowledged_by=DESIGNATION,
)
outcome = OutcomeRecorded(concern_id=CONCERN, inspection_id=INSPECTION, outcome=OutcomeCode("plan-in-place"))
closed = ConcernClosed(concern_id=CONCERN, inspection_id=INSPECTION, reason=REASON, closed_on=TODAY)
