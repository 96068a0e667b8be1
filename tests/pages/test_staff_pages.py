"""What the team reads: the matrix of evidence and the chain behind a report, with nothing that keeps anybody out."""

import pytest
from playwright.sync_api import Browser

from services.demo.stage import Stage
from shared.edges.access import EVERY_SERVICE
from shared.vocabulary.roles import AccessRole
from tests.pages.browsing import looking, overflows

PAGES = {
    "matrix": "/evidence/v1/inspections/{inspection}/matrix/page",
    "chain": "/reporting/v1/reports/{report}/evidence/page?purpose=inspect",
}


def address(stage: Stage, name: str) -> str:
    return stage.url + PAGES[name].format(inspection=stage.id("inspection"), report=stage.id("report"))


def token(stage: Stage) -> str:
    return stage.issuer.mint(stage.actor("inspector"), AccessRole.INSPECTOR, EVERY_SERVICE)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_for_the_team_keeps_nobody_out(browser: Browser, played: Stage, name: str, *, dark: bool) -> None:
    with looking(browser, address(played, name), dark=dark, token=token(played)) as looked:
        assert looked.violations == []
        assert looked.elsewhere == []
        assert looked.complaints == []
        assert looked.page.locator("h1").count() == 1


@pytest.mark.parametrize("name", PAGES)
def test_a_page_for_the_team_fits_a_telephone(browser: Browser, played: Stage, name: str) -> None:
    with looking(browser, address(played, name), width=320, token=token(played)) as looked:
        assert not overflows(looked.page)


def test_the_matrix_shows_a_picture_and_the_same_in_numbers(browser: Browser, played: Stage) -> None:
    with looking(browser, address(played, "matrix"), token=token(played)) as looked:
        assert looked.page.locator("svg circle").count() > 0
        assert looked.page.get_by_role("img", name="Indicators and methods").count() == 1
        assert looked.page.locator("table").first.locator("tbody tr").count() == 4
