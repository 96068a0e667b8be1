"""Only a token that is wholly right is believed; over five hundred that are not quite are refused."""

import base64
import hmac
import json
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from shared.edges.access import (
    LONGEST,
    Caller,
    Issuer,
    Verifier,
    as_text,
    from_text,
    grants,
    new_key,
    public_of,
    sign,
    verify,
)
from shared.errors import NotRecognised
from shared.vocabulary.roles import WITHHELD_FROM_OPERATORS, AccessRole

OPERATOR, EVIDENCE, REPORTING, STRANGER = new_key(), new_key(), new_key(), new_key()
ORDER = 2**252 + 27742317777372353535851937790883648493
"""The order of the base point of Ed25519 (RFC 8032, section 5.1)."""
SERVICES = {"evidence": EVIDENCE, "reporting": REPORTING}
KEYS = {"local": public_of(OPERATOR)} | {name: public_of(seed) for name, seed in SERVICES.items()}
ACTOR = UUID("6f1f6c1e-54a7-4b7c-9a9d-0d6c1c2b3a49")

Parts = dict[str, Any]
Hostile = Iterator[tuple[str, str]]


def verifier(audience: str = "scheduling", **more: Any) -> Verifier:
    return Verifier(KEYS, audience, roles_by_issuer=grants("local", SERVICES, real=True), **more)


def header(**changed: Any) -> Parts:
    return {"alg": "Ed25519", "typ": "at+jwt", "kid": "local"} | changed


def claims(**changed: Any) -> Parts:
    now = int(time.time())
    right = {"iss": "local", "sub": str(ACTOR), "aud": "scheduling", "jti": str(uuid4()), "role": "planner"}
    return right | {"iat": now, "nbf": now, "exp": now + 600} | changed


def without(parts: Parts, name: str) -> Parts:
    return {key: value for key, value in parts.items() if key != name}


def segment(part: Parts | str | bytes) -> str:
    text = json.dumps(part) if isinstance(part, dict) else part
    return as_text(text if isinstance(text, bytes) else text.encode())


def keyed(secret: bytes, digest: str) -> Callable[[bytes], bytes]:
    return lambda message: hmac.digest(secret, message, digest)


def ed25519(seed: bytes) -> Callable[[bytes], bytes]:
    return Ed25519PrivateKey.from_private_bytes(seed).sign


def token(head: Parts | str, body: Parts | str | bytes, signed: Callable[[bytes], bytes] | None = None) -> str:
    message = f"{segment(head)}.{segment(body)}"
    return f"{message}.{as_text((signed or ed25519(OPERATOR))(message.encode()))}"


def of_another_algorithm() -> Hostile:
    public = Ed25519PublicKey.from_public_bytes(KEYS["local"])
    spki = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for alg in ("none", "None", "NONE", "nOnE", ""):
        for signature in ("", "AA", as_text(bytes(64))):
            yield f"alg {alg!r}", f"{segment(header(alg=alg))}.{segment(claims())}.{signature}"
    for digest in ("sha256", "sha384", "sha512"):
        for secret in (KEYS["local"], spki, pem, pem.strip(), as_text(KEYS["local"]).encode(), b"", b"secret"):
            alg = digest.replace("sha", "HS")
            yield f"{alg} with the public key", token(header(alg=alg), claims(), keyed(secret, digest))
    named: list[Any] = ["EdDSA", "ed25519", "Ed448", "ES256", "ES256K", "ES512", "RS256", "PS256", "HS256"]
    for other in [*named, None, 1, True, ["Ed25519"], {}]:
        yield f"alg {other}", token(header(alg=other), claims())
        yield f"zero signature as {other}", token(header(alg=other), claims(), lambda _: bytes(64))
    yield "no alg", token(without(header(), "alg"), claims())


