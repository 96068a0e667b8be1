"""An inspection from its opening to its end, given, when, then."""

from dataclasses import replace
from datetime import date

import pytest

from services.scheduling.aggregates import taking_part  # noqa: F401 - its decisions belong to the inspection
from services.scheduling.aggregates.inspection import InspectionIsClosed, PartnerNotInMethodology, inspection
from services.scheduling.aggregates.opening import (
    AreaNotSelected,
    EarlierInspectionUnknown,
    FollowsAnotherArea,
    InspectionAlreadyOpen,
    TooFewPartners,
)
from services.scheduling.aggregates.programme import Programme, ProgrammeIsClosed, programme
from services.scheduling.commands import CloseInspection, InvitePartner, NominateContact, OpenInspection
from services.scheduling.events import AreaSelected, ContactDetailsGiven
from shared.contracts.scheduling import (
    ContactNominated,
    InspectionOpened,
    PartnerInvited,
    ProgrammeClosed,
    StepCompleted,
)
from shared.messages import Words
from shared.testing import Given
from shared.vocabulary.areas import area_of
from shared.vocabulary.bodies import ScrutinyBody
from shared.vocabulary.identity import ContactId, GssCode, InspectionId, ReasonCode, StepCode
from shared.vocabulary.methods import ContactRole
from tests.scheduling.facts import (
    AREA,
    AYRSHIRE,
    CARE,
    EDITION,
    FALKIRK,
    FIFE,
    FIFE_BEFORE_2018,
    HEALTH,
    INSPECTION,
    MONDAY,
    PROGRAMME,
    closed,
    commissioned,
    opened,
    selected,
    timetable,
)

READY = programme.state([commissioned, selected])
EDUCATION, PRISONS = ScrutinyBody.EDUCATION, ScrutinyBody.PRISONS
CONTACT, OTHER = ContactId(INSPECTION), ContactId(PROGRAMME)
HERE, WORK = Words("Head of service"), Words("01324 000000")


def open_(*partners: ScrutinyBody, councils: tuple[GssCode, ...] = (FALKIRK,)) -> OpenInspection:
    return OpenInspection(
        inspection_id=INSPECTION,
        programme_id=PROGRAMME,
        councils=councils,
        partners=partners or (CARE, HEALTH),
        opens_on=MONDAY,
    )


def when_opening(command: OpenInspection, *past: object, commissioned: Programme = READY) -> Given:
    return Given(inspection, *past, commissioned=commissioned).when(command)


def invite(partner: ScrutinyBody) -> InvitePartner:
    return InvitePartner(inspection_id=INSPECTION, partner=partner)


def nominate(contact: ContactId = CONTACT) -> NominateContact:
    role = ContactRole.LEAD_FOR_CHILD_CONCERNS
    return NominateContact(
        inspection_id=INSPECTION, contact_id=contact, contact_role=role, designation=HERE, reached_by=WORK
    )


def nominated(contact: ContactId = CONTACT) -> tuple[ContactNominated, ContactDetailsGiven]:
    role = ContactRole.LEAD_FOR_CHILD_CONCERNS
    return (
        ContactNominated(inspection_id=INSPECTION, contact_id=contact, contact_role=role),
        ContactDetailsGiven(
            inspection_id=INSPECTION, contact_id=contact, contact_role=role, designation=HERE, reached_by=WORK
        ),
    )


def test_an_inspection_opens_with_its_editions_content():
    when_opening(open_()).then(opened)


def test_an_inspection_opens_once():
    refused = when_opening(open_(), opened).refused(InspectionAlreadyOpen)
    assert refused.details == {"inspection_id": INSPECTION}


def test_an_inspection_is_of_an_area_that_its_programme_selected():
    refused = when_opening(open_(councils=(FIFE,))).refused(AreaNotSelected)
    assert refused.details == {"programme_id": PROGRAMME}
    when_opening(open_(), commissioned=programme.state([commissioned])).refused(AreaNotSelected)


def test_an_unknown_programme_has_selected_nothing():
    when_opening(open_(), commissioned=programme.initial).refused(AreaNotSelected)


def test_nothing_is_opened_for_a_programme_that_has_ended():
    ended = programme.state([commissioned, selected, ProgrammeClosed(programme_id=PROGRAMME, closed_on=MONDAY)])
    when_opening(open_(), commissioned=ended).refused(ProgrammeIsClosed)


def test_why_an_area_was_chosen_is_told_with_the_opening():
    sample = ReasonCode("sample-and-geography")
    chosen = programme.state([commissioned, replace(selected, reason=sample, risk_based=False)])
    when_opening(open_(), commissioned=chosen).then(replace(opened, chosen_for=sample, risk_based=False))


EARLIER = InspectionId(PROGRAMME)
following = replace(open_(), follows=EARLIER)


def when_following(*past: object) -> Given:
    return Given(inspection, commissioned=READY, earlier=(inspection.state(past),)).when(following)


