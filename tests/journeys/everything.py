"""All four services asked as every role, and one inspection of Falkirk that uses every command they accept."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

import httpx
from flask import Flask

from shared.edges.access import Issuer
from shared.edges.settings import SERVICES
from shared.policy.table import purposes_of
from shared.vocabulary.roles import PAIRED_WITH, AccessRole, TeamRole
from tests.journeys.weighing import weigh
from tests.team import AS, TEAM

FALKIRK, FIFE, FIFE_BEFORE_2018 = "S12000014", "S12000047", "S12000015"
EDITION, INDICATORS = "supervision-at-home@2025-1", ("2.1", "5.3", "9.2")
TODAY = "2026-01-05"
AT_TEN = datetime(2026, 1, 5, 10, tzinfo=UTC)
PARTNERS = ["care-inspectorate", "healthcare-improvement-scotland"]
PATIENCE_S = 40.0
SHETLAND = "S12000027"

Words = Callable[[str], str]
"""The text that a confidential field gets in this run; the field is named ``RaiseConcern.words``."""


@dataclass(frozen=True)
class Answer:
    """What came back, whichever way it was asked."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)


Open = Callable[[str, str, dict[str, str], bytes | None], Answer]


def in_process(app: Flask) -> Open:
    """Ask an app without a server."""
    client = app.test_client()

    def ask(method: str, path: str, headers: dict[str, str], content: bytes | None) -> Answer:
        got = client.open(path, method=method, headers=headers, data=content)
        return Answer(got.status_code, {k.lower(): v for k, v in got.headers.items()}, got.get_data())

    return ask


@contextmanager
def over_http(url: str) -> Iterator[Open]:
    """Ask a server on this machine."""
    with httpx.Client(base_url=url, timeout=PATIENCE_S, trust_env=False) as client:

        def ask(method: str, path: str, headers: dict[str, str], content: bytes | None) -> Answer:
            got = client.request(method, path, headers=headers, content=content)
            return Answer(got.status_code, got.headers, got.content)

        yield ask


@dataclass
class Asking:
    """Somebody who may be anybody; keeps what was done, and every answer that was a refusal."""

    open: Open
    issuer: Issuer
    ids: dict[str, UUID] = field(default_factory=dict)
    done: list[tuple[str, str, str, dict[str, Any], UUID, Answer]] = field(default_factory=list)
    """(key, path, role, body, actor, answer) of every command that was carried out."""
    refused: list[Answer] = field(default_factory=list)
    _tokens: dict[tuple[UUID, str], str] = field(default_factory=dict)

    def id(self, name: str) -> UUID:
        return self.ids.setdefault(name, uuid4())

    def bearer(self, role: str, who: str = "") -> dict[str, str]:
        """A token of a role; the same ``who`` is the same person."""
        actor = self.id(f"person/{role}/{who}")
        token = self._tokens.get((actor, role))
        if token is None:
            token = self._tokens[actor, role] = self.issuer.mint(actor, AccessRole(role), "speir", 3600, proved=True)
        return {"Authorization": f"Bearer {token}"}

    def proves(self, *roles: str) -> None:
        """Let those who act in some roles prove again who they are."""
        for role in roles:
            self._tokens.pop((self.id(f"person/{role}/"), role), None)

    def ask(self, method: str, path: str, headers: dict[str, str], content: bytes | None = None) -> Answer:
        got = self.open(method, path, headers, content)
        if got.status >= 300:
            self.refused.append(got)
        return got

    def get(self, path: str, role: str, who: str = "") -> Answer:
        return self.ask("GET", path, self.bearer(role, who) | {"Speir-Purpose": purpose_of(role, path)})

    def post(self, path: str, role: str, body: Any, who: str = "", **headers: str) -> Answer:
        """Send JSON under a key of its own, unless one is given as Idempotency_Key."""
        sent = {"Idempotency-Key": str(uuid4()), "Content-Type": "application/json", **self.bearer(role, who)}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.ask("POST", path, sent, content)

    def does(self, path: str, role: str, who: str = "", /, **body: Any) -> Answer:
        """Carry out a command; it must succeed."""
        key = str(uuid4())
        got = self.post(path, role, body, who, Idempotency_Key=key)
        assert got.status == 201, (path, got.status, got.content)
        self.done.append((key, path, role, body, self.id(f"person/{role}/{who}"), got))
        return got

    def sees(self, path: str, role: str, until: Callable[[Any], object] = bool) -> Any:
        """Look until what is shown is as it should be."""
        end, pause = monotonic() + PATIENCE_S, threading.Event()
        while True:
            got = self.get(path, role)
            if got.status == 200 and until(got.json):
                return got.json
            assert monotonic() < end, (path, got.status, got.content)
            pause.wait(0.05)

    def settles(self) -> None:
        """Wait until everything is ordered, told, heard and done, twice in a row, as what is heard may be told on."""
        for service in SERVICES * 2:
            self.sees(f"/{service}/v1/lag", "operator", lambda lag: not any(lag[name] for name in STILL))


