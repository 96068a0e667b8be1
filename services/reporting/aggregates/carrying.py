"""Carrying forward: what nobody has found to be done goes on in the inspection that follows."""

from collections.abc import Iterator

from services.reporting.aggregates.action_plan import ActionPlan, action_plan, every
from services.reporting.aggregates.inspected import NAMED_INSPECTION, Inspected, inspected
from services.reporting.aggregates.recommendation import Recommendation
from services.reporting.commands import CarryForward
from services.reporting.events import CarryingForward
from shared.aggregates import one
from shared.errors import NotFound, Refused


class AreasHaveNothingInCommon(Refused):
    """Recommendations go on in another inspection, of an area that has a council in common with theirs."""

    status = 422


@action_plan.decides(
    creates=True,
    stand=every,
    earlier=NAMED_INSPECTION,
    later=one(inspected, lambda command, _state: command.into),
)
def carry_forward(
    command: CarryForward,
    state: ActionPlan,
    *,
    stand: tuple[Recommendation, ...],
    earlier: Inspected,
    later: Inspected,
) -> Iterator[CarryingForward]:
    """Whatever is over stays where it is; of what is open nothing is lost between two inspections."""
    if earlier.area is None or later.area is None:
        raise NotFound
    if command.into == command.inspection_id or not earlier.area.overlaps(later.area):
        raise AreasHaveNothingInCommon(pointer="/into")
    known = zip(state.recommendations, stand, strict=True)
    still_open = tuple(id_ for id_, one in known if one.state is not None and not one.state.is_over)
    if still_open:
        yield CarryingForward(inspection_id=command.inspection_id, into=command.into, recommendations=still_open)
