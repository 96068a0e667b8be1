"""Participation clears an inspection it knows, in which nothing waits; why it does not is nobody's to see."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from services.participation.api import api
from services.participation.commands import (
    AcknowledgeReferral,
    AllowClearance,
    CloseConcern,
    CloseWays,
    DecideNotToRefer,
    DispatchReferral,
    OfferWaysToTakePart,
    RecordOutcome,
    RecordReceipt,
    ReopenConcern,
    ReviewNoReferral,
    RuleOutContact,
    WithholdClearance,
)
from services.participation.read_models.clearance import cleared
from services.participation.service import participation
from shared.sourcing.running import RunningService
from shared.sourcing.service import Cause
from shared.vocabulary.identity import ConcernId, ContactId, InspectionId
from shared.vocabulary.participation import DispatchChannel, DispatchId, OutcomeCode, ReceiptCode
from tests.participation.facts import (
    CONCERN,
    DESIGNATION,
    FALKIRK,
    INSPECTION,
    OFFERED,
    REASON,
    REFERENCE,
    TODAY,
    raise_it,
    refer_it,
)
from tests.serving import serve

offer = OfferWaysToTakePart(
    inspection_id=INSPECTION,
    area=FALKIRK,
    modes=OFFERED.modes,
    channels=OFFERED.channels,
    volunteer_on_request=True,
    supporter_welcome=True,
)
REFERRAL = [
    refer_it,
    DispatchReferral(concern_id=CONCERN, dispatch_id=DispatchId(uuid4()), channel=DispatchChannel.SECURE_MAIL),
    RecordReceipt(concern_id=CONCERN, receipt=ReceiptCode("delivered")),
]
NOT_REFERRED = [
    DecideNotToRefer(concern_id=CONCERN, reason=REASON),
    ReviewNoReferral(concern_id=CONCERN, agrees=True, reason=REASON),
]
ACKNOWLEDGE = AcknowledgeReferral(concern_id=CONCERN, reference=REFERENCE, acknowledged_by=DESIGNATION)


@pytest.fixture
def running(tmp_path) -> RunningService:
    return serve(tmp_path, participation, api).running


def done(running: RunningService, *commands: Any) -> None:
    for command in commands:
        running.handle(command, Cause(uuid4(), "lead", "inspect", uuid4()))


def is_cleared(running: RunningService, inspection_id: InspectionId = INSPECTION) -> bool:
    with running.log.reading() as tx:
        return cleared(tx, inspection_id)


def test_an_unknown_inspection_is_not_cleared(running):
    assert is_cleared(running) is False


def test_an_inspection_in_which_nothing_waits_is_cleared(running):
    done(running, offer)
    assert is_cleared(running) is True
    done(running, CloseWays(inspection_id=INSPECTION, closed_on=TODAY))
    assert is_cleared(running) is True


def test_an_undecided_concern_holds_and_what_two_do_not_refer_clears(running):
    done(running, offer, raise_it)
    assert is_cleared(running) is False
    for step, clears in zip(NOT_REFERRED, (False, True), strict=True):
        done(running, step)
        assert is_cleared(running) is clears


def test_a_decision_that_the_second_reader_overturns_holds(running):
    done(running, offer, raise_it, NOT_REFERRED[0])
    done(running, ReviewNoReferral(concern_id=CONCERN, agrees=False, reason=REASON))
    assert is_cleared(running) is False


def test_a_referral_that_was_acknowledged_by_whom_it_is_about_holds_again(running):
    contact = ContactId(uuid4())
    send = DispatchReferral(
        concern_id=CONCERN, dispatch_id=DispatchId(uuid4()), channel=DispatchChannel.PHONE, contact_id=contact
    )
    done(running, offer, raise_it, refer_it, send, ACKNOWLEDGE)
    assert is_cleared(running) is True
    done(running, RuleOutContact(concern_id=CONCERN, contact_id=contact, reason=REASON))
    assert is_cleared(running) is False


def test_a_referral_holds_until_a_person_acknowledges_it(running):
    done(running, offer, raise_it)
    for step in REFERRAL:
        done(running, step)
        assert is_cleared(running) is False
    done(running, ACKNOWLEDGE)
    assert is_cleared(running) is True
    done(running, RecordOutcome(concern_id=CONCERN, outcome=OutcomeCode("known")))
    done(running, CloseConcern(concern_id=CONCERN, reason=REASON))
    assert is_cleared(running) is True


def test_a_reopened_concern_holds_again(running):
    done(running, offer, raise_it, *NOT_REFERRED)
    done(running, CloseConcern(concern_id=CONCERN, reason=REASON))
    assert is_cleared(running) is True
    done(running, ReopenConcern(concern_id=CONCERN, reason=REASON))
    assert is_cleared(running) is False


def test_one_of_two_concerns_is_enough_to_hold(running):
    other = replace(raise_it, concern_id=ConcernId(uuid4()))
    done(running, offer, raise_it, other, *NOT_REFERRED)
    assert is_cleared(running) is False


def test_a_concern_of_another_inspection_holds_nothing_here(running):
    elsewhere = InspectionId(uuid4())
    done(running, offer, replace(offer, inspection_id=elsewhere), replace(raise_it, inspection_id=elsewhere))
    assert is_cleared(running) is True
    assert is_cleared(running, elsewhere) is False


def test_a_concern_raised_before_the_inspection_is_known_holds_once_it_is(running):
    done(running, raise_it, offer)
    assert is_cleared(running) is False


def test_withheld_clearance_holds_without_any_concern(running):
    done(running, offer, WithholdClearance(inspection_id=INSPECTION, reason=REASON))
    assert is_cleared(running) is False
    done(running, AllowClearance(inspection_id=INSPECTION, reason=REASON))
    assert is_cleared(running) is True
