"""The deployed form is brought up on its own and driven while parts of it fall over; then nothing may be missing."""  # noqa: INP001 - run by its path

import argparse
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from deploy.afterwards import Afterwards
from deploy.trial import ROOT, Failed, Trial, say

ORIGIN = "demo.speir.local"
"""Only a log of such a name lets its clock be moved, which the demonstration does."""
READY_S, DRIVE_S, AGAIN_S = 180.0, 600.0, 120.0
"""How long coming up, the demonstration, and getting well again may take at most, in seconds."""
BROKER_AWAY_S = 10.0

step = re.compile(r"\[ *(\d+)/(\d+)\] ")

Fall = Callable[[Trial], None]

falls: tuple[tuple[float, str, Fall], ...] = (
    (1 / 3, "the broker is lost with all that it kept", lambda trial: trial.broker_is_lost(BROKER_AWAY_S)),
    (1 / 3, "participation's worker crashes", lambda trial: trial.crashes("participation-worker")),
    (1 / 2, "evidence's worker crashes", lambda trial: trial.crashes("evidence-worker")),
    (2 / 3, "reporting's web process crashes", lambda trial: trial.crashes("reporting-web")),
    (3 / 4, "the database of all four logs crashes", lambda trial: trial.crashes("postgres")),
)
"""What happens once so much of the demonstration has begun."""


def main() -> None:
    """Bring up, drive, look, and take down whatever happened; the exit status says whether all held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=18080, help="where the gateway listens on 127.0.0.1")
    trial = Trial(ROOT / "var" / "compose-test", parser.parse_args().port)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    began = time.monotonic()
    try:
        trial.is_taken_down()
        trial.draw_secrets(ORIGIN)
        summary = tried(trial)
    except Failed as failed:
        say(f"compose-test FAILED: {failed}")
        trial.last_lines()
        sys.exit(1)
    finally:
        trial.is_taken_down()
    say(f"compose-test passed in {time.monotonic() - began:.0f} s: {summary}")


def tried(trial: Trial) -> str:
    """The whole trial; returns what was seen, and raises Failed."""
    say("builds the image")
    trial.compose("build", "scheduling-migrate", within_s=600)
    say("brings everything up")
    trial.compose("up", "-d", within_s=READY_S)
    trial.is_well(READY_S)
    steps = driven(trial)
    trial.is_well(AGAIN_S)
    say("looks for what is missing")
    afterwards = Afterwards(trial)
    if problems := afterwards.problems():
        raise Failed("\n".join(problems))
    seen = ", ".join(f"{count} {what}" for what, count in afterwards.counts.items())
    return f"{steps} steps, {len(falls)} falls, {seen}"


def driven(trial: Trial) -> int:
    """Play the demonstration, and let things fall over on the way; returns its number of steps."""
    command = [sys.executable, "-m", "services", "demo", "--type", "all", "--url", f"http://127.0.0.1:{trial.port}"]
    with ThreadPoolExecutor(len(falls)) as others:
        demonstration = subprocess.Popen(  # noqa: S603 - the project's own command
            [*command, "--env-file", str(trial.env_file)],
            cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        watch = threading.Timer(DRIVE_S, demonstration.kill)
        watch.start()
        try:
            steps, fallen = followed(demonstration, lambda fall: others.submit(fall, trial))
            if demonstration.wait() or len(fallen) < len(falls):
                message = f"the demonstration ended with {demonstration.returncode} after {steps} steps"
                raise Failed(message)
        finally:
            watch.cancel()
            demonstration.kill()
            demonstration.wait()
        for fall in fallen:
            fall.result()
    return steps


def followed(
    demonstration: "subprocess.Popen[str]", begin: Callable[[Fall], "Future[None]"]
) -> tuple[int, list["Future[None]"]]:
    """Read the demonstration's lines and begin what is to happen meanwhile; returns its last step and all begun."""
    steps, fallen = 0, list["Future[None]"]()
    for line in demonstration.stdout or ():
        say(f"  {line.rstrip()}")
        if (found := step.match(line)) is None:
            continue
        steps, total = int(found[1]), int(found[2])
        while len(fallen) < len(falls) and steps >= falls[len(fallen)][0] * total:
            say(f"  !! {falls[len(fallen)][1]}")
            fallen.append(begin(falls[len(fallen)][2]))
    return steps, fallen


if __name__ == "__main__":
    main()
