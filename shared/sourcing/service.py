"""A service, declared: what it decides, what it shows, whom it hears, and what it does whenever something happens."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar, get_type_hints
from uuid import UUID

from shared.aggregates import Aggregate, Allowed
from shared.policy.table import VERSION
from shared.sourcing.clock import SCOTLAND
from shared.sourcing.read_models import ReadModel

R = TypeVar("R", bound=Callable[..., Iterator[Any]])


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something is done: who asks, on whose authority, and what led to it."""

    actor: UUID | None
    role: str
    purpose: str
    correlation: UUID
    causation: UUID | None = None
    policy: str = VERSION
    """The version of the table of who may do what."""


@dataclass(frozen=True, slots=True)
class Later:
    """A command for a later moment."""

    command: Any
    at: datetime


def on_day(command: Any, day: date) -> Later:
    """A command for the beginning of a day, as days go in Scotland."""
    return Later(command, datetime.combine(day, time(), SCOTLAND).astimezone(UTC))


class Policies(dict[type, list[Callable[..., Iterator[Any]]]]):
    """Whenever that happens, do this."""

    def whenever(self, policy: R) -> R:
        """Register a policy for the event its parameter is annotated with."""
        event_type, *_ = (hint for name, hint in get_type_hints(policy).items() if name != "return")
        self.setdefault(event_type, []).append(policy)
        return policy

    def joined(self, *others: "Policies") -> "Policies":
        """These and others together: what is wanted whenever something happens, in this order."""
        every = Policies()
        for policies in (self, *others):
            for event_type, wanted in policies.items():
                every.setdefault(event_type, []).extend(wanted)
        return every


@dataclass(frozen=True)
class Service:
    """One service's declaration; ``RunningService`` is it at work on a log."""

    name: str
    aggregates: tuple[Aggregate[Any], ...]
    read_models: tuple[ReadModel, ...] = ()
    policies: Policies = field(default_factory=Policies)
    hears: tuple[str, ...] = ()
    """The services whose published facts it takes into its own log."""
    deeds: Mapping[type, Callable[[Any, Any], Any]] = field(default_factory=dict)
    """What is done before a due command of a kind is decided: (the service at work, the command) → the command with
    what came of it. A deed may be done twice, as a crash may come between it and what is appended about it."""

    @property
    def of_inspections(self) -> dict[str, Aggregate[Any]]:
        """The aggregates whose streams are about one inspection, by name."""
        return {each.name: each for each in self.aggregates if each.about == "inspection_id"}

    def addressed(self, command_type: type) -> tuple[Aggregate[Any], Allowed]:
        """Which aggregate decides a command; raises LookupError for a command that is nobody's."""
        for aggregate in self.aggregates:
            if command_type in aggregate.decisions:
                return aggregate, aggregate.decisions[command_type]
        raise LookupError(command_type.__name__)
