"""The work that is compared: which streams, by how many processes, counted in what, with which ratio to reach."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import repeat
from random import Random
from uuid import UUID

OPEN_STREAMS = 50
"""How many streams a process works on at any moment; they are private to it, so nobody clashes."""
COMMANDS_A_STREAM = 20
"""After that many commands (two events each) a stream is left and a new one begins in its place."""
LONG_STREAM = UUID("00000000-0000-4000-8000-000000005000")
LONG_STREAM_EVENTS = 5_000
LOG_EVENTS = 20_000
"""How many events the log has that is read in order."""
PAGE = 1_000
"""Events read in one go from the log."""
FIELDS = 1_000
"""Fields sealed or opened in one go."""
DECISIONS = 1_000
"""Decisions in one go."""
WORDS = "What somebody said of the help that they were given, in a line."
"""What is sealed: 64 bytes once it is padded."""


def warm_up() -> int:
    """How many commands bring a process's open streams to a steady mix of ages (0 to 19 commands)."""
    return sum(_age(slot) for slot in range(OPEN_STREAMS))


def streams(process: int) -> Iterator[UUID]:
    """Choose without end; the first ``warm_up()`` only age the streams, so that slow and fast meet equal lengths."""
    chance = Random(process)  # noqa: S311 - nothing is secret here, and it has to be the same for all
    pool = [_fresh(chance) for _ in range(OPEN_STREAMS)]
    ages = [_age(slot) for slot in range(OPEN_STREAMS)]
    for slot, age in enumerate(ages):
        yield from repeat(pool[slot], age)
    while True:
        slot = chance.randrange(OPEN_STREAMS)
        if ages[slot] == COMMANDS_A_STREAM:
            pool[slot], ages[slot] = _fresh(chance), 0
        ages[slot] += 1
        yield pool[slot]


def long_stream(_process: int) -> Iterator[UUID]:
    """Choose always the one long stream."""
    return repeat(LONG_STREAM)


def _age(slot: int) -> int:
    return slot * COMMANDS_A_STREAM // OPEN_STREAMS


def _fresh(chance: Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)


@dataclass(frozen=True)
class Workload:
    """One comparison."""

    name: str
    says: str
    processes: int = 1
    unit: str = "commands"
    streams: Callable[[int], Iterator[UUID]] = streams
    warm_up: int = field(default_factory=warm_up)
    """Commands that each process does first, not measured."""
    pace: float | None = None
    """Commands a second and process that fall due, the last one done or not; None: each as soon as the last is done."""
    measure: str = "per_second"
    """The figure whose ratio is told: ``per_second`` (more is better) or ``p50_ms`` (less is better)."""
    targets: Mapping[str, float] = field(default_factory=dict)
    """Peer → the ratio ours/peer to reach."""
    ceilings: Mapping[str, float] = field(default_factory=dict)
    """Figure of the line → what ours stays below."""


DECIDING_CEILINGS = {"p50_ms": 50.0}
"""Of a thousand decisions: 50 µs each."""
SEALING_CEILINGS = {"p50_ms": 20.0}
"""Of a thousand fields: 20 µs each."""
LAG_CEILINGS = {"p50_ms": 80.0, "p99_ms": 250.0}
READ_DECIDE_APPEND = "read the stream, decide, append 2 events"
workloads: dict[str, Workload] = {
    each.name: each
    for each in (
        Workload("append-1", READ_DECIDE_APPEND),
        Workload("append-8", READ_DECIDE_APPEND, processes=8, targets={"eventsourcing": 2.5, "psycopg": 0.4}),
        Workload(
            "fold",
            f"fold a stream of {LONG_STREAM_EVENTS} events",
            unit="folds",
            streams=long_stream,
            warm_up=2,
            targets={"eventsourcing": 5.0},
        ),
        Workload(
            "read",
            f"read the log in order, {PAGE} events a page, each decoded",
            unit="events",
            streams=long_stream,
            warm_up=5,
        ),
        Workload(
            "verify",
            f"verify a log of {LOG_EVENTS} events: each read and hashed anew; the bare peer hashes the same bytes",
            unit="events",
            streams=long_stream,
            warm_up=1,
        ),
        Workload(
            "lag-1",
            "commit to another service's read model, 1/s",
            warm_up=5,
            pace=1.0,
            measure="p50_ms",
            ceilings=LAG_CEILINGS,
        ),
        Workload(
            "lag-50",
            "commit to another service's read model, 50/s",
            processes=5,
            warm_up=5,
            pace=10.0,
            measure="p50_ms",
            ceilings=LAG_CEILINGS,
        ),
        Workload(
            "http",
            "a command over HTTP, 8 keep-alive clients; the bare peer checks the token and inserts a row",
            processes=8,
            targets={"flask": 0.25},
        ),
        Workload(
            "deciding",
            f"look up a row and decide, {DECISIONS} times",
            unit="decisions",
            streams=long_stream,
            warm_up=5,
            ceilings=DECIDING_CEILINGS,
        ),
        Workload(
            "guarded",
            "judge a command, seal its words and append; the bare one is neither judged nor sealed",
            processes=2,
            targets={"bare": 0.7},
        ),
        Workload(
            "sealing-seal",
            f"seal {FIELDS} fields under keys in memory; the bare peer only encrypts",
            unit="fields",
            streams=long_stream,
            warm_up=5,
            ceilings=SEALING_CEILINGS,
        ),
        Workload(
            "sealing-open",
            f"open {FIELDS} fields under a key in memory; the bare peer only decrypts",
            unit="fields",
            streams=long_stream,
            warm_up=5,
            ceilings=SEALING_CEILINGS,
        ),
    )
}
