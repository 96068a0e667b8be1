"""What reporting knows of an inspection: its area, and what its edition says about evaluating and reporting."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.reporting.commands import KeepEdition
from services.reporting.events import EditionKept
from shared.aggregates import Aggregate
from shared.vocabulary.areas import Area
from shared.vocabulary.identity import IndicatorCode, ScaleCode
from shared.vocabulary.methods import OutputForm


@dataclass(frozen=True, slots=True)
class Inspected:
    """An inspection, as far as its reports depend on it."""

    area: Area | None = None
    indicators: tuple[IndicatorCode, ...] = ()
    scale: ScaleCode | None = None
    comment_working_days: int = 0
    action_plan_weeks: int = 0
    forms: tuple[OutputForm, ...] = ()


def evolve(_state: Inspected, fact: EditionKept) -> Inspected:
    """Add a fact up."""
    return Inspected(
        area=fact.area,
        indicators=fact.indicators,
        scale=fact.scale,
        comment_working_days=fact.comment_working_days,
        action_plan_weeks=fact.action_plan_weeks,
        forms=fact.forms,
    )


inspected = Aggregate("inspected", by="inspection_id", about="inspection_id", initial=Inspected(), evolve=evolve)


@inspected.decides(creates=True)
def keep_edition(command: KeepEdition, state: Inspected) -> Iterator[EditionKept]:
    """An inspection keeps the edition that it opened with."""
    if state.area is None:
        yield EditionKept(
            inspection_id=command.inspection_id,
            area=command.area,
            indicators=command.indicators,
            scale=command.scale,
            comment_working_days=command.comment_working_days,
            action_plan_weeks=command.action_plan_weeks,
            forms=command.forms,
        )
