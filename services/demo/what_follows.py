"""The fourth act: what the report expects is planned, done, shown and closed; and a misprint is corrected in public."""

from datetime import date

from services.demo.planning import FALKIRK, at
from services.demo.reporting import ACCESSIBLE, CONTENT, path
from services.demo.stage import Body, Stage, scene

PLANNED, DONE = date(2026, 3, 23), date(2026, 6, 1)
CORRECTED = CONTENT.replace("Nothing here was inspected.", "Nothing at all was inspected here.")


def advice(stage: Stage, rest: str = "") -> str:
    """The recommendation's address."""
    return f"/reporting/v1/recommendations/{stage.id('recommendation')}{rest}"


def plan(stage: Stage) -> Body:
    """What the partnership means to do, for the one recommendation there is."""
    action = {
        "recommendation_id": str(stage.id("recommendation")),
        "owner": FALKIRK,
        "done_by": DONE.isoformat(),
        "specific": "Do nothing, and see that it is nothing (demonstration).",
        "measurable": "Nothing was done by June (demonstration).",
    }
    return {"actions": [action]}


@scene("the partnership hands in an action plan within six weeks; one that leaves something out is refused")
def planned(stage: Stage) -> None:
    """Somebody else than whoever wrote it reads it."""
    stage.day(PLANNED)
    here = at(stage, "reporting", "/action-plan")
    stage.is_refused(422, "action-plan-omits", "partnership_contact", here, {"actions": []})
    stage.does("partnership_contact", here, plan(stage))
    stage.does("inspector", f"{here}/review", {"submission": 1, "accepted": True})
    stage.sees("lead", here, lambda shown: shown["state"] == "accepted")


@scene("what was done is shown with its evidence; somebody who does not own the recommendation closes it")
def closed(stage: Stage) -> None:
    """Before there is evidence there is nothing to review."""
    stage.day(DONE)
    nothing = {"reason": "Done (demonstration)."}
    stage.is_refused(409, "nothing-to-review", "inspector", advice(stage, "/closure"), nothing)
    done = {"owner": FALKIRK, "words": "Nothing was done (demonstration).", "evidence": ["ef" * 32]}
    stage.does("partnership_contact", advice(stage, "/progress"), done)
    stage.does("inspector", advice(stage, "/closure"), nothing)
    stage.sees("lead", advice(stage), lambda shown: shown["state"] == "closed")


@scene("a misprint is corrected in public: the new version stands beside the first, with a note")
def corrected(stage: Stage) -> None:
    """Whoever wrote the report does not correct it alone."""
    body = {"content": CORRECTED, "accessible": ACCESSIBLE, "note": "Two words were missing (demonstration)."}
    stage.does("approver/first", path(stage, "/corrections"), body)
    shown = stage.sees(None, path(stage), lambda report: report["version"] == "1.1")
    first = stage.sees(None, path(stage, "?version=1.0"))
    if (shown["content"], first["content"]) != (CORRECTED, CONTENT):
        message = "an earlier version cannot be read any more"
        raise AssertionError(message)
