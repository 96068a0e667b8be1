"""Facts that evidence keeps to itself."""

from datetime import date

from shared.messages import Confidential, event, sealed
from shared.methodologies.parts import Request
from shared.vocabulary.areas import Area
from shared.vocabulary.identity import ContentHash, EvidenceId, IndicatorCode, InspectionId, ReturnId, StepCode
from shared.vocabulary.methods import ReturnKind


@event
class GatheringOpened:
    """Evidence is gathered for an inspection: for these indicators, from this day on, with these requests."""

    inspection_id: InspectionId
    area: Area
    reference_date: date
    looks_back_to: date
    indicators: tuple[IndicatorCode, ...]
    requests: tuple[Request, ...]


@event
class ReturnPlanned:
    """A return that the edition requests falls due as its step ends."""

    inspection_id: InspectionId
    return_id: ReturnId
    kind: ReturnKind
    step: StepCode
    due_on: date


@event
class ReturnReplanned:
    """The step that a return belongs to was moved."""

    inspection_id: InspectionId
    return_id: ReturnId
    step: StepCode
    due_on: date
    was_due_on: date


@event
class GatheringClosed:
    """Nothing more is gathered for an inspection."""

    inspection_id: InspectionId
    closed_on: date


@event
class ReturnTakenIn:
    """What a submission holds, by counts and digest; a later one supersedes it."""

    return_id: ReturnId
    inspection_id: InspectionId
    submission: int
    columns: int
    words: int | None
    digest: ContentHash
    headings: Confidential | None = sealed(under="inspection_id")
    """The columns' names, a line each: whoever made the table chose the words."""


@event
class ReturnAccepted:
    """A return was taken as it was handed in."""

    return_id: ReturnId
    inspection_id: InspectionId
    submission: int
    accepted_on: date


@event
class EvidenceDescribed:
    """What a piece of evidence is, and whose by designation."""

    evidence_id: EvidenceId
    inspection_id: InspectionId
    received_on: date
    source_designation: Confidential = sealed(under="inspection_id")
    title: Confidential = sealed(under="inspection_id")
