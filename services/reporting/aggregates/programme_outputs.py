"""What the inspections of a programme have given back so far: some outputs wait for others."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from services.reporting.commands import EnrolInspection, NoteOutput
from services.reporting.events import InspectionEnrolled, OutputNoted
from shared.aggregates import Aggregate
from shared.vocabulary.identity import InspectionId
from shared.vocabulary.methods import OutputForm


@dataclass(frozen=True, slots=True)
class ProgrammeOutputs:
    """Each inspection of a programme, and what it has given back."""

    out: MappingProxyType[InspectionId, frozenset[OutputForm]] = field(default_factory=lambda: MappingProxyType({}))
    nationwide: frozenset[InspectionId] = frozenset()

    def lacking(self, inspection_id: InspectionId, forms: frozenset[OutputForm]) -> int:
        """How many outputs of these forms are not out: its own, or for the nation those of every area."""
        areas = [each for each in self.out if each not in self.nationwide]
        waiting = areas if inspection_id in self.nationwide else [inspection_id]
        if not waiting:
            return len(forms)
        return sum(form not in self.out.get(each, frozenset()) for each in waiting for form in forms)


def evolve(state: ProgrammeOutputs, fact: Any) -> ProgrammeOutputs:
    """Add a fact up."""
    match fact:
        case InspectionEnrolled():
            known = state.out.get(fact.inspection_id, frozenset())
            nationwide = state.nationwide | ({fact.inspection_id} if fact.nationwide else set())
            return replace(state, out=MappingProxyType({**state.out, fact.inspection_id: known}), nationwide=nationwide)
        case OutputNoted():
            known = state.out.get(fact.inspection_id, frozenset()) | {fact.form}
            return replace(state, out=MappingProxyType({**state.out, fact.inspection_id: known}))
    return state


programme_outputs = Aggregate(
    "programme_outputs", by="programme_id", about="programme_id", initial=ProgrammeOutputs(), evolve=evolve
)


@programme_outputs.decides(creates=True)
def enrol_inspection(command: EnrolInspection, state: ProgrammeOutputs) -> Iterator[InspectionEnrolled]:
    """An inspection is counted once."""
    if command.inspection_id not in state.out:
        yield InspectionEnrolled(
            programme_id=command.programme_id, inspection_id=command.inspection_id, nationwide=command.nationwide
        )


@programme_outputs.decides(creates=True)
def note_output(command: NoteOutput, state: ProgrammeOutputs) -> Iterator[OutputNoted]:
    """An output of a form is out once."""
    if command.form not in state.out.get(command.inspection_id, frozenset()):
        yield OutputNoted(programme_id=command.programme_id, inspection_id=command.inspection_id, form=command.form)
