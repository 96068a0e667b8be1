"""Originals that were lent to an inspection: they are given back, and never destroyed."""

from collections.abc import Iterator
from datetime import date

from services.evidence.aggregates.disposal import Disposal, disposal, refuse_disposed, refuse_unknown
from services.evidence.aggregates.gathering import NAMED_INSPECTION, Gathering
from services.evidence.commands import BorrowOriginals, ReturnOriginals
from services.evidence.events import OriginalsBorrowed, OriginalsReturned
from shared.errors import Refused


class OriginalsAlreadyBorrowed(Refused):
    """These originals are on record already."""


class OriginalsNotBorrowed(Refused):
    """No such originals were lent, or they are back already."""


@disposal.decides(creates=True, gathered=NAMED_INSPECTION)
def borrow_originals(command: BorrowOriginals, state: Disposal, *, gathered: Gathering) -> Iterator[OriginalsBorrowed]:
    """What was lent is known, and by which body, so that it is given back to it."""
    refuse_unknown(gathered)
    refuse_disposed(state)
    if command.originals_id in state.originals:
        raise OriginalsAlreadyBorrowed
    yield OriginalsBorrowed(
        inspection_id=command.inspection_id, originals_id=command.originals_id, lent_by=command.lent_by
    )


@disposal.decides()
def return_originals(command: ReturnOriginals, state: Disposal) -> Iterator[OriginalsReturned]:
    """They are given back once, against a receipt."""
    if not state.originals.get(command.originals_id, False):
        raise OriginalsNotBorrowed
    yield OriginalsReturned(
        inspection_id=command.inspection_id,
        originals_id=command.originals_id,
        returned_on=command.today or date.max,
        receipt=command.receipt,
    )
