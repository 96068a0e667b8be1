"""One whole inspection, then its disposal, then every key there is: nothing is readable, and everything still works."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from services.embedded import Embedded
from shared.edges.settings import SERVICES
from shared.erasure.finding import sealed_fields
from shared.erasure.judging import Standing, by_keyring, judged
from shared.sealing.keyring import Keyring
from shared.sourcing.checking import compared
from shared.sourcing.event_log import Recorded
from shared.sourcing.running import RunningService
from shared.vocabulary.roles import AccessRole
from tests.erasing import erase
from tests.journeys.everything import Asking, in_process, publish, up_to_publication
from tests.journeys.sweeping import files_in, found
from tests.journeys.test_canary_sweep import Planted
from tests.shared.log_fixtures import check
from tests.team import TEAM

DPO = "data_protection_officer"
A_YEAR_ON = datetime(2027, 1, 6, 10, tzinfo=UTC)
STANDS_FOR = {"submitter": "S12000014", "about": "inspection_id", "name": "scales"}
PEOPLE = ("person_id", "tied", "somebody", "volunteer_id")


class Told:
    """What every service is asked after everything was erased, and what it showed before."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.here = Embedded(directory / "home", "demo.erasure")
        self.app: Flask = self.here.app()
        self.asking = Asking(in_process(self.app), self.here.identity.issuer)
        self.planted = Planted()

    def lived_through(self) -> None:
        up_to_publication(self.asking, self.planted.words)
        publish(self.asking, self.planted.words)
        self.asking.settles()

    def at(self, moment: datetime) -> None:
        for service in SERVICES:
            assert self.asking.post(f"/{service}/v1/clock", "operator", {"to": moment.isoformat()}).status == 200

    def after(self, by: timedelta) -> None:
        """Let time pass, and everything settle."""
        self.asking.settles()
        with self.running("evidence").log.reading() as tx:
            now = self.running("evidence").log.now_us(tx)
        self.at(datetime.fromtimestamp(now / 1e6, UTC) + by)
        self.asking.settles()

    def running(self, service: str) -> RunningService:
        return self.here.running[service]

    def events(self, service: str) -> list[Recorded]:
        with self.running(service).log.reading() as tx:
            return self.running(service).log.ordered(tx, limit=100_000)

    def everything(self) -> Iterator[tuple[str, int, bytes]]:
        """Every GET route, as a role that may use it, with the ids of the journey."""
        for rule in sorted(self.app.url_map.iter_rules(), key=str):
            if "GET" not in (rule.methods or ()) or "/docs/" in rule.rule:
                continue
            path = rule.build({name: self.id_of(name, rule.rule) for name in rule.arguments}, append_unknown=False)
            assert path is not None
            service = rule.endpoint.partition(".")[0].partition("-")[0]
            for role in (DPO, "lead", "safeguarding_officer", "auditor", "planner", "participation_lead", "inspector"):
                got = self.asking.get(path[1], role)
                yield f"{service} {rule.rule} {role}", got.status, got.content

    def id_of(self, name: str, rule: str) -> Any:
        named = STANDS_FOR.get(name, name)
        if named in self.asking.ids:
            return self.asking.ids[named]
        if name in ("erased_id", "erasure_id"):
            return self.asking.id("inspection_id")
        return named if isinstance(named, str) and name in STANDS_FOR and "<uuid" not in rule else uuid4()


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    made = Told(tmp_path_factory.mktemp("erasure"))
    with made.here.working():
        made.lived_through()
        yield made
    made.here.close()


def opened(events: list[Recorded], keyring: Keyring) -> int:
    """How many words open."""
    fields = [each.field for recorded in events for each in sealed_fields(recorded)]
    return sum(isinstance(keyring.open(each), str) for each in fields)


