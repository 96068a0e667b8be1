"""Hostile tokens, made of one that is believed: each differs from it in what it says, or in who signed it."""

import base64
import hmac
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from shared.edges.access import LONGEST, as_text, from_text
from shared.vocabulary.roles import AccessRole
from tests.identity.issuing import ACTOR, Parts, SigningKey, segment

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
SISTERS = {"RS256": "PS256", "PS256": "RS256"}
ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493

Hostile = Iterator[tuple[str, str]]


@dataclass(frozen=True)
class Victim:
    """An issuer whose tokens are believed: what a right one says, who signs it, and who else might."""

    name: str
    key: SigningKey
    header: Parts
    claims: Parts
    others: tuple[SigningKey, ...]
    """Keys of other issuers that are believed too, under other names."""
    stranger: SigningKey
    """A key of the same kind that nobody knows."""

    def token(
        self,
        head: Parts | str | None = None,
        body: Parts | str | bytes | None = None,
        sign: Callable[[bytes], bytes] | None = None,
    ) -> str:
        message = f"{segment(self.header if head is None else head)}.{segment(self.claims if body is None else body)}"
        return f"{message}.{as_text((sign or self.key.sign)(message.encode()))}"

    def saying(self, **changed: Any) -> str:
        return self.token(body=self.claims | changed)

    def headed(self, **changed: Any) -> str:
        return self.token(self.header | changed)


def without(parts: Parts, name: str) -> Parts:
    return {key: value for key, value in parts.items() if key != name}


def of_another_algorithm(victim: Victim) -> Hostile:
    head, body = victim.header, segment(victim.claims)
    for alg in ("none", "None", "NONE", "nOnE", "noNe", "none ", " none", "none\0", "ｎone", ""):
        for signature in ("", "AA", as_text(bytes(64))):
            yield f"alg {alg!r}", f"{segment(head | {'alg': alg})}.{body}.{signature}"
        yield f"alg {alg!r}, rightly signed", victim.headed(alg=alg)
    for digest in ("sha256", "sha384", "sha512"):
        alg = digest.replace("sha", "HS")
        for n, secret in enumerate(victim.key.as_secrets()):
            mac = keyed(secret, digest)
            yield f"{alg} with the public key as {n}", victim.token(head | {"alg": alg}, sign=mac)
            yield f"HMAC under the right alg, {alg} as {n}", victim.token(sign=mac)
    named: list[Any] = ["EdDSA", "ed25519", "Ed448", "ES256K", "ES384", "ES512", "RS384", "RS512", "PS384", "HS256"]
    named += ["RS1", "rs256", "Es256", "PBES2-HS256+A128KW", "A128KW", "dir", None, 1, True, ["RS256"], {}]
    named += [alg for alg in ("RS256", "PS256", "ES256", "Ed25519") if alg != head["alg"]]
    for other in named:
        yield f"alg {other}", victim.headed(alg=other)
        yield f"zero signature as {other}", victim.token(head | {"alg": other}, sign=lambda _: bytes(64))
    if head["alg"] in SISTERS:  # the same key, used as its owner never does
        sister = victim.key.as_if(SISTERS[head["alg"]])
        yield "the right key in another way", victim.token(head | {"alg": sister.algorithm}, sign=sister.sign)
        yield "the right key in another way, unsaid", victim.token(sign=sister.sign)
    yield "no alg", victim.token(without(head, "alg"))


