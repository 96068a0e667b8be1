"""Whoever owns the database and the log's key changes history, and it is found, and where."""

import random
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import ColumnElement, Connection, Table, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from shared.audit.checkpoints import Checkpoint
from shared.audit.entries import entry_of
from shared.audit.verifying import Finding
from shared.sourcing.merkle import Frontier, leaf_hash
from shared.sourcing.tables import checkpoint, event, ledger, log_head, stream, subtree
from shared.sourcing.tree import BeyondTheLog
from tests.audit.logs import SEED, Audited
from tests.shared.log_fixtures import ORIGIN, append, appending, together

EVENTS, FLIPS = 600, 1000


@pytest.fixture
def grown(here: Audited) -> Audited:
    """Six hundred events, signed three times."""
    for _ in range(3):
        here.grows(EVENTS // 3, each=4)
        here.signed()
    return here


def checks(findings: list[Finding]) -> set[str]:
    return {each.check for each in findings}


def positions(findings: list[Finding], check: str) -> list[int | None]:
    return [each.position for each in findings if each.check == check]


def test_an_honest_log_verifies_from_the_start_and_from_anywhere(grown: Audited) -> None:
    found = grown.verified()
    assert (found.size, found.root) == grown.root()
    assert (found.events, found.checkpoints, found.findings) == (EVENTS, 3, ())
    for since in (1, 199, 200, 256, 512, 599, 600):
        found = grown.verified(since)
        assert (found.events, found.findings) == (EVENTS - since, ())
    with pytest.raises(BeyondTheLog):
        grown.verified(EVENTS + 1)


def test_a_log_that_grows_while_it_is_verified_raises_no_alarm(grown: Audited) -> None:
    def more() -> None:
        for number in range(30):
            append(grown.log, appending(f"jar/new-{number}", 0, 2))
            grown.at.sequencer.once()

    verified = together([more, *[grown.verified for _ in range(4)]])[1:]
    assert [each.findings for each in verified] == [()] * 4


COLUMNS = {
    "body": bytes, "salt": bytes, "commitment": bytes, "meta": bytes, "stream": str, "about": str, "type": str,
    "version": int, "schema_version": int, "recorded_us": int, "partition": int,
}  # fmt: skip
OF_PLACES = {"leaf": bytes, "sequenced_us": int, "number": int, "partition": int}


def flipped(value: Any, chance: random.Random) -> Any:
    """The value with one bit of it changed."""
    if isinstance(value, int):
        return value ^ (1 << chance.randrange(3))
    raw = bytearray(value.encode() if isinstance(value, str) else bytes(value))
    at = chance.randrange(len(raw))
    raw[at] ^= 1 if isinstance(value, str) else 1 << chance.randrange(8)
    return raw.decode() if isinstance(value, str) else bytes(raw)


def test_a_thousand_bits_flipped_are_all_found_at_their_place(sqlite: Audited) -> None:
    chance, here = random.Random(20261124), sqlite
    here.grows(60, each=4)
    here.signed()
    changed, missed = 0, []
    while changed < FLIPS:
        table, columns = chance.choice([(event, COLUMNS), (ledger, OF_PLACES)])
        column, position = chance.choice(sorted(columns)), chance.randrange(60)
        with here.log.reading() as tx:
            pk = tx.execute(select(ledger.c.event_pk).where(ledger.c.position == position)).scalar_one()
            at = event.c.id == pk if table is event else ledger.c.position == position
            value = tx.execute(select(table.c[column]).where(at)).scalar_one()
        try:
            put(here, table, at, column, 1 if value is None else flipped(value, chance))
        except IntegrityError:
            continue  # the database itself takes no second of what is there once
        changed += 1
        found = here.findings()
        if not any(each.position == position for each in found):
            missed.append((table.name, column, position, [str(each) for each in found]))
        put(here, table, at, column, value)
    assert missed == []
    assert here.findings() == []


def put(here: Audited, table: Table, at: ColumnElement[bool], column: str, value: Any) -> None:
    here.behind(lambda tx: tx.execute(update(table).where(at).values({column: value})))


@pytest.mark.parametrize(
    ("statements", "check", "position"),
    [
        (["DELETE FROM event WHERE id = (SELECT event_pk FROM ledger WHERE position = 77)"], "event-missing", 77),
        (["DELETE FROM ledger WHERE position = 77"], "position-missing", 77),
        (["DELETE FROM ledger WHERE position BETWEEN 77 AND 99"], "position-missing", 77),
        (["DELETE FROM ledger WHERE position >= 590"], "cut", 590),
        (
            [
                "UPDATE ledger SET position = -1 WHERE position = 30",
                "UPDATE ledger SET position = 30 WHERE position = 31",
                "UPDATE ledger SET position = 31 WHERE position = -1",
            ],
            "root",
            0,
        ),
        (["UPDATE subtree SET root = (SELECT leaf FROM ledger WHERE position = 1) WHERE number = 1"], "subtree", 256),
    ],
)
def test_a_change_to_the_order_is_found(grown: Audited, statements: list[str], check: str, position: int) -> None:
    grown.sql(*statements)
    assert position in positions(grown.findings(), check)


def test_an_event_that_was_put_in_between_is_found(grown: Audited) -> None:
    def forge(tx: Connection) -> None:
        pk = tx.execute(select(ledger.c.event_pk).where(ledger.c.position == 5)).scalar_one()
        row = dict(tx.execute(select(event).where(event.c.id == pk)).mappings().one())
        forged = row | {"id": -5, "stream": "jar/forged", "version": 1, "event_id": uuid4()}
        if tx.dialect.name != "sqlite":
            tx.exec_driver_sql("ALTER TABLE event ALTER COLUMN id SET GENERATED BY DEFAULT")
        tx.execute(insert(event).values(forged))

    grown.behind(forge)
    assert [each.stream for each in grown.findings() if each.check == "inserted"] == ["jar/forged"]


def test_a_forged_checkpoint_is_found(grown: Audited) -> None:
    grown.sql("UPDATE checkpoint SET note = replace(note, 'demo.test', 'demo.best') WHERE size = 400")
    assert [str(each) for each in grown.findings()] == ["checkpoint-signature: size 400"]


def rewrite(tx: Connection, change: Any, *, keep: int) -> Checkpoint:
    """What somebody does who owns the database and has the log's key: another history, whole and signed by the log.

    The checkpoints from ``keep`` leaves on are signed anew.
    """
    change(tx)
    log_rows = tx.execute(
        select(ledger, event).join(event, event.c.id == ledger.c.event_pk).order_by(ledger.c.position)
    )
    frontier, roots = Frontier(), {}
    from shared.sourcing.event_log import Recorded  # noqa: PLC0415 - an attacker has the code too

    names = [name for name in Recorded.__dataclass_fields__ if name not in ("position", "sequenced_us", "partition")]
    for position, row in enumerate(log_rows.mappings().all()):
        values = {str(column): value for column, value in row.items()}
        made = Recorded(
            **{name: values[name] for name in names}, partition=None, position=position,
            sequenced_us=values["sequenced_us"],
        )  # fmt: skip
        leaf = leaf_hash(entry_of(ORIGIN, made))
        tx.execute(
            update(ledger).where(ledger.c.event_pk == values["event_pk"]).values(leaf=leaf, position=-1 - position)
        )
        frontier.add(leaf)
        roots[frontier.size] = frontier.root()
    tx.exec_driver_sql("UPDATE ledger SET position = -1 - position WHERE position < 0")
    tx.execute(subtree.delete())
    if frontier.completed:
        tx.execute(subtree.insert(), [each._asdict() for each in frontier.completed])
    tx.execute(update(log_head).values(size=frontier.size, frontier=frontier.packed()))
    for size in tx.scalars(select(checkpoint.c.size)).all():
        if size >= keep:
            tx.execute(checkpoint.delete().where(checkpoint.c.size == size))
            if size <= frontier.size:
                note = Checkpoint(ORIGIN, size, roots[size]).signed(SEED)
                row = {"size": size, "root": roots[size], "note": note, "signed_us": 1}
                tx.execute(checkpoint.insert().values(row))
    return Checkpoint(ORIGIN, frontier.size, frontier.root())


def another_meta(tx: Connection) -> None:
    pk = tx.execute(select(ledger.c.event_pk).where(ledger.c.position == 450)).scalar_one()
    tx.execute(update(event).where(event.c.id == pk).values(meta=b'{"actor":"somebody else"}'))


def no_tail(tx: Connection) -> None:
    pks = tx.scalars(select(ledger.c.event_pk).where(ledger.c.position >= 520)).all()
    streams = tx.scalars(select(event.c.stream).where(event.c.id.in_(pks)).distinct()).all()
    tx.execute(ledger.delete().where(ledger.c.position >= 520))
    tx.execute(event.delete().where(event.c.id.in_(pks)))
    left = select(func.count()).where(event.c.stream == stream.c.stream).scalar_subquery()
    tx.execute(update(stream).where(stream.c.stream.in_(streams)).values(version=left))
    tx.execute(update(log_head).values(last_event_pk=min(pks) - 1))


def test_a_history_rewritten_with_the_logs_own_key_is_found_by_what_a_witness_saw(grown: Audited) -> None:
    (_, witnessed), (_, other) = _seen(grown, 400), _seen(grown, 600)
    grown.behind(lambda tx: rewrite(tx, another_meta, keep=0))
    assert grown.findings() == [], "by itself, the other history is whole: it was signed with the log's own key"
    assert grown.findings(witnessed) == [], "what the witness saw first is as it was"
    (found,) = grown.findings(witnessed, other)
    assert (found.check, found.position, found.beyond) == ("root", 400, 600)


def test_a_tail_that_was_cut_and_signed_anew_is_found_by_what_a_witness_saw(grown: Audited) -> None:
    _, other = _seen(grown, 600)
    grown.behind(lambda tx: rewrite(tx, no_tail, keep=0))
    assert grown.findings() == []
    (found,) = grown.findings(other)
    assert (found.check, found.position, found.beyond) == ("cut", 520, 600)


def _seen(here: Audited, size: int) -> tuple[int, Checkpoint]:
    with here.log.snapshot() as tx:
        root = tx.execute(select(checkpoint.c.root).where(checkpoint.c.size == size)).scalar_one()
    return size, Checkpoint(ORIGIN, size, bytes(root))


def test_two_views_of_one_log_are_found_by_comparing_what_each_was_shown(grown: Audited) -> None:
    shown_to_one = Checkpoint(ORIGIN, 600, bytes(32))
    assert checks(grown.findings(shown_to_one)) == {"root"}
