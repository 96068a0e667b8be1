"""A programme: the commission to inspect several areas by one edition of a methodology."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from services.scheduling.commands import CommissionProgramme, SelectArea
from services.scheduling.events import AreaSelected
from shared.aggregates import Aggregate
from shared.contracts.scheduling import ProgrammeCommissioned
from shared.errors import Refused
from shared.methodologies import edition
from shared.vocabulary.areas import Area
from shared.vocabulary.identity import EditionKey, GssCode


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


@dataclass(frozen=True, slots=True)
class Programme:
    """What a programme's facts add up to."""

    edition: EditionKey | None = None
    areas_at_most: int | None = None
    areas: tuple[Area, ...] = ()


Fact = ProgrammeCommissioned | AreaSelected


def evolve(state: Programme, fact: Fact) -> Programme:
    """Add a fact up."""
    match fact:
        case ProgrammeCommissioned():
            return replace(state, edition=fact.edition, areas_at_most=fact.areas_at_most)
        case AreaSelected():
            return replace(state, areas=(*state.areas, fact.area))
    return state


programme = Aggregate("programme", by="programme_id", about="programme_id", initial=Programme(), evolve=evolve)


@programme.decides(creates=True)
def commission_programme(command: CommissionProgramme, state: Programme) -> Iterator[Fact]:
    """Ministers ask for it; it may be for fewer areas than the methodology allows, never for more."""
    if state.edition is not None:
        raise ProgrammeAlreadyCommissioned(programme_id=command.programme_id)
    allowed = edition(command.edition).reach.at_most
    wanted = command.areas_at_most if command.areas_at_most is not None else allowed
    if wanted is not None and (wanted < 1 or (allowed is not None and wanted > allowed)):
        raise CapAboveEdition(areas_at_most=wanted, allowed=allowed, pointer="/areas_at_most")
    yield ProgrammeCommissioned(programme_id=command.programme_id, edition=command.edition, areas_at_most=wanted)


@programme.decides()
def select_area(command: SelectArea, state: Programme) -> Iterator[Fact]:
    """Each council is in a programme once, and the programme has a cap."""
    area = Area(command.councils)
    if len(area.councils) != len(command.councils):
        raise CouncilTwice(pointer="/councils")
    if any(area.overlaps(selected) for selected in state.areas):
        raise CouncilAlreadySelected(councils=sorted(councils_of(state.areas) & set(area.councils)))
    if state.areas_at_most is not None and len(state.areas) >= state.areas_at_most:
        raise AreaCapReached(areas_at_most=state.areas_at_most)
    yield AreaSelected(programme_id=command.programme_id, area=area)


def councils_of(areas: tuple[Area, ...]) -> set[GssCode]:
    """All the councils of some areas."""
    return {council for area in areas for council in area.councils}
