"""Reading through broken glass, over HTTP: at once, one thing, half an hour, on record; for everybody else nothing."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from shared.policy.table import row_of
from shared.vocabulary.roles import AccessRole
from tests.architecture.tree import SERVICES, api, service
from tests.oversight.watched import BREAKERS, REASON, accounts, breaks, have_opened, proof, refusals, wishes
from tests.participation.area import VIEWS, Area, problem
from tests.serving import serve

READER = uuid4()
NEVER = sorted({role.value for role in AccessRole} - {*BREAKERS, "service"})


@pytest.fixture
def broken(heard: Area) -> tuple[Area, UUID]:
    """A glass that a stranger broke before the conversation."""
    glass_id = uuid4()
    answer = breaks(heard.served, READER, ("conversation", heard.conversation), glass_id=glass_id)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return heard, glass_id


def reads(area: Area, glass_id: object = None, role: str = "inspector", actor: UUID = READER, **more: Any) -> Any:
    path = more.pop("path", f"/conversations/{area.conversation}")
    shown = {} if glass_id is None else {"Speir_Break_Glass": str(glass_id)}
    return area.served.call("GET", path, role, actor=actor, member=False, **shown, **more)


def as_absent(area: Area, answer: Any) -> None:
    """It reads just as what is not there does."""
    nothing = reads(area, path=f"/conversations/{uuid4()}")
    problem(answer, 404, "not-found")
    unlike = {"request_id"}
    assert {k: v for k, v in answer.json.items() if k not in unlike} == {
        k: v for k, v in nothing.json.items() if k not in unlike
    }


def test_a_stranger_reads_one_thing_for_half_an_hour_and_every_reading_names_the_glass(broken) -> None:
    area, glass_id = broken
    as_absent(area, reads(area))
    for _ in range(2):
        assert VIEWS in reads(area, glass_id).get_data(as_text=True)
    told = accounts(area.running, READER)
    assert {(each.glass, each.stream, each.about) for each in told} == {
        (glass_id, f"conversation/{area.conversation}", area.id)
    }
    assert len(told) == 2
    (row, _) = area.served.call("GET", f"/accesses?person_id={READER}", "auditor").json["items"]
    assert row["glass"] == str(glass_id)
    area.wait(minutes=29)
    assert reads(area, glass_id).status_code == 200
    area.wait(minutes=1)
    as_absent(area, reads(area, glass_id))
    assert refusals(area.running, READER)[-2:] == ["glass-does-not-fit", "not-assigned"]


def test_whoever_is_assigned_needs_no_glass_and_reads_without_it(heard: Area) -> None:
    answer = heard.served.call(
        "GET", f"/conversations/{heard.conversation}", "inspector", actor=READER, Speir_Break_Glass=str(uuid4())
    )
    assert answer.status_code == 200
    assert [each.glass for each in accounts(heard.running, READER)] == [None]


@pytest.mark.parametrize("role", NEVER)
def test_nobody_else_breaks_glass(heard: Area, role: str) -> None:
    actor, glass_id = uuid4(), uuid4()
    answer = breaks(heard.served, actor, ("conversation", heard.conversation), role, glass_id)
    problem(answer, 403, "not-allowed")
    assert refusals(heard.running, actor) == ["not-allowed"]
    assert reads(heard, glass_id, role, actor).status_code in (200, 403, 404)
    assert [each for each in accounts(heard.running, actor) if each.keys] == []
    assert heard.served.call("GET", "/broken-glass", "auditor").json["items"] == []


@pytest.mark.parametrize("role", BREAKERS)
def test_glass_gives_a_role_what_it_has_on_its_own_inspections_and_no_more(heard: Area, role: str) -> None:
    actor, glass_id = uuid4(), uuid4()
    assert breaks(heard.served, actor, ("conversation", heard.conversation), role, glass_id).status_code == 201
    row = row_of("participation", "show_conversation")
    grant = row.grants.get(AccessRole(role)) if row else None
    answer = reads(heard, glass_id, role, actor)
    assert answer.status_code == (200 if grant else 403)
    assert (VIEWS in answer.get_data(as_text=True)) == (grant is not None and grant.words)
    named = [each.glass for each in accounts(heard.running, actor)]
    assert named == ([glass_id] if grant else []), "a reading without words is on record as well"


def test_an_inspector_reads_no_concern_through_any_glass(heard: Area) -> None:
    heard.raising()
    glass_id = uuid4()
    assert breaks(heard.served, READER, ("concern", heard.concern), glass_id=glass_id).status_code == 201
    as_absent(heard, reads(heard, glass_id, path=f"/concerns/{heard.concern}", Speir_Purpose="inspect"))
    lead, through = uuid4(), uuid4()
    assert breaks(heard.served, lead, ("concern", heard.concern), "lead", through).status_code == 201
    assert reads(heard, through, "lead", lead, path=f"/concerns/{heard.concern}").status_code == 200


@pytest.mark.parametrize(
    "unfit", ["another person", "another role", "another thing", "unknown", "no id", "a list", "a purpose"]
)
def test_what_does_not_fit_opens_nothing_and_is_on_record(broken, unfit: str) -> None:
    area, glass_id = broken
    other = uuid4()
    actor, role, shown, more = READER, "inspector", glass_id, {}
    match unfit:
        case "another person":
            actor = other
        case "another role":
            role = "participation_lead"
        case "another thing":
            (area.conversation,) = wishes(area, 1)
        case "unknown":
            shown = other
        case "no id":
            shown = "the red one"
        case "a list":
            more = {"path": f"/wishes-to-speak?inspection_id={area.id}"}
        case "a purpose":
            more = {"Speir_Purpose": "publish"}
    answer = reads(area, shown, role, actor, **more)
    if unfit == "a purpose":
        problem(answer, 403, "purpose-unfit")
    else:
        problem(answer, 404, "not-found")
    code = {"a purpose": "purpose-unfit", "a list": "not-assigned"}.get(unfit, "glass-does-not-fit")
    assert refusals(area.running, actor) == [code]
    assert accounts(area.running, actor) == []


def test_where_the_account_cannot_be_written_a_glass_opens_nothing(broken) -> None:
    area, glass_id = broken
    refuse = "BEGIN SELECT RAISE(ABORT, 'full'); END"
    with area.running.log.engine.begin() as tx:
        tx.execute(text(f"CREATE TRIGGER full BEFORE INSERT ON event WHEN NEW.stream LIKE 'accesses/%' {refuse}"))
    as_absent(area, reads(area, glass_id))
    assert accounts(area.running, READER) == []


def test_breaking_the_glass_needs_proof_a_reason_and_something_behind_it(heard: Area) -> None:
    there = ("conversation", heard.conversation)
    problem(breaks(heard.served, READER, there, headers={}), 403, "proof-needed")
    stale = proof(heard.served, READER, "inspector", seconds_ago=310)
    problem(breaks(heard.served, READER, there, headers=stale), 403, "proof-needed")
    short = problem(breaks(heard.served, READER, there, reason="It is urgent."), 422, "reason-too-short")
    assert short["errors"][0]["pointer"] == "/reason"
    for nothing in (("conversation", uuid4()), ("no-such-kind", heard.conversation), ("glass", uuid4())):
        problem(breaks(heard.served, READER, nothing), 404, "nothing-behind-glass")
    assert refusals(heard.running, READER) == ["proof-needed"] * 2 + ["nothing-behind-glass"] * 3
    glass_id = uuid4()
    assert breaks(heard.served, READER, there, glass_id=glass_id).status_code == 201
    problem(breaks(heard.served, READER, there, glass_id=glass_id), 409, "glass-already-broken")
    with heard.running.log.reading() as tx:
        raw = b"".join(bytes(each.body) for each in heard.running.log.stream(tx, f"glass/{glass_id}"))
    assert REASON.encode() not in raw


def test_what_is_read_through_glass_counts_as_reading(broken) -> None:
    area, glass_id = broken
    have_opened(area.running, READER, 50)
    problem(reads(area, glass_id), 403, "proof-needed")
    assert reads(area, glass_id, **proof(area.served, READER, "inspector")).status_code == 200


def test_whoever_has_to_know_sees_it_at_once_and_one_line_says_so(heard: Area) -> None:
    glass_id, sent = uuid4(), {"Idempotency-Key": "once", **proof(heard.served, READER, "inspector")}
    with capture_logs() as said:
        for replayed in (None, "true"):
            again = breaks(heard.served, READER, ("conversation", heard.conversation), glass_id=glass_id, headers=sent)
            assert (again.status_code, again.headers.get("Idempotency-Replayed")) == (201, replayed)
    alert = {"event": "glass.broken", "log_level": "warning", "glass_id": glass_id}
    assert [line for line in said if line["event"] == "glass.broken"] == [
        {**alert, "stream_kind": "conversation", "code": "team_out_of_reach"}
    ]

    def seen(role: str, actor: UUID | None = None, **more: Any) -> list[str]:
        answer = heard.served.call("GET", "/broken-glass", role, actor=actor, **more)
        assert answer.status_code == 200
        return [row["glass_id"] for row in answer.json["items"]]

    mine = [str(glass_id)]
    assert seen("lead") == seen("data_protection_officer") == seen("auditor") == seen("safeguarding_officer") == mine
    assert seen("inspector", READER) == seen("lead", READER, member=False) == mine
    assert seen("lead", member=False) == seen("inspector", uuid4()) == []
    assert heard.served.call("GET", "/broken-glass", "operator").status_code == 403
    (row,) = heard.served.call("GET", f"/broken-glass?person_id={READER}", "auditor").json["items"]
    assert (row["subject"], row["subject_id"], row["role"], row["often"], row["outcome"]) == (
        "conversation", str(heard.conversation), "inspector", False, None
    )  # fmt: skip
    assert REASON not in str(row)


@pytest.mark.parametrize("role", ["lead", "data_protection_officer", "safeguarding_officer"])
def test_whoever_reviews_reads_why_on_record_and_an_auditor_does_not(broken, role: str) -> None:
    area, glass_id = broken
    reviewer = uuid4()
    shown = area.served.call("GET", f"/broken-glass/{glass_id}", role, actor=reviewer)
    assert shown.json["reason"] == REASON
    assert [each.stream for each in accounts(area.running, reviewer)] == [f"glass/{glass_id}"]
    assert area.served.call("GET", f"/broken-glass/{glass_id}", "auditor").json["reason"] == {"sealed": True}
    problem(area.served.call("GET", f"/broken-glass/{glass_id}", "lead", member=False), 404, "not-found")


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_has_glass_and_none_has_anything_behind_it_that_is_not_there(tmp_path, name: str) -> None:
    served = serve(tmp_path, service(name), api(name))
    kind = next(each.name for each in service(name).aggregates if each.about == "inspection_id")
    problem(breaks(served, READER, (kind, uuid4())), 404, "nothing-behind-glass")
    assert served.call("GET", "/broken-glass", "auditor").json["items"] == []
