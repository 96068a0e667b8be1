"""Looking at who broke the glass, over HTTP: extended and reviewed by another, and withheld where nobody looked."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.edges.broken_glass import broken_glass
from shared.oversight.facts import GlassReviewMissed
from tests.oversight.watched import breaks, proof, refusals
from tests.participation.area import Area, problem

READER, OTHER = uuid4(), uuid4()
OFFICER = "safeguarding_officer"


def broke(area: Area, actor: UUID = READER) -> UUID:
    glass_id = uuid4()
    answer = breaks(area.served, actor, ("conversation", area.conversation), glass_id=glass_id)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return glass_id


def reads(area: Area, glass_id: UUID) -> int:
    shown = {"Speir_Break_Glass": str(glass_id)}
    path = f"/conversations/{area.conversation}"
    return int(area.served.call("GET", path, "inspector", actor=READER, member=False, **shown).status_code)


def extends(area: Area, glass_id: UUID, role: str = OFFICER, actor: UUID = OTHER, **more: Any) -> Any:
    sent = proof(area.served, actor, role)
    return area.served.call("POST", f"/broken-glass/{glass_id}/extension", role, {}, actor, **{**sent, **more})


def reviews(area: Area, glass_id: UUID, role: str = OFFICER, actor: UUID = OTHER, **more: Any) -> Any:
    body = {"outcome": "justified"}
    return area.served.call("POST", f"/broken-glass/{glass_id}/review", role, body, actor, **more)


def row(area: Area, glass_id: UUID) -> Any:
    items = area.served.call("GET", "/broken-glass", "auditor").json["items"]
    return next(each for each in items if each["glass_id"] == str(glass_id))


def test_another_person_lets_them_read_on_and_they_do_not_by_themselves(heard: Area) -> None:
    glass_id = broke(heard)
    problem(extends(heard, glass_id, actor=READER), 403, "own-glass")
    assert refusals(heard.running, READER) == ["own-glass"]
    heard.wait(minutes=20)
    assert extends(heard, glass_id).status_code == 201
    heard.wait(minutes=29)
    assert reads(heard, glass_id) == 200
    heard.wait(minutes=1)
    assert reads(heard, glass_id) == 404
    problem(extends(heard, glass_id), 409, "glass-has-closed")
    assert row(heard, glass_id)["extended_by"] == str(OTHER)


def test_whoever_extends_has_just_proved_who_they_are(heard: Area) -> None:
    plain = heard.served.bearer(OTHER, OFFICER)
    problem(extends(heard, broke(heard), **plain), 403, "proof-needed")


def test_a_review_closes_the_glass_and_is_anothers_and_the_only_one(heard: Area) -> None:
    glass_id = broke(heard)
    problem(reviews(heard, glass_id, actor=READER), 403, "own-glass")
    assert reads(heard, glass_id) == 200
    assert reviews(heard, glass_id).status_code == 201
    assert reads(heard, glass_id) == 404
    problem(reviews(heard, glass_id, "data_protection_officer"), 409, "glass-already-reviewed")
    assert (row(heard, glass_id)["outcome"], row(heard, glass_id)["reviewed_by"]) == ("justified", str(OTHER))


def test_a_lead_looks_at_what_was_broken_on_their_own_inspection_only(heard: Area) -> None:
    glass_id = broke(heard)
    problem(reviews(heard, glass_id, "lead", member=False), 404, "not-found")
    problem(extends(heard, glass_id, "lead", member=False), 404, "not-found")
    assert refusals(heard.running, OTHER) == ["not-assigned"] * 2
    assert extends(heard, glass_id, "lead").status_code == 201
    assert reviews(heard, glass_id, "lead").status_code == 201


@pytest.mark.parametrize("role", ["inspector", "auditor", "operator", "planner", "participation_lead"])
def test_nobody_else_extends_or_reviews(heard: Area, role: str) -> None:
    glass_id = broke(heard)
    problem(reviews(heard, glass_id, role), 403, "not-allowed")
    problem(extends(heard, glass_id, role), 403, "not-allowed")


@pytest.mark.parametrize("made", ["extension", "review"])
def test_what_was_never_broken_is_neither_extended_nor_reviewed(heard: Area, made: str) -> None:
    answer = extends(heard, uuid4()) if made == "extension" else reviews(heard, uuid4())
    problem(answer, 404, "not-found")


def test_who_was_not_looked_at_in_two_working_days_breaks_no_other_until_they_are(heard: Area) -> None:
    there = ("conversation", heard.conversation)
    heard.served.on(date(2025, 9, 5))
    glass_id = broke(heard)
    assert row(heard, glass_id)["review_by"] == "2025-09-09", "from a Friday, over a weekend"
    heard.served.on(date(2025, 9, 9))
    heard.react()
    later = broke(heard)
    assert row(heard, glass_id)["missed_on"] is None
    heard.served.on(date(2025, 9, 10))
    problem(breaks(heard.served, READER, there), 403, "glass-withheld")
    assert reads(heard, later) == 404, "the half hour is over, and what is withheld would open nothing anyway"
    assert refusals(heard.running, READER)[0] == "glass-withheld"
    heard.react()
    assert row(heard, glass_id)["missed_on"] == "2025-09-09"
    with heard.running.log.reading() as tx:
        told = [each.fact for each in heard.running.log.stream(tx, f"glass/{glass_id}")]
    assert [type(fact) for fact in told[1:]] == [GlassReviewMissed]
    problem(breaks(heard.served, READER, there), 403, "glass-withheld")
    assert breaks(heard.served, uuid4(), there).status_code == 201, "others are others"
    assert reviews(heard, glass_id).status_code == 201
    assert breaks(heard.served, READER, there).status_code == 201


def test_a_glass_that_is_still_open_closes_with_the_others_when_a_review_is_missed(heard: Area) -> None:
    broke(heard)
    heard.wait(days=2, hours=13, minutes=40)
    still_open = broke(heard)
    assert reads(heard, still_open) == 200
    heard.wait(minutes=25)
    assert reads(heard, still_open) == 404
    assert refusals(heard.running, READER)[-1] == "glass-does-not-fit"


def test_whoever_breaks_it_more_than_three_times_in_thirty_days_is_shown_as_such(heard: Area) -> None:
    broken = []
    for _ in range(4):
        broken.append(broke(heard))
        assert reviews(heard, broken[-1]).status_code == 201
    assert [row(heard, each)["often"] for each in broken] == [False, False, False, True]
    heard.wait(days=31)
    assert row(heard, broke(heard))["often"] is False


def test_broken_glass_is_rebuilt_from_the_log(heard: Area) -> None:
    reviews(heard, broke(heard))
    extends(heard, broke(heard))
    _, live, rebuilt = next(each for each in heard.served.rebuilt() if each[0] == broken_glass.name)
    assert len(live) == 2
    assert live == rebuilt
