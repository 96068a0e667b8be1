"""What takes part in a comparison: the few things that a contender can do, and the list of who does which work."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import NamedTuple, Protocol, TypeVar
from uuid import UUID

ENTRANTS = (
    "bench.ours",
    "bench.ours_audit",
    "bench.ours_http",
    "bench.ours_lag",
    "bench.ours_policy",
    "bench.ours_sealing",
    "bench.peer_psycopg",
    "bench.peer_eventsourcing",
    "bench.peer_projection",
    "bench.peer_flask",
    "bench.peer_aesgcm",
)
"""The modules that enter contenders, in the order of their turns; one that is not written yet is left out."""


@dataclass(frozen=True)
class Settings:
    """How things run beside the crew: the WSGI server ("gunicorn" or "waitress"), its processes, and their threads."""

    server: str = "gunicorn"
    workers: int = 2
    threads: int = 4


class Done(NamedTuple):
    """One command was done: how many of the workload's units, and since when it counts (perf_counter seconds)."""

    units: int = 1
    since: float | None = None


class Contender(Protocol):
    """One way to do a workload's commands, in a database of its own."""

    @property
    def name(self) -> str:
        """Say who it is: ours is ``ours``."""
        ...

    @property
    def libraries(self) -> Sequence[str]:
        """Name the distributions whose versions are told with the result."""
        ...

    def prepare(self, url: str, /) -> None:
        """Make what is needed in the empty database at this URL, and what is there to be read; once, not measured."""
        ...

    def beside(self, url: str, settings: Settings, /) -> AbstractContextManager[str]:
        """Run what has to run all the while (a sequencer, a web server); give the address that the crew connects to."""
        ...

    def connect(self, address: str, /) -> None:
        """Get ready to work; once in each process of the crew, not measured."""
        ...

    def command(self, stream: UUID, /) -> Done:
        """Do the workload's work once, about this stream; it is this call that is timed."""
        ...

    def close(self) -> None:
        """Let go of the connections, in the process that connected."""
        ...


contenders: dict[str, dict[str, Callable[[], Contender]]] = {}
"""Workload name → contender name → how to make one."""

Class = TypeVar("Class", bound=Callable[[], Contender])


def enters(*workloads: str) -> Callable[[Class], Class]:
    """Enter the decorated class, under its ``name``, in each of these workloads."""

    def enter(cls: Class) -> Class:
        for workload in workloads:
            contenders.setdefault(workload, {})[cls.name] = cls  # type: ignore[attr-defined]
        return cls

    return enter


def gather() -> dict[str, dict[str, Callable[[], Contender]]]:
    """Import all entrants, and give the list of who does which work."""
    for module in ENTRANTS:
        if find_spec(module) is not None:
            import_module(module)
    return contenders
