"""What participation can be asked to do."""

from datetime import date, datetime

from shared.messages import Words, command, stamped
from shared.vocabulary.areas import Area
from shared.vocabulary.identity import (
    ActorId,
    ConcernId,
    ContactId,
    ConversationId,
    InspectionId,
    PersonId,
    ReasonCode,
    SurveyId,
)
from shared.vocabulary.participation import (
    Awaiting,
    BatchId,
    ConcernKind,
    ConsentToShare,
    ContributorKind,
    DispatchChannel,
    DispatchId,
    LawfulBasis,
    OutcomeCode,
    ParticipationChannel,
    ParticipationMode,
    QuestionSetCode,
    ReceiptCode,
    Urgency,
)


@command
class OfferWaysToTakePart:
    """Offer the area's people the ways to take part that the methodology's edition names."""

    inspection_id: InspectionId
    area: Area
    modes: tuple[ParticipationMode, ...]
    channels: tuple[ParticipationChannel, ...]
    volunteer_on_request: bool
    supporter_welcome: bool


@command
class ConfirmSignposting:
    """Say that the area's protection numbers were called and are right, and how many they are."""

    inspection_id: InspectionId
    numbers: int
    today: date | None = stamped()


@command
class ListSurvey:
    """Count a survey among the inspection's ways."""

    inspection_id: InspectionId
    survey_id: SurveyId


@command
class CloseWays:
    """Ask nobody any more: the inspection has ended."""

    inspection_id: InspectionId
    closed_on: date


@command
class WithholdClearance:
    """Do not clear the inspection's publication, whatever else there is, until it is allowed again."""

    inspection_id: InspectionId
    reason: ReasonCode


@command
class AllowClearance:
    """Let publication depend on the concerns alone again."""

    inspection_id: InspectionId
    reason: ReasonCode


@command
class OpenSurvey:
    """Let people answer a set of questions, anonymously."""

    survey_id: SurveyId
    inspection_id: InspectionId
    asks: ContributorKind
    questions: QuestionSetCode
    today: date | None = stamped()


@command
class CloseSurvey:
    """Take no more answers."""

    survey_id: SurveyId
    today: date | None = stamped()


@command
class EndSurvey:
    """Take no more answers, if any are still taken: the ways to take part are closed."""

    survey_id: SurveyId
    ended_on: date


@command
class TakeInAnswers:
    """Take one shuffled release of anonymous answers into the log."""

    survey_id: SurveyId
    batch_id: BatchId
    count: int
    answers: Words


@command
class AskToSpeak:
    """Ask to be heard, in the way somebody likes, and say how they can be reached about it."""

    conversation_id: ConversationId
    inspection_id: InspectionId
    person_id: PersonId
    mode: ParticipationMode
    channel: ParticipationChannel
    contributor: ContributorKind
    supporter: bool = False
    volunteer: bool = False
    reached_by: Words


@command
class AskToVolunteer:
    """Ask to become a young inspection volunteer, and say how one can be reached; no age is kept."""

    inspection_id: InspectionId
    volunteer_id: PersonId
    born_on: date
    reached_by: Words
    today: date | None = stamped()


@command
class TakeUpVolunteering:
    """Say that one deals with somebody's wish to become a young inspection volunteer."""

    inspection_id: InspectionId
    volunteer_id: PersonId
    actor: ActorId | None = stamped()
    today: date | None = stamped()


@command
class LinkConcerns:
    """Say that two concerns are about the same thing, told by two sources; they are never merged."""

    concern_id: ConcernId
    other: ConcernId
    actor: ActorId | None = stamped()


@command
class NoteLink:
    """Let the other concern know of the link too."""

    concern_id: ConcernId
    other: ConcernId


@command
class ArrangeConversation:
    """Arrange to hear somebody in the way they chose, with a supporter or a young volunteer if they like."""

    conversation_id: ConversationId
    inspection_id: InspectionId
    mode: ParticipationMode
    channel: ParticipationChannel
    contributor: ContributorKind
    supporter: bool = False
    volunteer: bool = False


@command
class GiveConsent:
    """Record that somebody agreed to speak, once they knew what stays confidential and what cannot."""

    conversation_id: ConversationId
    confidentiality_explained: bool
    today: date | None = stamped()


@command
class WithdrawConsent:
    """Record that somebody no longer agrees."""

    conversation_id: ConversationId
    today: date | None = stamped()


@command
class HoldConversation:
    """Record that somebody was heard."""

    conversation_id: ConversationId
    today: date | None = stamped()


@command
class RecordViews:
    """Write down what somebody said: no names; staff by designation only."""

    conversation_id: ConversationId
    views: Words
    designation: Words | None = None


@command
class RaiseConcern:
    """Say that somebody may not be safe."""

    concern_id: ConcernId
    inspection_id: InspectionId
    kind: ConcernKind
    urgency: Urgency
    words: Words
    known_location: Words | None = None
    identity: Words | None = None
    can_be_contacted: bool
    conversation_id: ConversationId | None = None
    about_contact: ContactId | None = None
    actor: ActorId | None = stamped()
    now: datetime | None = stamped()


@command
class DecideToRefer:
    """Pass a concern on to the area's protection agency, and say on what basis and what was said to whom."""

    concern_id: ConcernId
    reason: ReasonCode
    consent: ConsentToShare
    consent_reason: ReasonCode | None = None
    told: bool
    told_reason: ReasonCode | None = None
    lawful_basis: LawfulBasis
    actor: ActorId | None = stamped()
    now: datetime | None = stamped()


@command
class DecideNotToRefer:
    """Do not pass a concern on, and say why."""

    concern_id: ConcernId
    reason: ReasonCode
    actor: ActorId | None = stamped()
    now: datetime | None = stamped()


@command
class ReviewNoReferral:
    """Read a decision not to refer after somebody else took it: agree, or have it decided again; and say why."""

    concern_id: ConcernId
    agrees: bool
    reason: ReasonCode
    actor: ActorId | None = stamped()
    now: datetime | None = stamped()


@command
class RuleOutContact:
    """Say that a concern is about one of the area's contacts, so that nothing of it goes to them."""

    concern_id: ConcernId
    contact_id: ContactId
    reason: ReasonCode
    now: datetime | None = stamped()


@command
class DispatchReferral:
    """Record that a referral was sent, by which channel and to whom, where the area named anybody."""

    concern_id: ConcernId
    dispatch_id: DispatchId
    channel: DispatchChannel
    contact_id: ContactId | None = None
    now: datetime | None = stamped()


@command
class RecordReceipt:
    """Record that the transport delivered a dispatch (the latest where none is named)."""

    concern_id: ConcernId
    receipt: ReceiptCode
    dispatch_id: DispatchId | None = None


@command
class AcknowledgeReferral:
    """Record that a person at the agency took it on, by designation, under the agency's reference."""

    concern_id: ConcernId
    reference: Words
    acknowledged_by: Words
    dispatch_id: DispatchId | None = None
    now: datetime | None = stamped()


@command
class RecordOutcome:
    """Record what came of a referral."""

    concern_id: ConcernId
    outcome: OutcomeCode


@command
class EscalateConcern:
    """Bring a concern to the next level, if it still waits for what it waited for."""

    concern_id: ConcernId
    awaiting: Awaiting
    opening: int
    level: int


@command
class CloseConcern:
    """End a concern, and say why."""

    concern_id: ConcernId
    reason: ReasonCode
    today: date | None = stamped()


@command
class ReopenConcern:
    """Take a closed concern up again, and say why."""

    concern_id: ConcernId
    reason: ReasonCode
    now: datetime | None = stamped()
