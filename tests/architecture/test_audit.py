"""The audit of what we depend on fails where something is known to be weak, and where nobody could be asked."""

import json
from datetime import date, timedelta

import pytest

from deploy import audit
from deploy.audit import KNOWN_WEAK, OLDEST_DAYS, UNASKED, Answers, believed, locked, recorded, verdict

FLASK, RICH = ("flask", "3.1.3"), ("rich", "15.0.0")
RUNS = {"flask", "rich"}


def answered(told: dict[tuple[str, str], list[str]]) -> Answers:
    answers = Answers()
    answers.take("somebody", told)
    return answers


def test_what_was_asked_about_and_is_not_known_to_be_weak_passes() -> None:
    assert verdict([FLASK, RICH], RUNS, answered({FLASK: [], RICH: []})) == []


def test_an_audit_of_nothing_fails_and_says_so() -> None:
    (said,) = verdict([FLASK, RICH], RUNS, Answers())
    assert said.startswith("Nothing was audited")


def test_a_weakness_fails_by_its_name() -> None:
    (said,) = verdict([FLASK, RICH], RUNS, answered({FLASK: ["GHSA-1", "PYSEC-2"], RICH: []}))
    assert "flask 3.1.3" in said
    assert "GHSA-1, PYSEC-2" in said


def test_one_package_that_nobody_could_be_asked_about_fails() -> None:
    (said,) = verdict([FLASK, RICH], RUNS, answered({FLASK: []}))
    assert "rich 15.0.0" in said


def test_an_excuse_counts_for_tests_only() -> None:
    (name,) = UNASKED
    assert verdict([FLASK, (name, "1")], RUNS, answered({FLASK: []})) == []
    assert verdict([FLASK, (name, "1")], RUNS | {name}, answered({FLASK: []}))


def test_who_knows_of_no_weakness_where_everybody_knows_one_is_not_believed() -> None:
    assert believed({FLASK: [], KNOWN_WEAK: []}) == {}
    assert believed({FLASK: []}) == {}
    assert believed({FLASK: [], KNOWN_WEAK: ["PYSEC-1"]}) == {FLASK: []}


def test_a_record_is_believed_for_so_long_and_for_its_versions_only(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "advisories.json"
    monkeypatch.setattr(audit, "RECORD", kept)
    assert recorded(date(2026, 1, 1)) == {}
    kept.write_text(json.dumps({"asked_on": "2026-01-01", "packages": {"flask": ["3.1.3", []]}}), "utf-8")
    last = date(2026, 1, 1) + timedelta(days=OLDEST_DAYS)
    assert recorded(last) == {FLASK: []}
    assert recorded(last + timedelta(days=1)) == {}


def test_all_that_is_locked_is_asked_about_and_what_runs_is_told_from_what_tests() -> None:
    packages, runs, registry = locked()
    assert len(packages) > 90
    assert {"flask", "sqlalchemy", "werkzeug"} <= runs
    assert runs.isdisjoint({"pytest", "schemathesis", *UNASKED})
    assert registry.startswith("https://")
