"""Participation over HTTP, and the way of anonymous answers from the intake into the log."""

import json
from functools import partial
from typing import Any
from uuid import UUID

from flask import Response, current_app
from marshmallow import RAISE, Schema, ValidationError, fields

from services.participation.aggregates.concern import concern
from services.participation.aggregates.conversation import conversation
from services.participation.aggregates.survey import Survey, SurveyIsClosed, survey
from services.participation.aggregates.ways_to_take_part import WaysToTakePart, ways_to_take_part
from services.participation.commands import (
    AcknowledgeReferral,
    AllowClearance,
    ArrangeConversation,
    AskToSpeak,
    AskToVolunteer,
    CloseConcern,
    CloseSurvey,
    ConfirmSignposting,
    DecideNotToRefer,
    DecideToRefer,
    DispatchReferral,
    GiveConsent,
    HoldConversation,
    LinkConcerns,
    OpenSurvey,
    RaiseConcern,
    RecordOutcome,
    RecordReceipt,
    RecordViews,
    ReopenConcern,
    ReviewNoReferral,
    RuleOutContact,
    TakeInAnswers,
    TakeUpVolunteering,
    WithdrawConsent,
    WithholdClearance,
)
from services.participation.read_models.clearance import cleared
from services.participation.read_models.concern_states import concern_states
from services.participation.read_models.conversations import conversations
from services.participation.read_models.known_people import stops
from services.participation.read_models.surveys import surveys
from services.participation.read_models.volunteers import volunteers
from services.participation.read_models.ways import ways
from services.participation.read_models.wishes_to_speak import wishes_to_speak
from shared.edges import erasures
from shared.edges.clearance import PublicationHeld, clear
from shared.edges.http import Api, answered
from shared.edges.intake import Batch, Intake
from shared.edges.requests import serving
from shared.edges.views import plain
from shared.errors import NotFound, Unavailable
from shared.messages import Words
from shared.sourcing import codec
from shared.sourcing.running import RunningService
from shared.sourcing.service import SCOTLAND, Cause
from shared.sourcing.telling import instant
from shared.vocabulary.identity import PersonId, SurveyId
from shared.vocabulary.participation import BatchId
from shared.vocabulary.roles import AccessRole as Role

LISTENERS = (Role.PARTICIPATION_LEAD, Role.LEAD, Role.INSPECTOR)
SURVEYORS = (Role.PARTICIPATION_LEAD, Role.LEAD)
TEAM = (*LISTENERS, Role.COORDINATOR, Role.PLANNER)
RAISERS = (*LISTENERS, Role.COORDINATOR, Role.PARTNER_INSPECTOR, Role.SAFEGUARDING_OFFICER)
SAFEGUARDERS = (Role.LEAD, Role.SAFEGUARDING_OFFICER)
"""Nobody else may know that a concern exists: what they may not, and what is not there, look the same."""

NOT_SHOWN = frozenset({"withheld", "volunteers"})
ANSWERS, ANSWER_CHARACTERS, QUESTION_CHARACTERS = 50, 10_000, 50

api = Api("participation")

api.accepts(ConfirmSignposting, "/inspections/<uuid:inspection_id>/signposting", roles=(Role.OPERATOR, *SURVEYORS))
api.accepts(OpenSurvey, "/surveys/<uuid:survey_id>", roles=SURVEYORS)
api.accepts(CloseSurvey, "/surveys/<uuid:survey_id>/closure", roles=SURVEYORS)
api.accepts(
    AskToVolunteer,
    "/inspections/<uuid:inspection_id>/volunteers/<uuid:volunteer_id>",
    roles=(Role.COORDINATOR, Role.PARTICIPATION_LEAD),
)
api.accepts(
    TakeUpVolunteering,
    "/inspections/<uuid:inspection_id>/volunteers/<uuid:volunteer_id>/taking-up",
    roles=SURVEYORS,
)
api.accepts(AskToSpeak, "/conversations/<uuid:conversation_id>/request", roles=(*LISTENERS, Role.COORDINATOR))
api.accepts(ArrangeConversation, "/conversations/<uuid:conversation_id>", roles=LISTENERS)
api.accepts(GiveConsent, "/conversations/<uuid:conversation_id>/consent", roles=LISTENERS)
api.accepts(WithdrawConsent, "/conversations/<uuid:conversation_id>/consent/withdrawal", roles=LISTENERS)
api.accepts(HoldConversation, "/conversations/<uuid:conversation_id>/meeting", roles=LISTENERS)
api.accepts(RecordViews, "/conversations/<uuid:conversation_id>/views", roles=LISTENERS)

