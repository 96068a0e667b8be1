"""The sequencer: one order for ever, dense and complete, whoever leads, dies, stalls or comes late."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text, update

import shared.sourcing.sequencer as sequencing
from shared.sourcing.event_log import EventLog
from shared.sourcing.leases import Lease
from shared.sourcing.postgres_functions import LOG_KEY
from shared.sourcing.sequencer import LeadLost, LogHalted, Sequencer
from shared.sourcing.tables import lease, log_head, tables
from tests.shared.log_fixtures import (
    CAUSE,
    ORIGIN,
    PATIENCE_S,
    AtWork,
    append,
    appending,
    at_work,
    check,
    counted,
    ordered,
    shuffled,
    together,
    until,
)
from tests.shared.samples import OpenJar, PutThings

SIZE = "SELECT size FROM log_head"


@pytest.fixture
def at(database_url: str, tmp_path: Path) -> Iterator[AtWork]:
    with at_work(database_url, tmp_path) as working:
        yield working


@pytest.fixture
def on_postgres(postgres_database: str, tmp_path: Path) -> Iterator[AtWork]:
    with at_work(postgres_database, tmp_path) as working:
        yield working


def lapse(log: EventLog) -> None:
    """Let the leader's time run out, as it does when it stops answering."""
    with log.writing() as tx:
        tx.execute(update(lease).values(until_us=0))


def another(at: AtWork, lasts_us: int = 3_000_000) -> Sequencer:
    """Another worker's sequencer."""
    sequencer = Sequencer(at.log)
    sequencer.lease = Lease(at.log, "sequencer", lasts_us=lasts_us)
    return sequencer


# The order


def test_an_empty_log_has_nothing_to_put_in_order(at: AtWork) -> None:
    assert at.sequencer.drain() == 0
    check(at.log)


@pytest.mark.parametrize("looked_before", [False, True])
def test_the_very_first_event_is_put_in_order(at: AtWork, looked_before: bool) -> None:  # noqa: FBT001 - a parameter
    if looked_before:
        assert [at.sequencer.once() for _ in range(3)] == [0, 0, 0]
    at.ask(OpenJar(jar_id=uuid4()))
    assert at.sequencer.once() == 1
    assert at.sequencer.once() == 0
    check(at.log)
    at.ask(OpenJar(jar_id=uuid4()))
    assert at.sequencer.once() == 1
    check(at.log)


def test_the_order_is_the_same_in_batches_of_any_length(at: AtWork, monkeypatch: pytest.MonkeyPatch) -> None:
    for length in (1, 2, 3, 7):
        monkeypatch.setattr(sequencing, "BATCH", length)
        append(at.log, appending(f"a{length}", 0, 3, partition=length), appending(f"b{length}", 0, 4))
        assert at.sequencer.once() == length
        assert at.sequencer.drain() == 7 - length
        check(at.log, ())


def test_ids_that_nobody_used_leave_no_hole_in_the_order(at: AtWork) -> None:
    for n in range(5):
        with at.log.writing() as tx:
            undone = tx.begin_nested()
            at.log.append(tx, [appending("a", n, 3)])
            undone.rollback()
            at.log.append(tx, [appending("a", n)])
        at.sequencer.once()
    check(at.log, ())
    assert counted(at.log, SIZE) == 5


def test_transactions_that_are_given_up_do_not_hold_up_the_order(at: AtWork) -> None:
    def fails(_tx) -> None:
        raise ZeroDivisionError

    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            at.ask(PutThings(jar_id=uuid4(), count=4), alongside=fails)
        assert at.sequencer.once() == 0
    at.ask(OpenJar(jar_id=uuid4()))
    assert at.sequencer.once() == 1
    check(at.log)


def test_what_is_published_has_dense_numbers_in_each_partition(at: AtWork) -> None:
    for n in range(24):
        append(at.log, appending(f"told{n}", 0, 1 + n % 3, partition=n % 8), appending(f"kept{n}", 0))
        if n % 5 == 0:
            at.sequencer.once()
    at.sequencer.drain()
    check(at.log, ())
    assert counted(at.log, "SELECT count(DISTINCT partition) FROM ledger") == 8
    assert counted(at.log, "SELECT count(*) FROM ledger WHERE number IS NULL") == 24


