"""Opening at the same moment, on both databases: threads together get no further than one after the other would."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from services.evidence.service import evidence
from shared.edges.access import Caller
from shared.edges.accesses import keys_opened
from shared.edges.proving import ProofNeeded
from shared.edges.volume import within_limits
from shared.oversight.limits import KEYS_UNPROVED
from shared.sealing.databases import open_database
from shared.sealing.keyring import Keyring
from shared.sourcing.facts import Accessed, ActionCode, StreamName
from shared.sourcing.opening import create, open_log
from shared.sourcing.running import RunningService
from shared.sourcing.service import Cause
from shared.vocabulary.roles import AccessRole
from tests.oversight.watched import have_opened
from tests.shared.log_fixtures import signed, together

CALLER = Caller(uuid4(), AccessRole.INSPECTOR, "local")


@pytest.fixture(params=["sqlite", "postgres"])
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningService]:
    """Evidence at work on a database of its own."""
    on_postgres = request.param == "postgres"
    url = request.getfixturevalue("postgres_database") if on_postgres else f"sqlite:///{tmp_path}/evidence.db"
    log = open_log(url, "demo.test/evidence")
    create(log, evidence.read_models)
    keyring = Keyring(open_database(f"sqlite:///{tmp_path}/keys.db"), bytes(range(32)), tmp_path / "epochs")
    keyring.create_tables()
    working = RunningService(evidence, log, keyring, signed)
    yield working
    working.close()


def opens(running: RunningService) -> str:
    """One more key, as a request does it."""
    key = uuid4()
    fact = Accessed(
        actor=CALLER.actor,
        action=ActionCode("evidence.show_evidence_item"),
        about=None,
        stream=StreamName(f"evidence_item/{key}"),
        keys=(key,),
    )
    cause = Cause(CALLER.actor, CALLER.role.value, "inspect", uuid4())
    try:
        running.record_access(fact, cause, within_limits(running, CALLER, frozenset({key})))
    except ProofNeeded:
        return "stopped"
    return "opened"


def test_threads_that_open_at_the_same_moment_stay_together_within_the_limit(running: RunningService) -> None:
    below, threads = 3, 10
    have_opened(running, CALLER.actor, KEYS_UNPROVED - below)
    answers = together([lambda: opens(running)] * threads)
    assert sorted(answers) == ["opened"] * below + ["stopped"] * (threads - below)
    with running.log.reading() as tx:
        assert len(keys_opened(tx, CALLER.actor, 0)) == KEYS_UNPROVED
