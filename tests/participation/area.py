"""An inspection of Falkirk that scheduling opened and participation heard of, asked over HTTP."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from werkzeug.test import TestResponse

from services.participation.api import api
from services.participation.read_models.clearance import cleared
from services.participation.service import participation
from services.scheduling.api import api as scheduling_api
from services.scheduling.service import scheduling
from shared.edges.intake import Intake
from shared.methodologies import edition
from shared.sealing.databases import open_database
from shared.sourcing.reacting import react
from shared.sourcing.sequencer import PARTITIONS, Sequencer
from shared.sourcing.tables import event
from shared.sourcing.telling import feed
from shared.vocabulary.identity import EditionKey
from tests.serving import Served, serve

UNCLE, SCHOOL, MORAG, VIEWS = "my uncle hurts me", "the school at the canal", "Morag of the canal", "nobody asked me"
REFERENCE = "SW/2025/118"
RAISERS = {"lead", "inspector", "participation_lead", "coordinator", "partner_inspector", "safeguarding_officer"}
RAISERS |= {"local_records_reader", "young_inspection_volunteer"}
REFERRAL = {
    "reason": "not-safe-at-home",
    "consent": "overridden",
    "consent_reason": "immediate-risk",
    "told": False,
    "told_reason": "would-add-risk",
    "lawful_basis": "safeguarding",
}
ARRANGED = {"mode": "one_to_one", "channel": "video", "contributor": "young_person", "supporter": True}


class Area:
    """The inspection, its survey, a conversation and a concern, by their ids."""

    def __init__(self, directory: Path, key: str = "supervision-at-home@2025-2") -> None:
        self.directory = directory
        self.scheduling = serve(directory, scheduling, scheduling_api)
        self.served: Served = serve(directory, participation, api)
        self.running = self.served.running
        self.intake = Intake(open_database(f"sqlite:///{directory}/intake.db"), self.running.keyring)
        self.intake.create_tables()
        self.served.client.application.extensions["speir.intake"] = self.intake
        self.id, self.survey, self.conversation, self.concern = uuid4(), uuid4(), uuid4(), uuid4()
        for served in (self.scheduling, self.served):
            served.on(date(2025, 9, 2))
        programme = uuid4()
        pinned = edition(EditionKey(key))
        reason = {"reason": "geography", "risk_based": False} if pinned.reach.reason_needed else {}
        self.plan(f"/programmes/{programme}", edition=key)
        self.plan(f"/programmes/{programme}/areas", councils=["S12000014"], **reason)
        partners = [body.value for body in pinned.partners[: pinned.partners_at_least]]
        opening = {"programme_id": str(programme), "councils": ["S12000014"], "opens_on": "2025-09-02"}
        self.plan(f"/inspections/{self.id}", partners=partners, **opening)

    def plan(self, path: str, **body: Any) -> None:
        answer = self.scheduling.call("POST", path, "planner", body)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        self.served.hear(self.scheduling)

    def post(self, path: str, role: str = "lead", /, **body: Any) -> TestResponse:
        return self.served.call("POST", path, role, body)

    def done(self, path: str, role: str = "lead", /, **body: Any) -> None:
        answer = self.post(path, role, **body)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        self.react()

    def react(self) -> None:
        while react(self.running):
            pass

    def get(self, path: str, role: str = "lead") -> Any:
        answer = self.served.call("GET", path, role)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.json

    def answer(self, answers: Any, survey_id: UUID | None = None, **headers: str) -> TestResponse:
        path = f"/participation/v1/surveys/{survey_id or self.survey}/answers"
        return self.served.client.post(path, json={"answers": answers}, headers=headers)

    def signposted(self) -> "Area":
        self.done(f"/inspections/{self.id}/signposting", "operator", numbers=2)
        return self

    def surveyed(self, survey_id: UUID | None = None) -> "Area":
        asked = {"inspection_id": str(self.id), "asks": "child", "questions": "children-2025@3"}
        self.done(f"/surveys/{survey_id or self.survey}", "participation_lead", **asked)
        return self

    def arranged(self, **wish: Any) -> TestResponse:
        body = {**ARRANGED, "inspection_id": str(self.id), **wish}
        return self.post(f"/conversations/{self.conversation}", "inspector", **body)

    def raising(self, role: str = "inspector", **given: Any) -> TestResponse:
        body = {
            "inspection_id": str(self.id),
            "kind": "child",
            "urgency": "significant_harm",
            "words": UNCLE,
            "known_location": SCHOOL,
            "identity": MORAG,
            "can_be_contacted": True,
            **given,
        }
        return self.post(f"/concerns/{self.concern}", role, **body)

    def concerned(self, step: str, **body: Any) -> TestResponse:
        return self.post(f"/concerns/{self.concern}/{step}", "safeguarding_officer", **body)

    def state(self) -> tuple[str, int]:
        (row,) = self.get("/concerns")["items"]
        return row["state"], row["level"]

    def cleared(self) -> bool:
        with self.running.log.reading() as tx:
            return cleared(tx, self.id)

    def events(self) -> list[Any]:
        with self.running.log.reading() as tx:
            return list(tx.execute(event.select().order_by(event.c.id)))

    def wait(self, **of: int) -> None:
        """Let some time pass, and what is due happen."""
        with self.running.log.writing() as tx:
            now = self.running.log.now_us(tx)
            self.running.log.set_clock(tx, now + timedelta(**of) // timedelta(microseconds=1))
        self.react()

    def told(self) -> list[bytes]:
        """Everything that participation has told the others."""
        Sequencer(self.running.log).drain()
        with self.running.log.reading() as tx:
            return [raw for partition in range(PARTITIONS) for raw in feed(tx, "participation", partition, 0)]

    def referred(self, *, channel: str = "phone") -> None:
        """Raise a concern, decide to refer it, and send it."""
        self.raising()
        assert self.concerned("referral", **REFERRAL).status_code == 201
        assert self.concerned("dispatches", dispatch_id=str(uuid4()), channel=channel).status_code == 201


def problem(answer: TestResponse, status: int, code: str) -> Any:
    assert (answer.status_code, answer.json["type"]) == (status, f"/problems/{code}")
    return answer.json
