"""The project's main job, as its users do it: one joint inspection over REST, from commission to published report."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from services.demo.run import IN_THEIR_ORDER, own_instance, play
from services.demo.stage import FIRST, scenes, stories
from shared.edges.settings import SERVICES
from shared.methodologies import editions


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


@pytest.mark.parametrize("methodology", [name for name in IN_THEIR_ORDER if name != FIRST])
def test_every_type_of_scrutiny_is_played_to_what_it_gives_back(tmp_path: Path, methodology: str) -> None:
    said = StringIO()
    with own_instance(tmp_path / "demo", 0) as stage:
        assert play(stage, Console(file=said), methodology) == 0, said.getvalue()
        for service in SERVICES:
            assert stage.sees("operator", f"/{service}/v1/parked", lambda _: True)["items"] == []
    assert methodology in said.getvalue()


def test_there_is_a_story_for_every_type_of_scrutiny() -> None:
    assert set(IN_THEIR_ORDER) == set(stories) == {one.key for one in editions().values()}


def test_what_the_demonstration_shows_says_that_it_is_one(tmp_path: Path) -> None:
    with own_instance(tmp_path / "demo", 0) as stage:
        for each in scenes:
            each.play(stage)
        page = stage.text(f"/reporting/v1/reports/{stage.id('report')}/page")
        accessible = stage.text(f"/reporting/v1/reports/{stage.id('report')}/page/accessible")
        report = stage.sees(None, f"/reporting/v1/reports/{stage.id('report')}")
    assert "demonstration" in page.lower()
    assert "demonstration" in accessible.lower()
    assert "demonstration" in report["title"]
