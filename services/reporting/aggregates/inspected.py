"""What reporting knows of an inspection: its area, and what its edition says about evaluating and reporting."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.reporting.commands import HoldDiscussion, KeepEdition, NoteStratum, NoteWithdrawal
from services.reporting.events import DiscussionHeld, EditionKept, StratumAccounted, WithdrawalNoted
from shared.aggregates import Aggregate, one
from shared.errors import NotFound, Refused
from shared.methodologies.parts import Output
from shared.vocabulary.areas import Area
from shared.vocabulary.identity import (
    DiscussionId,
    EvidenceId,
    GssCode,
    IndicatorCode,
    InspectionId,
    ProgrammeId,
    ScaleCode,
    StratumCode,
)
from shared.vocabulary.methods import OutputForm


class DiscussionAlreadyHeld(Refused):
    """This discussion is on record already; take a new id for another."""


class PanelMemberFromArea(Refused):
    """Nobody from the inspected area decides on it; ask another member of the panel."""

    recorded = True


class DiscussionToCome(Refused):
    """A discussion is recorded once it was held."""

    status = 422


@dataclass(frozen=True, slots=True)
class Inspected:
    """An inspection, as far as its reports depend on it."""

    area: Area | None = None
    indicators: tuple[IndicatorCode, ...] = ()
    scale: ScaleCode | None = None
    comment_working_days: int = 0
    action_plan_weeks: int = 0
    forms: tuple[OutputForm, ...] = ()
    programme_id: ProgrammeId | None = None
    waits: tuple[Output, ...] = ()
    attributed: bool = True
    grades_published: bool = True
    rights_needed: bool = False
    strata: tuple[StratumCode, ...] = ()
    accounted: frozenset[StratumCode] = frozenset()
    withdrawn: frozenset[EvidenceId] = frozenset()
    discussions: frozenset[DiscussionId] = frozenset()
    follows: InspectionId | None = None

    @property
    def unaccounted(self) -> tuple[StratumCode, ...]:
        """The kinds of record that nothing is known of yet."""
        return tuple(stratum for stratum in self.strata if stratum not in self.accounted)

    def waits_for(self, form: OutputForm) -> frozenset[OutputForm]:
        """What has to be out before an output of this form."""
        return frozenset(before for output in self.waits if output.form is form for before in output.after)


_OF_THE_EDITION = (
    "area", "indicators", "scale", "comment_working_days", "action_plan_weeks", "forms", "programme_id", "waits",
    "attributed", "grades_published", "rights_needed", "strata", "follows",
)  # fmt: skip


def evolve(state: Inspected, fact: Any) -> Inspected:
    """Add a fact up."""
    match fact:
        case EditionKept():
            return replace(state, **{name: getattr(fact, name) for name in _OF_THE_EDITION})
        case StratumAccounted():
            return replace(state, accounted=state.accounted | {fact.stratum})
        case WithdrawalNoted():
            return replace(state, withdrawn=state.withdrawn | {fact.evidence_id})
        case DiscussionHeld():
            return replace(state, discussions=state.discussions | {fact.discussion_id})
    return state


inspected = Aggregate("inspected", by="inspection_id", about="inspection_id", initial=Inspected(), evolve=evolve)

NAMED_INSPECTION = one(inspected, lambda command, _state: command.inspection_id)
"""Read beside a decision: the inspection that the command names."""
OWN_INSPECTION = one(inspected, lambda _command, state: state.inspection_id)
"""Read beside a decision: the inspection that what is decided on belongs to."""


@inspected.decides(creates=True)
def keep_edition(command: KeepEdition, state: Inspected) -> Iterator[EditionKept]:
    """An inspection keeps the edition that it opened with."""
    if state.area is None:
        kept = {name: getattr(command, name) for name in _OF_THE_EDITION}
        yield EditionKept(inspection_id=command.inspection_id, **kept)


@inspected.decides(creates=True)
def note_stratum(command: NoteStratum, state: Inspected) -> Iterator[StratumAccounted]:
    """Once is enough: one record was read, or there is none."""
    if command.stratum not in state.accounted:
        yield StratumAccounted(inspection_id=command.inspection_id, stratum=command.stratum)


@inspected.decides(creates=True)
def note_withdrawal(command: NoteWithdrawal, state: Inspected) -> Iterator[WithdrawalNoted]:
    """No evaluation rests on it from now on."""
    if command.evidence_id not in state.withdrawn:
        yield WithdrawalNoted(
            inspection_id=command.inspection_id, evidence_id=command.evidence_id, indicators=state.indicators
        )


def refuse_neighbour(home_area: GssCode | None, about: Inspected) -> None:
    """Whoever says that they belong to the inspected area has no say in it; of the nation everybody is."""
    if home_area is not None and about.area is not None and home_area in about.area.councils:
        raise PanelMemberFromArea


@inspected.decides()
def hold_discussion(command: HoldDiscussion, state: Inspected) -> Iterator[DiscussionHeld]:
    """What was said to whom is on record before anything about it is in writing."""
    if state.area is None:
        raise NotFound
    if command.discussion_id in state.discussions:
        raise DiscussionAlreadyHeld
    if command.held_on > (command.today or date.max):
        raise DiscussionToCome(pointer="/held_on")
    yield DiscussionHeld(
        inspection_id=command.inspection_id,
        programme_id=state.programme_id,
        discussion_id=command.discussion_id,
        held_on=command.held_on,
        attendees=command.attendees,
        points=command.points,
    )
