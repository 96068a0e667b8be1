"""What is known of returns that held more than was asked for: that it happened, and that the co-ordinator knows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.evidence.commands import NoteOverSupply, NotifyCoordinator
from services.evidence.events import CoordinatorNotified, ReturnOverSupplied
from shared.aggregates import Aggregate


@dataclass(frozen=True, slots=True)
class Noticed:
    """What the facts about a return's over-supply add up to."""

    latest: ReturnOverSupplied | None = None
    notices: int = 0
    notified_of: int = 0
    """How many of them the co-ordinator knows."""


def evolve(state: Noticed, fact: Any) -> Noticed:
    """Add a fact up."""
    match fact:
        case ReturnOverSupplied():
            return replace(state, latest=fact, notices=fact.notice)
        case CoordinatorNotified():
            return replace(state, notified_of=fact.notice)
    return state


over_supply_notice = Aggregate(
    "over_supply_notice", by="return_id", about="inspection_id", initial=Noticed(), evolve=evolve
)


@over_supply_notice.decides(creates=True)
def note_over_supply(command: NoteOverSupply, state: Noticed) -> Iterator[ReturnOverSupplied]:
    """That it happened is kept, and nothing of what was sent; the same again on the same day says nothing new."""
    today, latest = command.today or date.max, state.latest
    told = (command.columns, command.positions, command.kinds, today)
    if latest is not None and told == (latest.columns, latest.positions, latest.kinds, latest.noted_on):
        return
    yield ReturnOverSupplied(
        return_id=command.return_id,
        inspection_id=command.inspection_id,
        notice=state.notices + 1,
        columns=command.columns,
        positions=command.positions,
        kinds=command.kinds,
        noted_on=today,
    )


@over_supply_notice.decides()
def notify_coordinator(command: NotifyCoordinator, state: Noticed) -> Iterator[CoordinatorNotified]:
    """Once of each: more than was asked for may be a breach of data protection by whoever sent it."""
    if command.notice > state.notified_of:
        yield CoordinatorNotified(
            return_id=command.return_id,
            inspection_id=command.inspection_id,
            notice=command.notice,
            notified_on=command.today or date.max,
        )
