"""When nothing about a council may be published: before an election, say."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from services.reporting.commands import NotePause, NotePauseEnd
from services.reporting.events import PauseEndNoted, PauseNoted
from shared.aggregates import Aggregate
from shared.vocabulary.identity import PublicationPauseId


@dataclass(frozen=True, slots=True)
class PublicationPauses:
    """The pauses of a council, each with its first and last day."""

    pauses: MappingProxyType[PublicationPauseId, tuple[date, date]] = field(
        default_factory=lambda: MappingProxyType({})
    )

    def holds(self, day: date) -> date | None:
        """The last day of a pause that a day lies in; None where none does."""
        return max((last for first, last in self.pauses.values() if first <= day <= last), default=None)


def evolve(state: PublicationPauses, fact: Any) -> PublicationPauses:
    """Add a fact up; a pause that was called off ends on the day before."""
    match fact:
        case PauseNoted():
            return PublicationPauses(MappingProxyType({**state.pauses, fact.pause_id: (fact.first_day, fact.last_day)}))
        case PauseEndNoted():
            left = {pause: days for pause, days in state.pauses.items() if pause != fact.pause_id}
            return PublicationPauses(MappingProxyType(left))
    return state


publication_pauses = Aggregate(
    "publication_pauses", by="council", about="council", initial=PublicationPauses(), evolve=evolve
)


@publication_pauses.decides(creates=True)
def note_pause(command: NotePause, _state: PublicationPauses) -> Iterator[PauseNoted]:
    """The latest word about a pause counts."""
    yield PauseNoted(
        council=command.council,
        pause_id=command.pause_id,
        first_day=command.first_day,
        last_day=command.last_day,
    )


@publication_pauses.decides(creates=True)
def note_pause_end(command: NotePauseEnd, state: PublicationPauses) -> Iterator[PauseEndNoted]:
    """It holds nothing back any more."""
    if command.pause_id in state.pauses:
        yield PauseEndNoted(council=command.council, pause_id=command.pause_id, ended_on=command.ended_on)
