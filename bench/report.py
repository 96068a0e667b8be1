"""What is told of a run: one JSON line a contender, one a ratio, and every single latency in a file."""

import gzip
import json
import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.processes import Shift
from bench.workloads import Workload

RESULTS = Path(__file__).parent / "results"


@dataclass
class Record:
    """What one contender did in one workload: for each round, the shift of each process."""

    contender: str
    libraries: Sequence[str]
    postgres: dict[str, str]
    beside: dict[str, Any]
    """Settings of what ran beside it (the web server), where there is any."""
    rounds: list[list[Shift]] = field(default_factory=list)

    def latencies(self) -> list[float]:
        """Every command of every process and round, in milliseconds, ascending."""
        return sorted(each * 1e3 for shifts in self.rounds for shift in shifts for each in shift.latencies)

    def figures(self, measure: str) -> list[float]:
        """Give the figure that is compared, a round: ``per_second`` (units, all processes together) or ``p50_ms``."""
        if measure == "per_second":
            return [sum(shift.units / shift.seconds for shift in shifts) for shifts in self.rounds]
        return [
            percentile(sorted(each * 1e3 for shift in shifts for each in shift.latencies), 50) for shifts in self.rounds
        ]


def percentile(ascending: Sequence[float], percent: float) -> float:
    """Nearest rank: the smallest value that at least that share of all values does not exceed."""
    return ascending[max(0, -(-len(ascending) * percent // 100).__trunc__() - 1)] if ascending else float("nan")


def line(workload: Workload, record: Record, stamp: str) -> dict[str, Any]:
    """Tell of one contender, and write its raw samples."""
    latencies = record.latencies()
    per_second = record.figures("per_second")
    return {
        "workload": workload.name,
        "name": record.contender,
        "says": workload.says,
        "processes": workload.processes,
        "unit": workload.unit,
        "per_second": round(statistics.median(per_second), 1),
        "per_second_by_round": [round(each, 1) for each in per_second],
        **{f"p{percent}_ms": round(percentile(latencies, percent), 3) for percent in (50, 95, 99)},
        "commands": len(latencies),
        "samples": str(_samples(workload, record, stamp)),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in record.libraries},
        "postgres": record.postgres,
        **record.beside,
        "cpus": os.cpu_count(),
        "loadavg": os.getloadavg()[0],
    }


def ratio(workload: Workload, ours: Record, peer: Record) -> dict[str, Any]:
    """Compare neighbours: the median over the rounds of ours divided by the peer's in the same round."""
    pairs = list(zip(ours.figures(workload.measure), peer.figures(workload.measure), strict=True))
    by_round = [one / other for one, other in pairs]
    value, target = statistics.median(by_round), workload.targets.get(peer.contender)
    return {
        "ratio": f"{workload.name} {ours.contender}/{peer.contender}",
        "of": workload.measure,
        "value": round(value, 3),
        "by_round": [round(each, 3) for each in by_round],
        "target": target,
        "reached": None if target is None else value >= target,
    }


def ceilings(workload: Workload, ours: Record) -> list[dict[str, Any]]:
    """Say for each figure that has a ceiling, over all rounds, whether ours stayed below it."""
    told, latencies = [], ours.latencies()
    for figure, at_most in workload.ceilings.items():
        value = percentile(latencies, int(figure.removeprefix("p").removesuffix("_ms")))
        target = f"{workload.name} {ours.contender} {figure}"
        told.append({"target": target, "value": round(value, 3), "at_most": at_most, "reached": value < at_most})
    return told


def show(told: dict[str, Any]) -> None:
    """Print it as one line."""
    print(json.dumps(told), flush=True)  # noqa: T201 - the lines are the product


def _samples(workload: Workload, record: Record, stamp: str) -> Path:
    """Write round, process and milliseconds of every command."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / ".gitignore").write_text("*\n")
    path = RESULTS / f"{stamp}-{workload.name}-{record.contender}.csv.gz"
    with gzip.open(path, "wt") as file:
        file.write("round,process,milliseconds\n")
        for number, shifts in enumerate(record.rounds):
            for process, shift in enumerate(shifts):
                file.writelines(f"{number},{process},{each * 1e3:.4f}\n" for each in shift.latencies)
    return path.relative_to(Path(__file__).parent.parent)
