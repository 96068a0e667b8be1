"""The first act: a programme, an area, an inspection, its team and its timetable."""

from datetime import date

from services.demo.stage import Stage, scene
from services.demo.team import TEAM, gathers
from shared.vocabulary.holidays import school_holiday_weeks
from shared.vocabulary.identity import GssCode

FALKIRK, FIFE, FIFE_BEFORE_2018, STIRLING = GssCode("S12000014"), "S12000047", "S12000015", "S12000030"
EDITION = "supervision-at-home@2025-2"
PARTNERS = ["care-inspectorate", "healthcare-improvement-scotland"]
BEFORE, BEGINS, PUBLISHED_BY = date(2025, 8, 25), date(2025, 9, 1), date(2026, 2, 20)
SCHOOL_YEAR_ENDS = date(2026, 6, 26)
INDICATORS = ("2.1", "5.3", "5.4", "9.2")


def at(stage: Stage, service: str, rest: str = "") -> str:
    """The inspection's address in a service."""
    return f"/{service}/v1/inspections/{stage.id('inspection')}{rest}"


@scene("the demonstration's clocks stand at 25 August 2025")
def clocks(stage: Stage) -> None:
    """Only a log whose origin begins with demo. lets its clock be set."""
    stage.day(BEFORE)


@scene("the planner commissions a programme under section 115, up to four areas")
def commission(stage: Stage) -> None:
    """An edition that nobody wrote is refused."""
    path = f"/scheduling/v1/programmes/{stage.id('programme')}"
    stage.is_refused(422, "unknown-edition", "planner", path, {"edition": "no-such-review@1999-1"})
    stage.does("planner", path, {"edition": EDITION})
    stage.is_refused(409, "programme-already-commissioned", "planner", path, {"edition": EDITION})
    stage.sees("planner", path, lambda programme: programme["areas_at_most"] == len(INDICATORS))


@scene("the planner selects Falkirk, and Fife by the code that it had before 2018")
def select(stage: Stage) -> None:
    """A retired code is accepted, and its current one is stored."""
    path = f"/scheduling/v1/programmes/{stage.id('programme')}"
    stage.is_refused(422, "not-understood", "planner", f"{path}/areas", {"councils": ["S12000099"]})
    stage.does("planner", f"{path}/areas", {"councils": [FALKIRK]})
    stage.does("planner", f"{path}/areas", {"councils": [FIFE_BEFORE_2018]})
    stage.is_refused(409, "council-already-selected", "planner", f"{path}/areas", {"councils": [FIFE]})
    stage.is_refused(403, "not-allowed", "inspector", f"{path}/areas", {"councils": [STIRLING]})
    stage.sees("planner", path, lambda shown: shown["areas"] == [{"councils": [FALKIRK]}, {"councils": [FIFE]}])


@scene("the planner excludes the weeks in which Falkirk's schools are closed")
def holidays(stage: Stage) -> None:
    """The council's own holidays of the school year 2025-26."""
    for monday in school_holiday_weeks(FALKIRK, BEGINS, SCHOOL_YEAR_ENDS):
        body = {"council": FALKIRK, "week_of": monday.isoformat(), "reason": "school-holiday"}
        stage.does("planner", "/scheduling/v1/excluded-weeks", body)


@scene("the planner opens the inspection of Falkirk with two scrutiny bodies")
def open_inspection(stage: Stage) -> None:
    """One body alone is refused; whoever is not on its team sees nothing of it, and then all services know who is."""
    body = {"programme_id": str(stage.id("programme")), "councils": [FALKIRK], "opens_on": BEGINS.isoformat()}
    path = at(stage, "scheduling")
    stage.is_refused(422, "too-few-partners", "planner", path, body | {"partners": PARTNERS[:1]})
    stage.is_refused(422, "not-understood", "planner", path, body | {"partners": PARTNERS, "opens_on": "2025-02-31"})
    stage.does("planner", path, body | {"partners": PARTNERS})
    stage.sees_nothing("lead", at(stage, "scheduling"))
    gathers(stage, "inspection")
    stage.sees("lead", at(stage, "evidence"))
    stage.sees("participation_lead", at(stage, "participation", "/ways"))
    evaluations = at(stage, "reporting", "/evaluations")
    stage.sees(
        "lead", evaluations, lambda page: sorted(each["indicator"] for each in page["items"]) == list(INDICATORS)
    )


