"""Somebody may not be safe: it is raised by anybody, decided with reasons, and closed only when all is done."""

from dataclasses import replace
from uuid import UUID, uuid4

from services.participation.aggregates.concern import concern
from services.participation.aggregates.concern_clocks import ladder
from services.participation.aggregates.safeguarding import (
    BasisIsNotConsent,
    ConcernAlreadyDecided,
    ConcernAlreadyRaised,
    ConcernIsClosed,
    ConcernNotClosed,
    ConcernUndecided,
    ConsentReasonMissing,
    NoReferralUnread,
    ReferralStillOpen,
    ToldReasonMissing,
    subject_of,
)
from services.participation.commands import (
    CloseConcern,
    DecideNotToRefer,
    EscalateConcern,
    RaiseConcern,
    ReopenConcern,
)
from services.participation.events import ConcernEscalated, ConcernReopened, ReferralTurnedBack
from services.participation.policies import policies
from shared.errors import refusals
from shared.messages import event_type_of
from shared.testing import Given
from shared.vocabulary.identity import ConcernId, ConversationId
from shared.vocabulary.participation import Awaiting, ConcernKind, ConsentToShare, LawfulBasis, Urgency
from tests.participation.facts import (
    ACTOR,
    CONCERN,
    INSPECTION,
    LATER,
    NOW,
    REASON,
    SAID,
    TODAY,
    acknowledged,
    closed,
    decided,
    declined,
    mailed,
    outcome,
    overturned,
    raise_it,
    raised,
    received,
    refer_it,
    upheld,
)

close_it = CloseConcern(concern_id=CONCERN, reason=REASON, today=TODAY)
reopen_it = ReopenConcern(concern_id=CONCERN, reason=REASON, now=LATER)
decline_it = DecideNotToRefer(concern_id=CONCERN, reason=REASON, actor=ACTOR, now=NOW)
reopened = ConcernReopened(
    concern_id=CONCERN,
    inspection_id=INSPECTION,
    reason=REASON,
    reopened_at=LATER,
    opening=2,
    ladder=ladder(Awaiting.DECISION, Urgency.SIGNIFICANT_HARM, LATER),
)
turned_back = ReferralTurnedBack(
    concern_id=CONCERN,
    inspection_id=INSPECTION,
    turned_back_at=LATER,
    opening=2,
    ladder=ladder(Awaiting.DISPATCH, Urgency.SIGNIFICANT_HARM, LATER),
)


def escalate(awaiting: Awaiting, level: int = 1, opening: int = 1) -> EscalateConcern:
    return EscalateConcern(concern_id=CONCERN, awaiting=awaiting, opening=opening, level=level)


def escalated(awaiting: Awaiting, level: int = 1, opening: int = 1) -> ConcernEscalated:
    return ConcernEscalated(
        concern_id=CONCERN, inspection_id=INSPECTION, awaiting=awaiting, opening=opening, level=level
    )


def test_a_concern_is_raised_with_its_clock_running():
    Given(concern).when(raise_it).then(raised)


def test_an_anonymous_concern_is_raised_with_words_only():
    conversation_id = ConversationId(uuid4())
    anonymous = RaiseConcern(
        concern_id=CONCERN,
        inspection_id=INSPECTION,
        kind=ConcernKind.CHILD,
        urgency=Urgency.SIGNIFICANT_HARM,
        words=SAID,
        can_be_contacted=False,
        conversation_id=conversation_id,
        now=NOW,
    )
    unknown = replace(
        raised,
        raised_by=None,
        can_be_contacted=False,
        conversation_id=conversation_id,
        known_location=None,
        identity=None,
    )
    Given(concern).when(anonymous).then(unknown)


def test_a_concern_is_raised_once():
    Given(concern, raised).when(raise_it).refused(ConcernAlreadyRaised)
    Given(concern, raised, declined, closed).when(raise_it).refused(ConcernAlreadyRaised)


def test_each_identity_is_sealed_under_a_key_of_its_own():
    sealed = dict(event_type_of(raised).sealed)
    assert sealed == {"words": "inspection_id", "known_location": "inspection_id", "identity": "subject_id"}
    other = subject_of(ConcernId(uuid4()))
    assert len({subject_of(CONCERN), other, UUID(str(CONCERN)), UUID(str(INSPECTION))}) == 4
    assert subject_of(CONCERN) == raised.subject_id


def test_safety_goes_before_consent_and_the_reasons_are_kept():
    Given(concern, raised).when(refer_it).then(decided)


def test_overriding_consent_needs_a_reason_and_so_does_not_asking():
    for consent in (ConsentToShare.OVERRIDDEN, ConsentToShare.NOT_SOUGHT):
        silent = replace(refer_it, consent=consent, consent_reason=None)
        refusal = Given(concern, raised).when(silent).refused(ConsentReasonMissing)
        assert refusal.details == {"pointer": "/consent_reason"}


def test_consent_that_was_given_needs_no_reason_and_may_be_the_basis():
    given = {"consent": ConsentToShare.GIVEN, "consent_reason": None, "lawful_basis": LawfulBasis.CONSENT}
    Given(concern, raised).when(replace(refer_it, **given)).then(replace(decided, **given))


def test_consent_that_was_not_given_is_no_basis():
    wrong = replace(refer_it, lawful_basis=LawfulBasis.CONSENT)
    Given(concern, raised).when(wrong).refused(BasisIsNotConsent)


def test_not_telling_somebody_needs_a_reason():
    Given(concern, raised).when(replace(refer_it, told_reason=None)).refused(ToldReasonMissing)
    told = {"told": True, "told_reason": None}
    Given(concern, raised).when(replace(refer_it, **told)).then(replace(decided, **told))


