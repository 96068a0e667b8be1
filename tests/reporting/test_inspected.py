"""What reporting knows of an inspection, given, when, then."""

from services.reporting.aggregates.inspected import inspected
from services.reporting.commands import KeepEdition
from shared.testing import Given
from tests.reporting.facts import INSPECTION, kept

keep = KeepEdition(
    inspection_id=INSPECTION,
    area=kept.area,
    indicators=kept.indicators,
    scale=kept.scale,
    comment_working_days=kept.comment_working_days,
    action_plan_weeks=kept.action_plan_weeks,
    forms=kept.forms,
)


def test_an_inspection_keeps_what_its_edition_says():
    Given(inspected).when(keep).then(kept)


def test_an_inspection_keeps_the_edition_that_it_opened_with():
    Given(inspected, kept).when(keep).then()
