"""None of thousands of hostile tokens is believed, whoever issued what they were made of."""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest

from services.scheduling.api import api
from services.scheduling.service import scheduling
from shared.edges import watch
from shared.edges.access import Caller, Issuer, Verifier, as_text, from_text, grants, new_key, private, public_of
from shared.edges.app import create_app
from shared.edges.identity.api_tokens import ISSUER, ApiTokens
from shared.edges.identity.recognising import served
from shared.edges.identity.trusted import ALGORITHMS
from shared.errors import NotRecognised
from shared.identity.commands import IssueApiToken
from shared.limits import HEADER_BYTES
from shared.sourcing.service import Cause
from shared.sourcing.telling import instant
from shared.vocabulary.identity import ActionCode, ActorId, ApiTokenId
from shared.vocabulary.roles import WITHHELD_FROM_OPERATORS, AccessRole
from tests.identity.hostile import Victim, every_hostile_token
from tests.identity.issuing import ACTOR, SigningKey, Somewhere, every_issuer, signed, somewhere
from tests.serving import Served, serve

OPERATOR, EVIDENCE = new_key(), new_key()
KINDS = ("own", *ALGORITHMS)


class OwnKey(SigningKey):
    """The deployment's own issuer, whose key's id is its name."""

    def __init__(self, seed: bytes, name: str) -> None:
        self.algorithm, self.kid, self.private = "Ed25519", name, private(seed)
        self.public = self.private.public_key()


@pytest.fixture(scope="module")
def at() -> Iterator[Somewhere]:
    with somewhere() as here:
        yield here


@pytest.fixture(scope="module")
def service(tmp_path_factory) -> Served:
    return serve(tmp_path_factory.mktemp("scheduling"), scheduling, api)


@pytest.fixture(scope="module")
def issuers(at: Somewhere):
    return every_issuer(at)


@pytest.fixture(scope="module")
def recognising(service: Served, issuers):
    """Scheduling as it is deployed: its own issuer, a fellow service, and one issuer elsewhere an algorithm."""
    keys = {"operator": public_of(OPERATOR), "evidence": public_of(EVIDENCE)}
    trusted = tuple(each.trusted() for each in issuers.values())
    return served(service.running, new_key(), keys, grants("operator", ["evidence"], real=True), trusted=trusted)


@pytest.fixture(scope="module")
def verifier(recognising) -> Verifier:
    return recognising.verifier


@pytest.fixture(scope="module", params=KINDS)
def victim(request: pytest.FixtureRequest, issuers) -> Victim:
    keys = {"own": OwnKey(OPERATOR, "operator"), **{name: each.key for name, each in issuers.items()}}
    own = keys.pop(request.param)
    others = (*keys.values(), OwnKey(EVIDENCE, "evidence"))
    stranger = SigningKey(own.algorithm, own.kid)
    if request.param == "own":
        now = int(time.time())
        said = {"iss": "operator", "sub": str(ACTOR), "aud": "scheduling", "jti": str(uuid4()), "role": "planner"}
        said |= {"iat": now, "nbf": now, "exp": now + 600}
        return Victim("own", own, {"alg": "Ed25519", "typ": "at+jwt", "kid": "operator"}, said, others, stranger)
    issuer = issuers[request.param]
    return Victim(request.param, own, issuer.header(), issuer.claims(), others, stranger)


def believed(verifier: Verifier, header: str | None) -> Caller | None:
    try:
        return verifier.caller(header)
    except NotRecognised:
        return None


def test_what_the_hostile_tokens_are_made_of_is_believed(verifier: Verifier, victim: Victim) -> None:
    caller = believed(verifier, f"Bearer {victim.token()}")
    assert caller is not None
    assert (caller.actor, caller.role, caller.issuer) == (ACTOR, AccessRole.PLANNER, victim.claims["iss"])


def test_none_of_over_five_hundred_hostile_tokens_is_believed(verifier: Verifier, victim: Victim) -> None:
    hostile = every_hostile_token(victim)
    assert len(hostile) > 500
    assert [why for why, text in hostile if believed(verifier, f"Bearer {text}")] == []
    assert believed(verifier, f"Bearer {victim.token()}"), "the issuer is still believed after all of them"


