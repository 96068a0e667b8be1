"""A time without publications, given, when, then."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from services.scheduling.aggregates.publication_pause import (
    PublicationPauseIsOver,
    PublicationPauseKnown,
    PublicationPauseTurned,
    publication_pause,
)
from services.scheduling.commands import EndPublicationPause, PausePublication
from shared.contracts.scheduling import PublicationPaused, PublicationPauseEnded
from shared.testing import Given
from shared.vocabulary.areas import NotAnArea, area_of
from shared.vocabulary.identity import GssCode, PublicationPauseId, ReasonCode
from tests.scheduling.facts import FALKIRK, FIFE, FIFE_BEFORE_2018, NATION

PAUSE = PublicationPauseId(UUID(int=6))
FIRST, LAST = date(2026, 3, 26), date(2026, 5, 7)
ELECTION = ReasonCode("election")


def pause(*councils: GssCode, last_day: date = LAST) -> PausePublication:
    return PausePublication(
        pause_id=PAUSE, councils=councils or (NATION,), first_day=FIRST, last_day=last_day, reason=ELECTION
    )


def paused(*councils: GssCode, last_day: date = LAST) -> PublicationPaused:
    area = area_of(councils or (NATION,))
    return PublicationPaused(pause_id=PAUSE, area=area, first_day=FIRST, last_day=last_day, reason=ELECTION)


def end(today: date) -> EndPublicationPause:
    return EndPublicationPause(pause_id=PAUSE, today=today)


def ended(on: date) -> PublicationPauseEnded:
    return PublicationPauseEnded(pause_id=PAUSE, area=area_of([NATION]), ended_on=on)


def test_publication_is_paused_for_the_nation_or_for_some_councils():
    Given(publication_pause).when(pause()).then(paused())
    Given(publication_pause).when(pause(FALKIRK, FIFE_BEFORE_2018)).then(paused(FALKIRK, FIFE))


def test_a_pause_may_be_of_one_day():
    Given(publication_pause).when(pause(last_day=FIRST)).then(paused(last_day=FIRST))


def test_a_pause_does_not_end_before_it_begins():
    turned = pause(last_day=FIRST - timedelta(days=1))
    refused = Given(publication_pause).when(turned).refused(PublicationPauseTurned)
    assert refused.details == {"pointer": "/last_day"}


def test_a_pause_is_of_some_area():
    Given(publication_pause).when(replace(pause(), councils=())).refused(NotAnArea)
    Given(publication_pause).when(pause(NATION, FALKIRK)).refused(NotAnArea)


def test_a_pause_begins_once():
    refused = Given(publication_pause, paused()).when(pause(FALKIRK)).refused(PublicationPauseKnown)
    assert refused.details == {"pause_id": PAUSE}


@pytest.mark.parametrize("day", [FIRST - timedelta(days=30), FIRST, LAST])
def test_a_pause_is_called_off_before_or_after_it_has_begun(day: date):
    Given(publication_pause, paused()).when(end(day)).then(ended(day))


def test_a_pause_that_is_over_is_not_called_off():
    Given(publication_pause, paused()).when(end(LAST + timedelta(days=1))).refused(PublicationPauseIsOver)
    again = Given(publication_pause, paused(), ended(FIRST)).when(end(FIRST)).refused(PublicationPauseIsOver)
    assert again.details == {"pause_id": PAUSE}