api.accepts(RaiseConcern, "/concerns/<uuid:concern_id>", roles=RAISERS, hidden=True)
api.accepts(LinkConcerns, "/concerns/<uuid:concern_id>/links", roles=SAFEGUARDERS, hidden=True)
api.accepts(DecideToRefer, "/concerns/<uuid:concern_id>/referral", roles=SAFEGUARDERS, hidden=True)
api.accepts(DecideNotToRefer, "/concerns/<uuid:concern_id>/no-referral", roles=SAFEGUARDERS, hidden=True)
api.accepts(ReviewNoReferral, "/concerns/<uuid:concern_id>/no-referral/review", roles=SAFEGUARDERS, hidden=True)
api.accepts(RuleOutContact, "/concerns/<uuid:concern_id>/ruled-out-contacts", roles=SAFEGUARDERS, hidden=True)
api.accepts(DispatchReferral, "/concerns/<uuid:concern_id>/dispatches", roles=SAFEGUARDERS, hidden=True)
api.accepts(RecordReceipt, "/concerns/<uuid:concern_id>/receipts", roles=SAFEGUARDERS, hidden=True)
api.accepts(AcknowledgeReferral, "/concerns/<uuid:concern_id>/acknowledgement", roles=SAFEGUARDERS, hidden=True)
api.accepts(RecordOutcome, "/concerns/<uuid:concern_id>/outcome", roles=SAFEGUARDERS, hidden=True)
api.accepts(CloseConcern, "/concerns/<uuid:concern_id>/closure", roles=SAFEGUARDERS, hidden=True)
api.accepts(ReopenConcern, "/concerns/<uuid:concern_id>/reopening", roles=SAFEGUARDERS, hidden=True)
api.accepts(WithholdClearance, "/inspections/<uuid:inspection_id>/clearance/hold", roles=SAFEGUARDERS, hidden=True)
api.accepts(AllowClearance, "/inspections/<uuid:inspection_id>/clearance/hold/end", roles=SAFEGUARDERS, hidden=True)

erasures.accept(api, stops)
erasures.certify(api)

api.lists("/ways", ways, roles=(*TEAM, Role.OPERATOR), filters=("council", "inspection_id"))
api.lists("/surveys", surveys, roles=TEAM, filters=("inspection_id",))
api.lists("/volunteers", volunteers, roles=SURVEYORS, filters=("inspection_id",))
api.lists("/wishes-to-speak", wishes_to_speak, roles=LISTENERS, filters=("inspection_id", "arranged"))
api.lists("/conversations", conversations, roles=LISTENERS, filters=("inspection_id",))
api.lists("/concerns", concern_states, roles=SAFEGUARDERS, filters=("inspection_id", "state"), hidden=True)


def _without_hold(state: WaysToTakePart) -> dict[str, Any]:
    """What anybody of the team may see: a hold on clearance is shown to nobody, and who volunteers to few."""
    return {name: getattr(state, name) for name in state.__dataclass_fields__ if name not in NOT_SHOWN}


api.shows(
    "/inspections/<uuid:inspection_id>/ways",
    ways_to_take_part,
    roles=(*TEAM, Role.OPERATOR),
    shape=_without_hold,
)
api.shows("/surveys/<uuid:survey_id>", survey, roles=TEAM)
api.shows("/conversations/<uuid:conversation_id>", conversation, roles=LISTENERS, opens=LISTENERS)
api.shows("/concerns/<uuid:concern_id>", concern, roles=SAFEGUARDERS, opens=SAFEGUARDERS, hidden=True)


@api.asks("/inspections/<uuid:inspection_id>/volunteers/<uuid:volunteer_id>", roles=SURVEYORS)
def show_volunteer(inspection_id: UUID, volunteer_id: UUID) -> Response:
    """Somebody who would like to become a young inspection volunteer, and how they are reached."""
    running = serving("participation").running
    with running.log.reading() as tx:
        ways = running.state_of(tx, ways_to_take_part, inspection_id)
    asked = ways.volunteers.get(PersonId(volunteer_id))
    if asked is None:
        raise NotFound
    shown = plain(asked, running.keyring.open)
    return answered({"inspection_id": inspection_id, "volunteer_id": volunteer_id, **shown})


