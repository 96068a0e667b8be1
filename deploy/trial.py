"""A deployment that lives as long as a trial: brought up, made to fall over in part, looked into, taken down."""  # noqa: INP001 - no package

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KILL = "import os, sys; os.kill(int(sys.argv[1]), 9)"
LAST_LINES = 40


class Failed(Exception):  # noqa: N818 - what the trial stops at
    """The trial did not go as it should."""


def say(words: str) -> None:
    """Tell whoever runs the trial how it goes."""
    print(words, flush=True)  # noqa: T201 - a program's output


def until(true: Callable[[], object], within_s: float, otherwise: str) -> None:
    """Wait until something is so; Failed, with what is not, after so many seconds."""
    end = time.monotonic() + within_s
    while not true():
        if time.monotonic() > end:
            raise Failed(otherwise)
        time.sleep(0.5)


@dataclass(frozen=True)
class Trial:
    """A project of docker-compose with its own secrets, image, port and volumes."""

    folder: Path
    port: int
    project: str = "speir-test"
    image: str = "speir:test"
    logs: dict[str, str] = field(default_factory=dict)
    """What containers that are gone had said."""

    @property
    def env_file(self) -> Path:
        """The file with its secrets."""
        return self.folder / "private.env"

    @cached_property
    def _compose(self) -> list[str]:
        """``docker-compose``, or the plugin ``docker compose``."""
        command = ["docker-compose"] if shutil.which("docker-compose") else ["docker", "compose"]
        return [*command, "-p", self.project, "--env-file", str(self.env_file)]

    @cached_property
    def _environment(self) -> dict[str, str]:
        # What the caller's shell says of another deployment would win over the env file.
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SPEIR_", "COMPOSE_"))}
        return kept | {"SPEIR_PORT": str(self.port), "SPEIR_IMAGE": self.image}

    def draw_secrets(self, origin: str) -> None:
        """Draw new secrets; nothing may be left of an earlier trial."""
        program = str(ROOT / "deploy" / "write_env.py")
        self.run(sys.executable, program, "--origin", origin, "--into", str(self.folder))

    def compose(self, *words: str, within_s: float = 300) -> str:
        """What docker-compose says; Failed where it fails."""
        return self.run(*self._compose, *words, within_s=within_s)

    def run(self, *words: str, within_s: float = 60) -> str:
        """What a command says; Failed, with the end of what it said, where it fails or takes too long."""
        try:
            done = subprocess.run(  # noqa: S603 - commands of this program's own
                words, cwd=ROOT, env=self._environment, text=True, capture_output=True, timeout=within_s, check=False
            )
        except subprocess.TimeoutExpired:
            message = f"{' '.join(words[:6])} … took more than {within_s:.0f} s"
            raise Failed(message) from None
        if done.returncode:
            said = "\n".join((done.stdout + done.stderr).splitlines()[-LAST_LINES:])
            message = f"{' '.join(words[:6])} … ended with {done.returncode}:\n{said}"
            raise Failed(message)
        return done.stdout

    def container(self, name: str) -> str:
        """The id of a container by its name in docker-compose.yml; Failed where there is none."""
        label = f"label=com.docker.compose.service={name}"
        if not (found := self.run("docker", "ps", "-aq", "--filter", self._ours, "--filter", label).split()):
            message = f"there is no container {name}"
            raise Failed(message)
        return found[0]

    @property
    def _ours(self) -> str:
        return f"label=com.docker.compose.project={self.project}"

    def states(self) -> dict[str, str]:
        """Each container's name and ``running healthy``, ``exited 0`` or whatever else it is."""
        shown = (
            '{{index .Config.Labels "com.docker.compose.service"}} {{.State.Status}} '
            "{{if .State.Running}}{{with .State.Health}}{{.Status}}{{end}}{{else}}{{.State.ExitCode}}{{end}}"
        )
        ids = self.run("docker", "ps", "-aq", "--filter", self._ours).split()
        lines = self.run("docker", "inspect", "--format", shown, *ids).splitlines() if ids else []
        return {name: state for name, _, state in (line.partition(" ") for line in lines)}

    def unwell(self) -> list[str]:
        """The containers that are not as they should be; all names where there is none."""
        return [
            name
            for name, state in self.states().items()
            if state != ("exited 0" if name.endswith("-migrate") else "running healthy")
        ]

    def is_well(self, within_s: float) -> None:
        """Wait until every container is healthy."""
        names = set(self.compose("config", "--services").split())
        until(
            lambda: self.states().keys() == names and not self.unwell(),
            within_s,
            f"not every container became healthy within {within_s:.0f} s",
        )

    def log_of(self, name: str) -> str:
        """All that a container has said."""
        return self.run("sh", "-c", f"docker logs {self.container(name)} 2>&1")

    def asks(self, database: str, query: str) -> list[str]:
        """The rows of a query to a service's log."""
        psql = ("psql", "-U", "postgres", "-At", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", query)
        return self.run("docker", "exec", self.container("postgres"), *psql).splitlines()

    def crashes(self, name: str) -> None:
        """A container's process is killed from outside, as the kernel would; its restart policy brings it back."""
        container = self.container(name)
        seen = self.run("docker", "inspect", "--format", "{{.State.Pid}} {{.RestartCount}}", container)
        pid, _, restarts = seen.strip().partition(" ")
        # `docker kill` would count as stopped by hand, and not be restarted.
        outside = ("--pid=host", "--user=0", "--network=none", "--entrypoint=python")
        self.run("docker", "run", "--rm", *outside, self.image, "-c", KILL, pid)
        back = ("docker", "inspect", "--format", "{{.State.Running}} {{.RestartCount}}", container)
        again = f"true {int(restarts) + 1}"
        until(lambda: self.run(*back).strip() == again, 30, f"{name} was not started again by itself")

    def broker_is_lost(self, away_s: float) -> None:
        """The broker dies, and after a while another takes its place that knows nothing of what the first kept."""
        broker = self.container("rabbitmq")
        self.run("docker", "kill", broker)
        time.sleep(away_s)
        self.logs["the first rabbitmq"] = self.log_of("rabbitmq")
        self.run("docker", "rm", "--force", broker)
        self.run("docker", "volume", "rm", f"{self.project}_broker")
        self.compose("up", "-d", "--no-deps", "rabbitmq")

    def last_lines(self) -> None:
        """Show the end of what unhealthy containers said, or of all where all are healthy."""
        for name in self.unwell() or self.states():
            said = "\n".join(self.log_of(name).splitlines()[-LAST_LINES:])
            say(f"--- {name}: {self.states()[name]}\n{said}")

    def is_taken_down(self) -> None:
        """Leave no container, volume, network, image or secret behind."""
        if self.env_file.exists():
            self.compose("down", "-v", "--remove-orphans", "--timeout", "5")
        subprocess.run(["docker", "image", "rm", self.image], capture_output=True, check=False)  # noqa: S603, S607
        shutil.rmtree(self.folder, ignore_errors=True)
