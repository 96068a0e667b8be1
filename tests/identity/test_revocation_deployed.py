"""Whoever is shut out of a deployment is shut out of all of it, also while there is no bus."""

from pathlib import Path

from shared.edges.settings import SERVICES
from tests.identity.test_revocation_over_http import ASKED
from tests.journeys.listening import a_free_port, deployed_form
from tests.shared.bus_fixtures import until


def test_a_revocation_is_heard_by_all_services_while_no_broker_answers(tmp_path: Path, postgres_url: str) -> None:
    nowhere = f"amqp://nobody@127.0.0.1:{a_free_port()}//"
    with deployed_form(tmp_path, postgres_url, nowhere) as (asking, _port):
        for who in ("shut out", "another"):
            assert {asking.get(ASKED[service], "inspector", who).status for service in SERVICES} == {200}
        asking.does(f"/scheduling/v1/revocations/people/{asking.id('person/inspector/shut out')}", "operator")
        for service in SERVICES:
            until(lambda at=ASKED[service]: asking.get(at, "inspector", "shut out").status == 401)
        assert {asking.get(ASKED[service], "inspector", "another").status for service in SERVICES} == {200}
