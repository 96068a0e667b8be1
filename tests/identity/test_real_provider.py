"""Signing in, and systems' tokens, at a certified OpenID Connect provider: everything over the loopback interface."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import httpx
import pytest

from services.evidence.api import api as evidence_api
from services.evidence.service import evidence
from services.scheduling.api import api
from services.scheduling.service import scheduling
from shared.edges.access import Verifier, new_key
from shared.edges.app import create_app
from shared.edges.identity import published_keys
from shared.edges.identity.recognising import served
from shared.edges.identity.trusted import ALGORITHMS, TrustedIssuer, issuers_read, named
from shared.errors import NotRecognised
from shared.vocabulary.roles import AccessRole
from tests.identity.providing import PAGES, BrowserLike, Providing, providing, serving_pages
from tests.serving import Served, serve


@pytest.fixture
def service(tmp_path) -> Served:
    return serve(tmp_path, scheduling, api)


def trusting(service: Served, issuer: TrustedIssuer) -> Verifier:
    return served(service.running, new_key(), {}, {}, trusted=[issuer]).verifier


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_system_is_recognised_by_client_credentials(service: Served, algorithm: str) -> None:
    with providing(algorithm) as provider:
        verifier = trusting(service, TrustedIssuer(issuer=provider.issuer, algorithm=algorithm))
        token = provider.for_system("scheduling")
        caller = verifier.caller(f"Bearer {token}")
        assert (caller.role, caller.issuer) == (AccessRole.SYSTEM_CLIENT, provider.issuer)
        assert caller.actor == named(provider.issuer, "planning-system")
        assert caller.scopes == frozenset({"scheduling:list_programmes"})
        for refused in (provider.for_system("evidence"), token[:-4], token + "A"):
            with pytest.raises(NotRecognised):
                verifier.caller(f"Bearer {refused}")


def test_another_audience_algorithm_or_issuer_is_not_believed(service: Served) -> None:
    with providing("ES256") as provider:
        right = TrustedIssuer(issuer=provider.issuer, algorithm="ES256")
        token = f"Bearer {provider.for_system('scheduling')}"
        assert trusting(service, right).caller(token).role is AccessRole.SYSTEM_CLIENT
        told = {"issuer": provider.issuer, "algorithm": "ES256"}
        for changed in (
            {"algorithm": "RS256"},
            {"audiences": {"scheduling": "https://speir.example/scheduling"}},
            {"roles": frozenset({AccessRole.INSPECTOR})},
            {"role_claim": "realm_access.roles"},
            {"issuer": "http://127.0.0.1:9"},
        ):
            with pytest.raises(NotRecognised):
                trusting(service, TrustedIssuer(**{**told, **changed})).caller(token)  # type: ignore[arg-type]


def test_a_new_key_is_seen_and_a_withdrawn_one_forgotten(service: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published_keys, "AGAIN_S", 0.0)
    with providing("Ed25519") as provider:
        verifier = trusting(service, TrustedIssuer(issuer=provider.issuer, algorithm="Ed25519"))
        old = provider.for_system("scheduling")
        assert verifier.caller(f"Bearer {old}")
        provider.told("rotate")
        new = provider.for_system("scheduling")
        assert verifier.caller(f"Bearer {new}")
        assert verifier.caller(f"Bearer {old}"), "the former key is still published"
        provider.told("retire")
        monkeypatch.setattr(published_keys, "FRESH_S", 0.0)
        assert verifier.caller(f"Bearer {new}")
        with pytest.raises(NotRecognised):
            verifier.caller(f"Bearer {old}")


@dataclass
class Signing:
    """Evidence's pages at an address, and the provider at which people sign in to them."""

    url: str
    provider: Providing
    service: Served

    @property
    def page(self) -> str:
        return f"{self.url}/evidence/v1/inspections/{uuid4()}/matrix/page"


