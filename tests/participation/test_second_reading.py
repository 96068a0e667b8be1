"""A decision not to refer is read by somebody else, and counts once they agree."""

from dataclasses import replace

import services.participation.service  # noqa: F401 - every decision belongs to its aggregate
from services.participation.aggregates.concern import concern
from services.participation.aggregates.second_reading import DecidedByTheReader, NothingToReadAgain
from services.participation.commands import DecideNotToRefer, EscalateConcern, ReviewNoReferral
from services.participation.events import ConcernEscalated
from shared.testing import Given
from shared.vocabulary.participation import Awaiting, ConcernState
from tests.participation.facts import (
    ACTOR,
    CONCERN,
    INSPECTION,
    LATER,
    NOW,
    READER,
    REASON,
    closed,
    decided,
    declined,
    overturned,
    raised,
    refer_it,
    upheld,
)

read_it = ReviewNoReferral(concern_id=CONCERN, agrees=True, reason=REASON, actor=READER, now=LATER)


def test_whoever_agrees_lets_it_be_not_referred():
    Given(concern, raised, declined).when(read_it).then(upheld)
    stands = [concern.state(history).stands for history in ([raised, declined], [raised, declined, upheld])]
    assert stands == [ConcernState.TO_BE_READ_AGAIN, ConcernState.NOT_REFERRED]


def test_whoever_does_not_agree_has_it_decided_again():
    Given(concern, raised, declined).when(replace(read_it, agrees=False)).then(overturned)
    state = concern.state([raised, declined, overturned])
    assert (state.stands, state.awaits) == (ConcernState.RAISED, Awaiting.DECISION)
    assert (state.reason, state.decided_by) == (None, None)
    Given(concern, raised, declined, overturned).when(refer_it).then(replace(decided, opening=2))


def test_what_is_declined_again_is_read_again():
    again = DecideNotToRefer(concern_id=CONCERN, reason=REASON, actor=ACTOR, now=NOW)
    Given(concern, raised, declined, overturned).when(again).then(replace(declined, opening=2))
    Given(concern, raised, declined, overturned, replace(declined, opening=2)).when(read_it).then(upheld)


def test_whoever_decided_is_no_second_reader_and_neither_is_nobody():
    for actor in (ACTOR, None):
        for agrees in (True, False):
            alone = replace(read_it, actor=actor, agrees=agrees)
            Given(concern, raised, declined).when(alone).refused(DecidedByTheReader)


def test_only_a_decision_not_to_refer_is_read_again_and_once():
    for history in ([], [decided], [declined, upheld], [declined, overturned], [declined, upheld, closed]):
        Given(concern, raised, *history).when(read_it).refused(NothingToReadAgain)


def test_a_decision_that_nobody_reads_again_is_escalated():
    waits = EscalateConcern(concern_id=CONCERN, awaiting=Awaiting.SECOND_READING, opening=1, level=1)
    late = ConcernEscalated(
        concern_id=CONCERN, inspection_id=INSPECTION, awaiting=Awaiting.SECOND_READING, opening=1, level=1
    )
    Given(concern, raised, declined).when(waits).then(late)
    for read in (upheld, overturned):
        Given(concern, raised, declined, read).when(waits).then()


def test_the_clock_of_the_first_decision_runs_anew_after_it_was_overturned():
    before = ConcernEscalated(
        concern_id=CONCERN, inspection_id=INSPECTION, awaiting=Awaiting.DECISION, opening=1, level=1
    )
    waits = EscalateConcern(concern_id=CONCERN, awaiting=Awaiting.DECISION, opening=2, level=1)
    Given(concern, raised, before, declined, overturned).when(waits).then(replace(before, opening=2))
