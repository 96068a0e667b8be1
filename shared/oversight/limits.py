"""How much is too much, and how long is long: every limit of reading and of breaking the glass, in one place."""

from datetime import timedelta
from typing import Final

COUNTED_OVER: Final = timedelta(hours=1)
"""The time over which the different keys that somebody had words opened under are counted."""
KEYS_UNPROVED: Final = 50
"""Keys in that time for whoever has not just proved who they are by more than one method."""
KEYS_ALONE: Final = 200
"""Keys in that time for whoever has, and whom nobody else allowed more."""
KEYS_AT_MOST: Final = 1_000
"""Keys in that time that another person may allow."""
ALLOWANCE_LASTS: Final = timedelta(hours=1)

PROOF_LASTS: Final = timedelta(minutes=5)
"""How long having proved who one is counts as having just done so."""

GLASS_LASTS: Final = timedelta(minutes=30)
REASON_AT_LEAST: Final = 30
"""Characters of a reason, in somebody's own words."""
REVIEW_WITHIN: Final = 2
"""Working days in Scotland after the day on which a glass was broken."""
OFTEN: Final = 3
OFTEN_WITHIN: Final = timedelta(days=30)
"""Whoever breaks the glass more often than that within this time is shown as such to whoever looks."""
