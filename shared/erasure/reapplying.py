"""Re-applying erasures: what the log says was erased, and a key store brought back from before still opens."""

from uuid import UUID

from sqlalchemy import select

from shared.erasure.carrying import Erased, erased
from shared.erasure.deeds import keys_of
from shared.sourcing.running import ERASED_STREAMS, RunningService
from shared.sourcing.tables import stream


def erasures(running: RunningService) -> dict[UUID, Erased]:
    """Who is erased by this log, and how far that is."""
    with running.log.reading() as tx:
        begun = stream.c.stream.like(f"{ERASED_STREAMS}/%") & (stream.c.version > 0)
        ids = [UUID(name.partition("/")[2]) for name in tx.scalars(select(stream.c.stream).where(begun))]
        return {each: running.state_of(tx, erased, each) for each in ids}


def outstanding(running: RunningService) -> dict[UUID, Erased]:
    """Who is erased by the log and still has a key, with what the log says of it."""
    return {each: state for each, state in erasures(running).items() if keys_of(running.keyring, state.owners)}


def reapply(running: RunningService) -> int:
    """Destroy once more what the log says is erased; returns for how many. A service is not ready before."""
    found = outstanding(running)
    for state in found.values():
        running.keyring.destroy(state.owners)
    if found:
        running.keyring.rotate()
    return len(found)
