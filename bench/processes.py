"""A crew: processes that start each round at the same moment and time every command they do."""

import multiprocessing as mp
import time
import traceback
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from uuid import UUID

from bench.contender import Contender
from bench.workloads import Workload, workloads

spawning = mp.get_context("spawn")
"""Fresh interpreters: a fork would share open connections."""


@dataclass(frozen=True)
class Shift:
    """What one process did in one round: units done, seconds it took, and each command's seconds."""

    units: int
    seconds: float
    latencies: "array[float]"


@dataclass(frozen=True)
class Place:
    """Where a process works: in which workload, for whom, connected to what, and which of the crew it is."""

    workload: str
    make: Callable[[], Contender]
    address: str
    number: int


@dataclass(frozen=True)
class Pace:
    """When commands fall due: seconds from the round's start to the first, and from each to the next."""

    first: float
    every: float

    @classmethod
    def of(cls, workload: Workload, number: int) -> "Pace | None":
        """Spread a crew's commands evenly, so that they do not come in bursts."""
        if workload.pace is None:
            return None
        every = 1 / workload.pace
        return cls(every * number / workload.processes, every)


class Crew:
    """The processes of one contender, kept between the rounds so that their connections and streams live on."""

    def __init__(self, workload: Workload, make: Callable[[], Contender], address: str) -> None:
        """Start them and wait until all are connected and warm."""
        self.contender = make().name
        barrier = spawning.Barrier(workload.processes)
        self._pipes: list[Connection] = []
        self._processes = []
        for number in range(workload.processes):
            here, there = spawning.Pipe()
            place = Place(workload.name, make, address, number)
            process = spawning.Process(target=_work, args=(place, there, barrier), daemon=True)
            process.start()
            there.close()
            self._pipes.append(here)
            self._processes.append(process)
        for pipe in self._pipes:
            self._hear(pipe)

    def round(self, seconds: float) -> list[Shift]:
        """Let all work for that long, from the same moment."""
        for pipe in self._pipes:
            pipe.send(seconds)
        return [self._hear(pipe) for pipe in self._pipes]

    def close(self) -> None:
        """Send everyone home; whoever does not go is ended."""
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.join(timeout=10)
            if process.is_alive():
                process.terminate()
                process.join()

    def _hear(self, pipe: Connection) -> Shift:
        try:
            heard = pipe.recv()
        except EOFError:
            heard = "a process ended without a word"
        if isinstance(heard, Shift):
            return heard
        self.close()
        message = f"{self.contender} could not go on: {heard}"
        raise RuntimeError(message)


def _work(place: Place, pipe: Connection, barrier: Barrier) -> None:
    """Run in a process of its own: connect, warm up, and then a shift for every number of seconds heard."""
    try:
        workload = workloads[place.workload]
        contender = place.make()
        contender.connect(place.address)
        streams = workload.streams(place.number)
        for stream in islice(streams, workload.warm_up):
            contender.command(stream)
        pipe.send(Shift(0, 0.0, array("d")))
        while True:
            seconds = pipe.recv()
            barrier.wait(timeout=60)
            pipe.send(_shift(contender, streams, seconds, Pace.of(workload, place.number)))
    except EOFError:
        contender.close()
    except Exception:  # noqa: BLE001 - whatever it is, the one who waits has to hear of it
        barrier.abort()
        pipe.send(traceback.format_exc())


def _shift(contender: Contender, streams: Iterator[UUID], seconds: float, pace: Pace | None) -> Shift:
    """Work until the time is over; a command in a pace counts from when it was due, however late it began."""
    clock, latencies, units = time.perf_counter, array("d"), 0
    began = clock()
    end = began + seconds
    due = began + pace.first if pace else began
    while (now := clock()) < end:
        if pace is not None:
            if due >= end:
                break
            time.sleep(max(0.0, due - now))
            now, due = due, due + pace.every
        done = contender.command(next(streams))
        latencies.append(clock() - (done.since or now))
        units += done.units
    return Shift(units, max(clock(), end) - began, latencies)
