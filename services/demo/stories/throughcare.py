"""A review that is all remote: records of each type of licence, feedback letters first, then the nation's report."""

from datetime import date

from services.demo.review import NATION, Review
from services.demo.stage import Stage, story

scene = story("throughcare")
BEGINS = date(2021, 2, 1)
AREAS = ("S12000049", "S12000047", "S12000017", "S12000014")
REPORT = "# What we found\nRelationships matter most (demonstration).\n"


def review(stage: Stage) -> Review:
    """The story's review."""
    return Review(stage, "throughcare@2021-1", BEGINS)


@scene("four areas are selected, each with its reason: not for risk")
def select(stage: Stage) -> None:
    """Without a reason none is; and there is no step on site."""
    stage.day(BEGINS)
    plan = review(stage)
    plan.commissioned()
    first = {"councils": [AREAS[0]]}
    stage.is_refused(422, "reason-missing", "planner", f"{plan.programme}/areas", first)
    for code in AREAS:
        plan.opened(code, code, reason="geography", risk_based=False)
        plan.laid(code)
    fifth = {"councils": ["S12000033"], "reason": "geography", "risk_based": False}
    stage.is_refused(409, "area-cap-reached", "planner", f"{plan.programme}/areas", fifth)
    if any(step.on_site for step in plan.edition.steps):
        message = "what is remote has a step on site"
        raise AssertionError(message)


@scene("records of each type of licence are read in each area, or there are none")
def read(stage: Stage) -> None:
    """A type that nobody has is recorded as such."""
    plan = review(stage)
    for code in AREAS:
        for stratum in plan.edition.strata[:-1]:
            plan.evidence(code, f"records of {stratum}", "record_reading", stratum=stratum)
        empty = {"stratum": plan.edition.strata[-1]}
        stage.does("inspector", plan.at(code, "evidence", "/empty-strata"), empty)
    stage.settles()


@scene("each service gets its feedback letter before anything is said about the nation")
def letters(stage: Stage) -> None:
    """Three letters are not enough for the nation's report."""
    stage.day(date(2021, 8, 2))
    plan = review(stage)
    plan.opened("nation", NATION)
    for code in AREAS[:-1]:
        plan.published(code, "feedback_letter", f"# Feedback\nThank you, {code} (demonstration).\n")


@scene("the national report follows, and names nobody")
def publish(stage: Stage) -> None:
    """It waits for the last letter."""
    plan = review(stage)
    bundle = plan.approved("nation", "national_report", REPORT)
    path = plan.report("nation", "national_report", "/publication")
    stage.is_refused(409, "output-too-early", "lead", path, bundle)
    plan.published(AREAS[-1], "feedback_letter", "# Feedback\nThank you (demonstration).\n")
    stage.settles()
    stage.does("lead", path, bundle)
    stage.made["inspection"], stage.made["report"] = stage.id("nation"), stage.id("nation/national_report")
    stage.sees(None, plan.report("nation", "national_report"), lambda shown: shown["content"] == REPORT)
