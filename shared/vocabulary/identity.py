"""What things are called by: ids that say nothing about anybody, and codes from public lists."""

from typing import NewType
from uuid import UUID

ProgrammeId = NewType("ProgrammeId", UUID)
InspectionId = NewType("InspectionId", UUID)
PersonId = NewType("PersonId", UUID)
"""A team member, by pseudonym."""
ReturnId = NewType("ReturnId", UUID)
EvidenceId = NewType("EvidenceId", UUID)
SurveyId = NewType("SurveyId", UUID)
ConversationId = NewType("ConversationId", UUID)
ConcernId = NewType("ConcernId", UUID)
EvaluationId = NewType("EvaluationId", UUID)
ReportId = NewType("ReportId", UUID)
RecommendationId = NewType("RecommendationId", UUID)
OwnerCode = NewType("OwnerCode", str)
"""Who is to act on a recommendation: a GSS code, a partnership's code, or a body's."""
InaccuracyId = NewType("InaccuracyId", UUID)
ContactId = NewType("ContactId", UUID)
ActorId = NewType("ActorId", UUID)
"""Whoever did something, by pseudonym."""

EditionKey = NewType("EditionKey", str)
"""``methodology@edition``."""
MethodologyKey = NewType("MethodologyKey", str)
EditionName = NewType("EditionName", str)
"""``2025-1``: the year, and a number within it."""
FrameworkCode = NewType("FrameworkCode", str)
IndicatorCode = NewType("IndicatorCode", str)
"""``5.3``, within a framework."""
ScaleCode = NewType("ScaleCode", str)
PublicationPauseId = NewType("PublicationPauseId", UUID)
"""A time in which nothing is published about some councils."""
CalendarFeedId = NewType("CalendarFeedId", UUID)
EmbargoedCopyId = NewType("EmbargoedCopyId", UUID)
"""A copy of a report that somebody may read before its publication."""
StepCode = NewType("StepCode", str)
"""A step of a timetable, within an edition."""
GssCode = NewType("GssCode", str)
"""Nine characters: ``S12…`` a council, ``S08…`` a health board, ``S92000003`` Scotland."""
PartnershipCode = NewType("PartnershipCode", str)
"""``cjp:ayrshire``: a community justice partnership."""
StratumCode = NewType("StratumCode", str)
"""A kind of record that a sample takes some of, within an edition."""
StageCode = NewType("StageCode", str)
"""A stage of the process that is looked at, within an edition."""
TopicCode = NewType("TopicCode", str)
"""A question that a phase of a review covers, or leaves to a later one."""
SubmitterCode = NewType("SubmitterCode", str)
"""Who evaluates itself: a council's GSS code, or a partnership's code."""
SelfEvaluationId = NewType("SelfEvaluationId", UUID)
FindingId = NewType("FindingId", UUID)
UncertaintyId = NewType("UncertaintyId", UUID)
OriginalsId = NewType("OriginalsId", UUID)
"""A set of original records that was lent to the inspection."""
DiscussionId = NewType("DiscussionId", UUID)
"""One professional discussion with a partnership."""
ContentHash = NewType("ContentHash", str)
"""SHA-256 of the bytes, 64 lower-case hexadecimal digits."""
KeyedHash = NewType("KeyedHash", str)
"""What a secret is known by without being kept: HMAC-SHA-256 of it, 64 lower-case hexadecimal digits."""
ApiTokenId = NewType("ApiTokenId", UUID)
TokenId = NewType("TokenId", UUID)
"""A token, whoever issued it, by what it is called back by: an id that is no UUID stands here as its issuer's UUID."""
HandleCode = NewType("HandleCode", str)
"""What a token for a programme is found by: 16 hexadecimal digits of its text that are no secret."""
PepperCode = NewType("PepperCode", str)
"""Which key a secret was hashed under: 16 hexadecimal digits that say nothing about the key."""
ActionCode = NewType("ActionCode", str)
"""``evidence:SubmitReturn``: a service, and what is asked of it."""
ReasonCode = NewType("ReasonCode", str)
BenchmarkCode = NewType("BenchmarkCode", str)
"""What an evaluation was compared with, as the panel's own register calls it."""