def of_another_key() -> Hostile:
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": as_text(public_of(STRANGER))}
    by_stranger = ed25519(STRANGER)
    for kid in (
        "", "Local", "LOCAL", " local", "local ", "local\0", "local\n", "stranger", "speir", "service", "scheduling",
        None, 0, 1, True, [], ["local"], {}, {"local": 1}, "../local", "../../../../dev/null", "/dev/null", "..\\local",
        "file:///etc/passwd", "%6cocal", "local' OR '1'='1", "x' UNION SELECT 'key' --", "'; DROP TABLE keys; --",
        "local;id", "$(id)", "`id`", "{{7*7}}", "${local}", "http://127.0.0.1/key", "https://keys.example/jwks.json",
        "//keys.example", "ldap://keys.example/o=x", "loc\u0430l", "\uff4cocal", "l" * 300,
    ):  # fmt: skip
        yield f"kid {kid!r:.30}", token(header(kid=kid), claims(), by_stranger)
        yield f"kid and iss {kid!r:.30}", token(header(kid=kid), claims(iss=kid), by_stranger)
        yield f"kid {kid!r:.30}, right key", token(header(kid=kid), claims())
    for signed in (by_stranger, ed25519(OPERATOR)):
        yield "jwk", token(header(jwk=jwk), claims(), signed)
        for name in ("jku", "x5u", "x5c", "x5t", "x5t#S256", "url", "jwks", "JKU", "Jwk"):
            for value in ("https://keys.example/jwks.json", "file:///dev/null", ["MIIB"], "", None):
                yield f"{name} {value}", token(header(**{name: value}), claims(), signed)
    crits: list[Any] = [["b64"], ["exp"], ["unknown"], ["alg"], ["kid"], [], "b64", None, [1], {}]
    for crit in crits:
        yield f"crit {crit}", token(header(crit=crit), claims())
        yield f"crit {crit}, named", token(header(crit=crit, b64=False, unknown=1, exp=1), claims())
    yield "b64", token(header(b64=False), claims())
    yield "no kid", token(without(header(), "kid"), claims())
    yield "a stranger's", token(header(), claims(), by_stranger)
    yield "every key's", token(header(), claims(), ed25519(EVIDENCE))


def saying_something_wrong() -> Hostile:
    now = int(time.time())
    odd: list[Any] = ["", "x", None, True, False, 0, 1, -1, 1.5, [], {}, ["x"], {"x": 1}]
    wrong: dict[str, list[Any]] = {
        "iss": [*odd, "evidence", "reporting", "Local", "local ", ["local"], "https://local"],
        "sub": [*odd, "planner", str(ACTOR).upper(), f"{{{ACTOR}}}", ACTOR.hex, ACTOR.urn, f" {ACTOR}", f"{ACTOR}\n",
                str(ACTOR)[:-1], [str(ACTOR)]],
        "aud": [*odd, "evidence", "participation", "Scheduling", "scheduling ", "speir2", ["scheduling"],
                ["evidence", "scheduling"], "*", "http://scheduling"],
        "jti": [*odd, "1", "../1", ["a"], "0" * 32],
        "role": [*odd, "service", "lead", "safeguarding_officer", "Planner", "PLANNER", "planner ", "admin",
                 "root", "*", ["planner"], "planner,lead"],
        "exp": [*odd, now - 61, now - 600, -(2**53), str(now + 600), now + 600.0,
                [now + 600], now + LONGEST + 60, 2**53, None],
        "nbf": [*odd[:5], *odd[8:], now + 90, now + 3_600, str(now), float(now), [now]],
        "iat": [*odd, now + 90, now + 3_600, str(now), float(now), now - LONGEST, [now]],
    }  # fmt: skip
    for name, values in wrong.items():
        for value in values:
            yield f"{name} {value!r:.40}", token(header(), claims(**{name: value}))
        yield f"no {name}", token(header(), without(claims(), name))
        for spelt in (name, f"\\u{ord(name[0]):04x}{name[1:]}"):
            twice = f'{json.dumps(claims())[:-1]}, "{spelt}": {json.dumps(claims()[name])}}}'
            yield f"{name} twice, as {spelt}", token(header(), twice)
    for typ in ("JWT", "jwt", "AT+JWT", "at+JWT", "application/at+jwt", "id+jwt", "", None, 1, ["at+jwt"]):
        yield f"typ {typ}", token(header(typ=typ), claims())
    yield "no typ", token(without(header(), "typ"), claims())
    yield "expired an hour ago", token(header(), claims(iat=now - 4_200, nbf=now - 4_200, exp=now - 3_600))
    for name in ("alg", "typ", "kid"):
        yield (
            f"{name} twice",
            token(json.dumps(header())[:-1] + f', "{name}": {json.dumps(header()[name])}}}', claims()),
        )
    for body in ("", "[]", "null", "1", '"x"', "{}", "{", "NaN", b"\xff", b"\x00", "[" * 2_000, json.dumps([claims()])):
        yield f"claims {body[:9]!r}", token(header(), body)
        if isinstance(body, str):
            yield f"header {body[:9]!r}", token(body, claims())