@pytest.fixture(params=["confidential", "public"])
def signing(request: pytest.FixtureRequest, tmp_path) -> Iterator[Signing]:
    with serving_pages() as (url, apps), providing("ES256", url) as provider:
        evidence_served = serve(tmp_path, evidence, evidence_api)
        client = dict(zip(("client_id", "client_secret"), PAGES, strict=True))
        if request.param == "public":
            client = {"client_id": "speir-public"}
        issuer = TrustedIssuer(issuer=provider.issuer, algorithm="ES256", **client)  # type: ignore[arg-type]
        here = served(evidence_served.running, new_key(), {}, {}, trusted=[issuer], address=url)
        apps.append(create_app([(evidence_api, here)]))
        yield Signing(url, provider, evidence_served)


def shown(page: httpx.Response) -> str:
    return re.sub(r"\s+", " ", page.text)


def test_somebody_signs_in_looks_at_a_page_and_signs_out(signing: Signing) -> None:
    with BrowserLike() as browser:
        page = signing.page
        looked = browser.goes(page, "inspector-morag")
        assert str(looked.url) == page, "back where they wanted to go"
        assert looked.status_code == 404, "let in: there is no such inspection"
        assert browser.seen[0].headers["Location"].startswith("/evidence/login?to=%2Fevidence%2Fv1")
        here = browser.get(f"{signing.url}/evidence/session")
        assert "Role: inspector" in shown(here)
        token = re.findall(r'name="token" value="([0-9a-f]{64})"', here.text)[0]
        cookies = {each.name: each.value for each in browser.cookies.jar if each.name == "speir-evidence"}
        assert cookies
        out = browser.post(
            f"{signing.url}/evidence/logout", data={"token": token}, headers={"Sec-Fetch-Site": "same-origin"}
        )
        assert "You are not signed in" in out.text
        leave = re.findall(r'href="([^"]+/session/end[^"]+)"', out.text)[0].replace("&amp;", "&")
        left = browser.leaves(browser.get(leave))
        assert str(left.url) == f"{signing.url}/evidence/session"
        assert "You are not signed in" in left.text
        again = httpx.get(page, cookies=cookies, headers={"Accept": "text/html"}, trust_env=False)
        assert again.status_code == 303, "the former cookie opens nothing"
        asked = browser.goes(page)
        assert "login" in asked.text.lower(), "and the provider asks anew"
        assert asked.url.host == "127.0.0.1"


def test_whoever_has_no_role_here_is_told_so(signing: Signing) -> None:
    with BrowserLike() as browser:
        answer = browser.goes(signing.page, "gardener-hamish")
        assert answer.status_code == 403
        assert "speir-evidence" not in {each.name for each in browser.cookies.jar}


def test_a_signing_in_is_finished_once_and_only_in_the_browser_that_began_it(signing: Signing) -> None:
    with BrowserLike() as browser, BrowserLike() as other:
        browser.goes(signing.page, "lead-ailsa")
        back = next(str(each.url) for each in browser.seen if "/evidence/login/back?" in str(each.url))
        assert other.get(back).status_code == 400
        assert browser.get(back).status_code == 400
        other.get(f"{signing.url}/evidence/login")
        assert other.get(back).status_code == 400, "its own state is another"
        assert other.get(f"{signing.url}/evidence/session").text.count("You are not signed in")


def test_nobody_is_sent_on_to_another_place(signing: Signing) -> None:
    with BrowserLike() as browser:
        for to in (
            "https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example",
            "/evidence//elsewhere.example",
            "/scheduling/v1/programmes", "javascript:alert(1)", "/evidence/\r\nX: y", "evidence/session", "",
        ):  # fmt: skip
            landed = browser.goes(str(httpx.URL(f"{signing.url}/evidence/login", params={"to": to})), "lead-ailsa")
            assert str(landed.url) == f"{signing.url}/evidence/session", to
            assert landed.status_code == 200


def test_the_setting_that_a_deployment_is_told_reads_as_this(signing: Signing) -> None:
    text = f'[{{"issuer": "{signing.provider.issuer}", "algorithm": "ES256", "client_id": "speir"}}]'
    assert issuers_read(text) == (TrustedIssuer(issuer=signing.provider.issuer, algorithm="ES256", client_id="speir"),)
