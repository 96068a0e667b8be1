"""Finding what is sealed: which fields of which events lie under which keys, and whose those are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select

from shared.erasure.purging import holds
from shared.errors import Refused
from shared.messages import Sealed, event_type_of
from shared.sealing.fields import FORMAT, parts_of
from shared.sourcing.event_log import EventLog, Recorded
from shared.sourcing.tables import event, stream
from shared.vocabulary.erasure import KeyOwner

PAGE = 500


@dataclass(frozen=True, slots=True)
class SealedField:
    """A sealed field where it stands, and under which key it lies."""

    event_id: UUID
    stream: str
    version: int
    about: str
    position: int | None
    path: str
    owner: KeyOwner
    key_id: UUID
    field: Sealed


def sealed_fields(recorded: Recorded) -> Iterator[SealedField]:
    """Every sealed field of an event; what this code cannot read has none that it knows of."""
    try:
        fact = recorded.fact
    except Refused:
        return
    for name, under in event_type_of(fact).sealed:
        token = getattr(fact, name)
        if isinstance(token, Sealed):
            owner = KeyOwner(f"{under.removesuffix('_id')}/{getattr(fact, under)}")
            where = (recorded.event_id, recorded.stream, recorded.version, recorded.about, recorded.position)
            yield SealedField(*where, name, owner, parts_of(token.token)[0], token)


def under_keys(log: EventLog, keys: Iterable[UUID]) -> list[SealedField]:
    """Every field that lies under one of these keys, wherever it stands: the database looks for the keys' names."""
    wanted = list(dict.fromkeys(keys))
    found: list[SealedField] = []
    with log.snapshot() as tx:
        for start in range(0, len(wanted), PAGE):
            some = frozenset(wanted[start : start + PAGE])
            for recorded in log.events_where(
                tx, or_(*(holds(tx, event.c.body, f"{FORMAT}.{key.hex}.") for key in some))
            ):
                found += [each for each in sealed_fields(recorded) if each.key_id in some]
    return found


def about(log: EventLog, subject: str) -> list[SealedField]:
    """Every sealed field of the events about one inspection or person."""
    with log.snapshot() as tx:
        here = event.c.stream.in_(select(stream.c.stream).where(stream.c.about == subject))
        return [each for recorded in log.events_where(tx, here) for each in sealed_fields(recorded)]


def only_about(log: EventLog, inspection: str) -> list[KeyOwner]:
    """Whose keys are used for this inspection and for nothing else in this log: its own, and people's."""
    here = about(log, inspection)
    elsewhere = {each.owner for each in under_keys(log, {each.key_id for each in here}) if each.about != inspection}
    return sorted({each.owner for each in here} - elsewhere)
