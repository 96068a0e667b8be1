"""Embargoed copies over HTTP: a secret told once, every reading on record, and nothing left from publication on."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from werkzeug.test import TestResponse

from tests.reporting.test_reporting_over_http import CONTENT, TITLE, Inspection, done, hash_of, refused


@pytest.fixture
def inspection(tmp_path: Path) -> Iterator[Inspection]:
    made = Inspection(tmp_path)
    yield made
    for name, live, rebuilt in made.reporting.rebuilt():
        assert live == rebuilt, name


def give(inspection: Inspection, copy: UUID, designation: str = "Chair & convener", **headers: str) -> TestResponse:
    path = f"/reports/{inspection.report}/embargoed-copies/{copy}"
    return inspection.reporting.call("POST", path, "lead", {"designation": designation}, **headers)


def given(inspection: Inspection, copy: UUID) -> str:
    """The address that is told once."""
    answer = give(inspection, copy)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    address: str = answer.json["address"]
    return address.removeprefix("/reporting/v1")


def copies(inspection: Inspection) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = inspection.get(f"/reports/{inspection.report}/embargoed-copies", "lead")["items"]
    return items


def test_a_copy_is_read_by_whom_it_was_given_to_and_each_reading_is_on_record(inspection: Inspection):
    inspection.make_ready()
    done(inspection.on_report("/embargo", "lead", until="2026-02-03"))
    copy = uuid4()
    address = given(inspection, copy)
    assert [each["reads"] for each in copies(inspection)] == [0]
    for reads in (1, 2):
        answer = inspection.everybody(address)
        text = answer.get_data(as_text=True)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        assert TITLE in text
        assert "Children &amp; families said so." in text
        assert text.count("Chair &amp; convener") == 2
        assert "3 February 2026" in text
        assert hash_of(CONTENT) in text
        (row,) = copies(inspection)
        assert (row["reads"], row["last_read_on"]) == (reads, "2026-01-05")
    assert "secret_hash" not in row
    assert "Chair" not in str(row)
    assert inspection.get(f"/embargoed-copies/{copy}", "lead")["designation"] == "Chair & convener"
    assert inspection.get(f"/embargoed-copies/{copy}", "auditor")["designation"] == {"sealed": True}


def test_a_secret_is_told_once_and_another_opens_nothing(inspection: Inspection):
    inspection.make_ready()
    done(inspection.on_report("/embargo", "lead", until="2026-02-03"))
    copy, key, lead = uuid4(), str(uuid4()), uuid4()
    path, body = f"/reports/{inspection.report}/embargoed-copies/{copy}", {"designation": "Chair"}
    first = inspection.reporting.call("POST", path, "lead", body, lead, Idempotency_Key=key)
    assert first.json["address"].startswith("/reporting/v1/embargoed/")
    again = inspection.reporting.call("POST", path, "lead", body, lead, Idempotency_Key=key)
    assert (again.status_code, again.json["address"]) == (200, None)
    refused(give(inspection, copy), 409, "embargoed-copy-known")
    refused(inspection.everybody(f"/embargoed/{uuid4()}"), 404, "not-found")
    refused(inspection.everybody("/embargoed/%00"), 404, "not-found")


def test_a_copy_is_refused_where_there_is_nothing_to_give(inspection: Inspection):
    refused(give(inspection, uuid4()), 404, "not-found")
    inspection.settle()
    done(inspection.draft())
    refused(give(inspection, uuid4()), 409, "draft-not-approved")
    done(inspection.approve_draft())
    refused(give(inspection, uuid4()), 409, "embargo-not-set")
    done(inspection.on_report("/embargo", "lead", until="2026-02-03"))
    refused(give(inspection, uuid4(), " "), 422, "recipient-missing", "/designation")
    refused(give(inspection, uuid4(), ""), 422, "not-understood", "/designation")
    path = f"/reports/{inspection.report}/embargoed-copies/{uuid4()}"
    refused(inspection.reporting.call("POST", path, "inspector", {"designation": "Chair"}), 403, "not-allowed")


def test_a_copy_shows_what_the_panel_approved_and_nothing_while_it_has_not(inspection: Inspection):
    inspection.make_ready()
    done(inspection.on_report("/embargo", "lead", until="2026-02-03"))
    address = given(inspection, uuid4())
    done(inspection.draft(content="Something else."))
    refused(inspection.everybody(address), 404, "not-found")
    done(inspection.approve_draft("Something else."))
    assert "Something else." in inspection.everybody(address).get_data(as_text=True)


def test_a_copy_is_revoked_once_and_opens_nothing_then(inspection: Inspection):
    inspection.make_ready()
    done(inspection.on_report("/embargo", "lead", until="2026-02-03"))
    copy = uuid4()
    address = given(inspection, copy)
    path = f"/embargoed-copies/{copy}/revocation"
    for role in ("planner", "inspector", "quality_panel"):
        refused(inspection.post(path, role), 403, "not-allowed")
    assert inspection.everybody(address).status_code == 200
    done(inspection.post(path, "lead"))
    for role in ("lead", "approver"):
        refused(inspection.post(path, role), 409, "embargoed-copy-is-revoked")
    refused(inspection.everybody(address), 404, "not-found")
    refused(inspection.post(f"/embargoed-copies/{uuid4()}/revocation", "lead"), 404, "not-found")


def test_a_copy_opens_nothing_once_its_report_is_public(inspection: Inspection):
    inspection.make_ready()
    done(inspection.on_report("/embargo", "lead", until="2026-01-05"))
    address = given(inspection, uuid4())
    assert inspection.everybody(address).status_code == 200
    done(inspection.publish())
    refused(inspection.everybody(address), 404, "not-found")
    refused(give(inspection, uuid4()), 409, "report-already-published")
    assert [each["reads"] for each in copies(inspection)] == [1]
