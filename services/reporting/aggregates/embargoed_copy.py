"""A report before its publication, for somebody who was named: each reading on record, and none once it is public."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.reporting.aggregates.drafting import DraftNotApproved
from services.reporting.aggregates.report import Report, refuse_published, report
from services.reporting.commands import GiveEmbargoedCopy, ReadEmbargoedCopy, RevokeEmbargoedCopy
from services.reporting.events import EmbargoedCopyGiven, EmbargoedCopyRead, EmbargoedCopyRevoked
from shared.aggregates import Aggregate, one
from shared.errors import NotFound, Refused
from shared.messages import Sealed, Words
from shared.vocabulary.identity import ContentHash, InspectionId, ReportId


class EmbargoedCopyKnown(Refused):
    """A copy with this id was given already; its secret was told once. Give another under a new id."""


class EmbargoedCopyIsRevoked(Refused):
    """This copy has been revoked already."""


class EmbargoNotSet(Refused):
    """This report is under no embargo; say first until when it is."""


class RecipientMissing(Refused):
    """A copy is somebody's: say whose, by designation."""

    status = 422


@dataclass(frozen=True, slots=True)
class EmbargoedCopy:
    """Whose copy it is, of which report, and how often it was read."""

    report_id: ReportId | None = None
    inspection_id: InspectionId | None = None
    designation: Words | Sealed | None = None
    reads: int = 0
    last_read_on: date | None = None
    content_hash: ContentHash | None = None
    """The draft that was shown last."""
    revoked: bool = False


def evolve(state: EmbargoedCopy, fact: Any) -> EmbargoedCopy:
    """Add a fact up."""
    match fact:
        case EmbargoedCopyGiven():
            names = ("report_id", "inspection_id", "designation")
            return replace(state, **{name: getattr(fact, name) for name in names})
        case EmbargoedCopyRead():
            return replace(state, reads=fact.reads, last_read_on=fact.read_on, content_hash=fact.content_hash)
        case EmbargoedCopyRevoked():
            return replace(state, revoked=True)
    return state


embargoed_copy = Aggregate(
    "embargoed_copy", by="copy_id", about="inspection_id", initial=EmbargoedCopy(), evolve=evolve
)


@embargoed_copy.decides(creates=True, reported=one(report, lambda command, _state: command.report_id))
def give_embargoed_copy(
    command: GiveEmbargoedCopy, state: EmbargoedCopy, *, reported: Report
) -> Iterator[EmbargoedCopyGiven]:
    """Only what the panel approved is given to anybody, and only while it is not public."""
    if state.report_id is not None:
        raise EmbargoedCopyKnown(copy_id=command.copy_id)
    if reported.inspection_id is None or reported.inspection_id != command.inspection_id:
        raise NotFound
    refuse_published(reported)
    if reported.approved is None:
        raise DraftNotApproved
    if reported.embargo_until is None:
        raise EmbargoNotSet
    if not command.designation.reveal().strip():
        raise RecipientMissing(pointer="/designation")
    yield EmbargoedCopyGiven(
        copy_id=command.copy_id,
        report_id=command.report_id,
        inspection_id=command.inspection_id,
        secret_hash=command.secret_hash,
        given_on=command.today or date.max,
        designation=command.designation,
    )


@embargoed_copy.decides(reported=one(report, lambda _command, state: state.report_id))
def read_embargoed_copy(
    command: ReadEmbargoedCopy, state: EmbargoedCopy, *, reported: Report
) -> Iterator[EmbargoedCopyRead]:
    """From publication on, and while nothing is approved, a copy looks as if it had never been given."""
    over = state.revoked or reported.published_on is not None
    if over or reported.approved is None or reported.content_hash is None:
        raise NotFound
    yield EmbargoedCopyRead(
        copy_id=command.copy_id,
        content_hash=reported.content_hash,
        reads=state.reads + 1,
        read_on=command.today or date.max,
    )


@embargoed_copy.decides()
def revoke_embargoed_copy(command: RevokeEmbargoedCopy, state: EmbargoedCopy) -> Iterator[EmbargoedCopyRevoked]:
    """What was revoked is not given again; a new copy has a new secret."""
    if state.revoked:
        raise EmbargoedCopyIsRevoked(copy_id=command.copy_id)
    yield EmbargoedCopyRevoked(copy_id=command.copy_id, revoked_on=command.today or date.max)
