"""Whatever is tried with a concern, in whatever order: it stands in one place, and what waits has its clock running."""

from contextlib import suppress
from itertools import pairwise
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.participation.aggregates.concern import Concern
from services.participation.commands import (
    AcknowledgeReferral,
    CloseConcern,
    DecideNotToRefer,
    DispatchReferral,
    EscalateConcern,
    RecordOutcome,
    RecordReceipt,
    ReopenConcern,
    ReviewNoReferral,
    RuleOutContact,
)
from services.participation.policies import policies
from services.participation.read_models.clearance import HOLDING
from services.participation.service import participation
from shared.errors import Refused
from shared.vocabulary.identity import ContactId
from shared.vocabulary.participation import (
    Awaiting,
    ConcernState,
    DispatchChannel,
    DispatchId,
    OutcomeCode,
    ReceiptCode,
)
from tests.participation.facts import (
    ACTOR,
    CONCERN,
    DESIGNATION,
    NOW,
    READER,
    REASON,
    REFERENCE,
    TODAY,
    raise_it,
    refer_it,
)

concern, _ = participation.addressed(RecordOutcome)
dispatch_ids = st.integers(1, 3).map(lambda number: DispatchId(UUID(int=number)))
contact_ids = st.integers(1, 2).map(lambda number: ContactId(UUID(int=number)))
attempts = st.one_of(
    st.sampled_from(
        [
            raise_it,
            refer_it,
            DecideNotToRefer(concern_id=CONCERN, reason=REASON, actor=ACTOR, now=NOW),
            RecordOutcome(concern_id=CONCERN, outcome=OutcomeCode("known")),
            CloseConcern(concern_id=CONCERN, reason=REASON, today=TODAY),
            ReopenConcern(concern_id=CONCERN, reason=REASON, now=NOW),
        ]
    ),
    st.builds(
        DispatchReferral,
        concern_id=st.just(CONCERN),
        dispatch_id=dispatch_ids,
        channel=st.sampled_from(DispatchChannel),
        contact_id=st.none() | contact_ids,
        now=st.just(NOW),
    ),
    st.builds(
        ReviewNoReferral,
        concern_id=st.just(CONCERN),
        agrees=st.booleans(),
        reason=st.just(REASON),
        actor=st.sampled_from([ACTOR, READER]),
        now=st.just(NOW),
    ),
    st.builds(
        RuleOutContact,
        concern_id=st.just(CONCERN),
        contact_id=contact_ids,
        reason=st.just(REASON),
        now=st.just(NOW),
    ),
    st.builds(
        RecordReceipt,
        concern_id=st.just(CONCERN),
        receipt=st.just(ReceiptCode("delivered")),
        dispatch_id=st.none() | dispatch_ids,
    ),
    st.builds(
        AcknowledgeReferral,
        concern_id=st.just(CONCERN),
        reference=st.just(REFERENCE),
        acknowledged_by=st.just(DESIGNATION),
        dispatch_id=st.none() | dispatch_ids,
        now=st.just(NOW),
    ),
    st.builds(
        EscalateConcern,
        concern_id=st.just(CONCERN),
        awaiting=st.sampled_from(Awaiting),
        opening=st.integers(1, 3),
        level=st.integers(1, 4),
    ),
)


def tried(commands: list[Any]) -> list[Any]:
    """The history that is left after trying each, refusals included."""
    history = concern.decide(raise_it, concern.initial)
    for command in commands:
        with suppress(Refused):
            history += concern.decide(command, concern.state(history))
    return history


def climbing(history: list[Any]) -> set[tuple[int, Awaiting, int]]:
    """The (opening, wait, level) of every escalation that is due at some time."""
    due = [each.command for fact in history for policy in policies.get(type(fact), ()) for each in policy(fact)]
    return {(command.opening, command.awaiting, command.level) for command in due}


@settings(max_examples=500, deadline=None)
@given(st.lists(attempts, max_size=25))
def test_a_concern_always_stands_somewhere_and_what_waits_will_be_escalated(commands):
    history = tried(commands)
    state: Concern = concern.state(history)
    assert state.stands in ConcernState
    if state.awaits is not None:
        assert (state.opening, state.awaits, 4) in climbing(history)
    if state.awaits in set(Awaiting) - {Awaiting.OUTCOME}:
        assert state.stands in HOLDING
    else:
        assert state.stands not in HOLDING


@settings(max_examples=500, deadline=None)
@given(st.lists(attempts, max_size=25))
def test_every_level_of_every_wait_is_escalated_at_most_once_and_only_while_it_waits(commands):
    history = tried(commands)
    escalations = [
        (fact.opening, fact.awaiting, fact.level) for fact in history if type(fact).__name__ == "ConcernEscalated"
    ]
    assert len(escalations) == len(set(escalations))
    for n, fact in enumerate(history):
        if type(fact).__name__ == "ConcernEscalated":
            before = concern.state(history[:n])
            assert (before.opening, before.awaits) == (fact.opening, fact.awaiting)


@settings(max_examples=500, deadline=None)
@given(st.lists(attempts, max_size=25))
def test_what_was_sent_or_acknowledged_never_rests_on_whom_it_is_about(commands):
    state: Concern = concern.state(tried(commands))
    sent = [each for each in state.dispatches if each.opening == state.opening]
    if state.awaits is Awaiting.ACKNOWLEDGEMENT:
        assert {each.contact_id for each in sent} - state.about_contacts
    if state.awaits is Awaiting.OUTCOME:
        (through,) = [each for each in sent if each.dispatch_id == state.acknowledged_through]
        assert through.contact_id not in state.about_contacts


@settings(max_examples=500, deadline=None)
@given(st.lists(attempts, max_size=25))
def test_what_is_not_referred_was_decided_by_one_and_read_by_another(commands):
    history = tried(commands)
    stands = [concern.state(history[: n + 1]).stands for n in range(len(history))]
    for before, after in pairwise(stands):
        if after is ConcernState.NOT_REFERRED:
            assert before in (ConcernState.TO_BE_READ_AGAIN, ConcernState.NOT_REFERRED)
    assert all(fact.read_by != ACTOR for fact in history if type(fact).__name__.startswith("NoReferral"))
