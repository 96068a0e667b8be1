"""A small aggregate of the tests' own: a jar that things are put into."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import BigInteger, Column, Text, Uuid

from shared.aggregates import Aggregate, each
from shared.errors import Refused
from shared.messages import Confidential, Words, command, event, sealed
from shared.sourcing.read_models import Put, ReadModel, Set
from shared.sourcing.service import Service


@event
class JarOpened:
    """A jar was opened."""

    jar_id: UUID


@event
class ThingPut:
    """A thing was put into a jar."""

    jar_id: UUID
    count: int
    note: Confidential | None = sealed(under="jar_id")


@command
class OpenJar:
    """Open a jar."""

    jar_id: UUID


@command
class PutThings:
    """Put some things into a jar, with as many events."""

    jar_id: UUID
    count: int = 1
    note: Words | None = None
    at_most: int = 1_000_000
    beside: tuple[UUID, ...] = ()


class JarFull(Refused):
    """The jar is full."""


class JarAlreadyOpen(Refused):
    """The jar is open already."""


@dataclass(frozen=True, slots=True)
class Jar:
    """What a jar holds."""

    opened: bool = False
    things: int = 0


def evolve(state: Jar, fact: JarOpened | ThingPut) -> Jar:
    """Add a fact up."""
    match fact:
        case JarOpened():
            return replace(state, opened=True)
        case ThingPut():
            return replace(state, things=state.things + 1)


jar = Aggregate("jar", by="jar_id", about="jar_id", initial=Jar(), evolve=evolve)


@jar.decides(creates=True)
def open_jar(command: OpenJar, state: Jar) -> Iterator[JarOpened]:
    """A jar opens once."""
    if state.opened:
        raise JarAlreadyOpen
    yield JarOpened(jar_id=command.jar_id)


@jar.decides(creates=True, beside=each(jar, lambda command, _state: command.beside))
def put_things(command: PutThings, state: Jar, *, beside: tuple[Jar, ...]) -> Iterator[ThingPut]:
    """As many events as things, while there is room in all the jars that are looked at."""
    if state.things + sum(other.things for other in beside) + command.count > command.at_most:
        raise JarFull(things=state.things)
    for n in range(command.count):
        yield ThingPut(jar_id=command.jar_id, count=state.things + n + 1, note=command.note)


jars = ReadModel("jars", Column("jar_id", Uuid, nullable=False), Column("things", BigInteger), Column("told", Text))


@jars.on
def jar_opened(fact: JarOpened) -> Put:
    """A row a jar."""
    return jars.put(jar_id=fact.jar_id, things=0)


@jars.on
def thing_put(fact: ThingPut) -> Put | Set:
    """The count is in the fact."""
    return jars.put(jar_id=fact.jar_id, things=fact.count)


kitchen = Service(name="kitchen", aggregates=(jar,), read_models=(jars,))