STILL = ("unsequenced", "due", "parked")


def plain_words(name: str) -> str:
    """Words that are nobody's."""
    return f"words of {name}"


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def up_to_publication(asking: Asking, words: Words = plain_words) -> None:
    """Everything that has to happen before a report is published, with every command on the way."""
    for service in SERVICES:
        now = {"to": AT_TEN.isoformat()}
        assert asking.post(f"/{service}/v1/clock", "operator", now).status == 200
    plan(asking, words)
    gather(asking, words)
    listen(asking, words)
    evaluate(asking, words)
    draft(asking, words)
    oversee(asking, words)


KEPT_OF_AN_INSPECTION = {
    "scheduling": "inspection",
    "evidence": "gathering",
    "participation": "ways_to_take_part",
    "reporting": "inspected",
}


def oversee(asking: Asking, words: Words) -> None:
    """In every service somebody breaks the glass, others look at it, and somebody is allowed to read much."""
    reason = f"{words('BreakGlass.reason')} {'x' * 30}"
    for service, kind in KEPT_OF_AN_INSPECTION.items():
        asking.proves("inspector", "safeguarding_officer", "data_protection_officer")
        one = f"/{service}/v1/broken-glass/{asking.id('glass_id')}"
        what = {"subject": kind, "subject_id": str(asking.id("inspection_id")), "code": "somebody_at_risk"}
        asking.does(one, "inspector", **what, reason=reason)
        asking.does(f"{one}/extension", "safeguarding_officer")
        asking.does(f"{one}/review", "data_protection_officer", outcome="unclear")
        reader = f"/{service}/v1/reading-allowances/{asking.id('person/inspector/')}"
        asking.does(reader, "data_protection_officer", keys=300)


