"""A survey: anonymous answers to a set of questions, taken into the log only together and shuffled."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.participation.aggregates.ways_to_take_part import WaysToTakePart, refuse_unready, ways_to_take_part
from services.participation.commands import CloseSurvey, EndSurvey, OpenSurvey, TakeInAnswers
from services.participation.events import AnswersTakenIn
from shared.aggregates import Aggregate, one
from shared.contracts.participation import SurveyClosed, SurveyOpened
from shared.errors import NotFound, Refused
from shared.vocabulary.identity import InspectionId, SurveyId
from shared.vocabulary.participation import BatchId, ContributorKind, ParticipationMode, QuestionSetCode


class SurveyAlreadyOpened(Refused):
    """This survey has been opened already."""


class SurveyNotOffered(Refused):
    """The methodology's edition has no survey among its ways to take part."""


class SurveyIsClosed(Refused):
    """This survey takes no more answers."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What a survey's facts add up to: never an answer, only how many."""

    inspection_id: InspectionId | None = None
    asks: ContributorKind | None = None
    questions: QuestionSetCode | None = None
    opened_on: date | None = None
    closed_on: date | None = None
    answers: int = 0
    batches: frozenset[BatchId] = frozenset()

    @property
    def is_open(self) -> bool:
        """Whether it takes answers."""
        return self.opened_on is not None and self.closed_on is None


def evolve(state: Survey, fact: Any) -> Survey:
    """Add a fact up."""
    match fact:
        case SurveyOpened():
            return replace(
                state,
                inspection_id=fact.inspection_id,
                asks=fact.asks,
                questions=fact.questions,
                opened_on=fact.opened_on,
            )
        case SurveyClosed():
            return replace(state, closed_on=fact.closed_on)
        case AnswersTakenIn():
            return replace(state, answers=fact.in_all, batches=state.batches | {fact.batch_id})
    return state


survey = Aggregate("survey", by="survey_id", about="inspection_id", initial=Survey(), evolve=evolve)


@survey.decides(creates=True, ways=one(ways_to_take_part, lambda command, _state: command.inspection_id))
def open_survey(command: OpenSurvey, state: Survey, *, ways: WaysToTakePart) -> Iterator[SurveyOpened]:
    """It opens only once whoever answers can be told whom to call."""
    if state.opened_on is not None:
        raise SurveyAlreadyOpened(survey_id=command.survey_id)
    refuse_unready(ways)
    if ParticipationMode.SURVEY not in ways.modes:
        raise SurveyNotOffered(inspection_id=command.inspection_id)
    yield SurveyOpened(
        survey_id=command.survey_id,
        inspection_id=command.inspection_id,
        asks=command.asks,
        questions=command.questions,
        opened_on=command.today or date.max,
    )


@survey.decides()
def close_survey(command: CloseSurvey, state: Survey) -> Iterator[SurveyClosed]:
    """It closes once."""
    if state.closed_on is not None:
        raise SurveyIsClosed(survey_id=command.survey_id)
    yield _closed(command.survey_id, state, command.today or date.max)


@survey.decides()
def end_survey(command: EndSurvey, state: Survey) -> Iterator[SurveyClosed]:
    """Whoever closed it before was right to."""
    if state.closed_on is None:
        yield _closed(command.survey_id, state, command.ended_on)


@survey.decides()
def take_in_answers(command: TakeInAnswers, state: Survey) -> Iterator[AnswersTakenIn]:
    """A batch is taken in once, however often it is brought."""
    if command.batch_id not in state.batches:
        yield AnswersTakenIn(
            survey_id=command.survey_id,
            inspection_id=_inspection(state),
            batch_id=command.batch_id,
            count=command.count,
            in_all=state.answers + command.count,
            answers=command.answers,
        )


def _closed(survey_id: SurveyId, state: Survey, on: date) -> SurveyClosed:
    return SurveyClosed(survey_id=survey_id, inspection_id=_inspection(state), closed_on=on)


def _inspection(state: Survey) -> InspectionId:
    if state.inspection_id is None:
        raise NotFound
    return state.inspection_id
