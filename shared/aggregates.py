"""An aggregate: a stream of facts, the state they add up to, and the decisions that it allows."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Any, Generic, TypeVar, get_type_hints

S = TypeVar("S")
Decision = Callable[..., Iterator[Any]]
D = TypeVar("D", bound=Decision)


@dataclass(frozen=True, slots=True)
class Look:
    """Which further streams a decision looks at: their aggregate, and their ids given the command and its own state."""

    aggregate: "Aggregate[Any]"
    ids: Callable[[Any, Any], Iterable[Any]]
    many: bool

    def streams(self, command: Any, state: Any) -> list[str]:
        """The streams' names, in the order in which the decision gets their states."""
        return [self.aggregate.stream_of(each) for each in self.ids(command, state)]


def one(aggregate: "Aggregate[Any]", of: Callable[[Any, Any], Any]) -> Look:
    """Look at one further stream; the decision gets its state."""
    return Look(aggregate, lambda command, state: (of(command, state),), many=False)


def each(aggregate: "Aggregate[Any]", of: Callable[[Any, Any], Iterable[Any]]) -> Look:
    """Look at several further streams; the decision gets a tuple of their states."""
    return Look(aggregate, of, many=True)


@dataclass(frozen=True, slots=True)
class Allowed:
    """A command's decision, and what else it looks at (by the name of its keyword)."""

    decide: Decision
    looks: dict[str, Look]
    creates: bool
    """Whether the command may begin a stream; anything else asks for one that exists (404 where it does not)."""


class Aggregate(Generic[S]):
    """A kind of stream, ``<name>/<id>``: how its facts add up (``evolve``) and what may be decided on them."""

    def __init__(self, name: str, *, by: str, about: str, initial: S, evolve: Callable[[S, Any], S]) -> None:
        """Name the command's field that addresses a stream (``by``) and the one that says what it is about."""
        self.name = name
        self.by = by
        self.about = about
        self.initial = initial
        self.evolve = evolve
        self.decisions: dict[type, Allowed] = {}

    def decides(self, *, creates: bool = False, **looks: Look) -> Callable[[D], D]:
        """Register a decision for the command that its first parameter is annotated with."""

        def register(decision: D) -> D:
            command_type, *_ = get_type_hints(decision).values()
            self.decisions[command_type] = Allowed(decision, looks, creates)
            return decision

        return register

    def state(self, facts: Iterable[Any]) -> S:
        """Fold facts in their order; total, and deaf to what is sealed."""
        return reduce(self.evolve, facts, self.initial)

    def decide(self, command: Any, state: S, **looked_at: Any) -> list[Any]:
        """The facts that the command brings about; raises a Refused where it may not."""
        return list(self.decisions[type(command)].decide(command, state, **looked_at))

    def stream_of(self, id_: Any) -> str:
        """The stream's name, ``<name>/<id>``."""
        return f"{self.name}/{id_}"
