"""Facts that participation keeps to itself: that somebody spoke, and that somebody may not be safe."""

from dataclasses import dataclass
from datetime import date, datetime

from shared.messages import Confidential, event, sealed
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
    ReceiptCode,
    SubjectId,
    Urgency,
)


@event
class SignpostingConfirmed:
    """Somebody called the area's numbers and found them right: so many, on a day."""

    inspection_id: InspectionId
    numbers: int
    confirmed_on: date


@event
class SurveyListed:
    """A survey is one of the inspection's ways; where these were closed meanwhile, it has to close as well."""

    inspection_id: InspectionId
    survey_id: SurveyId
    ways_closed_on: date | None


@event
class WaysToTakePartClosed:
    """Nobody is asked any more, and the surveys listed here end."""

    inspection_id: InspectionId
    surveys: tuple[SurveyId, ...]
    closed_on: date


@event
class ClearanceWithheld:
    """Participation does not clear the inspection's publication, whatever else there is."""

    inspection_id: InspectionId
    reason: ReasonCode


@event
class ClearanceAllowed:
    """Clearance depends on the concerns alone again."""

    inspection_id: InspectionId
    reason: ReasonCode


@event
class AnswersTakenIn:
    """Anonymous answers came into the log together, shuffled, as one sealed list: nothing tells one from another."""

    survey_id: SurveyId
    inspection_id: InspectionId
    batch_id: BatchId
    count: int
    in_all: int
    answers: Confidential = sealed(under="inspection_id")


@event
class SpeakingAskedFor:
    """Somebody asks to be heard. How to reach them is sealed under a key of their own, to be destroyed afterwards."""

    conversation_id: ConversationId
    inspection_id: InspectionId
    person_id: PersonId
    mode: ParticipationMode
    channel: ParticipationChannel
    contributor: ContributorKind
    supporter: bool
    volunteer: bool
    reached_by: Confidential = sealed(under="person_id", within="inspection_id")


@event
class VolunteeringAskedFor:
    """Somebody would like to become a young inspection volunteer; kept is until which day they may be one."""

    inspection_id: InspectionId
    volunteer_id: PersonId
    eligible_until: date
    reached_by: Confidential = sealed(under="volunteer_id", within="inspection_id")


@event
class VolunteeringTakenUp:
    """Somebody of the team deals with it."""

    inspection_id: InspectionId
    volunteer_id: PersonId
    dealt_with_by: ActorId | None
    taken_up_on: date


@event
class ConcernsLinked:
    """Two concerns are about the same thing."""

    concern_id: ConcernId
    other: ConcernId


@event
class ConversationArranged:
    """Somebody will be heard, in the way they chose."""

    conversation_id: ConversationId
    inspection_id: InspectionId
    mode: ParticipationMode
    channel: ParticipationChannel
    contributor: ContributorKind
    supporter: bool
    volunteer: bool


@event
class ConsentGiven:
    """They agreed to speak, after hearing what stays confidential and what cannot."""

    conversation_id: ConversationId
    given_on: date


@event
class ConsentWithdrawn:
    """They no longer agree."""

    conversation_id: ConversationId
    withdrawn_on: date


@event
class ConversationHeld:
    """They were heard."""

    conversation_id: ConversationId
    held_on: date


