"""Spreadsheets over HTTP: read whole or not at all, and what held too much is known by counts and positions only."""

from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from werkzeug.test import TestResponse

from shared.edges.spreadsheets import CSV
from shared.edges.workbooks import XLSX
from shared.vocabulary.roles import AccessRole
from tests.evidence.test_evidence_over_http import FIRST, STATEMENT, Inspection, done, refused, stored
from tests.shared.workbook import workbook

GOOD = b"age,Legal basis\n12,section 83\n7,section 83\n"
OVER_SUPPLY = b"age,Jamie,Date of Birth,ref\n12,x,2013-01-01,0101000006\n"


@pytest.fixture
def inspection(tmp_path: Path) -> Inspection:
    return Inspection(tmp_path)


def send(inspection: Inspection, raw: bytes, kind: str = CSV, request: Any = FIRST, **given: Any) -> TestResponse:
    return send_to(inspection, inspection.return_id(request), raw, kind, **given)


def send_to(
    inspection: Inspection,
    return_id: UUID,
    raw: bytes,
    kind: str = CSV,
    *,
    role: str = "partnership_contact",
    key: str | None = None,
    actor: UUID | None = None,
) -> TestResponse:
    who = actor or uuid4()
    inspection.evidence.joins(who, AccessRole(role))
    headers = inspection.evidence.bearer(who, role) | {"Idempotency-Key": str(uuid4()) if key is None else key}
    path = f"/evidence/v1/returns/{return_id}/spreadsheets"
    return inspection.evidence.client.post(path, data=raw, content_type=kind, headers=headers)


def row_of(inspection: Inspection) -> Any:
    (row,) = (row for row in inspection.items("/returns") if row["return_id"] == str(inspection.return_id(FIRST)))
    return row


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (GOOD, CSV),
        (GOOD, "text/csv; charset=utf-8; header=present"),
        (workbook(("age", "Legal basis"), (12, "section 83"), (7, "section 83")), XLSX),
    ],
    ids=["csv", "csv with parameters", "workbook"],
)
def test_a_spreadsheet_is_handed_in_and_known_by_headings_counts_and_digest(
    inspection: Inspection, raw: bytes, kind: str
):
    inspection.evidence.on(date(2025, 9, 20))
    done(send(inspection, raw, kind))
    shown = inspection.get(f"/returns/{inspection.return_id(FIRST)}")
    assert (shown["rows"], shown["columns"], shown["late"]) == (2, 2, True)
    assert shown["headings"] == "age\nLegal basis"
    assert shown["digest"] == sha256(raw).hexdigest()
    assert b"section 83" not in stored(inspection)
    assert b"Legal basis" not in stored(inspection)


def test_a_later_one_supersedes_it_until_it_is_accepted(inspection: Inspection):
    done(send(inspection, GOOD))
    done(send(inspection, GOOD + b"9,section 83\n"))
    assert row_of(inspection)["submission"] == 2
    done(inspection.post(f"/returns/{inspection.return_id(FIRST)}/acceptance", "lead"))
    refused(send(inspection, GOOD), 409, "return-already-accepted")


def test_the_same_request_again_is_answered_and_not_done_again(inspection: Inspection):
    actor, key = uuid4(), str(uuid4())
    first, again = (send(inspection, GOOD, key=key, actor=actor) for _ in range(2))
    assert first.json == again.json
    assert again.headers["Idempotency-Replayed"] == "true"
    refused(send(inspection, GOOD + b"1,x\n", key=key, actor=actor), 422, "key-reused")
    refused(send(inspection, GOOD, key=""), 400, "key-missing")


