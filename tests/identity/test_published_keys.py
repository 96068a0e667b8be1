"""An issuer's keys are asked for seldom, briefly and where it was said, and only public ones of its kind are used."""

import json
import threading
from collections.abc import Iterator

import pytest

from shared.edges.identity import fetching, published_keys
from shared.edges.identity.fetching import Fetching
from shared.edges.identity.published_keys import PublishedKeys, discovered, endpoint, usable
from shared.edges.identity.trusted import ALGORITHMS
from shared.errors import Unavailable
from shared.limits import ISSUER_BYTES
from tests.identity.issuing import IssuerElsewhere, Parts, SigningKey, Somewhere, elsewhere, somewhere


@pytest.fixture
def at() -> Iterator[Somewhere]:
    with somewhere() as here:
        yield here


@pytest.fixture
def issuer(at: Somewhere) -> IssuerElsewhere:
    return elsewhere(at, "ES256")


@pytest.fixture
def keys(issuer: IssuerElsewhere) -> PublishedKeys:
    return PublishedKeys(issuer.trusted(), Fetching())


def asked(issuer: IssuerElsewhere) -> int:
    return issuer.at.asked[f"{issuer.path}/jwks"]


def test_keys_are_asked_for_once_for_many_tokens(keys: PublishedKeys, issuer: IssuerElsewhere) -> None:
    assert asked(issuer) == 0
    for _ in range(20):
        assert keys.key("key-es256")
    assert asked(issuer) == 1


def test_unknown_ids_make_nobody_ask_again_and_again(keys: PublishedKeys, issuer: IssuerElsewhere) -> None:
    keys.key("key-es256")
    for n in range(50):
        with pytest.raises(KeyError):
            keys.key(f"unknown-{n}")
    assert asked(issuer) == 1
    assert keys.key("key-es256")


def test_an_unknown_id_is_asked_for_once_the_pause_is_over(
    keys: PublishedKeys, issuer: IssuerElsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.key("key-es256")
    second = SigningKey("ES256", "second")
    issuer.publishes(issuer.key.jwk, second.jwk)
    with pytest.raises(KeyError):
        keys.key("second")
    monkeypatch.setattr(published_keys, "AGAIN_S", 0.0)
    assert keys.key("second")
    assert asked(issuer) == 2


def test_many_at_once_make_one_asking(keys: PublishedKeys, issuer: IssuerElsewhere) -> None:
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(keys.key("key-es256"))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 12
    assert asked(issuer) == 1


def test_known_keys_are_used_while_the_issuer_does_not_answer_but_not_for_ever(
    keys: PublishedKeys, issuer: IssuerElsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.key("key-es256")
    issuer.at.stands.clear()
    monkeypatch.setattr(published_keys, "AGAIN_S", 0.0)
    monkeypatch.setattr(published_keys, "FRESH_S", 0.0)
    assert keys.key("key-es256")
    assert asked(issuer) >= 1
    monkeypatch.setattr(published_keys, "KEPT_S", 0.0)
    with pytest.raises(Unavailable):
        keys.key("key-es256")


def test_an_issuer_that_never_answered_is_unavailable_and_not_wrong(at: Somewhere) -> None:
    silent = elsewhere(at, "ES256")
    at.stands.clear()
    with pytest.raises(Unavailable):
        PublishedKeys(silent.trusted(), Fetching()).key("key-es256")


def test_a_configured_address_of_keys_needs_no_discovery(issuer: IssuerElsewhere) -> None:
    there = PublishedKeys(issuer.trusted(jwks_url=f"{issuer.url}/jwks"), Fetching())
    assert there.key("key-es256")
    assert issuer.at.asked[f"{issuer.path}/.well-known/openid-configuration"] == 0


@pytest.mark.parametrize(
    "answer",
    [
        (302, {"Location": "/elsewhere"}, b""),
        (200, {}, b"{" + b" " * ISSUER_BYTES + b"}"),
        (200, {}, b"[]"),
        (200, {}, b"not json"),
        (200, {}, b'{"keys": [], "keys": []}'),
        (500, {}, b"{}"),
        (204, {}, b""),
    ],
    ids=["a redirection", "too much", "a list", "no JSON", "a key twice", "a failure", "nothing"],
)
def test_what_is_no_small_object_is_no_answer(at: Somewhere, answer: tuple[int, dict[str, str], bytes]) -> None:
    at.stands |= {"/it": answer, "/elsewhere": {"keys": []}}
    with pytest.raises(Unavailable):
        Fetching().get(f"{at.url}/it")
    assert at.asked["/elsewhere"] == 0


def test_a_slow_issuer_is_waited_for_no_longer_than_said(at: Somewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "HTTP_S", 0.2)
    over = threading.Event()
    at.stands["/it"] = lambda: over.wait(30) and {"keys": []}
    try:
        with pytest.raises(Unavailable):
            Fetching().get(f"{at.url}/it")
    finally:
        over.set()


def test_an_issuer_that_says_it_is_another_is_not_believed(issuer: IssuerElsewhere) -> None:
    issuer.at.stands[f"{issuer.path}/.well-known/openid-configuration"] = {"issuer": "https://another.example"}
    with pytest.raises(Unavailable):
        discovered(issuer.trusted(), Fetching())


@pytest.mark.parametrize("there", [None, 1, "http://keys.example/", "file:///etc/passwd", "https://u:p@keys.example/"])
def test_an_address_that_somebody_between_could_change_is_not_gone_to(there: object) -> None:
    with pytest.raises(Unavailable):
        endpoint({"jwks_uri": there}, "jwks_uri")


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_only_public_keys_for_the_one_algorithm_are_used(algorithm: str) -> None:
    own = SigningKey(algorithm, "own").jwk
    others = [SigningKey(other, other).jwk for other in ALGORITHMS if other != algorithm]
    unfit: list[Parts] = [
        {**own, "kid": "private", "d": "AAAA"},
        {**own, "kid": "for encrypting", "use": "enc"},
        {**own, "kid": "for another", "alg": "HS256"},
        {"kty": "oct", "k": "AAAA", "kid": "symmetric", "alg": algorithm},
        {**own, "kid": "of another kind", "kty": "oct"},
        {**own, "kid": 1},
        {name: value for name, value in own.items() if name not in ("kid", "x", "n")} | {"kid": "halved"},
        {name: value for name, value in own.items() if name != "kid"},
    ]
    assert usable(algorithm, {"keys": [own, *others, *unfit, None, 1, "x", []]}).keys() == {"own"}
    assert usable(algorithm, {"keys": [own, own]}) == {}, "an id given twice is nobody's"
    assert usable(algorithm, {"keys": "all"}) == usable(algorithm, {}) == {}


def test_a_weak_rsa_key_and_a_point_off_the_curve_are_not_used() -> None:
    weak = {"kty": "RSA", "kid": "weak", "e": "AQAB", "n": "w" * 171}
    assert usable("RS256", {"keys": [weak]}) == {}
    off = SigningKey("ES256", "off").jwk | {"y": "A" * 43}
    assert usable("ES256", {"keys": [off]}) == {}


def test_certificates_beside_a_key_are_not_looked_at(issuer: IssuerElsewhere) -> None:
    stranger = SigningKey("ES256", "stranger")
    beside = {**issuer.key.jwk, "x5c": ["MIIB"], "x5u": "http://127.0.0.1:9/", "jku": "http://127.0.0.1:9/"}
    (key,) = usable("ES256", {"keys": [json.loads(json.dumps(beside))]}).values()
    assert key.as_dict(private=False)["x"] == issuer.key.jwk["x"] != stranger.jwk["x"]
