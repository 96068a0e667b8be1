"""What a container asks of its own process: light, because it is asked every few seconds."""

import http.client
import os
import time
from pathlib import Path

HEARTBEAT = Path("/tmp/speir-worker")  # noqa: S108 - the one writable place of a read-only container; it says nothing  # nosec B108
OLDEST_S = 30.0
OK = 200


def web() -> bool:
    """Whether this container's web process is ready."""
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("SPEIR_PORT", "8000")), timeout=4)
    try:
        connection.request("GET", f"/{os.environ['SPEIR_SERVICE']}/health/ready")
        return connection.getresponse().status == OK
    except OSError:
        return False
    finally:
        connection.close()


def worker() -> bool:
    """Whether this container's worker has shown lately that it reaches its database."""
    try:
        return time.time() - HEARTBEAT.stat().st_mtime < OLDEST_S
    except OSError:
        return False


asked = {"web": web, "worker": worker}
