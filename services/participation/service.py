"""Participation, assembled: read this first."""

import services.participation.aggregates.arranging
import services.participation.aggregates.linking
import services.participation.aggregates.referral
import services.participation.aggregates.routing
import services.participation.aggregates.safeguarding
import services.participation.aggregates.second_reading
import services.participation.aggregates.volunteering  # noqa: F401 - their decisions belong to concern and ways
from services.participation.aggregates.concern import concern
from services.participation.aggregates.conversation import conversation
from services.participation.aggregates.survey import survey
from services.participation.aggregates.ways_to_take_part import ways_to_take_part
from services.participation.policies import policies
from services.participation.read_models.concern_states import concern_states
from services.participation.read_models.conversations import conversations
from services.participation.read_models.known_people import keeps_open, known_people
from services.participation.read_models.surveys import surveys
from services.participation.read_models.volunteers import volunteers
from services.participation.read_models.ways import ways
from services.participation.read_models.wishes_to_speak import wishes_to_speak
from services.participation.read_models.withheld import withheld
from shared.contracts.participation import ErasureConfirmed
from shared.edges.everywhere import AGGREGATES, POLICIES, READ_MODELS
from shared.erasure.carrying import confirming
from shared.erasure.certifying import certification
from shared.erasure.commands import EraseSubject
from shared.erasure.deeds import deeds, unless
from shared.erasure.policies import carrying_out, certifying
from shared.erasure.requesting import erasure, subject_hold
from shared.identity.api_token import api_token
from shared.identity.read_models import api_tokens_of, revocations_of
from shared.sourcing.service import Service
from shared.vocabulary.erasure import ErasedKind

participation = Service(
    name="participation",
    aggregates=(
        *AGGREGATES,
        ways_to_take_part,
        survey,
        conversation,
        concern,
        erasure,
        certification,
        subject_hold,
        confirming("participation", ErasureConfirmed),
        api_token,
    ),
    read_models=(
        *READ_MODELS,
        ways,
        surveys,
        volunteers,
        wishes_to_speak,
        conversations,
        concern_states,
        known_people,
        withheld,
        api_tokens_of("participation"),
        revocations_of("participation"),
    ),
    policies=policies.joined(POLICIES, carrying_out, certifying(ErasedKind.PERSON)),
    deeds={**deeds, EraseSubject: unless(lambda tx, command: keeps_open(tx, command.erased_id))},
    hears=("scheduling", "evidence", "reporting"),
)