def test_not_referring_is_a_decision_with_a_reason():
    Given(concern, raised).when(decline_it).then(declined)


def test_a_concern_is_decided_once():
    for history in ([decided], [declined], [declined, upheld], [decided, mailed, received, acknowledged]):
        Given(concern, raised, *history).when(refer_it).refused(ConcernAlreadyDecided)
        Given(concern, raised, *history).when(decline_it).refused(ConcernAlreadyDecided)


def test_a_closed_concern_is_not_decided():
    Given(concern, raised, declined, closed).when(refer_it).refused(ConcernIsClosed)
    Given(concern, raised, declined, closed).when(decline_it).refused(ConcernIsClosed)


def test_a_concern_closes_once_two_do_not_refer_it_or_its_outcome_is_known():
    Given(concern, raised, declined, upheld).when(close_it).then(closed)
    Given(concern, raised, decided, mailed, received, acknowledged, outcome).when(close_it).then(closed)


def test_an_undecided_concern_does_not_close():
    Given(concern, raised).when(close_it).refused(ConcernUndecided)


def test_what_one_alone_does_not_refer_does_not_close():
    Given(concern, raised, declined).when(close_it).refused(NoReferralUnread)


def test_a_referral_without_an_outcome_does_not_close():
    done = [decided, mailed, received, acknowledged]
    for steps in range(1, len(done) + 1):
        Given(concern, raised, *done[:steps]).when(close_it).refused(ReferralStillOpen)


def test_a_closed_concern_does_not_close_again():
    Given(concern, raised, declined, closed).when(close_it).refused(ConcernIsClosed)


def test_a_closed_concern_is_reopened_and_waits_for_a_new_decision():
    Given(concern, raised, declined, closed).when(reopen_it).then(reopened)
    again = replace(decided, opening=2)
    Given(concern, raised, declined, closed, reopened).when(refer_it).then(again)


def test_what_is_not_closed_is_not_reopened():
    for history in ([], [decided], [declined], [declined, closed, reopened]):
        Given(concern, raised, *history).when(reopen_it).refused(ConcernNotClosed)


def test_what_was_found_out_before_is_not_what_is_known_after_reopening():
    state = concern.state([raised, decided, mailed, received, acknowledged, outcome, closed, reopened])
    assert (state.outcome, state.reference, state.lawful_basis, state.awaits) == (None, None, None, Awaiting.DECISION)


def test_an_undecided_concern_is_escalated_level_by_level_and_once_each():
    Given(concern, raised).when(escalate(Awaiting.DECISION)).then(escalated(Awaiting.DECISION))
    before = escalated(Awaiting.DECISION)
    Given(concern, raised, before).when(escalate(Awaiting.DECISION)).then()
    Given(concern, raised, before).when(escalate(Awaiting.DECISION, 2)).then(escalated(Awaiting.DECISION, 2))


def test_what_was_decided_in_time_is_not_escalated():
    Given(concern, raised, decided).when(escalate(Awaiting.DECISION)).then()
    Given(concern, raised, declined).when(escalate(Awaiting.DECISION)).then()
    Given(concern, raised, declined, closed).when(escalate(Awaiting.DECISION)).then()


def test_a_decided_referral_that_nobody_sent_is_escalated():
    Given(concern, raised, decided).when(escalate(Awaiting.DISPATCH)).then(escalated(Awaiting.DISPATCH))
    Given(concern, raised, decided, mailed).when(escalate(Awaiting.DISPATCH)).then()


def test_neither_sent_nor_received_stops_the_clock_only_a_person_does():
    waits = escalated(Awaiting.ACKNOWLEDGEMENT)
    Given(concern, raised, decided, mailed).when(escalate(Awaiting.ACKNOWLEDGEMENT)).then(waits)
    Given(concern, raised, decided, mailed, received).when(escalate(Awaiting.ACKNOWLEDGEMENT)).then(waits)
    Given(concern, raised, decided, mailed, received, acknowledged).when(escalate(Awaiting.ACKNOWLEDGEMENT)).then()


def test_an_outcome_that_nobody_asked_for_is_escalated():
    history = (raised, decided, mailed, received, acknowledged)
    Given(concern, *history).when(escalate(Awaiting.OUTCOME)).then(escalated(Awaiting.OUTCOME))
    Given(concern, *history, outcome).when(escalate(Awaiting.OUTCOME)).then()


def test_an_old_clock_says_nothing_about_a_reopened_concern():
    history = (raised, declined, closed, reopened)
    Given(concern, *history).when(escalate(Awaiting.DECISION)).then()
    Given(concern, *history).when(escalate(Awaiting.DECISION, opening=2)).then(escalated(Awaiting.DECISION, opening=2))


def test_every_wait_sets_its_clock():
    for fact, awaiting in (
        (raised, Awaiting.DECISION),
        (decided, Awaiting.DISPATCH),
        (mailed, Awaiting.ACKNOWLEDGEMENT),
        (acknowledged, Awaiting.OUTCOME),
        (declined, Awaiting.SECOND_READING),
        (overturned, Awaiting.DECISION),
        (turned_back, Awaiting.DISPATCH),
        (reopened, Awaiting.DECISION),
    ):
        (policy,) = policies[type(fact)]
        due = list(policy(fact))
        assert [each.command for each in due] == [escalate(awaiting, rung.level, fact.opening) for rung in fact.ladder]
        assert [each.at for each in due] == [rung.at for rung in fact.ladder]


def test_every_refusal_of_a_concern_is_accounted_for():
    modules = ("linking", "referral", "routing", "safeguarding", "second_reading")
    ours = [each for each in refusals.values() if each.__module__.rpartition(".")[2] in modules]
    assert len(ours) == 25
    assert all(each.recorded for each in ours)
