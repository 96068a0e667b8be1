"""Erased is not missing: a log and its keys say which it is, and what comes back is erased again."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete

from services.scheduling.commands import RegisterTeamMember
from shared.erasure.commands import EraseSubject
from shared.erasure.facts import SubjectErased
from shared.erasure.judging import SOUND, Judged, Standing, by_keyring, judged
from shared.erasure.reapplying import outstanding, reapply
from shared.messages import Words
from shared.sealing.databases import open_database
from shared.sealing.key_tables import keys
from shared.sealing.keyring import Keyring
from shared.sealing.unlocking import KeyLost
from shared.sourcing.recording import entry, nothing_to_seal
from shared.sourcing.service import Cause
from shared.sourcing.store import Append
from shared.vocabulary.erasure import ErasedId, ErasedKind, ErasureBasis, ErasureId, KeyOwner
from shared.vocabulary.identity import ActorId, GssCode, PersonId
from tests.erasures import Four, four, get, readable
from tests.serving import Served
from tests.shared.test_erasure import MORAG, OTHER, member, ordered

BY_TEST = Cause(uuid4(), "planner", "inspect", uuid4())


@pytest.fixture
def all_four(tmp_path: Path) -> Four:
    return four(tmp_path)


def judge(served: Served) -> list[Judged]:
    served.sequencer.drain()
    with served.running.log.reading() as tx:
        events = served.running.log.ordered(tx, limit=100_000)
    return judged(events, by_keyring(served.running.keyring))


def standings(served: Served) -> list[tuple[str, Standing]]:
    return [(each.path, each.standing) for each in judge(served)]


def lose_key(served: Served, owner: str) -> None:
    """Delete a key by hand, as somebody who owns the key store might, and remember nothing of it."""
    ring = served.running.keyring
    with ring.engine.begin() as tx:
        tx.execute(delete(keys).where(keys.c.owner == owner))
    ring.forget([owner])


def test_what_was_erased_by_two_people_is_told_from_what_is_there(all_four: Four) -> None:
    person, _ = member(all_four), member(all_four, OTHER)
    scheduling = all_four["scheduling"]
    assert standings(scheduling) == [("name", Standing.PRESENT)] * 2
    ordered(all_four, person)
    all_four.carried_out()
    assert standings(scheduling) == [("name", Standing.ERASED), ("name", Standing.PRESENT)]
    assert all(each.standing in SOUND for served in all_four.by_name.values() for each in judge(served))


def test_a_key_that_somebody_deleted_by_hand_is_missing_and_it_is_said_where(all_four: Four) -> None:
    member(all_four)
    lost, scheduling = member(all_four, OTHER), all_four["scheduling"]
    lose_key(scheduling, f"person/{lost}")
    (missing,) = [each for each in judge(scheduling) if each.standing not in SOUND]
    assert (missing.standing, missing.position, missing.path) == (Standing.MISSING, 1, "name")
    assert missing.stream == f"team_member/{lost}"
    with pytest.raises(KeyLost):
        readable(scheduling)


def test_a_key_that_somebody_destroyed_without_authority_is_missing_too(all_four: Four) -> None:
    person, scheduling = member(all_four), all_four["scheduling"]
    scheduling.running.keyring.destroy([f"person/{person}"])
    assert standings(scheduling) == [("name", Standing.MISSING)]


def forged(person: UUID, key: UUID, by: ActorId, approved_by: ActorId) -> SubjectErased:
    return SubjectErased(
        erased_id=ErasedId(person),
        kind=ErasedKind.PERSON,
        erasure_id=ErasureId(uuid4()),
        basis=ErasureBasis.LEGAL_OBLIGATION,
        requested_by=by,
        approved_by=approved_by,
        owners=(KeyOwner(f"person/{person}"),),
        keys=(key,),
        events=1,
        fields=1,
    )


@pytest.mark.parametrize("alone", [True, False])
def test_an_event_that_one_person_wrote_gives_no_authority(all_four: Four, *, alone: bool) -> None:
    person, scheduling = member(all_four), all_four["scheduling"]
    (key,) = scheduling.running.keyring.keys_of(f"person/{person}")
    one = ActorId(uuid4())
    fact = forged(person, key, one, one if alone else ActorId(uuid4()))
    made = entry(uuid4(), fact, BY_TEST, None, nothing_to_seal)
    with scheduling.running.log.writing() as tx:
        scheduling.running.log.append(tx, [Append(f"erased/{person}", str(person), 0, (made,))])
    scheduling.running.keyring.destroy([f"person/{person}"])
    assert [(each.standing, each.position) for each in judge(scheduling)] == [
        (Standing.MISSING, 0),
        (Standing.FORGED, 1),
    ]


def test_an_order_is_forged_that_nobody_asked_for(all_four: Four) -> None:
    person, participation = member(all_four), all_four["participation"]
    ordered(all_four, person)
    participation.sequencer.drain()
    with participation.running.log.reading() as tx:
        events = participation.running.log.ordered(tx, limit=100)
    assert [each.type for each in events] == ["speir.ErasureRequested", "participation.ErasureOrdered"]
    (verdict,) = judged(events[1:], by_keyring(participation.running.keyring))
    assert (verdict.standing, verdict.position) == (Standing.FORGED, 1)
    assert [each.standing for each in judged(events, by_keyring(participation.running.keyring))] == [Standing.PRESENT]


# Restoring


def copied(source: Path, to: Path) -> None:
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(to)) as new:
        old.backup(new)


def test_what_was_erased_is_erased_again_when_keys_come_back_and_before_anybody_is_served(tmp_path: Path) -> None:
    at = four(tmp_path)
    person, _ = member(at), member(at, OTHER)
    scheduling = at["scheduling"]
    store, epochs = tmp_path / "scheduling.keys.db", tmp_path / "scheduling.epochs"
    copied(store, tmp_path / "copy.db")
    shutil.copytree(epochs, tmp_path / "copy.epochs")
    ordered(at, person)
    at.carried_out()
    ring = scheduling.running.keyring
    ring.close()
    for part in tmp_path.glob("scheduling.keys.db*"):
        part.unlink()
    copied(tmp_path / "copy.db", store)
    old = reopened(ring, store, epochs)
    with pytest.raises(KeyLost):
        readable(scheduling, old)
    old.close()
    shutil.rmtree(epochs)
    shutil.copytree(tmp_path / "copy.epochs", epochs)
    scheduling.running.keyring = reopened(ring, store, epochs)
    assert sorted(readable(scheduling)) == sorted([MORAG, OTHER]), "both came back"
    assert list(outstanding(scheduling.running)) == [person]
    assert scheduling.client.get("/scheduling/health/ready").status_code == 200
    assert readable(scheduling) == [OTHER]
    assert outstanding(scheduling.running) == {}
    assert reapply(scheduling.running) == 0


def reopened(ring: Keyring, store: Path, epochs: Path) -> Keyring:
    """A key store under the same root key, in another process as it were."""
    return Keyring(open_database(f"sqlite:///{store}"), ring._unlocking._root, epochs)


# Many


def test_fifty_of_a_thousand_are_erased_and_the_others_stay(all_four: Four) -> None:
    scheduling = all_four["scheduling"]
    people = [PersonId(uuid4()) for _ in range(1000)]
    for n, person in enumerate(people):
        known = RegisterTeamMember(person_id=person, name=Words(f"number {n}"), home_area=GssCode("S12000047"))
        scheduling.running.handle(known, BY_TEST)
    gone = people[::20]
    asked = EraseSubject(
        erased_id=ErasedId(gone[0]),
        kind=ErasedKind.PERSON,
        erasure_id=ErasureId(uuid4()),
        basis=ErasureBasis.CONSENT_WITHDRAWN,
        requested_by=ActorId(uuid4()),
        approved_by=ActorId(uuid4()),
    )
    for person in gone:
        order = replace(asked, erased_id=ErasedId(person), erasure_id=ErasureId(uuid4()))
        scheduling.running.handle(scheduling.running.acted(order), BY_TEST)
    scheduling.react()
    kept = {f"number {n}" for n, person in enumerate(people) if person not in gone}
    assert len(kept) == 950
    assert set(readable(scheduling)) == kept
    assert [live for _, live, _ in scheduling.rebuilt()] == [rebuilt for _, _, rebuilt in scheduling.rebuilt()]
    assert get(scheduling, f"/erased/{gone[7]}", "auditor")["fields"] == 1
