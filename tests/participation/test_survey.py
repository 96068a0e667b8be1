"""A survey opens once it is safe to ask, and takes its answers into the log together or not at all."""

from dataclasses import replace
from uuid import uuid4

from services.participation.aggregates.survey import SurveyAlreadyOpened, SurveyIsClosed, SurveyNotOffered, survey
from services.participation.aggregates.ways_to_take_part import SignpostingUnconfirmed, WaysAreClosed
from services.participation.commands import CloseSurvey, EndSurvey, ListSurvey, OpenSurvey, TakeInAnswers
from services.participation.events import AnswersTakenIn, SurveyListed, WaysToTakePartClosed
from services.participation.policies import a_survey_is_listed_late, a_survey_opens, ways_close
from shared.contracts.participation import SurveyClosed, SurveyOpened
from shared.errors import NotFound
from shared.messages import Words
from shared.testing import Given
from shared.vocabulary.identity import SurveyId
from shared.vocabulary.participation import BatchId, ContributorKind, ParticipationMode, QuestionSetCode
from tests.participation.facts import CLOSED, INSPECTION, READY, SURVEY, TODAY, UNCONFIRMED, UNKNOWN

BATCH = BatchId(uuid4())
ANSWERS = Words('[{"q1":"yes"},{"q1":"no"}]')

open_it = OpenSurvey(
    survey_id=SURVEY,
    inspection_id=INSPECTION,
    asks=ContributorKind.CHILD,
    questions=QuestionSetCode("children-2025@3"),
    today=TODAY,
)
opened = SurveyOpened(
    survey_id=SURVEY,
    inspection_id=INSPECTION,
    asks=ContributorKind.CHILD,
    questions=QuestionSetCode("children-2025@3"),
    opened_on=TODAY,
)
closed = SurveyClosed(survey_id=SURVEY, inspection_id=INSPECTION, closed_on=TODAY)
taken_in = AnswersTakenIn(
    survey_id=SURVEY, inspection_id=INSPECTION, batch_id=BATCH, count=2, in_all=2, answers=ANSWERS
)
take_in = TakeInAnswers(survey_id=SURVEY, batch_id=BATCH, count=2, answers=ANSWERS)


def test_a_survey_opens_once_its_signposting_is_confirmed():
    Given(survey, ways=READY).when(open_it).then(opened)


def test_a_survey_before_its_signposting_is_confirmed_is_refused():
    Given(survey, ways=UNCONFIRMED).when(open_it).refused(SignpostingUnconfirmed)


def test_a_survey_of_an_unknown_inspection_is_not_found():
    Given(survey, ways=UNKNOWN).when(open_it).refused(NotFound)


def test_a_survey_of_an_inspection_that_has_ended_is_refused():
    Given(survey, ways=CLOSED).when(open_it).refused(WaysAreClosed)


def test_a_survey_that_the_edition_does_not_offer_is_refused():
    talking_only = replace(READY, modes=(ParticipationMode.ONE_TO_ONE,))
    Given(survey, ways=talking_only).when(open_it).refused(SurveyNotOffered)


def test_a_survey_opens_once():
    Given(survey, opened, ways=READY).when(open_it).refused(SurveyAlreadyOpened)
    Given(survey, opened, closed, ways=READY).when(open_it).refused(SurveyAlreadyOpened)


def test_a_survey_closes_once():
    close = CloseSurvey(survey_id=SURVEY, today=TODAY)
    Given(survey, opened).when(close).then(closed)
    Given(survey, opened, closed).when(close).refused(SurveyIsClosed)


def test_a_survey_ends_with_the_ways_and_whoever_closed_it_before_was_right():
    end = EndSurvey(survey_id=SURVEY, ended_on=TODAY)
    Given(survey, opened).when(end).then(closed)
    Given(survey, opened, closed).when(end).then()


def test_answers_are_taken_in_also_after_it_closed():
    Given(survey, opened).when(take_in).then(taken_in)
    Given(survey, opened, closed).when(take_in).then(taken_in)


def test_a_batch_that_is_brought_twice_is_taken_in_once():
    Given(survey, opened, taken_in).when(take_in).then()


def test_another_batch_adds_to_the_count():
    other = BatchId(uuid4())
    Given(survey, opened, taken_in).when(
        TakeInAnswers(survey_id=SURVEY, batch_id=other, count=1, answers=ANSWERS)
    ).then(
        AnswersTakenIn(survey_id=SURVEY, inspection_id=INSPECTION, batch_id=other, count=1, in_all=3, answers=ANSWERS)
    )


def test_answers_and_endings_of_what_never_opened_are_not_found():
    Given(survey).when(take_in).refused(NotFound)
    Given(survey).when(EndSurvey(survey_id=SURVEY, ended_on=TODAY)).refused(NotFound)


def test_a_survey_that_opens_is_listed_among_the_ways():
    assert list(a_survey_opens(opened)) == [ListSurvey(inspection_id=INSPECTION, survey_id=SURVEY)]


def test_every_survey_ends_with_the_ways():
    surveys = (SURVEY, SurveyId(uuid4()))
    fact = WaysToTakePartClosed(inspection_id=INSPECTION, surveys=surveys, closed_on=TODAY)
    assert list(ways_close(fact)) == [EndSurvey(survey_id=each, ended_on=TODAY) for each in surveys]


def test_a_survey_that_opened_as_the_ways_closed_ends_as_well():
    late = SurveyListed(inspection_id=INSPECTION, survey_id=SURVEY, ways_closed_on=TODAY)
    in_time = SurveyListed(inspection_id=INSPECTION, survey_id=SURVEY, ways_closed_on=None)
    assert list(a_survey_is_listed_late(late)) == [EndSurvey(survey_id=SURVEY, ended_on=TODAY)]
    assert list(a_survey_is_listed_late(in_time)) == []
