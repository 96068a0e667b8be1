"""Reading a request: who asks, in which role, under which key, knowing which version, about which moment."""

import hmac
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from flask import current_app, g, request
from marshmallow import ValidationError
from webargs.flaskparser import FlaskParser

from shared.edges import strict_json
from shared.edges.access import Caller, Verifier
from shared.edges.identity.visiting import SignIn
from shared.errors import KeyMissing, NotUnderstood, Refused
from shared.limits import LARGEST_PAGE_ROWS, PAGE_ROWS
from shared.sourcing.event_log import EventLog
from shared.sourcing.idempotency import RequestKey
from shared.sourcing.running import RunningService
from shared.sourcing.service import Cause
from shared.sourcing.telling import microseconds
from shared.vocabulary.identity import KeyedHash

UNSTATED = "unstated"
"""The purpose on record of whoever was let in nowhere."""


class MediaTypeUnknown(Refused):
    """Send JSON: Content-Type: application/json."""

    status = 415


class MomentUnknown(Refused):
    """as_of takes version:<n>, position:<n> or an instant with its offset, such as 2026-01-31T09:00:00Z."""

    status = 400


@dataclass(frozen=True, slots=True)
class Serving:
    """A service as HTTP serves it: at work, knowing its callers, signing with its own key."""

    running: RunningService
    verifier: Verifier
    signing_key: bytes = field(repr=False)
    sign_in: SignIn | None = None
    """How people sign in to its pages; None if nobody does."""

    @property
    def secret(self) -> bytes:
        """What idempotency keys are hashed with: never stored, the same in every worker."""
        return hmac.new(self.signing_key, b"speir idempotency", "sha256").digest()

    def keyed(self, secret: str, purpose: str) -> KeyedHash:
        """What a secret address is known by: keyed, so that the log alone does not let anybody try secrets."""
        key = hmac.new(self.signing_key, f"speir {purpose}".encode(), "sha256").digest()
        return KeyedHash(hmac.new(key, secret.encode(errors="replace"), "sha256").hexdigest())


class StrictParser(FlaskParser):
    """webargs, reading bodies strictly and refusing with pointers."""

    def load_json(self, req: Any, schema: Any) -> Any:  # noqa: ARG002 - webargs gives the schema as well
        """The body as JSON, an empty one as an empty object; what is of a kind that any site can send is refused."""
        raw = req.get_data(cache=True)
        if (raw or req.mimetype) and not req.is_json:
            raise MediaTypeUnknown
        return strict_json.loads(raw) if raw else {}

    def handle_error(self, error: ValidationError, *_: Any, **__: Any) -> Any:
        """Refuse with a pointer for each field that is not right."""
        raise NotUnderstood(*pointers(error.messages))


def pointers(messages: Any, where: str = "") -> list[tuple[str, str]]:
    """(JSON pointer, what is wrong) pairs of marshmallow's nested messages.

    The location's own name is left out, and so is a key that may be somebody's words.
    """
    if isinstance(messages, dict):
        found = []
        for name, below in messages.items():
            told = isinstance(name, int) or strict_json.plain_name.fullmatch(name)
            unsaid = not told or (where == "" and name in ("json", "query")) or name == "_schema"
            found += pointers(below, where if unsaid else f"{where}/{name}")
        return found
    return [(where, str(message)) for message in (messages if isinstance(messages, list) else [messages])]


def serving(service: str) -> Serving:
    """The service that this app serves under a name."""
    found: Serving = current_app.extensions["speir"][service]
    return found


def begin() -> None:
    """Give the request its id: the caller's where it is a UUID, else a new one."""
    try:
        given = UUID(request.headers.get("X-Request-ID", ""))
    except ValueError:
        given = uuid4()
    request.environ["speir.id"] = str(given)
    g.request_id = given


def cause_of(caller: Caller) -> Cause:
    """Why this request changes something: its caller, role, purpose and id."""
    admitted = request.environ.get("speir.admitted")
    purpose = UNSTATED if admitted is None else admitted.allowed.purpose.value
    return Cause(caller.actor, caller.role.value, purpose, g.request_id)


def request_key(here: Serving, caller: Caller) -> RequestKey:
    """The request's idempotency key, bound to caller, route and body; raises KeyMissing."""
    given = request.headers.get("Idempotency-Key", "")
    if not re.fullmatch(r"[\x21-\x7e]{1,255}", given):
        raise KeyMissing
    asked = b"\0".join((request.method.encode(), request.path.encode(), request.get_data(cache=True)))
    return RequestKey.of(here.secret, f"{caller.issuer}/{caller.actor}", given, asked)


def version_seen() -> int | None:
    """If-Match: the version that the caller read; None where it is not sent. Raises NotUnderstood."""
    given = request.headers.get("If-Match")
    if given is None or given == "*":
        return None
    found = re.fullmatch(r'"([0-9]{1,15})"', given)
    if found is None:
        raise NotUnderstood(("If-Match", 'Send the ETag of what you read, such as "3".'))
    return int(found[1])


def page_wanted() -> tuple[str | None, int]:
    """The cursor and the page's size, at most 200 rows."""
    limit = request.args.get("limit", str(PAGE_ROWS))
    if not re.fullmatch(r"[0-9]{1,4}", limit) or not 1 <= int(limit) <= LARGEST_PAGE_ROWS:
        raise NotUnderstood(("limit", f"Between 1 and {LARGEST_PAGE_ROWS}."))
    return request.args.get("cursor"), int(limit)


def version_wanted(log: EventLog, tx: Any, stream: str) -> int | None:
    """``?as_of=`` as a version of the stream; None where now is meant. Raises MomentUnknown."""
    given = request.args.get("as_of")
    if given is None:
        return None
    if found := re.fullmatch(r"(version|position):([0-9]{1,15})", given):
        number = int(found[2])
        return number if found[1] == "version" else log.version_at(tx, stream, position=number)
    try:
        moment = datetime.fromisoformat(given)
        us = microseconds(moment.astimezone(UTC))
    except (ValueError, OverflowError) as unknown:
        raise MomentUnknown from unknown
    if moment.tzinfo is None:
        raise MomentUnknown
    return log.version_at(tx, stream, instant_us=us)
