"""The picture of what the evidence rests on: nothing keeps anybody out, and nothing is fetched from elsewhere."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from uuid import uuid4

import pytest
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from shared.vocabulary.roles import AccessRole
from tests.evidence.test_evidence_over_http import Inspection, done
from tests.pages.browsing import looking, overflows

METHODS = ("document", "data", "literature", "record_reading", "survey", "interview", "focus_group", "observation")


@pytest.fixture
def inspection(browser: Browser, tmp_path: Path) -> Inspection:
    assert browser.is_connected()
    return Inspection(tmp_path)


@pytest.fixture
def address(inspection: Inspection) -> Iterator[str]:
    """The page, served on this machine."""
    server = make_server("127.0.0.1", 0, inspection.evidence.client.application, threaded=True)
    serving = Thread(target=server.serve_forever)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}/evidence/v1/inspections/{inspection.id}/matrix/page"
    server.shutdown()
    serving.join()
    server.server_close()


def weigh(inspection: Inspection, *methods: str) -> None:
    for method in methods:
        item = uuid4()
        done(inspection.register(item, method=method))
        done(inspection.link(item, articles=[3, 12], foundations=["voice"], wellbeing=["safe"]))


def token(inspection: Inspection) -> str:
    """Of somebody who is on the team."""
    actor = uuid4()
    inspection.evidence.joins(actor, AccessRole.INSPECTOR)
    return inspection.evidence.issuer.mint(actor, AccessRole.INSPECTOR, "speir")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("methods", [(), METHODS], ids=["empty", "full"])
def test_the_page_has_nothing_that_keeps_people_out(
    browser: Browser, inspection: Inspection, address: str, methods: tuple[str, ...], *, dark: bool
) -> None:
    weigh(inspection, *methods)
    with looking(browser, address, token=token(inspection), dark=dark) as looked:
        assert looked.violations == []
        assert looked.elsewhere == []
        assert looked.complaints == []
        assert looked.page.locator("h1").count() == 1
        assert looked.page.get_by_role("img").count() == bool(methods)
        assert looked.page.locator("circle").count() == len(methods)


def test_the_page_fits_a_telephone(browser: Browser, inspection: Inspection, address: str) -> None:
    weigh(inspection, *METHODS)
    with looking(browser, address, token=token(inspection), width=320) as looked:
        assert not overflows(looked.page)
        assert looked.violations == []
