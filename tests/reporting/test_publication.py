"""The bundle and its publication, given, when, then."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.reporting.aggregates.accuracy import NotSentForAccuracy
from services.reporting.aggregates.bundle import (
    AccessibleVersionMissing,
    AlreadyApprovedByYou,
    ApproverIsAuthor,
    BundleHasChanged,
)
from services.reporting.aggregates.drafting import DraftHasChanged, DraftNotApproved, EvaluationsNotSettled
from services.reporting.aggregates.publication import (
    ClearanceStale,
    ContentNotApproved,
    EvaluationsHaveChanged,
    FactualAccuracyStillOpen,
    IdentifiabilityNotCleared,
    InaccuraciesNotRuledOn,
    StillEmbargoed,
    TwoApprovalsNeeded,
)
from services.reporting.aggregates.report import DraftIsEmpty, ReportAlreadyPublished, hash_of, report
from services.reporting.commands import (
    ApprovePublication,
    AttachAccessibleVersion,
    ClearIdentifiability,
    PublishReport,
    SetEmbargo,
)
from services.reporting.events import EmbargoSet, FactualAccuracyClosed, InaccuracyRaised, InaccuracyRuledOn
from shared.errors import NotAllowed, Refused
from shared.messages import Words
from shared.testing import Given
from shared.vocabulary.identity import ActorId, InaccuracyId
from shared.vocabulary.methods import InaccuracyKind
from shared.vocabulary.text import PublishedText
from tests.reporting.facts import (
    ACCESSIBLE,
    AROUND,
    BUNDLE_HASH,
    CLEARANCE,
    COLLEAGUE,
    CONTENT,
    CONTENT_HASH,
    DRAFTED,
    DUE_ON,
    FIRST_APPROVER,
    INSPECTION,
    INSPECTOR,
    KEPT,
    LATER,
    NOW,
    OTHER_HASH,
    PANELLIST,
    PUBLISHED,
    READY,
    REPORT,
    SECOND_APPROVER,
    SETTLED,
    TITLE,
    WEAK,
    approved,
    approved_once,
    approved_twice,
    attached,
    cleared,
    published,
    sent,
    written_again,
)

BUNDLED = (*DRAFTED, approved, sent, cleared, attached)
clear = ClearIdentifiability(report_id=REPORT, content_hash=CONTENT_HASH, actor=PANELLIST)
attach = AttachAccessibleVersion(report_id=REPORT, content=Words(ACCESSIBLE), actor=COLLEAGUE)
embargo = SetEmbargo(report_id=REPORT, until=LATER)
embargoed = EmbargoSet(report_id=REPORT, until=LATER)
approve = ApprovePublication(report_id=REPORT, bundle_hash=BUNDLE_HASH, actor=FIRST_APPROVER)
publish = PublishReport(
    report_id=REPORT,
    bundle_hash=BUNDLE_HASH,
    title=PublishedText(TITLE),
    content=PublishedText(CONTENT),
    accessible=PublishedText(ACCESSIBLE),
    clearance=CLEARANCE,
    cleared_at=NOW,
    today=LATER,
    now=NOW,
)
raised = InaccuracyRaised(
    report_id=REPORT,
    inspection_id=INSPECTION,
    inaccuracy_id=InaccuracyId(uuid4()),
    kind=InaccuracyKind.TYPO,
    words=Words("Falkrik"),
)
ruled = InaccuracyRuledOn(
    report_id=REPORT,
    inspection_id=INSPECTION,
    inaccuracy_id=raised.inaccuracy_id,
    upheld=False,
    reason=Words("It is spelt so in the source."),
)


def without(*left_out: object) -> tuple[Any, ...]:
    return tuple(fact for fact in READY if fact not in left_out)


def refused(refusal: type[Refused], *history: Any, evaluations: Any = SETTLED, **changed: Any) -> Refused:
    asked = replace(publish, **changed)
    return Given(report, *history, evaluations=evaluations, **AROUND).when(asked).refused(refusal)


def test_somebody_says_of_a_draft_that_nobody_can_be_recognised():
    Given(report, *DRAFTED).when(clear).then(cleared)
    Given(report, *DRAFTED, cleared).when(clear).then()


def test_an_older_draft_is_not_cleared():
    Given(report, *DRAFTED).when(replace(clear, content_hash=OTHER_HASH)).refused(DraftHasChanged)


def test_the_accessible_version_completes_the_bundle():
    Given(report, *DRAFTED, approved, about=KEPT).when(attach).then(attached)


def test_the_accessible_version_belongs_to_an_approved_draft():
    Given(report, *DRAFTED, about=KEPT).when(attach).refused(DraftNotApproved)


def test_the_accessible_version_says_something():
    Given(report, *DRAFTED, approved, about=KEPT).when(replace(attach, content=Words("\n"))).refused(DraftIsEmpty)


@pytest.mark.parametrize("changed", ["title_hash", "content_hash"])
def test_another_text_makes_another_bundle(changed: str):
    other = replace(DRAFTED[1], **{changed: OTHER_HASH})
    (fact,) = report.decide(attach, report.state((DRAFTED[0], other, approved)), about=KEPT)
    assert fact.bundle_hash != BUNDLE_HASH


def test_another_accessible_version_or_grade_makes_another_bundle():
    else_ = replace(attach, content=Words("Else."))
    (other_words,) = report.decide(else_, report.state((*DRAFTED, approved)), about=KEPT)
    lower = replace(approved, evaluations=(replace(approved.evaluations[0], grade=WEAK), approved.evaluations[1]))
    (other_grade,) = report.decide(attach, report.state((*DRAFTED, lower)), about=KEPT)
    assert len({BUNDLE_HASH, other_words.bundle_hash, other_grade.bundle_hash}) == 3


def test_another_accessible_version_has_to_be_approved_again():
    state = report.state((*READY, replace(attached, bundle_hash=OTHER_HASH)))
    assert (state.approvals, state.bundle_hash) == (frozenset(), OTHER_HASH)


def test_the_latest_embargo_counts():
    Given(report, *DRAFTED).when(embargo).then(embargoed)
    sooner = replace(embargoed, until=DUE_ON)
    Given(report, *READY, embargoed).when(replace(embargo, until=DUE_ON)).then(sooner)
    Given(report, *READY, embargoed, sooner, evaluations=SETTLED, **AROUND).when(
        replace(publish, today=date(2026, 1, 20))
    ).then(replace(published, published_on=date(2026, 1, 20)))


def test_two_people_approve_a_publication():
    Given(report, *BUNDLED).when(approve).then(approved_once)
    second = replace(approve, actor=SECOND_APPROVER)
    Given(report, *BUNDLED, approved_once).when(second).then(approved_twice)


def test_nobody_approves_twice():
    refusal = Given(report, *BUNDLED, approved_once).when(approve).refused(AlreadyApprovedByYou)
    assert refusal.recorded


@pytest.mark.parametrize("author", [INSPECTOR, COLLEAGUE])
def test_nobody_approves_what_they_wrote_a_part_of(author: ActorId):
    refusal = Given(report, *BUNDLED).when(replace(approve, actor=author)).refused(ApproverIsAuthor)
    assert refusal.recorded


def test_a_clock_approves_nothing():
    Given(report, *BUNDLED).when(replace(approve, actor=None)).refused(NotAllowed)


def test_another_bundle_is_not_approved():
    refusal = Given(report, *BUNDLED).when(replace(approve, bundle_hash=OTHER_HASH)).refused(BundleHasChanged)
    assert (refusal.status, refusal.recorded) == (409, True)


def test_an_incomplete_bundle_is_not_approved():
    Given(report, *DRAFTED, approved).when(approve).refused(AccessibleVersionMissing)


def test_exactly_what_was_approved_is_published():
    Given(report, *READY, evaluations=SETTLED, **AROUND).when(publish).then(published)


@pytest.mark.parametrize("refusal", [
    FactualAccuracyStillOpen, InaccuraciesNotRuledOn, IdentifiabilityNotCleared, TwoApprovalsNeeded, StillEmbargoed,
    EvaluationsHaveChanged, ClearanceStale, ContentNotApproved, BundleHasChanged, AccessibleVersionMissing,
    DraftNotApproved, NotSentForAccuracy, EvaluationsNotSettled, ReportAlreadyPublished,
])  # fmt: skip
def test_every_refusal_to_publish_is_recorded(refusal: type[Refused]):
    assert (refusal.recorded, refusal.status) == (True, 409)


def test_a_draft_that_the_panel_has_not_approved_is_not_published():
    refused(DraftNotApproved, *DRAFTED)
    refused(DraftNotApproved, *READY, written_again)


def test_a_report_that_the_partnership_has_not_read_is_not_published():
    refused(NotSentForAccuracy, *without(sent))


def test_nothing_is_published_while_the_partnership_may_comment():
    refusal = refused(FactualAccuracyStillOpen, *READY, today=DUE_ON)
    assert refusal.details == {"due_on": DUE_ON}
    early = (*READY, FactualAccuracyClosed(report_id=REPORT))
    Given(report, *early, evaluations=SETTLED, **AROUND).when(replace(publish, today=DUE_ON)).then(
        replace(published, published_on=DUE_ON)
    )


def test_nothing_is_published_before_every_point_is_answered():
    refusal = refused(InaccuraciesNotRuledOn, *READY, raised)
    assert refusal.details == {"missing": 1}
    Given(report, *READY, raised, ruled, evaluations=SETTLED, **AROUND).when(publish).then(published)


def test_nothing_is_published_before_somebody_said_that_nobody_can_be_recognised():
    refused(IdentifiabilityNotCleared, *without(cleared))


def test_nothing_is_published_without_its_accessible_version():
    refused(AccessibleVersionMissing, *without(attached, approved_once, approved_twice))


def test_another_bundle_is_not_published():
    refused(BundleHasChanged, *READY, bundle_hash=OTHER_HASH)


@pytest.mark.parametrize("missing", [(approved_twice,), (approved_once, approved_twice)])
def test_nothing_is_published_without_two_approvals(missing: tuple[object, ...]):
    refusal = refused(TwoApprovalsNeeded, *without(*missing))
    assert refusal.details == {"approvals": 2 - len(missing)}


def test_approvals_of_another_bundle_do_not_count():
    refused(TwoApprovalsNeeded, *READY, attached)


def test_nothing_is_published_before_its_embargo_is_over():
    later = replace(embargoed, until=LATER + timedelta(days=1))
    refusal = refused(StillEmbargoed, *READY, later)
    assert refusal.details == {"until": LATER + timedelta(days=1)}
    Given(report, *READY, embargoed, evaluations=SETTLED, **AROUND).when(publish).then(published)


def test_nothing_is_published_with_an_evaluation_that_is_open():
    refused(EvaluationsNotSettled, *READY, evaluations=(SETTLED[0], replace(SETTLED[1], settled=None)))


def test_nothing_is_published_with_other_grades_than_the_panel_approved():
    refused(EvaluationsHaveChanged, *READY, evaluations=(replace(SETTLED[0], settled=WEAK), SETTLED[1]))


@pytest.mark.parametrize("seconds", [61, 3600, -6])
def test_a_clearance_counts_for_a_minute(seconds: int):
    refused(ClearanceStale, *READY, cleared_at=NOW - timedelta(seconds=seconds))


@pytest.mark.parametrize("seconds", [60, 0, -5])
def test_a_clearance_within_its_minute_counts(seconds: int):
    asked = replace(publish, cleared_at=NOW - timedelta(seconds=seconds))
    Given(report, *READY, evaluations=SETTLED, **AROUND).when(asked).then(published)


@pytest.mark.parametrize("changed", ["title", "content", "accessible"])
def test_another_text_than_the_approved_one_is_not_published(changed: str):
    refused(ContentNotApproved, *READY, **{changed: PublishedText("Something else.")})


def test_without_a_clock_nothing_is_published():
    refused(FactualAccuracyStillOpen, *READY, today=None)
    refused(ClearanceStale, *READY, now=None)


@pytest.mark.parametrize("asked", [clear, attach, embargo, approve])
def test_what_is_published_is_not_worked_on_any_more(asked: object):
    looked = {"about": KEPT} if asked is attach else {}
    Given(report, *PUBLISHED, **looked).when(asked).refused(ReportAlreadyPublished)


def test_a_report_is_published_once():
    refused(ReportAlreadyPublished, *PUBLISHED)


def test_anybody_can_work_out_the_bundles_hash_again():
    lines = [
        "speir bundle 1",
        f"report {published.report_id}",
        f"inspection {published.inspection_id}",
        f"area {' '.join(published.area.councils)}",
        f"form {published.form.value}",
        f"title {hash_of(published.title)}",
        f"content {hash_of(published.content)}",
        f"accessible {hash_of(published.accessible)}",
        *(f"evaluation {each.indicator} {each.grade}" for each in published.evaluations),
    ]
    assert hash_of("".join(f"{line}\n" for line in lines)) == published.bundle_hash