def test_a_progress_review_follows_an_earlier_inspection_of_its_area():
    when_following(opened).then(replace(opened, follows=EARLIER))
    when_following(replace(opened, area=area_of([FALKIRK, FIFE])), closed).then(replace(opened, follows=EARLIER))
    assert inspection.state([replace(opened, follows=EARLIER)]).follows == EARLIER


def test_which_inspection_is_followed_is_looked_at():
    look = inspection.decisions[OpenInspection].looks["earlier"]
    assert look.streams(following, inspection.initial) == [f"inspection/{EARLIER}"]
    assert look.streams(open_(), inspection.initial) == []


def test_nothing_follows_an_inspection_that_there_is_not():
    assert when_following().refused(EarlierInspectionUnknown).details == {"pointer": "/follows"}


def test_nothing_follows_an_inspection_of_another_area():
    elsewhere = replace(opened, area=area_of([FIFE]))
    assert when_following(elsewhere).refused(FollowsAnotherArea).details == {"pointer": "/follows"}


def test_a_part_of_a_selected_partnership_is_not_the_area():
    whole = programme.state([commissioned, AreaSelected(programme_id=PROGRAMME, area=area_of(AYRSHIRE))])
    when_opening(open_(councils=AYRSHIRE[:2]), commissioned=whole).refused(AreaNotSelected)
    when_opening(open_(councils=AYRSHIRE[::-1]), commissioned=whole).then(replace(opened, area=area_of(AYRSHIRE)))


def test_a_retired_code_opens_the_councils_inspection():
    fife = area_of([FIFE])
    there = programme.state([commissioned, AreaSelected(programme_id=PROGRAMME, area=fife)])
    when_opening(open_(councils=(FIFE_BEFORE_2018,)), commissioned=there).then(replace(opened, area=fife))


@pytest.mark.parametrize("partners", [(CARE,), (CARE, CARE)])
def test_one_body_alone_does_not_inspect_jointly(partners: tuple[ScrutinyBody, ...]):
    refused = when_opening(open_(*partners)).refused(TooFewPartners)
    assert refused.details == {"partners_at_least": 2, "pointer": "/partners"}


def test_a_partner_that_is_named_twice_takes_part_once():
    when_opening(open_(CARE, HEALTH, CARE)).then(opened)


def test_the_methodology_names_who_may_take_part():
    refused = when_opening(open_(CARE, PRISONS)).refused(PartnerNotInMethodology)
    assert refused.details == {"partner": "inspectorate-of-prisons", "pointer": "/partners"}


def test_a_further_partner_is_invited_once():
    joined = PartnerInvited(inspection_id=INSPECTION, partner=EDUCATION)
    Given(inspection, opened).when(invite(EDUCATION)).then(joined)
    Given(inspection, opened, joined).when(invite(EDUCATION)).then()
    Given(inspection, opened).when(invite(CARE)).then()
    assert inspection.state([opened, joined]).partners == (CARE, HEALTH, EDUCATION)


def test_a_body_that_the_methodology_does_not_name_is_not_invited():
    refused = Given(inspection, opened).when(invite(PRISONS)).refused(PartnerNotInMethodology)
    assert refused.details == {"partner": "inspectorate-of-prisons", "pointer": "/partner"}


def test_an_edition_issued_later_does_not_move_an_opened_inspection():
    # Its opening holds the edition's content: here one that names another partner, and that no file holds any more.
    pinned = replace(EDITION, partners=(CARE, HEALTH, PRISONS))
    past: InspectionOpened = replace(opened, edition=pinned)
    Given(inspection, past).when(invite(PRISONS)).then(PartnerInvited(inspection_id=INSPECTION, partner=PRISONS))
    Given(inspection, past).when(invite(EDUCATION)).refused(PartnerNotInMethodology)


def test_a_contact_is_nominated_and_who_it_is_told_apart():
    Given(inspection, opened).when(nominate()).then(*nominated())


def test_the_latest_nomination_for_a_purpose_counts():
    state = inspection.state([opened, *nominated(), *nominated(OTHER)])
    assert state.contacts == {ContactRole.LEAD_FOR_CHILD_CONCERNS: OTHER}


def test_an_inspection_closes_once():
    close = CloseInspection(inspection_id=INSPECTION, today=closed.closed_on)
    Given(inspection, opened).when(close).then(closed)
    Given(inspection, opened, closed).when(close).refused(InspectionIsClosed)


@pytest.mark.parametrize("command", [invite(EDUCATION), invite(CARE), nominate()])
def test_nobody_joins_an_inspection_that_has_ended(command: object):
    Given(inspection, opened, closed).when(command).refused(InspectionIsClosed)


def test_an_inspections_facts_add_up():
    done = StepCompleted(inspection_id=INSPECTION, code=StepCode("notification"), completed_on=date(2025, 9, 3))
    state = inspection.state([opened, timetable, done, closed])
    assert (state.area, state.edition, state.opens_on, state.closed) == (AREA, EDITION, MONDAY, True)
    assert state.steps == timetable.steps
    assert state.completed == {StepCode("notification"): date(2025, 9, 3)}