def plan(asking: Asking, words: Words) -> None:
    """Scheduling's part."""
    programme, here = (
        f"/scheduling/v1/{kind}/{asking.id(f'{kind[:-1]}_id')}" for kind in ("programmes", "inspections")
    )
    person = f"/scheduling/v1/team-members/{asking.id('person_id')}"
    inspection = str(asking.id("inspection_id"))
    asking.does(programme, "planner", edition=EDITION, areas_at_most=3)
    asking.does(f"{programme}/areas", "planner", councils=[FALKIRK])
    pause = {"councils": [FIFE], "first_day": "2026-03-23", "last_day": "2026-05-07", "reason": "election"}
    asking.does(f"/scheduling/v1/publication-pauses/{asking.id('pause_id')}", "planner", **pause)
    asking.does("/scheduling/v1/excluded-weeks", "planner", council=FALKIRK, week_of="2026-02-09", reason="holiday")
    opening = {"programme_id": str(asking.id("programme_id")), "councils": [FALKIRK], "opens_on": TODAY}
    asking.does(here, "planner", partners=PARTNERS, **opening)
    asking.does(f"{here}/partners", "planner", partner="inspectorate-of-education")
    on_the_team(asking)
    contact = {name: words(f"NominateContact.{name}") for name in ("designation", "reached_by")}
    whom = {"contact_id": str(asking.id("contact")), "contact_role": "lead_for_child_concerns"}
    asking.does(f"{here}/contacts", "coordinator", **whom, **contact)
    asking.does(f"{here}/timetable", "planner", begins_on=TODAY)
    steps = asking.sees(f"{here}/timetable?limit=200", "planner", lambda page: page["items"])["items"]
    steps.sort(key=lambda step: (step["starts_on"], step["ends_on"]))
    asking.does(f"{here}/timetable/completions", "lead", code=steps[0]["code"])
    asking.does(f"{here}/timetable/moves", "lead", code=steps[-1]["code"], weeks=1, reason="illness")
    known = {"body": PARTNERS[0], "home_area": FIFE_BEFORE_2018}
    asking.does(person, "planner", name=words("RegisterTeamMember.name"), **known)
    asking.does(f"{person}/interests", "planner", council=FIFE, reason="relation", until="2027-01-01")
    asking.does(f"{person}/assignments", "planner", inspection_id=inspection, team_role="inspector")
    mine = f"/scheduling/v1/team-members/{asking.id('person/inspector/')}"
    feed = asking.post(f"{mine}/calendar-feeds/{asking.id('feed_id')}", "inspector", {})
    assert feed.status == 200, feed.content
    tied = f"/scheduling/v1/team-members/{asking.id('tied')}"
    asking.does(tied, "planner", name=words("RegisterTeamMember.name"), **known)
    asking.does(f"{tied}/interests", "planner", council=FALKIRK, reason="relation", kind="family")
    mitigated = words("MitigateConflict.reason")
    asking.does(f"{tied}/mitigations", "planner", inspection_id=inspection, reason=mitigated)


def purpose_of(role: str, path: str) -> str:
    """What a role reads something for."""
    return "safeguard" if "/concerns" in path else purposes_of(AccessRole(role))[0].value


def on_the_team(asking: Asking) -> None:
    """Everybody works on the inspection, and every service has heard so."""
    inspection = str(asking.id("inspection_id"))
    for role in sorted(TEAM - {AccessRole.PARTNERSHIP_CONTACT, AccessRole.SYSTEM_CLIENT}):
        team_role, who = AS.get(role, TeamRole.INSPECTOR), asking.id(f"person/{role}/")
        member = f"/scheduling/v1/team-members/{who}"
        born = {"born_on": "2003-03-04"} if team_role is TeamRole.YOUNG_INSPECTION_VOLUNTEER else {}
        asking.does(member, "planner", name=f"somebody's {role}", home_area=SHETLAND, **born)
        asking.does(f"{member}/assignments", "planner", inspection_id=inspection, team_role=team_role)
        if team_role in PAIRED_WITH:
            pair = {"inspection_id": inspection, "with_person": str(asking.id("person/inspector/"))}
            asking.does(f"{member}/pairs", "planner", **pair)
    for role in (AccessRole.PARTNERSHIP_CONTACT, AccessRole.SYSTEM_CLIENT):
        whom = {"contact_id": str(asking.id(f"person/{role}/")), "contact_role": "inspection_co_ordinator"}
        where = f"/scheduling/v1/inspections/{inspection}/contacts"
        asking.does(where, "planner", **whom, designation="somebody", reached_by="somehow")
    for service in SERVICES:
        for role in TEAM:
            asking.sees(f"/{service}/v1/standing", role, lambda shown: inspection in shown["inspections"])


def gather(asking: Asking, words: Words) -> None:
    """Evidence's part."""
    inspection = str(asking.id("inspection_id"))
    asking.sees(f"/evidence/v1/inspections/{inspection}", "lead")
    asked = f"/evidence/v1/returns/{asking.id('return_id')}"
    asking.does(asked, "lead", inspection_id=inspection, kind="position_statement", due_on="2026-01-12")
    asking.does(f"{asked}/extensions", "lead", due_on="2026-01-19", reason="illness")
    columns = [words("SubmitReturn.columns"), "agency"]
    asking.does(f"{asked}/submissions", "partnership_contact", columns=columns, rows=3, digest="ab" * 32, words=9)
    asking.does(f"{asked}/acceptance", "lead")
    for name in ("withdrawn", "evidence_id"):
        item = f"/evidence/v1/items/{asking.id(name)}"
        what = {"method": "document", "occurred_on": "2025-12-01", "received_on": TODAY, "digest": "cd" * 32}
        said = {each: words(f"RegisterEvidence.{each}") for each in ("source_designation", "title")}
        asking.does(item, "inspector", inspection_id=inspection, **what, **said)
    for indicator in INDICATORS:
        asking.does(f"{item}/links", "inspector", indicator=indicator, strength="strong")
    asking.does(f"/evidence/v1/items/{asking.id('withdrawn')}/withdrawal", "inspector", reason="sent-twice")
    weigh(asking, words, asking.id("evidence_id"))


