"""A closed loop over HTTP: each process of the crew is a client on one keep-alive connection to a server of choice."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import ClassVar
from urllib.parse import urlsplit
from uuid import UUID

from bench.contender import Done, Settings

STARTING_SECONDS = 30


def _gunicorn(application: str, port: int, settings: Settings) -> list[str]:
    """Threads in several processes; each makes its own application, so no pool is forked."""
    workers = ("--worker-class", "gthread", "--workers", str(settings.workers), "--threads", str(settings.threads))
    return [
        "gunicorn",
        *workers,
        "--keep-alive",
        "600",
        "--log-level",
        "warning",
        "--bind",
        f"127.0.0.1:{port}",
        f"{application}()",
    ]


def _waitress(application: str, port: int, settings: Settings) -> list[str]:
    """One process; it gets as many threads as the others have in all."""
    return ["bench.serve_waitress", application, str(port), str(settings.workers * settings.threads)]


servers = {"gunicorn": _gunicorn, "waitress": _waitress}


class OverHttp:
    """What contenders over HTTP share; each says which application, with which environment, and what is posted."""

    name: ClassVar[str]
    libraries: Sequence[str] = ("flask", "gunicorn", "waitress")
    application: ClassVar[str]
    """``module:function`` that makes the WSGI application from the environment."""
    connection: http.client.HTTPConnection
    token: str

    def environment(self, url: str) -> dict[str, str]:
        """Say what the application's process is told, beside the environment of this one."""
        raise NotImplementedError

    def mint(self) -> str:
        """Give a bearer token that the application takes, good for longer than a run."""
        raise NotImplementedError

    def request(self, stream: UUID) -> tuple[str, bytes, dict[str, str]]:
        """Give path, JSON body and further headers of the POST that is the command on this stream."""
        raise NotImplementedError

    @contextmanager
    def beside(self, url: str, settings: Settings, /) -> Iterator[str]:
        """Serve the application on a free port of the loopback; the address carries the token in its fragment."""
        port = _free_port()
        command = [sys.executable, "-m", *servers[settings.server](self.application, port, settings)]
        environment = os.environ | self.environment(url)
        with subprocess.Popen(command, env=environment) as server:  # noqa: S603 - our own words
            try:
                _answers(server, port)
                yield f"http://127.0.0.1:{port}/#{self.mint()}"
            finally:
                server.terminate()

    def connect(self, address: str, /) -> None:
        """Open the connection that all this process's commands go over."""
        parts = urlsplit(address)
        self.token = parts.fragment
        self.connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        self.connection.connect()

    def command(self, stream: UUID, /) -> Done:
        """POST it and read the whole answer; anything but 201 ends the run."""
        path, body, headers = self.request(stream)
        common = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        self.connection.request("POST", path, body, common | headers)
        with self.connection.getresponse() as response:
            answer = response.read()
        if response.status != HTTPStatus.CREATED:
            message = f"{path} was answered with {response.status}: {answer[:300]!r}"
            raise RuntimeError(message)
        return Done()

    def close(self) -> None:
        """Hang up."""
        self.connection.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


def _answers(server: "subprocess.Popen[bytes]", port: int) -> None:
    """Wait until somebody listens there; no longer once the server has ended."""
    end = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    message = "the server did not come up; what it said is above"
    raise RuntimeError(message)
