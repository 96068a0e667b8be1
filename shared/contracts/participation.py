"""What participation tells the other services: never that somebody spoke, never that a concern exists."""

from datetime import date

from shared.messages import event
from shared.vocabulary.areas import Area
from shared.vocabulary.erasure import CarriedOut, ErasedId, ErasureBasis, ErasureId
from shared.vocabulary.identity import ActorId, InspectionId, SurveyId
from shared.vocabulary.participation import ContributorKind, ParticipationChannel, ParticipationMode, QuestionSetCode


@event
class WaysToTakePartOffered:
    """People in the area can take part."""

    inspection_id: InspectionId
    area: Area
    modes: tuple[ParticipationMode, ...]
    channels: tuple[ParticipationChannel, ...]
    volunteer_on_request: bool
    supporter_welcome: bool


@event
class SurveyOpened:
    """A survey takes answers."""

    survey_id: SurveyId
    inspection_id: InspectionId
    asks: ContributorKind
    questions: QuestionSetCode
    opened_on: date


@event
class SurveyClosed:
    """A survey takes no more answers."""

    survey_id: SurveyId
    inspection_id: InspectionId
    closed_on: date


@event
class ErasureOrdered:
    """One person asked and another approved: every service erases whoever has this pseudonym, whatever they were."""

    erasure_id: ErasureId
    subject_id: ErasedId
    basis: ErasureBasis
    requested_by: ActorId
    approved_by: ActorId
    ordered_on: date


@event
class ErasureConfirmed:
    """Participation has erased; nothing of it opens any more."""

    done: CarriedOut
