"""Somebody is erased: two people decide, every service destroys and confirms, and nothing is readable any more."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from shared.edges.access import public_of, verify
from shared.edges.erasures import CONTEXT
from shared.edges.local_bus import LocalBus
from shared.edges.settings import SERVICES
from shared.erasure.carrying import erased
from shared.erasure.commands import ConfirmErasure, DestroyKeys, EraseSubject
from shared.erasure.deeds import deeds
from shared.sourcing import codec, due
from shared.sourcing.due import DueRow
from shared.sourcing.hearing import Hearing
from shared.sourcing.reacting import react
from shared.vocabulary.erasure import CARRIERS, ErasedId
from tests.erasures import Four, four, get, leaves, post, readable

OFFICER, SECOND = uuid4(), uuid4()
DPO = "data_protection_officer"
ASKED = {"basis": "consent_withdrawn", "reason": "They asked us, in a letter"}
MORAG, OTHER = "Morag of the canal", "Somebody else"


@pytest.fixture
def all_four(tmp_path: Path) -> Four:
    return four(tmp_path)


def member(at: Four, name: str = MORAG) -> UUID:
    """Somebody who may join teams."""
    person = uuid4()
    post(at["scheduling"], f"/team-members/{person}", "planner", {"name": name, "home_area": "S12000047"})
    return person


def ordered(at: Four, person: UUID) -> UUID:
    """An erasure that one person has asked for and another approved."""
    erasure = uuid4()
    asked = ASKED | {"subject_id": str(person)}
    post(at["participation"], f"/erasures/{erasure}", DPO, asked, OFFICER)
    post(at["participation"], f"/erasures/{erasure}/approval", DPO, {}, SECOND)
    return erasure


def certificate(at: Four, erasure: UUID) -> dict[str, object]:
    shown: dict[str, object] = get(at["participation"], f"/erasures/{erasure}/certificate", DPO)
    return shown


def test_whoever_carries_an_erasure_out_is_every_service() -> None:
    assert set(CARRIERS) == set(SERVICES)


def test_somebody_is_erased_everywhere_and_it_is_certified(all_four: Four) -> None:
    person, _ = member(all_four), member(all_four, OTHER)
    scheduling, participation = all_four["scheduling"], all_four["participation"]
    (key,) = scheduling.running.keyring.keys_of(f"person/{person}")
    erasure = ordered(all_four, person)
    get(participation, f"/erasures/{erasure}/certificate", DPO, 404)
    all_four.settle()
    get(participation, f"/erasures/{erasure}/certificate", DPO, 404)
    assert readable(scheduling) == [OTHER]
    all_four.later(timedelta(minutes=2))
    all_four.settle()
    shown = certificate(all_four, erasure)
    signature = str(shown.pop("signature"))
    signing = participation.client.application.extensions["speir"]["participation"].signing_key
    assert verify(public_of(signing), codec.canonical(shown), signature, context=CONTEXT)
    assert (shown["requested_by"], shown["approved_by"]) == (str(OFFICER), str(SECOND))
    assert (shown["basis"], shown["erased_id"]) == ("consent_withdrawn", str(person))
    by_service = {each["service"]: each for each in shown["services"]}  # type: ignore[attr-defined]
    assert set(by_service) == set(SERVICES)
    found = by_service["scheduling"]
    assert (found["keys"], found["events"], found["fields"], found["readable"]) == ([str(key)], 1, 1, 0)
    assert found["purged"]["answers"] == 1
    assert [each["fields"] for name, each in by_service.items() if name != "scheduling"] == [0, 0, 0]
    (position, kept, _) = next(each for each in leaves(participation) if each[0] == shown["record"]["position"])  # type: ignore[index]
    assert kept.hex() == shown["record"]["leaf"]  # type: ignore[index]
    assert position > 0
    for each in all_four.by_name.values():
        assert [live for _, live, _ in each.rebuilt()] == [rebuilt for _, _, rebuilt in each.rebuilt()]
        assert all(kept == made for _, kept, made in leaves(each))
    again = ASKED | {"subject_id": str(person)}
    refused = post(participation, f"/erasures/{uuid4()}", DPO, again, OFFICER, 409)
    assert refused["type"] == "/problems/subject-already-erased"


def test_nothing_is_sealed_for_somebody_once_they_are_erased(all_four: Four) -> None:
    scheduling, person = all_four["scheduling"], uuid4()
    ordered(all_four, person)
    all_four.carried_out()
    late = {"name": MORAG, "home_area": "S12000047"}
    refused = post(scheduling, f"/team-members/{person}", "planner", late, status=410)
    assert refused["type"] == "/problems/owner-erased"
    assert readable(scheduling) == []


def rows(at: Four, service: str) -> list[DueRow]:
    return due.ready(at[service].running.log)


def one_step(at: Four, service: str) -> str:
    """Carry out the oldest row; returns its command."""
    (row, *_) = rows(at, service)
    assert react(at[service].running, limit=1) == 1
    return row.asked


def dies_after_the_deed(at: Four, service: str) -> str:
    """What a process leaves that is killed when the deed is done and nothing is appended about it."""
    (row, *_) = rows(at, service)
    deeds[type(row.command)](at[service].running, row.command)
    return row.asked


@pytest.mark.parametrize("dies_at", [EraseSubject, DestroyKeys, ConfirmErasure])
@pytest.mark.parametrize("when", [dies_after_the_deed, one_step])
def test_whoever_dies_on_the_way_finds_somebody_erased_or_untouched_and_finishes(
    tmp_path: Path, dies_at: type, when: Callable[[Four, str], str]
) -> None:
    at = four(tmp_path)
    person = member(at)
    erasure = ordered(at, person)
    scheduling = at["scheduling"]
    at["participation"].sequencer.drain()
    bus = LocalBus({"participation": at["participation"].running.log})
    bus.deliver(Hearing(scheduling.running, bus.feed), ["participation"])
    for _ in range(3):
        at.later(timedelta(minutes=2))
        if rows(at, "scheduling")[0].asked == f"speir.{dies_at.__name__}":
            break
        one_step(at, "scheduling")
    assert when(at, "scheduling") == f"speir.{dies_at.__name__}"
    scheduling.running.keyring.close()  # whoever starts next remembers nothing
    with scheduling.running.log.reading() as tx:
        said = scheduling.running.state_of(tx, erased, ErasedId(person))
    assert readable(scheduling) == ([] if said.destroyed_at or dies_at is not EraseSubject else [MORAG])
    at.carried_out()
    assert readable(scheduling) == []
    assert certificate(at, erasure)["certified_on"] == "2026-01-05"
    with scheduling.running.log.reading() as tx:
        facts, _ = scheduling.running.log.facts(tx, f"erased/{person}")
    assert [type(fact).__name__ for fact in facts] == ["SubjectErased", "KeysDestroyed", "ErasureConfirmed"]