def of_another_key(victim: Victim) -> Hostile:
    strange, head = victim.stranger.sign, victim.header
    for kid in (
        "", head["kid"].upper(), f" {head['kid']}", f"{head['kid']} ", f"{head['kid']}\0", f"{head['kid']}\n", "0",
        "stranger", "speir", "service", "scheduling", None, 0, 1, True, [], [head["kid"]], {}, f"../{head['kid']}",
        "../../../../dev/null", "/dev/null", "file:///etc/passwd", f"%6b{head['kid'][1:]}", f"{head['kid']}' OR '1'='1",
        "x' UNION SELECT 'key' --", "'; DROP TABLE keys; --", f"{head['kid']};id", "$(id)", "{{7*7}}", "l" * 300,
        "http://127.0.0.1/key", "https://keys.example/jwks.json", "//keys.example", "ldap://keys.example/o=x",
        "k\u0435y",
    ):  # fmt: skip
        yield f"kid {kid!r:.30}, a stranger's", victim.token(head | {"kid": kid}, sign=strange)
        yield f"kid {kid!r:.30}, right key", victim.headed(kid=kid)
    for who, sign in (("stranger", strange), ("right", victim.key.sign)):
        yield f"jwk, {who}", victim.token(head | {"jwk": victim.stranger.jwk}, sign=sign)
        yield f"own jwk, {who}", victim.token(head | {"jwk": victim.key.jwk}, sign=sign)
        for name in ("jku", "x5u", "x5c", "x5t", "x5t#S256", "url", "jwks", "JKU", "Jwk", "cty", "zip", "enc", "epk"):
            for value in ("https://keys.example/jwks.json", "file:///dev/null", ["MIIB"], "", None):
                yield f"{name} {value}, {who}", victim.token(head | {name: value}, sign=sign)
    crits: list[Any] = [["b64"], ["exp"], ["unknown"], ["alg"], ["kid"], ["jku"], [], "b64", None, [1], {}]
    for crit in crits:
        yield f"crit {crit}", victim.headed(crit=crit)
        yield f"crit {crit}, named", victim.headed(crit=crit, b64=False, unknown=1, exp=1)
    message = f"{segment(head | {'b64': False, 'crit': ['b64']})}."
    raw = json.dumps(victim.claims)
    yield "b64 false, unencoded", f"{message}{raw}.{as_text(victim.key.sign((message + raw).encode()))}"
    yield "b64 false", victim.headed(b64=False)
    yield "no kid", victim.token(without(head, "kid"))
    yield "a stranger's", victim.token(sign=strange)
    for n, other in enumerate(victim.others):
        yield f"another issuer's key {n}", victim.token(sign=other.sign)
        yield f"another issuer's key and kid {n}", victim.token(head | {"kid": other.kid}, sign=other.sign)
        all_its_own = head | {"kid": other.kid, "alg": other.algorithm}
        yield f"another issuer's key, kid and alg {n}", victim.token(all_its_own, sign=other.sign)


