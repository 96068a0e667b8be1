"""How often one caller may ask holds over every process, says nothing of who asked, and keeps nobody from a child."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from flask import request
from sqlalchemy import select, text

from services.embedded import Embedded
from shared.edges.access import Caller
from shared.edges.allowances import Allowances, TooManyRequests, allowance, make_table
from shared.edges.ceilings import EXTENSION, kind_of
from shared.edges.watch import Attempts, network_of
from shared.limits import ATTEMPTS, ATTEMPTS_S, CHANGES, CONCERNS, LONGEST_WAIT_S, NETWORKS, OPENINGS, READS, Allowance
from shared.sealing.databases import SERVING, open_database
from shared.vocabulary.roles import AccessRole

SECRET = b"a secret of the service's own"
ROOT = Path(__file__).parents[2]
FIFTY = Allowance(at_once=50, a_minute=1)
MINUTE_US = 60_000_000
ASKING = """
import sys
from shared.edges.allowances import Allowances, TooManyRequests
from shared.limits import Allowance
from shared.sealing.databases import SERVING, open_database

engine = open_database(sys.argv[1], pool_size=2, by_hand=True, patience=SERVING)
here = Allowances(engine, b"a secret of the service's own")
print("ready", flush=True)
sys.stdin.readline()
granted = 0
for _ in range(200):
    try:
        here.spend("changes", "issuer/somebody", Allowance(50, 1))
    except TooManyRequests:
        continue
    granted += 1
