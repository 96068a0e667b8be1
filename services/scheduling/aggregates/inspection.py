"""One inspection of one area: opened, joined by partners, laid out in weeks, carried out, closed."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from services.scheduling.aggregates.programme import Programme, programme
from services.scheduling.commands import CloseInspection, InvitePartner, NominateContact, OpenInspection
from services.scheduling.events import ContactDetailsGiven, ReturnReceived
from shared.aggregates import Aggregate, one
from shared.contracts.scheduling import (
    ContactNominated,
    InspectionClosed,
    InspectionOpened,
    PartnerInvited,
    StepCompleted,
    StepMoved,
    TimetableLaid,
)
from shared.errors import Refused
from shared.methodologies import edition
from shared.methodologies.shape import Edition
from shared.methodologies.weeks import StepDates
from shared.vocabulary.areas import Area
from shared.vocabulary.bodies import ScrutinyBody
from shared.vocabulary.identity import ContactId, StepCode
from shared.vocabulary.methods import ContactRole, ReturnKind


class InspectionAlreadyOpen(Refused):
    """This inspection has been opened already."""


class InspectionIsClosed(Refused):
    """This inspection has ended."""


class AreaNotSelected(Refused):
    """The programme has not selected this area; select it first."""


class TooFewPartners(Refused):
    """A joint inspection is carried out by two scrutiny bodies or more."""

    status = 422


class PartnerNotInMethodology(Refused):
    """The methodology's edition does not name this scrutiny body."""

    status = 422


@dataclass(frozen=True, slots=True)
class Inspection:
    """What an inspection's facts add up to."""

    area: Area | None = None
    edition: Edition | None = None
    partners: tuple[ScrutinyBody, ...] = ()
    opens_on: date | None = None
    contacts: MappingProxyType[ContactRole, ContactId] = field(default_factory=lambda: MappingProxyType({}))
    steps: tuple[StepDates, ...] = ()
    excluded_weeks: tuple[date, ...] = ()
    completed: MappingProxyType[StepCode, date] = field(default_factory=lambda: MappingProxyType({}))
    returned: frozenset[ReturnKind] = frozenset()
    closed: bool = False


def evolve(state: Inspection, fact: Any) -> Inspection:
    """Add a fact up."""
    match fact:
        case InspectionOpened():
            return replace(state, area=fact.area, edition=fact.edition, partners=fact.partners, opens_on=fact.opens_on)
        case PartnerInvited():
            return replace(state, partners=(*state.partners, fact.partner))
        case ContactNominated():
            return replace(state, contacts=MappingProxyType({**state.contacts, fact.contact_role: fact.contact_id}))
        case TimetableLaid():
            return replace(state, steps=fact.steps, excluded_weeks=fact.excluded_weeks)
        case StepMoved():
            moved = StepDates(code=fact.code, starts_on=fact.starts_on, ends_on=fact.ends_on)
            return replace(state, steps=tuple(moved if step.code == fact.code else step for step in state.steps))
        case StepCompleted():
            return replace(state, completed=MappingProxyType({**state.completed, fact.code: fact.completed_on}))
        case ReturnReceived():
            return replace(state, returned=state.returned | {fact.kind})
        case InspectionClosed():
            return replace(state, closed=True)
    return state


inspection = Aggregate("inspection", by="inspection_id", about="inspection_id", initial=Inspection(), evolve=evolve)


def refuse_closed(state: Inspection) -> None:
    """Nothing happens in an inspection that has ended."""
    if state.closed:
        raise InspectionIsClosed


@inspection.decides(creates=True, commissioned=one(programme, lambda command, _state: command.programme_id))
def open_inspection(
    command: OpenInspection, state: Inspection, *, commissioned: Programme
) -> Iterator[InspectionOpened]:
    """It pins its edition's content: a later edition does not move it."""
    if state.area is not None:
        raise InspectionAlreadyOpen(inspection_id=command.inspection_id)
    area = Area(command.councils)
    if commissioned.edition is None or area not in commissioned.areas:
        raise AreaNotSelected(programme_id=command.programme_id)
    pinned = edition(commissioned.edition)
    partners = tuple(dict.fromkeys(command.partners))
    if len(partners) < pinned.partners_at_least:
        raise TooFewPartners(partners_at_least=pinned.partners_at_least, pointer="/partners")
    for partner in partners:
        _refuse_stranger(pinned, partner, "/partners")
    yield InspectionOpened(
        inspection_id=command.inspection_id,
        programme_id=command.programme_id,
        area=area,
        edition=pinned,
        partners=partners,
        opens_on=command.opens_on,
    )


def _refuse_stranger(pinned: Edition, partner: ScrutinyBody, pointer: str) -> None:
    if partner not in pinned.partners:
        raise PartnerNotInMethodology(partner=partner.value, pointer=pointer)


@inspection.decides()
def invite_partner(command: InvitePartner, state: Inspection) -> Iterator[PartnerInvited]:
    """A partner joins once; inviting it again changes nothing."""
    refuse_closed(state)
    if state.edition is not None:
        _refuse_stranger(state.edition, command.partner, "/partner")
    if command.partner not in state.partners:
        yield PartnerInvited(inspection_id=command.inspection_id, partner=command.partner)


@inspection.decides()
def nominate_contact(command: NominateContact, state: Inspection) -> Iterator[ContactNominated | ContactDetailsGiven]:
    """The latest nomination for a purpose counts; who it is stays sealed."""
    refuse_closed(state)
    yield ContactNominated(
        inspection_id=command.inspection_id, contact_id=command.contact_id, contact_role=command.contact_role
    )
    yield ContactDetailsGiven(
        inspection_id=command.inspection_id,
        contact_id=command.contact_id,
        contact_role=command.contact_role,
        designation=command.designation,
        reached_by=command.reached_by,
    )


@inspection.decides()
def close_inspection(command: CloseInspection, state: Inspection) -> Iterator[InspectionClosed]:
    """It ends once."""
    refuse_closed(state)
    yield InspectionClosed(inspection_id=command.inspection_id, closed_on=command.today or date.max)