def test_the_time_of_sequencing_never_goes_back(at: AtWork) -> None:
    with at.log.writing() as tx:
        at.log.set_clock(tx, at.log.now_us(tx) + 3_600_000_000)
    at.ask(OpenJar(jar_id=uuid4()))
    at.sequencer.drain()
    with at.log.writing() as tx:
        tx.execute(update(log_head).values(clock_offset_us=0))
    at.ask(OpenJar(jar_id=uuid4()))
    first, second = at.sequenced()
    assert second.sequenced_us == first.sequenced_us > second.recorded_us
    check(at.log)


def test_many_streams_in_one_transaction_keep_each_its_order(at: AtWork) -> None:
    names = [f"stream{n}" for n in range(6)]
    done = threading.Event()

    def write(seed: int) -> None:
        for n in range(12):
            while True:
                chosen = shuffled(seed * 100 + n, *names)[:3]
                with at.log.reading() as tx:
                    heads = {name: at.log.head(tx, name)[0] for name in chosen}
                try:
                    append(at.log, *[appending(name, version, 2) for name, version in heads.items()])
                except Exception as clash:  # noqa: BLE001 - whatever it is, its name is what counts
                    assert type(clash).__name__ == "Clash"  # noqa: PT017
                else:
                    break

    def sequence() -> None:
        while not done.is_set():
            at.sequencer.once()

    thread = threading.Thread(target=sequence)
    thread.start()
    answers = together([lambda seed=seed: write(seed) for seed in range(6)])
    done.set()
    thread.join(PATIENCE_S)
    at.sequencer.drain()
    assert answers == [None] * 6
    assert counted(at.log, SIZE) == 6 * 12 * 3 * 2
    check(at.log, ())


# Slow, stalled and foreign transactions


def test_writers_share_the_lock_and_the_slow_one_is_not_passed_over(on_postgres: AtWork) -> None:
    log, sequencer = on_postgres.log, on_postgres.sequencer
    seen: list[str] = []
    settled = threading.Event()

    def follow() -> None:
        after = -1
        while not (settled.is_set() and after + 1 == 8):
            sequencer.once()
            with log.reading() as tx:
                for recorded in log.ordered(tx, after):
                    seen.append(recorded.stream)
                    after = recorded.position  # type: ignore[assignment]

    reader = threading.Thread(target=follow)
    with log.writing() as slow:
        log.append(slow, [appending("slow", 0)])
        append(log, *[appending(f"fast{n}", 0) for n in range(3)])
        reader.start()
        append(log, *[appending(f"faster{n}", 0) for n in range(3)])
        assert "slow" not in seen
        log.append(slow, [appending("slow", 1)])
    settled.set()
    reader.join(PATIENCE_S)
    assert not reader.is_alive()
    assert sorted(seen) == sorted(["slow", "slow", *(f"{kind}{n}" for kind in ("fast", "faster") for n in range(3))])
    check(log, ())


def test_a_stalled_writer_delays_the_order_and_no_other_writer(on_postgres: AtWork) -> None:
    log = on_postgres.log
    with log.writing() as stalled:
        log.append(stalled, [appending("stalled", 0)])
        thread = threading.Thread(target=on_postgres.sequencer.once)
        thread.start()
        until(lambda: waits(on_postgres, "pg_sleep"))
        for n in range(151):
            append(log, appending("busy", n))
        assert thread.is_alive()
        assert counted(log, SIZE) == 0
        assert counted(log, "SELECT count(*) FROM event") == 151
    thread.join(PATIENCE_S)
    assert not thread.is_alive()
    on_postgres.sequencer.drain()
    assert counted(log, SIZE) == 152
    check(log, ())


def waits(at: AtWork, statement: str) -> bool:
    """Whether some session of this database last sent such a statement."""
    query = f"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%{statement}(%'"  # noqa: S608 - names of our own
    return counted(at.log, query + " AND pid <> pg_backend_pid()") > 0


def test_those_who_come_after_the_drain_began_are_not_waited_for(on_postgres: AtWork) -> None:
    log = on_postgres.log
    with log.writing() as late:
        with log.writing() as stalled:
            log.append(stalled, [appending("stalled", 0)])
            thread = threading.Thread(target=on_postgres.sequencer.once)
            thread.start()
            until(lambda: waits(on_postgres, "pg_sleep"))
        late.exec_driver_sql("SELECT 1")
        with log.writing() as later:
            log.append(later, [appending("later", 0)])
            assert thread.is_alive(), "whoever held the lock at the beginning is still there"
    thread.join(PATIENCE_S)
    on_postgres.sequencer.drain()
    check(log, ())


