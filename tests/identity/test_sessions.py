"""A session ends by itself, is one of five at most, and lets nobody in who was not let in anew."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from services.evidence.api import api
from services.evidence.service import evidence
from services.participation.api import api as participation_api
from services.participation.service import participation
from shared.edges.access import Caller, new_key
from shared.edges.app import create_app
from shared.edges.identity import calling_back
from shared.edges.identity.fetching import Fetching
from shared.edges.identity.links import link_for
from shared.edges.identity.outside import Outside
from shared.edges.identity.provider import Provider
from shared.edges.identity.recognising import served, served_here
from shared.edges.identity.sessions import ABSOLUTE_S, IDLE_S, SESSIONS_AT_MOST, TOUCH_S, Sessions
from shared.edges.identity.trusted import TrustedIssuer
from shared.edges.requests import Serving
from shared.sourcing.session_tables import session, spent_link
from shared.vocabulary.roles import AccessRole
from tests.identity.issuing import Somewhere, elsewhere, somewhere
from tests.serving import Served, serve

HERE = {"Host": "localhost"}
PAGE = f"/evidence/v1/inspections/{UUID(int=1)}/matrix/page"
HTML = {"Accept": "text/html"}
NAME = "speir-evidence"


@pytest.fixture
def service(tmp_path) -> Served:
    return serve(tmp_path, evidence, api)


@pytest.fixture
def here(service: Served) -> Serving:
    return served_here(service.running, new_key(), {}, {"local": frozenset(AccessRole) - {AccessRole.SERVICE}})


@pytest.fixture
def browser(here: Serving) -> FlaskClient:
    return create_app([(api, here)]).test_client()


def link(here: Serving, role: AccessRole = AccessRole.INSPECTOR, actor: UUID | None = None) -> str:
    return f"/evidence/login/once/{link_for(here.signing_key, Caller(actor or uuid4(), role, 'local'))}"


def signed_in(browser: FlaskClient, here: Serving, **who: Any) -> str:
    answer = browser.get(link(here, **who), headers=HERE)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    cookie = browser.get_cookie(NAME)
    assert cookie is not None
    return cookie.value


def looked(browser: FlaskClient, **headers: str) -> int:
    """404 is let in: there is no such inspection; 401 is not."""
    return browser.get(PAGE, headers=HERE | HTML | headers).status_code


def shifted(here: Serving, column: Any, seconds: int) -> None:
    """Let every session have begun, or been seen, that much earlier."""
    with here.running.log.writing() as tx:
        tx.execute(update(session).values({column.name: column - seconds}))


def count(here: Serving) -> int:
    with here.running.log.reading() as tx:
        return tx.execute(select(func.count()).select_from(session)).scalar_one()


def test_a_link_signs_a_browser_in_and_its_cookie_is_of_the_strictest_kind(here: Serving, browser: FlaskClient) -> None:
    assert looked(browser) == 401
    answer = browser.get(link(here), headers=HERE)
    assert answer.headers["Location"] == "/evidence/session"
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith(f"{NAME}=")
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert looked(browser) == 404
    assert "Role: inspector" in browser.get("/evidence/session", headers=HERE).get_data(as_text=True)


def test_a_link_lets_in_once_for_a_minute_and_where_it_was_made(
    here: Serving, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = link(here)
    assert browser.head(once, headers=HERE).status_code == 404, "a look ahead spends nothing"
    assert browser.get(once, headers=HERE).status_code == 303
    assert browser.get(once, headers=HERE).status_code == 401
    secret = once.rsplit("/", 1)[1]
    text, signature = secret.split(".")
    for other in ("x", "", text, f"{text}.", f".{signature}", f"{text}.{signature}A", f"{text[:-2]}AA.{signature}"):
        assert browser.get(f"/evidence/login/once/{other}", headers=HERE).status_code in (401, 404)
    monkeypatch.setattr("shared.edges.identity.links.LINK_S", 0)
    assert browser.get(link(here), headers=HERE).status_code == 401
    with here.running.log.reading() as tx:
        kept = tx.execute(select(spent_link.c.link_hash)).scalars().all()
    assert secret not in kept
    assert len(kept) == 1


def test_a_role_that_the_issuer_may_not_give_is_not_signed_in_with(here: Serving, browser: FlaskClient) -> None:
    assert browser.get(link(here, AccessRole.SERVICE), headers=HERE).status_code == 401
    assert count(here) == 0


def test_signing_in_gives_a_new_id_and_ends_the_one_before(here: Serving, browser: FlaskClient) -> None:
    browser.set_cookie(NAME, "chosen-by-somebody-else")
    first = signed_in(browser, here)
    assert first != "chosen-by-somebody-else"
    second = signed_in(browser, here)
    assert second != first
    browser.set_cookie(NAME, first)
    assert looked(browser) == 401


def test_only_a_keyed_hash_of_what_the_cookie_holds_is_kept(here: Serving, browser: FlaskClient) -> None:
    secret = signed_in(browser, here)
    with here.running.log.reading() as tx:
        row = tx.execute(select(session)).one()
    assert secret not in map(str, row)
    browser.set_cookie(NAME, row.id_hash)
    assert looked(browser) == 401
    assert Sessions(here.running.log, new_key()).of(secret) is None, "another key hashes it otherwise"


@pytest.mark.parametrize(("column", "limit"), [(session.c.began_s, ABSOLUTE_S), (session.c.seen_s, IDLE_S)])
def test_a_session_ends_by_itself(here: Serving, browser: FlaskClient, column: Any, limit: int) -> None:
    signed_in(browser, here)
    shifted(here, column, limit - 5)
    assert looked(browser) == 404
    shifted(here, column, limit)
    assert looked(browser) == 401
    assert count(here) == 0


def test_looking_at_pages_keeps_a_session_alive(here: Serving, browser: FlaskClient) -> None:
    signed_in(browser, here)
    for _ in range(3):
        shifted(here, session.c.seen_s, IDLE_S - TOUCH_S)
        assert looked(browser) == 404


def test_a_person_has_five_sessions_and_the_oldest_gives_way(here: Serving, browser: FlaskClient) -> None:
    actor = uuid4()
    app = browser.application
    browsers = [app.test_client() for _ in range(SESSIONS_AT_MOST + 1)]
    for n, each in enumerate(browsers):
        signed_in(each, here, actor=actor)
        shifted(here, session.c.began_s, 1)
        assert count(here) == min(n + 1, SESSIONS_AT_MOST)
    signed_in(browser, here, actor=uuid4())
    assert [looked(each) for each in browsers] == [401] + [404] * SESSIONS_AT_MOST
    assert looked(browser) == 404, "others' do not count"


def test_another_role_ends_the_sessions_in_the_former(here: Serving, browser: FlaskClient) -> None:
    actor = uuid4()
    other = browser.application.test_client()
    signed_in(browser, here, actor=actor)
    signed_in(other, here, actor=actor, role=AccessRole.LEAD)
    assert (looked(browser), looked(other)) == (401, 404)


def test_a_role_that_is_no_longer_given_ends_its_sessions(service: Served, here: Serving, browser: FlaskClient) -> None:
    secret = signed_in(browser, here)
    narrower = served_here(service.running, here.signing_key, {}, {"local": frozenset({AccessRole.PLANNER})})
    later = create_app([(api, narrower)]).test_client()
    later.set_cookie(NAME, secret)
    assert looked(later) == 401
    assert count(here) == 0


def test_a_session_is_for_pages_and_never_for_the_api(here: Serving, browser: FlaskClient) -> None:
    signed_in(browser, here, role=AccessRole.LEAD)
    for path in ("/evidence/v1/items", PAGE.removesuffix("/page")):
        assert browser.get(path, headers=HERE).status_code == 401
    same_site = {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost", "Idempotency-Key": "k"}
    for path in (f"/evidence/v1/items/{uuid4()}/withdrawal", f"/evidence/v1/api-tokens/{uuid4()}"):
        assert browser.post(path, json={}, headers=HERE | same_site).status_code == 401
    assert looked(browser, Authorization="Bearer x") == 401, "a token that is sent is what counts"


def test_another_name_that_leads_here_is_not_answered(here: Serving, browser: FlaskClient) -> None:
    secret = signed_in(browser, here)
    for host in ("elsewhere.example", "localhost.elsewhere.example", "evil@localhost", "192.0.2.1:8110"):
        cookie = {"Host": host, "Cookie": f"{NAME}={secret}"}
        assert browser.get(PAGE, headers=HTML | cookie).status_code in (400, 401)
        assert browser.get("/evidence/session", headers=cookie).status_code in (400, 404)


def form_token(browser: FlaskClient) -> str:
    page = browser.get("/evidence/session", headers=HERE).get_data(as_text=True)
    return re.findall(r'name="token" value="([0-9a-f]{64})"', page)[0]


def left(browser: FlaskClient, token: str, **headers: str) -> int:
    sent = HERE | {name.replace("_", "-"): value for name, value in headers.items()}
    return browser.post("/evidence/logout", data={"token": token}, headers=sent).status_code


def test_only_a_form_of_this_very_session_signs_out(here: Serving, browser: FlaskClient) -> None:
    signed_in(browser, here)
    token, ours = form_token(browser), "http://localhost"
    other = browser.application.test_client()
    signed_in(other, here)
    assert left(browser, form_token(other), Origin=ours) == 403, "another session's"
    for forged in ("", "x", token[:-1], token.upper() + " "):
        assert left(browser, forged, Origin=ours) == 403
    assert left(browser, token) == 403, "nothing says where the form was"
    for sign in ({"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {"Sec_Fetch_Site": "cross-site"},
                 {"Sec_Fetch_Site": "same-site"}, {"Sec_Fetch_Site": "none"},
                 {"Sec_Fetch_Site": "cross-site", "Origin": ours},
                 {"Sec_Fetch_Site": "same-origin", "Origin": "x"}):  # fmt: skip
        assert left(browser, token, **sign) == 403, sign
    assert browser.get("/evidence/logout", headers=HERE).status_code == 405
    assert looked(browser) == 404
    assert left(browser, token, Origin="null", Sec_Fetch_Site="same-origin") == 200
    assert looked(browser) == 401
    assert browser.get_cookie(NAME) is None
    assert count(here) == 1


def test_shutting_somebody_out_ends_their_session(
    service: Served, here: Serving, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    called_back: set[UUID] = set()
    monkeypatch.setattr(calling_back.CalledBack, "__call__", lambda _self, caller, *_: caller.actor in called_back)
    actor = uuid4()
    signed_in(browser, here, actor=actor)
    assert looked(browser) == 404
    called_back.add(actor)
    assert looked(browser) == 401
    assert count(here) == 0
    assert service.running is here.running


@pytest.fixture
def at() -> Iterator[Somewhere]:
    with somewhere() as there:
        yield there


def over_tls(here: Serving, at: Somewhere) -> FlaskClient:
    """Evidence as it is deployed under a name of its own."""
    issuer = elsewhere(at, "ES256")
    at.stands[f"{issuer.path}/.well-known/openid-configuration"] |= {"authorization_endpoint": f"{issuer.url}/auth"}
    trusted = [issuer.trusted(client_id="speir")]
    deployed = served(here.running, here.signing_key, {}, {}, trusted=trusted, address="https://speir.example")
    return create_app([(api, deployed)], hosts=("speir.example",)).test_client()


def test_over_tls_the_browser_itself_sees_to_it_whose_a_cookie_is(here: Serving, at: Somewhere) -> None:
    browser = over_tls(here, at)
    answer = browser.get("/evidence/login", headers={"Host": "speir.example"}, base_url="https://speir.example")
    assert answer.status_code == 303
    assert "code_challenge_method=S256" in answer.headers["Location"]
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-speir-evidence-login=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))


def test_a_deployment_has_no_links_and_answers_to_its_own_name_only(here: Serving, at: Somewhere) -> None:
    browser = over_tls(here, at)
    assert browser.get(link(here), base_url="https://speir.example").status_code == 404
    elsewhere_asked = browser.get("/evidence/login", base_url="https://elsewhere.example")
    assert (elsewhere_asked.status_code, elsewhere_asked.json["type"]) == (400, "/problems/host-unknown")


def test_a_browser_is_sent_to_sign_in_and_a_program_is_told_that_it_needs_a_token(here: Serving, at: Somewhere) -> None:
    browser = over_tls(here, at)
    sent = browser.get(f"{PAGE}?x=1", headers=HTML, base_url="https://speir.example")
    assert sent.status_code == 303
    assert sent.headers["Location"].startswith("/evidence/login?to=%2Fevidence%2Fv1%2Finspections%2F")
    assert browser.get(PAGE, base_url="https://speir.example").status_code == 401
    assert browser.get("/evidence/v1/items", headers=HTML, base_url="https://speir.example").status_code == 401


def test_where_nobody_signs_in_there_is_nothing_to_sign_in_to(service: Served) -> None:
    bare = create_app([(api, served(service.running, new_key(), {}, {}))]).test_client()
    for path in ("login", "login/back", "login/once/x", "session"):
        assert bare.get(f"/evidence/{path}", headers=HERE).status_code == 404
    assert bare.post("/evidence/logout", headers=HERE).status_code == 404
    assert bare.get(PAGE, headers=HTML | HERE).status_code == 401


def test_what_is_kept_while_signing_in_says_nothing_and_is_good_for_one_service(here: Serving, at: Somewhere) -> None:
    trusted = TrustedIssuer(issuer=at.url, algorithm="ES256", client_id="speir")
    at.stands["/.well-known/openid-configuration"] = {"issuer": at.url, "authorization_endpoint": f"{at.url}/auth"}
    outside = Outside([trusted], "evidence", Fetching())
    mine, others = (
        Provider(trusted, outside, Fetching(), f"https://speir.example/{name}/login/back", here.signing_key)
        for name in ("evidence", "reporting")
    )
    there, kept = mine.begin("/evidence/session")
    state = re.findall(r"[?&]state=([^&]+)", there)[0]
    assert state not in kept
    assert mine._opened(kept).state == state
    with pytest.raises(Exception, match="did not come to its end"):
        others._opened(kept)


def test_an_issuer_that_is_away_is_not_asked_by_everybody_who_comes(here: Serving, at: Somewhere) -> None:
    issuer = elsewhere(at, "ES256")
    there = f"{issuer.path}/.well-known/openid-configuration"
    del at.stands[there]
    trusted = [issuer.trusted(client_id="speir")]
    deployed = served(here.running, here.signing_key, {}, {}, trusted=trusted, address="https://speir.example")
    browser = create_app([(api, deployed)], hosts=("speir.example",)).test_client()
    answers = [browser.get("/evidence/login", base_url="https://speir.example").status_code for _ in range(5)]
    assert answers == [503] * 5
    assert at.asked[there] == 1


def test_an_anonymous_route_of_participation_neither_sets_nor_reads_a_cookie(tmp_path) -> None:
    service = serve(tmp_path, participation, participation_api)
    client = service.client
    answer = client.post(
        f"/participation/v1/surveys/{uuid4()}/answers", json={}, headers={**HERE, "Cookie": "speir-participation=x"}
    )
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")
    bare = client.post(f"/participation/v1/surveys/{uuid4()}/answers", json={}, headers=HERE)
    assert (answer.status_code, answer.json["type"]) == (bare.status_code, bare.json["type"])
