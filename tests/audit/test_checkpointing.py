"""A log signs what it has come to, once for each size, and nothing that contradicts what it signed before."""

from datetime import datetime

import pytest
from sqlalchemy import Table, delete, update
from sqlalchemy.exc import DBAPIError

from shared.audit.checkpointing import BEAT_S, QUIET_BEAT_S, Checkpointer, HistoryDiffers, beat_of
from shared.edges.clock import next_beat
from shared.edges.settings import SERVICES
from shared.sourcing import tree
from shared.sourcing.merkle import EMPTY_ROOT
from shared.sourcing.tables import checkpoint, subtree
from shared.sourcing.tree import BeyondTheLog
from tests.audit.logs import SEED, Audited
from tests.shared.log_fixtures import together


def test_a_log_is_signed_when_it_has_grown_and_not_before(here: Audited) -> None:
    assert here.signs.once() is None, "nothing is there to be signed"
    here.grows(3)
    first = here.signed()
    assert (first.size, first.root) == here.root()
    assert here.signs.once() is None
    here.grows(5)
    assert here.signed().size == 8
    with here.log.snapshot() as tx:
        assert [each.size for each in tree.all_signed(tx)] == [3, 8]
        assert tree.first_signed(tx, 4).size == 8
        newest, before = tree.last_signed(tx), tree.last_signed(tx, 7)
        assert newest is not None
        assert before is not None
        assert (newest.size, before.size) == (8, 3)
        with pytest.raises(BeyondTheLog):
            tree.first_signed(tx, 9)


def test_the_tree_has_every_root_that_it_ever_had(here: Audited) -> None:
    here.grows(600, each=20)
    with here.log.snapshot() as tx:
        size, root = tree.head(tx)
        assert (size, tree.root_at(tx, size)) == (600, root)
        assert tree.root_at(tx, 0) == EMPTY_ROOT
        assert len(tree.tile(tx, 0, 2)) == 600 - 512
        assert len(tree.tile(tx, 1, 0)) == 2
        with pytest.raises(BeyondTheLog):
            tree.root_at(tx, 601)


def test_only_one_signs_at_a_time_and_each_size_once(here: Audited) -> None:
    here.grows(4)
    others = [Checkpointer(here.log, SEED) for _ in range(4)]
    made = together([each.once for each in others])
    assert [each.size for each in made if each is not None] == [4]
    here.grows(4)
    leader = next(each for each, signed in zip(others, made, strict=True) if signed is not None)
    assert [each.once() is not None for each in others] == [each is leader for each in others]


@pytest.mark.parametrize("change", ["cut", "rewritten", "head"])
def test_what_differs_from_what_was_signed_is_signed_no_further(here: Audited, change: str) -> None:
    here.grows(300, each=10)
    here.signed()
    if change == "cut":
        here.sql("DELETE FROM ledger WHERE position > 9")
    elif change == "rewritten":
        here.sql("UPDATE ledger SET leaf = (SELECT leaf FROM ledger WHERE position = 6) WHERE position = 290")
    else:
        here.sql("UPDATE log_head SET size = size - 64")
    if change != "head":
        here.grows(7, streams=1)
    with pytest.raises(HistoryDiffers):
        here.signs.once()
    with here.log.snapshot() as tx:
        assert [each.size for each in tree.all_signed(tx)] == [300]


@pytest.mark.parametrize("table", [subtree, checkpoint], ids=str)
def test_what_was_signed_is_never_changed(here: Audited, table: Table) -> None:
    here.grows(260, each=20)
    here.signed()
    for change in (update(table).values(root=table.c.root), delete(table)):
        with pytest.raises(DBAPIError), here.log.writing() as tx:
            tx.execute(change)


def test_participation_is_signed_on_a_fixed_beat_and_the_others_soon() -> None:
    assert {each: beat_of(each) for each in SERVICES} == {
        each: QUIET_BEAT_S if each == "participation" else BEAT_S for each in SERVICES
    }
    assert BEAT_S <= 1 < QUIET_BEAT_S == 60


@pytest.mark.parametrize(
    ("now", "beat"), [("09:00:00", "09:00:00"), ("09:00:00.000001", "09:01:00"), ("09:00:59.999", "09:01:00")]
)
def test_a_beat_does_not_depend_on_when_somebody_started(now: str, beat: str) -> None:
    at = [datetime.fromisoformat(f"2026-11-24T{each}+00:00") for each in (now, beat)]
    assert next_beat(at[0], QUIET_BEAT_S) == at[1]
