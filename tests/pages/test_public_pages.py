"""What the public reads: nothing keeps anybody out, nothing is fetched from elsewhere, and it fits a telephone."""

import pytest
from playwright.sync_api import Browser

from services.demo.stage import Stage
from tests.pages.browsing import looking, overflows

PAGES = {
    "published reports": "/reporting/v1/reports/page",
    "report": "/reporting/v1/reports/{report}/page",
    "accessible version": "/reporting/v1/reports/{report}/page/accessible",
}


def address(stage: Stage, name: str) -> str:
    return stage.url + PAGES[name].format(report=stage.id("report"))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_public_page_has_nothing_that_keeps_people_out(
    browser: Browser, played: Stage, name: str, *, dark: bool
) -> None:
    with looking(browser, address(played, name), dark=dark) as looked:
        assert looked.violations == []
        assert looked.elsewhere == []
        assert looked.complaints == []
        assert looked.page.locator("h1").count() == 1
        assert "demonstration" in looked.page.inner_text("body").lower()


@pytest.mark.parametrize("name", PAGES)
def test_a_public_page_fits_a_telephone(browser: Browser, played: Stage, name: str) -> None:
    with looking(browser, address(played, name), width=320) as looked:
        assert not overflows(looked.page)


@pytest.mark.parametrize("name", PAGES)
def test_a_public_page_reads_without_scripts_and_names_its_language(browser: Browser, played: Stage, name: str) -> None:
    with looking(browser, address(played, name)) as looked:
        assert looked.page.locator("script").count() == 0
        assert looked.page.get_attribute("html", "lang") == "en-GB"


@pytest.mark.parametrize("name", PAGES)
def test_a_pages_policy_blocks_nothing_that_it_needs(browser: Browser, played: Stage, name: str) -> None:
    context = browser.new_context()
    try:
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text))
        page.goto(address(played, name), wait_until="networkidle")
        assert complaints == []
        assert page.evaluate("() => getComputedStyle(document.body).fontFamily") != ""
    finally:
        context.close()
