"""Every move of every step: the dates that it had, those that it got, why and when."""

from sqlalchemy import Column, Date, Integer, Text, Uuid

from shared.contracts.scheduling import StepMoved
from shared.sourcing.event_log import Recorded
from shared.sourcing.read_models import Put, ReadModel
from shared.sourcing.telling import instant

moves = ReadModel(
    "moves",
    Column("version", Integer, primary_key=True),
    Column("inspection_id", Uuid, nullable=False),
    Column("code", Text, nullable=False),
    Column("was_from", Date, nullable=False),
    Column("was_to", Date, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("reason", Text, nullable=False),
    Column("moved_at", Text, nullable=False),
)


@moves.on
def step_moved(fact: StepMoved, recorded: Recorded) -> Put:
    """A row a move, the oldest first."""
    return moves.put(
        version=recorded.version,
        inspection_id=fact.inspection_id,
        code=fact.code,
        was_from=fact.was_from,
        was_to=fact.was_to,
        starts_on=fact.starts_on,
        ends_on=fact.ends_on,
        reason=fact.reason,
        moved_at=instant(recorded.recorded_us).isoformat(timespec="microseconds"),
    )
