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
import services.demo.reporting
import services.demo.stories.diversion
import services.demo.stories.justice
import services.demo.stories.partnerships
import services.demo.stories.prisons
import services.demo.stories.throughcare
import services.demo.what_follows  # noqa: F401 - each act registers its scenes, in this order
from services.demo.stage import FIRST, Scene, Stage, Unexpected, stories
from shared.edges import logs
from shared.edges.access import Issuer
from shared.edges.settings import SERVICES

HOME = Path("var/demo")
ORIGIN = "demo.speir.local"
PORT = 8111
"""Where the demonstration serves while it runs, and where the command that it prints will serve it again."""


def rebuilt(stage: Stage) -> None:
    """Live equals rebuilt, for every read model of every service."""
    stage.settles()
    for service in SERVICES:
        stage.sees("auditor", f"/{service}/v1/read-models", lambda shown: all(each["equal"] for each in shown["items"]))
        stage.sees("auditor", f"/{service}/v1/history/{stage.id('inspection')}", lambda shown: shown["items"])


LAST = Scene("everything that is shown is rebuilt from the logs, and is the same", rebuilt)


IN_THEIR_ORDER = (
    "community-justice-partnerships",
    "throughcare",
    "diversion-from-prosecution",
    "justice-self-evaluation",
    "prison-based-social-work",
    FIRST,
)
"""All stories, as one clock that only goes forward can tell them."""


def demonstrate(url: str | None, issuer: Issuer | None, *methodologies: str) -> int:
    """Play every scene of some stories; returns the process's exit status."""
    out = Console(soft_wrap=True)
    if url is not None and issuer is not None:
        return play(Stage(url, issuer), out, *methodologies)
    logs.configure("demonstration", "ERROR")
    shutil.rmtree(HOME, ignore_errors=True)
    with own_instance(HOME, PORT) as stage:
        status = play(stage, out, *methodologies)
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


def play(stage: Stage, out: Console, *methodologies: str) -> int:
    """Play every scene of some stories, one after the other; 0 where all went as it should, else 1 at the first not."""
    told = {name: stage.another(name) for name in methodologies or (FIRST,)}
    scenes = [(on, each) for name, on in told.items() for each in (*stories[name], LAST)]
    out.print("DEMONSTRATION: nothing here is about a real person or service.", style="bold")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=out, disable=not out.is_terminal) as progress:
        bar = progress.add_task("", total=len(scenes))
        for number, (on, each) in enumerate(scenes, start=1):
            progress.update(bar, description=each.says)
            if not out.is_terminal:
                print(f"[{number:2}/{len(scenes)}] {each.says}", flush=True)  # noqa: T201 - plain lines where there is no terminal
            try:
                each.play(on)
            except (Unexpected, AssertionError) as wrong:
                out.print(f"It did not go as it should: {each.says}\n{wrong}", style="red", markup=False)
                return 1
            progress.advance(bar)
    for name, on in told.items():
        inspection, report = on.id("inspection"), on.id("report")
        out.print(f"{name}:", style="bold")
        out.print(f"  Report:    {on.url}/reporting/v1/reports/{report}/page", markup=False, soft_wrap=True)
        out.print(
            f"  Timetable: {on.url}/scheduling/v1/inspections/{inspection}/timetable", markup=False, soft_wrap=True
        )
        out.print(f"  History:   {on.url}/<service>/v1/history/{inspection} (as auditor)", markup=False, soft_wrap=True)
    out.print("live = rebuilt in all four services; this was a demonstration.", style="bold")
    return 0
