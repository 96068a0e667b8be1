"""What staff read: the matrix, the chain behind a report, somebody's bundle, with nothing that keeps anybody out."""

import pytest
from playwright.sync_api import Browser

from services.demo.stage import Stage
from shared.edges.access import EVERY_SERVICE
from shared.vocabulary.roles import AccessRole
from tests.pages.browsing import looking, overflows

PAGES = {
    "matrix": "/evidence/v1/inspections/{inspection}/matrix/page",
    "chain": "/reporting/v1/reports/{report}/evidence/page?purpose=inspect",
    "asking": "/reporting/v1/reports/{report}/evidence/page",
    "bundle": "/scheduling/v1/subjects/{inspector}/bundle/page?purpose=erase",
}
AS = {"bundle": AccessRole.DATA_PROTECTION_OFFICER}


def address(stage: Stage, name: str) -> str:
    ids = {what: stage.id(what) for what in ("inspection", "report")}
    return stage.url + PAGES[name].format(**ids, inspector=stage.actor("inspector"))


def token(stage: Stage, name: str = "matrix") -> str:
    return stage.issuer.mint(stage.actor("inspector"), AS.get(name, AccessRole.INSPECTOR), EVERY_SERVICE)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_for_the_team_keeps_nobody_out(browser: Browser, played: Stage, name: str, *, dark: bool) -> None:
    with looking(browser, address(played, name), dark=dark, token=token(played, name)) as looked:
        assert looked.violations == []
        assert looked.elsewhere == []
        assert looked.complaints == []
        assert looked.page.locator("h1").count() == 1


@pytest.mark.parametrize("name", PAGES)
def test_a_page_for_the_team_fits_a_telephone(browser: Browser, played: Stage, name: str) -> None:
    with looking(browser, address(played, name), width=320, token=token(played, name)) as looked:
        assert not overflows(looked.page)


def test_the_matrix_shows_a_picture_and_the_same_in_numbers(browser: Browser, played: Stage) -> None:
    with looking(browser, address(played, "matrix"), token=token(played)) as looked:
        assert looked.page.locator("svg circle").count() > 0
        assert looked.page.get_by_role("img", name="Indicators and methods").count() == 1
        assert looked.page.locator("table").first.locator("tbody tr").count() == 4


def test_a_page_with_words_in_it_asks_what_for_and_then_opens(browser: Browser, played: Stage) -> None:
    with looking(browser, address(played, "asking"), token=token(played)) as looked:
        assert looked.page.get_by_role("radio").count() == 1
        looked.page.keyboard.press("Tab")
        looked.page.keyboard.press("Space")
        looked.page.keyboard.press("Enter")
        looked.page.wait_for_url("**?purpose=inspect")
        assert looked.page.locator("h1").inner_text() != "What do you open this for?"
        assert looked.page.locator("table, ol, ul, dl").count() > 0
