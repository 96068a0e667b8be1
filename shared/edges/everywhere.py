"""What every service has beside what is its own: who is assigned where, what each had opened, and oversight of both."""

from typing import Any, Final

from shared.aggregates import Aggregate
from shared.edges.accesses import accesses
from shared.edges.assignments import assignments
from shared.edges.broken_glass import broken_glass
from shared.oversight.allowing import reading_allowance
from shared.oversight.breaking import glass
from shared.oversight.policies import policies
from shared.sourcing.read_models import ReadModel
from shared.sourcing.service import Policies

AGGREGATES: Final[tuple[Aggregate[Any], ...]] = (reading_allowance, glass)
READ_MODELS: Final[tuple[ReadModel, ...]] = (assignments, accesses, broken_glass)
POLICIES: Final[Policies] = policies