@event
class ViewsRecorded:
    """What they said, without a name; staff by designation only."""

    conversation_id: ConversationId
    inspection_id: InspectionId
    views: Confidential = sealed(under="inspection_id")
    designation: Confidential | None = sealed(under="inspection_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """A level of escalation, and the moment at which it is reached unless something happens."""

    level: int
    at: datetime


@event
class ConcernRaised:
    """Somebody may not be safe. Who they are is sealed under a key of their own, to be destroyed apart."""

    concern_id: ConcernId
    inspection_id: InspectionId
    subject_id: SubjectId
    kind: ConcernKind
    urgency: Urgency
    raised_by: ActorId | None
    raised_at: datetime
    can_be_contacted: bool
    conversation_id: ConversationId | None
    about_contact: ContactId | None
    opening: int
    ladder: tuple[Rung, ...]
    words: Confidential = sealed(under="inspection_id")
    known_location: Confidential | None = sealed(under="inspection_id")
    identity: Confidential | None = sealed(under="subject_id", within="inspection_id")


@event
class ReferralDecided:
    """It is passed on, on this basis; whether they agreed and were told is part of the record."""

    concern_id: ConcernId
    inspection_id: InspectionId
    reason: ReasonCode
    consent: ConsentToShare
    consent_reason: ReasonCode | None
    told: bool
    told_reason: ReasonCode | None
    lawful_basis: LawfulBasis
    decided_by: ActorId | None
    decided_at: datetime
    opening: int
    ladder: tuple[Rung, ...]


@event
class ReferralDeclined:
    """It is not to be passed on, for a reason, which somebody else reads as well."""

    concern_id: ConcernId
    inspection_id: InspectionId
    reason: ReasonCode
    decided_by: ActorId | None
    decided_at: datetime
    opening: int
    ladder: tuple[Rung, ...]


@event
class NoReferralUpheld:
    """Somebody other than whoever decided agrees: it is not passed on."""

    concern_id: ConcernId
    inspection_id: InspectionId
    reason: ReasonCode
    read_by: ActorId
    read_at: datetime


@event
class NoReferralOverturned:
    """Somebody other than whoever decided does not agree: it waits for a decision again."""

    concern_id: ConcernId
    inspection_id: InspectionId
    reason: ReasonCode
    read_by: ActorId
    read_at: datetime
    opening: int
    ladder: tuple[Rung, ...]


@event
class ContactRuledOut:
    """The concern is about this contact: nothing of it goes to them, and no answer of theirs counts."""

    concern_id: ConcernId
    inspection_id: InspectionId
    contact_id: ContactId
    reason: ReasonCode


@event
class ReferralTurnedBack:
    """It had reached nobody but whom it is about: it waits to be sent to somebody else."""

    concern_id: ConcernId
    inspection_id: InspectionId
    turned_back_at: datetime
    opening: int
    ladder: tuple[Rung, ...]


@event
class ReferralDispatched:
    """It was sent: nobody has received it yet."""

    concern_id: ConcernId
    inspection_id: InspectionId
    dispatch_id: DispatchId
    channel: DispatchChannel
    contact_id: ContactId | None
    dispatched_at: datetime
    opening: int
    ladder: tuple[Rung, ...]


@event
class ReceiptRecorded:
    """The transport says that it was delivered: nobody has read it yet."""

    concern_id: ConcernId
    inspection_id: InspectionId
    dispatch_id: DispatchId
    receipt: ReceiptCode


@event
class ReferralAcknowledged:
    """A person at the agency has taken it on, under a reference of theirs."""

    concern_id: ConcernId
    inspection_id: InspectionId
    dispatch_id: DispatchId
    acknowledged_at: datetime
    opening: int
    ladder: tuple[Rung, ...]
    reference: Confidential = sealed(under="inspection_id")
    acknowledged_by: Confidential = sealed(under="inspection_id")


@event
class OutcomeRecorded:
    """The agency said what came of it."""

    concern_id: ConcernId
    inspection_id: InspectionId
    outcome: OutcomeCode


@event
class ConcernEscalated:
    """Nothing happened in time: the next level has to act."""

    concern_id: ConcernId
    inspection_id: InspectionId
    awaiting: Awaiting
    opening: int
    level: int


@event
class ConcernClosed:
    """Nothing more is to be done."""

    concern_id: ConcernId
    inspection_id: InspectionId
    reason: ReasonCode
    closed_on: date


@event
class ConcernReopened:
    """Something more is to be done after all: it waits for a decision again."""

    concern_id: ConcernId
    inspection_id: InspectionId
    reason: ReasonCode
    reopened_at: datetime
    opening: int
    ladder: tuple[Rung, ...]
