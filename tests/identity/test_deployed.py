"""One service as it is deployed in earnest: whose word it takes, and what its operators cannot make of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from services.deployed import OPERATOR, web
from services.evidence.service import evidence
from shared.edges.access import Issuer, new_key, public_of
from shared.edges.identity.trusted import TrustedIssuer
from shared.edges.settings import SERVICES, Settings
from shared.sealing.databases import open_database
from shared.sealing.keyring import Keyring
from shared.sourcing.opening import create, open_log
from shared.vocabulary.roles import WITHHELD_FROM_OPERATORS, AccessRole
from tests.identity.issuing import ACTOR, IssuerElsewhere, Somewhere, elsewhere, somewhere

SEEDS = {service: new_key() for service in SERVICES}
ROOT, OWN = new_key(), new_key()


@pytest.fixture
def at() -> Iterator[Somewhere]:
    with somewhere() as here:
        yield here


def deployed(directory: Path, origin: str, *trusted: TrustedIssuer) -> FlaskClient:
    database, keys = (f"sqlite:///{directory}/{name}.db" for name in ("evidence", "keys"))
    log = open_log(database, f"{origin}/evidence")
    create(log, evidence.read_models)
    log.close()
    keyring = Keyring(open_database(keys, by_hand=True), ROOT, directory / "epochs")
    keyring.create_tables()
    keyring.close()
    settings = Settings(
        origin=origin,
        service="evidence",
        database_url=database,
        reader_database_url=database,
        keys_url=keys,
        intake_url=None,
        broker_url="amqp://evidence@127.0.0.1/speir",
        root_key=ROOT,
        epochs=directory / "epochs",
        signing_key=SEEDS["evidence"],
        service_keys={service: public_of(seed) for service, seed in SEEDS.items()},
        issuer_public_key=public_of(OWN),
        peers={},
        oidc_issuers=trusted,
        public_url="https://speir.example",
        hosts=("speir.example",),
    )
    return web(settings).test_client()


def let_in(client: FlaskClient, token: str) -> bool:
    """Whether the token is recognised, whatever its role may do."""
    answer = client.get("/evidence/v1/api-tokens", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code == 200


def roles(client: FlaskClient, issuer: IssuerElsewhere) -> set[AccessRole]:
    return {role for role in AccessRole if let_in(client, issuer.token(role=role.value, aud="evidence"))}


def test_staff_sign_with_their_own_issuer_and_operators_give_nothing_that_is_withheld(tmp_path, at: Somewhere) -> None:
    staff, own = elsewhere(at, "ES256"), elsewhere(at, "Ed25519")
    client = deployed(tmp_path, "scrutiny.example", staff.trusted(), own.trusted(operators=True))
    people = set(AccessRole) - {AccessRole.SERVICE}
    assert roles(client, staff) == people
    assert roles(client, own) == people - WITHHELD_FROM_OPERATORS
    issuer = Issuer(OPERATOR, OWN)
    minted = {role for role in people if let_in(client, issuer.mint(ACTOR, role, "evidence"))}
    assert minted == people - WITHHELD_FROM_OPERATORS


def test_on_a_demonstration_operators_may_give_every_role(tmp_path, at: Somewhere) -> None:
    own = elsewhere(at, "Ed25519")
    client = deployed(tmp_path, "demo.speir", own.trusted(operators=True))
    assert roles(client, own) == set(AccessRole) - {AccessRole.SERVICE}


def test_an_issuer_that_does_not_answer_is_told_from_a_token_that_is_wrong(tmp_path, at: Somewhere) -> None:
    silent, known = elsewhere(at, "ES256"), elsewhere(at, "Ed25519")
    del at.stands[f"{silent.path}/jwks"]
    client = deployed(tmp_path, "scrutiny.example", silent.trusted(), known.trusted())
    for issuer, status in ((silent, 503), (known, 200)):
        headers = {"Authorization": f"Bearer {issuer.token(aud='evidence')}"}
        assert client.get("/evidence/v1/api-tokens", headers=headers).status_code == status


def test_without_a_client_at_an_issuer_nobody_signs_in_to_pages_of_a_deployment(tmp_path, at: Somewhere) -> None:
    client = deployed(tmp_path, "scrutiny.example", elsewhere(at, "ES256").trusted())
    for path in ("login", "login/once/x", "session"):
        assert client.get(f"/evidence/{path}", base_url="https://speir.example").status_code == 404