def of_other_issuers() -> Hostile:
    for name, seed in SERVICES.items():
        for role in AccessRole:
            if role != AccessRole.SERVICE:
                yield f"{name} says {role}", token(header(kid=name), claims(iss=name, role=role), ed25519(seed))
        yield f"{name} in the operator's name", token(header(kid="local"), claims(role="service"), ed25519(seed))
        yield f"{name} with iss of another", token(header(kid=name), claims(role="service"), ed25519(seed))
        yield f"{name} to another service", Issuer(name, seed).mint(ACTOR, AccessRole.SERVICE, "participation")
    for role in (*WITHHELD_FROM_OPERATORS, AccessRole.SERVICE):
        yield f"operator says {role}", Issuer("local", OPERATOR).mint(ACTOR, role, "scheduling")
    yield "an unknown service", Issuer("scheduling", STRANGER).mint(ACTOR, AccessRole.SERVICE, "scheduling")


def damaged() -> Hostile:
    good = token(header(), claims())
    for place in range(0, len(good), 3):
        yield f"character {place} changed", good[:place] + ("A" if good[place] != "A" else "B") + good[place + 1 :]
        yield f"cut at {place}", good[:place]
    head, body, signature = good.split(".")
    raw = from_text(signature)
    yield "other claims, same signature", f"{head}.{segment(claims(role='operator'))}.{signature}"
    yield (
        "the same signature made otherwise",
        f"{head}.{body}.{as_text(raw[:32] + (int.from_bytes(raw[32:], 'little') + ORDER).to_bytes(32, 'little'))}",
    )
    yield "unused bits set", good[:-1] + chr(ord(good[-1]) + 1)
    for other in (
        "",
        "AA",
        as_text(raw[:63]),
        as_text(raw + b"\0"),
        as_text(bytes(64)),
        as_text(raw[32:] + raw[:32]),
        signature + "=",
        signature + "==",
    ):
        yield "another signature", f"{head}.{body}.{other}"
    for text in (
        f"{good}.",
        f".{good}",
        f"{good}.{signature}",
        f"{head}..{signature}",
        f"{good} ",
        f"{good}\n",
        f"{good},{good}",
        f"{good} {good}",
        "..",
        ".",
    ):
        yield "other segments", text
    yield "standard alphabet", good.replace("-", "+").replace("_", "/") + "+"
    yield (
        "padded",
        ".".join(base64.urlsafe_b64encode(from_text(part)).decode() + "=" for part in (head, body, signature)),
    )
    yield "huge", token(header(), claims(note="x" * 5_000))
    yield "huge header", token(header(kid="x" * 5_000), claims())
    yield "JSON serialisation", json.dumps({"protected": head, "payload": body, "signature": signature})


def every_hostile_token() -> list[tuple[str, str]]:
    kinds = (of_another_algorithm, of_another_key, saying_something_wrong, of_other_issuers, damaged)
    return [(f"{kind.__name__}: {why}", text) for kind in kinds for why, text in kind()]


def believed(text: str | None, audience: str = "scheduling") -> Caller | None:
    try:
        return verifier(audience).caller(text)
    except NotRecognised:
        return None


def test_none_of_over_five_hundred_hostile_tokens_is_believed() -> None:
    hostile = every_hostile_token()
    assert len({text for _, text in hostile}) > 500
    assert [why for why, text in hostile if believed(f"Bearer {text}")] == []


def test_a_good_token_is_believed() -> None:
    good = Issuer("local", OPERATOR).mint(ACTOR, AccessRole.PLANNER, "scheduling")
    assert believed(f"Bearer {good}") == Caller(ACTOR, AccessRole.PLANNER, "local")
    assert believed(f"Bearer {token(header(), claims())}"), "the hostile ones differ from a good one in one thing only"


def test_a_token_for_every_service_is_believed_by_each() -> None:
    good = Issuer("local", OPERATOR).mint(ACTOR, AccessRole.AUDITOR, "speir", LONGEST)
    assert all(believed(f"bearer {good}", audience) for audience in ("scheduling", "evidence", "participation"))


def test_a_service_is_believed_to_be_itself() -> None:
    good = Issuer("evidence", EVIDENCE).mint(ACTOR, AccessRole.SERVICE, "scheduling")
    assert believed(f"Bearer {good}") == Caller(ACTOR, AccessRole.SERVICE, "evidence")


def test_clocks_may_differ_by_a_minute() -> None:
    now = int(time.time())
    assert believed(f"Bearer {token(header(), claims(iat=now + 50, nbf=now + 50))}")
    assert believed(f"Bearer {token(header(), claims(iat=now - 600, nbf=now - 600, exp=now - 30))}")


@pytest.mark.parametrize(
    "scheme", ["", "Bearer", "Bearer  ", "Basic ", "Bearer\t", "Token ", "Bearer:", " Bearer ", "DPoP "]
)
def test_only_the_bearer_scheme_is_read(scheme: str) -> None:
    assert believed(scheme + token(header(), claims())) is None


