"""Whatever a client sends, the servers and libraries around the services write none of it down, and leave no dump."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from shared.edges import logs
from shared.limits import HEADER_BYTES

ROOT = Path(__file__).parents[2]
CANARY = "canary-of-the-servers"
LIBRARIES = (
    "gunicorn.error", "gunicorn.access", "waitress", "waitress.queue", "werkzeug", "kombu", "kombu.connection", "amqp",
    "apscheduler.scheduler", "apscheduler.executors.default", "sqlalchemy.engine.Engine", "sqlalchemy.pool", "alembic",
    "psycopg", "httpx", "httpcore", "py.warnings", "flask.app", "concurrent.futures", "asyncio",
)  # fmt: skip
GUNICORN = ["-m", "gunicorn", "--worker-class", "gthread", "--no-control-socket", "--log-level", "debug",
            "--access-logfile", "-", "tests.shared.spoken:app()"]  # fmt: skip
WAITRESS = """
import sys
from waitress import serve
from tests.shared.spoken import app
serve(app(), host="127.0.0.1", port=int(sys.argv[1]), ident="")
"""
HOSTILE = (
    f"GET /{CANARY}?{CANARY} HTTP/1.1\r\nHost: {CANARY}\r\n\r\n",
    f"GET /scheduling/v1/programmes HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {CANARY}\r\n\r\n",
    f"GET /{CANARY * 2000} HTTP/1.1\r\nHost: localhost\r\n\r\n",
    f"GET / HTTP/1.1\r\nHost: localhost\r\nX-Large: {CANARY * (HEADER_BYTES // 10)}\r\n\r\n",
    f"GET / HTTP/1.1\r\nHost: localhost\r\n{CANARY} : broken\r\n\r\n",
    f"{CANARY} / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    f"GET / {CANARY}\r\n\r\n",
    f"{CANARY}\r\n\r\n",
    f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {CANARY}\r\n\r\n",
    f"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: {CANARY}\r\n\r\n",
    f"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n{CANARY}\r\n",
    f"GET /%0d%0a{CANARY}%1b[31m HTTP/1.1\r\nHost: localhost\r\nX-Request-ID: {CANARY}\r\n\r\n",
)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@contextmanager
def at_work(server: str, home: Path, said: Path) -> Iterator[int]:
    port = free_port()
    command = [*GUNICORN, "--bind", f"127.0.0.1:{port}"] if server == "gunicorn" else ["-c", WAITRESS, str(port)]
    environment = os.environ | {"SPOKEN_HOME": str(home), "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "default"}
    with said.open("wb") as everything:
        process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment, stdout=everything,
                                   stderr=everything, start_new_session=True)  # fmt: skip
        try:
            while not answers(port, b"GET /scheduling/health/live HTTP/1.0\r\nHost: localhost\r\n\r\n"):
                assert process.poll() is None, said.read_text()
            yield port
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()


def answers(port: int, sent: bytes) -> bytes:
    got = b""
    try:
        with socket.create_connection(("127.0.0.1", port), 5) as wire:
            wire.sendall(sent)
            wire.shutdown(socket.SHUT_WR)
            while part := wire.recv(65536):
                got += part
    except OSError:
        return got
    return got


@pytest.mark.parametrize("server", ["gunicorn", "waitress"])
def test_a_server_writes_down_nothing_of_what_it_was_sent(server: str, tmp_path: Path):
    said = tmp_path / "said"
    with at_work(server, tmp_path / "home", said) as port:
        got = [answers(port, each.encode()) for each in HOSTILE]
    assert all(each.startswith(b"HTTP/1.") for each in got), "each is answered"
    assert not any(b" 50" in each[:14] and b" 501" not in each[:14] for each in got), "and nothing fails"
    text = said.read_text("utf-8")
    assert CANARY not in text
    assert "request.turned_away" in text
    own = [line for line in text.splitlines() if line.startswith("{")]
    assert all(json.loads(line) for line in own)
    assert "\x1b" not in text


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_library_speaks_and_its_words_are_left_out(name: str):
    script = (
        "import logging, sys\nfrom shared.edges import logs\nlogs.configure('t', 'DEBUG')\n"
        f"speaker = logging.getLogger({name!r})\n"
        f"speaker.critical('said %s', {CANARY!r}, extra={{'more': {CANARY!r}}})\n"
        f"try:\n    raise ValueError({CANARY!r})\nexcept ValueError:\n    speaker.exception({CANARY!r})\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert CANARY not in ran.stdout + ran.stderr
    assert [json.loads(line)["event"] for line in ran.stdout.splitlines()] == [logs.LIBRARY] * 2


def test_a_warning_is_noted_without_its_words():
    script = f"import warnings\nfrom shared.edges import logs\nlogs.configure('t')\nwarnings.warn({CANARY!r})\n"
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert CANARY not in ran.stdout + ran.stderr
    assert json.loads(ran.stdout)["logger"] == "py.warnings"


DUMPABLE = """
import ctypes, json, resource, sys
from shared.edges import memory
kept = memory.stays_here()
print(json.dumps([kept, resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has this switch")
def test_a_process_that_holds_keys_leaves_no_dump_and_cannot_be_looked_into():
    ran = subprocess.run([sys.executable, "-c", DUMPABLE], cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout) == [True, [0, 0], 0]


def test_every_process_that_is_started_for_good_keeps_its_memory_to_itself():
    for path in ("services/command.py", "services/deployed.py"):
        text = (ROOT / path).read_text("utf-8")
        assert text.count("memory.stays_here()") == text.count("logs.configure("), "where one is, the other is"


def test_no_process_is_called_by_anything_but_its_program():
    assert 'name = "setproctitle"' not in (ROOT / "uv.lock").read_text("utf-8")
