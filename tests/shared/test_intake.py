"""Anonymous answers wait without time, order or sender, and none is lost or doubled on its way into the log."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, create_engine, insert, select, update
from sqlalchemy.exc import OperationalError

from shared.edges import intake as module
from shared.edges.intake import Batch, Intake, TooManyAnswersWait, intake
from shared.limits import WAITING_ANSWERS
from shared.messages import Sealed
from shared.sealing.databases import WRITING, open_database
from shared.sealing.fields import SealBroken
from shared.sealing.keyring import Keyring

SURVEY, OTHER, INSPECTION = uuid4(), uuid4(), uuid4()
WEDNESDAY, MONDAY = date(2025, 9, 3), date(2025, 9, 1)
CANARY = "my uncle hurts me"


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    made = Keyring(open_database(f"sqlite:///{tmp_path}/keys.db"), b"k" * 32, tmp_path / "epochs")
    made.create_tables()
    return made


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    opened = open_database(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def waiting(engine: Engine, keyring: Keyring) -> Intake:
    made = Intake(engine, keyring)
    made.create_tables()
    return made


class Log:
    """What was appended, batch by batch, and how often it failed before."""

    def __init__(self, keyring: Keyring, failures: int = 0) -> None:
        self.batches: dict[UUID, list[dict[str, str]]] = {}
        self._keyring = keyring
        self._failures = failures

    def append(self, batch: Batch) -> None:
        if self._failures:
            self._failures -= 1
            raise ConnectionError
        self.batches.setdefault(batch.batch_id, [json.loads(self._opened(each)) for each in batch.answers])

    def has(self, batch: Batch) -> bool:
        return batch.batch_id in self.batches

    def _opened(self, sealed: Sealed) -> str:
        text = self._keyring.open(sealed)
        assert isinstance(text, str)
        return text

    @property
    def answers(self) -> list[str]:
        return [answer["q1"] for batch in self.batches.values() for answer in batch]


def rows(engine: Engine) -> list[dict[str, object]]:
    with engine.connect() as tx:
        return [dict(row._mapping) for row in tx.execute(select(intake))]


def fill(waiting: Intake, count: int, survey_id: UUID = SURVEY) -> None:
    for n in range(count):
        waiting.take(survey_id, INSPECTION, {"q1": f"answer {n}"}, today=WEDNESDAY)


def test_an_answer_is_kept_sealed_with_its_week_and_nothing_else(waiting, engine):
    waiting.take(SURVEY, INSPECTION, {"q1": CANARY}, today=WEDNESDAY)
    (row,) = rows(engine)
    sealed, answer_id = str(row.pop("sealed")), row.pop("answer_id")
    assert row == {"survey_id": SURVEY, "inspection_id": INSPECTION, "week": MONDAY, "batch": None}
    assert isinstance(answer_id, UUID)
    assert answer_id.version == 4
    assert sealed.startswith("s1.")
    assert "uncle" not in sealed


def test_an_answer_that_was_put_in_anothers_place_does_not_open(waiting, engine, keyring):
    fill(waiting, 2)
    first, second = rows(engine)
    with engine.connect().execution_options(**{WRITING: True}) as tx, tx.begin():
        tx.execute(update(intake).where(intake.c.answer_id == first["answer_id"]).values(sealed=second["sealed"]))
    log = Log(keyring)
    with pytest.raises(SealBroken):
        waiting.release(SURVEY, log.append)
    assert log.batches == {}


def test_a_release_takes_every_answer_of_one_survey_and_leaves_the_others(waiting, engine, keyring):
    fill(waiting, 5)
    fill(waiting, 2, OTHER)
    log = Log(keyring)
    assert set(waiting.waiting()) == {SURVEY, OTHER}
    assert waiting.release(SURVEY, log.append) == 5
    assert len(log.batches) == 1
    assert waiting.waiting() == [OTHER]
    assert [row["survey_id"] for row in rows(engine)] == [OTHER, OTHER]


def test_a_release_of_nothing_appends_nothing(waiting, keyring):
    log = Log(keyring)
    assert waiting.release(SURVEY, log.append) == 0
    assert log.batches == {}


def test_a_release_keeps_neither_the_order_in_which_answers_came_nor_that_of_their_ids(waiting, keyring):
    fill(waiting, 40)
    log = Log(keyring)
    ids: list[UUID] = []

    def append(batch: Batch) -> None:
        ids.extend(each.place.event_id for each in batch.answers)
        log.append(batch)

    waiting.release(SURVEY, append)
    came = [f"answer {n}" for n in range(40)]
    assert Counter(log.answers) == Counter(came)
    assert log.answers != came
    assert ids != sorted(ids)


def test_many_answers_are_released_in_several_batches(waiting, keyring, monkeypatch):
    monkeypatch.setattr(module, "LARGEST_BATCH", 4)
    fill(waiting, 10)
    log = Log(keyring)
    assert waiting.release(SURVEY, log.append) == 10
    assert sorted(map(len, log.batches.values())) == [2, 4, 4]
    assert len(set(log.answers)) == 10


def test_answers_whose_release_failed_stay_and_are_recovered(waiting, engine, keyring):
    fill(waiting, 3)
    log = Log(keyring, failures=1)
    with pytest.raises(ConnectionError):
        waiting.release(SURVEY, log.append)
    assert len(rows(engine)) == 3
    assert waiting.recover(log.has, log.append) == 3
    assert sorted(log.answers) == ["answer 0", "answer 1", "answer 2"]
    assert rows(engine) == []


def test_answers_that_were_released_before_the_crash_are_deleted_and_not_released_again(waiting, engine, keyring):
    fill(waiting, 3)
    log = Log(keyring)

    def append_and_die(batch: Batch) -> None:
        log.append(batch)
        raise SystemExit

    with pytest.raises(SystemExit):
        waiting.release(SURVEY, append_and_die)
    assert len(rows(engine)) == 3
    assert waiting.recover(log.has, append_and_die) == 3
    assert len(log.answers) == 3
    assert rows(engine) == []


def test_answers_that_come_after_the_crash_wait_for_the_next_release(waiting, keyring):
    fill(waiting, 2)
    log = Log(keyring, failures=1)
    with pytest.raises(ConnectionError):
        waiting.release(SURVEY, log.append)
    waiting.take(SURVEY, INSPECTION, {"q1": "late"}, today=WEDNESDAY)
    waiting.recover(log.has, log.append)
    assert "late" not in log.answers
    assert waiting.release(SURVEY, log.append) == 1
    assert Counter(log.answers) == Counter(["answer 0", "answer 1", "late"])


def test_recovering_with_nothing_marked_does_nothing(waiting, engine, keyring):
    fill(waiting, 1)
    log = Log(keyring)
    assert waiting.recover(log.has, log.append) == 0
    assert len(rows(engine)) == 1


def test_two_workers_that_finish_the_same_batch_lose_and_double_nothing(waiting, engine, keyring):
    fill(waiting, 3)
    log = Log(keyring)

    def while_another_recovers(batch: Batch) -> None:
        waiting.recover(log.has, log.append)
        log.append(batch)

    waiting.release(SURVEY, while_another_recovers)
    assert len(log.answers) == 3
    assert rows(engine) == []


def test_an_answer_that_cannot_be_kept_is_not_acknowledged(tmp_path, keyring):
    without_table = Intake(open_database(f"sqlite:///{tmp_path}/empty.db"), keyring)
    with pytest.raises(OperationalError) as failed:
        without_table.take(SURVEY, INSPECTION, {"q1": CANARY}, today=WEDNESDAY)
    assert "uncle" not in str(failed.value)


def test_the_file_keeps_neither_words_nor_an_order_of_arrival(tmp_path, keyring):
    path = tmp_path / "intake.db"
    kept = Intake(open_database(f"sqlite:///{path}"), keyring)
    kept.create_tables()
    fill(kept, 20)
    with create_engine(f"sqlite:///{path}").connect() as tx, pytest.raises(OperationalError):
        tx.exec_driver_sql("SELECT rowid FROM intake")
    with create_engine(f"sqlite:///{path}").connect() as tx:
        ids = [str(each) for each in tx.exec_driver_sql("SELECT answer_id FROM intake").scalars()]
    assert ids == sorted(ids)
    kept.release(SURVEY, Log(keyring).append)
    left = b"".join(file.read_bytes() for file in tmp_path.glob("intake.db*"))
    assert b"s1." not in left
    assert str(SURVEY.hex).encode() not in left


def test_a_survey_whose_answers_fill_the_intake_takes_no_more_and_others_still_do(waiting: Intake, engine: Engine):
    row = {"survey_id": SURVEY, "inspection_id": INSPECTION, "week": MONDAY, "sealed": "sealed"}
    with engine.connect().execution_options(**{WRITING: True}) as tx, tx.begin():
        tx.execute(insert(intake), [row | {"answer_id": uuid4()} for _ in range(WAITING_ANSWERS - 1)])
    waiting.take(SURVEY, INSPECTION, {"q1": "the last"})
    with pytest.raises(TooManyAnswersWait):
        waiting.take(SURVEY, INSPECTION, {"q1": "one more"})
    waiting.take(OTHER, INSPECTION, {"q1": "elsewhere"})
