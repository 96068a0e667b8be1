"""A kitchen that tells and a pantry that hears: a contract and two services of the tests' own."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeVar, dataclass_transform
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Uuid

from shared.aggregates import Aggregate
from shared.errors import Refused
from shared.messages import Confidential, Words, command, event, sealed
from shared.sourcing.event_log import Recorded
from shared.sourcing.read_models import Put, ReadModel, Set
from shared.sourcing.service import Later, Policies, Service

T = TypeVar("T")

CONTRACT = "shared.contracts.kitchen"
FAR = datetime(2999, 1, 1, tzinfo=UTC)
UNLUCKY = 13


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def published(cls: type[T]) -> type[T]:
    """Declare a fact as if it stood in the kitchen's contract, which makes it a published one."""
    cls.__module__ = CONTRACT
    return event(cls)


@published
class LoafBaked:
    """A loaf came out of the oven."""

    tray_id: UUID
    loaf: int
    best_before: datetime


@published
class LoafSliced:
    """A loaf was sliced."""

    tray_id: UUID
    loaf: int


@event
class RecipeTried:
    """Something was tried that stays in the kitchen."""

    tray_id: UUID
    note: Confidential | None = sealed(under="tray_id")


@command
class Bake:
    """Bake some loaves on a tray, an event each."""

    tray_id: UUID
    loaves: int = 1
    best_before: datetime = FAR


@command
class Slice:
    """Slice a loaf."""

    tray_id: UUID
    loaf: int


@command
class TryRecipe:
    """Try something and write it down."""

    tray_id: UUID
    note: Words | None = None


def baked(state: int, fact: LoafBaked | LoafSliced | RecipeTried) -> int:
    """How many loaves a tray has."""
    return state + isinstance(fact, LoafBaked)


tray = Aggregate("tray", by="tray_id", about="tray_id", initial=0, evolve=baked)


@tray.decides(creates=True)
def bake(command: Bake, state: int) -> Iterator[LoafBaked]:
    """Loaves are counted from 1."""
    for n in range(state + 1, state + command.loaves + 1):
        yield LoafBaked(tray_id=command.tray_id, loaf=n, best_before=command.best_before)


@tray.decides()
def slice_(command: Slice, _state: int) -> Iterator[LoafSliced]:
    """Any loaf may be sliced."""
    yield LoafSliced(tray_id=command.tray_id, loaf=command.loaf)


@tray.decides(creates=True)
def try_recipe(command: TryRecipe, _state: int) -> Iterator[RecipeTried]:
    """Nobody else hears of it."""
    yield RecipeTried(tray_id=command.tray_id, note=command.note)


kitchen = Service(name="kitchen", aggregates=(tray,))


@event
class LoafStored:
    """A loaf was put on the pantry's shelf."""

    tray_id: UUID
    loaf: int


@event
class LoavesThrownAway:
    """A tray's loaves were too old."""

    tray_id: UUID


@command
class StoreLoaf:
    """Put a loaf on the shelf."""

    tray_id: UUID
    loaf: int


@command
class ThrowAway:
    """Throw a tray's loaves away."""

    tray_id: UUID


class LoafUnlucky(Refused):
    """Nobody wants the thirteenth loaf."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the pantry has of one tray."""

    stored: int = 0
    thrown_away: bool = False


def kept(state: Shelf, fact: LoafStored | LoavesThrownAway) -> Shelf:
    """Add a fact up."""
    return replace(state, thrown_away=True) if isinstance(fact, LoavesThrownAway) else Shelf(state.stored + 1)


shelf = Aggregate("shelf", by="tray_id", about="tray_id", initial=Shelf(), evolve=kept)


@shelf.decides(creates=True)
def store_loaf(command: StoreLoaf, _state: Shelf) -> Iterator[LoafStored]:
    """There is room for all but the thirteenth."""
    if command.loaf == UNLUCKY:
        raise LoafUnlucky(loaf=command.loaf)
    yield LoafStored(tray_id=command.tray_id, loaf=command.loaf)


@shelf.decides()
def throw_away(command: ThrowAway, _state: Shelf) -> Iterator[LoavesThrownAway]:
    """What is not on the shelf cannot be thrown away."""
    yield LoavesThrownAway(tray_id=command.tray_id)


loaves = ReadModel(
    "loaves_heard_of",
    Column("loaf", BigInteger, primary_key=True),
    Column("tray_id", Uuid, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("sliced", Boolean),
)
stored = ReadModel("loaves_stored", Column("loaf", BigInteger, primary_key=True), Column("version", BigInteger))


@loaves.on
def loaf_baked(fact: LoafBaked, recorded: Recorded) -> Put:
    """A row a loaf, with the version in the pantry's own log."""
    return loaves.put(loaf=fact.loaf, tray_id=fact.tray_id, version=recorded.version, sliced=False)


@loaves.on
def loaf_sliced(fact: LoafSliced) -> Set:
    """The row of that loaf."""
    return loaves.set({"loaf": fact.loaf}, sliced=True)


@stored.on
def loaf_stored(fact: LoafStored, recorded: Recorded) -> Put:
    """A row a loaf on the shelf."""
    return stored.put(loaf=fact.loaf, version=recorded.version)


policies = Policies()


@policies.whenever
def a_loaf_is_baked(fact: LoafBaked) -> Iterator[StoreLoaf | Later]:
    """Whatever is baked is stored, and a tray is thrown away when its first loaf is too old."""
    yield StoreLoaf(tray_id=fact.tray_id, loaf=fact.loaf)
    if fact.loaf == 1:
        yield Later(ThrowAway(tray_id=fact.tray_id), fact.best_before)


pantry = Service(
    name="pantry", aggregates=(shelf,), read_models=(loaves, stored), policies=policies, hears=("kitchen",)
)
