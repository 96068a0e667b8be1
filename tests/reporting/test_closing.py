"""The end of a recommendation, given, when, then: reviewed and closed, or taken over by another."""

from dataclasses import replace

from services.reporting.aggregates.action_plan import action_plan
from services.reporting.aggregates.answering import OwnerUnknown, RecommendationIsOver
from services.reporting.aggregates.carrying import AreasHaveNothingInCommon
from services.reporting.aggregates.closing import (
    NothingToReview,
    ReviewerIsOwner,
    ReviewNeedsReason,
    SuccessorUnfit,
    carried_id,
)
from services.reporting.aggregates.inspected import Inspected
from services.reporting.aggregates.recommendation import Recommendation, recommendation
from services.reporting.commands import (
    CarryForward,
    CarryForwardRecommendation,
    CloseRecommendation,
    NoteRecommendation,
    ReturnProgress,
    SupersedeRecommendation,
    TakeUpRecommendation,
)
from services.reporting.events import CarryingForward, ProgressReturned
from services.reporting.policies import (
    a_recommendation_is_carried_forward,
    a_recommendation_is_superseded,
    an_inspection_follows,
    recommendations_are_carried_forward,
)
from shared.contracts.reporting import RecommendationCarriedForward
from shared.errors import NotAllowed, NotFound
from shared.messages import Words
from shared.testing import Given
from shared.vocabulary.areas import NATION, area_of
from shared.vocabulary.follow_up import RecommendationState as State
from shared.vocabulary.identity import OwnerCode
from tests.reporting.facts import FALKIRK, INSPECTION, OTHER_INSPECTION, REPORT, kept
from tests.reporting.follow_up import (
    ANOTHER,
    BOARD,
    COUNCIL,
    DUE,
    HEAD,
    NURSE,
    RECOMMENDATION,
    REVIEWER,
    SHOWN,
    WORDS,
    accepted,
    another_noted,
    both_accepted,
    closed,
    issued,
    noted,
    progressed,
    rejected,
    superseded,
)

close = CloseRecommendation(recommendation_id=RECOMMENDATION, reason=WORDS, actor=REVIEWER)
return_ = ReturnProgress(recommendation_id=RECOMMENDATION, owner=COUNCIL, reason=WORDS, actor=REVIEWER)
returned = ProgressReturned(
    recommendation_id=RECOMMENDATION,
    inspection_id=INSPECTION,
    owner=COUNCIL,
    returned_by=REVIEWER,
    state=State.IN_PROGRESS,
    reason=WORDS,
)
supersede = SupersedeRecommendation(recommendation_id=RECOMMENDATION, by=ANOTHER)
newer = replace(recommendation.state([issued]), inspection_id=OTHER_INSPECTION)
CARRIED = carried_id(RECOMMENDATION, OTHER_INSPECTION)
carry = CarryForward(inspection_id=INSPECTION, into=OTHER_INSPECTION)
carrying = CarryingForward(inspection_id=INSPECTION, into=OTHER_INSPECTION, recommendations=(RECOMMENDATION,))
carry_one = CarryForwardRecommendation(recommendation_id=RECOMMENDATION, into=OTHER_INSPECTION)
superseded_by_itself = replace(superseded, by=CARRIED)
take_up = TakeUpRecommendation(recommendation_id=CARRIED, inspection_id=OTHER_INSPECTION, carried_from=RECOMMENDATION)
carried = RecommendationCarriedForward(
    recommendation_id=CARRIED,
    inspection_id=OTHER_INSPECTION,
    carried_from=RECOMMENDATION,
    report_id=REPORT,
    text=issued.text,
    owners=issued.owners,
    accepted=(COUNCIL,),
    action_plan_due_on=DUE,
)
IN_FALKIRK = Inspected(area=FALKIRK)


def test_a_reviewer_closes_what_every_owner_has_shown():
    Given(recommendation, *SHOWN).when(close).then(closed)


def test_nothing_is_closed_before_every_owner_has_shown_something():
    refused = Given(recommendation, *SHOWN[:-1]).when(close).refused(NothingToReview)
    assert refused.details == {"missing": 1}
    Given(recommendation, issued, accepted, rejected).when(close).refused(NothingToReview)


def test_nobody_reviews_what_is_their_own_or_what_they_recorded():
    for somebody in (HEAD, NURSE):
        Given(recommendation, *SHOWN).when(replace(close, actor=somebody)).refused(ReviewerIsOwner)
        Given(recommendation, *SHOWN).when(replace(return_, actor=somebody)).refused(ReviewerIsOwner)


def test_a_clock_closes_nothing():
    Given(recommendation, *SHOWN).when(replace(close, actor=None)).refused(NotAllowed)


def test_a_review_says_what_it_found():
    Given(recommendation, *SHOWN).when(replace(close, reason=Words(" "))).refused(ReviewNeedsReason)
    Given(recommendation, *SHOWN).when(replace(return_, reason=Words(" "))).refused(ReviewNeedsReason)


