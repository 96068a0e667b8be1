"""Facts that the shared library itself records in every service's log."""

from dataclasses import dataclass
from typing import NewType
from uuid import UUID

from shared.messages import Body, event, upcaster

ServiceName = NewType("ServiceName", str)
RefusalCode = NewType("RefusalCode", str)
CommandName = NewType("CommandName", str)
CountName = NewType("CountName", str)
ActionCode = NewType("ActionCode", str)
StreamName = NewType("StreamName", str)


@event
class Heard:
    """What another service told was taken in, in the bytes in which it was told."""

    producer: ServiceName
    event_id: UUID
    partition: int
    number: int
    told: bytes


@event(version=2)
class Accessed:
    """Somebody had sealed words opened; this was on record before any of them was."""

    actor: UUID
    action: ActionCode
    about: UUID | None
    stream: StreamName
    keys: tuple[UUID, ...]
    """The keys under which the words stood: one a person, an inspection or a programme."""
    glass: UUID | None = None
    """The glass that they broke to read it; None where they were assigned to it."""


@upcaster(Accessed, written_as=1)
def read_before_there_was_glass(body: Body) -> Body:
    """Nobody could break any."""
    return body | {"glass": None}


@dataclass(frozen=True, slots=True)
class Count:
    """How many of something a refusal was about: personal columns, partners, weeks."""

    of: CountName
    count: int


@event
class Refused:
    """Somebody was refused something whose refusal has to be accounted for."""

    actor: UUID
    command: CommandName
    code: RefusalCode
    about: UUID | None
    counts: tuple[Count, ...]
