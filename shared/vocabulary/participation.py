"""Who takes part and how, and what is done when somebody may not be safe."""

from enum import StrEnum
from typing import Final, NewType
from uuid import UUID

BatchId = NewType("BatchId", UUID)
"""One shuffled release of anonymous answers."""
DispatchId = NewType("DispatchId", UUID)
"""One attempt to reach a protection agency: the same however often it is tried."""
SubjectId = NewType("SubjectId", UUID)
"""Somebody whom a concern is about; only their own key hangs on it."""

QuestionSetCode = NewType("QuestionSetCode", str)
"""``children-2025@3``: a set of questions in one version."""
ReceiptCode = NewType("ReceiptCode", str)
"""What a transport gives back when it has delivered."""
OutcomeCode = NewType("OutcomeCode", str)
"""What came of a referral."""


class ContributorKind(StrEnum):
    """Who is heard, never by name."""

    CHILD = "child"
    YOUNG_PERSON = "young_person"
    PARENT_CARER = "parent_carer"
    STAFF = "staff"
    LEADER = "leader"
    PERSON_ON_SENTENCE = "person_on_sentence"
    PERSON_IN_CUSTODY = "person_in_custody"
    RECALLED_PERSON = "recalled_person"
    COMPLAINER = "complainer"


class ParticipationMode(StrEnum):
    """A way to take part."""

    SURVEY = "survey"
    ONE_TO_ONE = "one_to_one"
    GROUP = "group"


class ParticipationChannel(StrEnum):
    """Where a conversation happens."""

    IN_PERSON = "in_person"
    PHONE = "phone"
    VIDEO = "video"


class ConcernKind(StrEnum):
    """Whom a concern is about: children and adults are protected by different services."""

    CHILD = "child"
    ADULT = "adult"


class Urgency(StrEnum):
    """How soon somebody has to act on a concern: our own three words, as no public timescale was found."""

    IMMEDIATE = "immediate"
    SIGNIFICANT_HARM = "significant_harm"
    WELFARE = "welfare"


class ConcernState(StrEnum):
    """Where a concern stands: sent is not received, and received is not acknowledged by a person.

    Nor is a decision not to refer one before somebody else has read it.
    """

    RAISED = "raised"
    TO_BE_READ_AGAIN = "to_be_read_again"
    NOT_REFERRED = "not_referred"
    TO_BE_REFERRED = "to_be_referred"
    DISPATCHED = "dispatched"
    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    OUTCOME_KNOWN = "outcome_known"
    CLOSED = "closed"


class Awaiting(StrEnum):
    """What a concern waits for, by a moment."""

    DECISION = "decision"
    SECOND_READING = "second_reading"
    DISPATCH = "dispatch"
    ACKNOWLEDGEMENT = "acknowledgement"
    OUTCOME = "outcome"


class ConsentToShare(StrEnum):
    """What whoever spoke says to its being passed on; safety goes before a refusal."""

    GIVEN = "given"
    OVERRIDDEN = "overridden"
    NOT_SOUGHT = "not_sought"


class DispatchChannel(StrEnum):
    """How a referral reaches a protection agency."""

    PHONE = "phone"
    SECURE_MAIL = "secure_mail"
    AGENCY_API = "agency_api"
    PORTAL = "portal"
    PRINTED_FORM = "printed_form"


class LawfulBasis(StrEnum):
    """What allows personal data to be used or shared (UK GDPR articles 6 and 9; Data Protection Act 2018, Schedule 1).

    Which of them holds for an act is a decision for the controller.
    """

    PUBLIC_TASK = "public_task"
    LEGAL_OBLIGATION = "legal_obligation"
    VITAL_INTERESTS = "vital_interests"
    CONSENT = "consent"
    SUBSTANTIAL_PUBLIC_INTEREST = "substantial_public_interest"
    SAFEGUARDING = "safeguarding"

    @property
    def reference(self) -> str:
        """Where the law says so."""
        return _REFERENCES[self]


_REFERENCES: Final = {
    LawfulBasis.PUBLIC_TASK: "UK GDPR, article 6(1)(e)",
    LawfulBasis.LEGAL_OBLIGATION: "UK GDPR, article 6(1)(c)",
    LawfulBasis.VITAL_INTERESTS: "UK GDPR, article 6(1)(d)",
    LawfulBasis.CONSENT: "UK GDPR, article 6(1)(a)",
    LawfulBasis.SUBSTANTIAL_PUBLIC_INTEREST: "UK GDPR, article 9(2)(g)",
    LawfulBasis.SAFEGUARDING: "Data Protection Act 2018, Schedule 1, paragraph 18",
}