def test_what_is_over_is_not_closed_returned_or_superseded():
    for command in (close, return_):
        Given(recommendation, *SHOWN, closed).when(command).refused(RecommendationIsOver)
    Given(recommendation, *SHOWN, closed, by=newer).when(supersede).refused(RecommendationIsOver)


def test_evidence_that_shows_too_little_goes_back_to_its_owner():
    Given(recommendation, *SHOWN).when(return_).then(returned)
    Given(recommendation, *SHOWN, returned).when(return_).refused(NothingToReview)
    stranger = replace(return_, owner=OwnerCode("somebody"))
    Given(recommendation, *SHOWN).when(stranger).refused(OwnerUnknown)
    standing = recommendation.state([*SHOWN, returned]).standing
    assert dict(standing) == {COUNCIL: State.IN_PROGRESS, BOARD: State.EVIDENCE_SUBMITTED}


def test_a_newer_recommendation_takes_an_open_ones_place():
    Given(recommendation, issued, by=newer).when(supersede).then(superseded)


def test_nothing_takes_the_place_of_something_unless_it_is_another_and_open():
    given = Given(recommendation, issued, by=recommendation.initial)
    given.when(supersede).refused(SuccessorUnfit)
    Given(recommendation, issued, by=recommendation.state([*SHOWN, closed])).when(supersede).refused(SuccessorUnfit)
    itself = replace(supersede, by=RECOMMENDATION)
    Given(recommendation, issued, by=recommendation.state([issued])).when(itself).refused(SuccessorUnfit)


def test_what_is_open_goes_on_in_the_later_inspection_and_what_is_over_does_not():
    def stand(*states: Recommendation) -> Given:
        return Given(action_plan, noted, another_noted, stand=states, earlier=IN_FALKIRK, later=IN_FALKIRK)

    open_one, over = recommendation.state([issued]), recommendation.state([*SHOWN, closed])
    stand(open_one, over).when(carry).then(carrying)
    stand(over, over).when(carry).then()
    stand(over, open_one).when(carry).then(replace(carrying, recommendations=(ANOTHER,)))


def test_recommendations_go_on_only_where_the_areas_overlap_and_not_in_their_own_inspection():
    given = Given(action_plan, noted, stand=(newer,), earlier=IN_FALKIRK, later=Inspected(area=area_of(["S12000047"])))
    given.when(carry).refused(AreasHaveNothingInCommon)
    same = Given(action_plan, noted, stand=(newer,), earlier=IN_FALKIRK, later=IN_FALKIRK)
    same.when(replace(carry, into=INSPECTION)).refused(AreasHaveNothingInCommon)
    Given(action_plan, noted, stand=(newer,), earlier=IN_FALKIRK, later=Inspected(area=NATION)).when(carry).then(
        carrying
    )


def test_an_inspection_that_nobody_knows_yet_takes_nothing_up():
    Given(action_plan, noted, stand=(newer,), earlier=IN_FALKIRK, later=Inspected()).when(carry).refused(NotFound)


def test_a_recommendation_that_is_carried_forward_is_superseded_not_closed():
    Given(recommendation, issued).when(carry_one).then(superseded_by_itself)
    Given(recommendation, *SHOWN, closed).when(carry_one).then()
    assert recommendation.state([issued, superseded_by_itself]).state is State.SUPERSEDED


def test_the_later_inspection_takes_it_up_with_its_lineage_once():
    earlier = recommendation.state([issued, accepted, superseded_by_itself])
    Given(recommendation, earlier=earlier).when(take_up).then(carried)
    Given(recommendation, carried, earlier=earlier).when(take_up).then()
    state = recommendation.state([carried])
    assert (state.carried_from, state.state) == (RECOMMENDATION, State.ISSUED)
    assert dict(state.standing) == {COUNCIL: State.ACCEPTED, BOARD: State.ISSUED}
    Given(recommendation, earlier=recommendation.initial).when(take_up).refused(NotFound)


def test_what_every_owner_had_accepted_is_accepted_still_and_shown_anew():
    earlier = recommendation.state([issued, accepted, both_accepted, progressed, superseded_by_itself])
    Given(recommendation, earlier=earlier).when(take_up).then(replace(carried, accepted=(BOARD, COUNCIL)))
    assert recommendation.state([replace(carried, accepted=(BOARD, COUNCIL))]).state is State.ACCEPTED


def test_one_thing_leads_to_the_next_from_the_followed_inspection_to_the_later_ones_plan():
    following = replace(kept, inspection_id=OTHER_INSPECTION, follows=INSPECTION)
    assert list(an_inspection_follows(following)) == [carry]
    assert list(an_inspection_follows(kept)) == []
    assert list(recommendations_are_carried_forward(carrying)) == [carry_one]
    assert list(a_recommendation_is_superseded(superseded_by_itself)) == [take_up]
    assert list(a_recommendation_is_superseded(superseded)) == []
    assert list(a_recommendation_is_carried_forward(carried)) == [
        NoteRecommendation(inspection_id=OTHER_INSPECTION, recommendation_id=CARRIED)
    ]
