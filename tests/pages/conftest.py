"""One browser and one finished demonstration for all tests of pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from services.demo.run import own_instance
from services.demo.stage import Stage, scenes
from tests.pages.browsing import chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, without a window."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="session")
def played(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """An instance on which the demonstration was played to its end; not begun where there is no browser to look."""
    assert browser.is_connected()
    directory: Path = tmp_path_factory.mktemp("played")
    with own_instance(directory / "demo", 0) as stage:
        for each in scenes:
            each.play(stage)
        yield stage
