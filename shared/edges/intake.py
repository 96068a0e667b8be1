"""The intake: anonymous answers wait here without time, order or sender, until they go into the log together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from secrets import SystemRandom
from uuid import UUID, uuid4

from sqlalchemy import (
    Column,
    Connection,
    Date,
    Engine,
    MetaData,
    Table,
    Text,
    Uuid,
    delete,
    func,
    insert,
    select,
    update,
)

from shared.errors import Refused
from shared.limits import WAITING_ANSWERS
from shared.messages import Place, Sealed
from shared.sealing.databases import WRITING
from shared.sealing.keyring import Keyring
from shared.sourcing import codec
from shared.sourcing.clock import SCOTLAND

intake = Table(
    "intake",
    MetaData(),
    Column("answer_id", Uuid, primary_key=True),
    Column("survey_id", Uuid, nullable=False),
    Column("inspection_id", Uuid, nullable=False),
    Column("week", Date, nullable=False),
    Column("sealed", Text, nullable=False),
    Column("batch", Uuid),
    sqlite_with_rowid=False,  # a rowid would count the answers in the order of their coming
)
"""A row an answer, under a random id that lives until it is released; its week's Monday is all there is of time."""


class TooManyAnswersWait(Refused):
    """So many answers to this survey wait to be read that no more are taken; try again when it has been closed."""

    status = 429


LARGEST_BATCH = 500
"""Answers released together; a survey with more is released in several batches, each drawn by random ids."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Answers of one survey on their way into the log, shuffled, each still sealed in its place in the intake."""

    batch_id: UUID
    survey_id: UUID
    inspection_id: UUID
    answers: tuple[Sealed, ...]


Append = Callable[[Batch], None]
"""Appends a batch's release to the log under the batch's id; once appended, again changes nothing."""


class Intake:
    """Takes anonymous answers and releases them; its database is its own, neither archived nor backed up."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        """Open the intake; answers are sealed under their inspection's key."""
        self._engine = engine
        self._keyring = keyring

    def create_tables(self) -> None:
        """Make the intake's table where it is missing."""
        intake.metadata.create_all(self._engine)

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    def take(
        self, survey_id: UUID, inspection_id: UUID, answers: Mapping[str, str], *, today: date | None = None
    ) -> None:
        """Keep one contributor's answers; once this returns they are committed, and nobody can say whose they are."""
        answer_id = uuid4()
        day = today or datetime.now(SCOTLAND).date()
        sealed = self._keyring.seal(
            codec.canonical(dict(answers)).decode(), f"inspection/{inspection_id}", _place(answer_id, survey_id)
        )
        row = {
            "answer_id": answer_id,
            "survey_id": survey_id,
            "inspection_id": inspection_id,
            "week": day - timedelta(days=day.weekday()),
            "sealed": sealed.token,
        }
        waiting = select(func.count()).where(intake.c.survey_id == survey_id)
        with self._writing() as tx, tx.begin():
            if tx.execute(waiting).scalar_one() >= WAITING_ANSWERS:
                raise TooManyAnswersWait
            tx.execute(insert(intake), row)

    def waiting(self) -> list[UUID]:
        """The surveys of which answers wait to be released."""
        with self._engine.connect() as tx:
            return list(tx.scalars(select(intake.c.survey_id).where(intake.c.batch.is_(None)).distinct()))

    def release(self, survey_id: UUID, append: Append) -> int:
        """Mark a batch and commit, append it in random order, delete it, until none is left; returns how many answers.

        Raises what ``append`` raises; the batch then stays marked for ``recover``.
        """
        released = 0
        while (batch_id := self._marked(survey_id)) is not None:
            released += self._carry_out(self._batch(batch_id), append)
        if released:
            self._sweep()
        return released

    def recover(self, was_released: Callable[[Batch], bool], append: Append) -> int:
        """Finish what a crash interrupted: a batch that was released is deleted, another is appended first."""
        with self._engine.connect() as tx:
            marked = list(tx.scalars(select(intake.c.batch).where(intake.c.batch.is_not(None)).distinct()))
        recovered = 0
        for batch_id in marked:
            batch = self._batch(batch_id)
            if batch is not None and was_released(batch):
                recovered += self._forget(batch)
            else:
                recovered += self._carry_out(batch, append)
        if recovered:
            self._sweep()
        return recovered

    def _marked(self, survey_id: UUID) -> UUID | None:
        """A new batch of what waits, or None where nothing does."""
        batch_id = uuid4()
        here = (intake.c.survey_id == survey_id) & intake.c.batch.is_(None)
        some = select(intake.c.answer_id).where(here).order_by(intake.c.answer_id).limit(LARGEST_BATCH)
        with self._writing() as tx, tx.begin():
            marks = update(intake).where(intake.c.answer_id.in_(some), intake.c.batch.is_(None)).values(batch=batch_id)
            marked = tx.execute(marks.returning(intake.c.answer_id)).all()
        return batch_id if marked else None

    def _batch(self, batch_id: UUID | None) -> Batch | None:
        """A marked batch, shuffled; None where another worker has finished it."""
        with self._engine.connect() as tx:
            rows = list(tx.execute(select(intake).where(intake.c.batch == batch_id)))
        if batch_id is None or not rows:
            return None
        SystemRandom().shuffle(rows)
        answers = tuple(Sealed.at(_place(row.answer_id, row.survey_id), row.sealed) for row in rows)
        return Batch(batch_id, rows[0].survey_id, rows[0].inspection_id, answers)

    def _carry_out(self, batch: Batch | None, append: Append) -> int:
        if batch is None:
            return 0
        append(batch)
        return self._forget(batch)

    def _forget(self, batch: Batch) -> int:
        with self._writing() as tx, tx.begin():
            gone = tx.execute(delete(intake).where(intake.c.batch == batch.batch_id).returning(intake.c.answer_id))
            return len(gone.all())

    def _writing(self) -> Connection:
        return self._engine.connect().execution_options(**{WRITING: True})

    def _sweep(self) -> None:
        """Leave nothing behind in the database's files that would tell when or in which order answers came."""
        if self._engine.dialect.name == "sqlite":
            raw = self._engine.raw_connection()
            try:
                raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                raw.close()
            return
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as tx:
            tx.exec_driver_sql("VACUUM (FULL) intake")


def _place(answer_id: UUID, survey_id: UUID) -> Place:
    return Place(event_id=answer_id, stream=f"intake/{survey_id}", type="intake.Answer", path="answer")
