"""Disposing of an inspection's records: one person proposes, another decides, and what stops it is said."""

from collections.abc import Iterator
from datetime import date

from services.evidence.aggregates.disposal import Disposal, RecordsAlreadyDisposedOf, disposal
from services.evidence.commands import DisposeRecords, ProposeDisposal
from services.evidence.events import DisposalProposed
from shared.contracts.evidence import RecordsDisposedOf
from shared.errors import Refused
from shared.vocabulary.identity import InspectionId


class DisposalNotDue(Refused):
    """Records are kept until a year has passed since the latest of submission, publication and proceedings' end."""

    recorded = True


class RecordsAreHeld(Refused):
    """Proceedings are on: nothing is disposed of until the hold is lifted."""

    recorded = True


class OriginalsAreOut(Refused):
    """Originals that were lent have not been given back; they are returned, never destroyed."""

    recorded = True


class DisposalNotProposed(Refused):
    """Nobody has proposed it, or a hold has ended the proposal: propose it first, then let another person decide."""


class DisposalNeedsAnother(Refused):
    """Whoever proposed it cannot decide it: another person has to."""

    status = 403
    recorded = True


@disposal.decides()
def propose_disposal(command: ProposeDisposal, state: Disposal) -> Iterator[DisposalProposed]:
    """Not before its day, not under hold, and not while originals are out; the latest proposal counts."""
    refuse_stopped(state, command.inspection_id, command.today or date.max)
    if command.actor is None:
        raise DisposalNeedsAnother
    yield DisposalProposed(
        inspection_id=command.inspection_id,
        method=command.method,
        proposed_by=command.actor,
        proposed_on=command.today or date.max,
    )


@disposal.decides()
def dispose_records(command: DisposeRecords, state: Disposal) -> Iterator[RecordsDisposedOf]:
    """What was proposed is done if another person agrees, and nothing has come to stop it since."""
    today = command.today or date.max
    refuse_stopped(state, command.inspection_id, today)
    if state.proposed_by is None or state.method is None:
        raise DisposalNotProposed
    if command.actor is None or command.actor == state.proposed_by:
        raise DisposalNeedsAnother
    yield RecordsDisposedOf(
        inspection_id=command.inspection_id,
        method=state.method,
        disposed_on=today,
        proposed_by=state.proposed_by,
        disposed_by=command.actor,
    )


def refuse_stopped(state: Disposal, inspection_id: InspectionId, today: date) -> None:
    """Refuse what is done, held, still lent, or not due on a day."""
    for stop in stops(state, inspection_id, today):
        raise stop


def stops(state: Disposal, inspection_id: InspectionId, today: date) -> list[Refused]:
    """Everything that stops a disposal on a day, as it would be refused, the first first."""
    out = sum(state.originals.values())
    early = state.due_on is None or today < state.due_on
    found = (
        RecordsAlreadyDisposedOf(disposed_on=state.disposed_on) if state.disposed_on is not None else None,
        RecordsAreHeld(inspection_id=inspection_id) if state.held else None,
        OriginalsAreOut(inspection_id=inspection_id, originals=out) if out else None,
        DisposalNotDue(inspection_id=inspection_id, due_on=state.due_on) if early else None,
    )
    return [each for each in found if each is not None]
