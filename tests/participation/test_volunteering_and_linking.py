"""Asking to become a young inspection volunteer, and linking concerns, given, when, then."""

from dataclasses import fields, replace
from datetime import date
from uuid import uuid4

import pytest

import services.participation.service  # noqa: F401 - every decision belongs to its aggregate
from services.participation.aggregates.concern import Concern, concern
from services.participation.aggregates.linking import ConcernsAlreadyLinked, LinkedToItself
from services.participation.aggregates.volunteering import (
    VolunteerAgeUnfit,
    VolunteeringAlreadyAskedFor,
    VolunteeringAlreadyTakenUp,
    VolunteersNotAsked,
)
from services.participation.aggregates.ways_to_take_part import (
    SignpostingUnconfirmed,
    WaysAreClosed,
    ways_to_take_part,
)
from services.participation.commands import AskToVolunteer, LinkConcerns, NoteLink, TakeUpVolunteering
from services.participation.events import ConcernsLinked, VolunteeringAskedFor, VolunteeringTakenUp
from services.participation.policies import concerns_are_linked
from shared.errors import NotFound
from shared.messages import Words, event_type_of
from shared.testing import Given
from shared.vocabulary.identity import ConcernId, InspectionId, PersonId
from tests.participation.facts import ACTOR, CONCERN, INSPECTION, TODAY, confirmed, offered, raised, ways_closed

VOLUNTEER, REACHED = PersonId(uuid4()), Words("07700 900456")
ask = AskToVolunteer(
    inspection_id=INSPECTION, volunteer_id=VOLUNTEER, born_on=date(2003, 3, 4), reached_by=REACHED, today=TODAY
)
asked = VolunteeringAskedFor(
    inspection_id=INSPECTION, volunteer_id=VOLUNTEER, eligible_until=date(2030, 3, 3), reached_by=REACHED
)


def test_what_is_kept_is_until_which_day_they_may_be_one():
    Given(ways_to_take_part, offered, confirmed).when(ask).then(asked)
    Given(ways_to_take_part, offered, confirmed, asked).when(ask).refused(VolunteeringAlreadyAskedFor)


@pytest.mark.parametrize("born_on", [date(2007, 9, 2), date(1998, 9, 3)])
def test_the_birthday_itself_counts(born_on: date):
    (fact,) = Given(ways_to_take_part, offered, confirmed).when(replace(ask, born_on=born_on))._decide()
    assert fact.eligible_until >= TODAY


@pytest.mark.parametrize("born_on", [date(2007, 9, 3), date(1998, 9, 2), date(9999, 1, 1), date(1, 1, 1)])
def test_a_volunteer_is_eighteen_to_twenty_six(born_on: date):
    Given(ways_to_take_part, offered, confirmed).when(replace(ask, born_on=born_on)).refused(VolunteerAgeUnfit)


def test_whoever_was_born_on_a_leap_day_is_of_age_in_march():
    of_a_leap_day = replace(ask, born_on=date(2004, 2, 29))
    Given(ways_to_take_part, offered, confirmed).when(replace(of_a_leap_day, today=date(2022, 2, 28))).refused(
        VolunteerAgeUnfit
    )
    Given(ways_to_take_part, offered, confirmed).when(replace(of_a_leap_day, today=date(2022, 3, 1))).then(
        replace(asked, eligible_until=date(2031, 2, 28))
    )


def test_no_birthday_stands_in_what_is_kept():
    assert {member.name for member in fields(asked)} == {
        "inspection_id",
        "volunteer_id",
        "eligible_until",
        "reached_by",
    }
    assert dict(event_type_of(asked).sealed) == {"reached_by": "volunteer_id"}


take_up = TakeUpVolunteering(inspection_id=INSPECTION, volunteer_id=VOLUNTEER, actor=ACTOR, today=TODAY)
taken_up = VolunteeringTakenUp(inspection_id=INSPECTION, volunteer_id=VOLUNTEER, dealt_with_by=ACTOR, taken_up_on=TODAY)


def test_somebody_deals_with_whoever_asked_and_one_does():
    Given(ways_to_take_part, offered, confirmed, asked).when(take_up).then(taken_up)
    Given(ways_to_take_part, offered, confirmed, asked, taken_up).when(take_up).refused(VolunteeringAlreadyTakenUp)


def test_whoever_asked_gets_an_answer_after_the_inspection_too():
    Given(ways_to_take_part, offered, confirmed, asked, ways_closed).when(take_up).then(taken_up)


def test_nobody_is_dealt_with_who_did_not_ask():
    Given(ways_to_take_part, offered, confirmed).when(take_up).refused(NotFound)
    other = replace(take_up, volunteer_id=PersonId(uuid4()))
    Given(ways_to_take_part, offered, confirmed, asked).when(other).refused(NotFound)


def test_volunteers_are_asked_where_the_edition_works_with_them_and_while_it_does():
    without = replace(offered, volunteer_on_request=False)
    Given(ways_to_take_part, without, confirmed).when(ask).refused(VolunteersNotAsked)
    Given(ways_to_take_part, offered).when(ask).refused(SignpostingUnconfirmed)
    Given(ways_to_take_part, offered, confirmed, ways_closed).when(ask).refused(WaysAreClosed)


OTHER = ConcernId(uuid4())
link = LinkConcerns(concern_id=CONCERN, other=OTHER)
linked = ConcernsLinked(concern_id=CONCERN, other=OTHER)
SECOND: Concern = concern.state([replace(raised, concern_id=OTHER)])


def test_two_concerns_are_linked_and_never_merged():
    Given(concern, raised, second=SECOND).when(link).then(linked)
    state: Concern = concern.state([raised, linked])
    assert (state.linked, state.words, state.stands) == ({OTHER}, raised.words, concern.state([raised]).stands)
    Given(concern, raised, linked, second=SECOND).when(link).refused(ConcernsAlreadyLinked)


def test_both_ends_know():
    (back,) = concerns_are_linked(linked)
    assert back == NoteLink(concern_id=OTHER, other=CONCERN)
    Given(concern, raised).when(replace(back, concern_id=CONCERN, other=OTHER)).then(linked)
    Given(concern, raised, linked).when(replace(back, concern_id=CONCERN, other=OTHER)).then()


def test_a_concern_is_linked_to_another_one_of_its_inspection():
    Given(concern, raised, second=SECOND).when(replace(link, other=CONCERN)).refused(LinkedToItself)
    Given(concern, raised, second=Concern()).when(link).refused(NotFound)
    elsewhere = replace(SECOND, inspection_id=InspectionId(uuid4()))
    Given(concern, raised, second=elsewhere).when(link).refused(NotFound)
