"""``python -m bench``: every contender of a workload in turn, round after round, in one run on one PostgreSQL."""

import argparse
import datetime as dt
import signal
import sys
from contextlib import ExitStack
from dataclasses import asdict

from bench import databases, report
from bench.contender import Settings, gather
from bench.processes import Crew
from bench.report import Record
from bench.workloads import Workload, workloads


def main() -> int:
    """Run what was asked for and print its lines; 1 if a target was not reached."""
    asked = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # as an exception, so that nothing is left running
    settings = Settings(asked.server, asked.workers, asked.threads)
    stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    reached = True
    with databases.postgres(asked.url) as server:
        for workload in _chosen(asked.names):
            records = _compare(workload, server, settings, seconds=asked.seconds, rounds=asked.rounds)
            for record in records:
                report.show(report.line(workload, record, stamp))
            reached &= _judged(workload, records)
    return 0 if reached else 1


def _compare(workload: Workload, server: str, settings: Settings, *, seconds: float, rounds: int) -> list[Record]:
    """Take turns, A B C A B C …: each has its database and its crew ready from the first round to the last."""
    teams: list[tuple[Record, Crew]] = []
    with ExitStack() as stack:
        for name, make in gather().get(workload.name, {}).items():
            contender = make()
            url = stack.enter_context(databases.database(server, f"{workload.name}_{name}"))
            contender.prepare(url)
            address = stack.enter_context(contender.beside(url, settings))
            crew = Crew(workload, make, address)
            stack.callback(crew.close)
            beside = {"server": asdict(settings)} if address != url else {}
            teams.append((Record(name, contender.libraries, databases.settings(url), beside), crew))
        for number in range(rounds):
            for record, crew in teams:
                _say(f"{workload.name}: round {number + 1} of {rounds}, {record.contender}")
                record.rounds.append(crew.round(seconds))
    return [record for record, _ in teams]


def _judged(workload: Workload, records: list[Record]) -> bool:
    """Print ours beside each peer, and beside its ceilings; True unless a target was missed."""
    mine = [record for record in records if record.contender == "ours"]
    peers = [record for record in records if record.contender != "ours"]
    if not mine:
        _say(f"{workload.name}: ours does not take part yet, so there is no ratio")
    told = [report.ratio(workload, ours, peer) for ours in mine for peer in peers]
    told += [each for ours in mine for each in report.ceilings(workload, ours)]
    for each in told:
        report.show(each)
    return all(each["reached"] is not False for each in told)


def _chosen(names: list[str]) -> list[Workload]:
    """Pick the workloads whose name is, or begins with, one of those given; all without any."""
    unknown = [name for name in names if not any(each.startswith(name) for each in workloads)]
    if unknown:
        sys.exit(f"there is no workload {', '.join(unknown)}; there are {', '.join(workloads)}")
    return [each for each in workloads.values() if not names or any(each.name.startswith(name) for name in names)]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", help=f"workloads, or how their names begin: {', '.join(workloads)}; default: all"
    )
    parser.add_argument("--seconds", type=float, default=4.0, help="of each round of each contender (default: 4)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each contender has its turn (default: 3)")
    parser.add_argument(
        "--url", help="a PostgreSQL whose user may create databases; default: SPEIR_TEST_POSTGRES_URL, else a container"
    )
    parser.add_argument(
        "--server", choices=("gunicorn", "waitress"), default="gunicorn", help="what serves HTTP, for all alike"
    )
    parser.add_argument("--workers", type=int, default=2, help="processes of that server (waitress has one)")
    parser.add_argument("--threads", type=int, default=4, help="threads of each of them")
    return parser.parse_args()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - progress, beside the lines


if __name__ == "__main__":
    sys.exit(main())
