"""Clearance: whether participation has anything against an inspection's publication, never what."""

from uuid import UUID

from sqlalchemy import Connection, exists, select

from services.participation.read_models.concern_states import concern_states
from services.participation.read_models.ways import ways
from services.participation.read_models.withheld import withheld
from shared.vocabulary.participation import ConcernState

HOLDING = frozenset(
    {
        ConcernState.RAISED,
        ConcernState.TO_BE_READ_AGAIN,
        ConcernState.TO_BE_REFERRED,
        ConcernState.DISPATCHED,
        ConcernState.RECEIVED,
    }
)
"""Undecided, decided by one where two have to, or referred and acknowledged by nobody."""


def cleared(tx: Connection, inspection_id: UUID) -> bool:
    """Whether an inspection may be published: it is known here, nothing waits, and clearance is not withheld."""
    states = concern_states.table.c
    waiting = exists().where(
        states.inspection_id == inspection_id, states.state.in_([state.value for state in HOLDING])
    )
    held = exists().where(withheld.table.c.inspection_id == inspection_id, withheld.table.c.withheld)
    known = exists().where(ways.table.c.inspection_id == inspection_id)
    return bool(tx.execute(select(known & ~waiting & ~held)).scalar_one())
