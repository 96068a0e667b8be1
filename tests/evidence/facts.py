"""What evidence's tests begin with: an inspection of Falkirk by the later edition, and what its partners hand in."""

from datetime import date
from uuid import UUID, uuid4, uuid5

from services.evidence.aggregates.gathering import Gathering, gathering
from services.evidence.events import GatheringClosed, GatheringOpened
from shared.methodologies import edition
from shared.vocabulary.areas import area_of
from shared.vocabulary.identity import ContentHash, EditionKey, EvidenceId, GssCode, InspectionId, ReturnId

EDITION = edition(EditionKey("supervision-at-home@2025-2"))
INSPECTION = InspectionId(uuid5(UUID(int=0), "inspection"))
RETURN = ReturnId(uuid4())
ITEM = EvidenceId(uuid4())
DIGEST = ContentHash("ab" * 32)
OTHER_DIGEST = ContentHash("cd" * 32)
FALKIRK = area_of(["S12000014"])
OPENS_ON = date(2025, 9, 1)

opened = GatheringOpened(
    inspection_id=INSPECTION,
    area=FALKIRK,
    reference_date=OPENS_ON,
    looks_back_to=date(2023, 9, 1),
    indicators=EDITION.indicators,
    requests=EDITION.requests,
    scale=EDITION.evaluation.scale,
)
closed = GatheringClosed(inspection_id=INSPECTION, closed_on=date(2026, 3, 1))

UNKNOWN: Gathering = gathering.state([])
OPEN: Gathering = gathering.state([opened])
CLOSED: Gathering = gathering.state([opened, closed])


def gathered_by(key: str, *councils: str) -> GatheringOpened:
    """An inspection of some councils, or of the nation, by any edition."""
    pinned = edition(EditionKey(key))
    return GatheringOpened(
        inspection_id=INSPECTION,
        area=area_of(tuple(map(GssCode, councils)) or ("S92000003",)),
        reference_date=OPENS_ON,
        looks_back_to=date(2023, 9, 1),
        indicators=pinned.indicators,
        requests=pinned.requests,
        scale=pinned.evaluation.scale,
        strata=pinned.strata,
        stages=tuple(stage.code for stage in pinned.stages),
        phase=pinned.phase,
        validation=pinned.validation,
    )
