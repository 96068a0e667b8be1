"""Certifying an erasure: whoever has confirmed is counted, and with the last of them it is done."""

from collections.abc import Iterator
from datetime import date

from shared.aggregates import Aggregate
from shared.erasure.commands import NoteErasure
from shared.erasure.facts import ErasureCertified, ErasureNoted
from shared.erasure.requesting import Erasure, erasure, evolve
from shared.vocabulary.erasure import CARRIERS

certification = Aggregate(erasure.name, by="erasure_id", about="erased_id", initial=Erasure(), evolve=evolve)
"""The same stream where it is only certified: a disposal was decided elsewhere in the service."""


@certification.decides(creates=True)
def note_erasure(command: NoteErasure, state: Erasure) -> Iterator[ErasureNoted | ErasureCertified]:
    """Each service counts once; with the last of them it is certified."""
    known = {each.service for each in state.confirmed}
    if command.done.service in known:
        return
    yield ErasureNoted(erasure_id=command.erasure_id, erased_id=command.erased_id, done=command.done)
    if known | {command.done.service} == set(CARRIERS):
        every = (*state.confirmed, command.done)
        yield ErasureCertified(
            erasure_id=command.erasure_id,
            erased_id=command.erased_id,
            certified_on=command.today or date.max,
            keys=sum(len(each.keys) for each in every),
            fields=sum(each.fields for each in every),
        )