def listen(asking: Asking, words: Words) -> None:
    """Participation's part: a survey, a conversation, and two concerns."""
    ways = f"/participation/v1/inspections/{asking.id('inspection_id')}"
    inspection = str(asking.id("inspection_id"))
    asking.sees(f"{ways}/ways", "lead")
    asking.does(f"{ways}/signposting", "operator", numbers=2)
    survey = f"/participation/v1/surveys/{asking.id('survey_id')}"
    asking.does(survey, "lead", inspection_id=inspection, asks="child", questions="children-1")
    for n in range(6):
        said = json.dumps({"answers": {"q1": words("TakeInAnswers.answers"), "q2": str(n)}}).encode()
        assert asking.ask("POST", f"{survey}/answers", {"Content-Type": "application/json"}, said).status == 202
    asking.does(f"{survey}/closure", "lead")
    volunteer = f"{ways}/volunteers/{asking.id('volunteer_id')}"
    asking.does(volunteer, "coordinator", born_on="2003-03-04", reached_by=words("AskToVolunteer.reached_by"))
    asking.does(f"{volunteer}/taking-up", "participation_lead")
    talk = f"/participation/v1/conversations/{asking.id('conversation_id')}"
    how = {"mode": "one_to_one", "channel": "video", "contributor": "young_person", "supporter": True}
    wish = {**how, "person_id": str(asking.id("somebody")), "reached_by": words("AskToSpeak.reached_by")}
    asking.does(f"{talk}/request", "coordinator", inspection_id=inspection, **wish)
    asking.does(talk, "inspector", inspection_id=inspection, **how)
    asking.does(f"{talk}/consent", "inspector", confidentiality_explained=True)
    asking.does(f"{talk}/meeting", "inspector")
    heard = {name: words(f"RecordViews.{name}") for name in ("views", "designation")}
    asking.does(f"{talk}/views", "inspector", **heard)
    asking.does(f"{talk}/consent/withdrawal", "inspector")
    refer(asking, words)
    asking.does(f"{ways}/clearance/hold", "lead", reason="records-outstanding")
    asking.does(f"{ways}/clearance/hold/end", "safeguarding_officer", reason="all-here")
    asking.sees(survey, "lead", lambda shown: shown["answers"] == 6)


def refer(asking: Asking, words: Words) -> None:
    """One concern goes to the agency; another does not."""
    said = {name: words(f"RaiseConcern.{name}") for name in ("words", "known_location", "identity")}
    kind = {"kind": "child", "urgency": "welfare", "can_be_contacted": False}
    other, concern = (f"/participation/v1/concerns/{asking.id(name)}" for name in ("other_concern", "concern_id"))
    for path in (other, concern):
        asking.does(path, "inspector", inspection_id=str(asking.id("inspection_id")), **kind, **said)
    asking.does(f"{concern}/links", "lead", other=str(asking.id("other_concern")))
    twice = ("no-referral", "no-referral/review", "closure")
    for step in (*twice, "reopening", *twice):
        who, read = ("safeguarding_officer", {"agrees": True}) if step.endswith("review") else ("lead", {})
        asking.does(f"{other}/{step}", who, reason="no-risk", **read)
    conflicted = str(asking.id("conflicted_contact"))
    asking.does(f"{concern}/ruled-out-contacts", "lead", contact_id=conflicted, reason="it-is-about-them")
    why = {"consent": "overridden", "consent_reason": "risk", "told": False, "told_reason": "risk"}
    asking.does(f"{concern}/referral", "lead", reason="harm", lawful_basis="safeguarding", **why)
    asking.does(f"{concern}/dispatches", "lead", dispatch_id=str(uuid4()), channel="secure_mail")
    asking.does(f"{concern}/receipts", "lead", receipt="delivered")
    taken_on = {name: words(f"AcknowledgeReferral.{name}") for name in ("reference", "acknowledged_by")}
    asking.does(f"{concern}/acknowledgement", "safeguarding_officer", **taken_on)
    asking.does(f"{concern}/outcome", "lead", outcome="assessed")
    asking.does(f"{concern}/closure", "lead", reason="agency-has-it")


