"""The second act: returns, evidence, a survey, a conversation."""

from datetime import date
from functools import partial
from hashlib import sha256

from services.demo.planning import INDICATORS, at
from services.demo.stage import Body, Stage, scene

RETURNS_IN, ON_SITE = date(2025, 9, 17), date(2025, 12, 1)
DIGEST = sha256(b"the demonstration's return").hexdigest()
ANSWERS = 6


def return_path(stage: Stage) -> str:
    """Where the pre-inspection return is handed in."""
    page = stage.sees("partnership_contact", f"/evidence/v1/returns?inspection_id={stage.id('inspection')}")
    found = next(each for each in page["items"] if each["kind"] == "pre_inspection_return")
    return f"/evidence/v1/returns/{found['return_id']}"


@scene("the partnership hands in its pre-inspection return; personal columns are refused before anything is stored")
def hand_in(stage: Stage) -> None:
    """Scheduling completes the step that waited for it."""
    stage.day(RETURNS_IN)
    path = return_path(stage)
    body = {"columns": ["record number", "agency"], "rows": 312, "digest": DIGEST}
    personal = body | {"columns": ["record number", "Date of Birth", "surname"]}
    stage.is_refused(422, "personal-columns", "partnership_contact", f"{path}/submissions", personal)
    key = str(stage.id("key"))
    first = stage.does("partnership_contact", f"{path}/submissions", body, key=key)
    again = stage.does("partnership_contact", f"{path}/submissions", body, key=key)
    if not again["replayed"] or first["receipts"] != again["receipts"]:
        message = "the same request under the same key was not answered alike"
        raise AssertionError(message)
    other = body | {"rows": 313}
    stage.is_refused(422, "key-reused", "partnership_contact", f"{path}/submissions", other, key=key)
    steps = at(stage, "scheduling", "/timetable?limit=200")
    stage.sees(
        "planner",
        steps,
        lambda page: any(each["code"] == "pre-inspection-return" and each["completed_on"] for each in page["items"]),
    )
    stage.does("coordinator", f"{path}/acceptance")


@scene("inspectors register evidence and link it to each indicator")
def register(stage: Stage) -> None:
    """An indicator that the pinned edition does not have is refused; reporting takes note of each link."""
    for indicator in INDICATORS:
        path = f"/evidence/v1/items/{stage.id('evidence/' + indicator)}"
        body = {
            "inspection_id": str(stage.id("inspection")),
            "method": "document",
            "occurred_on": "2025-05-12",
            "received_on": RETURNS_IN.isoformat(),
            "digest": sha256(indicator.encode()).hexdigest(),
            "source_designation": "Children's services partnership (demonstration)",
            "title": f"Evidence about {indicator} (demonstration)",
        }
        stage.does("inspector", path, body)
        stage.is_refused(
            422, "indicator-outside-edition", "inspector", f"{path}/links", {"indicator": "1.1", "strength": "strong"}
        )
        stage.does("inspector", f"{path}/links", {"indicator": indicator, "strength": "strong"})
    for evaluation in stage.sees("lead", at(stage, "reporting", "/evaluations"))["items"]:
        stage.made[f"evaluation/{evaluation['indicator']}"] = evaluation["evaluation_id"]
        path = f"/reporting/v1/evaluations/{evaluation['evaluation_id']}"
        known = str(stage.id(f"evidence/{evaluation['indicator']}"))
        stage.sees("lead", path, partial(_names, known))


def _names(known: str, shown: Body) -> bool:
    return known in str(shown["evidence"])


@scene("a survey opens once the area's numbers are checked; six people answer, anonymously")
def survey(stage: Stage) -> None:
    """Nothing tells that anybody answered before the release; after it there is a count and a sealed list."""
    path = f"/participation/v1/surveys/{stage.id('survey')}"
    body = {"inspection_id": str(stage.id("inspection")), "asks": "young_person", "questions": "young-people-1"}
    stage.is_refused(409, "signposting-unconfirmed", "participation_lead", path, body)
    stage.does("operator", at(stage, "participation", "/signposting"), {"numbers": 3})
    stage.does("participation_lead", path, body)
    before = stage.sees("participation_lead", path)["version"]
    for number in range(ANSWERS):
        stage.answers(f"{path}/answers", {"answers": {"q1": f"an answer of the demonstration, number {number}"}})
    if stage.sees("participation_lead", path)["version"] != before:
        message = "an answer left a trace in the log before its release"
        raise AssertionError(message)
    stage.does("participation_lead", f"{path}/closure")
    stage.sees("participation_lead", path, lambda shown: shown["answers"] == ANSWERS)


@scene("a young person is heard on site, with a supporter, once confidentiality was explained")
def conversation(stage: Stage) -> None:
    """Nobody is heard without consent; the words are sealed."""
    stage.day(ON_SITE)
    path = f"/participation/v1/conversations/{stage.id('conversation')}"
    body = {
        "inspection_id": str(stage.id("inspection")),
        "mode": "one_to_one",
        "channel": "in_person",
        "contributor": "young_person",
        "supporter": True,
        "volunteer": True,
    }
    stage.does("participation_lead", path, body)
    stage.is_refused(409, "consent-missing", "inspector", f"{path}/meeting")
    stage.does("inspector", f"{path}/consent", {"confidentiality_explained": True})
    stage.does("inspector", f"{path}/meeting")
    stage.does("inspector", f"{path}/views", {"views": "My social worker listens (demonstration)."})
