"""Community justice partnerships evaluate themselves with help, are told in words, and get a letter."""

from datetime import date

from services.demo.review import Review
from services.demo.stage import Stage, story
from services.demo.team import joins
from shared.vocabulary.roles import TeamRole

scene = story("community-justice-partnerships")
BEGINS = date(2018, 9, 3)
AYRSHIRE = ("S12000008", "S12000021", "S12000028")
LANARKSHIRE = "S12000050"
LETTER = "# Your self-evaluation\nThe partnership knows itself well (demonstration).\n"


def review(stage: Stage) -> Review:
    """The story's review."""
    return Review(stage, "community-justice-partnerships@2018-1", BEGINS)


@scene("two partnerships are selected: three councils with two inspectorates, one council with one")
def select(stage: Stage) -> None:
    """Which inspectorates take part differs from area to area."""
    stage.day(BEGINS)
    plan = review(stage)
    plan.commissioned()
    plan.opened("ayrshire", *AYRSHIRE)
    plan.opened("lanarkshire", LANARKSHIRE, partners=["care-inspectorate"])
    joins(stage, "ayrshire", "lead/supporter", TeamRole.DEPUTE_LEAD)
    plan.laid("ayrshire")


@scene("a strategic inspector helps; the partnership hands one self-evaluation in for its three councils")
def evaluate(stage: Stage) -> None:
    """One council of it does not speak for the others."""
    here = review(stage).at("ayrshire", "evidence", "/self-evaluations")
    stage.does("coordinator", f"{here}/cjp:ayrshire/support", {"supporter": str(stage.actor("lead/supporter"))})
    body = {"scores": [], "words": 3000, "digest": "a" * 64, "summary": "We work well together (demonstration)."}
    stage.is_refused(422, "submitter-not-expected", "partnership_contact", f"{here}/{AYRSHIRE[0]}/submissions", body)
    stage.does("partnership_contact", f"{here}/cjp:ayrshire/submissions", body)


@scene("what is uncertain after the desk analysis is followed up, and resolved on evidence")
def follow_up(stage: Stage) -> None:
    """It becomes a strength."""
    plan = review(stage)
    here = plan.at("ayrshire", "evidence", f"/uncertainties/{stage.id('uncertain')}")
    stage.does("inspector", here, {"words": "How are victims heard? (demonstration)"})
    item = plan.evidence("ayrshire", "interviews", "interview")
    body = {"becomes": "strength", "evidence": [item], "reason": "Three groups said so (demonstration)."}
    stage.does("inspector", f"{here}/resolution", body)
    register = plan.at("ayrshire", "evidence", "/uncertainties")
    stage.sees("lead", register, lambda page: [each["state"] for each in page["items"]] == ["strength"])


@scene("the self-evaluation is validated by somebody who did not help with it")
def validate(stage: Stage) -> None:
    """Whoever helped is not the one who validates."""
    here = review(stage).at("ayrshire", "evidence")
    stage.does("coordinator", f"{here}/validations", {"submitter": "cjp:ayrshire"})
    judged = {"outcome": "confirmed", "scores": [], "reasons": "Borne out by what we saw (demonstration)."}
    path = f"{here}/self-evaluations/cjp:ayrshire/validation"
    stage.is_refused(409, "supporter-validates-alone", "lead/supporter", path, judged)
    stage.does("lead", path, judged)


@scene(
    "the letter waits until the partnership was told in words; then it is published, and found by any of its councils"
)
def letter(stage: Stage) -> None:
    """It has no grades."""
    stage.day(date(2019, 3, 4))
    plan = review(stage)
    bundle = plan.approved("ayrshire", "validation_letter", LETTER)
    path = plan.report("ayrshire", "validation_letter", "/publication")
    stage.is_refused(409, "output-too-early", "lead", path, bundle)
    told = {"held_on": "2019-03-01", "attendees": "Chair (demonstration)", "points": "Strengths (demonstration)."}
    stage.does("lead", plan.at("ayrshire", "reporting", f"/discussions/{stage.id('told')}"), told)
    stage.settles()
    stage.does("lead", path, bundle)
    stage.made["inspection"], stage.made["report"] = stage.id("ayrshire"), stage.id("ayrshire/validation_letter")
    found = stage.sees(None, f"/reporting/v1/reports?council={AYRSHIRE[2]}", lambda page: page["items"])
    (row,) = found["items"]
    if (row["form"], row["councils"]) != ("validation_letter", list(AYRSHIRE)):
        message = "the letter is not found by one of its councils"
        raise AssertionError(message)
