"""The project speaks of itself alone: nothing in it names where it was made."""

import tomllib
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, tracked

LOCKS = {Path("uv.lock")}
"""Written by a tool, and naming where each package comes from is what it is for."""

ELSEWHERE = [
    place.replace("|", "")
    for place in (
        "pypi|.org", "python|hosted.org", "npm|js.org", "npm|js.com", "crates|.io", "proxy.golang|.org",
        "/wo|rk/", "/ro|ot/", "/ho|me/", "/tm|p/speir/", "/opt/p|ypi", "/Use|rs/", "/fa|rm/",
    )
]  # fmt: skip
"""Registries and private directories, each broken in two so that this list does not find itself."""


@pytest.mark.parametrize("path", [path for path in tracked() if path not in LOCKS], ids=str)
def test_no_file_names_a_registry_or_a_place_on_somebodys_machine(path: Path) -> None:
    text = (ROOT / path).read_bytes().decode("utf-8", errors="replace")
    assert [place for place in ELSEWHERE if place in text] == []


def test_what_is_locked_is_what_is_asked_for() -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    locked = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))
    (own,) = [package for package in locked["package"] if package["name"] == asked["project"]["name"]]
    named = {line.split("~")[0].split("=")[0].split("[")[0].strip() for line in asked["project"]["dependencies"]}
    assert {each["name"] for each in own["dependencies"]} == named


def test_every_ignored_rule_has_its_reason_beside_it() -> None:
    lines = (ROOT / "pyproject.toml").read_text("utf-8").splitlines()
    rules = [line for line in lines if line.startswith('    "') and line.split('"')[1].isalnum() and "," in line
             and line.split('"')[1][:1].isupper() and line.split('"')[1][-1:].isdigit()]  # fmt: skip
    rules += [line for line in lines if line.strip().startswith(('"ANN"', '"D"'))]
    assert rules
    assert [line for line in rules if len(line.partition("#")[2].split()) < 3] == []
