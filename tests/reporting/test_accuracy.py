"""Factual accuracy, given, when, then."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from services.reporting.aggregates.accuracy import (
    AlreadySentForAccuracy,
    CommentWindowTooShort,
    FactualAccuracyOver,
    InaccuracyAlreadyRaised,
    InaccuracyAlreadyRuledOn,
    InaccuracyUnknown,
    NotSentForAccuracy,
    after_working_days,
)
from services.reporting.aggregates.drafting import DraftHasChanged, DraftNotApproved
from services.reporting.aggregates.report import ReportAlreadyPublished, report
from services.reporting.commands import (
    CloseFactualAccuracy,
    RaiseInaccuracy,
    RuleOnInaccuracy,
    SendForFactualAccuracy,
)
from services.reporting.events import FactualAccuracyClosed, InaccuracyRaised, InaccuracyRuledOn
from shared.messages import Words
from shared.testing import Given
from shared.vocabulary.identity import InaccuracyId
from shared.vocabulary.methods import InaccuracyKind
from tests.reporting.facts import (
    CONTENT_HASH,
    DRAFTED,
    DUE_ON,
    INSPECTION,
    LATER,
    OTHER_HASH,
    PUBLISHED,
    REPORT,
    SENT_ON,
    approved,
    sent,
    written_again,
)

POINT = InaccuracyId(uuid4())
SENT = (*DRAFTED, approved, sent)
send = SendForFactualAccuracy(report_id=REPORT, content_hash=CONTENT_HASH, due_on=DUE_ON, today=SENT_ON)
close = CloseFactualAccuracy(report_id=REPORT)
closed = FactualAccuracyClosed(report_id=REPORT)
raise_it = RaiseInaccuracy(
    report_id=REPORT, inaccuracy_id=POINT, kind=InaccuracyKind.INACCURATE, words=Words("It is 12."), today=DUE_ON
)
raised = InaccuracyRaised(
    report_id=REPORT,
    inspection_id=INSPECTION,
    inaccuracy_id=POINT,
    kind=InaccuracyKind.INACCURATE,
    words=Words("It is 12."),
)
rule = RuleOnInaccuracy(report_id=REPORT, inaccuracy_id=POINT, upheld=True, reason=Words("It is indeed."))
ruled = InaccuracyRuledOn(
    report_id=REPORT, inspection_id=INSPECTION, inaccuracy_id=POINT, upheld=True, reason=Words("It is indeed.")
)


def test_the_approved_draft_is_sent_with_a_day():
    Given(report, *DRAFTED, approved).when(send).then(sent)


def test_only_an_approved_draft_is_sent():
    Given(report, *DRAFTED).when(send).refused(DraftNotApproved)
    Given(report, *DRAFTED, approved, written_again).when(send).refused(DraftNotApproved)


def test_only_the_newest_draft_is_sent():
    older = replace(send, content_hash=OTHER_HASH)
    Given(report, *DRAFTED, approved).when(older).refused(DraftHasChanged)


def test_the_partnership_has_the_editions_working_days():
    day_less = replace(send, due_on=date(2026, 1, 18))
    refused = Given(report, *DRAFTED, approved).when(day_less).refused(CommentWindowTooShort)
    assert refused.details == {"earliest": DUE_ON, "pointer": "/due_on"}


@pytest.mark.parametrize(
    ("day", "count", "last"),
    [
        (date(2026, 1, 5), 0, date(2026, 1, 5)),
        (date(2026, 1, 5), 4, date(2026, 1, 9)),
        (date(2026, 1, 5), 5, date(2026, 1, 12)),
        (date(2026, 1, 9), 1, date(2026, 1, 12)),
        (date(2026, 1, 10), 1, date(2026, 1, 12)),
        (date.max, 10, date.max),
    ],
)
def test_working_days_are_monday_to_friday(day: date, count: int, last: date):
    assert after_working_days(day, count) == last


def test_a_draft_is_sent_once_and_another_draft_again():
    Given(report, *SENT).when(send).refused(AlreadySentForAccuracy)
    other = replace(written_again, content_hash=OTHER_HASH)
    anew = replace(send, content_hash=OTHER_HASH)
    Given(report, *SENT, closed, other, replace(approved, number=2)).when(anew).then(
        replace(sent, content_hash=OTHER_HASH)
    )


def test_the_partnership_says_what_is_wrong_until_the_last_day():
    Given(report, *SENT).when(raise_it).then(raised)


def test_after_its_day_the_partnership_is_too_late():
    late = replace(raise_it, today=LATER)
    refused = Given(report, *SENT).when(late).refused(FactualAccuracyOver)
    assert refused.details == {"due_on": DUE_ON}


def test_after_saying_that_it_has_no_more_the_partnership_raises_nothing():
    Given(report, *SENT, closed).when(raise_it).refused(FactualAccuracyOver)


def test_nothing_is_raised_about_what_was_not_sent():
    Given(report, *DRAFTED, approved).when(raise_it).refused(NotSentForAccuracy)


def test_a_point_is_raised_once():
    Given(report, *SENT, raised).when(raise_it).refused(InaccuracyAlreadyRaised)


def test_every_point_is_answered_upheld_or_not():
    Given(report, *SENT, raised).when(rule).then(ruled)
    Given(report, *SENT, raised).when(replace(rule, upheld=False)).then(replace(ruled, upheld=False))


def test_a_point_stays_to_be_answered_when_the_report_is_drafted_again():
    Given(report, *SENT, raised, written_again).when(rule).then(ruled)


def test_a_point_is_answered_once():
    Given(report, *SENT, raised, ruled).when(rule).refused(InaccuracyAlreadyRuledOn)


def test_what_nobody_raised_is_not_answered():
    refused = Given(report, *SENT).when(rule).refused(InaccuracyUnknown)
    assert refused.status == 404


def test_the_partnership_may_end_its_time_early():
    Given(report, *SENT).when(close).then(closed)
    Given(report, *SENT, closed).when(close).then()


def test_what_was_not_sent_is_not_ended():
    Given(report, *DRAFTED).when(close).refused(NotSentForAccuracy)


@pytest.mark.parametrize("asked", [send, raise_it, rule, close])
def test_after_publication_accuracy_is_over(asked: object):
    Given(report, *PUBLISHED).when(asked).refused(ReportAlreadyPublished)