def test_a_transaction_in_another_database_holds_up_nothing(on_postgres: AtWork, postgres_url: str) -> None:
    name = f"test_{uuid4().hex}"
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            with psycopg.connect(f"{postgres_url.rsplit('/', 1)[0]}/{name}") as foreign:
                foreign.execute("CREATE TABLE held (id int)")
                foreign.execute("INSERT INTO held VALUES (1)")
                foreign.execute("SELECT pg_advisory_xact_lock(%s)", (LOG_KEY,))
                on_postgres.ask(PutThings(jar_id=uuid4(), count=3))
                assert on_postgres.sequencer.once() == 3
                foreign.rollback()
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    check(on_postgres.log)


def test_event_ids_are_drawn_one_at_a_time(on_postgres: AtWork) -> None:
    assert counted(on_postgres.log, "SELECT seqcache FROM pg_sequence WHERE seqrelid = 'event_id_seq'::regclass") == 1


# Leaders


def test_one_leads_and_the_other_waits_until_it_gives_up(at: AtWork) -> None:
    first, second = another(at), another(at)
    at.ask(OpenJar(jar_id=uuid4()))
    assert first.once() == 1
    at.ask(OpenJar(jar_id=uuid4()))
    assert second.once() == 0
    assert second.lease.epoch is None
    first.lease.give_up()
    assert second.once() == 1
    assert first.once() == 0
    assert second.lease.epoch == 2
    check(at.log)


def test_a_leader_that_was_replaced_meanwhile_can_do_no_harm(at: AtWork) -> None:
    first, second = another(at), another(at)
    at.ask(OpenJar(jar_id=uuid4()))
    assert first.once() == 1
    lapse(at.log)
    at.ask(OpenJar(jar_id=uuid4()))
    assert second.once() == 1
    at.ask(OpenJar(jar_id=uuid4()))
    with pytest.raises(LeadLost):
        first.once()
    assert counted(at.log, SIZE) == 2
    assert second.once() == 1
    check(at.log)


def test_a_leader_that_wakes_with_an_old_barrier_can_do_no_harm(at: AtWork) -> None:
    first, second = another(at), another(at)
    at.ask(OpenJar(jar_id=uuid4()))
    epoch, settled = first.lease.held(), at.log.store.settled()
    assert epoch is not None
    lapse(at.log)
    at.ask(OpenJar(jar_id=uuid4()))
    assert second.once() == 2
    with pytest.raises(LeadLost), at.log.store.unordered() as tx:
        first._sequence(tx, epoch, settled)
    check(at.log)


def test_an_old_barrier_never_takes_the_order_back(at: AtWork) -> None:
    at.ask(OpenJar(jar_id=uuid4()))
    settled = at.log.store.settled()
    at.ask(OpenJar(jar_id=uuid4()))
    assert at.sequencer.once() == 2
    epoch = at.sequencer.lease.held()
    assert epoch is not None
    with pytest.raises(LeadLost), at.log.store.unordered() as tx:
        at.sequencer._sequence(tx, epoch, settled)
    assert counted(at.log, "SELECT last_event_pk FROM log_head") == 2
    check(at.log)


def test_two_who_both_believe_that_they_lead_put_everything_in_order_once(at: AtWork) -> None:
    done = threading.Event()
    lost: list[str] = []

    def sequence() -> None:
        mine = another(at, lasts_us=1)
        while not done.is_set():
            try:
                mine.once()
            except LeadLost:
                lost.append("lead")
            except Exception as failed:  # noqa: BLE001 - whatever it is, the test has to see it
                lost.append(repr(failed))

    rivals = [threading.Thread(target=sequence) for _ in range(3)]
    for rival in rivals:
        rival.start()
    answers = together([lambda: [at.ask(PutThings(jar_id=uuid4(), count=3)) for _ in range(15)]] * 4)
    until(lambda: counted(at.log, SIZE) == 180 or set(lost) - {"lead"})
    done.set()
    for rival in rivals:
        rival.join(PATIENCE_S)
    assert [len(answer) for answer in answers] == [15] * 4
    assert set(lost) <= {"lead"}, "losing the lead is the only thing that may happen"
    check(at.log)


