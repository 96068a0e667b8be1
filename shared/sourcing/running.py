"""A service at work: the one way anything changes, whether HTTP, the bus or the clock asks."""

import os
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID

import orjson
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from shared.aggregates import Aggregate, Look
from shared.errors import KeyReused, NotFound, Refused, StaleVersion, TooManyClashes
from shared.messages import Place, Sealed, event_type_of
from shared.sealing.keyring import Keyring
from shared.sealing.unlocking import OwnerErased
from shared.sourcing import clock, codec, due, facts, idempotency, tables
from shared.sourcing.event_log import EventLog, Recorded
from shared.sourcing.idempotency import RequestKey
from shared.sourcing.recording import derived_id, entry, nothing_to_seal, recorded
from shared.sourcing.service import Cause, Service
from shared.sourcing.store import Append, Clash, Entry
from shared.sourcing.telling import partition_of

ATTEMPTS = 5
ERASED_STREAMS = "erased"
"""``erased/<id>`` begins when somebody is erased: whatever is sealed for them is appended only while it has not."""

S = TypeVar("S")
Sign = Callable[[bytes], str]
Alongside = Callable[[Connection], None]
Judge = Callable[[Connection], None]
"""Raises a Refused where something may not be appended to what a transaction sees."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a command came to: the stream, its version now, and a signed receipt of every event."""

    body: dict[str, Any]
    replayed: bool = False

    @property
    def version(self) -> int:
        """The stream's version after the command."""
        version: int = self.body["version"]
        return version


@dataclass(frozen=True, slots=True)
class Read:
    """A stream as a decision saw it."""

    stream: str
    about: str
    state: Any
    version: int


