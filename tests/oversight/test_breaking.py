"""Breaking the glass, extending and reviewing it, given, when, then."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.messages import Words
from shared.oversight.breaking import (
    GlassAlreadyBroken,
    GlassAlreadyReviewed,
    GlassHasClosed,
    GlassWithheld,
    NothingBehindGlass,
    OwnGlass,
    ReasonTooShort,
    glass,
)
from shared.oversight.commands import BreakGlass, ExtendGlass, MissGlassReview, ReviewGlass
from shared.oversight.facts import GlassBroken, GlassExtended, GlassReviewed, GlassReviewMissed
from shared.oversight.limits import GLASS_LASTS
from shared.oversight.policies import a_broken_glass_is_reviewed
from shared.sourcing.service import on_day
from shared.testing import Given
from shared.vocabulary.identity import ActorId, InspectionId
from shared.vocabulary.oversight import GlassId, GlassOutcome, GlassReason, StreamKind
from shared.vocabulary.roles import AccessRole

GLASS, INSPECTION, ITEM = GlassId(uuid4()), InspectionId(uuid4()), uuid4()
BREAKER, OTHER = ActorId(uuid4()), ActorId(uuid4())
NOW = datetime(2026, 3, 6, 9, tzinfo=UTC)
A_WHILE = timedelta(minutes=10)
WHY = Words("Nobody answers, and somebody may come to harm.")

asked = BreakGlass(
    glass_id=GLASS,
    subject=StreamKind("conversation"),
    subject_id=ITEM,
    code=GlassReason.SOMEBODY_AT_RISK,
    reason=WHY,
    inspection_id=INSPECTION,
    role=AccessRole.INSPECTOR,
    earlier=2,
    actor=BREAKER,
    now=NOW,
    today=NOW.date(),
)
broken = GlassBroken(
    glass_id=GLASS,
    inspection_id=INSPECTION,
    subject=StreamKind("conversation"),
    subject_id=ITEM,
    broken_by=BREAKER,
    role=AccessRole.INSPECTOR,
    code=GlassReason.SOMEBODY_AT_RISK,
    reason=WHY,
    broken_at=NOW,
    until=NOW + timedelta(minutes=30),
    review_by=date(2026, 3, 10),
    earlier=2,
)
reviewed = GlassReviewed(glass_id=GLASS, outcome=GlassOutcome.UNCLEAR, reviewed_by=OTHER, reviewed_at=NOW + A_WHILE)
missed = GlassReviewMissed(glass_id=GLASS, broken_by=BREAKER, review_by=broken.review_by)
miss = MissGlassReview(glass_id=GLASS)


def extend(by: ActorId = OTHER, at: datetime = NOW + A_WHILE) -> ExtendGlass:
    return ExtendGlass(glass_id=GLASS, actor=by, now=at)


def review(by: ActorId = OTHER, at: datetime = NOW + A_WHILE) -> ReviewGlass:
    return ReviewGlass(glass_id=GLASS, outcome=GlassOutcome.UNCLEAR, actor=by, now=at)


def test_a_glass_broken_on_a_friday_lasts_half_an_hour_and_is_reviewed_by_tuesday() -> None:
    Given(glass).when(asked).then(broken)


@pytest.mark.parametrize("reason", ["it is urgent", "x" * 29, " " * 40, f"{'x' * 29}   "])
def test_a_reason_says_something(reason: str) -> None:
    refused = Given(glass).when(replace(asked, reason=Words(reason))).refused(ReasonTooShort)
    assert refused.details == {"pointer": "/reason"}


def test_a_glass_is_broken_once() -> None:
    Given(glass, broken).when(asked).refused(GlassAlreadyBroken)


def test_whoever_was_not_looked_at_in_time_breaks_no_other() -> None:
    Given(glass).when(replace(asked, withheld=True)).refused(GlassWithheld)


def test_there_has_to_be_something_behind_it() -> None:
    Given(glass).when(replace(asked, inspection_id=None)).refused(NothingBehindGlass)


def test_another_person_extends_it_for_half_an_hour_from_then() -> None:
    until = NOW + A_WHILE + GLASS_LASTS
    extended = GlassExtended(glass_id=GLASS, extended_by=OTHER, until=until)
    Given(glass, broken).when(extend()).then(extended)
    assert glass.state([broken, extended]).lasts(until - timedelta(seconds=1))


@pytest.mark.parametrize("ask", [extend(BREAKER), review(BREAKER)])
def test_nobody_extends_or_reviews_their_own(ask: Any) -> None:
    Given(glass, broken).when(ask).refused(OwnGlass)


def test_what_has_closed_is_not_extended() -> None:
    Given(glass, broken).when(extend(at=broken.until)).refused(GlassHasClosed)
    Given(glass, broken, reviewed).when(extend()).refused(GlassHasClosed)


def test_another_person_reviews_it_once_late_or_not() -> None:
    Given(glass, broken).when(review()).then(reviewed)
    Given(glass, broken, missed).when(review()).then(reviewed)
    Given(glass, broken, reviewed).when(review()).refused(GlassAlreadyReviewed)


def test_a_review_that_nobody_made_is_missed_once() -> None:
    Given(glass, broken).when(miss).then(missed)
    Given(glass, broken, missed).when(miss).then()
    Given(glass, broken, reviewed).when(miss).then()


def test_a_review_is_missed_when_its_last_day_is_over() -> None:
    (later,) = a_broken_glass_is_reviewed(broken)
    assert later == on_day(miss, date(2026, 3, 11))


def test_it_opens_one_thing_for_one_person_in_one_role_while_it_lasts() -> None:
    state, stream, role = glass.state([broken]), f"conversation/{ITEM}", AccessRole.INSPECTOR
    last = broken.until - timedelta(microseconds=1)
    assert state.opens(stream, BREAKER, role, NOW)
    assert state.opens(stream, BREAKER, role, last)
    assert not state.opens(stream, BREAKER, role, broken.until)
    assert not state.opens(f"conversation/{uuid4()}", BREAKER, role, NOW)
    assert not state.opens(f"concern/{ITEM}", BREAKER, role, NOW)
    assert not state.opens(stream, OTHER, role, NOW)
    assert not state.opens(stream, BREAKER, AccessRole.LEAD, NOW)
    assert not glass.state([broken, reviewed]).opens(stream, BREAKER, role, NOW)
    assert not glass.initial.opens("None/None", BREAKER, role, NOW)
