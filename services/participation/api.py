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
from shared.audit.api import log_api
from shared.edges import disclosing, erasures, subject_access
from shared.edges.ceilings import spend_anonymously
from shared.edges.clearance import PublicationHeld, clear
from shared.edges.http import Api, answered
from shared.edges.intake import Batch, Intake
from shared.edges.requests import serving
from shared.errors import NotFound, Unavailable
from shared.messages import Words
from shared.sourcing import clock, codec
from shared.sourcing.running import RunningService
from shared.sourcing.service import Cause
from shared.vocabulary.identity import PersonId, SurveyId
from shared.vocabulary.participation import BatchId

NOT_SHOWN = frozenset({"withheld", "volunteers"})
ANSWERS, ANSWER_CHARACTERS, QUESTION_CHARACTERS = 50, 10_000, 50

api = Api("participation", besides=(log_api,))

api.accepts(ConfirmSignposting, "/inspections/<uuid:inspection_id>/signposting")
api.accepts(OpenSurvey, "/surveys/<uuid:survey_id>")
api.accepts(CloseSurvey, "/surveys/<uuid:survey_id>/closure")
api.accepts(
    AskToVolunteer,
    "/inspections/<uuid:inspection_id>/volunteers/<uuid:volunteer_id>",
)
api.accepts(
    TakeUpVolunteering,
    "/inspections/<uuid:inspection_id>/volunteers/<uuid:volunteer_id>/taking-up",
)
api.accepts(AskToSpeak, "/conversations/<uuid:conversation_id>/request")
api.accepts(ArrangeConversation, "/conversations/<uuid:conversation_id>")
api.accepts(GiveConsent, "/conversations/<uuid:conversation_id>/consent")
api.accepts(WithdrawConsent, "/conversations/<uuid:conversation_id>/consent/withdrawal")
api.accepts(HoldConversation, "/conversations/<uuid:conversation_id>/meeting")
api.accepts(RecordViews, "/conversations/<uuid:conversation_id>/views")

api.accepts(RaiseConcern, "/concerns/<uuid:concern_id>")
api.accepts(LinkConcerns, "/concerns/<uuid:concern_id>/links")
api.accepts(DecideToRefer, "/concerns/<uuid:concern_id>/referral")
api.accepts(DecideNotToRefer, "/concerns/<uuid:concern_id>/no-referral")
api.accepts(ReviewNoReferral, "/concerns/<uuid:concern_id>/no-referral/review")
api.accepts(RuleOutContact, "/concerns/<uuid:concern_id>/ruled-out-contacts")
api.accepts(DispatchReferral, "/concerns/<uuid:concern_id>/dispatches")
api.accepts(RecordReceipt, "/concerns/<uuid:concern_id>/receipts")
api.accepts(AcknowledgeReferral, "/concerns/<uuid:concern_id>/acknowledgement")
api.accepts(RecordOutcome, "/concerns/<uuid:concern_id>/outcome")
api.accepts(CloseConcern, "/concerns/<uuid:concern_id>/closure")
api.accepts(ReopenConcern, "/concerns/<uuid:concern_id>/reopening")
api.accepts(WithholdClearance, "/inspections/<uuid:inspection_id>/clearance/hold")
api.accepts(AllowClearance, "/inspections/<uuid:inspection_id>/clearance/hold/end")

erasures.accept(api, stops)
erasures.certify(api)
subject_access.apart(api)

api.lists("/ways", ways, filters=("council", "inspection_id"))
api.lists("/surveys", surveys, filters=("inspection_id",))
api.lists("/volunteers", volunteers, filters=("inspection_id",))
api.lists("/wishes-to-speak", wishes_to_speak, filters=("inspection_id", "arranged"))
api.lists("/conversations", conversations, filters=("inspection_id",))
api.lists("/concerns", concern_states, filters=("inspection_id", "state"))


def _without_hold(state: WaysToTakePart) -> dict[str, Any]:
    """What anybody of the team may see: a hold on clearance is shown to nobody, and who volunteers to few."""
    return {name: getattr(state, name) for name in state.__dataclass_fields__ if name not in NOT_SHOWN}


api.shows(
    "/inspections/<uuid:inspection_id>/ways",
    ways_to_take_part,
    shape=_without_hold,
)
api.shows("/surveys/<uuid:survey_id>", survey)
api.shows("/conversations/<uuid:conversation_id>", conversation)
api.shows("/concerns/<uuid:concern_id>", concern)


@api.asks("/inspections/<uuid:inspection_id>/volunteers/<uuid:volunteer_id>")
def show_volunteer(inspection_id: UUID, volunteer_id: UUID) -> Response:
    """Somebody who would like to become a young inspection volunteer, and how they are reached."""
    here = serving("participation")
    with here.running.log.reading() as tx:
        ways = here.running.state_of(tx, ways_to_take_part, inspection_id)
    asked = ways.volunteers.get(PersonId(volunteer_id))
    if asked is None:
        raise NotFound
    return answered({"inspection_id": inspection_id, "volunteer_id": volunteer_id, **disclosing.shown(here, asked)})


@api.asks("/inspections/<uuid:inspection_id>/clearance")
def clearance(inspection_id: UUID) -> Response:
    """A signed word, good for a minute, that nothing holds the publication; refused alike whatever does."""
    here = serving("participation")
    with here.running.log.reading() as tx:
        if not cleared(tx, inspection_id):
            raise PublicationHeld
        now = clock.now(here.running.log, tx)
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
    spend_anonymously("participation")
    intake: Intake | None = current_app.extensions.get("speir.intake")
    if intake is None:
        raise Unavailable
    running = serving("participation").running
    with running.log.reading() as tx:
        state = running.state_of(tx, survey, survey_id)
        today = clock.today(running.log, tx)
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
