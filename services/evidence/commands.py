"""What evidence can be asked to do."""

from datetime import date

from shared.messages import Words, command, stamped
from shared.methodologies.parts import Request
from shared.methodologies.weeks import StepDates
from shared.vocabulary.areas import Area
from shared.vocabulary.framework import Article, Foundation, Wellbeing
from shared.vocabulary.identity import ContentHash, EvidenceId, IndicatorCode, InspectionId, ReasonCode, ReturnId
from shared.vocabulary.methods import EvidenceMethod, ReturnKind, Strength


@command
class OpenGathering:
    """Begin to gather evidence for an inspection, with what its edition says about evidence."""

    inspection_id: InspectionId
    area: Area
    reference_date: date
    looks_back_to: date
    indicators: tuple[IndicatorCode, ...]
    requests: tuple[Request, ...]


@command
class PlanReturns:
    """Let every return that the edition requests fall due as its step ends."""

    inspection_id: InspectionId
    steps: tuple[StepDates, ...]


@command
class CloseGathering:
    """Gather nothing more for an inspection."""

    inspection_id: InspectionId
    closed_on: date


@command
class AskForReturn:
    """Ask a partnership to send something by a day."""

    return_id: ReturnId
    inspection_id: InspectionId
    kind: ReturnKind
    due_on: date


@command
class SubmitReturn:
    """Hand a return in: what its columns are called, how much it holds, and the digest of its content."""

    return_id: ReturnId
    columns: tuple[Words, ...]
    rows: int
    digest: ContentHash
    words: int | None = None
    today: date | None = stamped()


@command
class ExtendWindow:
    """Give a partnership until a later day."""

    return_id: ReturnId
    due_on: date
    reason: ReasonCode


@command
class AcceptReturn:
    """Take a return as it was handed in."""

    return_id: ReturnId
    today: date | None = stamped()


@command
class RegisterEvidence:
    """Take something into an inspection's evidence: how and when it came about, and whose it is by designation."""

    evidence_id: EvidenceId
    inspection_id: InspectionId
    method: EvidenceMethod
    occurred_on: date
    received_on: date
    digest: ContentHash
    source_designation: Words
    title: Words
    today: date | None = stamped()


@command
class LinkToIndicator:
    """Say that a piece of evidence bears on an indicator, how strongly, and which rights and promises it is about."""

    evidence_id: EvidenceId
    indicator: IndicatorCode
    strength: Strength
    articles: tuple[Article, ...] = ()
    foundations: tuple[Foundation, ...] = ()
    wellbeing: tuple[Wellbeing, ...] = ()
    accepted_outside_window: bool = False


@command
class WithdrawEvidence:
    """Let a piece of evidence count no more."""

    evidence_id: EvidenceId
    reason: ReasonCode
    today: date | None = stamped()
