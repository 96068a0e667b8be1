"""Reading through broken glass: the glass that a request shows, and whether it opens just what is asked for."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import request
from sqlalchemy import Connection

from shared.edges.access import Caller, exact_uuid
from shared.edges.broken_glass import withheld_from
from shared.errors import Refused
from shared.oversight.breaking import glass
from shared.sourcing import clock
from shared.sourcing.running import RunningService

HEADER: Final = "Speir-Break-Glass"


class GlassDoesNotFit(Refused):
    """This glass does not open this, or not for you, or not any more; break another where it has to be."""

    status = 404
    recorded = True


@dataclass(frozen=True, slots=True)
class ShownGlass:
    """The glass that a request shows, the stream that it asks for, and whether the one opens the other."""

    glass_id: UUID | None
    stream: str
    fits: bool


def shown_glass(running: RunningService, tx: Connection, caller: Caller, stream: str | None) -> ShownGlass | None:
    """The glass that a request for one stream shows; None where it shows none or asks for anything else."""
    given = request.headers.get(HEADER)
    if given is None or stream is None:
        return None
    try:
        glass_id = exact_uuid(given)
    except ValueError:
        return ShownGlass(None, stream, fits=False)
    now = clock.now(running.log, tx)
    fits = running.state_of(tx, glass, glass_id).opens(stream, caller.actor, caller.role, now)
    withheld = fits and withheld_from(tx, caller.actor, clock.day_of(now))
    return ShownGlass(glass_id, stream, fits=fits and not withheld)
