"""The surveys, and how many answers were taken in."""

from sqlalchemy import Column, Date, Integer, Text, Uuid

from services.participation.events import AnswersTakenIn
from shared.contracts.participation import SurveyClosed, SurveyOpened
from shared.sourcing.read_models import Put, ReadModel, Set

surveys = ReadModel(
    "surveys",
    Column("survey_id", Uuid, nullable=False),
    Column("inspection_id", Uuid, nullable=False),
    Column("asks", Text, nullable=False),
    Column("questions", Text, nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("closed_on", Date),
    Column("answers", Integer, nullable=False),
)


@surveys.on
def survey_opened(fact: SurveyOpened) -> Put:
    """A row a survey."""
    return surveys.put(
        survey_id=fact.survey_id,
        inspection_id=fact.inspection_id,
        asks=fact.asks.value,
        questions=fact.questions,
        opened_on=fact.opened_on,
        answers=0,
    )


@surveys.on
def answers_taken_in(fact: AnswersTakenIn) -> Set:
    """How many, never which."""
    return surveys.set(answers=fact.in_all)


@surveys.on
def survey_closed(fact: SurveyClosed) -> Set:
    """It takes no more."""
    return surveys.set(closed_on=fact.closed_on)
