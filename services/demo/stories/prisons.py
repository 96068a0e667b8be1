"""A thematic review in phases: what the first one leaves is parked, the second takes it up."""

from datetime import date

from services.demo.review import NATION, Review
from services.demo.stage import Stage, story
from services.demo.team import gathers

scene = story("prison-based-social-work")
BEGINS, SECOND_BEGINS = date(2023, 7, 3), date(2025, 8, 4)
REPORT = "# What we found\nGovernance needs reform (demonstration).\n"
OWNERS = (("scottish-government", "Scottish Government"), ("scottish-prison-service", "Scottish Prison Service"))


def review(stage: Stage) -> Review:
    """The first phase."""
    return Review(stage, "prison-based-social-work@2023-1", BEGINS)


@scene("the first phase is commissioned of two inspectorates, for the nation")
def commission(stage: Stage) -> None:
    """It covers governance, leadership and accountability."""
    stage.day(BEGINS)
    plan = review(stage)
    plan.commissioned()
    plan.opened("nation", NATION)
    plan.laid("nation")


@scene("what is found outside the phase's scope is parked for a later one")
def find(stage: Stage) -> None:
    """A topic of neither is refused."""
    plan = review(stage)
    item = plan.evidence("nation", "meetings", "scoping_meeting")
    here = plan.at("nation", "evidence", "/findings")
    body = {"evidence": [item], "words": "There is no national vision (demonstration)."}
    stage.does("inspector", f"{here}/{stage.id('within')}", body | {"topic": "leadership"})
    stage.does("inspector", f"{here}/{stage.id('outside')}", body | {"topic": "quality-of-practice"})
    stage.is_refused(422, "topic-unknown", "inspector", f"{here}/{stage.id('else')}", body | {"topic": "catering"})
    shown = stage.sees("lead", here, lambda page: len(page["items"]) == len(("within", "outside")))
    if {each["topic"]: each["parked"] for each in shown["items"]} != {"leadership": False, "quality-of-practice": True}:
        message = "the wrong finding is parked"
        raise AssertionError(message)


@scene("the report on the phase is published; its recommendations name who has to act")
def publish(stage: Stage) -> None:
    """What is parked is in no report."""
    stage.day(date(2024, 4, 8))
    plan = review(stage)
    shown = plan.published("nation", "national_report", REPORT)
    if "quality-of-practice" in str(shown):
        message = "a parked topic is public"
        raise AssertionError(message)
    path = plan.recommended("nation", "national_report", "Agree a national vision (demonstration).", *OWNERS)
    for code, _ in OWNERS:
        stage.does("partnership_contact", f"{path}/acceptances", {"owner": code})
    stage.sees("lead", path, lambda known: len(known["owners"]) == len(OWNERS))
    stage.made["inspection"], stage.made["report"] = stage.id("nation"), stage.id("nation/national_report")


@scene("the second phase continues the first, and covers what that one left")
def second_phase(stage: Stage) -> None:
    """The topic that was parked is within its scope."""
    stage.day(SECOND_BEGINS)
    later = Review(stage, "prison-based-social-work@2026-1", SECOND_BEGINS)
    path = f"/scheduling/v1/programmes/{stage.id('second')}"
    stage.does("planner", path, {"edition": later.key, "continues": str(stage.id("programme"))})
    body = {
        "programme_id": str(stage.id("second")),
        "councils": [NATION],
        "partners": [body.value for body in later.edition.partners],
        "opens_on": SECOND_BEGINS.isoformat(),
        "follows": str(stage.id("nation")),
    }
    stage.does("planner", f"{path}/areas", {"councils": [NATION]})
    stage.does("planner", later.at("again", "scheduling"), body)
    gathers(stage, "again")
    stage.sees("lead", later.at("again", "evidence"))
    item = later.evidence("again", "records", "record_reading")
    finding = {"topic": "quality-of-practice", "evidence": [item], "words": "Practice is mixed (demonstration)."}
    stage.does("inspector", later.at("again", "evidence", f"/findings/{stage.id('taken up')}"), finding)
    stage.sees(
        "lead",
        later.at("again", "evidence", "/findings"),
        lambda page: [each["parked"] for each in page["items"]] == [False],
    )
