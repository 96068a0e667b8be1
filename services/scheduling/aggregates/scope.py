"""A programme's scope: areas dropped, the number of areas changed, what was opened kept, and the end."""

from collections.abc import Iterator
from datetime import date

from services.scheduling.aggregates.inspection import Inspection, inspection
from services.scheduling.aggregates.opening import AreaNotSelected
from services.scheduling.aggregates.programme import Programme, cap, programme, refuse_ended, stands_beside
from services.scheduling.commands import ChangeScope, CloseProgramme, DropArea, NoteInspection
from services.scheduling.events import AreaDropped, AreaInspected
from shared.aggregates import each
from shared.contracts.scheduling import ProgrammeClosed, ScopeChanged
from shared.errors import Refused
from shared.methodologies import edition
from shared.vocabulary.areas import Area
from shared.vocabulary.identity import EditionKey


class AreaIsInspected(Refused):
    """The inspection of this area has been opened: it stays in the programme."""


class ScopeBelowSelected(Refused):
    """More areas than that are selected; drop some first."""


class InspectionsStillOpen(Refused):
    """Some of the programme's inspections are open; close them first."""


@programme.decides()
def drop_area(command: DropArea, state: Programme) -> Iterator[AreaDropped]:
    """An area leaves a programme as it was selected: whole, and before anything is opened there."""
    refuse_ended(state)
    area = Area(command.councils)
    if area not in state.areas:
        raise AreaNotSelected(programme_id=command.programme_id)
    if area in state.inspections.values():
        raise AreaIsInspected(programme_id=command.programme_id)
    yield AreaDropped(programme_id=command.programme_id, area=area, reason=command.reason)


@programme.decides()
def change_scope(command: ChangeScope, state: Programme) -> Iterator[ScopeChanged]:
    """What was planned stays on record beside what it became."""
    refuse_ended(state)
    key = state.edition or EditionKey("")
    at_most, pinned = cap(key, command.areas_at_most), edition(key)
    selected = sum(not stands_beside(area, pinned) for area in state.areas)
    if at_most is not None and at_most < selected:
        raise ScopeBelowSelected(selected=selected)
    if at_most != state.areas_at_most:
        yield ScopeChanged(
            programme_id=command.programme_id, areas_at_most=at_most, was=state.areas_at_most, reason=command.reason
        )


@programme.decides()
def note_inspection(command: NoteInspection, state: Programme) -> Iterator[AreaInspected]:
    """Once opened is in the programme, even where the area was dropped or the programme ended at the same moment."""
    if command.inspection_id not in state.inspections:
        yield AreaInspected(programme_id=command.programme_id, inspection_id=command.inspection_id, area=command.area)


@programme.decides(opened=each(inspection, lambda _command, state: sorted(state.inspections, key=str)))
def close_programme(
    command: CloseProgramme, state: Programme, *, opened: tuple[Inspection, ...]
) -> Iterator[ProgrammeClosed]:
    """A programme ends with its last inspection: nobody is inspected on behalf of one that is over."""
    refuse_ended(state)
    if still := sum(not each_.closed for each_ in opened):
        raise InspectionsStillOpen(inspections=still)
    yield ProgrammeClosed(programme_id=command.programme_id, closed_on=command.today or date.max)
