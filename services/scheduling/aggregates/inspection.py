"""One inspection of one area: opened, joined by partners, laid out in weeks, carried out, closed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from services.scheduling.commands import CloseInspection
from services.scheduling.events import ReturnReceived, StepOverdue
from shared.aggregates import Aggregate
from shared.contracts.scheduling import (
    ClockPaused,
    ClockResumed,
    ContactNominated,
    InspectionClosed,
    InspectionOpened,
    PartnerInvited,
    StepCompleted,
    StepMoved,
    TimetableLaid,
)
from shared.errors import Refused
from shared.methodologies.shape import Edition
from shared.methodologies.weeks import StepDates
from shared.vocabulary.areas import Area
from shared.vocabulary.bodies import ScrutinyBody
from shared.vocabulary.identity import ContactId, InspectionId, ReasonCode, StepCode
from shared.vocabulary.methods import ContactRole, ReturnKind


class InspectionIsClosed(Refused):
    """This inspection has ended."""


class PartnerNotInMethodology(Refused):
    """The methodology's edition does not name this scrutiny body."""

    status = 422


@dataclass(frozen=True, slots=True)
class Pause:
    """From when the clock stands still, and why."""

    from_day: date
    reason: ReasonCode


@dataclass(frozen=True, slots=True)
class Inspection:
    """What an inspection's facts add up to."""

    area: Area | None = None
    edition: Edition | None = None
    partners: tuple[ScrutinyBody, ...] = ()
    opens_on: date | None = None
    follows: InspectionId | None = None
    chosen_for: ReasonCode | None = None
    risk_based: bool | None = None
    contacts: MappingProxyType[ContactRole, ContactId] = field(default_factory=lambda: MappingProxyType({}))
    steps: tuple[StepDates, ...] = ()
    excluded_weeks: tuple[date, ...] = ()
    completed: MappingProxyType[StepCode, date] = field(default_factory=lambda: MappingProxyType({}))
    returned: frozenset[ReturnKind] = frozenset()
    overdue: frozenset[StepCode] = frozenset()
    paused: Pause | None = None
    closed: bool = False


def evolve(state: Inspection, fact: Any) -> Inspection:
    """Add a fact up."""
    match fact:
        case InspectionOpened():
            names = ("area", "edition", "partners", "opens_on", "follows", "chosen_for", "risk_based")
            return replace(state, **{name: getattr(fact, name) for name in names})
        case PartnerInvited():
            return replace(state, partners=(*state.partners, fact.partner))
        case ContactNominated():
            return replace(state, contacts=MappingProxyType({**state.contacts, fact.contact_role: fact.contact_id}))
        case ClockPaused():
            return replace(state, paused=Pause(fact.from_day, fact.reason))
        case ClockResumed():
            return replace(state, paused=None)
        case InspectionClosed():
            return replace(state, closed=True)
    return _stepped(state, fact)


def _stepped(state: Inspection, fact: Any) -> Inspection:
    match fact:
        case TimetableLaid():
            return replace(state, steps=fact.steps, excluded_weeks=fact.excluded_weeks)
        case StepMoved():
            moved = StepDates(code=fact.code, starts_on=fact.starts_on, ends_on=fact.ends_on)
            steps = tuple(moved if step.code == fact.code else step for step in state.steps)
            return replace(state, steps=steps, overdue=state.overdue - {fact.code})
        case StepCompleted():
            completed = MappingProxyType({**state.completed, fact.code: fact.completed_on})
            return replace(state, completed=completed, overdue=state.overdue - {fact.code})
        case StepOverdue():
            return replace(state, overdue=state.overdue | {fact.code})
        case ReturnReceived():
            return replace(state, returned=state.returned | {fact.kind})
    return state


inspection = Aggregate("inspection", by="inspection_id", about="inspection_id", initial=Inspection(), evolve=evolve)


def refuse_closed(state: Inspection) -> None:
    """Nothing happens in an inspection that has ended."""
    if state.closed:
        raise InspectionIsClosed


def refuse_strangers(pinned: Edition, partners: Iterable[ScrutinyBody], pointer: str) -> None:
    """Only bodies that the edition names take part."""
    for partner in partners:
        if partner not in pinned.partners:
            raise PartnerNotInMethodology(partner=partner.value, pointer=pointer)


@inspection.decides()
def close_inspection(command: CloseInspection, state: Inspection) -> Iterator[InspectionClosed]:
    """It ends once."""
    refuse_closed(state)
    yield InspectionClosed(inspection_id=command.inspection_id, closed_on=command.today or date.max)
