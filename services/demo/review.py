"""A review on the stage: what every story does alike, from commission to publication."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from services.demo.stage import Body, Stage
from services.demo.team import gathers
from shared.methodologies import Edition, edition
from shared.vocabulary.councils import SCOTLAND
from shared.vocabulary.identity import EditionKey

NATION = str(SCOTLAND)
PLAIN = "This is a pretend text. It is not about a real place (demonstration)."


@dataclass
class Review:
    """A programme by one edition, with its inspections by name."""

    stage: Stage
    key: str
    begins: date
    inspections: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def edition(self) -> Edition:
        """The edition that it follows."""
        return edition(EditionKey(self.key))

    @property
    def programme(self) -> str:
        """The programme's address."""
        return f"/scheduling/v1/programmes/{self.stage.id('programme')}"

    def at(self, name: str, service: str, rest: str = "") -> str:
        """An inspection's address in a service."""
        return f"/{service}/v1/inspections/{self.stage.id(name)}{rest}"

    def commissioned(self, **given: object) -> None:
        """Ministers ask for it."""
        self.stage.does("planner", self.programme, {"edition": self.key, **given})

    def opened(self, name: str, *councils: str, partners: Iterable[str] = (), **given: object) -> None:
        """An area is selected and its inspection opened, by all partners unless some are named."""
        self.inspections[name] = councils
        self.stage.does("planner", f"{self.programme}/areas", {"councils": councils, **given})
        body = {
            "programme_id": str(self.stage.id("programme")),
            "councils": councils,
            "partners": list(partners) or [body.value for body in self.edition.partners],
            "opens_on": self.begins.isoformat(),
        }
        self.stage.does("planner", self.at(name, "scheduling"), body)
        gathers(self.stage, name)
        self.stage.sees("lead", self.at(name, "evidence"))
        self.stage.sees("participation_lead", self.at(name, "participation", "/ways"))

    def laid(self, name: str) -> None:
        """Its timetable is laid, and holds every step of the edition."""
        path = self.at(name, "scheduling", "/timetable")
        self.stage.does("planner", path, {"begins_on": self.begins.isoformat()})
        codes = {step.code for step in self.edition.steps}
        self.stage.sees(
            "planner", f"{path}?limit=200", lambda shown: {each["code"] for each in shown["items"]} == codes
        )

    def evidence(self, name: str, what: str, method: str, **given: object) -> str:
        """A piece of evidence is registered; gives its id."""
        item = str(self.stage.id(f"{name}/{what}"))
        day = self.begins.isoformat()
        body = {
            "inspection_id": str(self.stage.id(name)),
            "method": method,
            "occurred_on": day,
            "received_on": day,
            "digest": sha256(what.encode()).hexdigest(),
            "source_designation": "A service (demonstration)",
            "title": f"{what} (demonstration)",
            **given,
        }
        self.stage.does("inspector", f"/evidence/v1/items/{item}", body)
        return item

    def report(self, name: str, form: str, rest: str = "") -> str:
        """An output's address in reporting."""
        return f"/reporting/v1/reports/{self.stage.id(f'{name}/{form}')}{rest}"

    def drafted(self, name: str, form: str, content: str) -> Body:
        """What is asked for to draft an output."""
        return {
            "inspection_id": str(self.stage.id(name)),
            "form": form,
            "title": "A demonstration of Speir",
            "content": content,
        }

    def approved(self, name: str, form: str, content: str) -> Body:
        """An output goes all the way but for its publication; gives what is asked for to publish it."""
        stage, digest = self.stage, {"content_hash": sha256(content.encode()).hexdigest()}
        stage.does("lead", self.report(name, form, "/drafts"), self.drafted(name, form, content))
        stage.does("quality_panel", self.report(name, form, "/draft-approvals"), digest)
        due = date.fromordinal(self.begins.toordinal() + 800).isoformat()
        stage.does("lead", self.report(name, form, "/factual-accuracy"), digest | {"due_on": due})
        stage.does("partnership_contact", self.report(name, form, "/factual-accuracy/closure"))
        stage.does("quality_panel", self.report(name, form, "/identifiability"), digest)
        stage.does("participation_lead", self.report(name, form, "/accessible-versions"), {"content": PLAIN})
        bundle = {"bundle_hash": stage.sees("lead", self.report(name, form, "/draft"))["bundle_hash"]}
        for who in ("approver/first", "approver/second"):
            stage.does(who, self.report(name, form, "/publication-approvals"), bundle)
        return bundle

    def published(self, name: str, form: str, content: str) -> Body:
        """An output is published; gives what everybody can read."""
        bundle = self.approved(name, form, content)
        self.stage.does("lead", self.report(name, form, "/publication"), bundle)
        return self.stage.sees(None, self.report(name, form), lambda shown: shown["content"] == content)

    def recommended(self, name: str, form: str, text: str, *owners: tuple[str, str]) -> str:
        """A recommendation of a published output, to its owners; gives its address."""
        path = f"/reporting/v1/recommendations/{self.stage.id(f'{name}/{text}')}"
        body = {
            "inspection_id": str(self.stage.id(name)),
            "report_id": str(self.stage.id(f"{name}/{form}")),
            "text": text,
            "owners": [{"code": code, "title": title} for code, title in owners],
        }
        self.stage.does("lead", path, body)
        return path