def saying_something_wrong(victim: Victim) -> Hostile:
    now, iss = int(time.time()), victim.claims["iss"]
    odd: list[Any] = ["", None, True, False, 0, 1, -1, 1.5, [], {}, ["x"], {"x": 1}]
    wrong: dict[str, list[Any]] = {
        "iss": [*odd, "evidence", f"{iss}/", iss.upper(), f"{iss} ", [iss], "https://stranger.example", f"{iss}#", "x"],
        "aud": [*odd, "x", "evidence", "participation", "Scheduling", "scheduling ", "speir2", "*", "http://scheduling",
                "planning", "client", ["evidence"], ["evidence", "reporting"], [["scheduling"]], {"scheduling": 1}],
        "role": [*odd, "x", "service", "Planner", "PLANNER", "planner ", "admin", "root", "*", "planner,lead",
                 ["planner", "lead"], ["service"], ["service", "x"], {"planner": True}],
        "exp": [*odd, "x", now - 61, now - 600, -(2**53), str(now + 600), now + 600.0, [now + 600],
                now + LONGEST + 60, 2**53],
        "nbf": [*odd[:4], *odd[7:], "x", now + 90, now + 3_600, str(now), float(now), [now]],
        "iat": [*odd, "x", now + 90, now + 3_600, str(now), float(now), now - LONGEST, [now]],
        "sub": [*odd, "\n", f"{ACTOR}\n", f" {ACTOR}", "p\0", "é", "x" * 300, [str(ACTOR)]],
        "jti": [*odd, "\n", "a b", "é", "x" * 300, ["a"]],
    }  # fmt: skip
    for name, values in wrong.items():
        for value in values:
            yield f"{name} {value!r:.40}", victim.saying(**{name: value})
        if name != "nbf":
            yield f"no {name}", victim.token(body=without(victim.claims, name))
        for spelt in (name, f"\\u{ord(name[0]):04x}{name[1:]}"):
            twice = f'{json.dumps(victim.claims)[:-1]}, "{spelt}": {json.dumps(victim.claims[name])}}}'
            yield f"{name} twice, as {spelt}", victim.token(body=twice)
    yield "expired an hour ago", victim.saying(iat=now - 4_200, nbf=now - 4_200, exp=now - 3_600)
    for name, values in {"amr": ["mfa", {}, 1], "auth_time": ["1", 1.5, True, [1]]}.items():
        for value in values:
            yield f"{name} {value}", victim.saying(**{"auth_time": now, "amr": ["mfa"], name: value})
    for body in ("", "[]", "null", "1", '"x"', "{}", "{", "NaN", b"\xff", b"\x00", "[" * 2_000, f"{victim.claims}"):
        yield f"claims {body[:9]!r}", victim.token(body=body)
        if isinstance(body, str):
            yield f"header {body[:9]!r}", victim.token(body)
    yield "claims in a list", victim.token(body=json.dumps([victim.claims]))
    yield "claims in a text", victim.token(body=json.dumps(json.dumps(victim.claims)))
    inner = victim.token()
    yield "a token in a token", victim.token(victim.header | {"cty": "JWT"}, inner)
    yield "a token as the claims", victim.token(body=inner)


def not_an_access_token(victim: Victim) -> Hostile:
    types = ("JWT", "jwt", "AT+JWT", "at+JWT", "application/AT+jwt", "id+jwt", "logout+jwt", "dpop+jwt", "", None, 1)
    for typ in (*types, ["at+jwt"], "at+jwt ", " at+jwt", "at+jwt;x", "text/at+jwt"):
        yield f"typ {typ}", victim.headed(typ=typ)
    yield "no typ", victim.token(without(victim.header, "typ"))
    for typ in ("JWT", None):
        head = without(victim.header, "typ") if typ is None else victim.header | {"typ": typ}
        for aud in ("planning", "scheduling"):
            said = without(victim.claims, "client_id") | {"aud": aud, "nonce": "n", "at_hash": "h"}
            yield f"an identity token, {typ}, for {aud}", victim.token(head, said)
            yield f"an identity token without a nonce, {typ}, for {aud}", victim.token(head, without(said, "nonce"))
    for name in ("alg", "typ", "kid"):
        twice = f'{json.dumps(victim.header)[:-1]}, "{name}": {json.dumps(victim.header[name])}}}'
        yield f"{name} twice", victim.token(twice)