def evaluate(asking: Asking, words: Words) -> None:
    """Reporting's first part: confirmed, adjusted, left."""
    page = f"/reporting/v1/inspections/{asking.id('inspection_id')}/evaluations"
    rows = asking.sees(page, "lead", lambda shown: len(shown["items"]) == len(INDICATORS))["items"]
    item = str(asking.id("evidence_id"))
    for n, row in enumerate(sorted(rows, key=lambda each: each["indicator"])):
        here = f"/reporting/v1/evaluations/{row['evaluation_id']}"
        asking.ids["evaluation_id"] = UUID(row["evaluation_id"])
        asking.sees(here, "lead", lambda shown: item in str(shown))
        proposed = {"grade": "good", "rationale": words("ProposeEvaluation.rationale"), "evidence": [item]}
        if n < 2:
            asking.does(f"{here}/proposals", "inspector", **proposed)
    ids = [row["evaluation_id"] for row in sorted(rows, key=lambda each: each["indicator"])]
    asking.does(f"/reporting/v1/evaluations/{ids[0]}/confirmation", "quality_panel")
    adjusted = {"grade": "weak", "reason": words("AdjustEvaluation.reason"), "benchmark": "2024-03"}
    asking.does(f"/reporting/v1/evaluations/{ids[1]}/adjustments", "quality_panel", **adjusted)
    asking.does(f"/reporting/v1/evaluations/{ids[2]}/leaving", "quality_panel", reason="too-few-meetings")


def draft(asking: Asking, words: Words) -> None:
    """Reporting's second part: a discussion, a draft, what is wrong with it, and who approves it."""
    told = {name: words(f"HoldDiscussion.{name}") for name in ("attendees", "points")}
    discussion = f"/reporting/v1/inspections/{asking.id('inspection_id')}/discussions/{asking.id('discussion_id')}"
    asking.does(discussion, "lead", held_on=TODAY, **told)
    here = f"/reporting/v1/reports/{asking.id('report_id')}"
    title, content = words("DraftReport.title"), words("DraftReport.content")
    of = {"inspection_id": str(asking.id("inspection_id")), "form": "report"}
    asking.does(f"{here}/drafts", "inspector", **of, title=title, content=content)
    exactly = {"content_hash": digest(content)}
    asking.does(f"{here}/draft-approvals", "quality_panel", **exactly)
    asking.does(f"{here}/factual-accuracy", "lead", due_on="2026-01-19", **exactly)
    point = f"{here}/inaccuracies/{asking.id('inaccuracy_id')}"
    asking.does(point, "partnership_contact", kind="typo", words=words("RaiseInaccuracy.words"))
    asking.does(f"{point}/ruling", "lead", upheld=False, reason=words("RuleOnInaccuracy.reason"))
    asking.does(f"{here}/factual-accuracy/closure", "partnership_contact")
    asking.does(f"{here}/identifiability", "lead", **exactly)
    accessible = words("AttachAccessibleVersion.content")
    asking.does(f"{here}/accessible-versions", "participation_lead", content=accessible)
    asking.does(f"{here}/rights", "lead", articles=[12], foundations=["voice"])
    asking.does(f"{here}/embargo", "lead", until=TODAY)
    copied = {"designation": words("GiveEmbargoedCopy.designation")}
    given = asking.post(f"{here}/embargoed-copies/{asking.id('copy_id')}", "lead", copied)
    assert given.status == 200, given.content
    assert asking.ask("GET", given.json["address"], {}).status == 200
    asking.does(f"/reporting/v1/embargoed-copies/{asking.id('copy_id')}/revocation", "lead")
    bundle = {"bundle_hash": asking.get(f"{here}/draft", "lead").json["bundle_hash"]}
    for who in ("first", "second"):
        asking.does(f"{here}/publication-approvals", "approver", who, **bundle)


