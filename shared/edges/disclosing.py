"""Opening what is sealed: that it is opened, by whom, of whom and what for, is on record before a word is shown."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError

from shared.edges.admitting import Admitted, admitted
from shared.edges.proving import ProofNeeded
from shared.edges.requests import Serving, cause_of
from shared.edges.views import plain
from shared.edges.volume import SecondPersonNeeded, within_limits
from shared.errors import NotFound, Refused, Unavailable
from shared.messages import Sealed
from shared.sealing.fields import parts_of
from shared.sealing.keyring import Erased
from shared.sourcing.facts import Accessed, ActionCode, StreamName

log = structlog.get_logger()


def shown(here: Serving, value: Any) -> Any:
    """A value as this request's caller may see it: with its words, once that is on record, or with none."""
    let_in = admitted()
    if not let_in.allowed.words:
        if let_in.glass is not None:
            account(here, let_in, None)
        return plain(value)
    account(here, let_in, value)
    return plain(value, here.running.keyring.open)


def opened(here: Serving, fields: Mapping[str, Sealed], *, lost: type[Refused]) -> dict[str, str]:
    """The texts of some sealed fields, for this request's caller, once that is on record; ``lost`` if one is erased."""
    account(here, admitted(), fields)
    return read_out(here, fields, lost=lost)


def read_out(here: Serving, fields: Mapping[str, Sealed], *, lost: type[Refused]) -> dict[str, str]:
    """The texts of some sealed fields, where a fact of its own has just put on record who reads them."""
    texts = {name: here.running.keyring.open(each) for name, each in fields.items()}
    if any(isinstance(text, Erased) for text in texts.values()):
        raise lost
    return {name: str(text) for name, text in texts.items()}


def account(here: Serving, let_in: Admitted, value: Any) -> None:
    """Append who opens what, so that nothing is opened without it.

    Raises Unavailable where it cannot be appended, NotFound then for whoever broke the glass, and ProofNeeded or
    SecondPersonNeeded where it is too much; that is on record too.
    """
    glass = let_in.glass
    streams = _by_stream(sealed_in(value)) or ({} if glass is None else {glass.stream: set()})
    about, cause = min(let_in.asked.inspections, default=None), cause_of(let_in.caller)
    judge = within_limits(here.running, let_in.caller, frozenset[UUID]().union(*streams.values()))
    for stream, keys in streams.items():
        fact = Accessed(
            actor=let_in.caller.actor,
            action=ActionCode(let_in.action),
            about=about,
            stream=StreamName(stream),
            keys=tuple(sorted(keys)),
            glass=None if glass is None else glass.glass_id,
        )
        try:
            here.running.record_access(fact, cause, judge)
        except (ProofNeeded, SecondPersonNeeded) as refusal:
            here.running.record_refusal(refusal, let_in.action, cause, about)
            log.warning("reading.stopped", code=refusal.code(), stream_kind=stream.partition("/")[0])
            raise
        except SQLAlchemyError as unrecorded:
            raise Unavailable if glass is None else NotFound from unrecorded


def sealed_in(value: Any) -> Iterator[Sealed]:
    """Every sealed field in a state, however deep."""
    if isinstance(value, Sealed):
        yield value
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from sealed_in(getattr(value, name))
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from sealed_in(each)
    elif isinstance(value, tuple | list | frozenset | set):
        for each in value:
            yield from sealed_in(each)


def _by_stream(found: Iterable[Sealed]) -> dict[str, set[UUID]]:
    """The keys of sealed fields, by the stream in which they stand."""
    keys: dict[str, set[UUID]] = {}
    for each in found:
        keys.setdefault(each.stream, set()).add(parts_of(each.token)[0])
    return keys