def damaged(victim: Victim) -> Hostile:
    good = victim.token()
    for place in range(0, len(good), 5):
        yield f"character {place} changed", good[:place] + ("A" if good[place] != "A" else "B") + good[place + 1 :]
        yield f"cut at {place}", good[:place]
    head, body, signature = good.split(".")
    raw = from_text(signature)
    for role in (each for each in AccessRole if each != victim.claims["role"]):
        yield f"{role} instead, same signature", f"{head}.{segment(victim.claims | {'role': role})}.{signature}"
    others = [b"", b"\0", raw[:-1], raw + b"\0", b"\0" + raw, bytes(len(raw)), bytes(64), b"\xff" * len(raw), raw[::-1]]
    others += [raw[len(raw) // 2 :] + raw[: len(raw) // 2], raw + raw, *made_otherwise(victim.key.algorithm, raw)]
    for n, other in enumerate(others):
        yield f"another signature {n}", f"{head}.{body}.{as_text(other)}"
    if len(raw) % 3:
        yield "unused bits set", good[:-1] + chr(ord(good[-1]) + 1)
    for text in (f"{good}.", f".{good}", f"{good}.{signature}", f"{head}..{signature}", f"{good},{good}", "..", ".",
                 f"{good} {good}", f"{good};", f"{good}\t", f"{good}\n", f"{good}\r\nX: y", f"{good} ", f"{good}\u00a0",
                 f"\ufeff{good}", f"{good}\u200b", f'"{good}"', f"<{good}>", f"{good}=", f"{good}==", f" {good}",
                 good.replace(".", "\u3002"), good.replace(".", "%2e"), good.replace(".", " ."),
                 good.replace(".", ". "),
                 f"{good}, Bearer {good}", f"token={good}", f"{good[:40]}\n {good[40:]}",
                 f"{head}.{body}", f"{body}.{head}.{signature}", f"{head}.{body}.{signature}.."):  # fmt: skip
        yield f"other text {text[:9]!r}{text[-9:]!r}", text
    yield "standard alphabet", good.replace("-", "+").replace("_", "/") + "+"
    yield (
        "padded",
        ".".join(base64.urlsafe_b64encode(from_text(each)).decode() + "=" for each in (head, body, signature)),
    )
    yield "other digits", good.translate({ord("1"): "\u0661", ord("A"): "\uff21", ord("e"): "\u0435"})
    for size in (9_000, 70_000):
        yield f"huge by {size}", victim.saying(note="x" * size)
        yield f"huge header by {size}", victim.headed(kid="x" * size)
    yield "nested deep", victim.token(body=json.dumps(victim.claims)[:-1] + ', "x": ' + "[" * 200 + "]" * 200 + "}")
    serialised = {"protected": head, "payload": body, "signature": signature}
    yield "JSON serialisation", json.dumps(serialised)
    yield "general JSON serialisation", json.dumps({"payload": body, "signatures": [serialised]})


def made_otherwise(algorithm: str, raw: bytes) -> list[bytes]:
    """The same signature in forms that a careless reader takes for it."""
    half = len(raw) // 2
    if algorithm == "Ed25519":
        return [raw[:half] + (int.from_bytes(raw[half:], "little") + ED25519_ORDER).to_bytes(half, "little")]
    if algorithm != "ES256":
        return [(int.from_bytes(raw, "big") + 1).to_bytes(len(raw), "big"), raw[1:]]
    r, s = int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big")
    zeroes = [(0, 0), (0, s), (r, 0), (1, 1), (P256_ORDER, P256_ORDER), (P256_ORDER, 1), (1, P256_ORDER)]
    beyond = [(r, s ^ 1), (s, r), (r, r), (s, s), (P256_ORDER - r, s), (2**256 - 1, 2**256 - 1)]
    plain = [a.to_bytes(half, "big") + b.to_bytes(half, "big") for a, b in [*zeroes, *beyond]]
    wide = [(r + P256_ORDER).to_bytes(33, "big") + s.to_bytes(33, "big"), b"\0" + raw[:half] + b"\0" + raw[half:]]
    return [*plain, *wide, encode_dss_signature(r, s), encode_dss_signature(r, P256_ORDER - s), b"\x30" + raw]


def keyed(secret: bytes, digest: str) -> Callable[[bytes], bytes]:
    return lambda message: hmac.digest(secret, message, digest)


def every_hostile_token(victim: Victim) -> list[tuple[str, str]]:
    """Why each is not to be believed, and its text; all different from the one that is, and from one another."""
    kinds = (of_another_algorithm, of_another_key, saying_something_wrong, not_an_access_token, damaged)
    made = {text: f"{kind.__name__}: {why}" for kind in kinds for why, text in kind(victim)}
    assert victim.token() not in made or victim.key.algorithm in ("ES256", "PS256"), "each signature is another there"
    return [(why, text) for text, why in made.items()]
