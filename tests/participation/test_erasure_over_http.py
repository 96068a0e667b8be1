"""What keeps somebody's words, who may ask for an erasure, and who has to approve it."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from services.participation.service import participation
from shared.contracts.evidence import RecordsDisposedOf
from shared.sourcing import due
from shared.sourcing.service import Cause
from shared.sourcing.tables import event
from shared.vocabulary.identity import ActorId, ReasonCode
from tests.participation.area import REFERENCE, REFERRAL, UNCLE

OFFICER, SECOND, DPO = uuid4(), uuid4(), "data_protection_officer"
ASKED = {"basis": "objection_upheld", "reason": "They do not want to be known"}


def asking(area: Any, person: UUID, erasure: UUID | None = None, actor: UUID = OFFICER) -> Any:
    path = f"/erasures/{erasure or uuid4()}"
    return area.served.call("POST", path, DPO, ASKED | {"subject_id": str(person)}, actor)


def problem(answer: Any) -> tuple[int, str]:
    """Which refusal it is."""
    return answer.status_code, answer.json["type"].removeprefix("/problems/")


def contributor(area: Any) -> UUID:
    """Somebody who asked to be heard."""
    person = uuid4()
    area.signposted()
    how = {"mode": "one_to_one", "channel": "video", "contributor": "young_person"}
    wish = {**how, "person_id": str(person), "reached_by": "by post", "inspection_id": str(area.id)}
    assert area.served.call("POST", f"/conversations/{uuid4()}/request", "coordinator", wish).status_code == 201
    return person


def over(area: Any) -> None:
    """The inspection ends."""
    area.plan(f"/inspections/{area.id}/closure")
    area.served.hear(area.scheduling)


def subject_of(area: Any) -> UUID:
    """Whom the area's concern is about."""
    return UUID(area.get(f"/concerns/{area.concern}")["subject_id"])


def closed(area: Any) -> None:
    """The concern goes to the agency, and nothing more is to be done."""
    dispatch = str(uuid4())
    taken_on = {"reference": REFERENCE, "acknowledged_by": "Senior social worker"}
    for step, body in (
        ("referral", REFERRAL),
        ("dispatches", {"dispatch_id": dispatch, "channel": "secure_mail", "contact_id": str(uuid4())}),
        ("receipts", {"receipt": "delivered:250", "dispatch_id": dispatch}),
        ("acknowledgement", taken_on),
        ("outcome", {"outcome": "plan-in-place"}),
        ("closure", {"reason": "agency-has-it"}),
    ):
        assert area.concerned(step, **body).status_code == 201


def refusals(area: Any, actor: UUID) -> list[bytes]:
    """What was refused to somebody, and recorded."""
    with area.running.log.reading() as tx:
        return [bytes(each) for each in tx.scalars(select(event.c.body).where(event.c.stream == f"refusals/{actor}"))]


def test_words_are_kept_while_an_inspection_goes_on(area):
    person = contributor(area)
    refused = asking(area, person)
    assert problem(refused) == (409, "erasure-stopped")
    assert (refused.json["reason"], refused.json["until"]) == ("inspection_under_way", None)
    assert len(refusals(area, OFFICER)) == 1
    kept = area.get(f"/subjects/{person}/retention", DPO)
    assert (kept["held"], kept["stops"]) == (False, [{"reason": "inspection_under_way", "until": None}])
    over(area)
    assert area.get(f"/subjects/{person}/retention", DPO)["stops"] == []
    assert asking(area, person).status_code == 201


def test_words_are_kept_while_a_concern_is_open_and_for_a_while_after(area):
    person = contributor(area)
    assert area.raising().status_code == 201
    subject = subject_of(area)
    over(area)
    for kept in (person, subject):
        refused = asking(area, kept)
        assert (problem(refused), refused.json["reason"]) == ((409, "erasure-stopped"), "open_concern")
    closed(area)
    assert asking(area, person).status_code == 201, "it was about somebody else"
    refused = asking(area, subject)
    assert (refused.json["reason"], refused.json["until"]) == ("concern_kept", "2025-12-01")
    area.served.on(date(2025, 9, 2) + timedelta(days=90))
    assert asking(area, subject).status_code == 201


