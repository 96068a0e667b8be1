"""A browser that looks at one page at a time and tells what is wrong with it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

AXE = (Path(__file__).parent / "axe.min.js").read_text(encoding="utf-8")
"""axe-core 4.14.1, MPL 2.0 (axe.LICENSE)."""
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""A browser that asks nobody for anything but the page; without a sandbox, as tests may run as root in a container."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium; left out where there is none, and not in CI."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI runs everything, and there is no Chromium")
        pytest.skip("no Chromium: neither a URL in the environment nor a browser on the machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(QUIET))
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Looked:
    """What a look at a page found."""

    page: Page
    violations: list[str]
    elsewhere: list[str] = field(default_factory=list)
    """Addresses on other hosts that the page asked for."""
    complaints: list[str] = field(default_factory=list)
    """What the browser wrote to its console: a policy that blocks something, a script that fails."""


@contextmanager
def looking(
    browser: Browser, url: str, *, width: int = 1280, dark: bool = False, token: str | None = None
) -> Iterator[Looked]:
    """Open a page as somebody would, on a screen of that width (320 CSS pixels is the narrowest by WCAG 1.4.10)."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if dark else "light",
        bypass_csp=True,  # for axe alone, which is brought in from here; the policy itself is tested over REST
        extra_http_headers={"Authorization": f"Bearer {token}"} if token else {},
    )
    page = context.new_page()
    looked = Looked(page, [])
    host = urlsplit(url).netloc
    page.on(
        "request",
        lambda asked: None if urlsplit(asked.url).netloc in (host, "") else looked.elsewhere.append(asked.url),
    )
    page.on("console", lambda said: looked.complaints.append(said.text) if said.type == "error" else None)
    try:
        answer = page.goto(url)
        assert answer is not None
        assert answer.ok, f"{answer.status} for {url}"
        page.evaluate(AXE)
        found = page.evaluate("() => axe.run()")
        looked.violations += [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found["violations"]]
        yield looked
    finally:
        context.close()


def overflows(page: Page) -> bool:
    """Whether somebody would have to scroll sideways."""
    wider: bool = page.evaluate("() => document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return wider
