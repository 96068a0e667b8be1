"""Who may import whom: the fences stand, and each of them is seen to fall when something climbs over it."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from importlinter.api import read_configuration
from importlinter.cli import lint_imports

from tests.architecture.tree import ROOT

options = read_configuration(str(ROOT / "pyproject.toml"))["contracts_options"]
contracts = {each["id"]: each["name"] for each in options}


@dataclass(frozen=True)
class Planted:
    """A line that climbs over one fence, and the file that it is put into (or that is made of it)."""

    fence: str
    file: str
    line: str


planted = (
    Planted("rings", "shared/testing.py", "import services.scheduling.events"),
    Planted("services", "services/evidence/policies.py", "import services.scheduling.events"),
    Planted("services", "services/scheduling/api.py", "import services.reporting.read_models"),
    Planted("services", "services/odds.py", '"""A module that no layer names."""'),
    Planted("service", "services/participation/commands.py", "import services.participation.policies"),
    Planted("service", "services/scheduling/events.py", "import services.scheduling.commands"),
    Planted("service", "services/scheduling/read_models/teams.py", "import services.scheduling.aggregates.calendar"),
    Planted("service", "services/evidence/policies.py", "import services.evidence.api"),
    Planted("service", "services/reporting/odds.py", '"""A module that no layer names."""'),
    Planted("shared", "shared/sealing/keyring.py", "import shared.sourcing.tables"),
    Planted("shared", "shared/sourcing/tables.py", "import shared.edges.views"),
    Planted("shared", "shared/odds.py", '"""A module that no layer names."""'),
    Planted("decisions", "services/scheduling/events.py", "import orjson"),
    Planted("decisions", "services/evidence/commands.py", "import orjson"),
    Planted("decisions", "services/scheduling/aggregates/calendar.py", "import shared.sourcing.codec"),
    Planted("decisions", "services/reporting/aggregates/report.py", "import shared.schemas"),
    Planted("decisions", "shared/contracts/scheduling.py", "import orjson"),
    Planted("decisions", "shared/methodologies/reading.py", "import orjson"),
    Planted("decisions", "shared/oversight/breaking.py", "import orjson"),
    Planted("shared", "shared/oversight/policies.py", "import shared.edges.views"),
    Planted("decisions", "shared/aggregates.py", "import orjson"),
    Planted("decisions", "shared/vocabulary/roles.py", "import marshmallow"),
    Planted("decisions", "shared/messages.py", "import orjson"),
    Planted("decisions", "shared/errors.py", "import orjson"),
    Planted("decisions", "shared/identity/api_token.py", "import shared.identity.read_models"),
    *(
        Planted(each["id"], "services/scheduling/policies.py", f"import {library}")
        for each in options
        if each["type"] == "confined"
        for library in each["libraries"]
    ),
    Planted("bus-and-clock", "shared/sourcing/due.py", "from apscheduler.schedulers import background"),
    Planted("http", "shared/sourcing/due.py", "from flask import request"),
    Planted("database", "services/scheduling/api.py", "from sqlalchemy import select"),
    Planted("testing", "services/scheduling/policies.py", "import shared.testing"),
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The tree, to plant in."""
    for name in ("services", "shared", "tests/architecture"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "tests/__init__.py", tmp_path / "tests")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def broken_in(tree: Path) -> set[str]:
    """The names of the contracts that a tree breaks; its graph is built anew."""
    program = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    environment = {**os.environ, "COLUMNS": "300", "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=tree, env=environment, capture_output=True, text=True, check=False
    )
    verdicts = dict(re.findall(r"^(.+?) (KEPT|BROKEN)", ran.stdout, re.MULTILINE))
    assert set(verdicts) == set(contracts.values()), ran.stdout + ran.stderr
    assert ran.returncode == ("BROKEN" in verdicts.values())
    return {name for name, verdict in verdicts.items() if verdict == "BROKEN"}


def test_the_fences_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == 0


def test_a_copy_of_the_tree_breaks_no_fence(copy: Path) -> None:
    assert broken_in(copy) == set()


@pytest.mark.parametrize("plant", planted, ids=lambda plant: f"{plant.fence}: {plant.line} in {plant.file}")
def test_what_climbs_over_a_fence_breaks_exactly_that_one(copy: Path, plant: Planted) -> None:
    file = copy / plant.file
    before = file.read_text("utf-8") if file.exists() else ""
    file.write_text(f"{before}\n{plant.line}\n", "utf-8")
    assert broken_in(copy) == {contracts[plant.fence]}


def test_every_fence_is_climbed_over_once() -> None:
    assert {plant.fence for plant in planted} == set(contracts)
