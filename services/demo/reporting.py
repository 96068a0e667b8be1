"""The third act: evaluations, a draft, its checks, a concern that holds publication, the report, a recommendation."""

from datetime import date
from hashlib import sha256

from services.demo.planning import INDICATORS, at
from services.demo.stage import Body, Stage, scene

PANEL_DAY, EMBARGO = date(2026, 1, 19), date(2026, 2, 17)
CONTENT = """# What we found
This report was made by a demonstration of Speir; it says nothing about any real service.

# What could improve
Nothing here was inspected.
"""
ACCESSIBLE = """# What we found
This is a pretend report. It is not about a real place.
"""
WORDS = "Somebody may not be safe (demonstration)."


def path(stage: Stage, rest: str = "") -> str:
    """The report's address."""
    return f"/reporting/v1/reports/{stage.id('report')}{rest}"


def bundle(stage: Stage) -> Body:
    """What is asked to be published: exactly what was approved."""
    return {"bundle_hash": str(stage.made["bundle"])}


@scene("the lead proposes a grade for each indicator; the panel confirms three and adjusts one")
def evaluate(stage: Stage) -> None:
    """A word of another scale, or a grade without evidence, is refused."""
    stage.day(PANEL_DAY)
    for indicator in INDICATORS:
        here = f"/reporting/v1/evaluations/{stage.made[f'evaluation/{indicator}']}"
        evidence = [str(stage.id(f"evidence/{indicator}"))]
        body = {"grade": "good", "rationale": "Seen in the evidence (demonstration).", "evidence": evidence}
        stage.is_refused(422, "grade-not-on-scale", "lead", f"{here}/proposals", body | {"grade": "satisfactory"})
        stage.is_refused(422, "evaluation-needs-evidence", "lead", f"{here}/proposals", body | {"evidence": []})
        stage.does("lead", f"{here}/proposals", body)
        if indicator == INDICATORS[0]:
            adjusted = {"grade": "adequate", "reason": "In line with other areas (demonstration)."}
            stage.does("quality_panel", f"{here}/adjustments", adjusted)
        else:
            stage.does("quality_panel", f"{here}/confirmation")


@scene("the lead drafts the report; the panel approves exactly that draft, by its hash")
def draft(stage: Stage) -> None:
    """Another hash is refused, and so is everything that needs an approval before there is one."""
    body = {
        "inspection_id": str(stage.id("inspection")),
        "form": "report",
        "title": "Falkirk: a demonstration of a joint inspection",
        "content": CONTENT,
    }
    stage.does("lead", path(stage, "/drafts"), body)
    digest = {"content_hash": sha256(CONTENT.encode()).hexdigest()}
    stale = {"content_hash": sha256(b"another draft").hexdigest()}
    stage.is_refused(409, "draft-has-changed", "quality_panel", path(stage, "/draft-approvals"), stale)
    stage.does("quality_panel", path(stage, "/draft-approvals"), digest)
    stage.does("quality_panel", path(stage, "/identifiability"), digest)
    stage.sees_nothing(None, path(stage))


@scene("the partnership says what is inaccurate; the lead rules on it")
def accuracy(stage: Stage) -> None:
    """The window closes early once the partnership has nothing more to say."""
    digest = sha256(CONTENT.encode()).hexdigest()
    body = {"content_hash": digest, "due_on": "2026-02-06"}
    stage.does("lead", path(stage, "/factual-accuracy"), body)
    here = path(stage, f"/inaccuracies/{stage.id('inaccuracy')}")
    stage.does("partnership_contact", here, {"kind": "typo", "words": "A letter is missing (demonstration)."})
    stage.does("lead", f"{here}/ruling", {"upheld": False, "reason": "It is as it should be (demonstration)."})
    stage.does("partnership_contact", path(stage, "/factual-accuracy/closure"))


@scene("the accessible version is attached; two approvers, neither of them an author, approve the bundle")
def approve(stage: Stage) -> None:
    """The author may not approve, and nobody approves twice."""
    stage.does("participation_lead", path(stage, "/accessible-versions"), {"content": ACCESSIBLE})
    stage.does("lead", path(stage, "/embargo"), {"until": EMBARGO.isoformat()})
    shown = stage.sees("lead", path(stage, "/draft"))
    stage.made["bundle"] = shown["bundle_hash"]
    approved = bundle(stage)
    stage.is_refused(409, "rights-not-covered", "approver/first", path(stage, "/publication-approvals"), approved)
    stage.does("inspector", path(stage, "/rights"), {"articles": [3, 12], "foundations": ["voice", "family"]})
    stage.does("approver/first", path(stage, "/publication-approvals"), approved)
    stage.is_refused(409, "already-approved-by-you", "approver/first", path(stage, "/publication-approvals"), approved)
    stage.does("approver/second", path(stage, "/publication-approvals"), approved)
    stage.is_refused(409, "still-embargoed", "lead", path(stage, "/publication"), approved)


