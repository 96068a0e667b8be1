"""The ways to take part are offered once, confirmed before they are used, and closed with everything in them."""

from datetime import date
from uuid import uuid4

from services.participation.aggregates.ways_to_take_part import (
    ClearanceAlreadyWithheld,
    ClearanceNotWithheld,
    NoNumberChecked,
    SignpostingUnconfirmed,
    WaysAreClosed,
    refuse_unready,
    ways_to_take_part,
)
from services.participation.commands import (
    AllowClearance,
    CloseWays,
    ConfirmSignposting,
    ListSurvey,
    OfferWaysToTakePart,
    WithholdClearance,
)
from services.participation.events import (
    ClearanceAllowed,
    ClearanceWithheld,
    SignpostingConfirmed,
    SurveyListed,
    WaysToTakePartClosed,
)
from services.participation.policies import an_inspection_closes, an_inspection_opens
from shared.contracts.participation import WaysToTakePartOffered
from shared.contracts.scheduling import InspectionClosed, InspectionOpened
from shared.errors import NotFound, Refused
from shared.testing import Given
from shared.vocabulary.identity import ProgrammeId, SurveyId
from tests.participation.facts import (
    AYRSHIRE,
    CLOSED,
    EDITION,
    FALKIRK,
    INSPECTION,
    OFFERED,
    READY,
    REASON,
    SURVEY,
    TODAY,
    UNCONFIRMED,
    UNKNOWN,
    confirmed,
    offered,
    ways_closed,
)

offer = OfferWaysToTakePart(
    inspection_id=INSPECTION,
    area=FALKIRK,
    modes=OFFERED.modes,
    channels=OFFERED.channels,
    volunteer_on_request=True,
    supporter_welcome=True,
)


def test_an_opening_offers_what_the_edition_names():
    opening = InspectionOpened(
        inspection_id=INSPECTION,
        programme_id=ProgrammeId(uuid4()),
        area=FALKIRK,
        edition=EDITION,
        partners=EDITION.partners,
        opens_on=TODAY,
    )
    assert list(an_inspection_opens(opening)) == [offer]


def test_ways_are_offered():
    Given(ways_to_take_part).when(offer).then(offered)


def test_offering_them_again_changes_nothing():
    Given(ways_to_take_part, offered, confirmed).when(offer).then()


def test_signposting_is_confirmed_with_a_count_and_a_day():
    confirm = ConfirmSignposting(inspection_id=INSPECTION, numbers=2, today=TODAY)
    Given(ways_to_take_part, offered).when(confirm).then(confirmed)


def test_signposting_may_be_confirmed_again_as_numbers_change():
    again = ConfirmSignposting(inspection_id=INSPECTION, numbers=3, today=date(2025, 10, 1))
    Given(ways_to_take_part, offered, confirmed).when(again).then(
        SignpostingConfirmed(inspection_id=INSPECTION, numbers=3, confirmed_on=date(2025, 10, 1))
    )


def test_signposting_without_a_number_for_every_council_is_refused():
    of_ayrshire = WaysToTakePartOffered(
        inspection_id=INSPECTION,
        area=AYRSHIRE,
        modes=OFFERED.modes,
        channels=(),
        volunteer_on_request=False,
        supporter_welcome=False,
    )
    confirm = ConfirmSignposting(inspection_id=INSPECTION, numbers=2, today=TODAY)
    refusal = Given(ways_to_take_part, of_ayrshire).when(confirm).refused(NoNumberChecked)
    assert refusal.details == {"needed": 3, "pointer": "/numbers"}
    none = ConfirmSignposting(inspection_id=INSPECTION, numbers=0, today=TODAY)
    Given(ways_to_take_part, offered).when(none).refused(NoNumberChecked)


def test_signposting_of_closed_ways_is_refused():
    confirm = ConfirmSignposting(inspection_id=INSPECTION, numbers=2, today=TODAY)
    Given(ways_to_take_part, offered, ways_closed).when(confirm).refused(WaysAreClosed)


def test_a_survey_is_listed_once():
    listed = SurveyListed(inspection_id=INSPECTION, survey_id=SURVEY, ways_closed_on=None)
    ask = ListSurvey(inspection_id=INSPECTION, survey_id=SURVEY)
    Given(ways_to_take_part, offered).when(ask).then(listed)
    Given(ways_to_take_part, offered, listed).when(ask).then()


def test_a_survey_that_is_listed_late_knows_that_the_ways_are_closed():
    ask = ListSurvey(inspection_id=INSPECTION, survey_id=SURVEY)
    Given(ways_to_take_part, offered, ways_closed).when(ask).then(
        SurveyListed(inspection_id=INSPECTION, survey_id=SURVEY, ways_closed_on=TODAY)
    )


def test_an_inspection_that_closes_closes_the_ways():
    fact = InspectionClosed(inspection_id=INSPECTION, closed_on=TODAY)
    assert list(an_inspection_closes(fact)) == [CloseWays(inspection_id=INSPECTION, closed_on=TODAY)]


def test_ways_close_with_every_survey_in_them():
    surveys = sorted((SurveyId(uuid4()), SurveyId(uuid4())))
    listed = [SurveyListed(inspection_id=INSPECTION, survey_id=each, ways_closed_on=None) for each in surveys]
    Given(ways_to_take_part, offered, *reversed(listed)).when(
        CloseWays(inspection_id=INSPECTION, closed_on=TODAY)
    ).then(WaysToTakePartClosed(inspection_id=INSPECTION, surveys=tuple(surveys), closed_on=TODAY))


def test_closing_ways_again_changes_nothing():
    Given(ways_to_take_part, offered, ways_closed).when(CloseWays(inspection_id=INSPECTION, closed_on=TODAY)).then()


def test_clearance_is_withheld_and_allowed_again():
    held = ClearanceWithheld(inspection_id=INSPECTION, reason=REASON)
    allowed = ClearanceAllowed(inspection_id=INSPECTION, reason=REASON)
    withhold = WithholdClearance(inspection_id=INSPECTION, reason=REASON)
    allow = AllowClearance(inspection_id=INSPECTION, reason=REASON)
    Given(ways_to_take_part, offered).when(withhold).then(held)
    Given(ways_to_take_part, offered, held).when(withhold).refused(ClearanceAlreadyWithheld)
    Given(ways_to_take_part, offered, held).when(allow).then(allowed)
    Given(ways_to_take_part, offered).when(allow).refused(ClearanceNotWithheld)
    Given(ways_to_take_part, offered, held, allowed).when(allow).refused(ClearanceNotWithheld)


def test_nobody_is_asked_before_ways_are_offered_and_signposted_or_after_they_closed():
    found: dict[str, type[Refused] | None] = {}
    for name, state in {"unknown": UNKNOWN, "new": UNCONFIRMED, "ready": READY, "closed": CLOSED}.items():
        try:
            refuse_unready(state)
        except Refused as refusal:
            found[name] = type(refusal)
    assert found == {"unknown": NotFound, "new": SignpostingUnconfirmed, "closed": WaysAreClosed}
