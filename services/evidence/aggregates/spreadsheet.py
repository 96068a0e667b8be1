"""A return that comes as a spreadsheet: it is judged by its headings and its cells, which are not kept."""

from collections.abc import Iterator

from services.evidence.aggregates.gathering import OWN_INSPECTION, Gathering, refuse_unless_open
from services.evidence.aggregates.information_return import (
    InformationReturn,
    WordsNotCounted,
    information_return,
    most_words,
    refuse_accepted,
    taken_in,
)
from services.evidence.aggregates.over_supply import refuse_personal
from services.evidence.commands import SubmitSpreadsheet
from services.evidence.events import ReturnTakenIn
from shared.contracts.evidence import ReturnSubmitted


@information_return.decides(gathered=OWN_INSPECTION)
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
