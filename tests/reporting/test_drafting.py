"""Drafting a report, given, when, then."""

from dataclasses import replace
from uuid import uuid4

import pytest

from services.reporting.aggregates.drafting import (
    AuthorApproves,
    DraftAlreadyApproved,
    DraftHasChanged,
    EvaluationsNotSettled,
    FormIsNotDrafted,
    FormNotInEdition,
    NotUpheld,
    ReportOfAnother,
    TitleUnfit,
)
from services.reporting.aggregates.drafts import drafts, points, sent
from services.reporting.aggregates.inspected import Inspected, PanelMemberFromArea, inspected
from services.reporting.aggregates.report import DraftIsEmpty, ReportAlreadyPublished, report
from services.reporting.commands import ApproveDraft, DraftReport
from services.reporting.events import InaccuracyRaised, InaccuracyRuledOn
from shared.errors import NotAllowed, NotFound
from shared.messages import Words
from shared.testing import Given
from shared.vocabulary.identity import GssCode, InaccuracyId
from shared.vocabulary.methods import InaccuracyKind, OutputForm
from tests.reporting.facts import (
    COLLEAGUE,
    CONTENT,
    CONTENT_HASH,
    DRAFTED,
    DUE_ON,
    GRADES,
    INSPECTION,
    INSPECTOR,
    KEPT,
    LATER,
    OTHER_HASH,
    OTHER_INSPECTION,
    PANELLIST,
    PUBLISHED,
    READY,
    REPORT,
    SETTLED,
    TITLE,
    WEAK,
    approved,
    begun,
    kept,
    open_evaluation,
    written,
    written_again,
)
from tests.reporting.facts import sent as sent_out

KNOWN: Inspected = inspected.state([kept])
draft = DraftReport(
    report_id=REPORT,
    inspection_id=INSPECTION,
    form=OutputForm.REPORT,
    title=Words(TITLE),
    content=Words(CONTENT),
    actor=INSPECTOR,
)
approve = ApproveDraft(report_id=REPORT, content_hash=CONTENT_HASH, actor=PANELLIST)


def test_the_first_draft_begins_the_report():
    Given(report, about=KNOWN).when(draft).then(begun, written)


def test_a_draft_is_known_by_the_sha_256_of_its_text():
    assert written.content_hash == "5da6c600782e97a1441a1193b7a40275a078d5ac144c70b4fd6f99ebe1f7afb4"


def test_drafting_again_makes_the_next_draft():
    Given(report, *DRAFTED, about=KNOWN).when(replace(draft, actor=COLLEAGUE)).then(written_again)


def test_a_new_draft_opens_again_what_was_approved_cleared_and_bundled():
    before, after = report.state(READY), report.state((*READY, written_again))
    assert (before.approved, before.identifiability_cleared, len(before.approvals)) == (GRADES, True, 2)
    assert (after.approved, after.identifiability_cleared, after.approvals) == (None, False, frozenset())
    assert (after.accessible, after.accessible_hash, after.bundle_hash) == (None, None, None)
    assert after.authors == {INSPECTOR, COLLEAGUE}
    assert (after.due_on, after.number) == (before.due_on, 2)


def test_a_report_is_written_about_an_inspection_that_is_known():
    Given(report, about=Inspected()).when(draft).refused(NotFound)


def test_a_report_has_a_form_that_the_edition_gives_back():
    national = replace(draft, form=OutputForm.NATIONAL_REPORT)
    Given(report, about=KNOWN).when(national).refused(FormNotInEdition)


@pytest.mark.parametrize("form", [OutputForm.VERBAL_FEEDBACK, OutputForm.ACCESSIBLE_REPORT])
def test_what_is_said_and_what_comes_with_a_report_is_not_drafted(form: OutputForm):
    offered = inspected.state([replace(kept, forms=(form,))])
    refused = Given(report, about=offered).when(replace(draft, form=form)).refused(FormIsNotDrafted)
    assert refused.details == {"pointer": "/form"}


@pytest.mark.parametrize("form", [OutputForm.VALIDATION_LETTER, OutputForm.FEEDBACK_LETTER])
def test_a_letter_has_no_grades_whatever_its_edition_publishes(form: OutputForm):
    offered = inspected.state([replace(kept, forms=(form,), grades_published=True)])
    began, _written = Given(report, about=offered).when(replace(draft, form=form))._decide()
    assert not began.grades_published


@pytest.mark.parametrize("title", [" ", " Falkirk", "Two\nlines", "Two  spaces", "x" * 201])
def test_a_title_is_one_line(title: str):
    refused = Given(report, about=KNOWN).when(replace(draft, title=Words(title))).refused(TitleUnfit)
    assert refused.details == {"pointer": "/title"}


def test_a_draft_says_something():
    Given(report, about=KNOWN).when(replace(draft, content=Words(" \n"))).refused(DraftIsEmpty)


