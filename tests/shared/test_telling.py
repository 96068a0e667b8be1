"""What is published is numbered densely, told in one order in the same bytes, and marked told only when it was."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from sqlalchemy import select

from shared.edges.bus import Publisher, declare
from shared.edges.relay import Relay
from shared.messages import Words
from shared.sourcing import telling
from shared.sourcing.leases import Lease
from shared.sourcing.tables import event, ledger
from shared.sourcing.telling import Garbled, partition_of, told
from tests.shared.bus_fixtures import Deployed, Pair, cause, deployed, pair, postgres_pair, tray_in, until
from tests.shared.sample_contracts import LoafBaked, TryRecipe

__all__ = ["deployed", "pair", "postgres_pair"]

NOTE = "a pinch of something"


@pytest.mark.parametrize(
    ("about", "partition"),
    [
        ("", 4),
        ("speir", 2),
        ("00000000-0000-0000-0000-000000000000", 4),
        ("6f1c7f0e-2a86-4a5e-9a35-0f3f1d1c2b11", 7),
        ("ночь", 0),
    ],
)
def test_a_subject_is_told_in_the_same_partition_for_ever(about: str, partition: int) -> None:
    assert partition_of(about) == partition


def test_numbers_are_dense_from_1_in_each_of_the_8_partitions(pair: Pair) -> None:
    for n, partition in enumerate([3, 1, 4, 1, 5, 0, 2, 6, 7, 3]):
        pair.bake(tray_in(partition), n + 1)
        pair.kitchen.handle(TryRecipe(tray_id=uuid4()), cause())
        pair.sequencer.once()
    of_partition: dict[int, list[int]] = {}
    for each in map(told, pair.told()):
        of_partition.setdefault(each.partition, []).append(each.number)
    assert sorted(of_partition) == list(range(8))
    assert of_partition == {partition: list(range(1, len(n) + 1)) for partition, n in of_partition.items()}
    assert pair.numbers() == (6, 6, 7, 11, 3, 5, 8, 9)


def test_what_is_told_is_what_the_log_holds(pair: Pair) -> None:
    tray = uuid4()
    pair.bake(tray, 3)
    pair.slice(tray, 2)
    raws = pair.told()
    with pair.kitchen.log.reading() as tx:
        recorded = pair.kitchen.log.ordered(tx)
    for raw, of_log in zip(raws, recorded, strict=True):
        said = told(raw)
        assert (said.event_id, said.body, said.recorded_us) == (of_log.event_id, of_log.body, of_log.recorded_us)
        assert (said.producer, said.about, said.partition) == ("kitchen", str(tray), partition_of(str(tray)))
        assert (said.type, said.schema_version, said.fact) == (of_log.type, 1, of_log.fact)


def test_an_envelope_is_a_cloudevent_that_names_nobody(pair: Pair) -> None:
    because = cause()
    assert because.actor is not None
    pair.kitchen.handle(TryRecipe(tray_id=uuid4()), because)
    pair.bake(uuid4())
    (raw,) = pair.told()
    said = orjson.loads(raw)
    assert set(said) == {
        "specversion", "id", "source", "type", "subject", "time", "datacontenttype", "schemaversion", "partition",
        "number", "data",
    }  # fmt: skip
    assert (said["specversion"], said["source"], said["type"]) == ("1.0", "/speir/kitchen", "kitchen.LoafBaked")
    assert datetime.fromisoformat(said["time"]).utcoffset() is not None
    assert raw == orjson.dumps(said, option=orjson.OPT_SORT_KEYS), "canonical: the feed and the bus say the same bytes"


def test_private_facts_never_leave(pair: Pair) -> None:
    tray = tray_in(5)
    pair.kitchen.handle(TryRecipe(tray_id=tray, note=Words(NOTE)), cause())
    pair.bake(tray)
    pair.kitchen.handle(TryRecipe(tray_id=tray, note=Words(NOTE)), cause())
    pair.bake(tray)
    raws = pair.told()
    assert [(told(raw).type, told(raw).number) for raw in raws] == [("kitchen.LoafBaked", 1), ("kitchen.LoafBaked", 2)]
    with pair.kitchen.log.reading() as tx:
        assert [each.raw for each in telling.untold(tx, "kitchen")] == raws
        of_private = select(ledger.c.number).join(event, event.c.id == ledger.c.event_pk)
        private = tx.execute(of_private.where(event.c.type == "tests.RecipeTried"))
        assert [row.number for row in private] == [None, None]


def test_the_feed_gives_pages_that_join_without_a_seam(pair: Pair) -> None:
    pair.bake(tray_in(2), 450)
    everything = pair.told()
    pages: list[bytes] = []
    while page := pair.local.feed("kitchen", 2, len(pages)):
        assert len(page) <= 200
        pages += page
    assert pages == everything
    assert [told(raw).number for raw in pages] == list(range(1, 451))


def _envelope(**changed: Any) -> bytes:
    about = "ночь"  # in partition 0, which False is taken for
    said = {
        "specversion": "1.0", "id": str(UUID(int=7)), "source": "/speir/kitchen", "type": "kitchen.LoafBaked",
        "subject": about, "time": "2025-01-01T00:00:00Z", "datacontenttype": "application/json", "schemaversion": 1,
        "partition": partition_of(about), "number": 1, "data": {"loaf": 1},
    }  # fmt: skip
    return orjson.dumps({name: value for name, value in (said | changed).items() if value is not ...})


def test_a_sound_envelope_is_read() -> None:
    said = told(_envelope())
    assert (said.producer, said.number, said.event_id, said.body) == ("kitchen", 1, UUID(int=7), b'{"loaf":1}')


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\x00\xff\xfe", b"null", b"[]", b"7", b'"text"', _envelope()[:-1], _envelope()[:100],
        _envelope().replace(b'"loaf":1', b'"loaf":NaN'), b"[" * 100_000, b'{"a":' * 5_000,
        _envelope(subject="\ud800".encode("utf-16", "surrogatepass").decode("latin-1")), b"x" * 10_000_000,
    ],
    ids=lambda raw: f"{raw[:12]!r}-{len(raw)}",
)  # fmt: skip
def test_bytes_that_are_no_envelope_are_garbled(raw: bytes) -> None:
    with pytest.raises(Garbled):
        told(raw)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("partition", 7), ("partition", "0"), ("partition", None), ("partition", 0.0), ("partition", -8),
        ("partition", False), ("number", 0), ("number", -1), ("number", "1"), ("number", 1.0), ("number", None),
        ("number", True),
        ("schemaversion", "1"), ("schemaversion", None), ("schemaversion", True), ("id", "7"), ("id", 7), ("id", None),
        ("time", "yesterday"), ("time", "2025-01-01T00:00:00"), ("time", 7), ("subject", None), ("subject", 7),
        ("subject", ["ночь"]), ("source", 7), ("source", ["/speir/kitchen"]),
        ("type", 7), ("type", None), ("type", ["kitchen.LoafBaked"]), ("type", "kitchen.\x00"), ("data", ...),
        ("data", None), ("data", [1]), ("time", ...), ("id", ...), ("number", ...), ("subject", ...),
    ],
)  # fmt: skip
def test_an_envelope_with_one_member_wrong_is_garbled(name: str, value: Any) -> None:
    with pytest.raises(Garbled):
        told(_envelope(**{name: value}))


def test_a_subject_that_no_database_could_hold_is_garbled() -> None:
    about = next(text for text in (f"\x00{n}" for n in range(100)) if partition_of(text) == 0)
    with pytest.raises(Garbled):
        told(_envelope(subject=about))


def test_progress_counts_what_is_still_to_do(pair: Pair) -> None:
    def progress() -> dict[str, int]:
        with pair.kitchen.log.reading() as tx:
            return telling.progress(tx, 0)

    nothing = {"size": 0, "unsequenced": 0, "untold": 0, "due": 0, "parked": 0}
    assert progress() == nothing
    pair.bake(uuid4(), 3)
    pair.kitchen.handle(TryRecipe(tray_id=uuid4()), cause())
    assert progress() == nothing | {"unsequenced": 4}
    pair.sequencer.drain()
    assert progress() == nothing | {"size": 4, "untold": 3}
    epoch = Lease(pair.kitchen.log, "relay").held()
    assert epoch is not None
    assert telling.confirm(pair.kitchen.log, epoch, 1)
    assert progress() == nothing | {"size": 4, "untold": 1}


def test_a_relay_that_lost_the_lead_moves_no_mark_and_no_mark_moves_back(pair: Pair) -> None:
    first, second = (Lease(pair.kitchen.log, "relay") for _ in range(2))
    old = first.held()
    assert old is not None
    assert second.held() is None, "one leads at a time"
    assert telling.confirm(pair.kitchen.log, old, 10)
    first.give_up()
    new = second.held()
    assert new is not None
    assert new > old
    assert telling.confirm(pair.kitchen.log, new, 20)
    assert not telling.confirm(pair.kitchen.log, old, 30)
    assert not telling.confirm(pair.kitchen.log, new, 19)
    assert pair.mark() == 20
    assert first.held() is None


def test_what_no_queue_takes_leaves_the_mark_where_it_was(deployed: Deployed) -> None:
    deployed.bake(tray_in(0), 3)
    deployed.sequencer.drain()
    deployed.publisher.connect()
    assert (deployed.relay.once(), deployed.relay.once(), deployed.mark()) == (0, 0, -1)
    assert deployed.relay.failures == 2
    assert declare(deployed.url, deployed.listener, [deployed.producer]) == ()
    assert (deployed.relay.once(), deployed.mark(), deployed.relay.failures) == (3, 2, 0)


def test_one_unroutable_fact_in_a_batch_leaves_the_mark_where_it_was(deployed: Deployed) -> None:
    deployed.laid_out()
    deployed.channel.queue_delete(deployed.queue(6))
    deployed.bake(tray_in(0), 20)
    deployed.bake(tray_in(6))
    deployed.bake(tray_in(0), 20)
    deployed.sequencer.drain()
    assert (deployed.relay.once(), deployed.mark()) == (0, -1)
    deployed.laid_out()
    assert (deployed.relay.once(), deployed.mark()) == (41, 40)


def test_a_broker_that_is_not_there_leaves_the_mark_where_it_was(pair: Pair) -> None:
    pair.bake(uuid4())
    pair.sequencer.drain()
    relay = Relay(pair.kitchen.log, "kitchen", Publisher("amqp://a:b@127.0.0.1:1//", "kitchen"))
    assert (relay.once(), pair.mark(), relay.failures) == (0, -1, 1)


def test_two_relays_at_once_tell_everything_in_order_and_the_mark_only_rises(deployed: Deployed) -> None:
    deployed.laid_out()
    publishers = [Publisher(deployed.url, deployed.producer) for _ in range(2)]
    relays = [Relay(deployed.kitchen.log, "kitchen", publisher) for publisher in publishers]
    done, marks = threading.Event(), [deployed.mark()]

    def tell(relay: Relay) -> int:
        confirmed = 0
        while not done.is_set():
            confirmed += relay.once()
            if confirmed and relay.lease.epoch is not None:
                relay.lease.give_up()
        return confirmed

    with ThreadPoolExecutor(2) as pool:
        telling_ = [pool.submit(tell, relay) for relay in relays]
        for n in range(40):
            deployed.bake(tray_in(n % 8), 5)
            deployed.sequencer.drain()
            marks.append(deployed.mark())
        until(lambda: deployed.mark() == 199, "not everything was confirmed")
        done.set()
        confirmed = [each.result() for each in telling_]
    for publisher in publishers:
        publisher.close()
    assert all(confirmed), "both had the lead for a while"
    assert marks == sorted(marks)
    expected = deployed.told()
    for partition in range(8):
        first_time = list(dict.fromkeys(_waiting(deployed, partition)))
        assert first_time == [raw for raw in expected if told(raw).partition == partition]


def _waiting(deployed: Deployed, partition: int) -> list[bytes]:
    """All that lies in a queue: what comes before a last message of our own."""
    last, taken = uuid4().bytes, list[bytes]()
    channel = deployed.channel
    channel.auto_decode = False
    channel.basic_publish_confirm(channel.prepare_message(last), routing_key=deployed.queue(partition))
    tag = channel.basic_consume(deployed.queue(partition), no_ack=True, callback=lambda m: taken.append(m.body))
    while not taken or taken[-1] != last:
        channel.connection.drain_events(timeout=60)
    channel.basic_cancel(tag)
    return taken[:-1]


def test_facts_of_the_sample_contract_are_published_ones() -> None:
    assert LoafBaked.__event_type__.published  # type: ignore[attr-defined]
    assert LoafBaked.__event_type__.name == "kitchen.LoafBaked"  # type: ignore[attr-defined]
