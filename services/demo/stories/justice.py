"""All 32 councils evaluate their justice social work; one is missing, six are validated, the report names none."""

from datetime import date

from services.demo.review import NATION, Review
from services.demo.stage import Body, Stage, story
from shared.vocabulary.councils import COUNCILS

scene = story("justice-self-evaluation")
BEGINS, LAST_DAY, AFTER = date(2024, 9, 2), date(2024, 11, 20), date(2024, 11, 21)
ALL = sorted(COUNCILS)
MISSING, VALIDATED = ALL[-1], ALL[:6]
REPORT = "# What we found\nMost services know how well they do (demonstration).\n"


def review(stage: Stage) -> Review:
    """The story's review."""
    return Review(stage, "justice-self-evaluation@2024-1", BEGINS)


def handed_in(submitter: str, words: int = 1800) -> Body:
    """What a council hands in."""
    return {
        "scores": [{"indicator": "6.4", "grade": "good"}],
        "words": words,
        "digest": submitter.lower().ljust(64, "0").translate(str.maketrans("s", "5")),
        "summary": "How good are we now? Better than before (demonstration).",
    }


@scene("the self-evaluation is commissioned for every council, in one inspection of the nation")
def commission(stage: Stage) -> None:
    """The window is the one that was announced."""
    stage.day(BEGINS)
    plan = review(stage)
    plan.commissioned()
    plan.opened("nation", NATION)
    plan.laid("nation")
    window = {"closes_on": LAST_DAY.isoformat(), "reason": "announced"}
    stage.does("coordinator", plan.at("nation", "evidence", "/self-evaluation-window"), window)


@scene("31 councils hand in their self-evaluation; a 33rd, and one that is too long, are refused")
def hand_in(stage: Stage) -> None:
    """A later submission supersedes the first; a retired code is the council of now."""
    here = review(stage).at("nation", "evidence", "/self-evaluations")
    stage.is_refused(
        422, "submitter-not-expected", "partnership_contact", f"{here}/E06000001/submissions", handed_in("e")
    )
    long = handed_in("S12000047", 5001)
    stage.is_refused(422, "return-too-long", "partnership_contact", f"{here}/S12000047/submissions", long)
    for code in ALL[:-1]:
        stage.does("partnership_contact", f"{here}/{code}/submissions", handed_in(code))
    stage.does("partnership_contact", f"{here}/S12000015/submissions", handed_in("S12000015", 1900))
    shown = stage.sees("lead", here, lambda page: page["handed_in"] == len(ALL) - 1)
    if [each["council"] for each in shown["missing"]] != [MISSING]:
        message = "the missing council is another"
        raise AssertionError(message)


@scene("the window closes; one council is given longer, and nobody else")
def close(stage: Stage) -> None:
    """The other one stays missing."""
    stage.day(AFTER)
    here = review(stage).at("nation", "evidence", "/self-evaluations")
    late = handed_in(ALL[0])
    stage.is_refused(409, "self-evaluation-window-closed", "partnership_contact", f"{here}/{ALL[0]}/submissions", late)
    stage.does("coordinator", f"{here}/{ALL[0]}/extensions", {"until": "2024-11-29", "reason": "illness"})
    stage.does("partnership_contact", f"{here}/{ALL[0]}/submissions", late)
    stage.is_refused(409, "self-evaluation-window-closed", "partnership_contact", f"{here}/{MISSING}/submissions", late)


@scene("four were to be validated; the scope is changed to six, and six are, beside their own scores")
def validate(stage: Stage) -> None:
    """A validation never overwrites a self-score."""
    stage.day(date(2025, 1, 20))
    plan = review(stage)
    here = plan.at("nation", "evidence")
    for code in VALIDATED[:4]:
        stage.does("coordinator", f"{here}/validations", {"submitter": code})
    fifth = {"submitter": VALIDATED[4]}
    stage.is_refused(409, "validation-plan-is-full", "coordinator", f"{here}/validations", fifth)
    stage.does("coordinator", f"{here}/validation-scope", {"planned": 6, "reason": "more-could-be-visited"})
    for code in VALIDATED[4:]:
        stage.does("coordinator", f"{here}/validations", {"submitter": code})
    for code in VALIDATED:
        judged = {
            "outcome": "partly_confirmed",
            "scores": [{"indicator": "6.4", "outcome": "partly_confirmed"}],
            "reasons": "Some of it is borne out (demonstration).",
        }
        stage.does("lead", f"{here}/self-evaluations/{code}/validation", judged)
    page = stage.sees("lead", f"{here}/self-evaluations")
    outcomes = [each["outcome"] for each in page["items"] if each["outcome"]]
    first = next(each for each in page["items"] if each["councils"] == VALIDATED[0])
    shown = stage.sees("lead", f"/evidence/v1/self-evaluations/{first['self_evaluation_id']}")
    if len(outcomes) != len(VALIDATED) or shown["scores"] != {"6.4": "good"}:
        message = "a validation stands where a score should"
        raise AssertionError(message)


@scene("each validated council gets its letter; the national report waits for them all")
def letters(stage: Stage) -> None:
    """Six areas are inspections of their own in the same programme."""
    plan = review(stage)
    for code in VALIDATED:
        plan.opened(code, code)
    stage.day(date(2025, 3, 3))
    for code in VALIDATED[:-1]:
        plan.published(code, "validation_letter", f"# Your letter\nThank you, {code} (demonstration).\n")
    naming = plan.drafted("nation", "national_report", "Glasgow did well.")
    stage.is_refused(422, "names-an-area", "lead", plan.report("nation", "national_report", "/drafts"), naming)
    bundle = plan.approved("nation", "national_report", REPORT)
    early = plan.report("nation", "national_report", "/publication")
    stage.is_refused(409, "output-too-early", "lead", early, bundle)
    plan.published(VALIDATED[-1], "validation_letter", "# Your letter\nThank you (demonstration).\n")
    stage.settles()


@scene("the national report is published: no council is named, and no grade")
def publish(stage: Stage) -> None:
    """Whatever is public about it is read again for names."""
    plan = review(stage)
    bundle = {"bundle_hash": stage.sees("lead", plan.report("nation", "national_report", "/draft"))["bundle_hash"]}
    stage.does("lead", plan.report("nation", "national_report", "/publication"), bundle)
    shown = stage.sees(None, plan.report("nation", "national_report"))
    named = [each.name for each in COUNCILS.values() if each.name in str(shown)]
    if named or shown["evaluations"]:
        message = "the national report names somebody"
        raise AssertionError(message)
    stage.made["inspection"], stage.made["report"] = stage.id("nation"), stage.id("nation/national_report")