print(granted)
"""


@pytest.fixture
def here(database_url: str) -> Iterator[Allowances]:
    made = Allowances(open_database(database_url, pool_size=2, by_hand=True, patience=SERVING), SECRET)
    made.create_tables()
    yield made
    made.close()


def granted(here: Allowances, times: int, who: str = "somebody", allowed: Allowance = FIFTY) -> int:
    count = 0
    for _ in range(times):
        try:
            here.spend("changes", who, allowed)
        except TooManyRequests:
            continue
        count += 1
    return count


def test_two_processes_together_grant_what_one_would(postgres_database: str):
    engine = open_database(postgres_database)
    make_table(engine)
    engine.dispose()
    asked = [
        subprocess.Popen([sys.executable, "-c", ASKING, postgres_database], cwd=ROOT, text=True,
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(2)
    ]  # fmt: skip
    assert [each.stdout.readline() for each in asked] == ["ready\n"] * 2
    for each in asked:
        each.stdin.write("\n")
        each.stdin.flush()
    counts = [int(each.communicate()[0]) for each in asked]
    assert 50 <= sum(counts) <= 52, counts  # one more for each minute that they took


def test_threads_together_grant_what_one_would(here: Allowances):
    with ThreadPoolExecutor(4) as threads:
        counts = list(threads.map(lambda _: granted(here, 40), range(4)))
    assert 50 <= sum(counts) <= 52


def test_whoever_is_refused_is_told_how_long_to_wait_and_others_are_not_refused(here: Allowances):
    assert granted(here, 50) == 50
    with pytest.raises(TooManyRequests) as refused:
        here.spend("changes", "somebody", FIFTY)
    assert 1 <= refused.value.details["retry_after_s"] <= 60
    here.spend("reads", "somebody", FIFTY)
    here.spend("changes", "somebody else", FIFTY)


def test_a_bucket_fills_again_as_the_databases_clock_goes_on(here: Allowances):
    assert granted(here, 60) == 50
    with here._engine.connect().execution_options(speir_writing=True) as tx, tx.begin():
        tx.execute(allowance.update().values(until_us=allowance.c.until_us - 10 * 60_000_000))  # ten minutes later
    assert granted(here, 60) == 10


def test_what_everybody_has_together_is_kept_by_tens_of_minutes_only(here: Allowances):
    for _ in range(3):
        here.spend_together("answers", 3, 600)
    with here._engine.connect() as tx:
        (until,) = tx.execute(select(allowance.c.until_us)).scalars()
    assert until % 600_000_000 == 0, "three answers in ten minutes, and not when"
    with pytest.raises(TooManyRequests) as refused:
        here.spend_together("answers", 3, 600)
    assert 1 <= refused.value.details["retry_after_s"] <= 600


def test_the_table_says_neither_who_asked_nor_for_what(here: Allowances):
    who = f"issuer/{uuid4()}"
    here.spend("changes", who, FIFTY)
    with here._engine.connect() as tx:
        (row,) = tx.execute(select(allowance))
    assert len(row.bucket) == 32
    other = Allowances(here._engine, b"another secret")
    assert other._bucket("changes", who) != row.bucket == here._bucket("changes", who)


def test_full_buckets_are_forgotten_and_others_are_kept(here: Allowances):
    here.spend("changes", "somebody", FIFTY)
    assert here.forget() == 0
    with here._engine.connect().execution_options(speir_writing=True) as tx, tx.begin():
        tx.execute(allowance.update().values(until_us=1))
    assert here.forget() == 1


def test_what_cannot_be_counted_is_allowed_and_asked_again_only_later(here: Allowances, capsys):
    with here._engine.connect().execution_options(speir_writing=True) as tx, tx.begin():
        tx.execute(text("DROP TABLE allowance"))
    assert granted(here, 200) == 200
    assert capsys.readouterr().out.count("allowance.uncounted") == 1


def test_on_postgres_the_count_is_never_written_to_the_log_that_is_archived(postgres_database: str):
    engine = open_database(postgres_database)
    make_table(engine)
    make_table(engine)
    with engine.connect() as tx:
        assert tx.execute(text("SELECT relpersistence FROM pg_class WHERE relname = 'allowance'")).scalar_one() == "u"
    engine.dispose()


@pytest.fixture
def form(tmp_path: Path) -> Iterator[Embedded]:
    made = Embedded(tmp_path, "demo.test")
    yield made
    made.close()


def test_over_http_a_caller_who_asks_too_often_is_told_to_wait_and_may_still_tell_of_a_concern(form: Embedded):
    app, actor = form.app(), uuid4()
    client = app.test_client()
    token = form.identity.issuer.mint(actor, AccessRole.LEAD, "speir")
    sent = {"Authorization": f"Bearer {token}", "Idempotency-Key": "1"}
    here = app.extensions[EXTENSION]["participation"]
    assert granted(here, CHANGES.at_once + 50, f"local/{actor}", CHANGES) >= CHANGES.at_once
    with here._engine.connect().execution_options(speir_writing=True) as tx, tx.begin():
        # the bucket gains one each 100 ms; a slow machine's first request would find it so
        tx.execute(allowance.update().values(until_us=allowance.c.until_us + MINUTE_US))
    refused = client.post(f"/participation/v1/surveys/{uuid4()}/closure", headers=sent, json={})
    assert (refused.status_code, refused.json["type"]) == (429, "/problems/too-many-requests")
    assert int(refused.headers["Retry-After"]) >= 1
    assert refused.headers["Cache-Control"] == "no-store"
    raised = client.post(f"/participation/v1/concerns/{uuid4()}", headers=sent, json={})
    assert raised.status_code == 422, "looked at, not turned away"
    assert client.get("/participation/v1/surveys", headers=sent).status_code == 200
    assert CONCERNS.at_once >= CHANGES.at_once


@pytest.mark.parametrize(
    ("service", "path", "method", "role", "kind"),
    [
        ("participation", "concerns/{id}", "POST", AccessRole.LEAD, ("concerns", CONCERNS)),
        ("participation", "concerns/{id}", "GET", AccessRole.LEAD, ("openings", OPENINGS)),
        ("participation", "surveys", "GET", AccessRole.LEAD, ("reads", READS)),
        ("participation", "surveys/{id}", "POST", AccessRole.LEAD, ("changes", CHANGES)),
    ],
)
def test_every_kind_of_request_has_its_own_allowance(form: Embedded, service: str, path: str, method, role, kind):
    app = form.app()
    with app.test_request_context(f"/{service}/v1/{path.format(id=uuid4())}", method=method):
        action = str(request.endpoint).rpartition(".")[2]
        assert kind_of(service, action, Caller(uuid4(), role, "local")) == kind


def test_anonymous_answers_have_one_allowance_together_and_the_refusal_names_nobody(form: Embedded, capsys):
    app = form.app()
    here = app.extensions[EXTENSION]["participation"]
    for _ in range(2):
        here.spend_together("answers", 3_000, 600)
    with here._engine.connect().execution_options(speir_writing=True) as tx, tx.begin():
        tx.execute(allowance.update().values(until_us=allowance.c.until_us + 10 * 600_000_000))
    path = f"/participation/v1/surveys/{uuid4()}/answers"
    refused = app.test_client().post(path, json={"answers": {"q1": "words"}})
    assert (refused.status_code, refused.json["type"]) == (429, "/problems/too-many-requests")
    assert int(refused.headers["Retry-After"]) > 600
    assert "turned_away" not in capsys.readouterr().out


BAD = ("Bearer a.b.c", "Bearer", "Basic Zm9vOmJhcg==", "Bearer " + "x" * 5_000)


def test_bad_tokens_are_slowed_down_alike_whatever_is_wrong_with_them_and_a_good_one_is_not(form: Embedded, capsys):
    app = form.app()
    client, path = app.test_client(), "/participation/v1/surveys"
    asked = [client.get(path, headers={"Authorization": BAD[n % 4]}) for n in range(ATTEMPTS + 8)]
    assert [each.status_code for each in asked] == [401] * ATTEMPTS + [429] * 8
    waits = [int(each.headers["Retry-After"]) for each in asked[ATTEMPTS:]]
    assert waits == [1, 2, 4, 8, 16, 32, LONGEST_WAIT_S, LONGEST_WAIT_S]
    assert len({each.data.replace(each.headers["X-Request-ID"].encode(), b"") for each in asked[:ATTEMPTS]}) == 1
    good = form.identity.issuer.mint(uuid4(), AccessRole.LEAD, "speir")
    assert client.get(path, headers={"Authorization": f"Bearer {good}"}).status_code == 200
    assert client.get(path).status_code == 401, "who sends no token has not tried"
    assert capsys.readouterr().out.count("request.turned_away") == len(asked)


def test_failures_are_forgotten_after_ten_minutes_with_the_key_that_they_were_counted_under():
    now = [0.0]
    attempts = Attempts(lambda: now[0])
    assert [attempts.failed("192.0.2.1") for _ in range(ATTEMPTS + 1)] == [None] * ATTEMPTS + [1]
    assert attempts.failed("192.0.2.200") == 2, "the same network"
    assert attempts.failed("198.51.100.1") is None, "another"
    known, key = set(attempts._failed), attempts._key
    assert not any(b"192" in each for each in known)
    now[0] = float(ATTEMPTS_S)
    assert attempts.failed("192.0.2.1") is None
    assert attempts._key != key
    assert known.isdisjoint(attempts._failed)


def test_very_many_networks_take_no_more_memory_than_many():
    attempts = Attempts()
    for n in range(NETWORKS + 500):
        attempts.failed(f"10.{n >> 8 & 255}.{n & 255}.1" if n < 65536 else None)
    assert len(attempts._failed) == NETWORKS + 1


def test_a_network_is_what_one_household_or_office_has():
    assert network_of("192.0.2.77") == "192.0.2.0/24"
    assert network_of("2001:db8:1:2ff::1") == network_of("2001:db8:1:200:ffff::2") == "2001:db8:1:200::/56"
    assert network_of(None) == network_of("\r\nnobody") == "unknown"
