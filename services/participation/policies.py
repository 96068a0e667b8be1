"""Whenever that happens, participation does this."""

from collections.abc import Iterator

from services.participation.commands import (
    CloseWays,
    EndSurvey,
    EscalateConcern,
    ListSurvey,
    NoteLink,
    OfferWaysToTakePart,
)
from services.participation.events import (
    ConcernRaised,
    ConcernReopened,
    ConcernsLinked,
    NoReferralOverturned,
    ReferralAcknowledged,
    ReferralDecided,
    ReferralDeclined,
    ReferralDispatched,
    ReferralTurnedBack,
    SurveyListed,
    WaysToTakePartClosed,
)
from shared.contracts.participation import SurveyOpened
from shared.contracts.scheduling import InspectionClosed, InspectionOpened
from shared.sourcing.service import Later, Policies
from shared.vocabulary.participation import Awaiting

policies = Policies()

Undecided = ConcernRaised | ConcernReopened | NoReferralOverturned
Unsent = ReferralDecided | ReferralTurnedBack
Waiting = Undecided | ReferralDeclined | Unsent | ReferralDispatched | ReferralAcknowledged


@policies.whenever
def an_inspection_opens(fact: InspectionOpened) -> Iterator[OfferWaysToTakePart]:
    """Participation is a core element: the ways to take part are offered as soon as an inspection opens."""
    offered = fact.edition.participation
    yield OfferWaysToTakePart(
        inspection_id=fact.inspection_id,
        area=fact.area,
        modes=offered.modes,
        channels=offered.channels,
        volunteer_on_request=offered.volunteer_on_request,
        supporter_welcome=offered.supporter_welcome,
    )


@policies.whenever
def an_inspection_closes(fact: InspectionClosed) -> Iterator[CloseWays]:
    """Its windows close with it."""
    yield CloseWays(inspection_id=fact.inspection_id, closed_on=fact.closed_on)


@policies.whenever
def a_survey_opens(fact: SurveyOpened) -> Iterator[ListSurvey]:
    """It is one of the inspection's ways."""
    yield ListSurvey(inspection_id=fact.inspection_id, survey_id=fact.survey_id)


@policies.whenever
def ways_close(fact: WaysToTakePartClosed) -> Iterator[EndSurvey]:
    """Every survey ends with them."""
    for survey_id in fact.surveys:
        yield EndSurvey(survey_id=survey_id, ended_on=fact.closed_on)


@policies.whenever
def a_survey_is_listed_late(fact: SurveyListed) -> Iterator[EndSurvey]:
    """A survey that opened just as the ways closed ends as well."""
    if fact.ways_closed_on is not None:
        yield EndSurvey(survey_id=fact.survey_id, ended_on=fact.ways_closed_on)


@policies.whenever
def a_concern_waits_for_a_decision(fact: ConcernRaised) -> Iterator[Later]:
    """Somebody decides in time, or the next level does."""
    yield from _climbing(fact, Awaiting.DECISION)


@policies.whenever
def a_reopened_concern_waits_for_a_decision(fact: ConcernReopened) -> Iterator[Later]:
    """Reopened is undecided."""
    yield from _climbing(fact, Awaiting.DECISION)


@policies.whenever
def a_decision_not_to_refer_waits_for_a_second_reader(fact: ReferralDeclined) -> Iterator[Later]:
    """What one alone decided is not decided."""
    yield from _climbing(fact, Awaiting.SECOND_READING)


@policies.whenever
def an_overturned_decision_waits_for_another(fact: NoReferralOverturned) -> Iterator[Later]:
    """Overturned is undecided."""
    yield from _climbing(fact, Awaiting.DECISION)


@policies.whenever
def a_referral_waits_to_be_sent(fact: ReferralDecided) -> Iterator[Later]:
    """Decided is not sent."""
    yield from _climbing(fact, Awaiting.DISPATCH)


@policies.whenever
def a_referral_that_turned_back_waits_to_be_sent(fact: ReferralTurnedBack) -> Iterator[Later]:
    """Whom it is about is nobody to have sent it to."""
    yield from _climbing(fact, Awaiting.DISPATCH)


@policies.whenever
def a_dispatch_waits_for_a_person(fact: ReferralDispatched) -> Iterator[Later]:
    """Sent, or received, is not acknowledged."""
    yield from _climbing(fact, Awaiting.ACKNOWLEDGEMENT)


@policies.whenever
def an_acknowledged_referral_waits_for_its_outcome(fact: ReferralAcknowledged) -> Iterator[Later]:
    """Somebody asks what came of it."""
    yield from _climbing(fact, Awaiting.OUTCOME)


def _climbing(fact: Waiting, awaiting: Awaiting) -> Iterator[Later]:
    for rung in fact.ladder:
        escalates = EscalateConcern(
            concern_id=fact.concern_id, awaiting=awaiting, opening=fact.opening, level=rung.level
        )
        yield Later(escalates, at=rung.at)


@policies.whenever
def concerns_are_linked(fact: ConcernsLinked) -> Iterator[NoteLink]:
    """The other one knows of it too."""
    yield NoteLink(concern_id=fact.other, other=fact.concern_id)
