"""Four inspectorates review a process in eight stages; cases come from two strata; recommendations have owners."""

from datetime import date

from services.demo.review import NATION, Review
from services.demo.stage import Stage, story
from services.demo.team import gathers

scene = story("diversion-from-prosecution")
BEGINS = date(2022, 3, 7)
REPORT = "# What we found\nThe process works, with delays (demonstration).\n"
OWNERS = (("police-scotland", "Police Scotland"), ("copfs", "Crown Office and Procurator Fiscal Service"))


def review(stage: Stage) -> Review:
    """The story's review."""
    return Review(stage, "diversion-from-prosecution@2023-1", BEGINS)


@scene("the review is commissioned of four inspectorates; three would be too few")
def commission(stage: Stage) -> None:
    """It is of the nation."""
    stage.day(BEGINS)
    plan = review(stage)
    plan.commissioned()
    partners = [body.value for body in plan.edition.partners]
    stage.does("planner", f"{plan.programme}/areas", {"councils": [NATION]})
    body = {
        "programme_id": str(stage.id("programme")),
        "councils": [NATION],
        "partners": partners[:3],
        "opens_on": BEGINS.isoformat(),
    }
    stage.is_refused(422, "too-few-partners", "planner", plan.at("nation", "scheduling"), body)
    stage.does("planner", plan.at("nation", "scheduling"), body | {"partners": partners})
    gathers(stage, "nation")
    stage.sees("lead", plan.at("nation", "evidence"))
    stage.sees("participation_lead", plan.at("nation", "participation", "/ways"))
    plan.laid("nation")


@scene("cases that were diverted are read, by the stages that they went through")
def read(stage: Stage) -> None:
    """A stage of another process is refused; a draft waits for the cases that were not considered."""
    plan = review(stage)
    stages = [each.code for each in plan.edition.stages]
    plan.evidence("nation", "diverted cases", "record_reading", stratum="diverted", stages=stages)
    strange = {
        "inspection_id": str(stage.id("nation")),
        "method": "record_reading",
        "occurred_on": BEGINS.isoformat(),
        "received_on": BEGINS.isoformat(),
        "digest": "0" * 64,
        "source_designation": "Reader (demonstration)",
        "title": "Appeals (demonstration)",
        "stages": ["appeal"],
    }
    stage.is_refused(422, "stage-outside-edition", "inspector", f"/evidence/v1/items/{stage.id('appeals')}", strange)
    stage.day(date(2022, 12, 5))
    draft = plan.drafted("nation", "national_report", REPORT)
    stage.does("lead", plan.report("nation", "national_report", "/drafts"), draft)
    digest = {"content_hash": stage.sees("lead", plan.report("nation", "national_report", "/draft"))["content_hash"]}
    stage.is_refused(
        409,
        "strata-unaccounted",
        "quality_panel",
        plan.report("nation", "national_report", "/draft-approvals"),
        digest,
    )
    plan.evidence("nation", "cases not considered", "record_reading", stratum="not-considered", stages=["decision"])
    stage.settles()


@scene("the report is published; a recommendation is owned by two bodies, and each accepts it")
def publish(stage: Stage) -> None:
    """Whoever owns nothing accepts nothing."""
    stage.day(date(2023, 2, 21))
    plan = review(stage)
    plan.published("nation", "national_report", REPORT)
    path = plan.recommended("nation", "national_report", "Shorten the time to a decision (demonstration).", *OWNERS)
    stage.is_refused(422, "owner-unknown", "partnership_contact", f"{path}/acceptances", {"owner": "somebody-else"})
    for code, _ in OWNERS:
        stage.does("partnership_contact", f"{path}/acceptances", {"owner": code})
    stage.made["inspection"], stage.made["report"] = stage.id("nation"), stage.id("nation/national_report")
