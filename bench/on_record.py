"""Facts that are there before a comparison begins: sealed as ever, and appended many at once."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from shared.messages import Place, Sealed, event_type_of
from shared.sourcing.recording import entry, recorded
from shared.sourcing.running import RunningService
from shared.sourcing.service import Cause
from shared.sourcing.store import Append, Entry

AT_ONCE = 500


def put_on_record(running: RunningService, stream: str, about: str, facts: Sequence[Any], cause: Cause) -> None:
    """Begin a stream with these private facts, shown in the read models."""
    for before in range(0, len(facts), AT_ONCE):
        part = facts[before : before + AT_ONCE]
        entries = tuple(_entry(running, stream, fact, cause) for fact in part)
        with running.log.writing() as tx:
            us = running.log.append(tx, [Append(stream, about, before, entries)])
            for version, (fact, made) in enumerate(zip(part, entries, strict=True), start=before + 1):
                running.taken_in(tx, recorded(made, stream, about, version, us), fact, cause)


def _entry(running: RunningService, stream: str, fact: Any, cause: Cause) -> Entry:
    event_id, name = uuid4(), event_type_of(fact).name

    def seal(text: str, owner: str, path: str) -> Sealed:
        return running.keyring.seal(text, owner, Place(event_id, stream, name, path))

    return entry(event_id, fact, cause, None, seal)