@api.asks("/inspections/<uuid:inspection_id>/clearance", roles=(Role.SERVICE,))
def clearance(inspection_id: UUID) -> Response:
    """A signed word, good for a minute, that nothing holds the publication; refused alike whatever does."""
    here = serving("participation")
    with here.running.log.reading() as tx:
        if not cleared(tx, inspection_id):
            raise PublicationHeld
        now = instant(here.running.log.now_us(tx))
    return answered(clear(inspection_id, now).signed(here.signing_key))


def _are_answers(answers: dict[Any, Any]) -> None:
    """Refuse anything else, without repeating a word of it."""
    fit = all(
        isinstance(question, str)
        and 1 <= len(question) <= QUESTION_CHARACTERS
        and isinstance(answer, str)
        and 1 <= len(answer) <= ANSWER_CHARACTERS
        for question, answer in answers.items()
    )
    if not fit or not 1 <= len(answers) <= ANSWERS:
        message = f"1 to {ANSWERS} answers of 1 to {ANSWER_CHARACTERS} characters, each under its question's code."
        raise ValidationError(message)


class AnswersSchema(Schema):
    """One contributor's answers, under the codes of the questions."""

    class Meta:
        """Nothing else may be sent with them."""

        unknown = RAISE

    answers = fields.Dict(required=True, validate=_are_answers)


class ReceivedSchema(Schema):
    """The same for everybody."""

    received = fields.Boolean(required=True)


def take_answers(loaded: dict[str, Any], survey_id: UUID) -> Response:
    """Answer a survey anonymously: no token, no key, nothing kept but the answers and the week."""
    intake: Intake | None = current_app.extensions.get("speir.intake")
    if intake is None:
        raise Unavailable
    running = serving("participation").running
    with running.log.reading() as tx:
        state = running.state_of(tx, survey, survey_id)
        today = instant(running.log.now_us(tx)).astimezone(SCOTLAND).date()
    if state.inspection_id is None:
        raise NotFound
    if not state.is_open:
        raise SurveyIsClosed
    intake.take(survey_id, state.inspection_id, loaded["answers"], today=today)
    return Response(codec.canonical({"received": True}), 202, content_type="application/json")


api.opens("/surveys/<uuid:survey_id>/answers")(
    api.response(202, ReceivedSchema)(api.arguments(AnswersSchema)(take_answers))
)


def survey_state(running: RunningService, survey_id: UUID) -> Survey:
    """A survey, folded from its stream."""
    with running.log.reading() as tx:
        return running.state_of(tx, survey, survey_id)


def release_answers(running: RunningService, intake: Intake, survey_id: UUID) -> int:
    """Bring what waits of a survey into the log, shuffled, sealed as one; returns how many answers were released."""
    return intake.release(survey_id, partial(take_in, running))


def release_closed(running: RunningService, intake: Intake) -> int:
    """Finish what a crash interrupted, then release every survey that is closed; safe to repeat, in any worker."""
    released = intake.recover(partial(_was_taken_in, running), partial(take_in, running))
    for survey_id in intake.waiting():
        if survey_state(running, survey_id).closed_on is not None:
            released += release_answers(running, intake, survey_id)
    return released


def _was_taken_in(running: RunningService, batch: Batch) -> bool:
    return batch.batch_id in survey_state(running, batch.survey_id).batches


def take_in(running: RunningService, batch: Batch) -> None:
    """Append a batch as one event; what was erased while it waited is left out."""
    opened = (running.keyring.open(each) for each in batch.answers)
    answers = [json.loads(text) for text in opened if isinstance(text, str)]
    if answers:
        command = TakeInAnswers(
            survey_id=SurveyId(batch.survey_id),
            batch_id=BatchId(batch.batch_id),
            count=len(answers),
            answers=Words(codec.canonical(answers).decode()),
        )
        cause = Cause(None, "service", "release", correlation=batch.batch_id)
        running.handle(command, cause, command_id=f"intake/{batch.batch_id}")
