"""A return that comes as a spreadsheet, and what is done about one that holds more than was asked for."""

from collections.abc import Iterator
from datetime import date

from services.evidence.aggregates.gathering import Gathering, refuse_unless_open
from services.evidence.aggregates.information_return import (
    InformationReturn,
    WordsNotCounted,
    information_return,
    most_words,
    of_its_own,
    refuse_accepted,
    taken_in,
)
from services.evidence.aggregates.over_supply import refuse_personal
from services.evidence.commands import NoteOverSupply, NotifyCoordinator, SubmitSpreadsheet
from services.evidence.events import CoordinatorNotified, ReturnOverSupplied, ReturnTakenIn
from shared.contracts.evidence import ReturnSubmitted


@information_return.decides(gathered=of_its_own)
def submit_spreadsheet(
    command: SubmitSpreadsheet, state: InformationReturn, *, gathered: Gathering
) -> Iterator[ReturnSubmitted | ReturnTakenIn]:
    """It is judged by its headings and by what its cells look like; what has to keep to so many words is no table."""
    refuse_unless_open(gathered)
    refuse_accepted(command, state)
    refuse_personal(state.inspection_id, command.columns, command.looks)
    most = most_words(state, gathered)
    if most is not None:
        raise WordsNotCounted(most_words=most)
    yield from taken_in(command, state)


@information_return.decides()
def note_over_supply(command: NoteOverSupply, state: InformationReturn) -> Iterator[ReturnOverSupplied]:
    """That it happened is kept, and nothing of what was sent; the same again on the same day says nothing new."""
    if state.inspection_id is None:
        return
    today, latest = command.today or date.max, state.over_supply
    told = (command.columns, command.positions, command.kinds, today)
    if latest is not None and told == (latest.columns, latest.positions, latest.kinds, latest.noted_on):
        return
    yield ReturnOverSupplied(
        return_id=command.return_id,
        inspection_id=state.inspection_id,
        notice=state.over_supplies + 1,
        columns=command.columns,
        positions=command.positions,
        kinds=command.kinds,
        noted_on=today,
    )


@information_return.decides()
def notify_coordinator(command: NotifyCoordinator, state: InformationReturn) -> Iterator[CoordinatorNotified]:
    """Once of each: more than was asked for may be a breach of data protection by whoever sent it."""
    if state.inspection_id is not None and command.notice > state.notified_of:
        yield CoordinatorNotified(
            return_id=command.return_id,
            inspection_id=state.inspection_id,
            notice=command.notice,
            notified_on=command.today or date.max,
        )
