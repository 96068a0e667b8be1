"""What participation tells the other services: never that somebody spoke, never that a concern exists."""

from datetime import date

from shared.messages import event
from shared.vocabulary.identity import InspectionId, SurveyId
from shared.vocabulary.participation import ContributorKind, ParticipationMode


@event
class WaysToTakePartOffered:
    """People in the area can take part."""

    inspection_id: InspectionId
    modes: tuple[ParticipationMode, ...]


@event
class SurveyOpened:
    """A survey takes answers."""

    survey_id: SurveyId
    inspection_id: InspectionId
    asks: ContributorKind
    opened_on: date


@event
class SurveyClosed:
    """A survey takes no more answers."""

    survey_id: SurveyId
    inspection_id: InspectionId
    closed_on: date
