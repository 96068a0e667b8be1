"""A browser holds every page to its policy: nothing from elsewhere, and nothing runs that the answer did not mark."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from services.demo.stage import Stage
from shared.edges.headers import POLICY
from shared.edges.settings import SERVICES

PLANTED = """
<script>document.title = "ran"</script>
<img src="x" onerror="document.title = 'ran'">
<style>body { border-top: 7px solid rgb(1, 2, 3) }</style>
<div id="planted" style="border-top: 7px solid rgb(1, 2, 3)">planted</div>
<form id="away" action="https://attacker.example/" method="get"><button>go</button></form>
<base href="https://attacker.example/">
<iframe src="https://attacker.example/"></iframe>
<link rel="stylesheet" href="https://attacker.example/x.css">
"""


@contextmanager
def opened(browser: Browser, url: str, planted: str = "") -> Iterator[tuple[Page, list[str], list[str]]]:
    """A page with its policy in force, what other hosts were asked for, and what the browser refused before asking.

    What is planted comes with the service's own answer, as if somebody's words had been let through as markup.
    """
    context = browser.new_context()
    page = context.new_page()
    elsewhere: list[str] = []
    refused: list[str] = []
    host = urlsplit(url).netloc

    def ended(asked) -> None:
        if urlsplit(asked.url).netloc not in (host, "") and asked.failure != "csp":
            elsewhere.append(asked.url)

    page.on("requestfinished", ended)
    page.on("requestfailed", ended)
    page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
    if planted:

        def answer_with_it(route) -> None:
            given = route.fetch()
            route.fulfill(response=given, body=given.text().replace("</body>", f"{planted}</body>"))

        page.route(url, answer_with_it)
    try:
        answer = page.goto(url, wait_until="networkidle")
        assert answer is not None
        assert answer.ok
        assert POLICY.lower() in answer.headers
        yield page, elsewhere, refused
    finally:
        context.close()


@pytest.mark.parametrize("service", SERVICES)
def test_a_description_is_shown_whole_without_asking_anybody_else_or_breaking_its_policy(
    browser: Browser, played: Stage, service: str
):
    with opened(browser, f"{played.url}/{service}/docs") as (page, elsewhere, refused):
        page.wait_for_selector(".opblock")
        page.locator(".opblock-summary").first.click()
        page.wait_for_selector(".opblock-body")
        assert (elsewhere, refused) == ([], [])


def public_pages(played: Stage) -> list[str]:
    report = f"{played.url}/reporting/v1/reports/{played.id('report')}/page"
    return [f"{played.url}/reporting/v1/reports/page", report, f"{report}/accessible"]


def test_public_pages_load_without_breaking_their_policy(browser: Browser, played: Stage):
    for url in public_pages(played):
        with opened(browser, url) as (page, elsewhere, refused):
            assert page.evaluate("getComputedStyle(document.body).fontFamily") != "", "its own style applies"
            assert page.evaluate("document.styleSheets.length") == 1
            assert (elsewhere, refused) == ([], [])


def test_a_script_or_style_that_the_answer_did_not_mark_does_nothing(browser: Browser, played: Stage):
    for url in (*public_pages(played), f"{played.url}/scheduling/docs"):
        with opened(browser, url, PLANTED) as (page, elsewhere, refused):
            page.wait_for_selector("#planted")
            assert page.title() != "ran"
            assert page.evaluate("getComputedStyle(document.body).borderTopWidth") == "0px"
            assert page.evaluate("getComputedStyle(document.getElementById('planted')).borderTopWidth") == "0px"
            assert page.evaluate("document.baseURI").startswith(played.url)
            page.evaluate("document.getElementById('away').submit()")
            page.wait_for_timeout(0)
            assert urlsplit(page.url).netloc == urlsplit(url).netloc
            assert elsewhere == []
            assert len(refused) >= 5