def test_a_hold_keeps_words_until_it_is_lifted(area):
    person = uuid4()
    assert area.served.call("POST", f"/subjects/{person}/hold/end", DPO, {}).status_code == 404
    assert area.served.call("POST", f"/subjects/{person}/hold", DPO, {"reason": "court"}).status_code == 201
    assert area.served.call("POST", f"/subjects/{person}/hold", DPO, {"reason": "court"}).status_code == 201
    refused = asking(area, person)
    assert (problem(refused), refused.json["reason"]) == ((409, "erasure-stopped"), "legal_hold")
    assert area.served.call("POST", f"/subjects/{person}/hold/end", DPO, {}).status_code == 201
    assert problem(area.served.call("POST", f"/subjects/{person}/hold/end", DPO, {})) == (409, "subject-not-held")
    assert asking(area, person).status_code == 201


def test_whoever_asks_cannot_approve_and_what_came_to_keep_it_since_stops_it(area):
    person, erasure = uuid4(), uuid4()
    assert asking(area, person, erasure).status_code == 201
    assert problem(asking(area, person, erasure)) == (409, "erasure-already-requested")
    approval = f"/erasures/{erasure}/approval"
    assert problem(area.served.call("POST", approval, DPO, {}, OFFICER)) == (403, "erasure-needs-another")
    assert len(refusals(area, OFFICER)) == 1
    area.served.call("POST", f"/subjects/{person}/hold", DPO, {"reason": "court"})
    assert problem(area.served.call("POST", approval, DPO, {}, SECOND)) == (409, "erasure-stopped")
    area.served.call("POST", f"/subjects/{person}/hold/end", DPO, {})
    assert area.served.call("POST", approval, DPO, {}, SECOND).status_code == 201
    assert problem(area.served.call("POST", approval, DPO, {}, SECOND)) == (409, "erasure-already-approved")
    area.served.react()
    assert problem(asking(area, person)) == (409, "subject-already-erased")
    shown = area.get(f"/erasures/{erasure}", DPO)
    assert (shown["reason"], shown["basis"]) == (ASKED["reason"], "objection_upheld")
    assert area.get(f"/erasures/{erasure}", "auditor")["reason"] == {"sealed": True}


@pytest.mark.parametrize("role", ["planner", "lead", "operator", "approver", "auditor"])
def test_nobody_else_asks_for_an_erasure_or_approves_one(area, role: str):
    body = ASKED | {"subject_id": str(uuid4())}
    assert area.served.call("POST", f"/erasures/{uuid4()}", role, body).status_code == 403
    assert area.served.call("POST", f"/erasures/{uuid4()}/approval", role, {}).status_code == 403


def test_what_stops_an_erasure_is_not_for_a_caller_to_say(area):
    body = ASKED | {"subject_id": str(uuid4()), "stops": []}
    assert problem(area.served.call("POST", f"/erasures/{uuid4()}", DPO, body)) == (422, "not-understood")


def test_a_rehearsal_counts_and_changes_nothing(area):
    person = contributor(area)
    with area.running.log.reading() as tx:
        before = area.running.log.size(tx)
    shown = area.get(f"/erased/{person}/rehearsal", DPO)
    assert (shown["keys"], shown["events"], shown["fields"]) == (1, 1, 1)
    assert shown["streams"] == {"conversation": 1}
    assert area.get(f"/erased/{area.id}/rehearsal?kind=inspection", DPO)["keys"] >= 1
    assert area.served.call("GET", f"/erased/{person}", DPO).status_code == 404
    with area.running.log.reading() as tx:
        assert area.running.log.size(tx) == before
    assert area.running.keyring.keys_of(f"person/{person}")


def test_an_open_concern_keeps_an_inspections_words_and_holds_back_nothing_else(area):
    assert area.raising().status_code == 201
    decided = RecordsDisposedOf(
        inspection_id=area.id,
        method=ReasonCode("keys-destroyed"),
        disposed_on=date(2026, 9, 2),
        proposed_by=ActorId(OFFICER),
        disposed_by=ActorId(SECOND),
    )
    because = Cause(None, "service", "hear", uuid4())
    with area.running.log.writing() as tx:
        now = area.running.log.now_us(tx)
        due.write(tx, due.reactions(participation.policies, decided, uuid4(), str(area.id), now, because))
    area.wait(days=30)
    assert area.state()[1] > 0, "somebody is still called"
    assert area.running.keyring.keys_of(f"inspection/{area.id}")
    assert area.get(f"/concerns/{area.concern}")["words"] == UNCLE
    closed(area)
    area.wait(minutes=5)
    assert area.running.keyring.keys_of(f"inspection/{area.id}") == []
    assert area.get(f"/concerns/{area.concern}")["words"] == {"erased": True}
