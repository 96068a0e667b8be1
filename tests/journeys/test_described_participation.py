"""Participation answers as its description says, whether what is sent fits the description or does not."""

from tests.journeys.describing import described_after, holds


def test_no_request_makes_participation_fail_or_answer_in_a_way_it_does_not_describe(tmp_path):
    with described_after(tmp_path) as described:
        holds(described, "participation")
