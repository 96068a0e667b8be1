"""One report: drafted, approved by the panel, read by the partnership, cleared, bundled, approved twice, published."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from types import MappingProxyType
from typing import Any
from uuid import UUID

from services.reporting.events import (
    AccessibleVersionAttached,
    DraftApproved,
    DraftWritten,
    EmbargoSet,
    FactualAccuracyClosed,
    FactualAccuracyExtended,
    IdentifiabilityCleared,
    InaccuracyRaised,
    InaccuracyRuledOn,
    PublicationApproved,
    ReportBegun,
    RightsCovered,
    SentForFactualAccuracy,
)
from shared.aggregates import Aggregate
from shared.contracts.reporting import PublishedEvaluation, ReportCorrected, ReportPublished, ReportWithdrawn
from shared.errors import Refused
from shared.messages import Sealed, Words
from shared.vocabulary.areas import Area
from shared.vocabulary.framework import Article, Foundation
from shared.vocabulary.identity import ActorId, ContentHash, EvaluationId, InaccuracyId, InspectionId, ProgrammeId
from shared.vocabulary.methods import OutputForm


class ReportAlreadyPublished(Refused):
    """This report is published; what was published does not change."""

    recorded = True


class DraftIsEmpty(Refused):
    """There is nothing but space in this text."""

    status = 422


@dataclass(frozen=True, slots=True)
class Report:
    """What a report's facts add up to."""

    inspection_id: InspectionId | None = None
    area: Area | None = None
    form: OutputForm | None = None
    evaluations: tuple[EvaluationId, ...] = ()
    comment_working_days: int = 0
    action_plan_weeks: int = 0
    number: int = 0
    """Which draft this is, from 1."""
    title: Words | Sealed | None = None
    title_hash: ContentHash | None = None
    content: Words | Sealed | None = None
    content_hash: ContentHash | None = None
    authors: frozenset[ActorId] = frozenset()
    """Whoever wrote any draft."""
    approved: tuple[PublishedEvaluation, ...] | None = None
    """The evaluations with which the panel approved this draft."""
    sent: ContentHash | None = None
    due_on: date | None = None
    closed_early: bool = False
    inaccuracies: Mapping[InaccuracyId, bool | None] = field(default_factory=lambda: MappingProxyType({}))
    """What was raised, and whether it was upheld; None until it is ruled on."""
    answered: frozenset[InaccuracyId] = frozenset()
    """What some draft puts right."""
    identifiability_cleared: bool = False
    accessible: Words | Sealed | None = None
    accessible_hash: ContentHash | None = None
    bundlers: frozenset[ActorId] = frozenset()
    """Whoever wrote any accessible version."""
    bundle_hash: ContentHash | None = None
    approvals: frozenset[ActorId] = frozenset()
    embargo_until: date | None = None
    published_on: date | None = None
    clearance: UUID | None = None
    programme_id: ProgrammeId | None = None
    grades_published: bool = True
    rights_needed: bool = False
    articles: tuple[Article, ...] = ()
    foundations: tuple[Foundation, ...] = ()
    extended: bool = False
    """Whether the partnership was given longer; it is, once."""
    correction: int = 0
    corrected_hash: ContentHash | None = None
    withdrawn_on: date | None = None


NOT_CLEARED = {
    "approved": None,
    "identifiability_cleared": False,
    "accessible": None,
    "accessible_hash": None,
    "bundle_hash": None,
    "approvals": frozenset[ActorId](),
}
"""What a new draft opens again."""


def evolve(state: Report, fact: Any) -> Report:
    """Add a fact up."""
    change = _changes.get(type(fact))
    return replace(state, **change(state, fact)) if change else state


def _begun(_state: Report, fact: ReportBegun) -> dict[str, Any]:
    names = (
        *("inspection_id", "area", "form", "evaluations", "comment_working_days", "action_plan_weeks"),
        *("programme_id", "grades_published", "rights_needed"),
    )
    return {name: getattr(fact, name) for name in names}


def _written(state: Report, fact: DraftWritten) -> dict[str, Any]:
    names = ("number", "title", "title_hash", "content", "content_hash")
    more = {"authors": state.authors | {fact.author}, "answered": state.answered | set(fact.answers)}
    return NOT_CLEARED | {name: getattr(fact, name) for name in names} | more


NOT_BUNDLED = {
    name: value for name, value in NOT_CLEARED.items() if name not in ("approved", "identifiability_cleared")
}
"""What another approval of the same draft opens again."""


def _approved(_state: Report, fact: DraftApproved) -> dict[str, Any]:
    return NOT_BUNDLED | {"approved": fact.evaluations}


def _sent(_state: Report, fact: SentForFactualAccuracy) -> dict[str, Any]:
    return {"sent": fact.content_hash, "due_on": fact.due_on, "closed_early": False}


def _raised(state: Report, fact: InaccuracyRaised) -> dict[str, Any]:
    return {"inaccuracies": MappingProxyType({**state.inaccuracies, fact.inaccuracy_id: None})}


def _ruled(state: Report, fact: InaccuracyRuledOn) -> dict[str, Any]:
    """Where it changes an evaluation, the panel's approval falls with it."""
    fallen = {} if fact.changes is None else NOT_BUNDLED | {"approved": None}
    return fallen | {"inaccuracies": MappingProxyType({**state.inaccuracies, fact.inaccuracy_id: fact.upheld})}


def _attached(state: Report, fact: AccessibleVersionAttached) -> dict[str, Any]:
    return {
        "accessible": fact.content,
        "accessible_hash": fact.accessible_hash,
        "bundle_hash": fact.bundle_hash,
        "bundlers": state.bundlers | {fact.attached_by},
        "approvals": frozenset(),
    }


_changes: dict[type, Any] = {
    ReportBegun: _begun,
    DraftWritten: _written,
    DraftApproved: _approved,
    SentForFactualAccuracy: _sent,
    InaccuracyRaised: _raised,
    InaccuracyRuledOn: _ruled,
    FactualAccuracyExtended: lambda _state, fact: {"due_on": fact.due_on, "extended": True},
    RightsCovered: lambda _state, fact: {"articles": fact.articles, "foundations": fact.foundations},
    ReportCorrected: lambda _state, fact: {"correction": fact.correction, "corrected_hash": fact.content_hash},
    ReportWithdrawn: lambda _state, fact: {"withdrawn_on": fact.withdrawn_on},
    FactualAccuracyClosed: lambda _state, _fact: {"closed_early": True},
    IdentifiabilityCleared: lambda _state, _fact: {"identifiability_cleared": True},
    AccessibleVersionAttached: _attached,
    EmbargoSet: lambda _state, fact: {"embargo_until": fact.until},
    PublicationApproved: lambda state, fact: {"approvals": state.approvals | {fact.approved_by}},
    ReportPublished: lambda _state, fact: {"published_on": fact.published_on, "clearance": fact.clearance},
}

report = Aggregate("report", by="report_id", about="inspection_id", initial=Report(), evolve=evolve)


def hash_of(text: str) -> ContentHash:
    """The SHA-256 of a text's UTF-8 bytes, in hex."""
    return ContentHash(sha256(text.encode()).hexdigest())


def refuse_published(state: Report) -> None:
    """What is published is not worked on any more."""
    if state.published_on is not None:
        raise ReportAlreadyPublished


def refuse_empty(text: Words) -> None:
    """A text for the public says something."""
    if not text.reveal().strip():
        raise DraftIsEmpty(pointer="/content")