def test_an_inspections_records_are_disposed_of_in_all_services_and_the_rest_still_replays(told: Told) -> None:
    asking, inspection = told.asking, told.asking.id("inspection_id")
    published = asking.get(f"/reporting/v1/reports/{asking.id('report_id')}", "lead")
    grades = asking.get(f"/reporting/v1/inspections/{inspection}/evaluations", "lead").json["items"]
    rehearsal = f"/erased/{inspection}/rehearsal?kind=inspection"
    counted = {each: asking.get(f"/{each}/v1{rehearsal}", "planner").json for each in SERVICES}
    assert counted["participation"]["keys"] > 1, "its own, and those of people of no other inspection"
    assert all(each["fields"] for each in counted.values())
    told.at(A_YEAR_ON)
    here = f"/evidence/v1/inspections/{inspection}/disposal"
    asking.does(f"{here}/proposal", DPO, "one", method="keys-destroyed")
    for role, who, code in (("planner", "another", "not-allowed"), (DPO, "one", "disposal-needs-another")):
        refused = asking.post(here, role, {}, who)
        assert (refused.status, refused.json["type"]) == (403, f"/problems/{code}")
    asking.does(here, DPO, "another")
    told.after(timedelta(minutes=2))
    shown = asking.sees(f"/evidence/v1/erasures/{inspection}/certificate", DPO)
    assert {each["service"]: each["fields"] for each in shown["services"]} == {
        name: each["fields"] for name, each in counted.items()
    }
    assert {each["readable"] for each in shown["services"]} == {0}
    assert (shown["basis"], shown["kind"]) == ("statutory_disposal", "inspection")
    after = asking.get(f"/reporting/v1/reports/{asking.id('report_id')}", "lead")
    assert (after.status, after.content) == (200, published.content)
    assert asking.get(f"/reporting/v1/inspections/{inspection}/evaluations", "lead").json["items"] == grades
    for service in SERVICES:
        names = {each.standing for each in judged(told.events(service), by_keyring(told.running(service).keyring))}
        assert names <= {Standing.ERASED, Standing.PRESENT}
        assert Standing.ERASED in names


def test_people_are_erased_after_it_and_every_key_then_and_everything_still_works(told: Told) -> None:
    team = [f"person/{role}/" for role in sorted(TEAM - {AccessRole.PARTNERSHIP_CONTACT, AccessRole.SYSTEM_CLIENT})]
    for name in (*PEOPLE, *team):
        erasure, subject = uuid4(), told.asking.id(name)
        asked = {
            "subject_id": str(subject),
            "basis": "consent_withdrawn",
            "reason": told.planted.words("RequestErasure.reason"),
        }
        told.asking.does(f"/participation/v1/erasures/{erasure}", DPO, "one", **asked)
        told.asking.does(f"/participation/v1/erasures/{erasure}/approval", DPO, "another")
    told.after(timedelta(minutes=2))
    assert opened(told.events("scheduling"), told.running("scheduling").keyring) == 0
    before = {service: len(told.events(service)) for service in SERVICES}
    for service in SERVICES:
        told.running(service).keyring.rotate()
        if service == "participation":
            erase(told.running(service).keyring)
        assert opened(told.events(service), told.running(service).keyring) == 0, service
    for service in SERVICES:
        running = told.running(service)
        assert [each.name for each in compared(running.log, running.service.read_models) if not each.equal] == []
        check(running.log, running.service.read_models)
        assert len(told.events(service)) >= before[service]
        with running.log.reading() as tx:
            for aggregate in running.service.aggregates:
                for stream in {each.stream for each in told.events(service)}:
                    if stream.startswith(f"{aggregate.name}/"):
                        running.state_of(tx, aggregate, stream.partition("/")[2])


def test_every_question_is_answered_once_everything_is_erased(told: Told) -> None:
    answers = list(told.everything())
    assert len(answers) > 300
    assert [(where, status, content) for where, status, content in answers if status >= 500] == []
    concern = told.asking.get(f"/participation/v1/concerns/{told.asking.id('concern_id')}", "lead").json
    assert [concern[name] for name in ("words", "identity", "reference")] == [{"erased": True}] * 3
    assert concern["lawful_basis"] == "safeguarding"
    spoken = [where for where, _, content in answers if told.planted.private.encode() in content]
    assert spoken == []
    assert any(told.planted.public.encode() in content for _, _, content in answers), "what was published stays"


def test_nothing_stands_in_the_clear_in_any_file(told: Told) -> None:
    assert found(told.planted.private, files_in(told.directory)) == []
