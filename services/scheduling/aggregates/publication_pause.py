"""A time in which nothing is published about some councils, or about any: the weeks before an election."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from services.scheduling.commands import EndPublicationPause, PausePublication
from shared.aggregates import Aggregate
from shared.contracts.scheduling import PublicationPaused, PublicationPauseEnded
from shared.errors import Refused
from shared.vocabulary.areas import Area


class PublicationPauseKnown(Refused):
    """A pause of publication with this id is there already; give another its own id."""


class PublicationPauseTurned(Refused):
    """A pause of publication begins on its first day and ends on its last, or on the same day."""

    status = 422


class PublicationPauseIsOver(Refused):
    """This pause of publication is over, or was called off."""


@dataclass(frozen=True, slots=True)
class PublicationPause:
    """What a pause's facts add up to."""

    area: Area | None = None
    first_day: date | None = None
    last_day: date | None = None
    ended_on: date | None = None


def evolve(state: PublicationPause, fact: PublicationPaused | PublicationPauseEnded) -> PublicationPause:
    """Add a fact up."""
    match fact:
        case PublicationPaused():
            return replace(state, area=fact.area, first_day=fact.first_day, last_day=fact.last_day)
        case PublicationPauseEnded():
            return replace(state, ended_on=fact.ended_on)
    return state


publication_pause = Aggregate(
    "publication_pause", by="pause_id", about="pause_id", initial=PublicationPause(), evolve=evolve
)


@publication_pause.decides(creates=True)
def pause_publication(command: PausePublication, state: PublicationPause) -> Iterator[PublicationPaused]:
    """It is told to reporting, which holds back whatever would be published in it."""
    if state.area is not None:
        raise PublicationPauseKnown(pause_id=command.pause_id)
    if command.last_day < command.first_day:
        raise PublicationPauseTurned(pointer="/last_day")
    yield PublicationPaused(
        pause_id=command.pause_id,
        area=Area(command.councils),
        first_day=command.first_day,
        last_day=command.last_day,
        reason=command.reason,
    )


@publication_pause.decides()
def end_publication_pause(command: EndPublicationPause, state: PublicationPause) -> Iterator[PublicationPauseEnded]:
    """From today it holds nothing back any more; before its first day, it never will have."""
    today = command.today or date.max
    if state.area is None or state.last_day is None or state.ended_on is not None or today > state.last_day:
        raise PublicationPauseIsOver(pause_id=command.pause_id)
    yield PublicationPauseEnded(pause_id=command.pause_id, area=state.area, ended_on=today)
