"""The same concern told by two sources: linked so that both are dealt with knowingly, never merged."""

from collections.abc import Iterator

from services.participation.aggregates.concern import Concern, concern
from services.participation.commands import LinkConcerns, NoteLink
from services.participation.events import ConcernsLinked
from shared.aggregates import one
from shared.errors import NotFound, Refused


class LinkedToItself(Refused):
    """A concern is linked to another one."""

    status = 422
    recorded = True


class ConcernsAlreadyLinked(Refused):
    """These two concerns are linked already."""

    recorded = True


@concern.decides(second=one(concern, lambda command, _state: command.other))
def link_concerns(command: LinkConcerns, state: Concern, *, second: Concern) -> Iterator[ConcernsLinked]:
    """Each keeps its own words, decisions and clocks."""
    if command.other == command.concern_id:
        raise LinkedToItself(pointer="/other")
    if second.stands is None or second.inspection_id != state.inspection_id:
        raise NotFound
    if command.other in state.linked:
        raise ConcernsAlreadyLinked
    yield ConcernsLinked(concern_id=command.concern_id, other=command.other)


@concern.decides()
def note_link(command: NoteLink, state: Concern) -> Iterator[ConcernsLinked]:
    """Whoever reads the other one finds this one."""
    if command.other not in state.linked:
        yield ConcernsLinked(concern_id=command.concern_id, other=command.other)
