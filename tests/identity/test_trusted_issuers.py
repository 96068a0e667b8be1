"""Which issuers a deployment trusts is told in one setting, and what is not exactly as it should be stops the start."""

import json
from pathlib import Path
from typing import Any

import pytest
from marshmallow import ValidationError

from shared.edges.identity.trusted import PEOPLE, TrustedIssuer, issuers_read
from shared.edges.settings import NotConfigured, Settings
from shared.vocabulary.roles import WITHHELD_FROM_OPERATORS, AccessRole
from tests.shared.test_settings import right

STAFF = {"issuer": "https://id.example/realms/staff", "algorithm": "ES256"}


def read(*issuers: dict[str, Any]) -> tuple[TrustedIssuer, ...]:
    return issuers_read(json.dumps(issuers))


def test_no_issuer_is_trusted_unless_one_is_named() -> None:
    assert issuers_read("") == issuers_read("[]") == ()


def test_an_issuer_reads_as_it_is_written() -> None:
    more = {
        "audience": "speir",
        "audiences": {"evidence": "https://speir.example/evidence"},
        "jwks_url": "https://keys.example/staff.json",
        "role_claim": "realm_access.roles",
        "person_claim": "oid",
        "roles": ["inspector", "lead"],
        "operators": True,
        "client_id": "speir",
        "client_secret": "pL5nW1",
    }
    (found,) = read(STAFF | more)
    assert found.audiences_of("evidence") == {"speir", "https://speir.example/evidence"}
    assert found.audiences_of("reporting") == {"speir", "reporting"}
    assert found.may_say(real=True) == {AccessRole.INSPECTOR}
    assert found.may_say(real=False) == {AccessRole.INSPECTOR, AccessRole.LEAD}
    assert "pL5nW1" not in repr(found)
    assert found.role({"realm_access": {"roles": ["offline_access", "lead"]}}) is AccessRole.LEAD


def test_an_issuer_of_others_may_speak_of_safeguarding_and_never_of_services() -> None:
    (found,) = read(STAFF)
    assert found.may_say(real=True) == PEOPLE >= WITHHELD_FROM_OPERATORS
    (own,) = read(STAFF | {"operators": True})
    assert not own.may_say(real=True) & WITHHELD_FROM_OPERATORS


@pytest.mark.parametrize("said", [["lead", "planner"], [], ["gardener"], "service-desk", "", None, 1, {"lead": True}])
def test_a_token_names_one_role_of_ours(said: Any) -> None:
    (found,) = read(STAFF)
    with pytest.raises((ValueError, TypeError)):
        found.role({"role": said})


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "http://id.example"},
        {"issuer": "https://user:pw@id.example"},
        {"issuer": "https://id.example/?x=1"},
        {"issuer": "ftp://id.example"},
        {"issuer": 1},
        {"algorithm": "HS256"},
        {"algorithm": "none"},
        {"algorithm": "EdDSA"},
        {"algorithm": ["ES256", "RS256"]},
        {"algorithm": None},
        {"jwks_url": "http://keys.example/"},
        {"jwks_url": "file:///keys"},
        {"roles": ["service"]},
        {"roles": ["gardener"]},
        {"roles": []},
        {"roles": "lead"},
        {"operators": "yes"},
        {"audience": ""},
        {"audiences": {"evidence": 1}},
        {"client_id": "a b"},
        {"rôle": "x"},
        {"unknown": 1},
    ],
    ids=str,
)
def test_what_is_not_exactly_right_is_refused_and_not_repeated(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        read({**STAFF, **wrong})
    assert "id.example" not in str(refused.value)


@pytest.mark.parametrize("text", ["{}", "1", "[1]", "[[]]", "not json", '[{"issuer": "https://id.example"}]', "[{}]"])
def test_what_is_no_list_of_issuers_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        issuers_read(text)


def test_an_issuer_is_named_once_and_people_sign_in_at_one() -> None:
    with pytest.raises(ValidationError, match="different"):
        read(STAFF, STAFF)
    other = STAFF | {"issuer": "https://other.example"}
    assert len(read(STAFF, other | {"client_id": "speir"})) == 2
    with pytest.raises(ValidationError, match="sign in"):
        read(STAFF | {"client_id": "speir"}, other | {"client_id": "speir"})


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in right.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_a_deployment_trusts_nobody_elsewhere_unless_told(environment: pytest.MonkeyPatch) -> None:
    settings = Settings.from_environment()
    assert (settings.oidc_issuers, settings.public_url) == ((), None)
    environment.setenv("SPEIR_OIDC_ISSUERS", json.dumps([STAFF]))
    assert [each.issuer for each in Settings.from_environment().oidc_issuers] == [STAFF["issuer"]]


def test_the_issuers_may_lie_in_a_file(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "issuers.json"
    file.write_text(json.dumps([STAFF | {"client_id": "speir", "client_secret": "s" * 20}]))
    environment.setenv("SPEIR_OIDC_ISSUERS_FILE", str(file))
    environment.setenv("SPEIR_PUBLIC_URL", "https://speir.example/")
    settings = Settings.from_environment()
    assert settings.oidc_issuers[0].client_secret == "s" * 20
    assert settings.public_url == "https://speir.example"


@pytest.mark.parametrize(
    ("issuer", "url", "wrong"),
    [
        ({"client_id": "speir"}, "", "SPEIR_PUBLIC_URL"),
        ({}, "http://speir.example", "SPEIR_PUBLIC_URL"),
        ({}, "https://speir.example/path", "SPEIR_PUBLIC_URL"),
        ({"algorithm": "HS256"}, "", "SPEIR_OIDC_ISSUERS"),
    ],
    ids=str,
)
def test_what_does_not_fit_stops_the_start(
    environment: pytest.MonkeyPatch, issuer: dict[str, Any], url: str, wrong: str
) -> None:
    environment.setenv("SPEIR_OIDC_ISSUERS", json.dumps([STAFF | issuer]))
    environment.setenv("SPEIR_PUBLIC_URL", url)
    with pytest.raises(NotConfigured) as refused:
        Settings.from_environment()
    assert refused.value.problems.keys() == {wrong}