def test_without_a_header_nobody_is_recognised() -> None:
    with pytest.raises(NotRecognised) as refused:
        verifier().caller(None)
    assert refused.value.details == {}


def test_a_refusal_keeps_nothing_of_the_token() -> None:
    with pytest.raises(NotRecognised) as refused:
        verifier().caller(f"Bearer {token(header(), claims(sub='Morag'))}")
    assert refused.value.details == {}
    assert refused.value.__suppress_context__


def test_a_token_called_back_is_refused_at_once() -> None:
    called_back: set[UUID] = set()
    believer = verifier(revoked=lambda caller, _issued_at, _token_id: caller.actor in called_back)
    good = "Bearer " + Issuer("local", OPERATOR).mint(ACTOR, AccessRole.PLANNER, "scheduling")
    assert believer.caller(good).actor == ACTOR
    called_back.add(ACTOR)
    with pytest.raises(NotRecognised):
        believer.caller(good)


@pytest.mark.parametrize("lifetime_s", [0, -1, LONGEST + 1])
def test_no_token_outlives_half_a_day(lifetime_s: int) -> None:
    with pytest.raises(ValueError, match="between"):
        Issuer("local", OPERATOR).mint(ACTOR, AccessRole.PLANNER, "scheduling", lifetime_s)


def test_two_issuers_may_not_share_a_key() -> None:
    with pytest.raises(ValueError, match="share"):
        Verifier({"a": KEYS["local"], "b": KEYS["local"]}, "scheduling", roles_by_issuer={})


def test_an_issuer_without_a_row_may_say_nothing() -> None:
    mute = Verifier(KEYS, "scheduling", roles_by_issuer={})
    with pytest.raises(NotRecognised):
        mute.caller("Bearer " + Issuer("local", OPERATOR).mint(ACTOR, AccessRole.PLANNER, "scheduling"))


def test_only_on_a_demonstration_may_the_operator_grant_safeguarding_roles() -> None:
    assert grants("local", SERVICES, real=False)["local"] == frozenset(AccessRole) - {AccessRole.SERVICE}
    assert not grants("local", SERVICES, real=True)["local"] & WITHHELD_FROM_OPERATORS


def test_an_issuer_never_shows_its_key() -> None:
    assert repr(OPERATOR) not in repr(Issuer("local", OPERATOR))
    assert "seed" not in repr(Issuer("local", OPERATOR))


@given(st.binary(), st.binary())
def test_a_signature_is_for_one_message_in_one_context_by_one_key(message: bytes, other: bytes) -> None:
    signature = sign(OPERATOR, message, context="receipt")
    assert verify(public_of(OPERATOR), message, signature, context="receipt")
    assert not verify(public_of(OPERATOR), message, signature, context="clearance")
    assert not verify(public_of(EVIDENCE), message, signature, context="receipt")
    assert verify(public_of(OPERATOR), other, signature, context="receipt") == (other == message)


@pytest.mark.parametrize("signature", ["", "é", "AA", "A" * 86, "=" * 88, "not base64", "A" * 10_000])
def test_a_signature_that_is_none_is_simply_not_valid(signature: str) -> None:
    assert not verify(public_of(OPERATOR), b"message", signature, context="receipt")


def test_a_token_is_no_signature_of_ours() -> None:
    message, signature = token(header(), claims()).rsplit(".", 1)
    assert not verify(public_of(OPERATOR), message.encode(), signature, context="receipt")


@pytest.mark.parametrize("context", ["", "Receipt", "a b", "a\0b", "receipt\n"])
def test_a_context_has_a_plain_name(context: str) -> None:
    with pytest.raises(ValueError, match="context"):
        sign(OPERATOR, b"message", context=context)


@given(st.binary())
def test_bytes_have_one_text_form(raw: bytes) -> None:
    assert from_text(as_text(raw)) == raw


@pytest.mark.parametrize("text", ["A", "AB", "AA==", "AA=", "A+/A", "AAAA\n", " AAAA", "é"])
def test_other_text_forms_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_text(text)


@pytest.mark.parametrize("proved", [True, False])
def test_a_token_says_whether_its_owner_proved_who_they_are_by_more_than_one_method(*, proved: bool) -> None:
    token = Issuer("local", OPERATOR).mint(ACTOR, AccessRole.PLANNER, "scheduling", proved=proved)
    when = verifier().caller(f"Bearer {token}").proved_at
    assert (when is not None and abs(when - time.time()) < 60) == proved
