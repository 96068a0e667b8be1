"""Ours: the policy's answer by itself, and a command behind it with its words sealed, beside the same one bare."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from uuid import UUID, uuid4, uuid5

from bench.contender import Done, Settings, enters
from bench.inspection import FINDING, severity
from bench.ours import CAUSE, ORIGIN, ROOT_KEY, Ours, epochs_of
from bench.ours_inspection import Standing, finding, inspection
from bench.workloads import DECISIONS
from shared.aggregates import Aggregate
from shared.edges.access import new_key, sign
from shared.edges.assignments import assignments, where_they_stand
from shared.messages import command, event
from shared.policy.deciding import Allow, Principal, Resource, decide
from shared.policy.standing import Assignment, Period
from shared.policy.table import row_of
from shared.sealing.databases import open_database
from shared.sealing.keyring import Keyring
from shared.sourcing.opening import create, open_log
from shared.sourcing.running import RunningService
from shared.sourcing.service import Service
from shared.vocabulary.roles import AccessRole, Purpose, TeamRole

TODAY, INSPECTOR = date(2026, 3, 2), uuid4()
ASSIGNED = 20
"""Inspections that somebody was ever assigned to."""


@enters("deciding")
class Decides:
    """What every request is judged by."""

    name = "ours"
    libraries = ()

    def prepare(self, _url: str, /) -> None:
        """Nothing has to be there before."""

    @contextmanager
    def beside(self, url: str, _settings: Settings, /) -> Iterator[str]:
        """Nothing runs beside it."""
        yield url

    def connect(self, _address: str, /) -> None:
        """Have somebody on many teams ask about one of them, and about one of others'."""
        place = (Assignment(TeamRole.INSPECTOR, Period(None, TODAY)),)
        mine = {uuid5(INSPECTOR, str(number)): place for number in range(ASSIGNED)}
        self.who = Principal(INSPECTOR, AccessRole.INSPECTOR, standing=mine)
        self.asked = [Resource(frozenset({min(mine)})), Resource(frozenset({uuid4()}))]

    def command(self, _stream: UUID, /) -> Done:
        """Look up the row and decide, allowed and refused in turn."""
        for number in range(DECISIONS):
            row = row_of("evidence", "show_evidence_item")
            decide(self.who, row, self.asked[number % 2], Purpose.INSPECT, TODAY)
        return Done(DECISIONS)

    def close(self) -> None:
        """Nothing is open."""


@enters("guarded")
class Guarded(Ours):
    """A command as the edge lets it in: where its caller stands is read, the policy decides, words are sealed."""

    def fill(self, running: RunningService) -> None:
        """Make the table of who is assigned where, with somebody on many teams."""
        create(running.log, (assignments,))
        row = {"person_id": INSPECTOR, "team_role": TeamRole.INSPECTOR.value}
        with running.log.writing() as tx:
            for number in range(ASSIGNED):
                assigned = assignments.put(inspection_id=uuid5(INSPECTOR, str(number)), **row)
                assignments.apply(tx, f"heard/scheduling/{INSPECTOR}", assigned)

    def command(self, stream: UUID, /) -> Done:
        """Judge it, then carry it out."""
        with self.running.log.reading() as tx:
            stood = where_they_stand(tx, INSPECTOR, inspection.stream_of(stream))
        who = Principal(INSPECTOR, AccessRole.PLANNER, standing=stood.standing)
        answer = decide(who, row_of("scheduling", "MoveStep"), Resource(frozenset({stream})), None, TODAY)
        if isinstance(answer, Allow):
            self.running.handle(finding(stream), CAUSE)
        return Done()


@event
class BareFindingRecorded:
    """Something was found; nothing of it is sealed."""

    inspection_id: UUID
    severity: int
    finding: bytes


@command
class RecordBareFinding:
    """Record one more finding."""

    inspection_id: UUID


def counted(state: Standing, _fact: BareFindingRecorded) -> Standing:
    """Take one event into account."""
    return replace(state, findings=state.findings + 1)


bare = Aggregate("bare_inspection", by="inspection_id", about="inspection_id", initial=Standing(), evolve=counted)


@bare.decides(creates=True)
def record_bare_finding(asked: RecordBareFinding, state: Standing) -> Iterator[BareFindingRecorded]:
    """Two events, always; their words lie as they are."""
    grave = severity(state.findings)
    for _ in range(2):
        yield BareFindingRecorded(inspection_id=asked.inspection_id, severity=grave, finding=FINDING.encode())


@enters("guarded")
class Bare(Ours):
    """The same command with neither policy nor seal."""

    name = "bare"

    def connect(self, address: str, /) -> None:
        """Open the bare service."""
        keyring = Keyring(open_database(address, pool_size=1, by_hand=True), ROOT_KEY, epochs_of(address))
        service = Service(name="bench", aggregates=(bare,))
        signed = partial(sign, new_key(), context="bench")
        self.running = RunningService(service, open_log(address, ORIGIN, pool_size=1), keyring, signed)

    def command(self, stream: UUID, /) -> Done:
        """Carry it out."""
        self.running.handle(RecordBareFinding(inspection_id=stream), CAUSE)
        return Done()
