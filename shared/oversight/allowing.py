"""Allowing somebody to read more than they may alone: another person does, and for an hour."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.aggregates import Aggregate
from shared.errors import Refused
from shared.oversight.commands import AllowReading
from shared.oversight.facts import ReadingAllowed
from shared.oversight.limits import ALLOWANCE_LASTS, KEYS_ALONE, KEYS_AT_MOST
from shared.vocabulary.identity import ActorId


class OwnAllowance(Refused):
    """Nobody allows themselves to read more; another person has to."""

    status = 403
    recorded = True


class AllowanceUnfit(Refused):
    """An allowance is for more keys than anybody may alone, and for 1,000 at most."""

    status = 422


@dataclass(frozen=True, slots=True)
class ReadingAllowance:
    """What somebody was last allowed, by whom and until when."""

    keys: int = 0
    until: datetime | None = None
    allowed_by: ActorId | None = None

    def holds(self, now: datetime) -> int:
        """How many keys in an hour it allows at a moment; 0 once it is over."""
        return self.keys if self.until is not None and now < self.until else 0


def evolve(state: ReadingAllowance, fact: Any) -> ReadingAllowance:
    """The latest allowance counts alone."""
    if isinstance(fact, ReadingAllowed):
        return ReadingAllowance(fact.keys, fact.until, fact.allowed_by)
    return state


reading_allowance = Aggregate(
    "reading_allowance", by="person_id", about="person_id", initial=ReadingAllowance(), evolve=evolve
)


@reading_allowance.decides(creates=True)
def allow_reading(command: AllowReading, _state: ReadingAllowance) -> Iterator[ReadingAllowed]:
    """Never oneself, in whatever role; the latest allowance takes the place of an earlier one."""
    if command.actor is None or command.now is None or command.actor == command.person_id:
        raise OwnAllowance
    if not KEYS_ALONE < command.keys <= KEYS_AT_MOST:
        raise AllowanceUnfit(pointer="/keys")
    until = command.now + ALLOWANCE_LASTS
    yield ReadingAllowed(person_id=command.person_id, keys=command.keys, until=until, allowed_by=command.actor)
