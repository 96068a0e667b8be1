"""The project's main job, as its users do it: one joint inspection over REST, from commission to published report."""

from io import StringIO
from pathlib import Path

from rich.console import Console

from services.demo.run import own_instance, play
from services.demo.stage import scenes
from shared.edges.settings import SERVICES


def test_the_demonstration_plays_to_its_end_on_the_embedded_default(tmp_path: Path) -> None:
    said = StringIO()
    with own_instance(tmp_path / "demo", 0) as stage:
        assert play(stage, Console(file=said)) == 0, said.getvalue()
        for service in SERVICES:
            shown = stage.sees("operator", f"/{service}/v1/read-models")
            assert all(each["equal"] for each in shown["items"])
            assert sum(each["rows"] for each in shown["items"]) > 0
            assert stage.sees("operator", f"/{service}/v1/parked", lambda _: True)["items"] == []
    assert "live = rebuilt in all four services" in said.getvalue()


def test_what_the_demonstration_shows_says_that_it_is_one(tmp_path: Path) -> None:
    with own_instance(tmp_path / "demo", 0) as stage:
        for each in scenes[:-1]:
            each.play(stage)
        page = stage.text(f"/reporting/v1/reports/{stage.id('report')}/page")
        accessible = stage.text(f"/reporting/v1/reports/{stage.id('report')}/page/accessible")
        report = stage.sees(None, f"/reporting/v1/reports/{stage.id('report')}")
    assert "demonstration" in page.lower()
    assert "demonstration" in accessible.lower()
    assert "demonstration" in report["title"]
