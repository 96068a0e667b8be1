"""How long a concern may wait, in a table of moments worked out by hand."""

from datetime import UTC, datetime

import pytest

from services.participation.aggregates.concern_clocks import CLOCKS, STEPS, UNSTAMPED, end_of_day, ladder
from shared.vocabulary.participation import Awaiting, Urgency


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("awaiting", "urgency", "since", "due"),
    [
        ("decision", "immediate", "2025-09-02T09:30:00Z", "2025-09-02T09:45:00Z"),
        ("decision", "significant_harm", "2025-09-02T23:30:00Z", "2025-09-03T00:30:00Z"),
        ("decision", "welfare", "2025-09-02T09:30:00Z", "2025-09-03T00:00:00+01:00"),
        ("decision", "welfare", "2025-12-31T23:59:00Z", "2026-01-01T00:00:00Z"),
        ("dispatch", "immediate", "2025-09-02T09:30:00Z", "2025-09-02T09:45:00Z"),
        ("dispatch", "significant_harm", "2025-09-02T09:30:00Z", "2025-09-02T11:30:00Z"),
        ("acknowledgement", "immediate", "2025-09-05T23:30:00Z", "2025-09-06T00:30:00Z"),
        ("acknowledgement", "significant_harm", "2025-09-05T16:00:00Z", "2025-09-06T16:00:00Z"),
        ("acknowledgement", "welfare", "2025-12-24T16:00:00Z", "2025-12-25T16:00:00Z"),
        ("outcome", "welfare", "2025-10-20T16:00:00Z", "2025-10-30T16:00:00Z"),
    ],
)
def test_the_first_level_is_reached_in_time(awaiting, urgency, since, due):
    first, *_ = ladder(Awaiting(awaiting), Urgency(urgency), at(since))
    assert (first.level, first.at) == (1, at(due))


@pytest.mark.parametrize(
    ("since", "midnight"),
    [
        ("2025-03-29T23:59:59+00:00", "2025-03-30T00:00:00+00:00"),
        ("2025-03-30T12:00:00+01:00", "2025-03-31T00:00:00+01:00"),
        ("2025-10-25T23:30:00+01:00", "2025-10-26T00:00:00+01:00"),
        ("2025-10-26T00:30:00+01:00", "2025-10-27T00:00:00+00:00"),
        ("2025-07-01T23:30:00+00:00", "2025-07-03T00:00:00+01:00"),
    ],
)
def test_a_day_ends_at_midnight_in_scotland_whatever_the_clocks_do(since, midnight):
    assert end_of_day(at(since)) == at(midnight)


def test_every_wait_of_every_urgency_has_a_clock_and_four_levels_in_order():
    assert set(CLOCKS) == {(awaiting, urgency) for awaiting in Awaiting for urgency in Urgency}
    assert set(STEPS) == set(Urgency)
    for awaiting, urgency in CLOCKS:
        rungs = ladder(awaiting, urgency, at("2025-09-02T09:30:00Z"))
        assert [rung.level for rung in rungs] == [1, 2, 3, 4]
        assert sorted(rung.at for rung in rungs) == [rung.at for rung in rungs]
        assert rungs[0].at > at("2025-09-02T09:30:00Z")


def test_the_more_urgent_never_waits_longer():
    since = at("2025-09-02T00:30:00Z")
    for awaiting in Awaiting:
        immediate, harm, welfare = (ladder(awaiting, urgency, since)[0].at for urgency in Urgency)
        assert immediate <= harm <= welfare


def test_what_nobody_stamped_is_overdue_rather_than_forgotten():
    assert all(rung.at < at("1971-01-01T00:00:00Z") for rung in ladder(Awaiting.OUTCOME, Urgency.WELFARE, UNSTAMPED))
