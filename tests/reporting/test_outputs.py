"""What an inspection gives back, and in which order: discussions, letters, the nation's report, pauses, corrections."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from services.reporting.aggregates.accuracy import (
    EvaluationOfAnother,
    ExtendedAlready,
    FactualAccuracyOver,
    NotLater,
    NotSentForAccuracy,
    after_working_days,
)
from services.reporting.aggregates.bundle import ApproverIsAuthor, NothingCovered, RightsNotCovered
from services.reporting.aggregates.correction import NothingCorrected, ReportIsWithdrawn, WithdrawalReasonMissing
from services.reporting.aggregates.drafting import NamesAnArea, StrataUnaccounted
from services.reporting.aggregates.inspected import DiscussionAlreadyHeld, DiscussionToCome, inspected
from services.reporting.aggregates.issuing import ReportNotPublished
from services.reporting.aggregates.programme_outputs import ProgrammeOutputs, programme_outputs
from services.reporting.aggregates.publication import (
    OutputAlreadyPublished,
    OutputTooEarly,
    PublicationIsPaused,
    UpheldNotPutRight,
)
from services.reporting.aggregates.publication_pauses import PublicationPauses, publication_pauses
from services.reporting.aggregates.report import ReportAlreadyPublished, hash_of, report
from services.reporting.aggregates.versions import public
from services.reporting.commands import (
    ApproveDraft,
    ApprovePublication,
    AttachAccessibleVersion,
    CorrectReport,
    CoverRights,
    DraftReport,
    EnrolInspection,
    ExtendFactualAccuracy,
    HoldDiscussion,
    NoteOutput,
    NotePause,
    NotePauseEnd,
    NoteStratum,
    NoteWithdrawal,
    PublishReport,
    RuleOnInaccuracy,
    WithdrawReport,
)
from services.reporting.events import (
    DiscussionHeld,
    FactualAccuracyClosed,
    FactualAccuracyExtended,
    InaccuracyRaised,
    InaccuracyRuledOn,
    InspectionEnrolled,
    OutputNoted,
    PauseEndNoted,
    PauseNoted,
    RightsCovered,
    StratumAccounted,
    WithdrawalNoted,
)
from services.reporting.policies import a_discussion_is_held, a_report_is_published, a_ruling_changes_an_evaluation
from shared.contracts.reporting import ReportCorrected, ReportWithdrawn
from shared.errors import NotAllowed, NotFound
from shared.messages import Words
from shared.methodologies.parts import Output
from shared.testing import Given
from shared.vocabulary.framework import Article, Foundation, UnknownArticle
from shared.vocabulary.identity import (
    DiscussionId,
    EvaluationId,
    GssCode,
    InaccuracyId,
    InspectionId,
    ProgrammeId,
    PublicationPauseId,
    ReasonCode,
    StratumCode,
)
from shared.vocabulary.methods import InaccuracyKind, OutputForm, OutputScope
from shared.vocabulary.text import PublishedText
from tests.reporting.facts import (
    ACCESSIBLE,
    AROUND,
    BUNDLE_HASH,
    CLEARANCE,
    CONTENT,
    CONTENT_HASH,
    DRAFTED,
    DUE_ON,
    EVALUATIONS,
    EVIDENCE,
    FIRST_APPROVER,
    INSPECTION,
    INSPECTOR,
    KEPT,
    LATER,
    NOW,
    OTHER_INSPECTION,
    PANELLIST,
    PUBLISHED,
    READY,
    REPORT,
    SENT_ON,
    SETTLED,
    TITLE,
    approved,
    begun,
    kept,
    published,
    sent,
    written,
)

PROGRAMME = ProgrammeId(uuid4())
NATIONAL = InspectionId(uuid4())
LETTER, NATIONAL_REPORT, VERBAL = OutputForm.VALIDATION_LETTER, OutputForm.NATIONAL_REPORT, OutputForm.VERBAL_FEEDBACK
FALKIRK = GssCode("S12000014")

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


def looking(**seen: Any) -> Given:
    return Given(report, *READY, evaluations=SETTLED, **(AROUND | seen))


# Discussions with a partnership

discussion = DiscussionId(uuid4())
hold = HoldDiscussion(
    inspection_id=INSPECTION,
    discussion_id=discussion,
    held_on=SENT_ON,
    attendees=Words("Chair of the partnership"),
    points=Words("Strong leadership."),
    today=SENT_ON,
)
held = DiscussionHeld(
    inspection_id=INSPECTION,
    programme_id=None,
    discussion_id=discussion,
    held_on=SENT_ON,
    attendees=Words("Chair of the partnership"),
    points=Words("Strong leadership."),
)


def test_what_a_partnership_was_told_is_on_record_once():
    Given(inspected, kept).when(hold).then(held)
    Given(inspected, kept, held).when(hold).refused(DiscussionAlreadyHeld)


def test_a_discussion_is_recorded_once_it_was_held():
    Given(inspected, kept).when(replace(hold, held_on=LATER)).refused(DiscussionToCome)


def test_a_discussion_belongs_to_an_inspection():
    Given(inspected).when(hold).refused(NotFound)


def test_a_discussion_is_an_output_of_its_programme():
    assert list(a_discussion_is_held(held)) == []
    (noted,) = a_discussion_is_held(replace(held, programme_id=PROGRAMME))
    assert noted == NoteOutput(programme_id=PROGRAMME, inspection_id=INSPECTION, form=VERBAL)


# What waits for what

enrolled = InspectionEnrolled(programme_id=PROGRAMME, inspection_id=INSPECTION, nationwide=False)
other_enrolled = replace(enrolled, inspection_id=OTHER_INSPECTION)
nation_enrolled = replace(enrolled, inspection_id=NATIONAL, nationwide=True)
letter_out = OutputNoted(programme_id=PROGRAMME, inspection_id=INSPECTION, form=LETTER)


def test_an_inspection_is_enrolled_once_and_an_output_noted_once():
    enrol = EnrolInspection(programme_id=PROGRAMME, inspection_id=INSPECTION, nationwide=False)
    Given(programme_outputs).when(enrol).then(enrolled)
    Given(programme_outputs, enrolled).when(enrol).then()
    note = NoteOutput(programme_id=PROGRAMME, inspection_id=INSPECTION, form=LETTER)
    Given(programme_outputs, enrolled).when(note).then(letter_out)
    Given(programme_outputs, enrolled, letter_out).when(note).then()


def test_the_nation_waits_for_every_area_and_an_area_for_itself():
    programme: ProgrammeOutputs = programme_outputs.state([enrolled, other_enrolled, nation_enrolled, letter_out])
    forms = frozenset({LETTER})
    assert programme.lacking(NATIONAL, forms) == 1
    assert programme.lacking(INSPECTION, forms) == 0
    assert programme.lacking(OTHER_INSPECTION, forms) == 1
    alone: ProgrammeOutputs = programme_outputs.state([nation_enrolled])
    assert alone.lacking(NATIONAL, forms) == 1


def waiting(*after: OutputForm) -> Any:
    output = Output(form=OutputForm.REPORT, per=OutputScope.AREA, after=after)
    return inspected.state([replace(kept, waits=(output,), programme_id=PROGRAMME)])


def test_an_output_is_not_published_before_what_it_waits_for():
    refused = looking(about=waiting(VERBAL)).when(publish).refused(OutputTooEarly)
    assert (refused.recorded, refused.details) == (True, {"lacking": 1})
    told = programme_outputs.state([enrolled, replace(letter_out, form=VERBAL)])
    looking(about=waiting(VERBAL), programme=told).when(publish).then(published)


def test_an_inspection_gives_an_output_back_once():
    out = programme_outputs.state([enrolled, replace(letter_out, form=OutputForm.REPORT)])
    looking(programme=out).when(publish).refused(OutputAlreadyPublished)


# Pauses

pause = PauseNoted(
    council=FALKIRK, pause_id=PublicationPauseId(uuid4()), first_day=date(2026, 2, 1), last_day=date(2026, 2, 28)
)


def test_nothing_is_published_while_publication_is_paused():
    paused: PublicationPauses = publication_pauses.state([pause])
    refused = looking(pauses=(PublicationPauses(), paused)).when(publish).refused(PublicationIsPaused)
    assert refused.details == {"until": date(2026, 2, 28)}


@pytest.mark.parametrize("day", [date(2026, 1, 31), date(2026, 3, 1)])
def test_a_pause_holds_from_its_first_day_to_its_last(day: date):
    assert publication_pauses.state([pause]).holds(day) is None


def test_a_pause_is_noted_and_called_off():
    note = NotePause(council=FALKIRK, pause_id=pause.pause_id, first_day=pause.first_day, last_day=pause.last_day)
    Given(publication_pauses).when(note).then(pause)
    end = NotePauseEnd(council=FALKIRK, pause_id=pause.pause_id, ended_on=LATER)
    ended = PauseEndNoted(council=FALKIRK, pause_id=pause.pause_id, ended_on=LATER)
    Given(publication_pauses, pause).when(end).then(ended)
    Given(publication_pauses).when(end).then()
    looking(pauses=(publication_pauses.state([pause, ended]),)).when(publish).then(published)


# Attribution, strata, withdrawn evidence


def draft(**given: Any) -> DraftReport:
    asked = DraftReport(
        report_id=REPORT,
        inspection_id=INSPECTION,
        form=NATIONAL_REPORT,
        title=Words("A national report"),
        content=Words("Three areas did well."),
        actor=INSPECTOR,
    )
    return replace(asked, **given)


UNATTRIBUTED = inspected.state([replace(kept, forms=(NATIONAL_REPORT,), attributed=False)])


@pytest.mark.parametrize(
    "words",
    [
        "In Fife it went well.",
        "the BORDERS",
        "Comhairle nan Eilean Siar",
        "Perth & Kinross, of all places",
        "North Lanarkshire, then North Lanarkshire again",
        "NHS Forth Valley",
        "Greater Glasgow and Clyde",
        "the Ayrshire partnership",
    ],
)
def test_what_is_not_attributed_names_nobody(words: str):
    refused = Given(report, about=UNATTRIBUTED).when(draft(content=Words(words))).refused(NamesAnArea)
    assert refused.details["areas"] == 1
    Given(report, about=UNATTRIBUTED).when(draft(title=Words(words))).refused(NamesAnArea)


def test_neither_its_accessible_version_nor_a_correction_names_anybody():
    national = replace(begun, form=NATIONAL_REPORT)
    attach = AttachAccessibleVersion(report_id=REPORT, content=Words("Fife did well."), actor=FIRST_APPROVER)
    given = Given(report, national, written, approved, about=UNATTRIBUTED)
    refused = given.when(attach).refused(NamesAnArea)
    assert refused.details == {"areas": 1, "pointer": "/content"}
    history = tuple(national if fact is begun else fact for fact in PUBLISHED)
    for named in ("content", "accessible", "note"):
        asked = replace(correct, **{named: PublishedText("Not Fife, but Angus.")})
        refused = Given(report, *history, about=UNATTRIBUTED).when(asked).refused(NamesAnArea)
        assert refused.details["areas"] == 2
    Given(report, *PUBLISHED, about=UNATTRIBUTED).when(correct).then(corrected)


def test_what_names_nobody_is_drafted():
    begun_, written_ = Given(report, about=UNATTRIBUTED).when(draft())._decide()
    assert (begun_.form, written_.number) == (NATIONAL_REPORT, 1)


def test_no_draft_is_approved_while_a_kind_of_record_is_unaccounted_for():
    sampled = replace(kept, strata=(StratumCode("life"), StratumCode("olr")))
    life = StratumAccounted(inspection_id=INSPECTION, stratum=StratumCode("life"))
    approve = ApproveDraft(report_id=REPORT, content_hash=CONTENT_HASH, actor=PANELLIST)
    given = Given(report, *DRAFTED, evaluations=SETTLED, about=inspected.state([sampled, life]))
    refused = given.when(approve).refused(StrataUnaccounted)
    assert refused.details == {"strata": ["olr"]}
    both = inspected.state([sampled, life, replace(life, stratum=StratumCode("olr"))])
    Given(report, *DRAFTED, evaluations=SETTLED, about=both).when(approve).then(approved)


def test_what_evidence_tells_is_noted_once():
    note = NoteStratum(inspection_id=INSPECTION, stratum=StratumCode("life"))
    fact = StratumAccounted(inspection_id=INSPECTION, stratum=StratumCode("life"))
    Given(inspected, kept).when(note).then(fact)
    Given(inspected, kept, fact).when(note).then()
    gone = NoteWithdrawal(inspection_id=INSPECTION, evidence_id=EVIDENCE)
    noted = WithdrawalNoted(inspection_id=INSPECTION, evidence_id=EVIDENCE, indicators=kept.indicators)
    Given(inspected, kept).when(gone).then(noted)
    Given(inspected, kept, noted).when(gone).then()


# Rights

cover = CoverRights(report_id=REPORT, articles=(Article(12), Article(3)), foundations=(Foundation.VOICE,))
covered = RightsCovered(report_id=REPORT, articles=(Article(3), Article(12)), foundations=(Foundation.VOICE,))
approve_publication = ApprovePublication(report_id=REPORT, bundle_hash=BUNDLE_HASH, actor=FIRST_APPROVER)
ABOUT_CHILDREN = tuple(replace(begun, rights_needed=True) if fact is begun else fact for fact in READY[:-2])


def test_a_report_says_which_rights_it_covers():
    Given(report, *DRAFTED).when(cover).then(covered)
    Given(report, *DRAFTED).when(replace(cover, articles=(Article(55),))).refused(UnknownArticle)
    Given(report, *DRAFTED).when(replace(cover, articles=(), foundations=())).refused(NothingCovered)
    Given(report, *PUBLISHED).when(cover).refused(ReportAlreadyPublished)


def test_a_report_about_children_is_not_approved_before_it_does():
    refused = Given(report, *ABOUT_CHILDREN).when(approve_publication).refused(RightsNotCovered)
    assert refused.recorded
    (fact,) = Given(report, *ABOUT_CHILDREN, covered).when(approve_publication)._decide()
    assert fact.approvals == 1


def test_what_it_covers_is_published():
    with_rights = (*READY, covered)
    given = Given(report, *with_rights, evaluations=SETTLED, **AROUND).when(publish)
    given.then(replace(published, articles=covered.articles, foundations=covered.foundations))


def test_grades_that_are_not_published_are_in_no_bundle_and_no_report():
    quiet = replace(begun, grades_published=False)
    history = [quiet if fact is begun else fact for fact in READY]
    (fact,) = Given(report, *history, evaluations=SETTLED, **AROUND).when(publish)._decide()
    assert fact.evaluations == ()


# Factual accuracy

extend = ExtendFactualAccuracy(report_id=REPORT, due_on=date(2026, 1, 26), reason=ReasonCode("illness"), today=DUE_ON)
extended = FactualAccuracyExtended(
    report_id=REPORT, due_on=date(2026, 1, 26), was_due_on=DUE_ON, reason=ReasonCode("illness")
)
closed_early = FactualAccuracyClosed(report_id=REPORT)


def test_the_partnership_is_given_longer_once_and_before_its_day_is_over():
    sent_out = (*DRAFTED, approved, sent)
    Given(report, *sent_out).when(extend).then(extended)
    Given(report, *sent_out, extended).when(replace(extend, due_on=date(2026, 2, 2))).refused(ExtendedAlready)
    Given(report, *sent_out).when(replace(extend, due_on=DUE_ON)).refused(NotLater)
    Given(report, *sent_out).when(replace(extend, today=date(2026, 1, 20))).refused(FactualAccuracyOver)
    Given(report, *sent_out, closed_early).when(extend).refused(FactualAccuracyOver)
    Given(report, *DRAFTED).when(extend).refused(NotSentForAccuracy)
    Given(report, *PUBLISHED).when(extend).refused(ReportAlreadyPublished)


def test_bank_holidays_are_no_working_days():
    assert after_working_days(date(2025, 12, 24), 4) == date(2026, 1, 5)
    assert after_working_days(date(2025, 11, 28), 1) == date(2025, 12, 2)


point = InaccuracyId(uuid4())
raised = InaccuracyRaised(
    report_id=REPORT, inspection_id=INSPECTION, inaccuracy_id=point, kind=InaccuracyKind.INACCURATE, words=Words("No.")
)
rule = RuleOnInaccuracy(
    report_id=REPORT, inaccuracy_id=point, upheld=True, reason=Words("Right."), changes=EVALUATIONS[0]
)
ruled = InaccuracyRuledOn(
    report_id=REPORT,
    inspection_id=INSPECTION,
    inaccuracy_id=point,
    upheld=True,
    changes=EVALUATIONS[0],
    reason=Words("Right."),
)


def test_a_ruling_that_changes_an_evaluation_brings_the_panel_back():
    sent_out = (*DRAFTED, approved, sent, raised)
    Given(report, *sent_out).when(rule).then(ruled)
    (reopen,) = a_ruling_changes_an_evaluation(ruled)
    assert reopen.evaluation_id == EVALUATIONS[0]
    Given(report, *sent_out).when(replace(rule, changes=EvaluationId(uuid4()))).refused(EvaluationOfAnother)
    Given(report, *sent_out).when(replace(rule, upheld=False)).then(replace(ruled, upheld=False, changes=None))
    assert list(a_ruling_changes_an_evaluation(replace(ruled, changes=None))) == []


def test_the_panels_approval_falls_with_the_evaluation_that_a_ruling_changes():
    plain = report.state((*READY, raised, replace(ruled, changes=None)))
    assert (plain.approved, len(plain.approvals)) == (approved.evaluations, 2)
    fallen = report.state((*READY, raised, ruled))
    assert (fallen.approved, fallen.bundle_hash, fallen.approvals) == (None, None, frozenset())
    assert (fallen.identifiability_cleared, fallen.due_on) == (True, DUE_ON)
    approve = ApproveDraft(report_id=REPORT, content_hash=CONTENT_HASH, actor=PANELLIST)
    Given(report, *READY, raised, ruled, evaluations=SETTLED, about=KEPT).when(approve).then(approved)


def test_what_was_upheld_is_put_right_before_publication():
    upheld = replace(ruled, changes=None)
    refused = Given(report, *READY, raised, upheld, evaluations=SETTLED, **AROUND).when(publish)
    assert refused.refused(UpheldNotPutRight).details == {"missing": 1}
    begun_, written_, *rest = READY
    right = (begun_, written_, raised, upheld, replace(written_, number=2, answers=(point,)), *rest)
    Given(report, *right, evaluations=SETTLED, **AROUND).when(publish).then(published)


def test_a_report_is_out_with_its_accessible_version():
    out = a_report_is_published(replace(published, programme_id=PROGRAMME))
    assert [each.form for each in out] == [OutputForm.REPORT, OutputForm.ACCESSIBLE_REPORT]
    letter = replace(published, programme_id=PROGRAMME, form=LETTER)
    assert [each.form for each in a_report_is_published(letter)] == [LETTER]
    assert list(a_report_is_published(published)) == []


# After publication

CORRECTED = "# What we found\n\nIt is very good."
correct = CorrectReport(
    report_id=REPORT,
    content=PublishedText(CORRECTED),
    accessible=PublishedText("It is very good."),
    note=PublishedText("A grade was misprinted."),
    actor=FIRST_APPROVER,
    today=LATER,
)
corrected = ReportCorrected(
    report_id=REPORT,
    inspection_id=INSPECTION,
    correction=1,
    content=PublishedText(CORRECTED),
    accessible=PublishedText("It is very good."),
    content_hash=hash_of(CORRECTED),
    note=PublishedText("A grade was misprinted."),
    corrected_on=LATER,
)
withdraw = WithdrawReport(report_id=REPORT, reason=PublishedText("Somebody could be recognised."), today=LATER)
withdrawn = ReportWithdrawn(
    report_id=REPORT,
    inspection_id=INSPECTION,
    reason=PublishedText("Somebody could be recognised."),
    withdrawn_on=LATER,
)


def test_a_published_report_is_corrected_and_every_version_is_kept():
    Given(report, *PUBLISHED, about=KEPT).when(correct).then(corrected)
    back = replace(correct, content=PublishedText(CONTENT))
    (second,) = Given(report, *PUBLISHED, corrected, about=KEPT).when(back)._decide()
    assert second.correction == 2
    known = public([*PUBLISHED, corrected])
    assert known is not None
    assert [(each.name, each.content) for each in known.versions] == [("1.0", CONTENT), ("1.1", CORRECTED)]
    assert known.version("1.0") is known.versions[0]
    assert known.version("1.7") is None


@pytest.mark.parametrize(
    "asked",
    [
        replace(correct, content=PublishedText(CONTENT)),
        replace(correct, note=PublishedText(" ")),
        replace(correct, accessible=PublishedText(" ")),
    ],
)
def test_a_correction_changes_something_and_says_what(asked: CorrectReport):
    Given(report, *PUBLISHED, about=KEPT).when(asked).refused(NothingCorrected)


def test_a_correction_is_somebody_elses_and_of_something_published():
    Given(report, *PUBLISHED, about=KEPT).when(replace(correct, actor=INSPECTOR)).refused(ApproverIsAuthor)
    Given(report, *PUBLISHED, about=KEPT).when(replace(correct, actor=None)).refused(NotAllowed)
    Given(report, *READY, about=KEPT).when(correct).refused(ReportNotPublished)


def test_a_report_is_withdrawn_once_with_a_reason_and_then_not_corrected():
    Given(report, *PUBLISHED).when(withdraw).then(withdrawn)
    Given(report, *READY).when(withdraw).refused(ReportNotPublished)
    Given(report, *PUBLISHED).when(replace(withdraw, reason=PublishedText(""))).refused(WithdrawalReasonMissing)
    Given(report, *PUBLISHED, withdrawn).when(withdraw).refused(ReportIsWithdrawn)
    Given(report, *PUBLISHED, withdrawn, about=KEPT).when(correct).refused(ReportIsWithdrawn)
    known = public([*PUBLISHED, withdrawn])
    assert known is not None
    assert known.version(None) is known.version("1.0") is None


def test_nothing_is_public_before_publication():
    assert public(READY) is None
    assert written in READY
    assert KEPT.waits_for(OutputForm.REPORT) == frozenset()
