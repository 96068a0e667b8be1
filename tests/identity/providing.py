"""A certified OpenID Connect provider, run by node on this machine, and a browser that fills in its forms."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import urljoin

import httpx
import pytest
from waitress import create_server

FIXTURE = Path(__file__).parent / "provider"
SYSTEM = ("planning-system", "system-4Kd8nWz1")
PAGES = ("speir", "pages-7Qx2mVt9")
STEPS_AT_MOST = 20


def installed() -> Path:
    """Where the provider stands with what its lock pins; installed once a lock, left out where there is no node."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI runs everything, and there is no node with npm")
        pytest.skip("no node: neither a URL in the environment nor node and npm on the machine")
    lock = (FIXTURE / "package-lock.json").read_bytes()
    place = Path(tempfile.gettempdir()) / f"speir-provider-{os.getuid()}-{hashlib.sha256(lock).hexdigest()[:16]}"
    if not place.exists():
        draft = Path(tempfile.mkdtemp(prefix="speir-provider-"))
        for name in ("package.json", "package-lock.json"):
            shutil.copy(FIXTURE / name, draft)
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=draft, check=True,  # noqa: S607
                       capture_output=True)  # fmt: skip
        try:
            draft.rename(place)
        except OSError:
            shutil.rmtree(draft)  # another run was quicker
    shutil.copy(FIXTURE / "provider.js", place)
    return place


@dataclass
class Providing:
    """The provider at work."""

    issuer: str
    said: IO[str]
    words: IO[str]

    def told(self, word: str) -> str:
        """Have it do something; returns the id of the key that it signs with from now on."""
        self.words.write(f"{word}\n")
        self.words.flush()
        return self.said.readline().strip()

    def for_system(self, audience: str) -> str:
        """An access token by client credentials, as another system gets one."""
        asked = {
            "grant_type": "client_credentials",
            "resource": f"https://speir.example/{audience}",
            "scope": "scheduling:list_programmes",
        }
        answer = httpx.post(f"{self.issuer}/token", data=asked, auth=SYSTEM, trust_env=False)
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["access_token"]
        return token


@contextmanager
def providing(algorithm: str, address: str = "http://127.0.0.1:9") -> Iterator[Providing]:
    """Run the provider; clients come back to ``address``."""
    told = {"alg": algorithm, "address": address, "services": ["evidence", "scheduling"]}
    environment = {**os.environ, "PROVIDER": json.dumps(told), "NO_COLOR": "1"}
    with subprocess.Popen(
        ["node", "provider.js"],  # noqa: S607 - whichever node there is
        cwd=installed(),
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Providing(process.stdout.readline().strip(), process.stdout, process.stdin)
        finally:
            process.kill()


@contextmanager
def serving_pages() -> Iterator[tuple[str, list[Any]]]:
    """An address on this machine, and a list whose one member, once it is put in, is the app that answers there."""
    apps: list[Any] = []

    def answer(environ: Any, start: Any) -> Any:
        return apps[0](environ, start)

    server = create_server(answer, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}", apps
    finally:
        server.close()
        thread.join(5)


class BrowserLike(httpx.Client):
    """Somebody at a browser: keeps cookies, follows redirections, and fills in whatever form the provider shows."""

    def __init__(self) -> None:
        super().__init__(trust_env=False, headers={"Accept": "text/html,application/xhtml+xml"}, timeout=20)
        self.seen: list[httpx.Response] = []

    def goes(self, url: str, account: str = "") -> httpx.Response:
        """Go somewhere, through redirections and forms, until a page is neither."""
        return self._through(self.get(url), account)

    def _through(self, answer: httpx.Response, account: str) -> httpx.Response:
        for _ in range(STEPS_AT_MOST):
            self.seen.append(answer)
            if answer.is_redirect:
                answer = self.get(urljoin(str(answer.url), answer.headers["Location"]))
            elif account and (form := the_form(answer.text)) and "/interaction/" in form[0]:
                action, fields = form
                filled = {name: value or account for name, value in fields.items()}
                answer = self.post(urljoin(str(answer.url), action), data=filled)
            else:
                return answer
        raise AssertionError([str(each.url) for each in self.seen])

    def leaves(self, answer: httpx.Response) -> httpx.Response:
        """Confirm at the provider that one wants to leave it."""
        action, fields = the_form(answer.text) or ("", {})
        return self.post(urljoin(str(answer.url), action), data={**fields, "logout": "yes"}, follow_redirects=True)


def the_form(page: str) -> tuple[str, dict[str, str]] | None:
    """The first form of a page of the provider's: where it goes, and its fields with their values."""
    found = re.search(r"<form[^>]*action=\"([^\"]+)\"[^>]*>(.*?)</form>", page, re.DOTALL)
    if found is None:
        return None
    inputs = [dict(re.findall(r"(\w+)=\"([^\"]*)\"", each)) for each in re.findall(r"<input[^>]*>", found[2])]
    return found[1], {each["name"]: each.get("value", "") for each in inputs if "name" in each}