@scene("an inspector raises a concern: publication is held, and nobody else learns why")
def concern(stage: Stage) -> None:
    """What a concern is to others looks like nothing at all."""
    stage.day(EMBARGO)
    here = f"/participation/v1/concerns/{stage.id('concern')}"
    body = {
        "inspection_id": str(stage.id("inspection")),
        "kind": "child",
        "urgency": "welfare",
        "words": WORDS,
        "can_be_contacted": False,
    }
    stage.does("inspector", here, body)
    stage.sees_nothing("planner", here)
    stage.is_refused(
        409, "publication-held", "lead", path(stage, "/publication"), {"bundle_hash": stage.made["bundle"]}
    )


@scene("the lead refers the concern to the area's protection agency: sent, then received, then acknowledged")
def refer(stage: Stage) -> None:
    """Each in its order, and publication stays held until a person has taken it on."""
    here = f"/participation/v1/concerns/{stage.id('concern')}"
    stage.is_refused(409, "concern-undecided", "safeguarding_officer", f"{here}/dispatches", {
        "dispatch_id": str(stage.id("dispatch")), "channel": "secure_mail"})  # fmt: skip
    decision = {"reason": "harm-suspected", "consent": "overridden", "consent_reason": "risk-of-delay",
                "told": False, "told_reason": "adds-risk", "lawful_basis": "safeguarding"}  # fmt: skip
    stage.does("lead", f"{here}/referral", decision)
    sent = {"dispatch_id": str(stage.id("dispatch")), "channel": "secure_mail", "contact_id": str(stage.id("contact"))}
    stage.does("safeguarding_officer", f"{here}/dispatches", sent)
    taken_on = {"reference": "reference of the demonstration", "acknowledged_by": "Duty social worker (demonstration)"}
    stage.is_refused(409, "referral-not-received", "safeguarding_officer", f"{here}/acknowledgement", taken_on)
    stage.does("safeguarding_officer", f"{here}/receipts", {"receipt": "delivered"})
    stage.is_refused(
        409, "publication-held", "lead", path(stage, "/publication"), {"bundle_hash": stage.made["bundle"]}
    )
    stage.does("safeguarding_officer", f"{here}/acknowledgement", taken_on)
    stage.does("safeguarding_officer", f"{here}/outcome", {"outcome": "assessed"})
    stage.does("safeguarding_officer", f"{here}/closure", {"reason": "agency-has-it"})
    shown = stage.sees("safeguarding_officer", here)
    if WORDS not in str(shown) or WORDS in str(stage.sees("auditor", at_history(stage))):
        message = "the words are for safeguarding alone"
        raise AssertionError(message)


def at_history(stage: Stage) -> str:
    """Participation's history of the inspection."""
    return f"/participation/v1/history/{stage.id('inspection')}?limit=200"


@scene("the lead publishes the report with its accessible version, on participation's signed clearance")
def publish(stage: Stage) -> None:
    """Anybody can read it; scheduling hears of it and completes the step."""
    stage.does("lead", path(stage, "/publication"), bundle(stage))
    shown = stage.sees(None, path(stage), lambda report: report["bundle_hash"] == stage.made["bundle"])
    grades = {each["indicator"]: each["grade"] for each in shown["evaluations"]}
    if shown["content"] != CONTENT or shown["accessible"] != ACCESSIBLE or grades["2.1"] != "adequate":
        message = "what was approved is not what is published"
        raise AssertionError(message)
    if "demonstration" not in stage.text(path(stage, "/page")):
        message = "the page does not say that it is a demonstration"
        raise AssertionError(message)
    reports = f"/scheduling/v1/published-reports?inspection_id={stage.id('inspection')}"
    stage.sees("planner", reports, lambda page: len(page["items"]) == 1)
    steps = at(stage, "scheduling", "/timetable?limit=200")
    stage.sees(
        "planner",
        steps,
        lambda page: any(each["code"] == "publication" and each["completed_on"] for each in page["items"]),
    )


@scene("the report's recommendation is issued, and its owner accepts it")
def recommend(stage: Stage) -> None:
    """A recommendation has an owner; the action plan falls due six weeks after publication."""
    here = f"/reporting/v1/recommendations/{stage.id('recommendation')}"
    body = {
        "inspection_id": str(stage.id("inspection")),
        "report_id": str(stage.id("report")),
        "text": "Nothing has to be done: this is a demonstration.",
        "owners": [{"code": "S12000014", "title": "Falkirk community planning partnership (demonstration)"}],
    }
    stage.does("lead", here, body)
    stage.does("partnership_contact", f"{here}/acceptances", {"owner": "S12000014"})
    stage.sees("lead", here, lambda shown: shown["action_plan_due_on"] == "2026-03-31")
