"""Leases: one worker leads at a time, and a leader who lost the lead can be told from the one who has it."""

import time
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert as upsert_postgres
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite

from shared.sourcing.event_log import EventLog
from shared.sourcing.tables import lease

LEASE_US = 3_000_000
"""Microseconds of machine time that a lease lasts without being renewed."""


class Lease:
    """A claim on one kind of leadership in one log; renewing it is cheap, losing it shows in the epoch."""

    def __init__(self, log: EventLog, name: str, *, lasts_us: int = LEASE_US) -> None:
        """Claim ``name`` (``sequencer``, ``relay``) for this worker, whoever leads now."""
        self.owner: UUID = uuid4()
        self.epoch: int | None = None
        self._log = log
        self._name = name
        self._lasts_us = lasts_us
        self._renew_at = 0.0

    def held(self) -> int | None:
        """The epoch in which this worker leads, taken or renewed where need be; None while another leads."""
        if self.epoch is not None and time.monotonic() < self._renew_at:
            return self.epoch
        self._renew_at = time.monotonic() + self._lasts_us / 3_000_000
        with self._log.reading() as tx:
            now = self._log.store.machine_us(tx)
        self.epoch = self._taken(now)
        return self.epoch

    def _taken(self, now: int) -> int | None:
        insert = upsert_sqlite if self._log.engine.dialect.name == "sqlite" else upsert_postgres
        row = {"name": self._name, "owner": self.owner, "epoch": 1, "until_us": now + self._lasts_us}
        mine = lease.c.owner == self.owner
        with self._log.writing() as tx:
            renewed = update(lease).where(lease.c.name == self._name, mine).values(until_us=row["until_us"])
            epoch = tx.execute(renewed.returning(lease.c.epoch)).scalar_one_or_none()
            if epoch is None:
                taken = insert(lease).values(row)
                taken = taken.on_conflict_do_update(
                    index_elements=["name"],
                    set_={"owner": self.owner, "epoch": lease.c.epoch + 1, "until_us": row["until_us"]},
                    where=lease.c.until_us < now,
                )
                epoch = tx.execute(taken.returning(lease.c.epoch)).scalar_one_or_none()
        return epoch

    def give_up(self) -> None:
        """Let another lead at once."""
        with self._log.writing() as tx:
            tx.execute(update(lease).where(lease.c.name == self._name, lease.c.owner == self.owner).values(until_us=0))
        self.epoch = None
