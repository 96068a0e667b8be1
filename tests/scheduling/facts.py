"""What scheduling's tests begin with: a programme, and an inspection of Falkirk by the later edition."""

from datetime import date
from uuid import UUID, uuid4, uuid5

from services.scheduling.events import AreaSelected
from shared.contracts.reporting import ReportPublished
from shared.contracts.scheduling import InspectionClosed, InspectionOpened, ProgrammeCommissioned, TimetableLaid
from shared.methodologies import edition
from shared.methodologies.weeks import laid
from shared.vocabulary.areas import area_of
from shared.vocabulary.bodies import ScrutinyBody
from shared.vocabulary.identity import ContentHash, EditionKey, GssCode, InspectionId, PersonId, ProgrammeId, ReportId
from shared.vocabulary.methods import OutputForm
from shared.vocabulary.text import PublishedText

KEY = EditionKey("supervision-at-home@2025-2")
EDITION = edition(KEY)
PROGRAMME = ProgrammeId(uuid5(UUID(int=0), "programme"))
INSPECTION = InspectionId(uuid5(UUID(int=0), "inspection"))
PERSON = PersonId(uuid4())
FALKIRK, FIFE, FIFE_BEFORE_2018, STIRLING = map(GssCode, ("S12000014", "S12000047", "S12000015", "S12000030"))
AYRSHIRE = tuple(map(GssCode, ("S12000008", "S12000021", "S12000028")))
NATION = GssCode("S92000003")
AREA = area_of([FALKIRK])
CARE, HEALTH = ScrutinyBody.CARE_INSPECTORATE, ScrutinyBody.HEALTHCARE
MONDAY = date(2025, 9, 1)
"""The day on which the inspection opens, and its timetable's first."""

commissioned = ProgrammeCommissioned(programme_id=PROGRAMME, edition=KEY, areas_at_most=4)
selected = AreaSelected(programme_id=PROGRAMME, area=AREA)
opened = InspectionOpened(
    inspection_id=INSPECTION,
    programme_id=PROGRAMME,
    area=AREA,
    edition=EDITION,
    partners=(CARE, HEALTH),
    opens_on=MONDAY,
)
timetable = TimetableLaid(inspection_id=INSPECTION, steps=laid(EDITION.steps, MONDAY, frozenset()), excluded_weeks=())
closed = InspectionClosed(inspection_id=INSPECTION, closed_on=date(2026, 3, 2))
published = ReportPublished(
    report_id=ReportId(uuid5(UUID(int=0), "report")),
    inspection_id=INSPECTION,
    area=AREA,
    form=OutputForm.REPORT,
    title=PublishedText("Report"),
    content=PublishedText("Content"),
    accessible=PublishedText("Easy to read"),
    content_hash=ContentHash("ab" * 32),
    bundle_hash=ContentHash("cd" * 32),
    evaluations=(),
    clearance=UUID(int=1),
    published_on=date(2026, 2, 17),
)
"""What reporting tells once a report is public."""