def test_over_supply_is_refused_whole_and_the_coordinator_is_let_know(inspection: Inspection):
    problem = refused(send(inspection, OVER_SUPPLY), 422, "personal-columns", "/columns")
    assert (problem["columns"], problem["positions"], problem["kinds"]) == (
        2,
        [3, 4],
        ["chi_number", "date_of_birth"],
    )
    assert row_of(inspection)["submission"] is None
    for secret in (b"Jamie", b"Date of Birth", b"0101000006", sha256(OVER_SUPPLY).hexdigest().encode()):
        assert secret not in stored(inspection)
    inspection.evidence.react()
    (row,) = inspection.get(f"/over-supplies?inspection_id={inspection.id}", "coordinator")["items"]
    assert (row["columns"], row["positions"], row["kinds"]) == (4, "3 4", "chi_number date_of_birth")
    assert (row["noted_on"], row["notified_on"]) == ("2025-09-01", "2025-09-01")
    assert inspection.get("/over-supplies", "partnership_contact")["items"] == [row]
    stranger = inspection.evidence.call("GET", "/over-supplies", "partnership_contact", member=False)
    assert stranger.json["items"] == []
    for role in ("inspector", "planner"):
        refused(inspection.evidence.call("GET", "/over-supplies", role), 403, "not-allowed")


def test_it_is_the_same_for_headings_that_are_told(inspection: Inspection):
    refused(inspection.submit(columns=["age", "Surname"]), 422, "personal-columns", "/columns")
    refused(inspection.submit(columns=["age", "Surname"]), 422, "personal-columns", "/columns")
    refused(send(inspection, OVER_SUPPLY), 422, "personal-columns")
    inspection.evidence.react()
    rows = inspection.get("/over-supplies", "coordinator")["items"]
    assert [(row["notice"], row["positions"]) for row in rows] == [(1, "2"), (2, "3 4")]
    for name, live, rebuilt in inspection.evidence.rebuilt():
        assert live == rebuilt, name


def test_a_note_of_over_supply_leaves_the_return_at_the_version_that_was_read(inspection: Inspection):
    path, body = f"/returns/{inspection.return_id(FIRST)}/submissions", {"rows": 1, "digest": "ab" * 32}
    too_much, good = {**body, "columns": ["Surname"]}, {**body, "columns": ["age"]}
    answer = inspection.evidence.call("POST", path, "partnership_contact", too_much, If_Match='"1"')
    refused(answer, 422, "personal-columns")
    done(inspection.evidence.call("POST", path, "partnership_contact", good, If_Match='"1"'))


@pytest.mark.parametrize(
    ("raw", "kind", "status", "code"),
    [
        (GOOD, "application/json", 415, "spreadsheet-kind-unknown"),
        (GOOD, "", 415, "spreadsheet-kind-unknown"),
        (b"", CSV, 422, "spreadsheet-empty"),
        (b"", XLSX, 422, "spreadsheet-unreadable"),
        (GOOD, XLSX, 422, "spreadsheet-unreadable"),
        (workbook(("age",)), CSV, 422, "spreadsheet-unreadable"),
        ("größe\n1\n".encode("latin-1"), CSV, 422, "spreadsheet-unreadable"),
        (b"age\n1,2\n", CSV, 422, "heading-missing"),
        (workbook(("age",), (1,), notes=(("x",),)), XLSX, 422, "sheets-too-many"),
        (b"a," * 200 + b"a\n", CSV, 413, "spreadsheet-too-large"),
        (b"age\n" + b"x" * 1024 * 1024, CSV, 413, "body-too-large"),
    ],
)
def test_what_cannot_be_read_whole_is_refused_whole(
    inspection: Inspection, raw: bytes, kind: str, status: int, code: str
):
    refused(send(inspection, raw, kind), status, code)
    assert row_of(inspection)["submission"] is None


def test_what_has_to_keep_to_so_many_words_is_no_spreadsheet(inspection: Inspection):
    refused(send(inspection, GOOD, request=STATEMENT), 422, "words-not-counted")


def test_nobody_elses_return_is_handed_in_and_none_after_the_end(inspection: Inspection):
    refused(send_to(inspection, uuid4(), GOOD), 404, "not-found")
    refused(send_to(inspection, uuid4(), OVER_SUPPLY), 404, "not-found")
    refused(send(inspection, GOOD, role="inspector"), 403, "not-allowed")
    inspection.plan(f"/inspections/{inspection.id}/closure")
    refused(send(inspection, GOOD), 409, "gathering-is-closed")