CHILD = f"""
import sys
from shared.sourcing.leases import Lease
from shared.sourcing.opening import open_log
import shared.sourcing.sequencer as sequencing
sequencing.BATCH = 40
log = open_log(sys.argv[1], {ORIGIN!r})
sequencer = sequencing.Sequencer(log)
sequencer.lease = Lease(log, "sequencer", lasts_us=200_000)
while True:
    try:
        if sequencer.once():
            print("on", flush=True)
    except sequencing.LeadLost:
        print("lost", flush=True)
"""


def kill_after(url: str, lines: int) -> None:
    """Let a process of its own sequence for a while, and kill it in the middle of its work."""
    command = [sys.executable, "-c", CHILD, url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as child:
        assert child.stdout is not None
        try:
            for _ in range(lines):
                assert child.stdout.readline() in (b"on\n", b"lost\n")
        finally:
            os.kill(child.pid, signal.SIGKILL)
        assert child.wait(PATIENCE_S) == -signal.SIGKILL


def test_a_sequencer_that_is_killed_is_replaced_and_nothing_is_lost(at: AtWork) -> None:
    done = threading.Event()

    def write() -> int:
        count = 0
        while not done.is_set():
            at.ask(PutThings(jar_id=uuid4(), count=10))
            count += 10
        return count

    def kill_four() -> None:
        try:
            for lines in (1, 4, 2, 3):
                kill_after(at.url, lines)
        finally:
            done.set()

    written, killed = together([write, kill_four])
    assert killed is None
    until(lambda: at.sequencer.drain() or counted(at.log, SIZE) == written)
    assert at.sequencer.lease.epoch == 5
    assert len(ordered(at.log)) == written
    check(at.log)


# Restored logs


def test_a_log_whose_ids_lie_before_its_order_halts(at: AtWork) -> None:
    at.ask(PutThings(jar_id=uuid4(), count=3))
    at.sequencer.drain()
    with at.log.writing() as tx:
        if at.log.engine.dialect.name == "postgresql":
            tx.execute(text("SELECT setval('event_id_seq', 2)"))
        else:
            tx.execute(update(log_head).values(last_event_pk=4))
    for _ in range(2):
        with pytest.raises(LogHalted):
            at.sequencer.once()
    assert counted(at.log, SIZE) == 3


def test_a_log_that_was_copied_into_a_younger_database_goes_on(
    on_postgres: AtWork, postgres_url: str, tmp_path: Path
) -> None:
    with psycopg.connect(on_postgres.url) as ageing:
        for _ in range(30):
            ageing.execute("SELECT pg_current_xact_id()")
            ageing.commit()
    jar = uuid4()
    for n in range(5):
        on_postgres.ask(PutThings(jar_id=jar, count=n + 1))
    before = on_postgres.sequenced()
    on_postgres.ask(PutThings(jar_id=jar, count=2))
    name = f"test_{uuid4().hex}"
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            copied = f"{postgres_url.rsplit('/', 1)[0]}/{name}"
            with at_work(copied, tmp_path) as restored:
                copy(on_postgres.url, copied)
                assert ordered(restored.log) == before
                lapse(restored.log)
                restored.running.handle(PutThings(jar_id=jar), CAUSE, expected=17)
                after = restored.sequenced()
                assert after[:15] == before
                assert [recorded.version for recorded in after] == list(range(1, 19))
                check(restored.log)
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def copy(source: str, target: str) -> None:
    """Every table's rows and the sequence, as a dump has them."""
    with psycopg.connect(source) as old, psycopg.connect(target) as new:
        new.execute("TRUNCATE log_head, relayed")
        for name in [*tables.tables, "jars_v1"]:
            with (
                old.cursor().copy(f"COPY {name} TO STDOUT (FORMAT binary)") as out,
                new.cursor().copy(f"COPY {name} FROM STDIN (FORMAT binary)") as into,
            ):
                for piece in out:
                    into.write(piece)
        last = old.execute("SELECT last_value, is_called FROM event_id_seq").fetchone()
        new.execute("SELECT setval('event_id_seq', %s, %s)", last)