class RunningService:
    """A service on its log, with its keyring; ``handle`` is the one way anything changes."""

    def __init__(self, service: Service, log: EventLog, keyring: Keyring, sign: Sign) -> None:
        """Bring a declaration to its log; ``sign`` makes receipts that the caller may keep as evidence."""
        self.service = service
        self.name = service.name
        self.log = log
        self.keyring = keyring
        self._sign = sign
        shown = {kind for model in service.read_models for kind in model.projections}
        self._noticed = shown | set(service.policies)
        """The kinds of fact that are shown or reacted to: appending any other is a statement by itself."""

    def close(self) -> None:
        """Let go of the log and of the keys."""
        self.log.close()
        self.keyring.close()

    def handle(
        self,
        command: Any,
        cause: Cause,
        *,
        expected: int | None = None,
        key: RequestKey | None = None,
        alongside: Alongside | None = None,
        command_id: str | None = None,
    ) -> Reply:
        """Read, decide, append, all or nothing.

        ``expected`` is the version that the caller saw (If-Match): raises StaleVersion where it is not that any more.
        Without it, decides again after a clash, five times in all, then raises TooManyClashes. ``key`` makes it answer
        once. ``alongside`` runs in the same transaction. A command with an id makes the same event ids each time.
        Raises the decision's Refused.
        """
        seed = key.key_hash if key else sha256(command_id.encode()).digest() if command_id else os.urandom(32)
        for _ in range(ATTEMPTS):
            try:
                return self._once(command, cause, expected, key, alongside, seed)
            except Clash:
                continue
            except Refused as refusal:
                if key is not None and (reply := self._answered(key)) is not None:
                    return reply
                if refusal.recorded:
                    self._record(refusal, command, cause)
                raise
            except IntegrityError:
                if key is not None and self._used_up(seed):
                    raise KeyReused from None
                raise
        raise TooManyClashes

    def _once(
        self,
        command: Any,
        cause: Cause,
        expected: int | None,
        key: RequestKey | None,
        alongside: Alongside | None,
        seed: bytes,
    ) -> Reply:
        aggregate, allowed = self.service.addressed(type(command))
        with self.log.reading() as tx:
            command = self._stamped(tx, command, cause)
            own = self._read(tx, aggregate, getattr(command, aggregate.by), str(getattr(command, aggregate.about, "")))
            if expected is not None and expected != own.version:
                raise StaleVersion(version=own.version)
            if own.version == 0 and not allowed.creates:
                raise NotFound
            looked = {name: self._look(tx, look, command, own.state) for name, look in allowed.looks.items()}
        states = {
            name: tuple(read.state for read in reads) if allowed.looks[name].many else reads[0].state
            for name, reads in looked.items()
        }
        decided = aggregate.decide(command, own.state, **states)
        owners: set[str] = set()
        entries = tuple(self._entry(fact, own, cause, seed, n, owners) for n, fact in enumerate(decided))
        try:
            return self._append(own, decided, _checks(own, entries, looked, owners), cause, key, alongside)
        except Clash:
            self._refuse_erased(owners)
            raise

    def _refuse_erased(self, owners: set[str]) -> None:
        with self.log.reading() as tx:
            if any(self.log.head(tx, name)[0] for owner in owners for name in _erased_streams(owner)):
                raise OwnerErased

    def _append(
        self,
        own: Read,
        decided: list[Any],
        batch: list[Append],
        cause: Cause,
        key: RequestKey | None,
        alongside: Alongside | None,
    ) -> Reply:
        entries = next(each.entries for each in batch if each.stream == own.stream)
        body = self._receipts(own, entries)
        if key is None and alongside is None and not any(type(fact) in self._noticed for fact in decided):
            if entries:
                self.log.append_alone(batch)
            return Reply(body)
        with self.log.writing() as tx:
            if key is not None and (given := idempotency.claim(self.log, tx, key, orjson.dumps(body))) is not None:
                return Reply(given, replayed=True)
            recorded_us = self.log.append(tx, batch) if entries else 0
            for n, (fact, entry) in enumerate(zip(decided, entries, strict=True), start=own.version + 1):
                self.taken_in(tx, recorded(entry, own.stream, own.about, n, recorded_us), fact, cause)
            if alongside is not None:
                alongside(tx)
        return Reply(body)

    def state_of(self, tx: Connection, aggregate: Aggregate[S], id_: Any) -> S:
        """What a stream's facts add up to by now; of one that was never begun, the initial state."""
        return aggregate.state(self.log.history(tx, aggregate.stream_of(id_)).facts)

    def taken_in(self, tx: Connection, event: Recorded, fact: Any, cause: Cause) -> None:
        """Show an event in the read models and make its reactions due, in the transaction that appends it."""
        for model in self.service.read_models:
            for change in model.changes(event, fact):
                model.apply(tx, event.stream, change)
        because = replace(cause, actor=None, role="service", causation=event.event_id)
        due.write(
            tx,
            due.reactions(self.service.policies, fact, event.event_id, event.about, event.recorded_us, because),
        )

    def _used_up(self, seed: bytes) -> bool:
        """Whether a key made events whose answer is no longer kept."""
        with self.log.reading() as tx:
            made = select(tables.event.c.id).where(tables.event.c.event_id == derived_id(seed + bytes(4)))
            return tx.execute(made).first() is not None

    def _answered(self, key: RequestKey) -> Reply | None:
        with self.log.reading() as tx:
            given = idempotency.answered(tx, key)
        return None if given is None else Reply(given, replayed=True)

    def _stamped(self, tx: Connection, command: Any, cause: Cause) -> Any:
        wanted = _stamped_members(type(command))  # type: ignore[arg-type]  # a class is hashable
        if not wanted:
            return command
        stamps: dict[str, Any] = {"actor": cause.actor}
        if wanted - {"actor"}:
            now = clock.now(self.log, tx)
            stamps |= {"now": now, "today": clock.day_of(now)}
        return replace(command, **{name: stamps[name] for name in wanted if getattr(command, name) is None})

    def _read(self, tx: Connection, aggregate: Aggregate[Any], id_: Any, about: str) -> Read:
        name = aggregate.stream_of(id_)
        history = self.log.history(tx, name)
        return Read(name, history.about or about or str(id_), aggregate.state(history.facts), history.version)

    def _look(self, tx: Connection, look: Look, command: Any, state: Any) -> list[Read]:
        return [self._read(tx, look.aggregate, id_, str(id_)) for id_ in look.ids(command, state)]

    def acted(self, command: Any) -> Any:
        """Do what belongs to a command before it is decided; returns it with what came of that."""
        deed = self.service.deeds.get(type(command))
        return command if deed is None else deed(self, command)

    def _entry(self, fact: Any, own: Read, cause: Cause, seed: bytes, n: int, owners: set[str]) -> Entry:
        kind = event_type_of(fact)
        event_id = derived_id(seed + n.to_bytes(4, "big"))
        partition = partition_of(own.about) if kind.published else None

        def seal(text: str, owner: str, path: str) -> Sealed:
            owners.add(owner)
            return self.keyring.seal(text, owner, Place(event_id, own.stream, kind.name, path))

        return entry(event_id, fact, cause, partition, seal)

    def _receipts(self, own: Read, entries: Sequence[Entry]) -> dict[str, Any]:
        receipts = [
            {"event_id": str(each.event_id), "version": version, "commitment": each.commitment.hex()}
            for version, each in enumerate(entries, start=own.version + 1)
        ]
        body = {
            "origin": self.log.origin,
            "stream": own.stream,
            "version": own.version + len(entries),
            "receipts": receipts,
        }
        return body | {"signature": self._sign(codec.canonical(body))}

    def _record(self, refusal: Refused, command: Any, cause: Cause) -> None:
        if cause.actor is None:
            return
        named = (getattr(command, "inspection_id", None), getattr(command, "programme_id", None))
        about = next((each for each in (*named, refusal.details.get("inspection_id")) if isinstance(each, UUID)), None)
        self.record_refusal(refusal, due.command_name(type(command)), cause, about)

    def record_refusal(self, refusal: Refused, asked: str, cause: Cause, about: UUID | None = None) -> None:
        """Append a refusal to its actor's own stream, in a transaction of its own."""
        actor = cause.actor or uuid.UUID(int=0)
        fact = facts.Refused(
            actor=actor,
            command=facts.CommandName(asked),
            code=facts.RefusalCode(refusal.code()),
            about=about,
            counts=tuple(
                facts.Count(facts.CountName(name), value)
                for name, value in sorted(refusal.details.items())
                if type(value) is int
            ),
        )
        self._account("refusals", actor, fact, cause)

    def record_access(self, fact: facts.Accessed, cause: Cause, judge: Judge | None = None) -> None:
        """Append, before anything is opened, who opens what and why, to their own stream; raises where it cannot.

        ``judge`` may refuse, knowing of every access of theirs before this one: where another comes in between, it is
        asked again.
        """
        self._account("accesses", fact.actor, fact, cause, judge)

    def _account(self, kept_as: str, actor: UUID, fact: Any, cause: Cause, judge: Judge | None = None) -> None:
        name, about = f"{kept_as}/{actor}", str(actor)
        while True:  # a clash means that another of theirs got in: one of those who clash always does
            with self.log.reading() as tx:
                version, _about = self.log.head(tx, name)
                if judge is not None:
                    judge(tx)
            made = entry(uuid.uuid4(), fact, cause, None, nothing_to_seal)
            try:
                with self.log.writing() as tx:
                    recorded_us = self.log.append(tx, [Append(name, about, version, (made,))])
                    self.taken_in(tx, recorded(made, name, about, version + 1, recorded_us), fact, cause)
            except Clash:
                continue
            return


def _checks(own: Read, entries: tuple[Entry, ...], looked: dict[str, list[Read]], owners: set[str]) -> list[Append]:
    """What has to hold still when it is appended: what was read, and that nobody was erased for whom it is sealed."""
    checks = {name: Append(name, name.partition("/")[2], 0) for owner in owners for name in _erased_streams(owner)}
    checks |= {
        read.stream: Append(read.stream, read.about, read.version) for reads in looked.values() for read in reads
    }
    checks[own.stream] = Append(own.stream, own.about, own.version, entries)
    return list(checks.values())


def _erased_streams(owner: str) -> list[str]:
    """The streams that would say that an owner (``person/<id>``) is erased, or whom it is within."""
    return [f"{ERASED_STREAMS}/{id_}" for id_ in owner.split("/")[1::2]]


@cache
def _stamped_members(command_type: type) -> frozenset[str]:
    return frozenset(member.name for member in fields(command_type) if member.metadata.get("stamped"))
