"""Allowing somebody to read more, given, when, then."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from shared.oversight.allowing import AllowanceUnfit, OwnAllowance, reading_allowance
from shared.oversight.commands import AllowReading
from shared.oversight.facts import ReadingAllowed
from shared.oversight.limits import ALLOWANCE_LASTS, KEYS_ALONE, KEYS_AT_MOST
from shared.testing import Given
from shared.vocabulary.identity import ActorId, PersonId

WHOM, OFFICER = PersonId(uuid4()), ActorId(uuid4())
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def allow(keys: int = 300, by: ActorId = OFFICER) -> AllowReading:
    return AllowReading(person_id=WHOM, keys=keys, actor=by, now=NOW)


def allowed(keys: int = 300) -> ReadingAllowed:
    return ReadingAllowed(person_id=WHOM, keys=keys, until=NOW + timedelta(hours=1), allowed_by=OFFICER)


@pytest.mark.parametrize("keys", [KEYS_ALONE + 1, KEYS_AT_MOST])
def test_another_person_allows_more_than_anybody_may_alone(keys: int) -> None:
    Given(reading_allowance).when(allow(keys)).then(allowed(keys))


@pytest.mark.parametrize("keys", [-1, 0, KEYS_ALONE, KEYS_AT_MOST + 1])
def test_an_allowance_that_allows_nothing_or_everything_is_none(keys: int) -> None:
    refused = Given(reading_allowance).when(allow(keys)).refused(AllowanceUnfit)
    assert refused.details == {"pointer": "/keys"}


def test_nobody_allows_themselves() -> None:
    Given(reading_allowance).when(allow(by=ActorId(WHOM))).refused(OwnAllowance)
    assert OwnAllowance.recorded


def test_an_allowance_holds_for_an_hour_and_the_latest_takes_the_place_of_an_earlier_one() -> None:
    state = reading_allowance.state([allowed(900), allowed(300)])
    last = NOW + ALLOWANCE_LASTS
    assert (state.holds(NOW), state.holds(last - timedelta(microseconds=1)), state.holds(last)) == (300, 300, 0)
    assert reading_allowance.initial.holds(NOW) == 0