def publish(asking: Asking, words: Words = plain_words) -> None:
    """The report is published, what it recommends is accepted, and the inspection ends."""
    here, inspection = f"/reporting/v1/reports/{asking.id('report_id')}", str(asking.id("inspection_id"))
    bundle = asking.get(f"{here}/draft", "lead").json["bundle_hash"]
    asking.does(f"{here}/publication", "lead", bundle_hash=bundle)
    advice = f"/reporting/v1/recommendations/{asking.id('recommendation_id')}"
    text, owner = words("IssueRecommendation.text"), words("IssueRecommendation.owners")
    known = {"inspection_id": inspection, "report_id": str(asking.id("report_id"))}
    asking.does(advice, "lead", **known, text=text, owners=[{"code": OWNER, "title": owner}])
    follow_up(asking, advice, words)
    reports = f"/scheduling/v1/published-reports?inspection_id={inspection}"
    asking.sees(reports, "planner", lambda page: len(page["items"]) == 1)
    asking.does(f"/scheduling/v1/inspections/{inspection}/closure", "planner")
    asking.sees(f"/participation/v1/inspections/{inspection}/ways", "lead", lambda shown: shown["closed_on"])
    forget(asking, words)


OWNER = "S12000014"
"""Who is to act on what is recommended."""


def follow_up(asking: Asking, advice: str, words: Words) -> None:
    """The owner rejects, thinks again, plans, acts and shows it; somebody else closes what was recommended."""
    owned = {"owner": OWNER}
    asking.does(f"{advice}/rejections", "partnership_contact", **owned, reason=words("RejectRecommendation.reason"))
    asking.does(f"{advice}/acceptances", "partnership_contact", **owned)
    plan = f"/reporting/v1/inspections/{asking.id('inspection_id')}/action-plan"
    asking.sees(plan, "lead")
    action = {"recommendation_id": str(asking.id("recommendation_id")), "done_by": "2030-01-01", **owned}
    action |= {name: words(f"Action.{name}") for name in ("specific", "measurable")}
    reasons = words("ReviewActionPlan.reasons")
    asking.does(plan, "partnership_contact", actions=[action])
    asking.does(f"{plan}/review", "inspector", submission=1, accepted=False, reasons=reasons)
    asking.does(plan, "partnership_contact", actions=[action])
    asking.does(f"{plan}/review", "inspector", submission=2, accepted=True)
    done = {**owned, "words": words("RecordProgress.words"), "evidence": [digest("what was done")]}
    asking.does(f"{advice}/progress", "partnership_contact", **done)
    asking.does(f"{advice}/returns", "inspector", **owned, reason=words("ReturnProgress.reason"))
    asking.does(f"{advice}/progress", "partnership_contact", **done)
    asking.does(f"{advice}/closure", "inspector", reason=words("CloseRecommendation.reason"))


def forget(asking: Asking, words: Words) -> None:
    """Somebody whom nothing keeps any more is erased, by two people; the answers kept for these requests go too."""
    whom, officer = asking.id("forgotten"), "data_protection_officer"
    here = f"/participation/v1/erasures/{asking.id('erasure_id')}"
    hold = f"/participation/v1/subjects/{whom}/hold"
    asked = {"subject_id": str(whom), "basis": "consent_withdrawn", "reason": words("RequestErasure.reason")}
    for path, who, body in (
        (hold, "first", {"reason": "court"}),
        (f"{hold}/end", "first", {}),
        (here, "first", asked),
        (f"{here}/approval", "second", {}),
    ):
        got = asking.post(path, officer, body, who)
        assert got.status == 201, (path, got.content)


def commands_of(app: Flask) -> Iterator[tuple[str, str, str]]:
    """(service, command, rule) of every POST route of an app, but for those that are no commands."""
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            service, _, name = rule.endpoint.rpartition(".")
            yield service.partition("-")[0], name, rule.rule
