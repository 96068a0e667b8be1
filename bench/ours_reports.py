"""Reports that two people have approved, about inspections that scheduling knows: what there is to be published."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from bench.on_record import put_on_record
from services.reporting.aggregates.bundle import bundle_hash
from services.reporting.aggregates.report import hash_of, report
from services.reporting.commands import PublishReport
from services.reporting.events import (
    AccessibleVersionAttached,
    DraftApproved,
    DraftWritten,
    IdentifiabilityCleared,
    PublicationApproved,
    ReportBegun,
    SentForFactualAccuracy,
)
from services.scheduling.commands import CommissionProgramme, OpenInspection, SelectArea
from shared.messages import Words
from shared.sourcing.running import RunningService
from shared.sourcing.service import Cause
from shared.vocabulary.areas import area_of
from shared.vocabulary.bodies import ScrutinyBody
from shared.vocabulary.identity import ActorId, EditionKey, InspectionId, ProgrammeId, ReportId
from shared.vocabulary.methods import OutputForm
from shared.vocabulary.text import PublishedText

PROGRAMME = ProgrammeId(UUID("00000000-0000-4000-8000-00000000f00d"))
INSPECTIONS = tuple(InspectionId(uuid5(PROGRAMME, str(number))) for number in range(40))
FALKIRK = area_of(["S12000014"])
OPENS_ON, DUE_ON = date(2026, 1, 5), date(2026, 1, 19)
CAUSE = Cause(uuid4(), "approver", "inspect", uuid4())
TITLE, CONTENT, ACCESSIBLE = "Report about Falkirk", "# What we found\n\nIt is good.", "It is good."


def open_inspections(scheduling: RunningService) -> None:
    """Let a programme inspect Falkirk as many times as there are inspections."""
    partners = (ScrutinyBody("care-inspectorate"), ScrutinyBody("healthcare-improvement-scotland"))
    edition = EditionKey("supervision-at-home@2025-1")
    commands: Sequence[Any] = (
        CommissionProgramme(programme_id=PROGRAMME, edition=edition),
        SelectArea(programme_id=PROGRAMME, councils=FALKIRK.councils),
        *(
            OpenInspection(
                inspection_id=each,
                programme_id=PROGRAMME,
                councils=FALKIRK.councils,
                partners=partners,
                opens_on=OPENS_ON,
            )
            for each in INSPECTIONS
        ),
    )
    for command in commands:
        scheduling.handle(command, CAUSE)


@dataclass(frozen=True, slots=True)
class Ready:
    """A report that waits for its publication."""

    report_id: ReportId
    inspection_id: InspectionId
    command: PublishReport


def ready(reporting: RunningService, many: int) -> Iterator[Ready]:
    """Put so many reports on record, approved, and give the command that publishes each, without its clearance."""
    made = [_approved(ReportId(uuid4()), INSPECTIONS[number % len(INSPECTIONS)]) for number in range(many)]
    for each, facts in made:
        put_on_record(reporting, report.stream_of(each.report_id), str(each.inspection_id), facts, CAUSE)
    return (each for each, _ in made)


def _approved(report_id: ReportId, inspection_id: InspectionId) -> tuple[Ready, list[Any]]:
    """Give the facts that lead to a report's approval by two people."""
    author, panellist, approvers = ActorId(uuid4()), ActorId(uuid4()), (ActorId(uuid4()), ActorId(uuid4()))
    content_hash, accessible_hash = hash_of(CONTENT), hash_of(ACCESSIBLE)
    facts: list[Any] = [
        ReportBegun(
            report_id=report_id,
            inspection_id=inspection_id,
            area=FALKIRK,
            form=OutputForm.REPORT,
            evaluations=(),
            comment_working_days=10,
            action_plan_weeks=6,
        ),
        DraftWritten(
            report_id=report_id,
            inspection_id=inspection_id,
            number=1,
            content_hash=content_hash,
            title_hash=hash_of(TITLE),
            author=author,
            title=Words(TITLE),
            content=Words(CONTENT),
        ),
        DraftApproved(report_id=report_id, number=1, content_hash=content_hash, evaluations=(), approved_by=panellist),
        SentForFactualAccuracy(report_id=report_id, content_hash=content_hash, due_on=DUE_ON),
        IdentifiabilityCleared(report_id=report_id, content_hash=content_hash, cleared_by=panellist),
    ]
    bundle = bundle_hash(report_id, report.state(facts), accessible_hash)
    facts.append(
        AccessibleVersionAttached(
            report_id=report_id,
            inspection_id=inspection_id,
            accessible_hash=accessible_hash,
            bundle_hash=bundle,
            attached_by=author,
            content=Words(ACCESSIBLE),
        )
    )
    facts += [
        PublicationApproved(report_id=report_id, bundle_hash=bundle, approved_by=each, approvals=number)
        for number, each in enumerate(approvers, start=1)
    ]
    command = PublishReport(
        report_id=report_id,
        bundle_hash=bundle,
        title=PublishedText(TITLE),
        content=PublishedText(CONTENT),
        accessible=PublishedText(ACCESSIBLE),
        clearance=uuid4(),
        cleared_at=datetime.min.replace(tzinfo=UTC),
        today=None,
        now=None,
    )
    return Ready(report_id, inspection_id, command), facts
