"""Text meant for the public, told apart from everything that anybody said or wrote in confidence."""

from typing import NewType

PublishedText = NewType("PublishedText", str)
"""May stand unsealed in the log and on the bus, because anybody may read it anyway."""