@scene("a second inspector joins the team; somebody who lives in Falkirk may not")
def team(stage: Stage) -> None:
    """Nobody inspects the area that they live in."""
    for name, home in (("second", STIRLING), ("neighbour", FALKIRK)):
        body = {"name": f"A {name} of the demonstration", "home_area": home, "body": PARTNERS[0]}
        stage.does("planner", f"/scheduling/v1/team-members/{stage.id(name)}", body)
    body = {"inspection_id": str(stage.id("inspection")), "team_role": "inspector"}
    stage.does("planner", f"/scheduling/v1/team-members/{stage.id('second')}/assignments", body)
    neighbour = f"/scheduling/v1/team-members/{stage.id('neighbour')}/assignments"
    stage.is_refused(409, "conflict-of-interest", "planner", neighbour, body | {"team_role": "inspector"})
    stage.sees("lead", at(stage, "scheduling", "/team"), lambda page: len(page["items"]) == len(TEAM) + 1)


@scene("the partnership nominates its lead for concerns about children")
def nominate(stage: Stage) -> None:
    """Who it is stays sealed, and in scheduling."""
    body = {
        "contact_id": str(stage.id("contact")),
        "contact_role": "lead_for_child_concerns",
        "designation": "Head of children's social work (demonstration)",
        "reached_by": "a telephone number of the demonstration",
    }
    stage.does("coordinator", at(stage, "scheduling", "/contacts"), body)


@scene("the planner lays the 21-week timetable around the excluded weeks")
def timetable(stage: Stage) -> None:
    """What was read too long ago is refused with the version of now; returns fall due in evidence."""
    path = at(stage, "scheduling", "/timetable")
    begins = {"begins_on": BEGINS.isoformat()}
    stage.is_refused(412, "stale-version", "planner", path, begins, If_Match='"1"')
    stage.does("planner", path, begins)
    stage.is_refused(409, "timetable-already-laid", "planner", path, begins)
    shown = stage.sees("planner", f"{path}?limit=200")
    ends = {each["code"]: each["ends_on"] for each in shown["items"]}
    if ends["publication"] != PUBLISHED_BY.isoformat():
        message = f"published by {ends['publication']}, not {PUBLISHED_BY}"
        raise AssertionError(message)
    returns = f"/evidence/v1/returns?inspection_id={stage.id('inspection')}"
    stage.sees("lead", returns, lambda page: len(page["items"]) == 3)  # noqa: PLR2004 - the edition asks for three


@scene("the week on site slips by two weeks for illness: what comes later moves, what was stays readable")
def slip(stage: Stage) -> None:
    """A step that is done does not move, and every old date is in the list of moves."""
    path = at(stage, "scheduling", "/timetable")
    before = {each["code"]: each for each in stage.sees("planner", f"{path}?limit=200")["items"]}
    stage.does("lead", f"{path}/completions", {"code": "notification"})
    moved = {"code": "on-site", "weeks": 2, "reason": "illness"}
    stage.is_refused(409, "step-already-completed", "lead", f"{path}/moves", moved | {"code": "notification"})
    stage.does("lead", f"{path}/moves", moved)
    after = {each["code"]: each for each in stage.sees("planner", f"{path}?limit=200")["items"]}
    later = {code for code, each in before.items() if each["starts_on"] >= before["on-site"]["starts_on"]}
    if {code for code in before if before[code]["ends_on"] != after[code]["ends_on"]} != later:
        message = "the wrong steps have moved"
        raise AssertionError(message)
    moves = stage.sees("planner", f"{path}/moves?limit=200", lambda page: len(page["items"]) == len(later))
    if {each["was_from"] for each in moves["items"]} != {before[code]["starts_on"] for code in later}:
        message = "an old date cannot be read any more"
        raise AssertionError(message)