def test_no_hostile_token_is_let_in_over_rest(recognising, victim: Victim) -> None:
    client = create_app([(api, recognising)]).test_client()
    texts = [text for _, text in every_hostile_token(victim)[::7] if text.isascii() and text.isprintable()]
    assert len(texts) > 60
    good = client.get("/scheduling/v1/programmes", headers={"Authorization": f"Bearer {victim.token()}"})
    assert good.status_code == 200
    for text in texts:
        client.application.extensions[watch.EXTENSION] = watch.Attempts()  # else the later ones are only slowed down
        sent = {"Authorization": f"Bearer {text}"}
        answer = client.get("/scheduling/v1/programmes", headers=sent)
        fits = sum(map(len, *sent.items())) <= HEADER_BYTES
        turned_away = (401, "/problems/not-recognised") if fits else (431, "/problems/headers-too-large")
        assert (answer.status_code, answer.json["type"]) == turned_away, text[:80]


def test_two_authorization_headers_are_nobodys(recognising, victim: Victim) -> None:
    client = create_app([(api, recognising)]).test_client()
    good = f"Bearer {victim.token()}"
    for pair in ((good, good), (good, "Bearer x"), ("Basic eDp5", good), (good, "")):
        answer = client.get("/scheduling/v1/programmes", headers=[("Authorization", each) for each in pair])
        assert answer.status_code == 401, pair


@pytest.mark.parametrize("scheme", ["", "Bearer", "Bearer  ", "Basic ", "Bearer\t", "Token ", "Bearer:", " Bearer "])
def test_only_the_bearer_scheme_is_read(verifier: Verifier, victim: Victim, scheme: str) -> None:
    assert believed(verifier, scheme + victim.token()) is None


def test_no_issuer_speaks_for_a_service_or_in_anothers_name(verifier: Verifier, issuers) -> None:
    for issuer in issuers.values():
        assert believed(verifier, f"Bearer {issuer.token(role='service')}") is None
        for other in issuers.values():
            forged = signed(issuer.key, issuer.header(), other.claims())
            assert (believed(verifier, f"Bearer {forged}") is not None) == (issuer is other)


def test_the_operator_of_a_real_deployment_grants_nothing_that_is_withheld(verifier: Verifier) -> None:
    for role in AccessRole:
        token = Issuer("operator", OPERATOR).mint(ACTOR, role, "scheduling")
        may = role not in {*WITHHELD_FROM_OPERATORS, AccessRole.SERVICE}
        assert (believed(verifier, f"Bearer {token}") is not None) == may, role


