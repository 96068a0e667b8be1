"""What every service keeps beside what is its own: who is assigned where, and who had what opened."""

from typing import Final

from shared.edges.accesses import accesses
from shared.edges.assignments import assignments
from shared.sourcing.read_models import ReadModel

READ_MODELS: Final[tuple[ReadModel, ...]] = (assignments, accesses)
