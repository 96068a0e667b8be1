"""Somebody who reads and is watched: on an inspection of participation's, or a stranger to it."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from werkzeug.test import TestResponse

from shared.sourcing.facts import Accessed, ActionCode, Refused, StreamName
from shared.sourcing.running import RunningService
from shared.sourcing.service import Cause
from shared.vocabulary.roles import AccessRole
from tests.participation.area import ARRANGED, VIEWS, Area
from tests.serving import Served

BREAKERS = ("lead", "inspector", "partner_inspector", "participation_lead", "safeguarding_officer")
REASON = "The team's phones are off and the hearing is in an hour."


def heard(directory: Path) -> Area:
    """An inspection with a conversation whose views are kept."""
    area = Area(directory).signposted()
    area.done(f"/conversations/{area.conversation}", "inspector", **ARRANGED, inspection_id=str(area.id))
    area.done(f"/conversations/{area.conversation}/consent", confidentiality_explained=True)
    area.done(f"/conversations/{area.conversation}/meeting")
    area.done(f"/conversations/{area.conversation}/views", "inspector", views=VIEWS, designation="young person")
    return area


def wishes(area: Area, count: int) -> list[UUID]:
    """Conversations that somebody asked for, each of whom has a key of their own."""
    made = [uuid4() for _ in range(count)]
    for each in made:
        wish = {**ARRANGED, "inspection_id": str(area.id), "person_id": str(uuid4()), "reached_by": "a telephone"}
        area.done(f"/conversations/{each}/request", "inspector", **wish)
    return made


def proof(served: Served, actor: UUID, role: str, *, seconds_ago: int = 0) -> dict[str, str]:
    """What somebody sends who proved who they are by more than one method, so long ago."""
    real = time.time()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("shared.edges.access.time.time", lambda: real - seconds_ago)
        return {"Authorization": f"Bearer {served.issuer.mint(actor, AccessRole(role), 'speir', proved=True)}"}


def have_opened(running: RunningService, actor: UUID, count: int) -> None:
    """Let somebody have had words opened under so many keys just now."""
    fact = Accessed(
        actor=actor,
        action=ActionCode("participation.show_conversation"),
        about=None,
        stream=StreamName("conversation/elsewhere"),
        keys=tuple(uuid4() for _ in range(count)),
    )
    running.record_access(fact, Cause(actor, "inspector", "inspect", uuid4()))


def breaks(
    served: Served,
    actor: UUID,
    subject: tuple[str, UUID],
    role: str = "inspector",
    glass_id: UUID | None = None,
    headers: Mapping[str, str] | None = None,
    **body: Any,
) -> TestResponse:
    """Break the glass, having just proved who one is unless told otherwise."""
    kind, subject_id = subject
    said = {"subject": kind, "subject_id": str(subject_id), "code": "team_out_of_reach", "reason": REASON, **body}
    sent = proof(served, actor, role) if headers is None else headers
    return served.call("POST", f"/broken-glass/{glass_id or uuid4()}", role, said, actor, member=False, **sent)


def refusals(running: RunningService, actor: UUID) -> list[str]:
    """The codes of what somebody was refused, as it is on record."""
    with running.log.reading() as tx:
        facts = [each.fact for each in running.log.stream(tx, f"refusals/{actor}")]
    return [fact.code for fact in facts if isinstance(fact, Refused)]


def accounts(running: RunningService, actor: UUID) -> list[Accessed]:
    """What somebody had opened, as it is on record."""
    with running.log.reading() as tx:
        return [each.fact for each in running.log.stream(tx, f"accesses/{actor}")]
