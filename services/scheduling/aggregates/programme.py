"""A programme: the commission to inspect several areas by one edition of a methodology."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from services.scheduling.commands import CommissionProgramme, SelectArea
from services.scheduling.events import AreaDropped, AreaInspected, AreaSelected
from shared.aggregates import Aggregate, each
from shared.contracts.scheduling import ProgrammeClosed, ProgrammeCommissioned, ScopeChanged
from shared.errors import Refused
from shared.methodologies import edition
from shared.methodologies.shape import Edition
from shared.vocabulary.areas import Area
from shared.vocabulary.identity import EditionKey, GssCode, InspectionId, ProgrammeId, ReasonCode
from shared.vocabulary.methods import OutputScope, ReachUnit


class ProgrammeAlreadyCommissioned(Refused):
    """This programme has been commissioned already."""


class CapAboveEdition(Refused):
    """The edition's methodology is for fewer areas than that."""

    status = 422


class AreaCapReached(Refused):
    """The programme has as many areas as it was commissioned for."""


class CouncilAlreadySelected(Refused):
    """A council of this area is in the programme already."""


class CouncilTwice(Refused):
    """The same council is named twice; a retired code counts as its current one."""

    status = 422


class EarlierProgrammeUnknown(Refused):
    """There is no such earlier programme to continue."""

    status = 422


class NotTheNextPhase(Refused):
    """A programme continues one of the same methodology's phase before."""

    status = 422


class ReasonMissing(Refused):
    """This methodology asks why an area is chosen, and whether for its risk: give reason and risk_based."""

    status = 422


class ProgrammeIsClosed(Refused):
    """This programme has ended."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An area of a programme, and why it was chosen."""

    area: Area
    reason: ReasonCode | None = None
    risk_based: bool | None = None


@dataclass(frozen=True, slots=True)
class Programme:
    """What a programme's facts add up to."""

    edition: EditionKey | None = None
    areas_at_most: int | None = None
    continues: ProgrammeId | None = None
    areas: tuple[Area, ...] = ()
    choices: tuple[Choice, ...] = ()
    inspections: MappingProxyType[InspectionId, Area] = field(default_factory=lambda: MappingProxyType({}))
    closed: bool = False

    def choice_of(self, area: Area) -> Choice:
        """Why an area was chosen; says nothing of one that was not."""
        return next((choice for choice in self.choices if choice.area == area), Choice(area))


def evolve(state: Programme, fact: Any) -> Programme:
    """Add a fact up."""
    match fact:
        case ProgrammeCommissioned():
            return replace(state, edition=fact.edition, areas_at_most=fact.areas_at_most, continues=fact.continues)
        case AreaSelected():
            return _with(state, *state.choices, Choice(fact.area, fact.reason, fact.risk_based))
        case AreaDropped():
            return _with(state, *(choice for choice in state.choices if choice.area != fact.area))
        case AreaInspected():
            noted = MappingProxyType({**state.inspections, fact.inspection_id: fact.area})
            kept = state.choices if fact.area in state.areas else (*state.choices, Choice(fact.area))
            return replace(_with(state, *kept), inspections=noted)
        case ScopeChanged():
            return replace(state, areas_at_most=fact.areas_at_most)
        case ProgrammeClosed():
            return replace(state, closed=True)
    return state


def _with(state: Programme, *choices: Choice) -> Programme:
    return replace(state, choices=choices, areas=tuple(choice.area for choice in choices))


programme = Aggregate("programme", by="programme_id", about="programme_id", initial=Programme(), evolve=evolve)


def refuse_ended(state: Programme) -> None:
    """Nothing is added to a programme that has ended."""
    if state.closed:
        raise ProgrammeIsClosed


def cap(key: EditionKey, wanted: int | None) -> int | None:
    """How many areas a programme is for: as many as wanted, never more than its methodology is for."""
    allowed = edition(key).reach.at_most
    at_most = wanted if wanted is not None else allowed
    if at_most is not None and (at_most < 1 or (allowed is not None and at_most > allowed)):
        raise CapAboveEdition(areas_at_most=at_most, allowed=allowed, pointer="/areas_at_most")
    return at_most


@programme.decides(
    creates=True,
    earlier=each(programme, lambda command, _state: (command.continues,) if command.continues is not None else ()),
)
def commission_programme(
    command: CommissionProgramme, state: Programme, *, earlier: tuple[Programme, ...] = ()
) -> Iterator[ProgrammeCommissioned]:
    """Ministers ask for it; it may be for fewer areas than the methodology allows, never for more."""
    if state.edition is not None:
        raise ProgrammeAlreadyCommissioned(programme_id=command.programme_id)
    at_most = cap(command.edition, command.areas_at_most)
    for before in earlier:
        _refuse_no_next_phase(edition(command.edition), before)
    yield ProgrammeCommissioned(
        programme_id=command.programme_id,
        edition=command.edition,
        areas_at_most=at_most,
        continues=command.continues,
    )


def _refuse_no_next_phase(wanted: Edition, before: Programme) -> None:
    if before.edition is None:
        raise EarlierProgrammeUnknown(pointer="/continues")
    earlier = edition(before.edition)
    phases = wanted.phase, earlier.phase
    if wanted.key != earlier.key or None in phases or phases[0].number != phases[1].number + 1:  # type: ignore[union-attr]  # neither is None by now
        raise NotTheNextPhase(pointer="/continues")


@programme.decides()
def select_area(command: SelectArea, state: Programme) -> Iterator[AreaSelected]:
    """Each council is in a programme once, and the programme has a cap."""
    refuse_ended(state)
    area = Area(command.councils)
    if len(area.councils) != len(command.councils):
        raise CouncilTwice(pointer="/councils")
    pinned = edition(state.edition or EditionKey(""))
    beside = stands_beside(area, pinned)
    rivals = tuple(other for other in state.areas if stands_beside(other, pinned) == beside)
    if any(area.overlaps(selected) for selected in rivals):
        raise CouncilAlreadySelected(councils=sorted(councils_of(rivals) & set(area.councils)))
    if not beside and state.areas_at_most is not None and len(rivals) >= state.areas_at_most:
        raise AreaCapReached(areas_at_most=state.areas_at_most)
    if pinned.reach.reason_needed and not beside:
        _refuse_without_reason(command)
    yield AreaSelected(
        programme_id=command.programme_id, area=area, reason=command.reason, risk_based=command.risk_based
    )


def _refuse_without_reason(command: SelectArea) -> None:
    for name in ("reason", "risk_based"):
        if getattr(command, name) is None:
            raise ReasonMissing(pointer=f"/{name}")


def stands_beside(area: Area, pinned: Edition) -> bool:
    """Whether an area is the nation that an edition reports on besides its areas; it counts towards no cap."""
    national = any(output.per is OutputScope.NATION for output in pinned.outputs)
    return area.is_nation and national and pinned.reach.unit is not ReachUnit.NATION


def councils_of(areas: tuple[Area, ...]) -> set[GssCode]:
    """All the councils of some areas."""
    return {council for area in areas for council in area.councils}
