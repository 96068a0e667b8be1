"""Running the demonstration: its own instance or a deployment, a bar on a terminal, plain lines elsewhere."""

import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

import services.demo.gathering
import services.demo.planning
import services.demo.reporting  # noqa: F401 - each act registers its scenes, in this order
from services.demo.stage import Stage, Unexpected, scene, scenes
from shared.edges import logs
from shared.edges.access import Issuer
from shared.edges.settings import SERVICES

HOME = Path("var/demo")
ORIGIN = "demo.speir.local"
PORT = 8111
"""Where the demonstration serves while it runs, and where the command that it prints will serve it again."""


@scene("everything that is shown is rebuilt from the logs, and is the same")
def rebuilt(stage: Stage) -> None:
    """Live equals rebuilt, for every read model of every service."""
    stage.settles()
    for service in SERVICES:
        stage.sees("auditor", f"/{service}/v1/read-models", lambda shown: all(each["equal"] for each in shown["items"]))
        stage.sees("auditor", f"/{service}/v1/history/{stage.id('inspection')}", lambda shown: shown["items"])


def demonstrate(url: str | None, issuer: Issuer | None) -> int:
    """Play every scene; returns the process's exit status."""
    out = Console(soft_wrap=True)
    if url is not None and issuer is not None:
        return play(Stage(url, issuer), out)
    logs.configure("demonstration", "ERROR")
    shutil.rmtree(HOME, ignore_errors=True)
    with own_instance(HOME, PORT) as stage:
        status = play(stage, out)
        if status == 0 and sys.stdin.isatty():
            out.input("It goes on running until you press Enter. ")
    out.print(f"To read it later: speir up --directory {HOME} --origin {ORIGIN} --port {PORT}", markup=False)
    out.print(f"As an auditor:    speir token --directory {HOME} --role auditor", markup=False)
    return status


@contextmanager
def own_instance(directory: Path, port: int) -> Iterator[Stage]:
    """An embedded instance of the demonstration's own; port 0 is any that is free."""
    from waitress import create_server  # noqa: PLC0415 - only where the demonstration serves by itself

    from services.embedded import LOOPBACK, Embedded  # noqa: PLC0415 - loads all four services

    here = Embedded(directory, ORIGIN)
    server = create_server(here.app(), host=LOOPBACK, port=port, threads=8)
    threading.Thread(target=server.run, name="serves", daemon=True).start()
    stage = Stage(f"http://{LOOPBACK}:{server.effective_port}", here.identity.issuer)
    try:
        with here.working():
            yield stage
    finally:
        stage.close()
        server.close()
        here.close()


def play(stage: Stage, out: Console) -> int:
    """Play every scene; 0 where all went as it should, else 1 at the first that did not."""
    out.print("DEMONSTRATION: nothing here is about a real person or service.", style="bold")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=out, disable=not out.is_terminal) as progress:
        bar = progress.add_task("", total=len(scenes))
        for number, each in enumerate(scenes, start=1):
            progress.update(bar, description=each.says)
            if not out.is_terminal:
                print(f"[{number:2}/{len(scenes)}] {each.says}", flush=True)  # noqa: T201 - plain lines where there is no terminal
            try:
                each.play(stage)
            except (Unexpected, AssertionError) as wrong:
                out.print(f"It did not go as it should: {each.says}\n{wrong}", style="red", markup=False)
                return 1
            progress.advance(bar)
    inspection = stage.id("inspection")
    out.print(f"Report:    {stage.url}/reporting/v1/reports/{stage.id('report')}/page", markup=False, soft_wrap=True)
    out.print(f"Timetable: {stage.url}/scheduling/v1/inspections/{inspection}/timetable", markup=False, soft_wrap=True)
    out.print(f"History:   {stage.url}/<service>/v1/history/{inspection} (as auditor)", markup=False, soft_wrap=True)
    out.print("live = rebuilt in all four services; this was a demonstration.", style="bold")
    return 0
