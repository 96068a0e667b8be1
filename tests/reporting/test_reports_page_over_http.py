"""The public page of published reports: looked for by council, kind and year, without a token and without a script."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from services.reporting.aggregates.report import hash_of, report
from shared.contracts.reporting import ReportCorrected, ReportPublished, ReportWithdrawn
from shared.sourcing.recording import entry, recorded
from shared.sourcing.recording import nothing_to_seal as plain
from shared.sourcing.service import Cause
from shared.sourcing.store import Append
from shared.vocabulary.areas import area_of
from shared.vocabulary.identity import ContentHash, InspectionId, ReportId
from shared.vocabulary.methods import OutputForm
from shared.vocabulary.text import PublishedText
from tests.reporting.test_follow_up_over_http import FollowedUp
from tests.reporting.test_reporting_over_http import TITLE, Inspection, done

FALKIRK, FIFE, NATION = "S12000014", "S12000047", "S92000003"
HASH = ContentHash("ab" * 32)
MACHINE = Cause(None, "service", "test", UUID(int=0))


class Shelf(Inspection):
    """Reporting with reports on its shelf that were published over the years."""

    def put(
        self,
        title: str,
        council: str,
        day: date,
        form: OutputForm = OutputForm.REPORT,
        content: str = "It is good.",
    ) -> ReportId:
        fact = ReportPublished(
            report_id=ReportId(uuid4()),
            inspection_id=InspectionId(uuid4()),
            area=area_of([council]),
            form=form,
            title=PublishedText(title),
            content=PublishedText(content),
            accessible=PublishedText("It is good."),
            content_hash=hash_of(content),
            bundle_hash=HASH,
            evaluations=(),
            clearance=uuid4(),
            published_on=day,
        )
        self.happened(fact.report_id, 0, fact)
        return fact.report_id

    def happened(self, report_id: ReportId, version: int, fact: object) -> None:
        running, stream = self.reporting.running, report.stream_of(report_id)
        made = entry(uuid4(), fact, MACHINE, 0, plain)
        with running.log.writing() as tx:
            at = running.log.append(tx, [Append(stream, str(report_id), version, (made,))])
            running.taken_in(tx, recorded(made, stream, str(report_id), version + 1, at), fact, MACHINE)

    def page(self, **asked: str) -> str:
        answer = self.reporting.client.get("/reporting/v1/reports/page", query_string=asked)
        assert (answer.status_code, answer.content_type) == (200, "text/html; charset=utf-8")
        return answer.get_data(as_text=True)

    def titles(self, **asked: str) -> list[str]:
        return re.findall(r"<h2><a href=[^>]*>([^<]*)</a></h2>", self.page(**asked))


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    made = Shelf(tmp_path)
    yield made
    for name, live, rebuilt in made.reporting.rebuilt():
        assert live == rebuilt, name


def test_a_shelf_without_reports_says_so(shelf: Shelf):
    assert "No reports" in shelf.page()
    assert shelf.titles() == []


def test_reports_are_listed_the_newest_first_with_both_versions(shelf: Shelf):
    shelf.put("Older", FALKIRK, date(2024, 5, 1))
    newest = shelf.put("Newer", FIFE, date(2025, 6, 1))
    assert shelf.titles() == ["Newer", "Older"]
    text = shelf.page()
    assert "2 reports" in text
    assert f'href="/reporting/v1/reports/{newest}/page"' in text
    assert f'href="/reporting/v1/reports/{newest}/page/accessible"' in text
    assert "Inspection report · Fife · " in text


@pytest.mark.parametrize("typed", ["Fife", "fife", "S12000047", "s12000047", "S12000015", " Fife "])
def test_a_council_is_found_by_its_name_and_by_any_of_its_codes(shelf: Shelf, typed: str):
    shelf.put("Falkirk", FALKIRK, date(2024, 5, 1))
    shelf.put("Fife", FIFE, date(2024, 5, 1))
    shelf.put("Scotland", NATION, date(2024, 4, 1), OutputForm.NATIONAL_REPORT)
    assert shelf.titles(council=typed) == ["Fife", "Scotland"]


def test_a_council_that_there_is_not_is_said_to_be_none_and_shown_as_typed(shelf: Shelf):
    shelf.put("Falkirk", FALKIRK, date(2024, 5, 1))
    text = shelf.page(council='Fyfe "><b>')
    assert "No council in Scotland has this name or code." in text
    assert 'value="Fyfe &#34;&gt;&lt;b&gt;" aria-invalid="true" aria-describedby="unknown"' in text
    assert shelf.titles(council="Fyfe") == []


def test_reports_are_found_by_their_kind_and_their_year(shelf: Shelf):
    shelf.put("Letter", FALKIRK, date(2024, 12, 31), OutputForm.VALIDATION_LETTER)
    shelf.put("Report", FALKIRK, date(2025, 1, 1))
    assert shelf.titles(form="validation_letter") == ["Letter"]
    assert shelf.titles(year="2025") == ["Report"]
    assert shelf.titles(year="2024", form="report") == []
    assert '<option value="2025" selected>2025</option>' in shelf.page(year="2025")


@pytest.mark.parametrize(
    "asked",
    [
        {"year": "twenty"},
        {"year": "0000"},
        {"year": "\u0661\u0662\u0663\u0664"},
        {"form": "poem"},
        {"council": "\x00"},
        {"council": "x" * 5_000},
        {"council": "%"},
        {"form": "\x00", "year": "'"},
    ],
)
def test_whatever_is_typed_finds_nothing_and_breaks_nothing(shelf: Shelf, asked: dict[str, str]):
    shelf.put("Report", FALKIRK, date(2025, 1, 1))
    expected = ["Report"] if asked.get("council") == "\x00" else []
    assert shelf.titles(**asked) == expected


def test_a_long_shelf_is_turned_a_page_at_a_time_and_keeps_what_was_looked_for(shelf: Shelf):
    for number in range(41):
        shelf.put(f"Report {number}", FALKIRK, date(2025, 1, 1 + number % 28))
    first = shelf.page(council="Falkirk", year="2025")
    assert "41 reports, page 1 of 3" in first
    assert 'rel="next" href="/reporting/v1/reports/page?council=Falkirk&amp;year=2025&amp;number=2"' in first
    assert 'rel="prev"' not in first
    last = shelf.page(council="Falkirk", year="2025", number="3")
    assert "page 3 of 3" in last
    assert 'rel="next"' not in last
    found = [title for number in "123" for title in shelf.titles(number=number)]
    assert (len(found), len(set(found))) == (41, 41)
    for odd in ("0", "-1", "99", "1e9", "x", "9" * 400):
        assert len(shelf.titles(number=odd)) in (1, 20)


def test_what_was_corrected_or_withdrawn_is_marked(shelf: Shelf):
    corrected = shelf.put("Corrected one", FALKIRK, date(2025, 1, 1))
    withdrawn = shelf.put("Withdrawn one", FIFE, date(2025, 1, 1))
    correction = ReportCorrected(
        report_id=corrected,
        inspection_id=InspectionId(uuid4()),
        correction=1,
        content=PublishedText("Better."),
        accessible=PublishedText("Better."),
        content_hash=HASH,
        note=PublishedText("A grade was misprinted."),
        corrected_on=date(2025, 2, 1),
    )
    shelf.happened(corrected, 1, correction)
    assert "Corrected</span> on " in shelf.page(council="Falkirk")
    withdrawal = ReportWithdrawn(
        report_id=withdrawn,
        inspection_id=InspectionId(uuid4()),
        reason=PublishedText("Somebody could be recognised."),
        withdrawn_on=date(2025, 2, 1),
    )
    shelf.happened(withdrawn, 1, withdrawal)
    text = shelf.page(council="Fife")
    assert "Withdrawn</span> on " in text
    assert f'href="/reporting/v1/reports/{withdrawn}/page/accessible"' not in text
    for path in ("page", "page/accessible"):
        assert shelf.reporting.client.get(f"/reporting/v1/reports/{withdrawn}/{path}").status_code == 200


def test_the_page_loads_nothing_runs_nothing_and_sends_only_back_here(shelf: Shelf):
    answer = shelf.reporting.client.get("/reporting/v1/reports/page")
    policy, text = answer.headers["Content-Security-Policy"], answer.get_data(as_text=True)
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy
    assert "unsafe" not in policy
    assert not any(mark in text for mark in ("<script", "http:", "https:", "src=", "@import", "url("))


def test_what_is_recommended_and_the_progress_review_stand_with_the_report(tmp_path: Path):
    followed = FollowedUp(tmp_path)
    path = f"/reports/{followed.report}/page"
    assert "What should happen" not in followed.everybody(path).get_data(as_text=True)
    done(followed.issue())
    done(followed.announce())
    text = followed.everybody(path).get_data(as_text=True)
    assert 'Keep plans up to date. <span class="who">To: Falkirk Council; NHS Forth Valley</span>' in text
    assert "We will look again at how plans are kept." in text
    assert '<time datetime="2027-01-04">4 January 2027</time>' in text
    assert f"<h1>{TITLE}</h1>" in text
    assert 'href="/reporting/v1/reports/page"' in text


def test_a_long_report_says_what_is_in_it_and_a_short_one_does_not(shelf: Shelf):
    def page(content: str) -> str:
        report_id = shelf.put("Report", FALKIRK, date(2025, 1, 1), content=content)
        return shelf.everybody(f"/reports/{report_id}/page").get_data(as_text=True)

    long = page("# One\n\nA.\n\n# Two & more\n\nB.\n\n# Three\n\nC.")
    assert '<li><a href="#part-2">Two &amp; more</a></li>' in long
    assert '<h2 id="part-2">Two &amp; more</h2>' in long
    assert 'class="contents"' not in page("# One\n\nA.")
