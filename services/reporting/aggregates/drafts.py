"""A report's drafts, each known by its hash, and what the partnership said of them, with every answer."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.reporting.events import (
    DraftApproved,
    DraftWritten,
    InaccuracyRaised,
    InaccuracyRuledOn,
    SentForFactualAccuracy,
)
from shared.errors import NotFound
from shared.messages import Sealed, Words
from shared.vocabulary.identity import ActorId, ContentHash, EvaluationId, InaccuracyId
from shared.vocabulary.methods import InaccuracyKind


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft, and how far it came."""

    number: int
    content_hash: ContentHash
    title_hash: ContentHash
    author: ActorId
    answers: tuple[InaccuracyId, ...]
    approved_by: ActorId | None = None
    sent_until: date | None = None
    """Until when the partnership could say what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Point:
    """Something that the partnership said is wrong, and what came of it."""

    inaccuracy_id: InaccuracyId
    kind: InaccuracyKind
    words: Words | Sealed
    upheld: bool | None = None
    changes: EvaluationId | None = None
    reason: Words | Sealed | None = None
    put_right_in: int | None = None
    """The first draft that does."""


def drafts(facts: Iterable[Any]) -> tuple[Draft, ...]:
    """Every draft, the first one first."""
    known: dict[int, Draft] = {}
    for fact in facts:
        match fact:
            case DraftWritten():
                names = ("number", "content_hash", "title_hash", "author", "answers")
                known[fact.number] = Draft(**{name: getattr(fact, name) for name in names})
            case DraftApproved():
                known[fact.number] = replace(known[fact.number], approved_by=fact.approved_by)
            case SentForFactualAccuracy():  # only the newest is sent
                known[len(known)] = replace(known[len(known)], sent_until=fact.due_on)
    return tuple(known.values())


def sent(facts: Iterable[Any]) -> DraftWritten | None:
    """The draft that the partnership has; None where it was sent none."""
    newest: DraftWritten | None = None
    found: DraftWritten | None = None
    for fact in facts:
        match fact:
            case DraftWritten():
                newest = fact
            case SentForFactualAccuracy():
                found = newest
    return found


def draft_of(facts: Iterable[Any], content_hash: ContentHash | None) -> DraftWritten:
    """The newest draft with this hash; raises NotFound."""
    found = [fact for fact in facts if isinstance(fact, DraftWritten) and fact.content_hash == content_hash]
    if not found:
        raise NotFound
    return found[-1]


def points(facts: Iterable[Any]) -> tuple[Point, ...]:
    """Everything that was raised, in the order in which it was."""
    known: dict[InaccuracyId, Point] = {}
    for fact in facts:
        match fact:
            case InaccuracyRaised():
                known[fact.inaccuracy_id] = Point(fact.inaccuracy_id, fact.kind, fact.words)
            case InaccuracyRuledOn():
                ruling = {name: getattr(fact, name) for name in ("upheld", "changes", "reason")}
                known[fact.inaccuracy_id] = replace(known[fact.inaccuracy_id], **ruling)
            case DraftWritten():
                for each in fact.answers:
                    known[each] = replace(known[each], put_right_in=known[each].put_right_in or fact.number)
    return tuple(known.values())
