"""What reporting's tests begin with: an inspection of Falkirk and a report on its way to the public."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from services.reporting.aggregates.evaluation import Evaluation, evaluation_of
from services.reporting.aggregates.inspected import Inspected, inspected
from services.reporting.aggregates.programme_outputs import ProgrammeOutputs
from services.reporting.aggregates.report import Report, hash_of, report
from services.reporting.events import (
    AccessibleVersionAttached,
    DraftApproved,
    DraftWritten,
    EditionKept,
    IdentifiabilityCleared,
    PublicationApproved,
    ReportBegun,
    SentForFactualAccuracy,
)
from shared.contracts.reporting import PublishedEvaluation, ReportPublished
from shared.messages import Words
from shared.vocabulary.areas import area_of
from shared.vocabulary.identity import (
    ActorId,
    ContentHash,
    EvidenceId,
    IndicatorCode,
    InspectionId,
    ReportId,
    ScaleCode,
)
from shared.vocabulary.methods import OutputForm
from shared.vocabulary.scales import Grade
from shared.vocabulary.text import PublishedText

INSPECTION, OTHER_INSPECTION = InspectionId(uuid4()), InspectionId(uuid4())
REPORT = ReportId(uuid4())
FALKIRK = area_of(["S12000014"])
SCALE = ScaleCode("ci-six-point")
IMPACT, LEADERSHIP = IndicatorCode("2.1"), IndicatorCode("9.2")
EVALUATIONS = (evaluation_of(INSPECTION, IMPACT), evaluation_of(INSPECTION, LEADERSHIP))
INSPECTOR, COLLEAGUE, PANELLIST, FIRST_APPROVER, SECOND_APPROVER = (ActorId(uuid4()) for _ in range(5))
EVIDENCE, MORE_EVIDENCE, STRANGE_EVIDENCE = (EvidenceId(uuid4()) for _ in range(3))
CLEARANCE: UUID = uuid4()
GOOD, WEAK, ADEQUATE = Grade("good"), Grade("weak"), Grade("adequate")

TITLE, CONTENT, ACCESSIBLE = "Report about Falkirk", "# What we found\n\nIt is good.", "It is good."
CONTENT_HASH, ACCESSIBLE_HASH = hash_of(CONTENT), hash_of(ACCESSIBLE)
OTHER_HASH = ContentHash("ab" * 32)
SENT_ON, DUE_ON, LATER = date(2026, 1, 5), date(2026, 1, 19), date(2026, 2, 3)
NOW = datetime(2026, 2, 3, 10, tzinfo=UTC)

kept = EditionKept(
    inspection_id=INSPECTION,
    area=FALKIRK,
    indicators=(IMPACT, LEADERSHIP),
    scale=SCALE,
    comment_working_days=10,
    action_plan_weeks=6,
    forms=(OutputForm.REPORT, OutputForm.ACCESSIBLE_REPORT),
)
begun = ReportBegun(
    report_id=REPORT,
    inspection_id=INSPECTION,
    area=FALKIRK,
    form=OutputForm.REPORT,
    evaluations=EVALUATIONS,
    comment_working_days=10,
    action_plan_weeks=6,
)
written = DraftWritten(
    report_id=REPORT,
    inspection_id=INSPECTION,
    number=1,
    content_hash=CONTENT_HASH,
    title_hash=hash_of(TITLE),
    author=INSPECTOR,
    title=Words(TITLE),
    content=Words(CONTENT),
)
written_again = replace(written, number=2, author=COLLEAGUE)
GRADES = (
    PublishedEvaluation(indicator=IMPACT, grade=GOOD),
    PublishedEvaluation(indicator=LEADERSHIP, grade=Grade("not_evaluated")),
)
approved = DraftApproved(
    report_id=REPORT, number=1, content_hash=CONTENT_HASH, evaluations=GRADES, approved_by=PANELLIST
)
sent = SentForFactualAccuracy(report_id=REPORT, content_hash=CONTENT_HASH, due_on=DUE_ON)
cleared = IdentifiabilityCleared(report_id=REPORT, content_hash=CONTENT_HASH, cleared_by=PANELLIST)
BUNDLE_HASH = hash_of(
    "speir bundle 1\n"
    f"report {REPORT}\n"
    f"inspection {INSPECTION}\n"
    "area S12000014\n"
    "form report\n"
    f"title {hash_of(TITLE)}\n"
    f"content {CONTENT_HASH}\n"
    f"accessible {ACCESSIBLE_HASH}\n"
    "evaluation 2.1 good\n"
    "evaluation 9.2 not_evaluated\n"
)
attached = AccessibleVersionAttached(
    report_id=REPORT,
    inspection_id=INSPECTION,
    accessible_hash=ACCESSIBLE_HASH,
    bundle_hash=BUNDLE_HASH,
    attached_by=COLLEAGUE,
    content=Words(ACCESSIBLE),
)
approved_once = PublicationApproved(report_id=REPORT, bundle_hash=BUNDLE_HASH, approved_by=FIRST_APPROVER, approvals=1)
approved_twice = replace(approved_once, approved_by=SECOND_APPROVER, approvals=2)
published = ReportPublished(
    report_id=REPORT,
    inspection_id=INSPECTION,
    area=FALKIRK,
    form=OutputForm.REPORT,
    title=PublishedText(TITLE),
    content=PublishedText(CONTENT),
    accessible=PublishedText(ACCESSIBLE),
    content_hash=CONTENT_HASH,
    bundle_hash=BUNDLE_HASH,
    evaluations=GRADES,
    clearance=CLEARANCE,
    published_on=LATER,
)
DRAFTED = (begun, written)
READY = (*DRAFTED, approved, sent, cleared, attached, approved_once, approved_twice)
PUBLISHED = (*READY, published)
published_report: Report = report.state(PUBLISHED)

open_evaluation = Evaluation(inspection_id=INSPECTION, indicator=IMPACT, scale=SCALE)
SETTLED = (
    replace(open_evaluation, settled=GOOD),
    replace(open_evaluation, indicator=LEADERSHIP, settled=Grade("not_evaluated")),
)

KEPT: Inspected = inspected.state([kept])
AROUND: dict[str, Any] = {"about": KEPT, "programme": ProgrammeOutputs(), "pauses": ()}
"""What a publication looks at beside its evaluations: the edition, what else is out, and pauses."""