def test_a_report_stays_with_its_inspection_and_form():
    letters_too = inspected.state([replace(kept, forms=(OutputForm.REPORT, OutputForm.FEEDBACK_LETTER))])
    for other in ({"inspection_id": OTHER_INSPECTION}, {"form": OutputForm.FEEDBACK_LETTER}):
        Given(report, *DRAFTED, about=letters_too).when(replace(draft, **other)).refused(ReportOfAnother)


def test_nothing_is_drafted_after_publication():
    Given(report, *PUBLISHED, about=KNOWN).when(draft).refused(ReportAlreadyPublished)


def test_a_clock_writes_nothing():
    Given(report, about=KNOWN).when(replace(draft, actor=None)).refused(NotAllowed)


def test_the_panel_approves_exactly_this_draft_and_these_grades():
    Given(report, *DRAFTED, evaluations=SETTLED, about=KEPT).when(approve).then(approved)


def test_nobody_from_the_inspected_area_approves_a_draft():
    neighbour = replace(approve, home_area=GssCode("S12000014"))
    refused = Given(report, *DRAFTED, evaluations=SETTLED, about=KEPT).when(neighbour).refused(PanelMemberFromArea)
    assert refused.recorded
    elsewhere = replace(approve, home_area=GssCode("S12000047"))
    Given(report, *DRAFTED, evaluations=SETTLED, about=KEPT).when(elsewhere).then(approved)


def test_a_draft_names_what_it_puts_right_and_that_was_upheld():
    point = InaccuracyId(uuid4())
    raised = InaccuracyRaised(
        report_id=REPORT,
        inspection_id=INSPECTION,
        inaccuracy_id=point,
        kind=InaccuracyKind.TYPO,
        words=Words("Falkrik"),
    )
    ruled = InaccuracyRuledOn(
        report_id=REPORT, inspection_id=INSPECTION, inaccuracy_id=point, upheld=True, reason=Words("Yes.")
    )
    again = replace(draft, answers=(point, point), actor=COLLEAGUE)
    history = (*DRAFTED, approved, sent_out, raised)
    for so_far in (history, (*history, replace(ruled, upheld=False))):
        refused = Given(report, *so_far, about=KNOWN).when(again).refused(NotUpheld)
        assert refused.details == {"missing": 2, "pointer": "/answers"}
    corrected = replace(written_again, answers=(point,))
    Given(report, *history, ruled, about=KNOWN).when(again).then(corrected)
    whole = (*history, ruled, corrected)
    first, second = drafts(whole)
    assert (first.approved_by, first.sent_until, second.answers, second.approved_by) == (
        PANELLIST,
        DUE_ON,
        (point,),
        None,
    )
    (known,) = points(whole)
    assert (known.kind, known.upheld, known.put_right_in) == (InaccuracyKind.TYPO, True, 2)
    assert sent(whole) is written
    assert sent(DRAFTED) is None


def test_an_older_draft_is_not_approved():
    older = replace(approve, content_hash=OTHER_HASH)
    refused = Given(report, *DRAFTED, evaluations=SETTLED, about=KEPT).when(older).refused(DraftHasChanged)
    assert (refused.status, refused.details) == (409, {"number": 1})


def test_no_author_of_any_draft_approves():
    for author in (INSPECTOR, COLLEAGUE):
        asked = replace(approve, actor=author)
        refused = (
            Given(report, *DRAFTED, written_again, evaluations=SETTLED, about=KEPT).when(asked).refused(AuthorApproves)
        )
        assert refused.recorded


def test_a_draft_is_approved_once_every_evaluation_is_settled():
    missing = (SETTLED[0], replace(SETTLED[1], settled=None))
    refused = Given(report, *DRAFTED, evaluations=missing, about=KEPT).when(approve).refused(EvaluationsNotSettled)
    assert refused.details == {"missing": 1}
    unopened = (SETTLED[0], replace(open_evaluation, indicator=None))
    Given(report, *DRAFTED, evaluations=unopened, about=KEPT).when(approve).refused(EvaluationsNotSettled)


def test_a_draft_is_approved_again_only_where_an_evaluation_changed():
    Given(report, *DRAFTED, approved, evaluations=SETTLED, about=KEPT).when(approve).refused(DraftAlreadyApproved)
    lower = (replace(SETTLED[0], settled=WEAK), SETTLED[1])
    grades = (replace(GRADES[0], grade=WEAK), GRADES[1])
    again = replace(approved, evaluations=grades)
    Given(report, *READY, evaluations=lower, about=KEPT).when(approve).then(again)
    state = report.state((*READY, again))
    assert (state.approved, state.bundle_hash, state.approvals) == (grades, None, frozenset())


def test_nothing_is_approved_after_publication():
    Given(report, *PUBLISHED, evaluations=SETTLED, about=KEPT).when(approve).refused(ReportAlreadyPublished)
    assert report.state(PUBLISHED).published_on == LATER
