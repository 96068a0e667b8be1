"""A piece of evidence, given, when, then."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.evidence.aggregates.evidence_item import (
    EvidenceAlreadyRegistered,
    EvidenceIsWithdrawn,
    EvidenceOutsideWindow,
    IndicatorOutsideEdition,
    NotYetReceived,
    ReceivedBeforeItOccurred,
    evidence_item,
)
from services.evidence.aggregates.gathering import Gathering, GatheringIsClosed
from services.evidence.commands import LinkToIndicator, RegisterEvidence, WithdrawEvidence
from services.evidence.events import EvidenceDescribed
from shared.contracts.evidence import EvidenceLinked, EvidenceRegistered, EvidenceWithdrawn
from shared.errors import NotFound
from shared.messages import Words
from shared.testing import Given
from shared.vocabulary.framework import Article, Foundation, UnknownArticle, Wellbeing
from shared.vocabulary.identity import IndicatorCode, ReasonCode
from shared.vocabulary.methods import EvidenceMethod, Strength
from tests.evidence.facts import CLOSED, DIGEST, INSPECTION, ITEM, OPEN, UNKNOWN

OCCURRED, RECEIVED, TODAY = date(2025, 3, 4), date(2025, 9, 22), date(2025, 9, 23)
TOO_OLD = date(2023, 8, 31)
PLANNING = IndicatorCode("5.3")
IN_ERROR = ReasonCode("registered-in-error")

register = RegisterEvidence(
    evidence_id=ITEM,
    inspection_id=INSPECTION,
    method=EvidenceMethod.DOCUMENT,
    occurred_on=OCCURRED,
    received_on=RECEIVED,
    digest=DIGEST,
    source_designation=Words("Head of children's services"),
    title=Words("Audit of plans"),
    today=TODAY,
)
described = EvidenceDescribed(
    evidence_id=ITEM,
    inspection_id=INSPECTION,
    received_on=RECEIVED,
    source_designation=register.source_designation,
    title=register.title,
)
withdraw = WithdrawEvidence(evidence_id=ITEM, reason=IN_ERROR, today=TODAY)
withdrawn = EvidenceWithdrawn(evidence_id=ITEM, inspection_id=INSPECTION, reason=IN_ERROR, withdrawn_on=TODAY)


def registered(occurred_on: date = OCCURRED, *, in_window: bool = True) -> EvidenceRegistered:
    return EvidenceRegistered(
        evidence_id=ITEM,
        inspection_id=INSPECTION,
        method=EvidenceMethod.DOCUMENT,
        digest=DIGEST,
        occurred_on=occurred_on,
        in_window=in_window,
    )


old = registered(TOO_OLD, in_window=False)
link = LinkToIndicator(evidence_id=ITEM, indicator=PLANNING, strength=Strength.STRONG)


def linked(**changed: Any) -> EvidenceLinked:
    fact = EvidenceLinked(
        evidence_id=ITEM,
        inspection_id=INSPECTION,
        indicator=PLANNING,
        strength=Strength.STRONG,
        method=EvidenceMethod.DOCUMENT,
    )
    return replace(fact, **changed)


def given(*history: object, gathered: Gathering = OPEN) -> Given:
    return Given(evidence_item, *history, gathered=gathered)


def test_evidence_is_registered_by_its_digest():
    given().when(register).then(registered(), described)


def test_evidence_from_before_the_time_looked_at_is_registered_and_marked():
    given().when(replace(register, occurred_on=TOO_OLD)).then(old, described)


def test_evidence_is_registered_once():
    given(registered(), described).when(register).refused(EvidenceAlreadyRegistered)


def test_evidence_is_not_received_before_it_comes_about():
    given().when(replace(register, received_on=OCCURRED - timedelta(1))).refused(ReceivedBeforeItOccurred)


def test_evidence_may_come_about_and_be_received_on_the_same_day():
    same = replace(register, occurred_on=TODAY, received_on=TODAY)
    given().when(same).then(registered(TODAY), replace(described, received_on=TODAY))


def test_evidence_is_not_registered_before_it_is_received():
    given().when(replace(register, received_on=TODAY + timedelta(1))).refused(NotYetReceived)


def test_evidence_of_an_inspection_that_nobody_knows_is_not_found():
    given(gathered=UNKNOWN).when(register).refused(NotFound)


def test_no_evidence_is_registered_once_the_inspection_has_ended():
    given(gathered=CLOSED).when(register).refused(GatheringIsClosed)


def test_evidence_is_linked_to_an_indicator_of_the_edition():
    given(registered()).when(link).then(linked())


def test_rights_and_promises_are_kept_once_each_in_their_order():
    full = replace(
        link,
        articles=(Article(12), Article(3), Article(12)),
        foundations=(Foundation.VOICE, Foundation.CARE, Foundation.VOICE),
        wellbeing=(Wellbeing.SAFE, Wellbeing.HEALTHY),
    )
    fact = linked(
        articles=(Article(3), Article(12)),
        foundations=(Foundation.CARE, Foundation.VOICE),
        wellbeing=(Wellbeing.HEALTHY, Wellbeing.SAFE),
    )
    given(registered()).when(full).then(fact)
    given(registered(), fact).when(replace(full, articles=(Article(3), Article(12)))).then()


def test_the_same_link_again_changes_nothing():
    given(registered(), linked()).when(link).then()


def test_another_strength_counts_from_then_on():
    weak = replace(link, strength=Strength.WEAK)
    given(registered(), linked()).when(weak).then(linked(strength=Strength.WEAK))
    given(registered(), linked(), linked(strength=Strength.WEAK)).when(link).then(linked())


def test_a_link_to_another_indicator_leaves_the_first():
    second = linked(indicator=IndicatorCode("2.1"))
    given(registered(), linked()).when(replace(link, indicator=IndicatorCode("2.1"))).then(second)
    assert set(evidence_item.state([registered(), linked(), second]).links) == {"5.3", "2.1"}


def test_an_indicator_that_the_edition_does_not_evaluate_is_refused():
    refused = given(registered()).when(replace(link, indicator=IndicatorCode("6.4"))).refused(IndicatorOutsideEdition)
    assert refused.details == {"pointer": "/indicator"}


@pytest.mark.parametrize("number", [0, 55])
def test_an_article_that_the_convention_does_not_have_is_refused(number: int):
    command = replace(link, articles=(Article(3), Article(number)))
    assert given(registered()).when(command).refused(UnknownArticle).details["pointer"] == "/articles/1"


def test_old_evidence_is_not_linked_silently():
    refused = given(old).when(link).refused(EvidenceOutsideWindow)
    assert refused.details == {"occurred_on": TOO_OLD, "looks_back_to": date(2023, 9, 1)}


def test_old_evidence_is_linked_where_somebody_says_so_and_stays_marked():
    given(old).when(replace(link, accepted_outside_window=True)).then(linked(outside_window=True))


def test_evidence_within_the_time_looked_at_is_not_marked_whatever_was_accepted():
    given(registered()).when(replace(link, accepted_outside_window=True)).then(linked())


def test_withdrawn_evidence_is_not_linked():
    given(registered(), withdrawn).when(link).refused(EvidenceIsWithdrawn)


def test_nothing_is_linked_once_the_inspection_has_ended():
    given(registered(), gathered=CLOSED).when(link).refused(GatheringIsClosed)


def test_evidence_is_withdrawn_with_a_reason():
    Given(evidence_item, registered(), described, linked()).when(withdraw).then(withdrawn)


def test_evidence_is_withdrawn_once():
    Given(evidence_item, registered(), withdrawn).when(withdraw).refused(EvidenceIsWithdrawn)