def test_es256_with_the_other_half_is_the_same_token_by_the_same_key(verifier: Verifier, issuers) -> None:
    """(r, n - s) is as valid as (r, s): it says the same, so it is called back with it and gains nobody anything."""
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    head, body, signature = issuers["ES256"].token().split(".")
    raw = from_text(signature)
    other = raw[:32] + (order - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    first, second = (believed(verifier, f"Bearer {head}.{body}.{each}") for each in (signature, as_text(other)))
    assert first is not None
    assert second is not None
    assert (first, first.token_id) == (second, second.token_id)


@contextmanager
def programme(service: Served, signing_key: bytes, **changed: object) -> Iterator[str]:
    drawn = ApiTokens(service.running, signing_key).draw()
    now = int(time.time())
    asked = {
        "token_id": ApiTokenId(uuid4()),
        "owner": ActorId(ACTOR),
        "role": AccessRole.PLANNER,
        "actions": (ActionCode("scheduling:list_programmes"),),
        "issued_at": instant(now * 10**6),
        "expires_at": instant((now + 600) * 10**6),
        "actor": None,
    }
    kept = {"handle": drawn.handle, "secret_hash": drawn.secret_hash, "pepper": drawn.pepper}
    service.running.handle(IssueApiToken(**asked | kept | changed), Cause(None, "operator", "test", uuid4()))
    yield drawn.text


def test_a_programmes_token_is_believed_and_none_of_hundreds_made_of_it_is(service: Served) -> None:
    signing_key = new_key()
    here = served(service.running, signing_key, {}, {}).verifier
    with programme(service, signing_key) as text, programme(service, signing_key) as second:
        caller = believed(here, f"Bearer {text}")
        assert caller == Caller(ACTOR, AccessRole.PLANNER, ISSUER, None, frozenset({"scheduling:list_programmes"}))
        handle, secret = text.split("_", 2)[1:]
        other_handle, other_secret = second.split("_", 2)[1:]
        hostile = {f"speir_{other_handle}_{secret}", f"speir_{handle}_{other_secret}", f"speir_{secret}_{handle}"}
        hostile |= {text[:n] + ("A" if text[n] != "A" else "B") + text[n + 1 :] for n in range(len(text))}
        hostile |= {text[:n] for n in range(len(text))} | {text + each for each in ("A", "=", "\n", " ", "\0", "_")}
        hostile |= {text.upper(), text.swapcase(), f"SPEIR_{handle}_{secret}", f"speir_{handle.upper()}_{secret}"}
        hostile |= {f"speir_{handle}_{secrets.token_urlsafe(32)}" for _ in range(300)}
        hostile |= {f"speir_{secrets.token_hex(8)}_{secret}" for _ in range(100)}
        hostile |= {
            f"speir_{handle}_' OR '1'='1",
            f"speir_%_{secret}",
            f"speir_{'_' * 16}_{secret}",
            f"speir__{secret}",
        }
        hostile |= {
            f"{text},{text}",
            f"{text} {text}",
            f'"{text}"',
            text.replace("_", "-"),
            f"speir_{handle}_" + "A" * 43,
        }
        assert len(hostile - {text}) > 500
        assert [each for each in hostile - {text} if believed(here, f"Bearer {each}")] == []
        assert believed(here, f"Bearer {text}")


def test_a_programmes_token_is_nobodys_elsewhere_or_once_it_is_over(service: Served) -> None:
    signing_key, now = new_key(), int(time.time())
    here, elsewhere = (served(service.running, key, {}, {}).verifier for key in (signing_key, new_key()))
    with programme(service, signing_key) as text:
        assert believed(here, f"Bearer {text}")
        assert believed(elsewhere, f"Bearer {text}") is None, "another service's key hashes it otherwise"
    past = {"issued_at": instant((now - 900) * 10**6), "expires_at": instant((now - 1) * 10**6)}
    with programme(service, signing_key, **past) as text:
        assert believed(here, f"Bearer {text}") is None
    with programme(service, signing_key, role=AccessRole.SERVICE) as text:
        assert believed(here, f"Bearer {text}") is None


def test_an_id_that_is_no_uuid_is_the_same_pseudonym_each_time(verifier: Verifier, issuers) -> None:
    first, again, other = (
        believed(verifier, f"Bearer {issuers[algorithm].token(sub='auth0|42', jti='Zx9-_')}")
        for algorithm in ("RS256", "RS256", "ES256")
    )
    assert first is not None
    assert again is not None
    assert other is not None
    assert first.actor == again.actor != other.actor
    assert first.token_id == again.token_id != other.token_id
    assert first.actor.version == 5
    assert UUID(str(ACTOR)) != first.actor


def test_scopes_limit_and_a_step_up_is_told(verifier: Verifier, issuers) -> None:
    now = int(time.time())
    said = {"scope": "openid scheduling:list_programmes evil:x", "auth_time": now, "amr": ["pwd", "mfa"]}
    caller = believed(verifier, f"Bearer {issuers['PS256'].token(**said)}")
    assert caller is not None
    assert caller.scopes == frozenset({"scheduling:list_programmes"})
    assert caller.proved_at == now
    unlimited = believed(verifier, f"Bearer {issuers['PS256'].token(scope='openid profile')}")
    assert unlimited is not None
    assert (unlimited.scopes, unlimited.proved_at) == (None, None)


def test_an_audience_among_others_is_enough_and_nbf_is_not_needed(verifier: Verifier, issuers) -> None:
    issuer = issuers["Ed25519"]
    assert believed(verifier, f"Bearer {issuer.token(aud=['evidence', 'scheduling'])}")
    unsaid = {name: value for name, value in issuer.claims().items() if name != "nbf"}
    assert believed(verifier, f"Bearer {signed(issuer.key, issuer.header(), unsaid)}")
    assert believed(verifier, f"Bearer {signed(issuer.key, issuer.header(typ='application/at+jwt'), issuer.claims())}")
