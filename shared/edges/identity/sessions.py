"""Who is signed in: sessions that are kept by a keyed hash, end by themselves, and start anew with every signing in."""

import hmac
import secrets
import time
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import Connection, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from shared.edges.access import Caller
from shared.sourcing.event_log import EventLog
from shared.sourcing.session_tables import session, spent_link
from shared.vocabulary.roles import AccessRole

ABSOLUTE_S: Final = 12 * 60 * 60
IDLE_S: Final = 30 * 60
TOUCH_S: Final = 60
"""Seconds after which it is written down again that somebody was here."""
SESSIONS_AT_MOST: Final = 5
"""Of one person; with a sixth the oldest ends."""
SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in, and since when (in seconds since 1970)."""

    caller: Caller
    began_s: int


class Sessions:
    """The sessions of one service."""

    def __init__(self, log: EventLog, signing_key: bytes) -> None:
        """Derive the keys from the one that the service signs with."""
        self._log = log
        self._id_key = hmac.digest(signing_key, b"speir sessions", "sha256")
        self._form_key = hmac.digest(signing_key, b"speir forms", "sha256")

    def begin(self, caller: Caller) -> str:
        """Let somebody in anew; returns what their cookie holds. Their sessions in another role end."""
        secret, now = secrets.token_urlsafe(SECRET_BYTES), int(time.time())
        row = {
            "id_hash": self._hashed(secret),
            "session_id": uuid4(),
            "actor": caller.actor,
            "role": caller.role.value,
            "issuer": caller.issuer,
            "proved_at": caller.proved_at,
            "began_s": now,
            "seen_s": now,
        }
        with self._log.writing() as tx:
            self._make_room(tx, caller, now)
            tx.execute(insert(session), row)
        return secret

    @staticmethod
    def _make_room(tx: Connection, caller: Caller, now: int) -> None:
        own = session.c.actor == caller.actor
        over = or_(session.c.began_s <= now - ABSOLUTE_S, session.c.seen_s <= now - IDLE_S)
        tx.execute(delete(session).where(or_(over, own & (session.c.role != caller.role.value))))
        youngest_first = (
            select(session.c.id_hash).where(own).order_by(session.c.began_s.desc(), session.c.seen_s.desc())
        )
        for old in tx.execute(youngest_first).scalars().all()[SESSIONS_AT_MOST - 1 :]:
            tx.execute(delete(session).where(session.c.id_hash == old))

    def of(self, secret: str) -> Session | None:
        """The session that a cookie is for; None if it is over, or never was."""
        hashed, now = self._hashed(secret), int(time.time())
        with self._log.reading() as tx:
            row = tx.execute(select(session).where(session.c.id_hash == hashed)).one_or_none()
        if row is None:
            return None
        if row.began_s <= now - ABSOLUTE_S or row.seen_s <= now - IDLE_S:
            self.end(secret)
            return None
        if row.seen_s <= now - TOUCH_S:
            with self._log.writing() as tx:
                tx.execute(update(session).where(session.c.id_hash == hashed).values(seen_s=now))
        return _session(row)

    def end(self, secret: str) -> None:
        """Let a cookie open nothing any more."""
        with self._log.writing() as tx:
            tx.execute(delete(session).where(session.c.id_hash == self._hashed(secret)))

    def form_token(self, secret: str) -> str:
        """What a form on a page has to send along: nobody else can make it, and it is good for this session alone."""
        return hmac.digest(self._form_key, secret.encode(), "sha256").hex()

    def is_form_token(self, secret: str, given: str) -> bool:
        """Whether a form was one of ours, shown to this session."""
        return hmac.compare_digest(self.form_token(secret).encode(), given.encode(errors="replace"))

    def spend(self, link: str, until_s: int) -> bool:
        """Whether a link lets somebody in for the first time."""
        try:
            with self._log.writing() as tx:
                tx.execute(delete(spent_link).where(spent_link.c.until_s < int(time.time())))
                tx.execute(insert(spent_link), {"link_hash": self._hashed(link), "until_s": until_s})
        except IntegrityError:
            return False
        return True

    def _hashed(self, secret: str) -> str:
        return hmac.digest(self._id_key, secret.encode(errors="replace"), "sha256").hex()


def _session(row: Any) -> Session:
    caller = Caller(row.actor, AccessRole(row.role), row.issuer, row.proved_at, token_id=row.session_id)
    return Session(caller, row.began_s)
