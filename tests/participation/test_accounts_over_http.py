"""No words without an account: who opened what, for which purpose, is on record before a word is shown."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from shared.edges.accesses import accesses
from shared.sealing.fields import parts_of
from shared.sourcing.facts import Accessed
from tests.participation.area import ARRANGED, VIEWS, problem

TRIES = 1_000
READER = UUID("9a1d3f0c-2b61-4a8e-9d0f-1f5f0c7d2a10")


@pytest.fixture
def heard(area):
    """A conversation whose views are kept."""
    area.signposted()
    area.done(f"/conversations/{area.conversation}", "inspector", **ARRANGED, inspection_id=str(area.id))
    area.done(f"/conversations/{area.conversation}/consent", confidentiality_explained=True)
    area.done(f"/conversations/{area.conversation}/meeting")
    area.done(f"/conversations/{area.conversation}/views", "inspector", views=VIEWS, designation="young person")
    return area


def reads(area, role: str = "inspector", actor: UUID = READER, **more: Any) -> Any:
    return area.served.call("GET", f"/conversations/{area.conversation}", role, actor=actor, **more)


def accounts(area, actor: UUID = READER) -> list[Any]:
    with area.running.log.reading() as tx:
        return area.running.log.stream(tx, f"accesses/{actor}")


def test_whoever_reads_words_is_on_record_with_what_and_why(heard):
    answer = reads(heard)
    assert VIEWS in answer.get_data(as_text=True)
    (account,) = accounts(heard)
    assert isinstance(account.fact, Accessed)
    assert (account.fact.actor, account.fact.about) == (READER, heard.id)
    assert account.fact.stream == f"conversation/{heard.conversation}"
    assert account.fact.action == "participation.show_conversation"
    assert b'"purpose":"inspect"' in account.meta
    with heard.running.log.reading() as tx:
        kept = heard.running.log.facts(tx, f"conversation/{heard.conversation}")[0]
    assert set(account.fact.keys) == {parts_of(each.views.token)[0] for each in kept if hasattr(each, "views")}


def test_whoever_sees_no_words_leaves_no_account(heard):
    for role in ("partner_inspector", "auditor"):
        answer = reads(heard, role)
        assert answer.status_code == 200
        assert VIEWS not in answer.get_data(as_text=True)
    assert accounts(heard) == []


@pytest.mark.parametrize("purpose", ["safeguard", "publish", "", "curiosity"])
def test_without_a_purpose_that_fits_nothing_is_shown(heard, purpose: str):
    said = problem(reads(heard, Speir_Purpose=purpose), 403, "purpose-unfit")
    assert VIEWS not in str(said)
    assert accounts(heard) == []


def test_a_purpose_may_stand_in_the_address(heard):
    headers = heard.served.bearer(READER, "inspector")
    heard.served.joins(READER, "inspector")
    path = f"/participation/v1/conversations/{heard.conversation}"
    problem(heard.served.client.get(path, headers=headers), 403, "purpose-unfit")
    assert heard.served.client.get(f"{path}?purpose=inspect", headers=headers).status_code == 200
    assert len(accounts(heard)) == 1


def test_where_the_account_cannot_be_written_not_a_word_is_shown(heard):
    assert reads(heard).status_code == 200
    refuse = "BEGIN SELECT RAISE(ABORT, 'full'); END"
    with heard.running.log.engine.begin() as tx:
        tx.execute(text(f"CREATE TRIGGER full BEFORE INSERT ON event WHEN NEW.stream LIKE 'accesses/%' {refuse}"))
    headers = heard.served.bearer(READER, "inspector") | {"Speir-Purpose": "inspect"}
    shown = 0
    for _ in range(TRIES):
        answer = heard.served.client.get(f"/participation/v1/conversations/{heard.conversation}", headers=headers)
        problem(answer, 503, "unavailable")
        shown += VIEWS.encode() in answer.data
    assert shown == 0
    assert len(accounts(heard)) == 1


def test_an_auditor_sees_every_account_a_lead_their_inspections_and_a_reader_their_own(heard):
    reads(heard)
    (account,) = accounts(heard)
    mine = [{"person_id": str(READER), "inspection_id": str(heard.id), "purpose": "inspect"}]

    def seen(role: str, actor: UUID | None = None, **more: Any) -> list[Any]:
        answer = heard.served.call("GET", f"/accesses?person_id={READER}", role, actor=actor, **more)
        assert answer.status_code == 200
        return [{name: row[name] for name in mine[0]} for row in answer.json["items"]]

    assert seen("auditor") == seen("data_protection_officer") == seen("lead") == seen("inspector", READER) == mine
    assert seen("lead", member=False) == seen("inspector", uuid4()) == []
    key = account.fact.keys[0]
    (row,) = heard.served.call("GET", f"/accesses?key_id={key}", "data_protection_officer").json["items"]
    assert row["opened"] == f"conversation/{heard.conversation}"


def test_accounts_are_rebuilt_from_the_log(heard):
    reads(heard)
    name, live, rebuilt = next(each for each in heard.served.rebuilt() if each[0] == accesses.name)
    assert live == rebuilt
    assert live, name
