"""Whenever a glass is broken, every service does this."""

from collections.abc import Iterator
from datetime import timedelta

from shared.oversight.commands import MissGlassReview
from shared.oversight.facts import GlassBroken
from shared.sourcing.service import Later, Policies, on_day

policies = Policies()


@policies.whenever
def a_broken_glass_is_reviewed(fact: GlassBroken) -> Iterator[Later]:
    """Another person has until the end of the last day that they have for it."""
    yield on_day(MissGlassReview(glass_id=fact.glass_id), fact.review_by + timedelta(days=1))
